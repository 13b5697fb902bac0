"""Why: page, charts, workbook and commentary show one control chart, so what it holds is settled here and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from casetally.figures.ratings import Good
from casetally.periods import Period

Signal = Literal["beyond_limits", "trend", "two_of_three", "shift"]
Variation = Literal[
    "common_cause",
    "improving_high",
    "improving_low",
    "concerning_high",
    "concerning_low",
    "neither_high",
    "neither_low",
    "no_chart",
]
Assurance = Literal["passes", "fails", "hit_or_miss", "none"]
FEWEST_MOVES = 4  # moving ranges that limits need: those of five months in a row
TRIAL_BELOW = 12  # months; with fewer the limits still move with every new one


@dataclass(frozen=True)
class ChartPoint:
    """One month: its figure (None where there is none), the target in force on its last day, and what is unusual about it.

    `target` is one value, `target_range` the lowest and the highest of a range. `variation` says of this point what that of the
    chart says of the latest: common cause, or which way and for better or worse; 'no_chart' where it is not reckoned with.
    """

    period: Period
    value: Fraction | None
    target: Fraction | None
    signals: tuple[Signal, ...] = ()
    variation: Variation = "no_chart"
    status: str = "calculated"
    maturity: str = "final"
    target_range: tuple[Fraction, Fraction] | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it can be reckoned with: it has a figure, and the records go back far enough for that."""
        return self.value is not None and self.maturity != "short_history"


@dataclass(frozen=True)
class ControlChart:
    """An XmR chart of single months, the oldest first.

    `mean`, `lower` and `upper` are None where too few months have a figure. The limits are as reckoned and may lie beyond what can
    be; `drawn_lower` and `drawn_upper` are held at `least` and `most`, the lowest and highest possible figures (None: no such).
    `variation` is that of the last month, 'no_chart' where it has no figure; `assurance` is against the target of the last month.
    """

    points: tuple[ChartPoint, ...]
    unit: str
    good: Good
    mean: Fraction | None
    lower: Fraction | None
    upper: Fraction | None
    variation: Variation
    assurance: Assurance
    is_trial: bool  # fewer than TRIAL_BELOW months are counted
    least: Fraction | None = None
    most: Fraction | None = None
    is_sparse: bool = False  # so few are counted each month that one more or fewer moves the figure a lot

    @property
    def counted(self) -> tuple[ChartPoint, ...]:
        """The points that mean, limits and rules rest on: those that can be reckoned with since the last suppressed month."""
        return tuple(self.points[at] for at in counting(self.points))

    @property
    def latest(self) -> ChartPoint | None:
        """The latest month that counts."""
        return self.counted[-1] if self.counted else None

    @property
    def is_current(self) -> bool:
        """Whether the chart's last month counts, so that something can be said of it."""
        return bool(self.points) and self.points[-1].is_counted

    @property
    def drawn_lower(self) -> Fraction | None:
        return _held(self.lower, self.least, self.most)

    @property
    def drawn_upper(self) -> Fraction | None:
        return _held(self.upper, self.least, self.most)


def _held(limit: Fraction | None, least: Fraction | None, most: Fraction | None) -> Fraction | None:
    if limit is None:
        return None
    if least is not None and limit < least:
        return least
    return most if most is not None and limit > most else limit


def counting(points: Sequence[ChartPoint]) -> list[int]:
    """The positions of the months that are reckoned with.

    A month is suppressed because it is small, so the months left around it are no fair sample: only those since count.
    """
    hidden = [at for at, point in enumerate(points) if point.status == "suppressed"]
    since = hidden[-1] + 1 if hidden else 0
    return [at for at in range(since, len(points)) if points[at].is_counted]


def stretches(points: Sequence[ChartPoint]) -> list[list[int]]:
    """The positions of neighbouring months that are reckoned with; a gap ends a stretch."""
    found: list[list[int]] = []
    ended: dt.date | None = None
    for at in counting(points):
        if ended is None or points[at].period.start != ended + dt.timedelta(1):
            found.append([])
        found[-1].append(at)
        ended = points[at].period.end
    return found
