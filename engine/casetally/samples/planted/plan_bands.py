"""Why: where children on a plan for over 18 months are printed beside those for over two years, the band between must come out too.

A plan that passes 18 months passes two years half a year later, unless it ends before. So of each month's band some are on
their way to two years, as many as the other stock asks for; the rest pass 18 months when the band grows and end in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, first_day
from casetally.samples.planted.protection_days import month_of

HALF_YEAR = 6  # months from 18 months to two years


@dataclass(frozen=True)
class Band:
    """Children whose plan passes 18 months in one month and ends in another (None: it is open at the end), before two years."""

    children: int
    turns_18: str
    ends_in: str | None


def first_printed(making: Making) -> str | None:
    """The first month for which children on a plan for over 18 months are printed."""
    return next((month for month in making.months if making.facts.month("plans_over_18m", month) is not None), None)


def bands(making: Making, turned_long: Mapping[str, int]) -> list[Band]:
    """The plans that pass 18 months and never two years; `turned_long`: those that pass two years, by month."""
    start = first_printed(making)
    if start is None:
        return []
    found: list[Band] = []
    waiting: list[list[int | str]] = []  # [month of 18 months, children], the oldest first
    last = making.months[-1]
    for month in making.months[making.months.index(start) :]:
        wanted = _wanted(making, month, turned_long)
        if month == start:
            parts = [_shift(month, -back) for back in range(HALF_YEAR - 2, -1, -1)]
            waiting = [[name, wanted // len(parts) + (at < wanted % len(parts))] for at, name in enumerate(parts)]
            continue
        # half a year after 18 months come two years: by then they have ended
        must = sum(int(n) for name, n in waiting if str(name) <= _shift(month, 1 - HALF_YEAR)) if month != last else 0
        held = sum(int(n) for _, n in waiting)
        leaving = max(must, held - wanted)
        found += _leave(waiting, leaving, month)
        waiting.append([month, wanted - (held - leaving)])
    return found + [Band(int(n), str(name), None) for name, n in waiting if int(n)]


def _wanted(making: Making, month: str, turned_long: Mapping[str, int]) -> int:
    """Those in the band at the month's end who are not on their way to two years."""
    facts = making.facts
    between = facts.need("plans_over_18m", month, 0) - facts.need("plans_over_24m", month, 0)
    on_their_way = sum(turned_long.get(_shift(month, n), 0) for n in range(1, HALF_YEAR + 1))
    return max(between - on_their_way, 0)


def _leave(waiting: list[list[int | str]], leaving: int, month: str) -> list[Band]:
    found = []
    while leaving > 0 and waiting:
        name, children = str(waiting[0][0]), int(waiting[0][1])
        going = min(children, leaving)
        if going:
            found.append(Band(going, name, month))
        leaving -= going
        waiting[0][1] = children - going
        if children == going:
            waiting.pop(0)
    return found


def _shift(month: str, months: int) -> str:
    return month_of(months_after(first_day(month), months))
