"""Why: a published table that breaks one rule of the format is refused on the day of publication, so they are written strictly.

Each table is `NAME.csv` with `NAME.meta.csv` beside it. A cell of a figure is a number or a symbol and never blank.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from casetally import __version__
from casetally.figures.open_data.table import OpenTable
from casetally.reports.outputs import RUN_FILE, written_whole
from casetally.sources.open_data_file import IDENTITY, SYMBOLS

META = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column",
)  # fmt: skip
_NEEDED = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
_CELL = re.compile(r"-?\d+(\.\d+)?|\d+:\d\d|" + "|".join(re.escape(one) for one in SYMBOLS))


def write_tables(tables: Sequence[OpenTable], folder: Path) -> list[Path]:
    """Write tables into a folder, each with its metadata; they appear together or not at all. Gives the files of data."""
    with written_whole(folder, for_others=True) as beside:
        for table in tables:
            write_table(table, beside)
        about = {"casetally": __version__, "export": "open-data", "tables": [table.name for table in tables]}
        (beside / RUN_FILE).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return [folder / f"{table.name}.csv" for table in tables]


def write_table(table: OpenTable, folder: Path) -> None:
    """Write one table and its metadata. A cell that is neither number nor symbol is written as `x`."""
    labels, figures = [one.name for one in table.filters], [one.name for one in table.columns]
    head = [name for name in IDENTITY if name in _NEEDED or table.rows[name].is_not_null().any()]
    rows = table.rows.select(*head, *labels, *figures)
    rows = rows.with_columns(
        *(pl.col(name).fill_null("") for name in head),
        *(
            pl.when(pl.col(name).fill_null("") == "").then(pl.lit("Total")).otherwise(pl.col(name)).alias(name)
            for name in labels
        ),
        *(pl.when(_fits(name)).then(pl.col(name)).otherwise(pl.lit("x")).alias(name) for name in figures),
    )
    _write(folder / f"{table.name}.csv", rows.columns, rows.iter_rows())
    _write(folder / f"{table.name}.meta.csv", META, _meta(table))


def _fits(name: str) -> pl.Expr:
    return pl.col(name).str.contains(f"^(?:{_CELL.pattern})$").fill_null(False)


def _meta(table: OpenTable) -> Iterable[tuple[str, ...]]:
    for one in table.filters:
        yield one.name, "Filter", one.label, "", "", "", one.hint, ""
    for column in table.columns:
        places = str(column.places)
        yield column.name, "Indicator", column.label, column.grouping, column.unit, places, "", ""


def _write(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
