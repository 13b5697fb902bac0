"""Why: events are laid on days so that months, stocks and working-day limits come out as asked, whatever the chance."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta

from casetally.calendar import Calendar
from casetally.samples.planted.making import Making

ONE = dt.timedelta(1)
WEEKEND_WEIGHT = 0.08  # how likely a day that is no working day is, beside one that is


@dataclass(frozen=True)
class Spell:
    """From the first day to the day of its end (not itself covered); None where it is still open."""

    start: dt.date
    end: dt.date | None = None

    def open_on(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or self.end > day)


def pick(rng: random.Random, weights: Mapping[str, float]) -> str:
    """One of the names, each as likely as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def some_days(rng: random.Random, making: Making, month: str, count: int) -> list[dt.date]:
    """`count` days of a month in order, mostly working days."""
    days = making.days(month)
    weights = [1.0 if making.calendar.is_working_day(day) else WEEKEND_WEIGHT for day in days]
    return sorted(rng.choices(days, weights, k=count))


def day_between(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """Any day from the first to the last, both included (the first where they are the wrong way round)."""
    return first + dt.timedelta(rng.randrange(max((last - first).days, 0) + 1))


def working_days_before(calendar: Calendar, day: dt.date, count: int) -> dt.date:
    """A working day from which `day` is exactly `count` working days away."""
    back = day
    while not calendar.is_working_day(back) or calendar.working_days(back, day) < count:
        back -= ONE
    return back


def months_after(day: dt.date, months: int) -> dt.date:
    """Calendar months later (earlier where negative), held back to the month's last day."""
    return day + relativedelta(months=months)


def group_sizes(rng: random.Random, total: int, weights: Sequence[float] = (0.62, 0.25, 0.13)) -> list[int]:
    """Sizes of groups of brothers and sisters that add up to `total`; group sizes 1, 2, 3 ... as likely as weighted."""
    sizes: list[int] = []
    while total > 0:
        size = min(total, rng.choices(range(1, len(weights) + 1), weights)[0])
        sizes.append(size)
        total -= size
    return sizes


def parts_of(rng: random.Random, total: int, parts: int, most: int = 7) -> list[int]:
    """`total` split at random into `parts` whole numbers from 1 to `most`. The total must lie between the two ends."""
    if not parts <= total <= parts * most:
        raise ValueError(f"{total} can't be split into {parts} parts of 1 to {most}")
    sizes = [1] * parts
    for _ in range(total - parts):
        at = rng.choice([at for at, size in enumerate(sizes) if size < most])
        sizes[at] += 1
    return sizes


def spells_for_stock(
    rng: random.Random, making: Making, stock: Mapping[str, int], *, turnover: float = 0.12, oldest: int = 500
) -> list[Spell]:
    """Spells of which exactly `stock[month]` are open at each month's end; those open before the first month began up to
    `oldest` days earlier. About `turnover` of those open end each month."""
    open_now = [
        Spell(making.first - dt.timedelta(1 + int(oldest * rng.random() ** 1.5)))
        for _ in range(stock[making.months[0]])
    ]
    ended: list[Spell] = []
    for month in making.months:
        leaving = min(len(open_now), max(round(len(open_now) * turnover), len(open_now) - stock[month]))
        gone = set(rng.sample(range(len(open_now)), leaving))
        days = some_days(rng, making, month, leaving)
        ended += [replace(open_now[at], end=day) for at, day in zip(sorted(gone), days, strict=True)]
        open_now = [spell for at, spell in enumerate(open_now) if at not in gone]
        fresh = some_days(rng, making, month, stock[month] - len(open_now))
        open_now += [Spell(day) for day in fresh]
    return sorted([*ended, *open_now], key=lambda spell: (spell.start, spell.end or dt.date.max))
