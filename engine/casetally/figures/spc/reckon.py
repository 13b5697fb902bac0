"""Why: mean, limits, icons and marks of a control chart are reckoned once, exactly, from the figures that are shown.

The rules are those of NHS England's Making Data Count; where they leave room, docs/control_charts.md says what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from casetally.definitions.authorities import Target
from casetally.figures.ratings import Good
from casetally.figures.spc.chart import (
    FEWEST_MOVES,
    TRIAL_BELOW,
    Assurance,
    ChartPoint,
    ControlChart,
    Signal,
    Variation,
    counting,
    stretches,
)
from casetally.figures.spc.signals import RULES, Direction, Limits
from casetally.figures.views import Seen
from casetally.periods import Period

SCALE = Fraction(266, 100)  # from the mean moving range to three sigma, for single values (3 / 1.128)
FEW_OF_A_SHARE = 10  # below this one more or fewer moves a percentage by more than 10 points
_WHOLE = Fraction(100)
_KINDS: Mapping[tuple[Literal["improving", "concerning", "neither"], Direction], Variation] = {
    ("improving", "high"): "improving_high", ("improving", "low"): "improving_low",
    ("concerning", "high"): "concerning_high", ("concerning", "low"): "concerning_low",
    ("neither", "high"): "neither_high", ("neither", "low"): "neither_low",
}  # fmt: skip


def control_chart(
    monthly: Mapping[Period, Seen], targets: Mapping[Period, Target], good: Good, *, is_change: bool = False
) -> ControlChart:
    """The chart of a line's single months.

    `monthly`: what is shown of each month; one without a value is a gap. `targets`: those in
    force on the last days of the months that have one. `good`: which way is better. `is_change`: the figures are themselves
    changes, so they may be negative.
    """
    ordered = sorted(monthly.items(), key=lambda one: one[0])
    seen = [one for _, one in ordered]
    points = [_point(period, one, targets.get(period)) for period, one in ordered]
    counted = [seen[at] for at in counting(points)]
    unbroken = stretches(points)
    limits = None if _is_rare(counted) else _limits(points, unbroken)
    least, most = (None, None) if is_change else _possible(seen)
    if limits is not None:
        points = _marked(points, unbroken, limits, good)
    return ControlChart(
        points=tuple(points),
        unit=next((one.unit for one in seen if one.value is not None), seen[-1].unit if seen else "number"),
        good=good,
        mean=limits.mean if limits else None,
        lower=limits.lower if limits else None,
        upper=limits.upper if limits else None,
        variation=points[-1].variation if points else "no_chart",
        assurance=_assurance(limits, ordered[-1][0], targets, good) if limits else "none",
        is_trial=len(counted) < TRIAL_BELOW,
        least=least,
        most=most,
        is_sparse=_is_rare(counted) or _is_of_few(counted),
    )


def _point(period: Period, seen: Seen, target: Target | None) -> ChartPoint:
    bounds = _range_of(target) if target else None
    wanted = target.on(period.end) if target else None
    return ChartPoint(period, seen.value, wanted, status=seen.status, maturity=seen.maturity, target_range=bounds)


def _range_of(target: Target) -> tuple[Fraction, Fraction] | None:
    if target.low is None or target.high is None:
        return None
    return Fraction(str(target.low)), Fraction(str(target.high))


def _value(point: ChartPoint) -> Fraction:
    assert point.value is not None  # only points that count come here
    return point.value


def _limits(points: Sequence[ChartPoint], unbroken: Sequence[Sequence[int]]) -> Limits | None:
    """Mean and process limits; None with too few moving ranges, or where they are all nought and yet the months differ."""
    stretched = [[_value(points[at]) for at in stretch] for stretch in unbroken]
    values = [value for stretch in stretched for value in stretch]
    moves = [abs(after - before) for stretch in stretched for before, after in pairwise(stretch)]
    if len(moves) < FEWEST_MOVES:
        return None
    is_level = not any(moves)
    if is_level and len(set(values)) > 1:  # on either side of a gap: nothing tells how far months usually lie apart
        return None
    return Limits(sum(values, Fraction(0)) / len(values), SCALE * sum(moves, Fraction(0)) / len(moves))


def _marked(
    points: Sequence[ChartPoint], unbroken: Sequence[Sequence[int]], limits: Limits, good: Good
) -> list[ChartPoint]:
    found = list(points)
    for stretch in unbroken:
        values = [_value(points[at]) for at in stretch]
        by_rule = [(signal, rule(values, limits)) for signal, rule in RULES]
        for within, at in enumerate(stretch):
            marks = [(signal, marked[within]) for signal, marked in by_rule if within in marked]
            found[at] = _with(points[at], marks, good)
    return found


def _with(point: ChartPoint, marks: Sequence[tuple[Signal, Direction]], good: Good) -> ChartPoint:
    variation = _kind(marks[0][1], good) if marks else "common_cause"
    return replace(point, signals=tuple(signal for signal, _ in marks), variation=variation)


def _kind(direction: Direction, good: Good) -> Variation:
    if good == "neither":
        return _KINDS["neither", direction]
    return _KINDS["improving" if (direction == "high") == (good == "higher") else "concerning", direction]


def _assurance(limits: Limits, now: Period, targets: Mapping[Period, Target], good: Good) -> Assurance:
    """Whether all, none or some of what may be expected meets the target in force now; a figure on the target meets it."""
    target = targets.get(now)
    if target is None:
        return "none"
    bounds = _range_of(target)
    if bounds is not None:
        return _of_range(limits, *bounds)
    wanted, better = target.on(now.end), target.good or good
    if wanted is None or better == "neither":
        return "none"
    worst, best = (limits.lower, limits.upper) if better == "higher" else (-limits.upper, -limits.lower)
    reached = wanted if better == "higher" else -wanted
    return "passes" if worst >= reached else "fails" if best < reached else "hit_or_miss"


def _of_range(limits: Limits, low: Fraction, high: Fraction) -> Assurance:
    if low <= limits.lower and limits.upper <= high:
        return "passes"
    return "fails" if limits.upper < low or high < limits.lower else "hit_or_miss"


def _possible(seen: Sequence[Seen]) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most that a figure can be: nothing is less than nought, no share more than a hundred per cent.

    Where a figure lies beyond that is no bound (a change, a ratio of two counts).
    """
    values = [one.value for one in seen if one.value is not None]
    least = Fraction(0) if all(value >= 0 for value in values) else None
    is_share = any(one.unit == "percent" for one in seen) and all(value <= _WHOLE for value in values)
    return least, _WHOLE if is_share else None


def _is_rare(seen: Sequence[Seen]) -> bool:
    """Whether fewer than one a month is counted on average: limits of single months then take every one for a change."""
    tops = [one.numerator for one in seen if _is_count(one) and one.numerator is not None]
    return bool(tops) and sum(tops) < len(tops)


def _is_count(seen: Seen) -> bool:
    return seen.value is not None and (seen.denominator is None or seen.unit.startswith("per_"))


def _is_of_few(seen: Sequence[Seen]) -> bool:
    """Whether half of the months of a share, or more, rest on fewer than 10."""
    below = [one.denominator for one in seen if one.value is not None and one.unit == "percent"]
    of = [one for one in below if one is not None]
    return bool(of) and 2 * sum(one < FEW_OF_A_SHARE for one in of) >= len(of)
