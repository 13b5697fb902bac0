"""Why: the share with three or more placements in 12 months is printed monthly, so who begins and ceases to count is planned.

A mover has three placements and no more, and counts from the start of the third until 12 months after the end of the first.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from casetally.errors import CallError
from casetally.periods import financial_year_start
from casetally.samples.planted.care_spells import (
    FIXED,
    MOVER,
    NEW,
    OLDER,
    SETTLED_KINDS,
    STABLE,
    TWICE,
    YOUNG,
    Spell,
    working_between,
)
from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.making import Making, first_day, last_day

DAYS = dt.timedelta
LONGEST = 11  # months for which a mover counts at most: the first placement ended in the month before the third began


@dataclass(eq=False)
class Mover:
    """When a child counts, by the number of the month from the first: from `on` until `off`, or to the end."""

    on: int
    off: int | None = None


def plant(making: Making, rng: random.Random, spells: Sequence[Spell]) -> None:
    """Give as many children three placements as make the printed number at every month's end."""
    if making.facts.month("placements_3plus_since_april", making.months[0]) is not None:
        dated = _since_april(making, rng)
    else:
        wanted = [making.facts.need("placements_3plus", m, round(len(spells) * 0.1)) for m in making.months]
        dated = [(*_dates(making, rng, mover), mover.on) for mover in schedule(rng, wanted)]
    free = [
        s
        for s in spells
        if not s.marks & {STABLE, *TWICE} and not s.ended_on and s.kind in (*SETTLED_KINDS, OLDER, YOUNG, NEW)
    ]
    rng.shuffle(free)
    for first_move, second_move, on in sorted(dated, key=lambda days: days[0]):
        spell = _who(free, first_move, settled=on < 0)
        free.remove(spell)
        spell.stays_from([first_move, second_move])
        spell.marks.add(MOVER)


def _since_april(making: Making, rng: random.Random) -> list[tuple[dt.date, dt.date, int]]:
    """The two moves of each child who counts since 1 April: both after it, the second by the month in which the child is new."""
    dated = []
    before = 0
    for number, month in enumerate(making.months):
        wanted, last = making.facts.need("placements_3plus_since_april", month, before), last_day(month)
        april = financial_year_start(last)
        before = 0 if last.month == 4 else before
        for _ in range(wanted - before):
            if number == 0:
                moved = day_between(rng, april + DAYS(3), last - DAYS(60))
                again = day_between(rng, moved + DAYS(15), last - DAYS(2))
            else:
                moved = day_between(rng, april + DAYS(1), last - DAYS(14))
                again = day_between(rng, max(first_day(month), moved + DAYS(9)), last - DAYS(1))
            dated.append((moved, again, number))
        before = wanted
    return dated


def schedule(rng: random.Random, wanted: Sequence[int]) -> list[Mover]:
    """Movers so that `wanted[n]` of them count at the end of month n."""
    active = [Mover(-1 - rng.randrange(LONGEST - 1)) for _ in range(wanted[0])]
    movers = list(active)
    for month in range(1, len(wanted)):
        # those for whom 12 months are over, and others where fewer are wanted
        active.sort(key=lambda mover: mover.on)
        over = [mover for mover in active if mover.on + LONGEST == month]
        over += [m for m in active if m not in over][: max(0, len(active) - len(over) - wanted[month])]
        for mover in over:
            mover.off = month
        new = [Mover(month) for _ in range(wanted[month] - len(active) + len(over))]
        active = [mover for mover in active if mover.off is None] + new
        movers += new
    return movers


def _dates(making: Making, rng: random.Random, mover: Mover) -> tuple[dt.date, dt.date]:
    """The days of the two moves."""
    on, after_on = (months_after(making.first, mover.on + n) for n in (0, 1))
    last = min(after_on - DAYS(2), making.first - DAYS(3)) if mover.on < 0 else after_on - DAYS(2)
    if mover.off is None:
        earliest, latest = months_after(making.last, -12) + DAYS(5), on - DAYS(9)
    else:
        ended = months_after(making.first, mover.off - 12)
        earliest, latest = ended + DAYS(2), min(months_after(ended, 1) - DAYS(12), on - DAYS(9))
    moved = working_between(making, rng, earliest, latest) or earliest
    again = working_between(making, rng, max(on + DAYS(2), moved + DAYS(10)), last) or last
    return moved, again


def _who(free: Sequence[Spell], moved: dt.date, *, settled: bool) -> Spell:
    """The first who had been in care for some time; one settled in care only where the moves are over by the first month."""
    able = [s for s in free if s.started_on < moved - DAYS(20) and (settled or FIXED not in s.marks)]
    if not able:
        raise CallError(
            "There are too few children in care for the printed share with three or more placements.",
            hint="Look at placements_3plus and care in the report's planting files.",
        )
    return able[0]
