"""Why: a published table that was read and figures of ours on their way out have one form, so that one writer serves both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from casetally.sources.open_data_file import IDENTITY, OpenDataFile, number_of, symbol_of

_DURATION = r"^\d+:\d\d$"


@dataclass(frozen=True)
class Filter:
    """A column that says which children a row speaks of."""

    name: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """A column of figures; `unit` as the format writes it (% or nothing), `places` its decimals."""

    name: str
    label: str
    grouping: str = ""
    unit: str = ""
    places: int = 0


@dataclass(frozen=True)
class OpenTable:
    """A table ready to be written: `rows` has `IDENTITY` (null where it does not apply), filters and columns, all as text."""

    name: str
    filters: tuple[Filter, ...]
    columns: tuple[Column, ...]
    rows: pl.DataFrame = field(repr=False)


def table_of_file(file: OpenDataFile, name: str) -> OpenTable:
    """A table that was read, as it would be written: figures and symbols as they are, `x` where a cell holds neither."""
    cells = [
        pl.when(pl.col(column).str.contains(_DURATION))
        .then(pl.col(column))
        .otherwise(pl.coalesce(number_of(column), symbol_of(column), pl.lit("x")))
        .alias(column)
        for column in file.indicators
    ]
    labels = [
        pl.when(pl.col(one) == "").then(pl.lit("Total")).otherwise(pl.col(one)).alias(one) for one in file.filters
    ]
    rows = file.rows.select(*IDENTITY, *labels, *cells)
    columns = tuple(
        Column(column, words(column), "", "%" if "percent" in column.lower() else "", _places(rows[column]))
        for column in file.indicators
    )
    return OpenTable(name, tuple(Filter(one, words(one)) for one in file.filters), columns, rows)


def words(name: str) -> str:
    """A column's name as a label: CPP_child_start -> CPP child start."""
    text = re.sub(r"[_\s]+", " ", name).strip()
    return text[:1].upper() + text[1:]


def _places(cells: pl.Series) -> int:
    decimals = cells.str.extract(r"^-?\d+\.(\d+)$").str.len_chars().drop_nulls()
    return max(decimals.to_list(), default=0)
