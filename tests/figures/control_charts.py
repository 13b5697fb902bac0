"""Why: the tests of control charts say only what matters to them: the figures of neighbouring months, and which way is better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from casetally.definitions.authorities import Target
from casetally.figures.ratings import Good, period_before
from casetally.figures.spc import ControlChart, control_chart
from casetally.figures.views import Seen
from casetally.periods import Period, month

Number = int | str | Fraction | None  # '78.2' is exact; None has no figure
LAST = dt.date(2023, 9, 30)


def months(number: int) -> list[Period]:
    """So many months up to September 2023, the oldest first."""
    found = [month(LAST)]
    while len(found) < number:
        found.append(period_before(found[-1]))
    return found[:number][::-1]


def seen(number: Number, unit: str = "percent", **more: Any) -> Seen:
    if number is None:
        return Seen(None, None, None, unit, **{"status": "not_applicable", **more})
    return Seen(None, None, Fraction(number), unit, **more)


def target(**more: Any) -> Target:
    return Target.model_validate({"from": dt.date(2000, 1, 1), **more})


def chart(
    figures: Sequence[Number | Seen],
    good: Good = "higher",
    wanted: Target | Mapping[int, Target] | None = None,
    *,
    unit: str = "percent",
    is_change: bool = True,
) -> ControlChart:
    """The chart of figures of months up to September 2023, with one target for all months or some by their position.

    The figures may lie anywhere unless `is_change` is false.
    """
    periods = months(len(figures))
    monthly = {
        period: one if isinstance(one, Seen) else seen(one, unit) for period, one in zip(periods, figures, strict=True)
    }
    by_position = wanted if isinstance(wanted, Mapping) else dict.fromkeys(range(len(periods)), wanted)
    targets = {periods[at]: one for at, one in by_position.items() if one is not None}
    return control_chart(monthly, targets, good, is_change=is_change)
