"""Why: SQL Server is read through connectorx, for ADBC has no driver of it; what that driver says is never passed on.

It has no way to ask for a connection that may only read, so the user's rights must be no more than SELECT (docs/sources/ssd.md).
"""

from __future__ import annotations

import os
import socket

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.ssd.asking import PASSWORD, Ask

_WAIT = 10  # seconds for a server to answer at all


def must_answer(host: str, port: int, shown: str) -> None:
    """Raises InputError where nothing answers there: the driver itself would try for long."""
    try:
        socket.create_connection((host, port), timeout=_WAIT).close()
    except (OSError, UnicodeError, OverflowError):
        raise InputError(
            "The database server does not answer.",
            place=Place(shown),
            hint="Check the server's name and port, and that this computer is let through to it.",
        ) from None


def asker(url: str, shown: str) -> Ask:
    """Asks the server of a URL. Raises InputError, in our own words, for whatever goes wrong."""
    os.environ.setdefault("RUST_LOG", "off")  # else the driver writes what the server says on the terminal

    def ask(query: str) -> pl.DataFrame:
        import connectorx

        try:
            return pl.DataFrame(connectorx.read_sql(url, query, return_type="polars"))
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt | SystemExit):
                raise
            raise _refused(str(fault), shown) from None

    return ask


def _refused(driver_says: str, shown: str) -> InputError:
    """What went wrong, in our own words: a driver's may repeat the URL with its password."""
    text = driver_says.lower()
    place = Place(shown)
    if "login failed" in text or "password" in text:
        says, hint = (
            "The database does not let this user in.",
            f"Put the user into the URL and the password into {PASSWORD}.",
        )
    elif "permission was denied" in text:
        says, hint = (
            "This user may not read a table of the dataset.",
            "Ask the database's owner for SELECT on its tables.",
        )
    elif "cannot open database" in text:
        says, hint = "There is no such database on the server.", "Check the name after the server in the URL."
    elif "tls" in text or "ssl" in text or "certificate" in text:
        says, hint = (
            "No encrypted connection could be made.",
            "Ask the database's owner which encrypt it wants.",
        )
    elif "timeout" in text or "timed out" in text or "connect" in text:
        says, hint = "The connection to the database was lost or refused.", "Try again, or ask the database's owner."
    else:
        says, hint = "The database could not be read.", "Try again; if it stays so, export the tables as CSV files."
    return InputError(says, place=place, hint=hint)
