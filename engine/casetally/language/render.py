"""Why: one place writes an expression as SQL for DuckDB, with the joins to the calendar that its working days need.

`working_days` and `add_working_days` become columns of small calendar tables joined on the day (`Lookups`): two look-ups
and a subtraction, once per distinct day expression, however many indicators of a pass ask for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from casetally.language.catalogue import CATALOGUE
from casetally.language.expressions import DAYS_OF_A_RUN, Expression

DatedValues = Sequence[tuple[dt.date, int]]

DAYS_TABLE, NUMBERED_TABLE = "calendar_days", "calendar_working_days"


class Lookups:
    """Collects what one SELECT must join: `day(sql, column)` and `due(sql, count)` give the columns to use, `joins()` the text."""

    def __init__(self, alias: str = "calendar", limits: Mapping[str, DatedValues] | None = None) -> None:
        self.alias = alias
        self.limits = limits or {}
        self._joins: dict[str, str] = {}

    def day(self, day_sql: str, column: str) -> str:
        """The calendar's `column` (is_working, working_before, counts_from) on a day."""
        return f"{self._joined(DAYS_TABLE, 'calendar_day', day_sql)}.{column}"

    def due(self, day_sql: str, count_sql: str) -> str:
        """The day that is `count` working days after a day."""
        number = f"({self.day(day_sql, 'counts_from')} + {count_sql})"
        return f"{self._joined(NUMBERED_TABLE, 'working_number', number)}.working_day"

    def limit(self, name_sql: str, day_sql: str) -> str:
        """The dated limit as a case of constants, the latest first; null before its first date."""
        values = self.limits[name_sql.strip("'")]
        if not values:
            return "NULL::INT"
        whens = " ".join(f"WHEN {day_sql} >= DATE '{since}' THEN {value}" for since, value in reversed(values))
        return f"(CASE {whens} END)"

    def joins(self) -> str:
        """LEFT JOINs, in an order in which each may use those before it; none changes the number of rows."""
        return "\n".join(self._joins.values())

    def _joined(self, table: str, key: str, key_sql: str) -> str:
        name = f"{table}:{key_sql}"
        aliases = {known: f"{self.alias}_{at}" for at, known in enumerate(self._joins, 1)}
        if name not in aliases:
            alias = f"{self.alias}_{len(self._joins) + 1}"
            self._joins[name] = f"LEFT JOIN {table} AS {alias} ON {alias}.{key} = {key_sql}"
            return alias
        return aliases[name]


def render(
    expression: Expression | exp.Expr,
    lookups: Lookups,
    *,
    columns: Mapping[str, str] | None = None,
    run_as_at: dt.date | None = None,
    days: Mapping[str, str] | None = None,
) -> str:
    """The expression as DuckDB SQL.

    `columns` says how a column is written (its own quoted name where it says nothing); `days` how `as_at`, `period_start` and
    `period_end` are; `run_as_at` becomes a constant.
    """
    written = dict(days or {})
    if run_as_at is not None:
        written["run_as_at"] = f"DATE '{run_as_at}'"
    writer = _Writer(lookups, dict(columns or {}), written)
    return writer.sql(expression.tree if isinstance(expression, Expression) else expression)


class _Writer:
    def __init__(self, lookups: Lookups, columns: Mapping[str, str], days: Mapping[str, str]) -> None:
        self.lookups, self.columns, self.days = lookups, columns, days

    def sql(self, node: exp.Expr) -> str:
        return _WRITERS[type(node)](self, node)

    def column(self, node: exp.Expr) -> str:
        assert isinstance(node, exp.Column)
        name = f"{node.table}.{node.name}" if node.table else node.name
        if name in self.columns:
            return self.columns[name]
        if name in DAYS_OF_A_RUN and name in self.days:
            return self.days[name]
        return ".".join(f'"{part}"' for part in name.split("."))

    def literal(self, node: exp.Expr) -> str:
        text = str(node.this)
        return "'" + text.replace("'", "''") + "'" if node.args["is_string"] else text

    def infix(self, node: exp.Expr) -> str:
        return f"({self.sql(node.this)} {_SYMBOLS[type(node)]} {self.sql(node.expression)})"

    def between(self, node: exp.Expr) -> str:
        return f"({self.sql(node.this)} BETWEEN {self.sql(node.args['low'])} AND {self.sql(node.args['high'])})"

    def membership(self, node: exp.Expr) -> str:
        return f"({self.sql(node.this)} IN ({', '.join(self.sql(item) for item in node.expressions)}))"

    def case(self, node: exp.Expr) -> str:
        whens = " ".join(f"WHEN {self.sql(b.this)} THEN {self.sql(b.args['true'])}" for b in node.args["ifs"])
        default = node.args.get("default")
        return f"(CASE {whens} ELSE {self.sql(default) if default is not None else 'NULL'} END)"

    def call(self, node: exp.Expr) -> str:
        arguments = [self.sql(argument) for argument in node.expressions]
        return CATALOGUE[str(node.this).lower()].duckdb(arguments, self.lookups)


_SYMBOLS: dict[type[exp.Expr], str] = {
    exp.And: "AND",
    exp.Or: "OR",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Is: "IS",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
}
_WRITERS: dict[type[exp.Expr], Callable[[_Writer, exp.Expr], str]] = {
    exp.Column: _Writer.column,
    exp.Literal: _Writer.literal,
    exp.Cast: lambda writer, node: f"DATE {writer.sql(node.this)}",
    exp.Boolean: lambda _, node: "TRUE" if node.this else "FALSE",
    exp.Null: lambda _, __: "NULL",
    exp.Paren: lambda writer, node: writer.sql(node.this),
    exp.Not: lambda writer, node: f"(NOT {writer.sql(node.this)})",
    exp.Neg: lambda writer, node: f"(-{writer.sql(node.this)})",
    exp.Between: _Writer.between,
    exp.In: _Writer.membership,
    exp.Case: _Writer.case,
    exp.Anonymous: _Writer.call,
    **dict.fromkeys(_SYMBOLS, _Writer.infix),
}
