"""Why: with a URL the dataset is read where it lies, so that nobody has to export children's records into files first.

Nothing is ever written: reading alone is let happen where the database offers that, and only SELECTs ask for data. The password
comes from the environment; what a driver says is never passed on, for it may repeat the URL.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder
from casetally.sources.csv_file import TextRows, blank_to_null
from casetally.sources.delivery import SourceFile
from casetally.sources.given import GivenDatabase, GivenFile
from casetally.sources.ssd.extract import Extract, Part, note_unread, taken_up
from casetally.sources.ssd.layout import LOOKED_UP, NOT_READ, header_of, table_named
from casetally.sources.ssd.mapping import needed_columns, read_columns
from casetally.sources.ssd.queries import LISTING, DatabaseColumn, DatabaseTable, Dialect, whole_read

PASSWORD = "CASETALLY_DB_PASSWORD"  # noqa: S105 - the name of the variable
_SCHEMES: Mapping[str, Dialect] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mssql": "mssql",
    "sqlserver": "mssql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
_PORTS: Mapping[str, int] = {"postgresql": 5432, "mssql": 1433}
_WAIT = 10  # seconds for a server to answer at all

Ask = Callable[[str], pl.DataFrame]


@dataclass(frozen=True)
class Opened:
    """A database that answers: `ask` gives the rows of a SELECT; `shown` is how errors and findings name it."""

    dialect: Dialect
    ask: Ask
    shown: str
    schema: str | None = None


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
    url = _driver_url(parts, dialect)
    if dialect == "mssql":
        _must_answer(host, port, given.shown)
        return read_tables(Opened(dialect, _asker(url, given.shown), given.shown, schema), several=several)
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


def _must_answer(host: str, port: int, shown: str) -> None:
    try:
        socket.create_connection((host, port), timeout=_WAIT).close()
    except (OSError, UnicodeError, OverflowError):
        raise InputError(
            "The database server does not answer.",
            place=Place(shown),
            hint="Check the server's name and port, and that this computer is let through to it.",
        ) from None


def _driver_url(parts: SplitResult, dialect: Dialect) -> str:
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


def _asker(url: str, shown: str) -> Ask:
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


def read_tables(opened: Opened, *, several: bool) -> Extract:
    """The dataset's tables of an opened database, one statement for all of their rows."""
    tables = _in_one_schema(_listed(opened), opened)
    notes = FindingsBuilder()
    wanted: list[tuple[str, DatabaseTable, list[DatabaseColumn]]] = []
    unused: list[SourceFile] = []
    for one in tables:
        shown = f"{opened.shown}/{one.name}" if several else one.name
        table = table_named(one.name)
        if table is None or table in NOT_READ:
            unused.append(SourceFile(shown, hashlib.sha256(b"").hexdigest(), 0, used=False))
            note_unread(notes, one.name, shown)
            continue
        if not one.readable:
            raise InputError(
                f"This user may not read the table '{one.name}'.",
                place=Place(opened.shown),
                hint="Ask the database's owner for SELECT on all ssd_ tables.",
            )
        wanted.append((table, one, _columns(table, one, shown)))
    if not wanted:
        raise _no_tables(opened)
    rows = opened.ask(whole_read(opened.dialect, [(one, columns) for _, one, columns in wanted]))
    rows.columns = [name.lower() for name in rows.columns]
    parts = []
    for number, (table, one, columns) in enumerate(wanted):
        shown = f"{opened.shown}/{one.name}" if several else one.name
        chosen = rows.filter(pl.col("t").cast(pl.Int64) == number)
        parts.append(
            _part(table, chosen.select(f"c{at}" for at in range(len(columns))), [c.name for c in columns], shown)
        )
        notes_of_columns(table, one, shown, notes)
    taken = [taken_up(table, text, shown, notes) for table, text, shown, _ in parts]
    made = [
        Part(table, SourceFile(shown, sha, frame.height, used=table not in LOOKED_UP), frame)
        for (table, _, shown, sha), frame in zip(parts, taken, strict=True)
    ]
    return Extract(tuple(made), tuple(unused), notes.frame())


def _listed(opened: Opened) -> list[DatabaseTable]:
    rows = opened.ask(LISTING[opened.dialect]).cast(pl.String)
    rows.columns = ["s", "t", "c", "k", "r"]
    found = []
    for (schema, name), group in rows.group_by("s", "t", maintain_order=True):
        columns = tuple(DatabaseColumn(str(c), str(k)) for c, k in group.select("c", "k").iter_rows())
        readable = str(group["r"].first()).lower() in ("true", "t", "1")
        found.append(DatabaseTable(str(schema), str(name), columns, readable))
    return sorted(found, key=lambda one: (one.schema, one.name))


def _in_one_schema(tables: Sequence[DatabaseTable], opened: Opened) -> list[DatabaseTable]:
    schemas = sorted({one.schema for one in tables})
    if opened.schema is not None:
        chosen = [one for one in schemas if one.lower() == opened.schema.lower()]
        if not chosen:
            having = f"Tables of the dataset are in: {', '.join(schemas)}." if schemas else "No schema has any."
            raise InputError(
                f"The schema '{opened.schema}' has no ssd_ tables.", place=Place(opened.shown), hint=having
            )
        return [one for one in tables if one.schema == chosen[0]]
    with_person = sorted({one.schema for one in tables if table_named(one.name) == "ssd_person"}) or schemas
    if len(with_person) > 1:
        raise InputError(
            f"Several schemas hold the dataset: {', '.join(with_person)}.",
            place=Place(opened.shown),
            hint=f"Name one in the URL, such as ?schema={with_person[0]}.",
        )
    return [one for one in tables if one.schema in with_person]


def _no_tables(opened: Opened) -> InputError:
    return InputError(
        "The database has no table of the safeguarding dataset that this user can see.",
        place=Place(opened.shown),
        hint="The tables are named ssd_person, ssd_contacts ...; views in SQLite and DuckDB files are not read.",
    )


def _columns(table: str, one: DatabaseTable, shown: str) -> list[DatabaseColumn]:
    """The columns to fetch: those that are read and no others, so that a name never leaves the database."""
    header = header_of(table, [column.name for column in one.columns], shown, needed_columns(table))
    return [one.columns[header.at[name]] for name in read_columns(table) if name in header.at]


def notes_of_columns(table: str, one: DatabaseTable, shown: str, notes: FindingsBuilder) -> None:
    """Notes the columns that are not known here."""
    names = [column.name for column in one.columns]
    for at in header_of(table, names, shown, ()).unknown:
        says = f"'{names[at]}' is not a column of {table} that is known here, so it is not read."
        notes.add(shown, 0, table="", rule="ssd_unknown_column", severity="note", message=says)


def _part(table: str, rows: pl.DataFrame, names: list[str], shown: str) -> tuple[str, TextRows, str, str]:
    """The rows in the order of their contents, numbered so, and the hash of their CSV text in that order."""
    rows = rows.cast(pl.String)
    rows.columns = [str(at) for at in range(len(names))]
    rows = rows.with_columns(blank_to_null(name) for name in rows.columns).sort(rows.columns, nulls_last=True)
    sha = hashlib.sha256(rows.rename(dict(zip(rows.columns, names, strict=True))).write_csv().encode()).hexdigest()
    numbers = pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias("_row")
    return table, TextRows(names, ",".join(names), rows.with_columns(numbers)), shown, sha
