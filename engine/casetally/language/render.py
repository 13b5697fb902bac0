"""Why: one place writes an expression as SQL for DuckDB, with the joins to the calendar that its working days need.

`working_days` and `add_working_days` become columns of small calendar tables joined on the day (`lookups.py`): two look-ups
and a subtraction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from sqlglot import exp

from casetally.language.catalogue import CATALOGUE
from casetally.language.expressions import DAYS_OF_A_RUN, Expression
from casetally.language.lookups import Lookups
from casetally.language.value_types import duckdb_name


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
        function = CATALOGUE[str(node.this).lower()]
        arguments = [self.sql(argument) for argument in node.expressions]
        for at, parameter in enumerate(function.parameters):
            if parameter != "any" and isinstance(node.expressions[at].unnest(), exp.Null):
                arguments[at] = f"NULL::{duckdb_name(parameter)}"  # type: ignore[arg-type]  # a bare null fits too many functions
        return function.duckdb(arguments, self.lookups)


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
