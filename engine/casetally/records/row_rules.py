"""Why: what the columns of a row, or a row and the rows it references, must say together.

The checks of a schema are written in the language of the definitions. They and the references are evaluated once per
table, in one query of DuckDB, as columns of flags; pandera then asserts the flags. A flag that is null (unknown)
holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import duckdb
import polars as pl

from casetally.calendar import Calendar
from casetally.duckdb_closed import connect_shut
from casetally.language import Expression, Lookups, Scope, read_expression, render
from casetally.language.lookups import DAYS_TABLE, NUMBERED_TABLE
from casetally.language.value_types import of_column
from casetally.records.hold import Hold, Rule, broken, flag
from casetally.records.references import SET_ASIDE, parent_columns, value_types
from casetally.schemas import Schemas, Table

_ROWS = "rows_to_check"


def read_checks(table: Table, schemas: Schemas) -> dict[str, Expression]:
    """The table's checks by id. Raises DefinitionError, underlined in the schema, for one that can't be meant."""
    types = value_types(table, schemas.tables)
    scope = Scope(columns={name: of_column(kind) for name, kind in types.items()}, codes=_codes(table, schemas))
    document = schemas.documents[table.table]
    return {
        name: read_expression(check.expect, scope, document=document, path=("checks", name, "expect"), expect="boolean")
        for name, check in table.checks.items()
    }


def row_failures(
    frame: pl.DataFrame,
    table: Table,
    schemas: Schemas,
    *,
    parents: Mapping[str, pl.DataFrame],
    as_at: dt.date,
    database: duckdb.DuckDBPyConnection,
) -> pl.DataFrame:
    """Every failure of a check or a reference (`hold.FAILURE_COLUMNS`). `parents` are the rows of the tables before.

    A check is put to the rows only where the source has every column that it names. `database` is
    `database_with(calendar)`.
    """
    leads = {p: lead for p, lead in parent_columns(table).items() if p in parents and lead in frame.columns}
    written = _written(table, frame, leads, parents)
    lookups = Lookups("calendar")
    asked: list[tuple[Hold, str]] = []
    for name, expression in read_checks(table, schemas).items():
        if expression.columns <= written.keys():
            rule = Rule(name, table.checks[name].severity, "", table.checks[name].says)
            asked.append((flag(name, rule), render(expression, lookups, columns=written, run_as_at=as_at)))
    joins = []
    references = _references(table, frame, parents)
    for name, parent in references:
        alias = parent if leads.get(parent) == name else f"{parent} by {name}"
        joins.append(f'LEFT JOIN "parent_{parent}" AS "{alias}" ON "{alias}".id = this_row."{name}"')
        asked += [(flag(f"{rule.id}|{name}", rule), sql) for rule, sql in _reference_rules(name, parent, alias)]
    if not asked:
        return broken(frame.select("_record"), [])
    flags = ", ".join(f'{sql} AS "{hold.on}"' for hold, sql in asked)
    query = f"SELECT this_row._at, {flags} FROM {_ROWS} AS this_row {' '.join(joins)} {lookups.joins()}"
    return broken(
        _evaluate(query, frame, {p: parents[p] for _, p in references}, database), [hold for hold, _ in asked]
    )


def _references(table: Table, frame: pl.DataFrame, parents: Mapping[str, pl.DataFrame]) -> list[tuple[str, str]]:
    """The columns that reference a table of the delivery, and that table."""
    named = [(name, column.references) for name, column in table.columns.items() if name in frame.columns]
    return [(name, parent) for name, parent in named if parent is not None and parent in parents]


def database_with(calendar: Calendar) -> duckdb.DuckDBPyConnection:
    """A database of its own in memory, with the tables that working days are looked up in; to be closed by the
    caller.
    """
    database = connect_shut()
    database.register(DAYS_TABLE, calendar.days())
    database.register(NUMBERED_TABLE, calendar.numbered())
    return database


def _evaluate(
    query: str, frame: pl.DataFrame, parents: Mapping[str, pl.DataFrame], database: duckdb.DuckDBPyConnection
) -> pl.DataFrame:
    rows = {_ROWS: frame.with_row_index("_at"), **{f"parent_{name}": known for name, known in parents.items()}}
    for name, shown in rows.items():
        database.register(name, shown)
    flags: pl.DataFrame = database.sql(query).pl()
    for name in rows:
        database.unregister(name)
    return flags.sort("_at").drop("_at")


def _reference_rules(name: str, parent: str, alias: str) -> list[tuple[Rule, str]]:
    missing = f"'{name}' names a record that is not in {parent}; the row stays."
    aside = f"'{name}' names a record of {parent} that was set aside; the row stays."
    return [
        (
            Rule("reference_missing", "warning", name, missing),
            f'(this_row."{name}" IS NULL OR "{alias}".id IS NOT NULL)',
        ),
        (Rule("reference_set_aside", "warning", name, aside), f"(\"{alias}\".standing <> '{SET_ASIDE}')"),
    ]


def _written(
    table: Table, frame: pl.DataFrame, joined: Mapping[str, str], parents: Mapping[str, pl.DataFrame]
) -> dict[str, str]:
    """How each column that the source has is written in the query, its parents' as `parent.column`."""
    written = {name: f'this_row."{name}"' for name in table.columns if name in frame.columns}
    for parent in joined:
        written |= {f"{parent}.{name}": f'"{parent}"."{name}"' for name in parents[parent].columns}
    return written


def _codes(table: Table, schemas: Schemas) -> dict[str, frozenset[str]]:
    return {name: frozenset(schemas.codes[c.codes]) for name, c in table.columns.items() if c.codes}
