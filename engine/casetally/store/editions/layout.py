"""Why: a year of nights must take hardly more space than one, so a row is kept once, with the editions it was known from and until.

`editions.duckdb` has for every table of the data model its rows as they were accepted, and beside them what makes a night whole
again: the nights themselves, findings, hashed keys of rows set aside, figures by edition, and texts kept once each under their
hash (definitions, calendars, what the source told). A row is known from edition `_from` up to but not including `_until`. The
child beside a finding or a key is there so that it can be forgotten, and is told nowhere.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from casetally.language.value_types import duckdb_name, of_column
from casetally.schemas import Schemas, Table
from casetally.store.layout import ROW_COLUMNS

LAYOUT = 1
STILL = 2_147_483_647  # `_until` of what is known in the latest edition
SPAN = {"_from": "INTEGER", "_until": "INTEGER"}
FINDINGS = {"file": "VARCHAR", "table": "VARCHAR", "rule": "VARCHAR", "severity": "VARCHAR", "column": "VARCHAR",
            "message": "VARCHAR", "record_id": "VARCHAR", "child_id": "VARCHAR"}  # fmt: skip
SET_ASIDE = {"table_name": "VARCHAR", "key_hash": "VARCHAR", "child_id": "VARCHAR"}
FIGURES = {"indicator": "VARCHAR", "basis": "VARCHAR", "period": "VARCHAR", "period_end": "DATE", "numerator": "DOUBLE",
           "denominator": "DOUBLE", "value": "DOUBLE", "status": "VARCHAR", "maturity": "VARCHAR",
           "definition": "VARCHAR"}  # fmt: skip
NIGHTS = {
    "number": "INTEGER PRIMARY KEY", "known_on": "DATE", "as_at": "DATE", "inputs": "VARCHAR", "version": "VARCHAR",
    "months": "INTEGER", "authority": "VARCHAR", "report": "VARCHAR", "rows": "BIGINT", "source": "VARCHAR",
    "definitions": "VARCHAR", "calendar": "VARCHAR", "settling": "VARCHAR", "facts": "VARCHAR", "despite": "VARCHAR",
}  # fmt: skip
_OTHERS = {
    "nights": NIGHTS,
    "days": {
        "number": "INTEGER PRIMARY KEY",
        "known_on": "DATE",
        "as_at": "DATE",
    },  # of every night ever, let go of or not
    "findings": {**FINDINGS, "row": "UINTEGER", **SPAN},
    "set_aside": {**SET_ASIDE, **SPAN},
    "figures": {**FIGURES, **SPAN},
    "kept": {"hash": "VARCHAR PRIMARY KEY", "contents": "BLOB"},
    "forgotten": {"event": "INTEGER", "child": "INTEGER", "first": "INTEGER", "last": "INTEGER"},
    "layout": {"version": "INTEGER"},
}


def rows_of(table: Table) -> str:
    """The name of the table that keeps the rows of one of the data model: theirs are apart from the others by it."""
    return f"rows_{table.table}"


def content(table: Table) -> dict[str, str]:
    """The columns of a row that are its record, with their types."""
    return {name: duckdb_name(of_column(column.type)) for name, column in table.columns.items()}


def make_tables(con: duckdb.DuckDBPyConnection, name: str, schemas: Schemas) -> None:
    """Make what is lacking in the database attached as `name`: all of it, or what a newer version of the program brought."""
    there = columns_there(con, name)
    for table, columns in {**_OTHERS, **_of_records(schemas)}.items():
        if table not in there:
            con.execute(f'CREATE TABLE {name}.main."{table}" ({_listed(columns)})')
        for column in columns.keys() - there.get(table, columns.keys()):
            con.execute(f'ALTER TABLE {name}.main."{table}" ADD COLUMN "{column}" {columns[column]}')
    if "layout" not in there:
        con.execute(f"INSERT INTO {name}.main.layout VALUES ({LAYOUT})")


def only_tables(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a database has no view and no macro, which could stand for something of ours: we make none."""
    count = "SELECT count(*) FROM {} WHERE database_name = ? AND NOT internal"
    return all(
        con.execute(count.format(of), [name]).fetchone() == (0,) for of in ("duckdb_views()", "duckdb_functions()")
    )


def is_laid_out(con: duckdb.DuckDBPyConnection, name: str, only: Collection[str] = ()) -> bool:
    """Whether a database has the tables that are not of records (`only`: these of them) with our columns and types."""
    there = con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = ?", [name]
    ).fetchall()
    wanted = {
        (table, column, kind.split(" ")[0])
        for table, columns in _OTHERS.items()
        for column, kind in columns.items()
        if not only or table in only
    }
    return wanted <= set(there)


def _of_records(schemas: Schemas) -> dict[str, dict[str, str]]:
    return {rows_of(table): {**content(table), **ROW_COLUMNS, **SPAN} for table in schemas.tables.values()}


def _listed(columns: dict[str, str]) -> str:
    return ", ".join(f'"{column}" {kind}' for column, kind in columns.items())


def columns_there(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, set[str]]:
    """The columns of every table of a database: a file may be older than the program, and lack some."""
    found: dict[str, set[str]] = {}
    for table, column in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = ?", [name]
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found
