"""Why: the tables of the store follow from the schemas and from nothing else, so definitions can be bound before data exists."""

from __future__ import annotations

import duckdb

from casetally.language.lookups import DAYS_TABLE, NUMBERED_TABLE
from casetally.language.value_types import duckdb_name, of_column
from casetally.schemas import Schemas, Table

ROW_COLUMNS = {"_file": "VARCHAR", "_row": "UINTEGER"}


def has_child(table: Table) -> bool:
    """Whether the rows of a table are about a child, so that each also carries that child's `person_id`."""
    return "child_id" in table.columns


def create_tables(con: duckdb.DuckDBPyConnection, schemas: Schemas) -> None:
    """Create every table of the data model, empty, with `person_id` and the place each row came from, and the calendar's."""
    for table in schemas.tables.values():
        con.execute(f'CREATE TABLE "{table.table}" ({", ".join(column_definitions(table))})')
    con.execute(
        f"CREATE TABLE {DAYS_TABLE} (calendar_day DATE, is_working BOOLEAN, working_before INT, counts_from INT)"
    )
    con.execute(f"CREATE TABLE {NUMBERED_TABLE} (working_number INT, working_day DATE)")


def column_definitions(table: Table) -> list[str]:
    columns = [f'"{name}" {duckdb_name(of_column(column.type))}' for name, column in table.columns.items()]
    if has_child(table):
        columns.append("person_id VARCHAR")
    return columns + [f"{name} {kind}" for name, kind in ROW_COLUMNS.items()]
