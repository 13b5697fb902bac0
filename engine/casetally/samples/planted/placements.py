"""Why: where a child lives decides the printed stability and distance, so moves are planned child by child and month by month.

Nobody has more than two placements except the movers, who have three: a mover counts as having three or more in 12 months
from the start of the third until 12 months after the end of the first.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted import adoption_days, placement_marks, placement_movers, placement_records
from casetally.samples.planted.care_spells import (
    FIXED,
    NEW,
    SETTLED,
    SETTLED_KINDS,
    SETTLING,
    STABLE,
    TWICE,
    Spell,
    spells_of,
    take,
    working_between,
)
from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.making import Making, first_day, last_day

DAYS = dt.timedelta


def plant(making: Making) -> None:
    """Placements of every period of care; leaves `placed_over_20_miles` for later planters."""
    spells = spells_of(making)
    if not spells:
        return
    rng = making.rng("placements")
    _settle(making, rng, spells)
    _usual(making, rng, spells)
    adoption_days.settle(making, spells)
    for spell in spells:
        spell.stays[-1].intended_to_18 = STABLE in spell.marks
    placement_movers.plant(making, rng, spells)
    placement_marks.plant(making, rng, spells)
    placement_records.plant(making, rng, spells)


def _settle(making: Making, rng: random.Random, spells: Sequence[Spell]) -> None:
    """Of those settled in care, as many as printed have been 2 years in one placement at each month's end."""
    wanted = [making.facts.month("stability_stable", month) for month in making.months]
    if wanted[0] is None:
        return
    for spell in spells:
        if spell.kind in SETTLED_KINDS:
            spell.marks.add(FIXED)
    settled = [s for s in spells if s.kind == SETTLED]
    settling = [s for s in spells if s.kind == SETTLING]
    counted = wanted[0]
    for spell in take(rng, settled, counted):
        _two_years_by(rng, spell, last_day(making.months[0]) - DAYS(15))
    before = counted
    for month, want in zip(making.months[1:], wanted[1:], strict=True):
        rise = 0 if want is None else want - before
        entering = [s for s in settling if months_after(s.started_on, 30) >= first_day(month)
                    and months_after(s.started_on, 30) <= last_day(month)]  # fmt: skip
        for spell in entering[: max(0, rise)]:
            spell.marks.add(STABLE)
            spell.stays_from([spell.started_on + DAYS(rng.randrange(20, 150))])
        rest = rise - min(len(entering), max(0, rise))
        for spell in take(rng, [s for s in settled if STABLE not in s.marks], max(0, rest)):
            _two_years_in(making, rng, spell, month)
        for spell in take(rng, [s for s in settled if STABLE in s.marks and len(s.stays) < 3], max(0, -rest)):
            spell.split(_day(making, rng, first_day(month), last_day(month)))
        before = before if want is None else want


def _two_years_by(rng: random.Random, spell: Spell, day: dt.date) -> None:
    spell.marks.add(STABLE)
    latest = min(months_after(day, -24), spell.started_on + DAYS(400))
    spell.stays_from([day_between(rng, spell.started_on + DAYS(10), latest)] if rng.random() < 0.7 else [])


def _two_years_in(making: Making, rng: random.Random, spell: Spell, month: str) -> None:
    spell.marks.add(STABLE)
    first, last = months_after(first_day(month), -24), months_after(last_day(month), -24)
    spell.stays_from([_day(making, rng, first + DAYS(2), last - DAYS(3))])


def _usual(making: Making, rng: random.Random, spells: Sequence[Spell]) -> None:
    """One or two placements for everyone else."""
    for spell in spells:
        if STABLE in spell.marks:
            continue
        if spell.marks & TWICE:
            spell.stays_from([])
            continue
        if FIXED in spell.marks:
            earliest = max(months_after(making.last, -24) + DAYS(10), spell.started_on + DAYS(30))
            spell.stays_from([day_between(rng, earliest, making.first - DAYS(30))])
        elif spell.destination == "adopted":
            assert spell.ended_on is not None
            spell.stays_from([spell.ended_on - DAYS(rng.randrange(150, 260))])
        else:
            ends = min(making.last, spell.ended_on or making.last)
            moves = (ends - spell.started_on).days > 60 and rng.random() < (0.15 if spell.kind == NEW else 0.4)
            spell.stays_from([day_between(rng, spell.started_on + DAYS(14), ends - DAYS(20))] if moves else [])


def _day(making: Making, rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return working_between(making, rng, first, last) or first
