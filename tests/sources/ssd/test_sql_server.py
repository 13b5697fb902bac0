"""Why: no SQL Server runs here, so what is sent to one is held by its text, and what its driver says by what is passed on."""

from __future__ import annotations

from urllib.parse import urlsplit

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources.given import GivenDatabase
from casetally.sources.ssd import database, sql_server
from casetally.sources.ssd.asking import PASSWORD, Opened, read_tables
from casetally.sources.ssd.queries import LISTING, DatabaseColumn, DatabaseTable, as_text, quoted, whole_read

SECRET = "s3cr3t/w@rd"  # noqa: S105


def column(name: str, kind: str) -> DatabaseColumn:
    return DatabaseColumn(name, kind)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("nvarchar", "CAST([c] AS nvarchar(max)) COLLATE DATABASE_DEFAULT"),
        ("nchar", "CAST([c] AS nvarchar(max)) COLLATE DATABASE_DEFAULT"),
        ("int", "CAST([c] AS nvarchar(max)) COLLATE DATABASE_DEFAULT"),
        ("datetime", "CONVERT(nvarchar(33), [c], 126) COLLATE DATABASE_DEFAULT"),
        ("date", "CONVERT(nvarchar(33), [c], 126) COLLATE DATABASE_DEFAULT"),
        ("datetime2", "CONVERT(nvarchar(33), [c], 126) COLLATE DATABASE_DEFAULT"),
        ("float", "CAST(CAST([c] AS decimal(18, 4)) AS nvarchar(40)) COLLATE DATABASE_DEFAULT"),
    ],
)
def test_values_become_text_on_the_server(kind: str, text: str) -> None:
    assert as_text("mssql", column("c", kind)) == text


def test_names_stand_in_brackets_whatever_is_in_them() -> None:
    assert quoted("mssql", "dbo") == "[dbo]"
    assert quoted("mssql", "a]; DROP TABLE x --") == "[a]]; DROP TABLE x --]"


def test_all_tables_are_read_with_one_select() -> None:
    person = DatabaseTable("ssd dev", "ssd_person", ())
    family = DatabaseTable("ssd dev", "ssd_family", ())
    query = whole_read(
        "mssql",
        [
            (person, [column("pers_person_id", "nvarchar"), column("pers_dob", "datetime")]),
            (family, [column("fami_family_id", "nvarchar")]),
        ],
    )
    assert query == (
        "SELECT 0 AS t, CAST([pers_person_id] AS nvarchar(max)) COLLATE DATABASE_DEFAULT AS c0, "
        "CONVERT(nvarchar(33), [pers_dob], 126) COLLATE DATABASE_DEFAULT AS c1 FROM [ssd dev].[ssd_person] UNION ALL "
        "SELECT 1 AS t, CAST([fami_family_id] AS nvarchar(max)) COLLATE DATABASE_DEFAULT AS c0, "
        "CAST(NULL AS nvarchar(max)) AS c1 FROM [ssd dev].[ssd_family]"
    )


def test_the_list_of_tables_is_a_select_that_asks_for_permissions() -> None:
    assert LISTING["mssql"].startswith("SELECT ")
    assert "HAS_PERMS_BY_NAME" in LISTING["mssql"]


def test_what_the_server_answers_becomes_the_tables() -> None:
    listing = [
        ("dbo", "ssd_person", "pers_person_id", "nvarchar", "true"),
        ("dbo", "ssd_person", "pers_dob", "datetime", "true"),
    ]

    def ask(query: str) -> pl.DataFrame:
        if query == LISTING["mssql"]:
            return pl.DataFrame(listing, schema=["s", "t", "c", "k", "r"], orient="row")
        return pl.DataFrame({"t": [0, 0], "c0": ["B", "A"], "c1": ["2012-05-01T00:00:00", None]})

    extract = read_tables(Opened("mssql", ask, "mssql://server/db"), several=False)
    frame = extract.frame("ssd_person")
    assert frame is not None
    assert frame.to_dicts() == [
        {"pers_person_id": "A", "pers_dob": None, "_file": "ssd_person", "_row": 2},
        {"pers_person_id": "B", "pers_dob": "2012-05-01", "_file": "ssd_person", "_row": 3},
    ]


def test_the_password_goes_to_the_driver_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, SECRET)
    parts = urlsplit("mssql://anna@server/db?schema=ssd&encrypt=true")
    assert database.driver_url(parts, "mssql") == ("mssql://anna:s3cr3t%2Fw%40rd@server:1433/db?encrypt=true")
    assert GivenDatabase("mssql://anna:pw@server/db?encrypt=true").shown == "mssql://server/db"


@pytest.mark.parametrize(
    ("driver_says", "says"),
    [
        (f"Login failed for user 'anna' mssql://anna:{SECRET}@server/db", "does not let this user in"),
        ("The SELECT permission was denied on the object 'ssd_person'", "may not read a table"),
        ('Cannot open database "nowhere" requested by the login.', "no such database"),
        ("Error occurred in TLS handshake", "No encrypted connection"),
        ("Connection reset by peer", "lost or refused"),
        (f"something else about {SECRET}", "could not be read"),
    ],
)
def test_what_the_driver_says_is_told_in_other_words(
    monkeypatch: pytest.MonkeyPatch, driver_says: str, says: str
) -> None:
    import connectorx

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError(driver_says)

    monkeypatch.setattr(connectorx, "read_sql", failing)
    ask = sql_server.asker(f"mssql://anna:{SECRET}@server/db", "mssql://server/db")
    with pytest.raises(InputError) as fault:
        ask("SELECT 1")
    assert says in fault.value.says
    assert fault.value.hint
    assert SECRET not in str(fault.value)
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__
