"""Why: an expression of a definition over one row, by the plain meaning of each node: the reference for every engine.

Unknown is None throughout: a comparison with it is unknown, `and`, `or` and `not` follow the three-valued tables.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casetally.language.catalogue import CATALOGUE, meaning_of
from sqlglot import exp

from reference.world import Row, World


@dataclass(frozen=True)
class Reading:
    """What an expression reads beside its row: the world (calendar, limits) and the days of the run and period."""

    world: World
    days: Mapping[str, dt.date]

    def value(self, tree: exp.Expr, row: Row) -> Any:
        """The value of an expression over a row; None is unknown."""
        return _READERS[type(tree)](self, tree, row)

    def holds(self, tree: exp.Expr, row: Row) -> bool:
        """Whether a condition is true: neither false nor unknown."""
        return self.value(tree, row) is True


def _column(reading: Reading, node: exp.Expr, row: Row) -> Any:
    return row[node.name] if node.name in row else reading.days[node.name]


def _literal(_: Reading, node: exp.Expr, __: Row) -> Any:
    text = str(node.this)
    if node.args["is_string"]:
        return text
    return Decimal(text) if "." in text else int(text)


def _date(_: Reading, node: exp.Expr, __: Row) -> dt.date:
    return dt.date.fromisoformat(str(node.this.this))


def _and(reading: Reading, node: exp.Expr, row: Row) -> bool | None:
    return all_of([reading.value(node.this, row), reading.value(node.expression, row)])


def _or(reading: Reading, node: exp.Expr, row: Row) -> bool | None:
    return any_of([reading.value(node.this, row), reading.value(node.expression, row)])


def _not(reading: Reading, node: exp.Expr, row: Row) -> bool | None:
    value = reading.value(node.this, row)
    return None if value is None else not value


def all_of(values: list[bool | None]) -> bool | None:
    """False if any is false, else unknown if any is unknown, else true."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def any_of(values: list[bool | None]) -> bool | None:
    """True if any is true, else unknown if any is unknown, else false."""
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def _comparing(compare: Callable[[Any, Any], Any]) -> Callable[[Reading, exp.Expr, Row], Any]:
    def read(reading: Reading, node: exp.Expr, row: Row) -> Any:
        left, right = reading.value(node.this, row), reading.value(node.expression, row)
        return None if left is None or right is None else compare(left, right)

    return read


def _between(reading: Reading, node: exp.Expr, row: Row) -> bool | None:
    value, low, high = (reading.value(part, row) for part in (node.this, node.args["low"], node.args["high"]))
    return all_of(
        [
            None if value is None or low is None else low <= value,
            None if value is None or high is None else value <= high,
        ]
    )


def _in(reading: Reading, node: exp.Expr, row: Row) -> bool | None:
    value = reading.value(node.this, row)
    listed = [reading.value(part, row) for part in node.expressions]
    return any_of([None if value is None or one is None else value == one for one in listed])


def _is(reading: Reading, node: exp.Expr, row: Row) -> bool:
    return reading.value(node.this, row) is reading.value(node.expression, row)


def _add(sign: int) -> Callable[[Reading, exp.Expr, Row], Any]:
    def read(reading: Reading, node: exp.Expr, row: Row) -> Any:
        left, right = reading.value(node.this, row), reading.value(node.expression, row)
        if left is None or right is None:
            return None
        return left + dt.timedelta(sign * right) if isinstance(left, dt.date) else left + sign * right

    return read


def _negative(reading: Reading, node: exp.Expr, row: Row) -> Any:
    value = reading.value(node.this, row)
    return None if value is None else -value


def _case(reading: Reading, node: exp.Expr, row: Row) -> Any:
    for branch in node.args["ifs"]:
        if reading.holds(branch.this, row):
            return reading.value(branch.args["true"], row)
    default = node.args.get("default")
    return None if default is None else reading.value(default, row)


def _call(reading: Reading, node: exp.Expr, row: Row) -> Any:
    name = str(node.this).lower()
    if name == "limit":
        return reading.world.limit(str(node.expressions[0].this), reading.value(node.expressions[1], row))
    assert name in CATALOGUE
    return meaning_of(name, reading.world.calendar)(*(reading.value(part, row) for part in node.expressions))


_READERS: dict[type[exp.Expr], Callable[[Reading, exp.Expr, Row], Any]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Cast: _date,
    exp.Boolean: lambda _, node, __: bool(node.this),
    exp.Null: lambda _, __, ___: None,
    exp.Paren: lambda reading, node, row: reading.value(node.this, row),
    exp.And: _and, exp.Or: _or, exp.Not: _not,
    exp.EQ: _comparing(operator.eq), exp.NEQ: _comparing(operator.ne),
    exp.LT: _comparing(operator.lt), exp.LTE: _comparing(operator.le),
    exp.GT: _comparing(operator.gt), exp.GTE: _comparing(operator.ge),
    exp.Between: _between, exp.In: _in, exp.Is: _is,
    exp.Add: _add(1), exp.Sub: _add(-1), exp.Mul: _comparing(operator.mul),
    exp.Neg: _negative, exp.Case: _case, exp.Anonymous: _call,
}  # fmt: skip
