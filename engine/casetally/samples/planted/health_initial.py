"""Why: a child who comes into care is to have a health assessment within 20 working days; so many had it as is printed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted.care_spells import NEW, TWICE, Spell, in_month
from casetally.samples.planted.making import Making

LIMIT = 20  # working days
LATE_SHARE = 0.75  # of those not in time, how many have one later


def plant(making: Making, spells: Sequence[Spell]) -> None:
    """Initial health assessments of those who came into care in the months."""
    rng = making.rng("initial health")
    for months, in_time in _groups(making):
        coming = [s for s in spells if s.kind == NEW and any(in_month(s.started_on, m) for m in months)]
        counted = [s for s in coming if not (s.uasc and making.facts.setting("initial_health_leaves_out_uasc"))]
        able = [s for s in counted if _days(making, s) and not s.marks & TWICE]
        rng.shuffle(able)
        chosen = set(able[: round(len(counted) * 0.5) if in_time is None else in_time])
        for spell in (s for s in coming if not s.marks & TWICE):
            _assess(making, rng, spell, spell in chosen or (spell not in counted and rng.random() < 0.5))


def _groups(making: Making) -> list[tuple[list[str], int | None]]:
    """Months for which one number in time is known: those of a quarter, or each month by its own fact."""
    told = making.facts.setting("initial_health", [])
    groups: list[tuple[list[str], int | None]] = [(list(group["months"]), int(group["in_time"])) for group in told]
    within = {month for months, _ in groups for month in months}
    alone = [m for m in making.months if m not in within]
    return [*groups, *(([m], making.facts.month("initial_health_in_time", m)) for m in alone)]


def _days(making: Making, spell: Spell) -> list[dt.date]:
    """The working days on which an assessment is in time, still in care and known by the last day."""
    due = making.calendar.add_working_days(spell.started_on, LIMIT)
    last = min(due, making.last, (spell.ended_on or making.last) - dt.timedelta(1))
    days = [spell.started_on + dt.timedelta(n) for n in range(5, (last - spell.started_on).days + 1)]
    return [day for day in days if making.calendar.is_working_day(day)]


def _assess(making: Making, rng: random.Random, spell: Spell, in_time: bool) -> None:
    days, day = _days(making, spell), None
    if in_time and days:
        day = rng.choice(days)
    elif rng.random() < LATE_SHARE:
        late = making.calendar.add_working_days(spell.started_on, LIMIT + rng.randrange(2, 25))
        day = late if late <= making.last and (spell.ended_on is None or late < spell.ended_on) else None
    asked = making.calendar.add_working_days(spell.started_on, rng.randrange(1, 4))
    making.rows.add(
        "health_checks", check_id=making.rows.new_id("health_checks"), child_id=spell.child.child_id,
        type="initial_health", completed_on=day, status="completed" if day else "pending",
        requested_on=asked if asked <= making.last and (day is None or asked <= day) else None,
    )  # fmt: skip
