"""Why: DuckDB is opened in one place, closed to everything but what we attach: no other file, no network, no extension to fetch.

A definition is SQL that somebody wrote; whatever slips past the parser must still find no door. What each setting keeps out, and
what stays within reach, stands in docs/adr/0017-closed-database.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from casetally.errors import CallError

CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_community_extensions": "false",
    "allow_extension_repositories": "forbidden",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",  # a name in SQL is a table, never a variable of ours
    "temp_directory": "",  # what does not fit into memory fails in words: records are not left in a folder of the database's choice
}
STILL_OPEN = ("search_path", "disabled_optimizers", "threads")  # all that may be set once a connection is shut
_FLAGS_AT = 20  # of the file's header: checksum (8 bytes), "DUCK", version of the storage (8 bytes), flags
_ENCRYPTED = 1
_SMALLEST_BLOCK = 16_384  # bytes: many small tables then take a tenth of the room


def connect(**settings: str) -> duckdb.DuckDBPyConnection:
    """A database in memory, still able to attach files: call `shut` when all that it needs is attached."""
    return duckdb.connect(":memory:", config={**CLOSED, **settings})


def connect_shut(**settings: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches nothing from its first statement on."""
    con = connect(**settings)
    shut(con)
    return con


def attach(
    con: duckdb.DuckDBPyConnection, path: Path | None, name: str, *, key: str | None = None, read_only: bool = False
) -> None:
    """Attach a database file (or, without a path, one more in memory) under a name, with a key encrypted by DuckDB itself.

    Raises CallError where the key and the file don't fit or nothing here can encrypt, duckdb.Error where the file can't be opened.
    """
    if path is None:
        con.execute(f"ATTACH ':memory:' AS {name}")
        return
    _must_fit(path, key, read_only)
    if key and not read_only:
        con.execute("LOAD httpfs")
    options = ["TYPE duckdb", *(["READ_ONLY"] if read_only else []), *(["ENCRYPTION_KEY ?"] if key else [])]
    if not read_only and not path.exists():
        options.append(f"BLOCK_SIZE {_SMALLEST_BLOCK}")
    fault = _attached(con, f"ATTACH ? AS {name} ({', '.join(options)})", [str(path), *([key] if key else [])])
    if fault is not None and key and "encryption key" in str(fault):
        raise CallError(f"'{path.name}' can't be opened with this key.", hint="Use the key that it was written with.")
    if fault is not None:
        raise fault


def _attached(con: duckdb.DuckDBPyConnection, statement: str, values: list[str]) -> duckdb.Error | None:
    """The fault, if there was one: given back and not raised, so that an error of ours does not carry it along."""
    try:
        con.execute(
            statement, values
        )  # the key goes as a value: it then stands in no statement that an error could show
    except duckdb.Error as fault:
        return fault
    return None


def _must_fit(path: Path, key: str | None, read_only: bool) -> None:
    """Told by the file's first bytes, before the database is asked."""
    encrypted = is_encrypted(path)
    if key and encrypted is False:
        raise CallError(f"'{path.name}' is not encrypted, and a key was given.", hint="Open it without a key.")
    if encrypted and not key:
        raise CallError(
            f"'{path.name}' is encrypted, and no key was given.", hint="Name the file of its key in CASETALLY_KEY_FILE."
        )
    if key and not read_only and not can_encrypt():
        raise CallError(
            f"'{path.name}' can't be written encrypted: DuckDB's OpenSSL module (its extension httpfs) is not installed here.",
            hint="Install httpfs for this version of DuckDB, or leave encryption at rest to the disk; nothing weaker is used.",
        )


@cache
def can_encrypt() -> bool:
    """Whether an encrypted database can be written here: only with the OpenSSL module among the extensions installed."""
    con = connect()
    try:
        con.execute("LOAD httpfs")  # from this machine: nothing is ever fetched
    except duckdb.Error:
        return False
    finally:
        con.close()
    return True


def is_encrypted(path: Path) -> bool | None:
    """Whether a database file is encrypted, by its first bytes; None where there is none, or the file is no database."""
    try:
        with path.open("rb") as opened:
            head = opened.read(_FLAGS_AT + 1)
    except OSError:
        return None
    if head[8:12] != b"DUCK" or len(head) <= _FLAGS_AT:
        return None
    return bool(head[_FLAGS_AT] & _ENCRYPTED)


def shut(con: duckdb.DuckDBPyConnection) -> None:
    """From here on nothing but what is attached can be reached, and no statement can open it again."""
    con.execute("SET enable_external_access = false")
    con.execute(f"SET allowed_configs = [{', '.join(repr(name) for name in STILL_OPEN)}]")
    con.execute("SET lock_configuration = true")
