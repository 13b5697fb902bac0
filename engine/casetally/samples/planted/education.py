"""Why: a child in care of school age has a personal education plan every term, and the plans are rated."""

from __future__ import annotations

import datetime as dt
import random

from casetally.samples.planted.care_spells import Spell, birthday, spells_of
from casetally.samples.planted.gathered import gather
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.stock_chains import pick

QUALITIES = {"green": 80, "amber": 12, "red": 8}
TERMS = (
    ("spring", 2, 20),
    ("summer", 6, 10),
    ("autumn", 11, 10),
)  # each with the middle of the weeks in which plans are made


def plant(making: Making) -> None:
    """Plans of the terms up to the last month for children of 5 to 15 in care; rated so that the printed share is good.

    The share is of those in care at the month's end whom the latest plan rates; it decides the last plan before it. Where it is
    printed how many have a plan (`pep_in_place`), the first plans make that number.
    """
    rng = making.rng("education")
    first = _first_plans(making, rng)
    printed = [m for m in making.months if making.facts.month("peps_good_percent", m) is not None]
    latest: dict[Spell, dict[str, object]] = {}
    for year in (making.last.year - 1, making.last.year):
        for term, month, day in TERMS:
            middle = dt.date(year, month, day)
            if middle + dt.timedelta(20) <= making.last:
                for spell in spells_of(making):
                    if row := _plan(making, rng, spell, f"{year} {term}", middle, first):
                        latest[spell] = row
    for month_name in printed[-1:]:
        here = [row for spell, row in latest.items() if spell.open_on(last_day(month_name))]
        good = (2 * making.facts.need("peps_good_percent", month_name, 80) * len(here) + 100) // 200
        rng.shuffle(here)
        for number, row in enumerate(here):
            row["quality"] = "green" if number < good else rng.choice(("amber", "amber", "red"))


def _first_plans(making: Making, rng: random.Random) -> dict[Spell, dt.date] | None:
    """The day of each child's first plan, where the number with one is printed; a plan once made counts from then on."""
    if making.facts.month("pep_in_place", making.months[-1]) is None:
        return None
    spells = [spell for spell in spells_of(making) if any(_at_school(spell, last_day(m)) for m in making.months)]
    given = gather(
        making,
        rng,
        lambda month: [s for s in spells if s.open_on(last_day(month)) and _at_school(s, last_day(month))],
        lambda month, _of: making.facts.month("pep_in_place", month),
        lambda spell: spell.open_on(making.last) and _at_school(spell, making.last),
    )
    found: dict[Spell, dt.date] = {}
    for spell, month in given.items():
        early = making.first - dt.timedelta(300) if month == making.months[0] else first_day(month)
        earliest = max(early, spell.started_on, birthday(spell.child.date_of_birth, 5))
        found[spell] = day = pick(making, rng, earliest, last_day(month))
        term = next((name for name, middle, _ in TERMS if day.month <= middle + 2), TERMS[-1][0])
        _record(making, spell, f"{day.year} {term}", day, day)["quality"] = _quality(rng)
    return found


def _at_school(spell: Spell, day: dt.date) -> bool:
    born = spell.child.date_of_birth
    return birthday(born, 5) <= day < birthday(born, 16)


def _plan(
    making: Making, rng: random.Random, spell: Spell, term: str, middle: dt.date, first: dict[Spell, dt.date] | None
) -> dict[str, object] | None:
    """The plan of a term; not before the first one where that is settled."""
    done = middle + dt.timedelta(rng.randrange(-20, 20))
    if not _at_school(spell, done) or spell.started_on + dt.timedelta(10) > done:
        return None
    if spell.ended_on and spell.ended_on <= done:
        return None
    if first is not None and (spell not in first or done <= first[spell]):
        return None
    row = _record(making, spell, term, middle + dt.timedelta(25), done)
    row["quality"] = _quality(rng)
    return row


def _quality(rng: random.Random) -> str:
    return rng.choices(list(QUALITIES), list(QUALITIES.values()))[0]


def _record(making: Making, spell: Spell, term: str, due_on: dt.date, done: dt.date) -> dict[str, object]:
    return making.rows.add(
        "education_plans", education_plan_id=making.rows.new_id("education_plans"), child_id=spell.child.child_id,
        term=term, due_on=due_on, completed_on=done, stage="statutory",
    )  # fmt: skip
