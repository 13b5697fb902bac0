"""Why: a report may print how many were in care in the year before its months; those who had left by then are planted for it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from casetally.samples.planted.care_spells import GONE, Spell, working_day_in
from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import years_before


def gone(making: Making, rng: random.Random, settings: Mapping[str, Any], spells: Sequence[Spell]) -> list[Spell]:
    """Periods of care that ended before the first month: with them as many were in care at a month's end as `open_earlier` says.

    From that month the number comes down in even steps to that before the first month.
    """
    told: Mapping[str, int] = settings.get("open_earlier", {})
    found: list[Spell] = []
    for month, count in told.items():
        months = [month]
        while (after := f"{months_after(first_day(months[-1]), 1):%Y-%m}") < making.months[0]:
            months.append(after)
        before = int(settings["open_before"])
        wanted = [count + (before - count) * n // (len(months) - 1) for n in range(len(months))]
        there = [sum(s.open_on(last_day(m)) for s in spells) for m in months]
        lacking = [w - t for w, t in zip(wanted, there, strict=True)]
        for at, ends in enumerate(months[1:], start=1):
            left = max(0, min(lacking[:at]) - max(0, lacking[at]))
            found += [_left(making, rng, months[0], ends) for _ in range(left)]
            lacking[:at] = [min(lacking[:at]) - left] * at
    return found


def _left(making: Making, rng: random.Random, month: str, ends: str) -> Spell:
    first = first_day(month)
    starts = day_between(rng, months_after(first, -30), months_after(first, -4))
    born = (years_before(first, 13), months_after(starts, -3))
    child = making.people.child(rng, born_between=born)
    ended = working_day_in(making, rng, ends)
    return Spell(child, making.rows.new_id("care_periods"), starts, ended, GONE, "home")
