"""Why: with a URL the dataset is read where it lies, so that nobody has to export children's records into files first.

Nothing is ever written: reading alone is let happen where the database offers that, and only SELECTs ask for data. The password
comes from the environment; what a driver says is never passed on, for it may repeat the URL.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from casetally.errors import InputError, Place
from casetally.sources.given import GivenDatabase, GivenFile
from casetally.sources.ssd.asking import PASSWORD, Opened, read_tables
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.queries import Dialect

_SCHEMES: Mapping[str, Dialect] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mssql": "mssql",
    "sqlserver": "mssql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
_PORTS: Mapping[str, int] = {"postgresql": 5432, "mssql": 1433}


def read_database(given: GivenDatabase, *, several: bool) -> Extract:
    """The dataset's tables of a database by URL. `several`: whether other sources are read too, so that names must differ.

    Raises InputError for a scheme not known, a server that does not answer, a wrong password, no tables, no permission.
    """
    dialect = _SCHEMES.get(given.scheme)
    if dialect is None:
        raise InputError(
            f"A database with a URL that begins with '{given.scheme}://' can't be read.",
            hint="Known are postgresql://, mssql://, sqlite:/// and duckdb:///.",
        )
    if dialect in ("sqlite", "duckdb"):
        from casetally.sources.ssd.embedded import read_store

        path = _path_of(given)
        options = parse_qs(urlsplit(given.url).query)
        store = GivenFile(path, path.name)
        return read_store(store, several=several, kind=dialect, schema=options.get("schema", [None])[0])
    try:
        parts = urlsplit(given.url)
        host, port = parts.hostname, parts.port or _PORTS[dialect]
    except ValueError:
        host, port, parts = None, 0, SplitResult("", "", "", "", "")
    if not host or not parts.path.strip("/") or "@" in parts.path:  # a password with a stroke in it reads as a path
        raise InputError(
            "The database URL names no server or no database.",
            hint=f"Write it as {given.scheme}://user@server:{_PORTS[dialect]}/database?schema=name.",
        )
    schema = parse_qs(parts.query, keep_blank_values=True).get("schema", [None])[0]
    url = driver_url(parts, dialect)
    if dialect == "mssql":
        from casetally.sources.ssd import sql_server

        sql_server.must_answer(host, port, given.shown)
        return read_tables(Opened(dialect, sql_server.asker(url, given.shown), given.shown, schema), several=several)
    from casetally.sources.ssd import postgresql

    with postgresql.reading(url, given.shown) as ask:
        return read_tables(Opened(dialect, ask, given.shown, schema), several=several)


def _path_of(given: GivenDatabase) -> Path:
    """The file of a URL with three strokes: from the root, else from the working folder."""
    text = unquote(given.url.partition("://")[2].partition("?")[0])
    from_root = Path(text if not (len(text) > 2 and text[2] == ":") else text[1:])
    for path in (from_root, Path(text.lstrip("/"))):
        if path.is_file():
            return path
    raise InputError(
        "There is no such database file.",
        place=Place(given.shown),
        hint="Check the path; after sqlite:/// or duckdb:/// comes the file.",
    )


def driver_url(parts: SplitResult, dialect: Dialect) -> str:
    """The URL with its password, for the driver's eyes only: that of the URL, else of the environment."""
    user = unquote(parts.username or "")
    password = unquote(parts.password) if parts.password is not None else os.environ.get(PASSWORD)
    login = quote(user, safe="") + ("" if password is None else ":" + quote(password, safe=""))
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    place = f"{login}@{host}:{parts.port or _PORTS[dialect]}" if login else f"{host}:{parts.port or _PORTS[dialect]}"
    given = [one.partition("=") for one in parts.query.split("&") if one]
    options = "&".join(f"{k}={quote(unquote(v), safe='')}" for k, _, v in given if unquote(k) != "schema")
    if dialect == "postgresql":
        from casetally.sources.ssd.postgresql import DEFAULTS, FIXED

        options = "&".join(filter(None, (DEFAULTS, options, FIXED)))  # of options with one name the last counts
    return f"{dialect}://{place}{parts.path}{'?' if options else ''}{options}"
