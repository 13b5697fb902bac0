"""Why: the simplest input is the data model itself: a folder with one CSV or Parquet file a table, under the names of
`schemas/`.

A table may be split over several files (`contacts.csv`, `contacts-2023.csv`), any table may be missing, and so may
any column that is not required. What can't be meant is refused in one sentence with its place; what is plainly
something else is noted.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.errors import InputError, Place, did_you_mean
from casetally.schemas import Table, load_schemas
from casetally.sources.csv_file import TextRows
from casetally.sources.delivery import ROW_COLUMNS, Delivery, SourceFile, SourceTable, no_findings
from casetally.sources.given import Given, GivenFile, only_files
from casetally.sources.parquet_file import ENDINGS, read_rows

_CLOSE = 0.8  # how alike a file's name must be to a table's before it is taken for a slip


@dataclass(frozen=True)
class _Part:
    """One file of one table: text columns under data-model names, and `_row`."""

    table: str
    file: SourceFile
    frame: pl.DataFrame


def claims(given: Sequence[Given]) -> list[Given]:
    """The CSV and Parquet files that are named, or nearly named, after a table; none in folders of the folder."""
    names = _table_names()
    found = [one for one in only_files(given) if one.suffix in ENDINGS and one.depth == 1]
    return [one for one in found if _table_of(one.stem, names) or _slip_of(one.stem, names)]


def read(given: Sequence[Given]) -> Delivery:
    """Read CSV and Parquet files of the data model. Raises InputError for what can't be read at all."""
    names = _table_names()
    parts = [_read_part(one, names) for one in only_files(given)]
    tables = tuple(_joined(name, [p for p in parts if p.table == name]) for name in sorted({p.table for p in parts}))
    files = tuple(sorted((p.file for p in parts), key=lambda file: file.file))
    covers = f"Files of the data model: {_many(len(tables), 'table')} in {_many(len(parts), 'file')}."
    return Delivery("plain", files, tables, _rows(tables), no_findings(), covers)


def _table_names() -> Mapping[str, Table]:
    return load_schemas().tables


def _table_of(stem: str, names: Mapping[str, Table]) -> str | None:
    """The table that a file's name begins with (`contacts-2023` -> contacts), the longest of several."""
    stem = stem.strip().lower()
    fitting = [n for n in names if stem == n or (stem.startswith(n) and not stem[len(n)].isalpha())]
    return max(fitting, key=len, default=None)


def _slip_of(stem: str, names: Mapping[str, Table]) -> str | None:
    found = difflib.get_close_matches(stem.strip().lower(), names, n=1, cutoff=_CLOSE)
    return found[0] if found else None


def _read_part(found: GivenFile, names: Mapping[str, Table]) -> _Part:
    name, shown = _table_of(found.stem, names), found.shown
    if name is None:
        slip = _slip_of(found.stem, names)
        raise InputError(
            f"There is no table '{found.stem}'.", place=Place(shown), hint=f"Did you mean '{slip}{found.suffix}'?"
        )
    text, data = read_rows(found)
    columns = _columns(text, names[name], shown)
    frame = text.frame.rename(dict(zip(text.frame.columns, [*columns, "_row"], strict=True)))
    return _Part(name, SourceFile(shown, hashlib.sha256(data).hexdigest(), frame.height), frame)


def _columns(text: TextRows, table: Table, shown: str) -> list[str]:
    """The data-model names of a file's columns, in its order. Raises InputError for those unknown, doubled or
    missing.
    """
    known = {name.lower(): name for name in table.columns}
    folded = [name.strip().lower() for name in text.names]
    if not any(name in known for name in folded):
        # The first line may be a child's record: say nothing of it.
        raise InputError(
            f"The first line holds no column name of the table '{table.table}'.",
            place=Place(shown, 1),
            hint=f"Expected names such as {', '.join(list(table.columns)[:4])}, separated by commas. If the file is of your own"
            " shape, 'casetally map FOLDER' proposes how to read it.",
        )
    for at, name in enumerate(folded):
        if name not in known:
            raise _unknown_column(text, at, table, shown)
        if name in folded[:at]:
            start = text.header_line.lower().rfind(name) + 1
            raise InputError(
                f"Two columns are named '{known[name]}'.",
                place=Place(shown, 1, start),
                source_line=text.header_line,
                width=len(name),
                hint="Remove one of the two, or rename it.",
            )
    for name, column in table.columns.items():
        if column.required and name.lower() not in folded:
            raise InputError(
                f"The column '{name}' is missing; every row of '{table.table}' needs it.",
                place=Place(shown, 1),
                hint=f"Needed are {', '.join(n for n, c in table.columns.items() if c.required)}.",
            )
    return [known[name] for name in folded]


def _unknown_column(text: TextRows, at: int, table: Table, shown: str) -> InputError:
    name = text.names[at]
    if not name:
        return InputError(
            f"Column {at + 1} has no name.",
            place=Place(shown, 1),
            hint="Name it in the first line, or remove the column.",
        )
    return InputError(
        f"'{name}' is not a column of the table '{table.table}'.",
        place=Place(shown, 1, max(text.header_line.find(name), 0) + 1),
        source_line=text.header_line,
        width=len(name),
        hint=did_you_mean(name, table.columns, else_say=f"Its columns: {', '.join(table.columns)}."),
    )


def _joined(name: str, parts: list[_Part]) -> SourceTable:
    """One frame of all files of a table: columns in the schema's order, `_record` through all files, `_file` and
    `_row`.
    """
    frames = [p.frame.with_columns(pl.lit(p.file.file).alias("_file")) for p in parts]
    frame = pl.concat(frames, how="diagonal").with_row_index("_record")
    have = [column for column in load_schemas().tables[name].columns if column in frame.columns]
    return SourceTable(name, frame.select(*have, pl.col("_record").cast(pl.UInt32), "_file", "_row"))


def _rows(tables: tuple[SourceTable, ...]) -> pl.DataFrame:
    return pl.concat(
        [
            t.frame.select(
                file="_file", row="_row", disposition=pl.lit("carried"), table=pl.lit(t.table), record="_record"
            )
            for t in tables
        ]
    ).select(pl.col(name).cast(kind) for name, kind in ROW_COLUMNS.items())


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
