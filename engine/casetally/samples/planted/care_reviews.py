"""Why: reviews are counted by child: of those in care with a review since 1 April, those whose reviews were all in time.

The number in time may fall only when a late child leaves, so late reviews are planned for children who leave when it does.
Every review is held in the month in which it fell due, so that nothing is outstanding at a month's end.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from casetally.periods import financial_year_start
from casetally.samples.planted import flow_chains, second_reviews, stock_chains
from casetally.samples.planted.care_spells import LEAVING, NEW, Spell, in_month, spells_of, take
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.stock_chains import Chain

DAYS = dt.timedelta
SETTLED_DAYS = 250  # in care for so long before the first month: past the second review, the next one due any month


@dataclass(frozen=True)
class Held:
    """One review: the day it was due and the day it was held."""

    due_on: dt.date
    held_on: dt.date


def plant(making: Making) -> None:
    """Reviews of every period of care, from its start."""
    spells = spells_of(making)
    if not spells:
        return
    rng = making.rng("care reviews")
    by_child = making.facts.month("care_reviewed", making.months[0]) is not None
    for spell, held in (_by_child if by_child else _by_chain)(making, rng, spells).items():
        for review in held:
            if spell.ended_on is None or review.held_on < spell.ended_on:
                _record(making, rng, spell, review)


def _by_chain(making: Making, rng: random.Random, spells: Sequence[Spell]) -> dict[Spell, list[Held]]:
    """Reviews where the figures count those held in a month, or the children whose next one is not overdue at its end."""

    def due(spell: Spell, days: list[dt.date]) -> dt.date:
        if not days:
            return making.calendar.add_working_days(spell.started_on, 20)
        return months_after(days[-1], 3 if len(days) == 1 else 6)

    chains = [Chain(spell, due, 12) for spell in spells]
    share = 1000 - (stock_chains.wanted(making, "reviews_up_to_date", making.months[0], 1000) or 950)
    for chain in chains:
        stock_chains.begin(making, rng, chain, lapsed=rng.randrange(1000) < share)
    by_flow = making.facts.month("care_reviews", making.months[0]) is not None
    for month in making.months:
        if by_flow:
            made, in_time = (making.facts.month(f"care_reviews{part}", month) for part in ("", "_in_time"))
            flow_chains.month(making, rng, chains, month, made, in_time)
            continue
        here = sum(spell.open_on(last_day(month)) for spell in spells)
        up_to_date = stock_chains.wanted(making, "reviews_up_to_date", month, here)
        overdue = None if up_to_date is None else here - up_to_date
        stock_chains.month(making, rng, chains, month, *second_reviews.groups(making, month, chains, overdue))
    second_reviews.mark(making, rng, chains)
    return {c.spell: [Held(due(c.spell, c.days[:n]), day) for n, day in enumerate(c.days)] for c in chains}


def _by_child(making: Making, rng: random.Random, spells: Sequence[Spell]) -> dict[Spell, list[Held]]:
    """Reviews where the printed figures count the children reviewed since 1 April."""
    reviews = {s: _from_start(making, rng, s) for s in spells if not _settled(making, s)}
    for spell, (month, late) in _late_leavers(making, rng, spells).items():
        reviews[spell] = _planned(making, rng, spell, month, late=late)
    for spell in spells:
        if spell.kind == LEAVING and spell not in reviews:
            reviews[spell] = _planned(making, rng, spell, rng.choice(making.months), late=False)
    _flexible(making, rng, spells, reviews)
    return reviews


def _settled(making: Making, spell: Spell) -> bool:
    return spell.kind != NEW and spell.started_on <= making.first - DAYS(SETTLED_DAYS)


def _from_start(making: Making, rng: random.Random, spell: Spell) -> list[Held]:
    """First in 20 working days, second in 3 months, then every 6, each in the month in which it falls due."""
    due = making.calendar.add_working_days(spell.started_on, 20)
    held: list[Held] = []
    while due <= making.last and (spell.ended_on is None or due < spell.ended_on):
        day = _in_time(making, rng, due, spell.started_on + DAYS(7))
        held.append(Held(due, day))
        due = months_after(day, 3 if len(held) == 1 else 6)
    return held


def _in_time(making: Making, rng: random.Random, due: dt.date, earliest: dt.date) -> dt.date:
    """A working day in the month of the due day, at most three weeks before it."""
    first = max(due.replace(day=1), due - DAYS(20), earliest)
    days = [first + DAYS(n) for n in range((due - first).days + 1)]
    return rng.choice([day for day in days if making.calendar.is_working_day(day)] or [due])


def _late_by_month(making: Making) -> list[int | None]:
    """How many of the children are late at each month's end."""
    found: list[int | None] = []
    for month in making.months:
        reviewed, in_time = (making.facts.month(f"care_reviewed{part}", month) for part in ("", "_in_time"))
        found.append(None if reviewed is None or in_time is None else reviewed - in_time)
    return found


def _late_leavers(making: Making, rng: random.Random, spells: Sequence[Spell]) -> dict[Spell, tuple[str, bool]]:
    """For every fall in the number late, a child who was late in an earlier month and leaves in this one."""
    found: dict[Spell, tuple[str, bool]] = {}
    open_late: list[str] = []
    before = 0
    for month, late in zip(making.months, _late_by_month(making), strict=True):
        change = 0 if late is None else late - before
        open_late += [month] * max(change, 0)
        leaving = [s for s in spells if s.kind == LEAVING and s.ended_on and in_month(s.ended_on, month)]
        for spell in take(rng, leaving, max(-change, 0)):
            found[spell] = (open_late.pop(), True)
        before = before if late is None else late
    return found


def _flexible(making: Making, rng: random.Random, spells: Sequence[Spell], reviews: dict[Spell, list[Held]]) -> None:
    """Those long in care who stay: as many reviewed in each month as makes the printed number, as many of them late."""
    free = [s for s in spells if s not in reviews]
    rng.shuffle(free)
    for month, late in zip(making.months, _late_by_month(making), strict=True):
        wanted = making.facts.month("care_reviewed", month)
        there, late_there = _counted(reviews, month), _counted(reviews, month, late=True)
        count = round(len(spells) / 7) if wanted is None else max(0, wanted - there)
        lates = 0 if late is None else max(0, late - late_there)
        for number in range(min(count, len(free))):
            spell = free.pop()
            reviews[spell] = _planned(making, rng, spell, month, late=number < lates)
    for spell in free:
        reviews[spell] = _history(making, rng, spell, rng.choice(_due_on_the_last_day(making)))


def _counted(reviews: dict[Spell, list[Held]], month: str, *, late: bool = False) -> int:
    """Children in care at a month's end with a review since 1 April; with one that was `late`."""
    first, last = financial_year_start(first_day(month)), last_day(month)
    return sum(
        spell.open_on(last) and any(first <= r.held_on <= last and (not late or r.held_on > r.due_on) for r in held)
        for spell, held in reviews.items()
    )


def _due_on_the_last_day(making: Making) -> list[dt.date]:
    """Days six months before the last one: a review then is due again on the last day, and not yet overdue."""
    start = months_after(making.last, -6)
    days = [start + DAYS(n) for n in range(4)]
    due = [day for day in days if months_after(day, 6) == making.last]
    return [day for day in due if making.calendar.is_working_day(day)] or due


def _planned(making: Making, rng: random.Random, spell: Spell, month: str, *, late: bool) -> list[Held]:
    """A review that falls due in a month and is held in it, with those that led to it."""
    days = [day for day in making.days(month) if months_after(months_after(day, -6), 6) == day]
    due = rng.choice(days[2:14] if late else days[-20:])
    before = months_after(due, -6)
    if late:
        held = rng.choice([d for d in making.working_days(month) if due < d <= due + DAYS(12)])
    else:
        held = _in_time(making, rng, due, first_day(month))
    return [*_history(making, rng, spell, before), Held(due, held)]


def _history(making: Making, rng: random.Random, spell: Spell, before: dt.date) -> list[Held]:
    """Every review from the start of care to the one held on a day, all in time."""
    due = making.calendar.add_working_days(spell.started_on, 20)
    first = making.calendar.add_working_days(spell.started_on, rng.randrange(13, 20))
    days = [first]
    second = first + DAYS(rng.randrange(78, 88))
    if second < before - DAYS(25):
        days.append(second)
    steps = -(-(before - days[-1]).days // 176)
    start, span = days[-1], (before - days[-1]).days
    days += [start + DAYS(span * step // steps) for step in range(1, steps + 1)]
    held: list[Held] = []
    for number, day in enumerate(days):
        held.append(Held(due, day))
        due = months_after(day, 3 if number == 0 else 6)
    return held


def _record(making: Making, rng: random.Random, spell: Spell, review: Held) -> None:
    young = spell.child.age_on(review.held_on) < 4
    making.rows.add(
        "care_reviews", review_id=making.rows.new_id("care_reviews"), care_period_id=spell.care_period_id,
        child_id=spell.child.child_id, supplied_due_on=review.due_on, held_on=review.held_on, cancelled=False,
        participation="PN0" if young else rng.choice(("PN1", "PN1", "PN2", "PN3", "PN5", "PN6")),
    )  # fmt: skip
