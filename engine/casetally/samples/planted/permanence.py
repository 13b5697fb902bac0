"""Why: every child in care has a care plan, and those adopted a path with its dates."""

from __future__ import annotations

import datetime as dt
import random

from casetally.samples.planted import education, stock_chains
from casetally.samples.planted.care_spells import PLANNED, UNDECIDED, Spell, birthday, spells_of
from casetally.samples.planted.days import months_after
from casetally.samples.planted.gathered import gather
from casetally.samples.planted.making import Making, last_day

DAYS = dt.timedelta
PLANS = {"home": "return_home", "guardian": "special_guardianship", "adopted": "adoption", "grown_up": "independence",
         "uasc_grown_up": "independence"}  # fmt: skip
USUAL = {
    "long_term_fostering": 50,
    "return_home": 14,
    "kinship": 14,
    "special_guardianship": 8,
    "residential": 6,
    "none": 8,
}


def plant(making: Making) -> None:
    """Care plans, adoptions and education plans of all periods of care."""
    rng = making.rng("permanence")
    authorised = _authorised(making, rng)
    for spell in spells_of(making):
        _care_plan(making, rng, spell, authorised)
        if spell.destination == "adopted":
            _adoption(making, rng, spell)
    education.plant(making)


def _authorised(making: Making, rng: random.Random) -> dict[Spell, str] | None:
    """Whose plan is authorised from which month, where the share with an authorised plan is printed."""
    if stock_chains.wanted(making, "care_plan_authorised", making.months[-1], 100) is None:
        return None
    spells = spells_of(making)
    return gather(
        making,
        rng,
        lambda month: [s for s in spells if s.open_on(last_day(month))],
        lambda month, of: stock_chains.least(making, "care_plan_authorised", month, of),
        lambda spell: spell.ended_on is None,
    )


def _care_plan(making: Making, rng: random.Random, spell: Spell, by_month: dict[Spell, str] | None) -> None:
    old = birthday(spell.child.date_of_birth, 16) <= making.first
    usual = "independence" if old else rng.choices(list(USUAL), list(USUAL.values()))[0]
    plan = PLANS.get(spell.destination, usual)
    if UNDECIDED in spell.marks or (PLANNED in spell.marks and plan == "none"):
        plan = "none" if UNDECIDED in spell.marks else "long_term_fostering"
    starts = spell.started_on + DAYS(rng.randrange(3, 12))
    authorised: dt.date | None = making.calendar.add_working_days(starts, rng.randrange(1, 10))
    if by_month is not None:
        starts = spell.started_on
        month = by_month.get(spell)
        authorised = None if month is None else max(starts, rng.choice(making.working_days(month)))
        if month == making.months[0]:
            authorised = max(starts, min(starts + DAYS(20), making.first))
    ends = spell.ended_on
    if starts > making.last or (ends is not None and starts >= ends):
        return
    matched = plan == "long_term_fostering" and rng.random() < 0.7
    on = months_after(starts, 8)
    making.rows.add(
        "care_plans", care_plan_id=making.rows.new_id("care_plans"), child_id=spell.child.child_id, started_on=starts,
        ended_on=ends, authorised_on=authorised if authorised and authorised <= making.last else None, permanence_plan=plan,
        matched_on=on if matched and on <= making.last else None,
    )  # fmt: skip


def _adoption(making: Making, rng: random.Random, spell: Spell) -> None:
    """The decision, the placement order, the match, the day the child moved in, and the order that ends care."""
    assert spell.ended_on is not None
    placed = spell.stays[-1].started_on
    decided = spell.started_on + DAYS(rng.randrange(120, 170))
    making.rows.add(
        "permanence", child_id=spell.child.child_id, care_period_id=spell.care_period_id, decided_on=decided,
        placement_order_on=decided + DAYS(rng.randrange(10, 40)), matched_on=placed - DAYS(rng.randrange(10, 25)),
        placed_on=placed, order_on=spell.ended_on, order_type="adoption",
    )  # fmt: skip
