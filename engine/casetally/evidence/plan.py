"""Why: all indicators of a record set come from one pass over it, so the plan groups them before any row is read.

A pass is a record set with one dating: a flow's day, or a stock's first and last day. Its measures are summed together. A
measure whose answer is not additive over days (distinct children, a median, a condition on the period) is recounted
for each period from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from casetally.definitions.indicators import Indicator, Kind
from casetally.definitions.record_sets import RecordSet
from casetally.evidence.conditions import counted, holds, unsettled
from casetally.language import Expression


@dataclass(frozen=True)
class Measure:
    """What one indicator asks of a row: whether it is counted, whether it holds, and what is summed or told apart."""

    indicator: Indicator
    kind: Kind
    counted: exp.Expr | None
    holds: exp.Expr | None
    amount: exp.Expr | None
    distinct: str | None
    unsettled: exp.Expr | None

    @property
    def recounted(self) -> bool:
        """Whether a flow must be counted anew for each period."""
        by_period = any(e.days & {"as_at", "period_start", "period_end"} for e in self.indicator.expressions())
        return self.distinct is not None or self.kind == "median" or by_period


@dataclass(frozen=True)
class Pass:
    """One reading of a record set: `when` for a flow or `open` for a stock, and the measures taken on the way."""

    record_set: RecordSet
    when: Expression | None
    open: tuple[Expression, Expression] | None
    measures: tuple[Measure, ...]

    @property
    def is_stock(self) -> bool:
        return self.open is not None


def measure_of(indicator: Indicator) -> Measure:
    """The measure of an indicator that counts rows (a ratio has none of its own)."""
    return Measure(
        indicator,
        indicator.kind,
        counted(indicator),
        holds(indicator),
        indicator.amount.tree if indicator.amount else None,
        indicator.distinct,
        unsettled(indicator),
    )


def plan_passes(indicators: Iterable[Indicator]) -> tuple[Pass, ...]:
    """The passes that serve all these indicators, in a fixed order."""
    groups: dict[tuple[str, ...], list[Indicator]] = {}
    for indicator in sorted(indicators, key=lambda one: one.id):
        if indicator.record_set is not None:
            groups.setdefault(_dating(indicator), []).append(indicator)
    return tuple(_pass(groups[key]) for key in sorted(groups))


def _dating(indicator: Indicator) -> tuple[str, ...]:
    assert indicator.record_set is not None
    days = [indicator.when] if indicator.when else list(indicator.open or ())
    return (indicator.record_set.name, *(day.canonical for day in days))


def _pass(indicators: list[Indicator]) -> Pass:
    first = indicators[0]
    assert first.record_set is not None
    return Pass(first.record_set, first.when, first.open, tuple(measure_of(one) for one in indicators))
