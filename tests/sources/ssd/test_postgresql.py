"""Why: what a server really does with our statements, our password and an attempt to write can't be told from their text.

The test starts a server of its own, on loopback, in a folder of its own, and stops it at the end.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources.given import GivenDatabase
from casetally.sources.recognise import read_source
from casetally.sources.ssd import database
from casetally.sources.ssd.database import PASSWORD

from tests.sources.ssd.conftest import MARK, Tables, authority, must_account, told, write_csv

SECRET = "s3cr3t/w@rd:%41"  # noqa: S105 - what a URL must not take apart
TYPES = {"_date": "timestamp", "_dob": "timestamp", "_distance": "double precision", "_json": "text"}


@dataclass(frozen=True)
class Server:
    port: int
    bin: Path
    run_as: tuple[str, ...]

    def sql(self, text: str, database: str = "postgres") -> None:
        done = subprocess.run(  # noqa: S603
            [*self.run_as, self.bin / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "owner",
             "-v", "ON_ERROR_STOP=1", "-q", database],
            input=text, env={**os.environ, "PGPASSWORD": SECRET}, cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def url(self, user: str = "reader", database: str = "postgres", options: str = "") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{options}"


def not_run(why: str) -> None:
    pytest.skip(f"NOT RUN: {why}, so nothing was read from a real PostgreSQL server")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        not_run("PostgreSQL is not installed here")
    bins = (found[-1] if found else Path(str(on_path))).parent
    run_as: tuple[str, ...] = ()
    folder = Path(tempfile.mkdtemp(prefix="casetally-pg-"))
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            not_run("the tests run as root and there is no setpriv")
        run_as = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
        os.chown(folder, 65534, 65534)
    secret = folder / "secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    secret.chmod(0o644)
    one = Server(free_port(), bins, run_as)
    where = str(folder / "data")
    settings = f"-p {one.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c DateStyle=SQL,MDY"
    try:
        for command in (
            [bins / "initdb", "-D", where, "-U", "owner", f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8",
             "--locale=C", "-N"],
            [bins / "pg_ctl", "-D", where, "-w", "-t", "30", "-l", folder / "log", "-o", settings, "start"],
        ):  # fmt: skip
            done = subprocess.run(  # noqa: S603
                [*run_as, *command], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
            if done.returncode:
                not_run("the server did not start")
        one.sql(made(authority()))
        yield one
    finally:
        stop = [*run_as, bins / "pg_ctl", "-D", where, "-m", "immediate", "stop"]
        subprocess.run(stop, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603
        shutil.rmtree(folder, ignore_errors=True)


def made(tables: Tables) -> str:
    """The tables in the schema `live`, a user who may read them, and one table that this user may not read."""
    lines = [f"CREATE ROLE reader LOGIN PASSWORD '{SECRET}';", "CREATE SCHEMA live;"]
    for name, rows in tables.items():
        kinds = [
            next((kind for ending, kind in TYPES.items() if column.endswith(ending)), "varchar(100)")
            for column in rows[0]
        ]
        columns = ", ".join(f'"{column}" {kind}' for column, kind in zip(rows[0], kinds, strict=True))
        lines.append(f"CREATE TABLE live.{name} ({columns});")
        for row in rows:
            values = ", ".join(
                "NULL" if value is None else "'" + value.replace("'", "''") + "'" for value in row.values()
            )
            lines.append(f"INSERT INTO live.{name} VALUES ({values});")
    lines += ["GRANT USAGE ON SCHEMA live TO reader;", "GRANT SELECT ON ALL TABLES IN SCHEMA live TO reader;"]
    lines += [
        "CREATE SCHEMA shut; CREATE TABLE shut.ssd_person (pers_person_id text); GRANT USAGE ON SCHEMA shut TO reader;"
    ]
    lines += ["CREATE SCHEMA work; GRANT ALL ON SCHEMA work TO reader; CREATE DATABASE bare;"]
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)


def refused(url: str) -> InputError:
    with pytest.raises(InputError) as fault:
        read_source(url)
    assert SECRET not in str(fault.value)
    assert fault.value.hint
    return fault.value


def test_the_server_tells_what_the_files_tell(server: Server, tmp_path: Path) -> None:
    read = read_source(server.url(options="?schema=live"))
    must_account(read)
    assert told(read) == told(read_source(write_csv(tmp_path, authority())))
    assert [file.file for file in read.files] == sorted(authority())
    assert SECRET not in f"{read.files}{read.findings.to_dicts()}{read.covers}"


def test_reading_twice_gives_the_same_files_and_rows(server: Server) -> None:
    one, other = (read_source(server.url(options="?schema=live")) for _ in range(2))
    assert one.files == other.files
    assert one.rows.equals(other.rows)


def test_the_password_is_taken_from_the_url_or_either_variable(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD)
    monkeypatch.setenv("PGPASSWORD", SECRET)
    assert read_source(server.url(options="?schema=live")).kind == "ssd"
    monkeypatch.delenv("PGPASSWORD")
    from urllib.parse import quote

    url = server.url(options="?schema=live").replace("reader@", f"reader:{quote(SECRET, safe='')}@")
    read = read_source(url)
    assert SECRET not in str(read.files)
    assert GivenDatabase(url).shown == f"postgresql://127.0.0.1:{server.port}/postgres"


def test_a_write_is_refused_by_the_server(server: Server) -> None:
    parts = database.urlsplit(server.url())
    ask = database._asker(database._driver_url(parts, "postgresql", {}), "shown")
    assert ask("SELECT current_setting('transaction_read_only') AS r").item() == "on"
    assert ask("SELECT has_schema_privilege('work', 'CREATE')::text AS r").item() == "true"
    with pytest.raises(InputError):
        ask("SELECT nextval('work.planted')::text AS n")
    server.sql("CREATE SEQUENCE work.planted; GRANT ALL ON work.planted TO reader;")
    with pytest.raises(InputError):
        ask("SELECT nextval('work.planted')::text AS n")
    parts = database.urlsplit(server.url())
    writing = database._driver_url(parts, "postgresql", {}).replace("read_only%3Don", "read_only%3Doff")
    assert database._asker(writing, "shown")("SELECT nextval('work.planted')::text AS n").item() == "1"


def test_a_wrong_password_is_told_at_once_and_tried_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "not-it-at-all")
    fault = refused(server.url())
    assert fault.says == "The database does not let this user in."
    assert PASSWORD in fault.hint
    assert "not-it-at-all" not in str(fault)


def test_a_database_that_is_not_there(server: Server) -> None:
    assert refused(server.url(database="nowhere")).says == "There is no such database on the server."


def test_a_database_without_the_dataset(server: Server) -> None:
    assert "no table of the safeguarding dataset" in refused(server.url(database="bare")).says


def test_a_table_that_the_user_may_not_read_is_named(server: Server) -> None:
    fault = refused(server.url(options="?schema=shut"))
    assert fault.says == "This user may not read the table 'ssd_person'."
    assert "SELECT" in fault.hint


def test_two_schemas_with_the_dataset_must_be_told_apart(server: Server) -> None:
    assert refused(server.url()).says == "Several schemas hold the dataset: live, shut."


def test_names_are_quoted_whatever_stands_in_them(server: Server) -> None:
    server.sql(
        'CREATE SCHEMA "odd; ""DROP"; CREATE TABLE "odd; ""DROP"."SSD_Person" ("Pers_Person_ID" int, pers_dob date, '
        '"pers_sex" char(3)); INSERT INTO "odd; ""DROP"."SSD_Person" VALUES (7, \'2012-05-01\', \'F\');'
        'GRANT USAGE ON SCHEMA "odd; ""DROP" TO reader; GRANT SELECT ON "odd; ""DROP"."SSD_Person" TO reader;'
    )
    read = read_source(server.url(options="?schema=odd;%20%22DROP"))
    assert told(read) == {"children": [{"child_id": "7", "date_of_birth": "2012-05-01", "sex": "F"}]}
    server.sql('DROP SCHEMA "odd; ""DROP" CASCADE')


def test_no_name_or_postcode_leaves_the_database(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[pl.DataFrame] = []
    real = database._asker

    def listening(url: str, shown: str) -> database.Ask:
        ask = real(url, shown)

        def heard(query: str) -> pl.DataFrame:
            assert "pers_surname" not in query
            seen.append(ask(query))
            return seen[-1]

        return heard

    monkeypatch.setattr(database, "_asker", listening)
    read_source(server.url(options="?schema=live"))
    assert len(seen) == 2  # the list of tables, and one statement for all of their rows
    without_outcomes = seen[1].filter(~pl.any_horizontal(pl.exclude("t").str.contains("_FLAG").fill_null(value=False)))
    assert MARK not in str(without_outcomes.to_dicts())
