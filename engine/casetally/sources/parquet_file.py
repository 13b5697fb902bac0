"""Why: a Parquet file has types of its own; as text it is read and judged in the same place as every other file."""

from __future__ import annotations

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.csv_file import TextRows, blank_to_null, read_csv
from casetally.sources.given import GivenFile

ENDINGS = (".csv", ".parquet")


def read_rows(given: GivenFile) -> tuple[TextRows, bytes]:
    """The rows of a CSV or Parquet file as text, and its bytes. Raises InputError, with its place, for what can't be read."""
    data = given.read()
    if not data:
        raise InputError("The file is empty.", place=Place(given.shown), hint="Export it again, or remove it.")
    return (read_parquet if given.suffix == ".parquet" else read_csv)(data, given.shown), data


def read_parquet(data: bytes, shown: str) -> TextRows:
    """A Parquet file as text: dates and times in ISO form. Raises InputError for what can't be read."""
    try:
        frame = pl.read_parquet(data, use_pyarrow=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as fault:
        raise InputError(
            "This file can't be read as Parquet.", place=Place(shown), hint="It may be cut short; export it again."
        ) from fault
    return frame_as_text(frame, shown)


def frame_as_text(frame: pl.DataFrame, shown: str) -> TextRows:
    """A typed frame as text: dates and times in ISO form, flags as true and false, rows counted from 2 as in a file."""
    texts = [_as_text(pl.col(name), kind, name, shown).alias(name) for name, kind in frame.schema.items()]
    names = frame.columns
    frame = frame.select(texts)
    frame.columns = [f"{at}" for at in range(len(names))]
    rows = pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias("_row")
    frame = frame.with_columns(blank_to_null(name) for name in frame.columns).with_columns(rows)
    return TextRows(names, ",".join(names), frame)


def _as_text(column: pl.Expr, kind: pl.DataType, name: str, shown: str) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return (column.dt.replace_time_zone(None) if kind.time_zone else column).dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
    if isinstance(kind, pl.Date):
        return column.dt.strftime("%Y-%m-%d")
    if isinstance(kind, pl.Boolean):
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false"))
    if kind.is_nested() or isinstance(kind, pl.Binary | pl.Object | pl.Duration | pl.Time):
        raise InputError(
            f"The column '{name}' holds values of the kind {kind.__class__.__name__.lower()}, which can't be read.",
            place=Place(shown),
            hint="Write it as text, a number, a date or a flag.",
        )
    return column.cast(pl.String)
