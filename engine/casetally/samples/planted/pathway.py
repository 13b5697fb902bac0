"""Why: a young person in care has a pathway plan from the sixteenth birthday, looked at again every six months."""

from __future__ import annotations

import datetime as dt
import random

from casetally.samples.planted import stock_chains
from casetally.samples.planted.care_spells import Spell, birthday, spells_of
from casetally.samples.planted.days import months_after
from casetally.samples.planted.gathered import gather
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import Child
from casetally.samples.planted.stock_chains import Chain

MONTHS = 6


def plant(making: Making) -> None:
    """Plans of those of 16 and over in care, so that at every month's end as many as printed are up to date."""
    rng = making.rng("pathway plans")
    if stock_chains.wanted(making, "pathway_in_place", making.months[-1], 100) is not None:
        _in_place(making, rng)
        return
    chains = []
    # where the first plans of care leavers are printed, those who go on to be care leavers have theirs from there
    by_leavers = making.facts.month("leavers_with_plan", making.months[0]) is not None
    for spell in spells_of(making):
        if by_leavers and spell.destination in ("grown_up", "uasc_grown_up"):
            continue
        first = max(birthday(spell.child.date_of_birth, 16), spell.started_on)
        if first <= making.last and (spell.ended_on is None or first < spell.ended_on):
            chains.append(Chain(spell, _due_after, 20, [first]))
    for chain in chains:
        if chain.days[0] < making.first:
            stock_chains.begin(making, rng, chain, lapsed=rng.random() < 0.03)
    for month in making.months:
        here = {c for c in chains if c.spell.open_on(last_day(month)) and c.days[0] <= last_day(month)}
        up_to_date = stock_chains.wanted(making, "pathway_up_to_date", month, len(here))
        stock_chains.month(making, rng, chains, month, (here, None if up_to_date is None else len(here) - up_to_date))
    for chain in chains:
        for day in chain.days:
            if chain.spell.ended_on is None or day < chain.spell.ended_on:
                making.rows.add(
                    "pathway_plans", pathway_plan_id=making.rows.new_id("pathway_plans"), started_on=day,
                    child_id=chain.spell.child.child_id, authorised_on=day,
                )  # fmt: skip


def _in_place(making: Making, rng: random.Random) -> None:
    """Plans so that of those of 16 and over in care and of care leavers together the printed share has one."""
    spans: dict[Child, list[tuple[dt.date, dt.date | None]]] = {}
    for spell in spells_of(making):
        spans.setdefault(spell.child, []).append(
            (max(birthday(spell.child.date_of_birth, 16), spell.started_on), spell.ended_on)
        )
    for child, start, end in making.people.by_kind.get("care_leavers", []):
        spans.setdefault(child, []).append((start, end))

    def here(month: str) -> list[Child]:
        day = last_day(month)
        return [c for c, all_ in spans.items() if any(s <= day and (e is None or e > day) for s, e in all_)]

    given = gather(
        making,
        rng,
        here,
        lambda month, of: stock_chains.least(making, "pathway_in_place", month, of),
        lambda child: all(end is None for _, end in spans[child]),
    )
    for child, month in given.items():
        first = min(start for start, _ in spans[child])
        early = month == making.months[0] and first < making.first
        day = (
            min(first + dt.timedelta(30), making.first) if early else max(first, rng.choice(making.working_days(month)))
        )
        making.rows.add(
            "pathway_plans", pathway_plan_id=making.rows.new_id("pathway_plans"), child_id=child.child_id, started_on=day,
            authorised_on=day,
        )  # fmt: skip


def _due_after(_spell: Spell, days: list[dt.date]) -> dt.date:
    return months_after(days[-1], MONTHS)
