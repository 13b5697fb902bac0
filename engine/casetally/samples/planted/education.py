"""Why: a child in care of school age has a personal education plan every term, and the plans are rated."""

from __future__ import annotations

import datetime as dt
import random

from casetally.samples.planted.care_spells import Spell, birthday, spells_of
from casetally.samples.planted.making import Making, last_day

QUALITIES = {"green": 80, "amber": 12, "red": 8}
TERMS = (
    ("spring", 2, 20),
    ("summer", 6, 10),
    ("autumn", 11, 10),
)  # each with the middle of the weeks in which plans are made


def plant(making: Making) -> None:
    """Plans of the terms up to the last month for children of 5 to 15 in care; rated so that the printed share is good.

    The share is of those in care at the month's end whom the latest plan rates; it decides the last plan before it.
    """
    rng = making.rng("education")
    printed = [m for m in making.months if making.facts.month("peps_good_percent", m) is not None]
    latest: dict[Spell, dict[str, object]] = {}
    for year in (making.last.year - 1, making.last.year):
        for term, month, day in TERMS:
            middle = dt.date(year, month, day)
            if middle + dt.timedelta(20) <= making.last:
                for spell in spells_of(making):
                    if row := _plan(making, rng, spell, f"{year} {term}", middle):
                        latest[spell] = row
    for month_name in printed[-1:]:
        here = [row for spell, row in latest.items() if spell.open_on(last_day(month_name))]
        good = (2 * making.facts.need("peps_good_percent", month_name, 80) * len(here) + 100) // 200
        rng.shuffle(here)
        for number, row in enumerate(here):
            row["quality"] = "green" if number < good else rng.choice(("amber", "amber", "red"))


def _plan(making: Making, rng: random.Random, spell: Spell, term: str, middle: dt.date) -> dict[str, object] | None:
    done = middle + dt.timedelta(rng.randrange(-20, 20))
    born = spell.child.date_of_birth
    at_school = birthday(born, 5) <= done < birthday(born, 16)
    if not at_school or spell.started_on + dt.timedelta(10) > done or (spell.ended_on and spell.ended_on <= done):
        return None
    return making.rows.add(
        "education_plans", education_plan_id=making.rows.new_id("education_plans"), child_id=spell.child.child_id,
        term=term, due_on=middle + dt.timedelta(25), completed_on=done, stage="statutory",
        quality=rng.choices(list(QUALITIES), list(QUALITIES.values()))[0],
    )  # fmt: skip
