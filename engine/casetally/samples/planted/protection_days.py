"""Why: enquiries, plans, visits and reviews share a few steps: families of a given total, and days within limits."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted.making import Making

ONE_DAY = dt.timedelta(1)
SIBLINGS = (1, 1, 1, 2, 2, 2, 3, 3, 4)


def month_of(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def families(rng: random.Random, children: int, count: int | None = None) -> list[int]:
    """Sizes of families that make up `children`; exactly `count` of them where given (no more than children)."""
    if children <= 0:
        return []
    if count is None:
        sizes: list[int] = []
        while (left := children - sum(sizes)) > 0:
            sizes.append(min(left, rng.choice(SIBLINGS)))
        return sizes
    sizes = [1] * max(1, min(count, children))
    for _ in range(children - len(sizes)):
        # the next brother or sister rather joins a small family
        at = min(rng.sample(range(len(sizes)), min(3, len(sizes))), key=lambda n: sizes[n])
        sizes[at] += 1
    rng.shuffle(sizes)
    return sizes


def working_day(making: Making, rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A working day from `first` to `last`, both included, or `first` where there is none."""
    days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
    return rng.choice([day for day in days if making.calendar.is_working_day(day)] or [first])


def before(making: Making, day: dt.date, count: int) -> dt.date:
    """The working day from which `day` is `count` working days away."""
    return making.calendar.add_working_days(day, -count)


def pick_exactly(rng: random.Random, sizes: Sequence[int], wanted: int) -> list[int]:
    """Positions whose sizes add up to `wanted`, taken at random; empty where none do."""
    order = list(range(len(sizes)))
    rng.shuffle(order)
    ways: dict[int, tuple[int, ...]] = {0: ()}
    for at in order:
        for total, way in sorted(ways.items(), reverse=True):
            if total + sizes[at] <= wanted:
                ways.setdefault(total + sizes[at], (*way, at))
        if wanted in ways:
            break
    return list(ways.get(wanted, ()))
