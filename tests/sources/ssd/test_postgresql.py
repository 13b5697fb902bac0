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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources.given import GivenDatabase
from casetally.sources.recognise import read_source
from casetally.sources.ssd import database, postgresql
from casetally.sources.ssd.asking import PASSWORD, Ask
from casetally.sources.ssd.queries import LISTING

from tests.sources.ssd.conftest import MARK, Tables, authority, must_account, told, write_csv

SECRET = "s3cr3t/w@rd:%41"  # noqa: S105 - what a URL must not take apart
TYPES = {"_date": "timestamp", "_dob": "timestamp", "_distance": "double precision", "_json": "text"}


@dataclass(frozen=True)
class Server:
    port: int
    bin: Path
    run_as: tuple[str, ...]
    log: Path

    def sql(self, text: str, database: str = "postgres") -> None:
        done = subprocess.run(  # noqa: S603
            [*self.run_as, self.bin / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "owner",
             "-v", "ON_ERROR_STOP=1", "-q", database],
            input=text, env={**os.environ, "PGPASSWORD": SECRET}, cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def url(self, user: str = "reader", database: str = "postgres", options: str = "") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{options}"

    def driver_url(self) -> str:
        return database.driver_url(urlsplit(self.url()), "postgresql")


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
    one = Server(free_port(), bins, run_as, folder / "log")
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
    lines += ["CREATE DATABASE closed; REVOKE CONNECT ON DATABASE closed FROM PUBLIC;"]
    lines += [f"CREATE DATABASE {one} ENCODING '{one}' TEMPLATE template0;" for one in ("latin1", "sql_ascii")]
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)
    for name in ("PGPASSWORD", "PGUSER", "PGOPTIONS", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", os.devnull)


def refused(url: str) -> InputError:
    with pytest.raises(InputError) as fault:
        read_source(url)
    assert SECRET not in str(fault.value)
    assert fault.value.hint
    assert fault.value.__cause__ is None
    assert fault.value.__context__ is None or fault.value.__suppress_context__
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
    url = server.url(options="?schema=live").replace("reader@", f"reader:{quote(SECRET, safe='')}@")
    read = read_source(url)
    assert SECRET not in str(read.files)
    assert GivenDatabase(url).shown == f"postgresql://127.0.0.1:{server.port}/postgres"


def test_a_server_that_wants_a_password_and_gets_none(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD)
    assert refused(server.url()).says == "The database does not let this user in."


WRITES = (
    "SELECT nextval('work.planted')::text AS n",
    "SELECT nextval('work.planted')",
    "CREATE TABLE work.made (a int)",
)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_refused_by_the_server(server: Server, write: str) -> None:
    import adbc_driver_postgresql.dbapi as driver

    server.sql("CREATE SEQUENCE IF NOT EXISTS work.planted; GRANT ALL ON work.planted TO reader;")
    with postgresql.reading(server.driver_url(), "shown") as ask, pytest.raises(InputError) as fault:
        ask(write)
    assert "write to the database" in fault.value.says
    with driver.connect(server.driver_url()) as connection, connection.cursor() as cursor:
        cursor.execute(write)  # this user may write: it is the transaction that may not


@pytest.mark.parametrize(
    "way", ["SELECT set_config('transaction_read_only', 'off', true)", "SET TRANSACTION READ WRITE"]
)
def test_reading_only_can_not_be_turned_back(server: Server, way: str) -> None:
    with postgresql.reading(server.driver_url(), "shown") as ask:
        assert ask("SELECT current_setting('transaction_read_only') AS r").item() == "on"
        with pytest.raises(InputError):
            ask(way)
        with pytest.raises(InputError):
            ask("CREATE TABLE work.after (a int)")


def test_an_option_of_the_url_can_not_turn_it_off(server: Server) -> None:
    parts = urlsplit(server.url(options="?options=-c default_transaction_read_only=off"))
    with postgresql.reading(database.driver_url(parts, "postgresql"), "shown") as ask:
        assert ask("SELECT current_setting('default_transaction_read_only') AS r").item() == "off"  # it was passed on
        assert ask("SELECT current_setting('transaction_read_only') AS r").item() == "on"


def test_all_is_read_from_one_state_of_the_data(server: Server) -> None:
    server.sql("CREATE TABLE work.counted (a int); GRANT SELECT ON work.counted TO reader;")
    with postgresql.reading(server.driver_url(), "shown") as ask:
        ask(LISTING["postgresql"])
        server.sql("INSERT INTO work.counted VALUES (1);")
        assert ask("SELECT count(*)::text AS n FROM work.counted").item() == "0"
    with postgresql.reading(server.driver_url(), "shown") as ask:
        assert ask("SELECT count(*)::text AS n FROM work.counted").item() == "1"


def test_a_wrong_password_is_told_at_once_and_tried_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "not-it-at-all")
    before = server.log.read_text(encoding="utf-8").count("authentication failed")
    fault = refused(server.url())
    assert server.log.read_text(encoding="utf-8").count("authentication failed") == before + 1
    assert fault.says == "The database does not let this user in."
    assert PASSWORD in fault.hint
    assert "not-it-at-all" not in str(fault)


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        url = f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=2"
        assert refused(url).says == "The database server does not answer."


def test_the_url_of_the_driver_has_all_options_but_the_schema() -> None:
    parts = urlsplit("postgresql://anna@server/db?schema=ssd&sslmode=require&connect_timeout=3&client_encoding=LATIN1")
    asked = database.driver_url(parts, "postgresql").partition("?")[2].split("&")
    assert not [one for one in asked if one.startswith("schema")]
    assert "sslmode=require" in asked
    # of two with one name the last counts: the URL's over the usual, and no other letters than those that are understood
    assert [one for one in asked if one.startswith("connect_timeout")] == ["connect_timeout=10", "connect_timeout=3"]
    assert asked[-1] == "client_encoding=UTF8"


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("sslmode=require", "No encrypted connection could be made."),
        ("sslmode=nonsense", "The database URL has an option that can't be used."),
        ("nonsense=1", "The database URL has an option that can't be used."),
        ("options=-c nonsense=1", "The connection to the database was lost or refused."),
    ],
)
def test_an_option_that_can_not_be_met(server: Server, option: str, says: str) -> None:
    assert refused(server.url(options=f"?schema=live&{option}")).says == says


@pytest.mark.parametrize(
    ("driver_says", "says"),
    [
        (
            'failed: FATAL:  password authentication failed for user "database "x" does not exist"',
            "not let this user in",
        ),
        ('failed: FATAL:  role "fatal: database does not exist" is not permitted to log in', "not let this user in"),
        ('failed: FATAL:  no pg_hba.conf entry for host "1.2.3.4", user "u", no encryption', "not let this user in"),
        ("failed: FATAL:  sorry, too many clients already", "lost or refused"),
        ("failed: SSL error: certificate verify failed", "No encrypted connection"),
        ("failed: server closed the connection unexpectedly", "does not answer"),
        ('could not translate host name "s3cr3t" to address', "does not answer"),
    ],
)
def test_a_connection_that_is_not_made_is_told_in_other_words(driver_says: str, says: str) -> None:
    told_so = postgresql._why_not_connected(f'connection to server at "ssl.example", port 5432 {driver_says}')
    assert says in told_so[0]
    assert "s3cr3t" not in "".join(told_so)


def test_a_database_that_is_not_there(server: Server) -> None:
    assert refused(server.url(database="nowhere")).says == "There is no such database on the server."


def test_a_database_without_the_dataset(server: Server) -> None:
    assert "no table of the safeguarding dataset" in refused(server.url(database="bare")).says


def test_a_table_that_the_user_may_not_read_is_named(server: Server) -> None:
    fault = refused(server.url(options="?schema=shut"))
    assert fault.says == "This user may not read the table 'ssd_person'."
    assert "SELECT" in fault.hint


def test_a_database_that_the_user_may_not_open(server: Server) -> None:
    fault = refused(server.url(database="closed"))
    assert fault.says == "This user may not open this database."
    assert "CONNECT" in fault.hint


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("SELECT pers_person_id FROM hidden.people", "This user may not read a table of the dataset."),
        ("SELECT nextval('hidden.n')::text AS pers_person_id", "Reading a table of the dataset would write"),
        ("SELECT pg_terminate_backend(pg_backend_pid())::text AS pers_person_id", "was lost or refused"),
        ("SELECT (1 / (g - 90000))::text AS pers_person_id FROM generate_series(1, 90000) g", "could not be read"),
    ],
)
def test_a_view_that_fails_while_it_is_read(server: Server, view: str, says: str) -> None:
    server.sql(
        "CREATE ROLE maker; CREATE SCHEMA hidden AUTHORIZATION maker; CREATE TABLE hidden.people (pers_person_id text);"
        "CREATE SEQUENCE hidden.n; GRANT ALL ON hidden.n TO reader, maker; GRANT USAGE ON SCHEMA hidden TO reader;"
        f"CREATE VIEW hidden.ssd_person AS {view}; ALTER VIEW hidden.ssd_person OWNER TO maker;"
        "GRANT SELECT ON hidden.ssd_person TO reader;"
    )
    try:
        assert says in refused(server.url(options="?schema=hidden")).says
    finally:
        server.sql("DROP SCHEMA hidden CASCADE; DROP ROLE maker;")


def test_letters_of_another_encoding(server: Server) -> None:
    one = "CREATE TABLE ssd_person (pers_person_id text); GRANT SELECT ON ssd_person TO reader;"
    server.sql(one + "INSERT INTO ssd_person VALUES (convert_from('\\x5a6feb', 'LATIN1'));", "latin1")
    assert told(read_source(server.url(database="latin1"))) == {"children": [{"child_id": "Zo\u00eb"}]}
    server.sql(one + "INSERT INTO ssd_person VALUES (E'Zo\\xeb');", "sql_ascii")
    assert "not in its own encoding" in refused(server.url(database="sql_ascii")).says


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
    real = postgresql.reading

    @contextmanager
    def listening(url: str, shown: str) -> Iterator[Ask]:
        with real(url, shown) as ask:

            def heard(query: str) -> pl.DataFrame:
                assert "pers_surname" not in query
                seen.append(ask(query))
                return seen[-1]

            yield heard

    monkeypatch.setattr(postgresql, "reading", listening)
    read_source(server.url(options="?schema=live"))
    assert len(seen) == 2  # the list of tables, and one statement for all of their rows
    without_outcomes = seen[1].filter(~pl.any_horizontal(pl.exclude("t").str.contains("_FLAG").fill_null(value=False)))
    assert MARK not in str(without_outcomes.to_dicts())
