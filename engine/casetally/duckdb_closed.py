"""Why: DuckDB is opened in one place, closed to everything but what we attach: no other file, no network, no extension to fetch.

A definition is SQL that somebody wrote; whatever slips past the parser must still find no door.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_unsigned_extensions": "false",
}


def connect(**settings: str) -> duckdb.DuckDBPyConnection:
    """A database in memory, still able to attach files: call `shut` when all that it needs is attached."""
    return duckdb.connect(":memory:", config={**CLOSED, **settings})


def attach(
    con: duckdb.DuckDBPyConnection, path: Path | None, name: str, *, key: str | None = None, read_only: bool = False
) -> None:
    """Attach a database file (or, without a path, one more in memory) under a name. Raises duckdb.Error where it can't be."""
    options = [*(["READ_ONLY"] if read_only else []), *([f"ENCRYPTION_KEY '{_quoted(key)}'"] if key else [])]
    where = _quoted(str(path)) if path else ":memory:"
    con.execute(f"ATTACH '{where}' AS {name}" + (f" ({', '.join(options)})" if options else ""))


def shut(con: duckdb.DuckDBPyConnection) -> None:
    """From here on nothing but what is attached can be reached."""
    con.execute("SET enable_external_access = false")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
