"""Why: health and dental checks are printed of children a year in care: who was due one since 1 April, and who had it.

For each kind a child has a check before the first month, from which the due day follows, and perhaps one since. The facts say
how many are due, done, done of those due, and refusing at each month's end; this finds who is due and who is done when.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from casetally.samples.planted import health_initial, health_initial_stock, health_since_april, health_stock
from casetally.samples.planted.care_spells import NEW, Spell, birthday, next_march, spells_of
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, first_day, last_day

DAYS = dt.timedelta
UNDER_5_MONTHS, MONTHS, NEVER = 6, 12, ""
KINDS = {"health": "review_health", "dental": "dental"}


@dataclass(eq=False)
class Course:
    """One child's check of one kind: the month in which it falls due, that in which it is done, those with a refusal."""

    spell: Spell
    due: str = NEVER
    done: str = NEVER
    refused: list[str] = field(default_factory=list)


def plant(making: Making) -> None:
    """Initial assessments of those who come in; review assessments and dental checks of those a year in care."""
    spells = spells_of(making)
    if not spells:
        return
    if making.facts.month("initial_health_done_percent", making.months[0]) is None:
        health_initial.plant(making, spells)
    else:
        health_initial_stock.plant(making, spells)
    if making.facts.month("health_and_dental_since_april", making.months[0]) is not None:
        health_since_april.plant(making, spells)
        return
    for kind in KINDS:
        if making.facts.month(f"{kind}_due", making.months[0]) is not None:
            _plant_kind(making, kind, [s for s in spells if in_cohort(making, s)])
        else:
            health_stock.plant(making, spells, kind)


def in_cohort(making: Making, spell: Spell) -> bool:
    """In care for 12 months by the next 31 March, and not 18 by then."""
    march = next_march(making)
    return (
        spell.kind != NEW and months_after(spell.started_on, 12) <= march
        and birthday(spell.child.date_of_birth, 18) > march
    )  # fmt: skip


def _plant_kind(making: Making, kind: str, cohort: Sequence[Spell]) -> None:
    rng = making.rng(f"{kind} checks")
    before = {s: choices for s in cohort if (choices := _days_before(making, kind, s))}
    for course in _courses(making, rng, kind, before):
        spell = course.spell
        days = before[spell].get(course.due, [])
        if days:
            _check(making, spell, kind, rng.choice(days), "completed")
        for month in course.refused:
            _check(making, spell, kind, rng.choice(making.working_days(month)[:10]), "refused")
        if course.done:
            _check(making, spell, kind, rng.choice(making.working_days(course.done)[1:]), "completed")


def _check(making: Making, spell: Spell, kind: str, day: dt.date, status: str) -> None:
    making.rows.add(
        "health_checks", check_id=making.rows.new_id("health_checks"), child_id=spell.child.child_id, type=KINDS[kind],
        completed_on=day, status=status,
    )  # fmt: skip


def due_after(kind: str, spell: Spell, day: dt.date) -> dt.date:
    """When the check after one made on a day is due: 6 months for the health of a child still under 5 then, else 12."""
    soon = months_after(day, UNDER_5_MONTHS)
    if kind == "health" and soon < birthday(spell.child.date_of_birth, 5):
        return soon
    return months_after(day, MONTHS)


def _days_before(making: Making, kind: str, spell: Spell) -> dict[str, list[dt.date]]:
    """By the month in which the next check then falls due, the days before the first month on which one may have been made.

    NEVER stands for a due day after the last month, or after the child left.
    """
    found: dict[str, list[dt.date]] = {}
    day = max(months_after(making.first, -12) + DAYS(2), spell.started_on + DAYS(5))
    while day < making.first:
        if making.calendar.is_working_day(day) and (due := due_after(kind, spell, day)) > making.first:
            gone = spell.ended_on is not None and due >= spell.ended_on
            month = NEVER if gone or due > making.last else f"{due:%Y-%m}"
            if month == NEVER or first_day(month) < due < last_day(month):
                found.setdefault(month, []).append(day)
        day += DAYS(1)
    return found


@dataclass(frozen=True)
class _Step:
    """What happens in one month, in children. `falling`: done earlier, and due now."""

    month: str
    falling: int
    due: int
    done_of_due: int
    early: int
    refusing: int


def _steps(making: Making, kind: str) -> list[_Step]:
    """The steps from month to month of what is due, done and done of those due since 1 April."""
    steps = []
    due_before = done_before = both_before = 0
    for month in making.months:
        due, done, both = (making.facts.need(f"{kind}_{name}", month, 0) for name in ("due", "done", "due_done"))
        early = (done - both) - (done_before - both_before)
        falling = max(0, -early)
        refusing = making.facts.need(f"{kind}_refused", month, 0)
        steps.append(
            _Step(month, falling, due - due_before - falling, both - both_before - falling, max(0, early), refusing)
        )
        due_before, done_before, both_before = due, done, both
    return steps


def _courses(
    making: Making, rng: random.Random, kind: str, before: dict[Spell, dict[str, list[dt.date]]]
) -> list[Course]:
    """Who is due and done in which month. Children who leave are neither; those who can't be due later are due first."""
    courses = [Course(spell) for spell in before]
    free = [c for c in courses if c.spell.ended_on is None]
    rng.shuffle(free)
    free.sort(key=lambda c: (NEVER in before[c.spell], len(before[c.spell])))
    early: list[Course] = []
    due: list[Course] = []
    refusing: list[Course] = []
    for step in _steps(making, kind):
        fits = _due_in(before, step.month)
        falling, newly = _take(early, step.falling, fits), _take(free, step.due, fits)
        for course in [*falling, *newly]:
            course.due = step.month
        due += newly
        giving_in = refusing[step.refusing :]
        refusing = refusing[: step.refusing]
        steady = [c for c in due if c not in refusing and c not in giving_in]
        rng.shuffle(steady)
        for course in [*giving_in, *steady][: step.done_of_due]:
            course.done = step.month
            due.remove(course)
        waiting = [c for c in due if c not in refusing]
        refusing += waiting[: step.refusing - len(refusing)]
        for course in refusing:
            course.refused.append(step.month)
        ready = _take(free[::-1], step.early, lambda c: NEVER in before[c.spell])
        for course in ready:
            course.done = step.month
            free.remove(course)
        early += ready
    return courses


def _due_in(before: dict[Spell, dict[str, list[dt.date]]], month: str) -> Callable[[Course], bool]:
    return lambda course: month in before[course.spell]


def _take(pool: list[Course], count: int, fits: Callable[[Course], bool]) -> list[Course]:
    """The first `count` that fit; they leave the pool."""
    chosen = [course for course in pool if fits(course)][:count]
    for course in chosen:
        pool.remove(course)
    return chosen
