"""Why: one report prints what looked-after young people and care leavers of 17 to 21 do, taken together at a quarter's end."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted.ages_and_sexes import Born, Person, Wanted, settle_ages
from casetally.samples.planted.care_spells import Spell, spells_of
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import Child

AGES = (17, 21)
NAME = "young_17_to_21"


def counts(person: Person, day: dt.date) -> bool:
    """Whether someone is in care, or supported, on a day and of these ages."""
    return person.open_on(day) and AGES[0] <= person.child.age_on(day) <= AGES[1]


def settle(making: Making, leavers: Sequence[Person], born: Sequence[Born | None]) -> None:
    """Move birthdays of care leavers, so that with those in care as many are of 17 to 21 as the fact `young_17_to_21` says."""
    wanted = []
    for month in making.months:
        if (count := making.facts.month(NAME, month)) is not None:
            in_care = sum(counts(spell, last_day(month)) for spell in spells_of(making))
            wanted.append(Wanted(last_day(month), count - in_care, AGES))
    if wanted:
        settle_ages(making, making.rng("young people's ages"), leavers, born, wanted)


def in_care(making: Making) -> list[Spell]:
    """Those in care who are 17 at some month's end; none where the two are not printed together."""
    if not making.facts.months_of(NAME):
        return []
    return [s for s in spells_of(making) if any(counts(s, last_day(month)) for month in making.months)]


def record(making: Making, rng: random.Random, child: Child, days: Sequence[dt.date], activity: str) -> None:
    """What a young person in care was doing, as recorded on one of the days."""
    making.rows.add("care_leaver_contacts", child_id=child.child_id, recorded_on=rng.choice(days), activity=activity)
