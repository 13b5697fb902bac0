"""Why: a visit is in time by the visit before it and by the child's next move, so visits are planned along each child's chain."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted import flow_chains, stock_chains
from casetally.samples.planted.care_spells import Spell, spells_of
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.stock_chains import Chain

DAYS = dt.timedelta
AFTER_MOVE, USUAL, SETTLED_MONTHS = 7, 42, 3
EARLY = 6  # visits are made up to so many days before they are due
HISTORY_DAYS = 400  # visits before the first month, so that no chain begins within it


def plant(making: Making) -> None:
    """Visits to every child in care, from about a year before the first month."""
    spells = spells_of(making)
    if not spells:
        return
    rng = making.rng("care visits")
    chains = [Chain(spell, _due_after, EARLY) for spell in spells]
    for chain in chains:
        _begin(making, rng, chain)
    if stock_chains.wanted(making, "visits_up_to_date", making.months[-1], 100) is None:
        for month in making.months:
            made, in_time = (making.facts.month(f"care_visits{part}", month) for part in ("", "_in_time"))
            flow_chains.month(making, rng, chains, month, made, in_time)
    else:
        _by_stock(making, rng, chains)
    for chain in chains:
        for day in chain.days:
            _record(making, rng, chain.spell, day)
        if chain.spell.open_on(making.last) and chain.due_on >= making.last:
            making.people.leave("visited_in_time", chain.spell.child)


def _due_after(spell: Spell, days: list[dt.date]) -> dt.date:
    """Six weeks after the last visit, or a week after the next move; the first a week after care started.

    Three months where a placement meant to last to 18 has lasted a year.
    """
    if not days:
        return spell.started_on + DAYS(AFTER_MOVE)
    day = days[-1]
    stay = spell.stay_on(day)
    settled = stay is not None and stay.intended_to_18 and day >= months_after(stay.started_on, 12)
    due = months_after(day, SETTLED_MONTHS) if settled else day + DAYS(USUAL)
    moves = [s.started_on for s in spell.stays if s.started_on > day]
    return min([due, *(move + DAYS(AFTER_MOVE) for move in moves[:1])])


def _begin(making: Making, rng: random.Random, chain: Chain) -> None:
    """The chain up to the first month, every visit in time."""
    start = making.first - DAYS(HISTORY_DAYS)
    if chain.spell.started_on < start:
        chain.days.append(start + DAYS(rng.randrange(USUAL)))
    stock_chains.begin(making, rng, chain, lapsed=False)


def _by_stock(making: Making, rng: random.Random, chains: Sequence[Chain]) -> None:
    """As many children as printed with no visit overdue at each month's end."""
    for month in making.months:
        here = sum(chain.spell.open_on(last_day(month)) for chain in chains)
        in_time = stock_chains.wanted(making, "visits_up_to_date", month, here)
        stock_chains.month(making, rng, chains, month, (set(chains), None if in_time is None else here - in_time))


def _record(making: Making, rng: random.Random, spell: Spell, day: dt.date) -> None:
    if spell.ended_on is not None and day >= spell.ended_on:
        return
    seen = rng.random() < 0.98
    making.rows.add(
        "care_visits", visit_id=making.rows.new_id("care_visits"), child_id=spell.child.child_id,
        care_period_id=spell.care_period_id, visited_on=day, seen=seen, seen_alone=seen and rng.random() < 0.7,
    )  # fmt: skip
