"""Why: the simplest input is the data model itself: a folder with one CSV or Parquet file a table, under the names of
`schemas/`.

A table may be split over several files (`contacts.csv`, `contacts-2023.csv`), any table may be missing, and so may
any column that is not required. What can't be meant is refused in one sentence with its place; what is plainly
something else is noted.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from casetally.errors import InputError, Place, did_you_mean
from casetally.schemas import Table, load_schemas
from casetally.sources.csv_file import CsvText, blank_to_null, read_csv
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, Delivery, SourceFile, SourceTable

_ENDINGS = (".csv", ".parquet")
_CLOSE = 0.8  # how alike a file's name must be to a table's before it is taken for a slip


@dataclass(frozen=True)
class _Part:
    """One file of one table: text columns under data-model names, and `_row`."""

    table: str
    file: SourceFile
    frame: pl.DataFrame


def looks_like(path: Path) -> bool:
    """Whether the folder holds a file that is named, or nearly named, after a table."""
    names = _table_names()
    stems = [found.stem for found in files_of(path) if found.suffix.lower() in _ENDINGS]
    return any(_table_of(stem, names) or _slip_of(stem, names) for stem in stems)


def read(path: Path) -> Delivery:
    """Read a folder of CSV and Parquet files of the data model. Raises InputError for what can't be read at all."""
    names = _table_names()
    parts: list[_Part] = []
    unused: list[SourceFile] = []
    for found in files_of(path):
        part = _read_part(found, found.relative_to(path).as_posix(), names)
        if isinstance(part, SourceFile):
            unused.append(part)
        else:
            parts.append(part)
    if not parts:
        raise nothing_recognised(path)
    tables = tuple(_joined(name, [p for p in parts if p.table == name]) for name in sorted({p.table for p in parts}))
    files = tuple(sorted([*(p.file for p in parts), *unused], key=lambda file: file.file))
    covers = f"Files of the data model: {_many(len(tables), 'table')} in {_many(len(parts), 'file')}."
    return Delivery("plain", files, tables, _rows(tables), _notes(unused), covers)


def files_of(path: Path) -> list[Path]:
    """The files of a folder by name. Raises InputError where there is no such folder, or a file in its stead."""
    if not path.exists():
        raise InputError(
            "There is no such folder.",
            place=Place(str(path)),
            hint="Check the path; it must be the folder of the export.",
        )
    if not path.is_dir():
        raise InputError(
            "This is a file; a folder is expected, with one file a table.",
            place=Place(str(path)),
            hint=f"Give the folder that holds it: {path.parent}",
        )
    return sorted(found for found in path.iterdir() if found.is_file() and not found.name.startswith("."))


def _holds_nothing(path: Path) -> str:
    return "the folder holds other folders and no files" if any(path.iterdir()) else "the folder is empty"


def nothing_recognised(path: Path) -> InputError:
    """The error for a folder in which no reader finds anything to read: what was found, and what was expected."""
    found = [file.name for file in files_of(path)]
    shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
    return InputError(
        f"Nothing here can be read: {'found ' + shown if found else _holds_nothing(path)}.",
        place=Place(str(path)),
        hint="Expected files named after tables, such as children.csv, referrals.csv or placements.parquet, "
        "or the files of an SSDA903 return.",
    )


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


def _read_part(found: Path, shown: str, names: Mapping[str, Table]) -> _Part | SourceFile:
    name = _table_of(found.stem, names)
    ending = found.suffix.lower()
    if ending not in _ENDINGS or name is None:
        slip = _slip_of(found.stem, names) if ending in _ENDINGS else None
        if slip:
            raise InputError(
                f"There is no table '{found.stem}'.", place=Place(shown), hint=f"Did you mean '{slip}{ending}'?"
            )
        return SourceFile(shown, _hash(_bytes(found, shown)), 0, used=False)
    data = _bytes(found, shown)
    text = _parquet(data, shown) if ending == ".parquet" else read_csv(data, shown)
    columns = _columns(text, names[name], shown)
    frame = text.frame.rename(dict(zip(text.frame.columns, [*columns, "_row"], strict=True)))
    return _Part(name, SourceFile(shown, _hash(data), frame.height), frame)


def _bytes(found: Path, shown: str) -> bytes:
    try:
        data = found.read_bytes()
    except OSError as fault:
        raise InputError("The file can't be opened.", place=Place(shown), hint=f"{fault.strerror}.") from fault
    if not data and found.suffix.lower() in _ENDINGS:
        raise InputError("The file is empty.", place=Place(shown), hint="Export it again, or remove it.")
    return data


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _columns(text: CsvText, table: Table, shown: str) -> list[str]:
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
            hint=f"Expected names such as {', '.join(list(table.columns)[:4])}, separated by commas.",
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


def _unknown_column(text: CsvText, at: int, table: Table, shown: str) -> InputError:
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


def _parquet(data: bytes, shown: str) -> CsvText:
    """A Parquet file as text: dates and times in ISO form, so that one place reads all values, wherever they come
    from.
    """
    try:
        frame = pl.read_parquet(data, use_pyarrow=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as fault:
        raise InputError(
            "This file can't be read as Parquet.", place=Place(shown), hint="It may be cut short; export it again."
        ) from fault
    texts = [_as_text(pl.col(name), kind, name, shown).alias(name) for name, kind in frame.schema.items()]
    names = frame.columns
    frame = frame.select(texts)
    frame.columns = [f"{at}" for at in range(len(names))]
    rows = pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias("_row")
    frame = frame.with_columns(blank_to_null(name) for name in frame.columns).with_columns(rows)
    return CsvText(names, ",".join(names), frame)


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


def _notes(unused: list[SourceFile]) -> pl.DataFrame:
    says = "This file is not named after a table of the data model and is not read."
    said = {"row": 0, "table": "", "rule": "file_not_read", "severity": "note", "column": "", "record_id": ""}
    return pl.DataFrame([{**said, "file": file.file, "message": says} for file in unused], schema=FINDING_COLUMNS)


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
