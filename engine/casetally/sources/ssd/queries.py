"""Why: every database spells names and dates differently, so the SQL that reads the dataset is written in one place, and can be
read without a server.

All tables are read with one statement, each under the columns c0, c1 ... with its number in `t`: a database answers one
statement from one state of its data, or from as nearly one as it can. Values are turned into text by the server, dates in ISO
form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Dialect = Literal["postgresql", "mssql", "sqlite", "duckdb"]
_TEXT: Mapping[Dialect, str] = {"postgresql": "text", "mssql": "nvarchar(max)", "sqlite": "TEXT", "duckdb": "VARCHAR"}


@dataclass(frozen=True)
class DatabaseColumn:
    """A column as the database names it, and its type in the database's words."""

    name: str
    type: str


@dataclass(frozen=True)
class DatabaseTable:
    """A table as it stands in a database; `readable`: whether the user may read it."""

    schema: str
    name: str
    columns: tuple[DatabaseColumn, ...]
    readable: bool = True


# schema, table, column, type, readable: of all tables and views whose names begin with ssd_
LISTING: Mapping[Dialect, str] = {
    "postgresql": (
        "SELECT n.nspname::text AS s, c.relname::text AS t, a.attname::text AS c, ty.typname::text AS k, "
        "(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))::text AS r "
        "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid "
        "WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND lower(c.relname) LIKE 'ssd\\_%' "
        "AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) ORDER BY 1, 2, a.attnum"
    ),
    "mssql": (
        "SELECT CAST(s.name AS nvarchar(128)) AS s, CAST(o.name AS nvarchar(128)) AS t, "
        "CAST(c.name AS nvarchar(128)) AS c, CAST(ty.name AS nvarchar(128)) AS k, "
        "CAST(CASE WHEN HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1 "
        "THEN 'true' ELSE 'false' END AS nvarchar(5)) AS r "
        "FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id "
        "JOIN sys.columns c ON c.object_id = o.object_id "
        "JOIN sys.types ty ON ty.user_type_id = c.user_type_id "
        "WHERE o.type IN ('U', 'V') AND LOWER(o.name) LIKE 'ssd[_]%' ORDER BY 1, 2, c.column_id"
    ),
    "sqlite": (
        "SELECT 'main' AS s, m.name AS t, p.name AS c, p.type AS k, 'true' AS r FROM sqlite_master m, "
        "pragma_table_info(m.name) p WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' "
        "AND lower(m.name) LIKE 'ssd\\_%' ESCAPE '\\' ORDER BY m.name, p.cid"
    ),
    "duckdb": (
        "SELECT schema_name, table_name, column_name, data_type, 'true' FROM duckdb_columns() "
        "WHERE (database_name, schema_name, table_name) IN (SELECT (database_name, schema_name, table_name) "
        "FROM duckdb_tables() WHERE NOT internal) AND database_name = current_database() "
        "AND lower(table_name) LIKE 'ssd\\_%' ESCAPE '\\' ORDER BY 1, 2, column_index"
    ),
}


def quoted(dialect: Dialect, name: str) -> str:
    """A name as the database wants it, whatever stands in it."""
    if dialect == "mssql":
        return "[" + name.replace("]", "]]") + "]"
    return '"' + name.replace('"', '""') + '"'


def as_text(dialect: Dialect, column: DatabaseColumn) -> str:
    """The column as text: dates and times in ISO form, numbers without an exponent where the database would write one."""
    name, kind = quoted(dialect, column.name), column.type.lower()
    if dialect == "postgresql":
        return _postgresql_text(name, kind)
    if dialect == "mssql":
        # one collation, for columns of several can't stand in one column of the answer
        return f"{_mssql_text(name, kind)} COLLATE DATABASE_DEFAULT"
    return f"CAST({name} AS {_TEXT[dialect]})"


def _postgresql_text(name: str, kind: str) -> str:
    if kind == "timestamptz":
        name, kind = f"({name} AT TIME ZONE 'Europe/London')", "timestamp"
    if kind == "timestamp":
        return f"to_char({name}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
    return f"to_char({name}, 'YYYY-MM-DD')" if kind == "date" else f"{name}::text"


def _mssql_text(name: str, kind: str) -> str:
    if kind in ("date", "datetime", "datetime2", "smalldatetime"):
        return f"CONVERT(nvarchar(33), {name}, 126)"
    if kind == "datetimeoffset":
        return f"CONVERT(nvarchar(33), CAST({name} AT TIME ZONE 'GMT Standard Time' AS datetime2), 126)"
    if kind in ("float", "real", "money", "smallmoney"):
        return f"CAST(CAST({name} AS decimal(18, 4)) AS nvarchar(40))"
    return f"CAST({name} AS nvarchar(max))"


def whole_read(dialect: Dialect, tables: Sequence[tuple[DatabaseTable, Sequence[DatabaseColumn]]]) -> str:
    """One statement that reads the columns of all the tables: `t` is the table's number, then c0, c1 ... as text."""
    width = max(len(columns) for _, columns in tables)
    parts = []
    for number, (table, columns) in enumerate(tables):
        values = [as_text(dialect, column) for column in columns]
        values += [f"CAST(NULL AS {_TEXT[dialect]})"] * (width - len(values))
        chosen = ", ".join(f"{value} AS c{at}" for at, value in enumerate(values))
        named = f"{quoted(dialect, table.schema)}.{quoted(dialect, table.name)}"
        parts.append(f"SELECT {number} AS t, {chosen} FROM {named}")
    return " UNION ALL ".join(parts)
