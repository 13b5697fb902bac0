"""Why: the records are declared in `records`; here the declarations are carried out on the rows of the lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.sources.annex_a.day import OwnDay
from casetally.sources.annex_a.derived import derived
from casetally.sources.annex_a.layout import list_number
from casetally.sources.annex_a.listed import CHILD
from casetally.sources.annex_a.records import RECORDS, Record, id_of
from casetally.sources.building import lines, numbered, table_of
from casetally.sources.delivery import ROW_COLUMNS, SourceTable

_CONFERENCE_MONTHS = (
    2  # a conference later than this after its strategy discussion is rare enough to leave out of account
)


@dataclass(frozen=True)
class ListFrame:
    """The rows of one list, cleaned and without copies, and the day that it speaks of."""

    frame: pl.DataFrame
    day: OwnDay


def tables_of(listed: Mapping[int, ListFrame], people: pl.DataFrame) -> tuple[list[SourceTable], pl.DataFrame]:
    """The tables of all lists but the children's, and one line for each row. `people`: the children, by which the rows of list 6
    that are no plan are carried.
    """
    made: dict[str, list[tuple[Record, pl.DataFrame]]] = {}
    carried: list[pl.DataFrame] = [pl.DataFrame(schema=ROW_COLUMNS)]
    for number, one in sorted(listed.items()):
        frame = derived(number, one.frame, one.day.day, _ids_of_periods(listed))
        main: pl.DataFrame | None = None
        for record in (record for record in RECORDS if record.number == number):
            rows = _records(record, frame)
            if rows is not None:
                made.setdefault(record.table, []).append((record, rows))
                main = rows if record.main else main
        carried += _lines(number, frame, main, people)
    tables = [_table(name, parts, listed) for name, parts in sorted(made.items())]
    return tables, pl.concat(carried)


def _ids_of_periods(listed: Mapping[int, ListFrame]) -> pl.DataFrame | None:
    start = "Date Started to be Looked After"
    if 8 not in listed or start not in listed[8].frame.columns:
        return None
    return listed[8].frame.filter(pl.col(start).is_not_null()).select(id_of(start).alias("care_period_id"))


def _records(record: Record, frame: pl.DataFrame) -> pl.DataFrame | None:
    """The records that a list's rows make, with `_record`, `_file` and `_row`; None where the columns for them are not there."""
    needed = [record.dated, *([record.where[0]] if record.where else [])]
    if any(header not in frame.columns for header in needed):
        return None
    if record.where:
        frame = frame.filter(pl.col(record.where[0]) == record.where[1])
    if record.optional:
        frame = frame.filter(pl.col(record.dated).is_not_null())
    rows = frame.select(
        *([id_of(record.dated, record.suffix).alias(record.id_column)] if record.id_column else []),
        pl.col(CHILD).alias("child_id"),
        *(id_of(header).alias(name) for name, header in record.links.items() if header in frame.columns),
        *(pl.col(header).alias(name) for name, header in record.columns.items() if header in frame.columns),
        "_file",
        "_row",
    )
    values = [name for name in rows.columns if not name.startswith("_")]
    rows = rows.sort(*values, "_file", "_row", nulls_last=True)
    if record.numbered and record.id_column:
        rows = rows.with_columns(numbered(pl.col(record.id_column), [pl.col(record.id_column)]).alias(record.id_column))
    if (
        not record.main
    ):  # one conference of two enquiries, one visit of two plans: the row's fate is that of its main record
        rows = rows.unique([record.id_column] if record.id_column else _key(rows), keep="last", maintain_order=True)
    return rows.sort("_file", "_row").with_row_index("_record")


def _key(rows: pl.DataFrame) -> list[str]:
    return [name for name in ("child_id", "status", "started_on", "recorded_on") if name in rows.columns]


def _lines(number: int, frame: pl.DataFrame, main: pl.DataFrame | None, people: pl.DataFrame) -> list[pl.DataFrame]:
    """One line a row: carried into its main record, or where it made none into the child's."""
    table = next(record.table for record in RECORDS if record.number == number and record.main)
    if main is None:
        main = frame.select("_file", "_row").clear().with_columns(pl.lit(None, dtype=pl.UInt32).alias("_record"))
    others = frame.join(main, on=["_file", "_row"], how="anti").join(
        people.select(pl.col("child_id").alias(CHILD), "_record"), on=CHILD, how="left"
    )
    return [lines(main, "carried", table), lines(others, "carried", "children")]


def _table(name: str, parts: Sequence[tuple[Record, pl.DataFrame]], listed: Mapping[int, ListFrame]) -> SourceTable:
    record = parts[0][0]
    frame = pl.concat([rows.drop("_record") for _, rows in parts], how="diagonal").with_row_index("_record")
    day = listed[record.number].day
    return table_of(name, frame, since=_since(record, day), until=day.until, latest_only=record.latest_only)


def _since(record: Record, day: OwnDay) -> dt.date | None:
    months = list_number(record.number).months
    if record.complete == "own_day":
        return day.day
    return day.since(months - (_CONFERENCE_MONTHS if record.complete == "conferences" else 0))
