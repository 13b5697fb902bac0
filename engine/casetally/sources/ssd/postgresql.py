"""Why: PostgreSQL is read through ADBC, whose client is PostgreSQL's own (libpq): it takes the options that a database's owner
knows, and most of what goes wrong has a code (SQLSTATE) that does not depend on the server's language.

Everything is read in one transaction that the server itself holds to reading, and that sees one state of the data. What the driver
says is never passed on: it may hold the user's name, the query or a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.ssd.asking import PASSWORD, Ask

# A connection that is lost without a word is noticed within two minutes; the URL's own options come later and count.
DEFAULTS = "connect_timeout=10&keepalives_idle=60&keepalives_interval=10&keepalives_count=6"
FIXED = "client_encoding=UTF8"  # a server sends the letters of its own encoding otherwise

# For this transaction alone, so that it holds behind a pooler of connections too and marks no session of another's. The server
# lets nobody turn it back once the first row is read.
_FIRST = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL statement_timeout = '1h'",
)

_NOT_LET_IN = (
    "The database does not let this user in.",
    f"Put the user into the URL and the password into {PASSWORD}.",
)
_LOST = ("The connection to the database was lost or refused.", "Try again, or ask the database's owner.")
_FAILED = ("The database could not be read.", "Try again; if it stays so, export the tables as CSV files.")
_NO_ANSWER = (
    "The database server does not answer.",
    "Check the server's name and port, and that this computer is let through to it.",
)
_ODD_URL = (
    "The database URL has an option that can't be used.",
    "Check what stands after the question mark in the URL.",
)

# libpq gives no code for a connection that is not made; the first that its message holds, without any names, counts
_AT_CONNECTING: tuple[tuple[str, tuple[str, str]], ...] = (
    (r"authentication failed|no password supplied|pg_hba\.conf|fatal: +role", _NOT_LET_IN),
    (
        r"fatal: +permission denied for database",
        (
            "This user may not open this database.",
            "Ask the database's owner for CONNECT on it, and SELECT on its tables.",
        ),
    ),
    (
        r"fatal: +database  does not exist",
        ("There is no such database on the server.", "Check the name after the server in the URL."),
    ),
    (r"fatal: ", _LOST),
    (
        r"\b(ssl|tls|certificate)\b",
        ("No encrypted connection could be made.", "Ask the database's owner which sslmode it wants."),
    ),
    (r"connection to server|translate host name", _NO_ANSWER),
)

# PostgreSQL's documentation, appendix "PostgreSQL Error Codes"
_BY_STATE: Mapping[str, tuple[str, str]] = {
    "42501": ("This user may not read a table of the dataset.", "Ask the database's owner for SELECT on its tables."),
    "25006": (
        "Reading a table of the dataset would write to the database, which is not let happen.",
        "Ask the database's owner for views that only read.",
    ),
    "57014": (
        "The reading was stopped, by you or by the database, or took more than an hour.",
        "Try again, or ask the database's owner.",
    ),
    "22021": ("The database holds text that is not in its own encoding.", "Ask the database's owner to mend it."),
}
_LOST_CLASSES = ("08", "57")  # connection exceptions; an operator's intervention


@contextmanager
def reading(url: str, shown: str) -> Iterator[Ask]:
    """A connection for reading, closed at the end; `url` with its password, `shown` is how errors name it.

    Raises InputError where the server can't be reached or refuses; so does what it gives, where a statement fails.
    """
    import adbc_driver_postgresql.dbapi as driver

    try:
        connection = driver.connect(url)
    except driver.Error as fault:
        raise _error(_why_not_connected(str(fault)), shown) from None

    def ask(query: str) -> pl.DataFrame:
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return pl.DataFrame(pl.from_arrow(cursor.fetch_arrow_table()))
        except driver.Error as fault:
            lost = isinstance(fault, driver.OperationalError)
            raise _error(_why_failed(fault.sqlstate, lost=lost), shown) from None

    with connection:
        for statement in _FIRST:
            ask(statement)
        yield ask


def _why_not_connected(driver_says: str) -> tuple[str, str]:
    text = re.sub(r'"[^"]*"', "", driver_says).lower()
    return next((told for pattern, told in _AT_CONNECTING if re.search(pattern, text)), _ODD_URL)


def _why_failed(state: str | None, *, lost: bool) -> tuple[str, str]:
    if state is None:
        return _LOST if lost else _FAILED
    return _BY_STATE.get(state) or (_LOST if state[:2] in _LOST_CLASSES else _FAILED)


def _error(told: tuple[str, str], shown: str) -> InputError:
    return InputError(told[0], place=Place(shown), hint=told[1])
