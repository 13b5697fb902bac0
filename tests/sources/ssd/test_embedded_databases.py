"""Why: a database must tell what the files of the same tables tell, must not be changed by being read, and must not give its
password away."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import duckdb
import pytest
from casetally.errors import InputError
from casetally.sources import ssd
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source
from casetally.sources.ssd.asking import PASSWORD
from casetally.sources.ssd.embedded import _connection

from tests.sources.ssd.conftest import MARK, Tables, authority, must_account, told, write_csv

DUCKDB_TYPES = {"_date": "TIMESTAMP", "_dob": "TIMESTAMP", "_distance": "DOUBLE"}


def duckdb_type(column: str) -> str:
    return next((kind for ending, kind in DUCKDB_TYPES.items() if column.endswith(ending)), "VARCHAR")


def write_sqlite(path: Path, tables: Tables) -> Path:
    connection = sqlite3.connect(path)
    for name, rows in tables.items():
        columns = list(rows[0])
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", [tuple(row.values()) for row in rows])
    connection.commit()
    connection.close()
    return path


def write_duckdb(path: Path, tables: Tables, schema: str = "main") -> Path:
    connection = duckdb.connect(str(path))
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for name, rows in tables.items():
        columns = ", ".join(f"{column} {duckdb_type(column)}" for column in rows[0])
        connection.execute(f"CREATE TABLE {schema}.{name} ({columns})")
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {schema}.{name} VALUES ({marks})", [tuple(row.values()) for row in rows])
    connection.close()
    return path


WRITERS = {"sqlite": write_sqlite, "duckdb": write_duckdb}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("by_url", [False, True])
def test_a_database_file_tells_what_the_csv_files_tell(tmp_path: Path, kind: str, *, by_url: bool) -> None:
    (tmp_path / "files").mkdir()
    path = WRITERS[kind](tmp_path / "authority.db", authority())
    made = read_source(f"{kind}://{path.as_posix()}" if by_url else path)
    must_account(made)
    from_files = told(read_source(write_csv(tmp_path / "files", authority())))
    if kind == "duckdb":  # the server's way of writing a time
        for row in from_files["missing_episodes"]:
            row |= {name: str(row[name]).replace("T", " ") for name in ("started_at", "ended_at")}
    assert told(made) == from_files
    assert [file.file for file in made.files] == sorted(authority())


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_table_has_one_hash_whatever_the_order_of_its_rows(tmp_path: Path, kind: str) -> None:
    turned = {name: list(reversed(rows)) for name, rows in authority().items()}
    one = read_source(WRITERS[kind](tmp_path / "one.db", authority()))
    other = read_source(WRITERS[kind](tmp_path / "other.db", turned))
    assert one.files == other.files
    assert one.rows.equals(other.rows)
    changed = authority()
    changed["ssd_contacts"][0]["cont_contact_source_code"] = "7"
    third = {file.file: file.sha256 for file in read_source(WRITERS[kind](tmp_path / "third.db", changed)).files}
    assert {name for name, sha in third.items() if sha not in {file.sha256 for file in one.files}} == {"ssd_contacts"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_the_file_is_not_changed_and_a_write_is_refused(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / "authority.db", authority())
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    read_source(path)
    connection = _connection(kind, path)  # type: ignore[arg-type]
    with connection as opened, pytest.raises((sqlite3.OperationalError, duckdb.Error), match=r"(?i)read-?\s?only"):
        opened.execute("CREATE TABLE planted (x INTEGER)")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [one.name for one in tmp_path.iterdir()] == ["authority.db"]


def test_a_schema_is_chosen_by_the_url(tmp_path: Path) -> None:
    path = write_duckdb(tmp_path / "two.db", authority(), "live")
    write_duckdb(path, {"ssd_person": [{"pers_person_id": "T1"}]}, "test")
    with pytest.raises(InputError, match="Several schemas hold the dataset: live, test") as fault:
        read_source(path)
    assert fault.value.hint == "Name one in the URL, such as ?schema=live."
    assert told(read_source(f"duckdb://{path.as_posix()}?schema=TEST"))["children"] == [{"child_id": "T1"}]
    with pytest.raises(InputError, match="The schema 'nowhere' has no ssd_ tables"):
        read_source(f"duckdb://{path.as_posix()}?schema=nowhere")


def test_a_view_that_never_ends_or_reaches_for_files_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(f"pers_person_id\n{MARK}\n", encoding="utf-8")
    lite = sqlite3.connect(tmp_path / "lite.db")
    lite.execute(
        "CREATE VIEW ssd_person AS WITH RECURSIVE n(pers_person_id) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT * FROM n"
    )
    lite.close()
    duck = duckdb.connect(str(tmp_path / "duck.db"))
    duck.execute(f"CREATE VIEW ssd_person AS SELECT * FROM read_csv('{secret.as_posix()}')")
    duck.close()
    for name in ("lite.db", "duck.db"):
        with pytest.raises(InputError, match="has no table of the safeguarding dataset"):
            read_source(tmp_path / name)


def test_a_database_of_something_else_is_left_alone_beside_other_files(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE things (x)")
    connection.close()
    (tmp_path / "contacts.csv").write_text("contact_id,child_id,received_on\nC1,A1,2022-01-01\n", encoding="utf-8")
    assert ssd.claims(look_at([tmp_path])) == []
    assert read_source(tmp_path).kind == "plain"


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize(
    "spoil", [lambda data: data[: len(data) // 3], lambda data: data[:200] + b"\xff" * 4000 + data[4200:]]
)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path, kind: str, spoil: object) -> None:
    whole = WRITERS[kind](tmp_path / "whole.db", authority()).read_bytes()
    broken = tmp_path / "broken.db"
    broken.write_bytes(spoil(whole))  # type: ignore[operator]
    with pytest.raises(InputError) as fault:
        read_source(broken)
    assert MARK not in str(fault.value)


def test_a_table_whose_key_is_missing_is_refused_by_its_name(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "a.db", {"ssd_person": [{"pers_sex": "F"}]})
    with pytest.raises(InputError, match="The column 'pers_person_id' is missing") as fault:
        read_source(path)
    assert str(fault.value.place) == "ssd_person:1"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://anna:s3cr3t-w0rd@server/db", "begins with 'mysql://' can't be read"),
        ("postgresql://anna:s3cr3t-w0rd@127.0.0.1:1/db", "does not answer"),
        ("mssql://anna:s3cr3t-w0rd@127.0.0.1:1/db", "does not answer"),
        ("postgresql://anna:s3cr3t-w0rd@127.0.0.1:999999/db", "names no server"),
        ("postgresql:///db", "names no server"),
        ("postgresql://[anna:s3cr3t-w0rd@server/db", "names no server"),
        ("mssql://anna:s3cr3t-w0rd@ser ver/db", "does not answer"),
        ("postgresql://server", "names no server or no database"),
        ("postgresql://anna:1/s3cr3t-w0rd@127.0.0.1/db", "names no server or no database"),
        ("sqlite:///no/such/file.db", "no such database file"),
        ("duckdb:///no/such/file.db", "no such database file"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    monkeypatch.setenv(PASSWORD, "s3cr3t-w0rd")
    with pytest.raises(InputError) as fault:
        read_source(url)
    assert says in fault.value.says
    assert fault.value.hint
    assert "s3cr3t-w0rd" not in str(fault.value)
    assert fault.value.__cause__ is None


def test_a_file_and_a_database_are_read_together_and_keep_their_names(tmp_path: Path) -> None:
    tables = authority()
    (tmp_path / "files").mkdir()
    write_csv(tmp_path / "files", {"ssd_person": tables.pop("ssd_person")})
    path = write_sqlite(tmp_path / "rest.db", tables)
    made = read_source(tmp_path / "files", path)
    must_account(made)
    assert len(told(made)["children"]) == 3
    assert {file.file.rsplit("/", 1)[-1] for file in made.files} == {"ssd_person.csv", *tables}
