"""Why: some authorities keep the dataset in a SQLite or DuckDB file, which is read as a database and not as a table.

The file is opened for reading only. Its views are not followed: a file from elsewhere could hold one that never ends or that
reaches for other files. One transaction reads all of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.given import GivenFile
from casetally.sources.ssd.asking import Opened, read_tables
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.queries import LISTING

Kind = Literal["sqlite", "duckdb"]
_MOST_ROWS = 20_000_000  # in all tables; a small file of repeated values could claim any number


def kind_of(head: bytes) -> Kind | None:
    """Which database a file is, by its first bytes."""
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    return "duckdb" if head[8:12] == b"DUCK" else None


def holds_dataset(file: GivenFile) -> bool:
    """Whether a database file has a table of the dataset; False where it can't be opened."""
    kind = kind_of(file.head)
    if kind is None:
        return False
    try:
        with _connection(kind, file.path) as connection:
            return bool(connection.execute(LISTING[kind]).fetchall())
    except Exception:
        return False


def read_store(file: GivenFile, *, several: bool, kind: Kind | None = None, schema: str | None = None) -> Extract:
    """The dataset's tables of a SQLite or DuckDB file. Raises InputError where it is damaged, locked or has none."""
    found = kind_of(file.head)
    if found is None or (kind is not None and found != kind):
        name = {"sqlite": "SQLite", "duckdb": "DuckDB"}.get(kind or "", "SQLite or DuckDB")
        raise InputError(f"This is no {name} file.", place=Place(file.shown), hint="Check the path.")
    try:
        with _connection(found, file.path) as connection:
            connection.execute("BEGIN TRANSACTION")

            def ask(query: str) -> pl.DataFrame:
                return _answer(connection, query)

            return read_tables(Opened(found, ask, file.shown, schema), several=several)
    except InputError:
        raise
    except Exception as fault:  # drivers raise errors of many kinds for a damaged file
        if isinstance(fault, MemoryError) or not _of_driver(fault):
            raise
        raise InputError(
            "This database file can't be read.",
            place=Place(file.shown),
            hint="It may be damaged, of a later version, or open for writing in another program; close that, or copy it again.",
        ) from None


def _of_driver(fault: Exception) -> bool:
    return type(fault).__module__.split(".")[0] in ("sqlite3", "duckdb", "_duckdb", "builtins", "polars")


class _connection:  # noqa: N801 - used as a function
    """A connection for reading, closed at the end."""

    def __init__(self, kind: Kind, path: Path) -> None:
        self.kind, self.path = kind, path

    def __enter__(self) -> Any:
        if self.kind == "duckdb":
            from casetally.duckdb_closed import attach, connect, shut

            self.opened: Any = connect()
            try:
                attach(self.opened, self.path, "dataset", read_only=True)
                self.opened.execute("USE dataset")
                shut(self.opened)  # a file from elsewhere may reach for nothing beside itself
            except BaseException:
                self.opened.close()
                raise
            return self.opened
        import sqlite3

        address = self.path.resolve().as_uri() + "?mode=ro"
        self.opened = sqlite3.connect(address, uri=True, isolation_level=None)
        self.opened.text_factory = _text
        self.opened.execute("PRAGMA trusted_schema = OFF")
        self.opened.execute("PRAGMA query_only = ON")
        return self.opened

    def __exit__(self, *_: object) -> None:
        self.opened.close()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _answer(connection: Any, query: str) -> pl.DataFrame:
    """The rows of a SELECT as text, gathered in pieces; a column of blanks stays text."""
    cursor = connection.execute(query)
    names = [told[0] for told in cursor.description]
    schema = dict.fromkeys(names, pl.String)
    pieces = [pl.DataFrame(schema=schema)]
    read = 0
    while rows := cursor.fetchmany(50_000):
        read += len(rows)
        if read > _MOST_ROWS:
            raise InputError(f"The database file has more than {_MOST_ROWS:,} rows.", hint="Check what it holds.")
        texts = [tuple(None if v is None else str(v) for v in row) for row in rows]
        pieces.append(pl.DataFrame(texts, schema=schema, orient="row"))
    return pl.concat(pieces)
