"""Why: once a mapping is sound, making tables of an authority's rows is a few plain steps, the same for every entry.

Take the columns, translate words and dates, put constants in, leave out the rows that are no records, make one record of rows that
are alike where that is asked, and make ids. A row that several entries use is accounted for by the first that makes a record of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from casetally.schemas import Table, load_schemas
from casetally.sources.building import Made, day_in_id, lines, numbered, table_of
from casetally.sources.code_words import coded
from casetally.sources.dates import iso_days
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS
from casetally.sources.mapping.layout import Entry
from casetally.sources.mapping.reading import Grid
from casetally.sources.mapping.written_dates import read_as_written

_NO_WORD = "\0"  # what a word that says nothing becomes on its way to null


@dataclass(frozen=True)
class Part:
    """The records of one entry from one or several files: columns of the data model, `_file`, `_row`, `_at` (the entry) and
    `_same`: rows with one number are one record.
    """

    table: str
    frame: pl.DataFrame
    since: dt.date | None = None
    latest_only: bool = False


def part_of(entry: Entry, at: int, grids: Sequence[Grid]) -> Part:
    """The records that an entry makes of its files."""
    table = load_schemas().tables[entry.table]
    frame = pl.concat([_of_one(entry, table, grid) for grid in grids]).with_columns(pl.lit(at).alias("_at"))
    columns = [name for name in frame.columns if not name.startswith("_")]
    frame = frame.sort(*columns, "_file", "_row", nulls_last=True)
    alike = pl.struct(columns).rank("dense") if entry.distinct else pl.int_range(1, pl.len() + 1)
    frame = frame.with_columns(alike.cast(pl.UInt32).alias("_same"))
    return Part(entry.table, frame, entry.since, entry.latest_only)


def _of_one(entry: Entry, table: Table, grid: Grid) -> pl.DataFrame:
    rows = grid.frame.filter(_is_record(entry, grid))
    kept = Grid(grid.shown, grid.sha256, grid.headers, rows)
    columns = {}
    for name in table.columns:
        if name in entry.columns:
            columns[name] = _read(entry, table, name, kept)
        elif name in entry.constants:
            columns[name] = pl.Series([entry.constants[name] or None], dtype=pl.String).new_from_index(0, rows.height)
    place = pl.lit(grid.shown, dtype=pl.String).alias("_file"), pl.col("_row").cast(pl.UInt32)
    return rows.select(*(series.alias(name) for name, series in columns.items()), *place)


def _is_record(entry: Entry, grid: Grid) -> pl.Expr:
    """Whether a row is to be a record: it is not skipped, and what must be filled is."""
    is_one = pl.lit(value=True)
    for header, values in entry.skip_rows_where.items():
        text = grid.column(header).str.strip_chars().str.to_lowercase()
        skipped = text.is_in([value.strip().lower() for value in values]).fill_null(value=False)
        is_one &= pl.lit(~skipped)
    for name in entry.where_filled:
        if name in entry.columns:
            is_one &= pl.lit(_first_filled(entry.columns[name], grid).is_not_null())
    return is_one


def _first_filled(headers: Sequence[str], grid: Grid) -> pl.Series:
    columns = [pl.lit(grid.column(header)).str.strip_chars() for header in headers]
    return pl.select(pl.coalesce(*columns).alias("text"))["text"]


def _read(entry: Entry, table: Table, name: str, grid: Grid) -> pl.Series:
    text = _first_filled(entry.columns[name], grid)
    kind = table.columns[name].type
    if name in entry.codes:
        words = {word: code or _NO_WORD for word, code in entry.codes[name].items()}
        text = coded(text, words)
        return text.set(text == _NO_WORD, None)
    if kind in ("date", "datetime"):
        if name in entry.date_formats:
            return read_as_written(text, entry.date_formats[name], with_time=kind == "datetime")
        return text if kind == "datetime" else iso_days(text)
    return text


def put_together(parts: Sequence[Part], made_ids: Sequence[tuple[str, tuple[str, ...]] | None]) -> Made:
    """The tables of all parts, and the lines of all rows that became a record. `made_ids`: for each part its id column to make, and
    of which columns.
    """
    tables, carried = [], []
    for name in sorted({part.table for part in parts}):
        frames = [_with_id(part.frame, made) for part, made in zip(parts, made_ids, strict=True) if part.table == name]
        every = pl.concat(frames, how="diagonal").with_columns(
            pl.struct("_at", "_same").rank("dense").alias("_record") - 1
        )
        every = every.with_columns(pl.col("_record").cast(pl.UInt32)).sort("_record", "_file", "_row")
        carried.append(every.select("_file", "_row", "_record", "_at", pl.lit(name).alias("_table")))
        have = [column for column in load_schemas().tables[name].columns if column in every.columns]
        once = every.unique("_record", keep="first", maintain_order=True)
        told = [part for part in parts if part.table == name]
        since = max((part.since for part in told if part.since), default=None)
        latest_only = any(part.latest_only for part in told)
        kept = once.select(*have, "_record", "_file", "_row")
        tables.append(table_of(name, kept, since=since, latest_only=latest_only))
    first = (
        pl.concat(carried)
        .sort("_file", "_row", "_at", "_table", "_record")
        .unique(("_file", "_row"), keep="first", maintain_order=True)
    )
    made = [lines(rows, "carried", str(table)) for (table,), rows in first.group_by("_table", maintain_order=True)]
    rows = pl.concat([pl.DataFrame(schema=ROW_COLUMNS), *made])
    return Made(tuple(tables), rows, pl.DataFrame(schema=FINDING_COLUMNS))


def _with_id(frame: pl.DataFrame, made: tuple[str, tuple[str, ...]] | None) -> pl.DataFrame:
    """With an id made of some columns; a second record with the same gets `-2`. The frame is in the order of all its values."""
    if made is None:
        return frame
    name, of = made
    once = frame.unique("_same", keep="first", maintain_order=True)
    parts = [day_in_id(one) if one.endswith(("_on", "_at")) else pl.col(one).fill_null("") for one in of]
    joined = pl.concat_str(parts, separator="-")
    ids = once.select("_same", numbered(joined, list(of)).alias(name))
    return frame.join(ids, on="_same", how="left", maintain_order="left")
