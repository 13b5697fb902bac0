"""Why: what an indicator counts is worked out once, as conditions on a row, for the figures, the case lists and the tests alike.

A clock becomes a condition here: in time is `met <= due`; in a stock without a met day it is `as_at <= due`.
"""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from casetally.definitions.indicators import Indicator
from casetally.definitions.record_sets import Clock


def counted(indicator: Indicator) -> exp.Expr | None:
    """The rows of the denominator; None where all count. A row whose limit is not known on its day is left out, not guessed."""
    parts = [indicator.where.tree] if indicator.where else []
    if indicator.clock:
        parts.append(limit_known(indicator.clock))
    return _all_of(parts)


def holds(indicator: Indicator) -> exp.Expr | None:
    """The condition of the numerator among the rows counted; None where there is none."""
    if indicator.share:
        return indicator.share.tree
    return in_time(indicator.clock, stock=indicator.is_stock) if indicator.clock else None


def unsettled(indicator: Indicator) -> exp.Expr | None:
    """Rows of a flow whose answer may still change by itself: the clock runs on, or what the definition says."""
    if indicator.unsettled:
        return indicator.unsettled.tree
    clock = indicator.clock
    if clock is None or clock.met is None or indicator.when is None or clock.met.canonical == indicator.when.canonical:
        return None
    return _all_of([_is_null(clock.met.tree), _at_most(exp.column("run_as_at"), clock.due.tree)])


def limit_known(clock: Clock) -> exp.Expr:
    """False where the clock has started and its limit has no value on that day."""
    unknown = exp.And(this=exp.Not(this=_is_null(clock.from_.tree)), expression=_is_null(clock.due.tree))
    return exp.Not(this=exp.Paren(this=unknown))


def in_time(clock: Clock, *, stock: bool) -> exp.Expr:
    """Whether the clock is met in time, or in a stock is not past its due day."""
    not_past = _at_most(exp.column("as_at"), clock.due.tree)
    if clock.met is None:
        return not_past
    met = _at_most(clock.met.tree, clock.due.tree)
    if clock.met_before_start == "late":
        met = exp.And(this=met, expression=_at_most(clock.from_.tree, clock.met.tree))
    if not stock:
        return met
    waiting = exp.And(this=_is_null(clock.met.tree), expression=not_past)
    return exp.Paren(this=exp.Or(this=exp.Paren(this=met), expression=exp.Paren(this=waiting)))


def _at_most(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.LTE(this=exp.Paren(this=left.copy()), expression=exp.Paren(this=right.copy()))


def _is_null(node: exp.Expr) -> exp.Expr:
    return exp.Is(this=exp.Paren(this=node.copy()), expression=exp.Null())


def _all_of(parts: list[exp.Expr]) -> exp.Expr | None:
    wrapped: list[exp.Expr] = [exp.Paren(this=part.copy()) for part in parts]
    return reduce(_and, wrapped) if wrapped else None


def _and(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.And(this=left, expression=right)
