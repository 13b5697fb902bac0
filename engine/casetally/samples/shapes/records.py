"""Why: every shape is made from the same typed records, whether they were just made up or lie in a folder of plain files.

What the records lack stays lacking: a shape says only what its maker knew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from casetally.errors import CallError
from casetally.samples.write import with_ids
from casetally.schemas import Column, Table, load_schemas

_TYPES: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "boolean": pl.Boolean(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
}
_TRUE, _FALSE = ("true", "t", "yes", "y", "1", "1.0"), ("false", "f", "no", "n", "0", "0.0")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")
_MOMENTS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", *_DAYS)


@dataclass(frozen=True)
class Records:
    """Tables of the data model by name, ids and codes as text, other columns in their types; and the day they run to."""

    tables: Mapping[str, pl.DataFrame]
    as_at: dt.date

    def table(self, name: str) -> pl.DataFrame:
        """All columns of the table in the schema's order; those the records lack are null."""
        shape = load_schemas().tables[name]
        frame = self.tables.get(name)
        columns = {column: type_of(one) for column, one in shape.columns.items()}
        if frame is None:
            return pl.DataFrame(schema=columns)
        lacking = [
            pl.lit(None, dtype=kind).alias(column) for column, kind in columns.items() if column not in frame.columns
        ]
        return frame.with_columns(lacking).select(list(columns))

    def has(self, name: str, *columns: str) -> bool:
        """Whether the records have the table, and these columns in it."""
        frame = self.tables.get(name)
        return frame is not None and all(column in frame.columns for column in columns)


def type_of(column: Column) -> pl.DataType:
    """The type in which a column's values are held here; ids, codes and texts are text."""
    return _TYPES.get(column.type, pl.String())


def made_up(tables: Mapping[str, pl.DataFrame], as_at: dt.date) -> Records:
    """Records from the sample's own frames, whose ids are still numbers."""
    shapes = load_schemas().tables
    return Records({name: typed(shapes[name], with_ids(shapes[name], frame)) for name, frame in tables.items()}, as_at)


def read_plain(folder: Path, as_at: dt.date) -> Records:
    """Records from plain CSV or Parquet files; a value that can't be read is left out.

    Raises CallError where the folder has no file named after a table.
    """
    tables: dict[str, pl.DataFrame] = {}
    for name, shape in load_schemas().tables.items():
        files = [path for ending in ("csv", "parquet") for path in sorted(folder.glob(f"{name}*.{ending}"))]
        parts = [_read(path) for path in files if path.stem == name or path.stem.startswith(f"{name}-")]
        if parts:
            tables[name] = typed(shape, pl.concat(parts, how="diagonal_relaxed"))
    if not tables:
        raise CallError(
            f"'{folder}' holds no file of the data model.",
            hint="Name a folder with files such as children.csv and referrals.csv.",
        )
    return Records(tables, as_at)


def _read(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    return pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")


def typed(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The table's columns that the frame has, in their types; text that can't be read is null."""
    names = [name for name in table.columns if name in frame.columns]
    return frame.select(_as_type(frame, name, table.columns[name]) for name in names)


def _as_type(frame: pl.DataFrame, name: str, column: Column) -> pl.Expr:
    value, kind = pl.col(name), type_of(column)
    if frame.schema[name] != pl.String:
        return value.cast(kind)
    text = value.str.strip_chars()
    text = pl.when(text != "").then(text)
    if column.type == "date":
        day = text.str.split("T").list.first().str.split(" ").list.first()
        return pl.coalesce(day.str.to_date(form, strict=False) for form in _DAYS).alias(name)
    if column.type == "datetime":
        moments = [text.str.to_datetime(form, strict=False, time_unit="us") for form in _MOMENTS[:-2]]
        days = [text.str.to_date(form, strict=False).cast(kind) for form in _DAYS]
        return pl.coalesce(*moments, *days).alias(name)
    if column.type == "boolean":
        small = text.str.to_lowercase()
        said = pl.when(small.is_in(_TRUE)).then(True).when(small.is_in(_FALSE)).then(False)
        return said.alias(name)
    if column.type in ("integer", "number"):
        return text.cast(pl.Float64, strict=False).cast(kind, strict=False).alias(name)
    return text.alias(name)
