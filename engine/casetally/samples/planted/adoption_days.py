"""Why: a report may print how long it took on average, over 12 months, from coming into care to the adopters' home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from casetally.samples.planted.care_spells import Spell
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, last_day

DAYS = dt.timedelta
LEAST = 240  # days in care by which the plan, the placement order and the match can have been made
AT_HOME = 70  # days with the adopters, at least, before the order: ten weeks


def settle(making: Making, spells: Sequence[Spell]) -> None:
    """Move the days on which children were placed with adopters so that every printed average is met, where it can be.

    The fact `adoption_days_to_placement` is the average of the 12 months to a month's end, over the adoptions planted in
    them. Each month's average settles the adoptions since the one before.
    """
    settled: set[Spell] = set()
    for month in making.months:
        average = making.facts.month("adoption_days_to_placement", month)
        if average is None:
            continue
        last = last_day(month)
        first = months_after(last + DAYS(1), -12)
        within = [s for s in spells if s.destination == "adopted" and s.ended_on and first <= s.ended_on <= last]
        wanted = average * len(within) - sum(_days(s) for s in within if s in settled)
        free = [s for s in within if s not in settled]
        if _spread(free, wanted):
            making.facts.give_up("adoption_days_to_placement", month, "the adoptions of the months do not allow it")
        settled.update(free)


def _days(spell: Spell) -> int:
    """From the start of care to the last placement."""
    return (spell.stays[-1].started_on - spell.started_on).days


def _spread(spells: Sequence[Spell], wanted: int) -> int:
    """Spread what is lacking evenly over the placements, each as far as it goes; what is left over."""
    lacking = wanted - sum(_days(s) for s in spells)
    for _ in spells:
        for number, spell in enumerate(spells):
            assert spell.ended_on is not None
            most = (spell.ended_on - spell.started_on).days - AT_HOME
            share = int(lacking / (len(spells) - number))
            days = min(most, max(LEAST, _days(spell) + share))
            lacking -= days - _days(spell)
            spell.stays_from([spell.started_on + DAYS(days)])
    return lacking
