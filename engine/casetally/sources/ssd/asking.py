"""Why: whatever the database, its tables are asked for in the same way: listed, chosen, and read in one statement.

Only columns that are used are fetched, and rows are numbered and hashed in the order of their contents, so that the same data gives
the same figures wherever it lies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder
from casetally.sources.csv_file import TextRows, blank_to_null
from casetally.sources.delivery import SourceFile
from casetally.sources.ssd.extract import Extract, Part, note_unread, taken_up
from casetally.sources.ssd.layout import LOOKED_UP, NOT_READ, header_of, table_named
from casetally.sources.ssd.mapping import needed_columns, read_columns
from casetally.sources.ssd.queries import LISTING, DatabaseColumn, DatabaseTable, Dialect, whole_read

PASSWORD = "CASETALLY_DB_PASSWORD"  # noqa: S105 - the name of the variable

Ask = Callable[[str], pl.DataFrame]


@dataclass(frozen=True)
class Opened:
    """A database that answers: `ask` gives the rows of a SELECT; `shown` is how errors and findings name it."""

    dialect: Dialect
    ask: Ask
    shown: str
    schema: str | None = None


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
