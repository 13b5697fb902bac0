"""Why: a door of the database that is open in one place is open: every connection is made in one module, and tried here."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import casetally
import duckdb
import pytest
from casetally.calendar import Calendar
from casetally.definitions.record_sets import empty_tables
from casetally.duckdb_closed import CLOSED, STILL_OPEN, connect_shut
from casetally.records.row_rules import database_with
from casetally.schemas import load_schemas
from casetally.sources.ssd.embedded import _connection
from casetally.store import open_store, store_of_frames
from casetally.store.editions.editions import open_editions
from casetally.store.editions.writing import writing

PACKAGE = Path(casetally.__file__).parent
HIDDEN = "Zebedee-of-the-other-file"


def connects_in(text: str) -> list[int]:
    """The lines of a module on which DuckDB is opened, under whatever name it is imported."""
    tree = ast.parse(text)
    names = {"duckdb", "_duckdb"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.asname for one in node.names if one.asname and one.name in ("duckdb", "_duckdb")}
        if isinstance(node, ast.ImportFrom) and node.module in ("duckdb", "_duckdb"):
            found += [node.lineno for one in node.names if one.name.islower()]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            found += [node.lineno] if node.attr.islower() and not node.attr.startswith("__") else []
    return found


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import duckdb\nduckdb.connect()", [2]),
        ("import duckdb as d\n\nd.connect()", [3]),
        ("from duckdb import connect\nconnect()", [1]),
        ("import duckdb\nduckdb.sql('select 1')", [2]),
        ("import duckdb\ndef f(con: duckdb.DuckDBPyConnection) -> None: ...", []),
        ("import sqlite3\nsqlite3.connect('x')", []),
    ],
)
def test_what_counts_as_opening_the_database(text: str, lines: list[int]) -> None:
    assert connects_in(text) == lines


def test_the_database_is_opened_in_one_module() -> None:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if lines := connects_in(path.read_text(encoding="utf-8")):
            found[path.relative_to(PACKAGE).as_posix()] = lines
    assert list(found) == ["duckdb_closed.py"]


def settings_of(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = dict(con.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    return {name: found[name] for name in MUST_BE}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, a foreign database and files that hold a secret."""
    folder = tmp_path_factory.mktemp("closed")
    store_of_frames({}, load_schemas(), Calendar.england(), dt.date(2024, 3, 31), path=folder / "store.duckdb").close()
    with writing(folder / "editions.duckdb", load_schemas()) as book:
        assert settings_of(book.con) == MUST_BE  # while it is written too
    with duckdb.connect(str(folder / "foreign.duckdb")) as foreign:
        foreign.execute("CREATE TABLE ssd_person AS SELECT 1 AS pers_person_id")
    with duckdb.connect(str(folder / "other.duckdb")) as other:
        other.execute(f"CREATE TABLE t AS SELECT '{HIDDEN}' AS a")
    for name in ("secret.csv", "secret.txt", "secret.json"):
        (folder / name).write_text(f"a\n{HIDDEN}\n", encoding="utf-8")
    return folder


# each connection that the program works with, as its own room makes it
CONNECTIONS: dict[str, Callable[[Path], duckdb.DuckDBPyConnection]] = {
    "of nothing": lambda _: connect_shut(),
    "to bind record sets": lambda _: empty_tables(load_schemas()),
    "to check rows": lambda _: database_with(Calendar.england()),
    "a store in memory": lambda _: store_of_frames({}, load_schemas(), Calendar.england(), dt.date(2024, 3, 31)).con,
    "a store that a run made": lambda folder: open_store(folder / "store.duckdb", load_schemas()).con,
    "nights that are read": lambda folder: open_editions(folder / "editions.duckdb", load_schemas()).con,
    "a dataset from elsewhere": lambda folder: _connection("duckdb", folder / "foreign.duckdb").__enter__(),
}


@pytest.fixture(scope="module", params=CONNECTIONS)
def connection(request: pytest.FixtureRequest, made: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        con = CONNECTIONS[request.param](made)
        yield con
        con.close()


MUST_BE = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_community_extensions": "false",
    "allow_extension_repositories": "forbidden",
    "allow_persistent_secrets": "false",
    "allowed_directories": "[]",
    "lock_configuration": "true",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "log_query_path": "",
}


def test_what_each_connection_is_set_to(connection: duckdb.DuckDBPyConnection) -> None:
    assert settings_of(connection) == MUST_BE
    assert set(CLOSED) <= set(MUST_BE)
    # what is attached, and nothing else
    (allowed,) = connection.execute("SELECT current_setting('allowed_paths')").fetchone() or ([],)
    assert {Path(name).name.split(".")[0] for name in allowed} <= {
        "store",
        "foreign",
        "editions",
    }


DOORS = [
    "SELECT * FROM 'secret.csv'", "SELECT * FROM read_csv('secret.csv')", "SELECT * FROM read_text('secret.txt')",
    "SELECT * FROM read_blob('secret.txt')", "SELECT * FROM read_json('secret.json')", "SELECT * FROM sniff_csv('secret.csv')",
    "SELECT * FROM read_duckdb('other.duckdb')", "SELECT * FROM 'other.duckdb'", "SELECT * FROM glob('*')",
    "SELECT * FROM query('FROM read_text(''secret.txt'')')", "SELECT * FROM query_table(['secret.csv'])",
    "SELECT getenv('HOME')", "SELECT * FROM secret", "COPY (SELECT 1) TO 'made.csv'", "EXPORT DATABASE 'made'",
    "IMPORT DATABASE 'made'", "ATTACH 'other.duckdb'", "ATTACH 'made.duckdb'", "INSTALL httpfs", "LOAD httpfs",
    "LOAD './secret.txt'", "UPDATE EXTENSIONS", "SELECT * FROM read_csv('https://localhost:9/x.csv')",
    "CREATE PERSISTENT HIDDEN s (TYPE http)", "SET enable_external_access = true", "SET lock_configuration = false",
    "SET allowed_configs = ['enable_external_access']", "SET allowed_paths = ['secret.csv']", "SET allowed_directories = ['.']",
    "SET temp_directory = 'made'", "SET log_query_path = 'made.log'", "SET profiling_output = 'made.json'",
    "PRAGMA enable_profiling", "CALL enable_logging()", "SET home_directory = '.'", "SET secret_directory = '.'",
    "SET extension_directory = '.'", "SET custom_extension_repository = '.'", "RESET lock_configuration",
    "SET force_mbedtls_unsafe = true",
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_no_statement_opens_a_door_of_any_connection(
    door: str, connection: duckdb.DuckDBPyConnection, made: Path
) -> None:
    secret = [HIDDEN]  # a variable of this name must be no table either
    before = sorted(path.name for path in made.iterdir())
    with pytest.raises(duckdb.Error) as refused:
        connection.execute(door).fetchall()
    assert secret[0] not in str(refused.value)
    assert sorted(path.name for path in made.iterdir()) == before


def test_what_stays_open_is_what_the_store_sets_for_itself() -> None:
    con = connect_shut()
    for name, value in (("search_path", "'memory.main'"), ("disabled_optimizers", "''"), ("threads", "1")):
        con.execute(f"SET {name} = {value}")
    assert sorted(STILL_OPEN) == ["disabled_optimizers", "search_path", "threads"]


def test_rows_that_fit_in_no_memory_are_not_left_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    con = connect_shut(memory_limit="20MB")
    with pytest.raises(duckdb.OutOfMemoryException):
        con.execute("CREATE TABLE t AS SELECT uuid()::VARCHAR AS a FROM range(3000000) ORDER BY a")
    assert list(tmp_path.iterdir()) == []
