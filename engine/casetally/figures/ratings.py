"""Why: whether a figure is good enough, and whether it is getting better, is said by one rule with dated targets.

Green at the target or better; amber within the tolerance beyond it, relative to the target (target 95: amber from 85.5; lower is
better, target 9: amber to 9.9); red beyond. A range is green inside and red outside (rules: Counting, RAG).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from casetally.definitions.authorities import Target
from casetally.figures.views import Seen
from casetally.periods import Period, month, period_of, quarter

Rating = Literal["green", "amber", "red"]
LETTERS: dict[Rating, str] = {"green": "G", "amber": "A", "red": "R"}
AVERAGES = ("three_month_average", "twelve_month_average", "quarter_average", "three_year_average")
Good = Literal["higher", "lower", "neither"]


def rating_of(value: Fraction, target: Target, good: Good, day: dt.date) -> Rating | None:
    """The rating of a figure on a day; None where neither direction is better. `value` is in the unit of the target."""
    if target.low is not None and target.high is not None:
        return "green" if Fraction(str(target.low)) <= value <= Fraction(str(target.high)) else "red"
    wanted, direction = target.on(day), target.good or good
    if wanted is None or direction == "neither":
        return None
    leeway = abs(wanted) * Fraction(str(target.tolerance)) / 100
    short_by = wanted - value if direction == "higher" else value - wanted
    if short_by <= 0:
        return "green"
    return "amber" if short_by <= leeway else "red"


@dataclass(frozen=True)
class Travel:
    """The change from the period before: in the figure's unit (percentage points for a percentage), and what it means."""

    change: Fraction
    unit: str
    verdict: Literal["better", "worse", "same", "up", "down"]


def travel_of(now: Seen, before: Seen, good: Good) -> Travel | None:
    """The direction of travel between two figures; None where one of them has no value.

    Better or worse is only what can't turn out otherwise any more; until then it is up or down.
    """
    if now.value is None or before.value is None:
        return None
    change = now.value - before.value
    unit = "percentage points" if now.unit == "percent" else now.unit
    if not change:
        return Travel(change, unit, "same")
    if good == "neither" or may_turn(now, before.value):
        return Travel(change, unit, "up" if change > 0 else "down")
    return Travel(change, unit, "better" if (change > 0) == (good == "higher") else "worse")


def may_turn(now: Seen, before: Fraction) -> bool:
    """Whether a change since `before` may still turn out otherwise, so that it is no better or worse yet.

    That of a provisional figure may; that of one that is settling may unless wherever it usually ends lies on the same side.
    """
    if not now.may_move or now.value is None:
        return False
    return now.settles is None or any((end - before) * (now.value - before) <= 0 for end in now.settles)


def period_before(period: Period) -> Period:
    """The period of the same basis that ends before this one; of one that ends with a month, that of the month before."""
    if period.basis in ("year_to_date", "rolling_12_months"):
        return period_of(period.basis, month(month(period.end).start - dt.timedelta(1)).start)
    return period_of(period.basis, period.start - dt.timedelta(1))


def averages(seen: Callable[[Period], Seen], period: Period) -> dict[str, Seen]:
    """The averages that reports print beside a month: of 3 and 12 months, of its quarter, and of the same month in 3 years.

    Each is the mean of the values of single months, as `seen` gives them; one is left out where a month of it has no figure.
    """
    this = month(period.end)
    wanted = {
        "three_month_average": _months_back(this, 3),
        "twelve_month_average": _months_back(this, 12),
        "quarter_average": _months_back(month(quarter(this.start).end), 3),
        "three_year_average": [month(this.start.replace(year=this.start.year - back)) for back in range(3)],
    }
    found = {name: _mean([seen(one) for one in months]) for name, months in wanted.items()}
    return {name: mean for name, mean in found.items() if mean is not None}


def _months_back(last: Period, count: int) -> list[Period]:
    months = [last]
    while len(months) < count:
        months.append(month(months[-1].start - dt.timedelta(1)))
    return months


def _mean(seen: list[Seen]) -> Seen | None:
    values = [one.value for one in seen if one.value is not None]
    if len(values) < len(seen):
        return None
    return Seen(None, None, sum(values, Fraction(0)) / len(values), seen[0].unit)
