"""Why: some reports print of those in care at a month's end how many have had their initial health assessment, in time or late."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted import stock_chains
from casetally.samples.planted.care_spells import LEAVING, NEW, Spell, spells_of
from casetally.samples.planted.health_initial import LIMIT
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.stock_chains import pick

DAY = dt.timedelta(1)


def plant(making: Making, spells: Sequence[Spell]) -> None:
    """Assessments so that of those whose own fell due by a month's end the printed share have had one.

    The number is the lowest that rounds to the share, since it can fall only by those who leave and those who come. Those
    who leave have had one, those who come have none until it is wanted.
    """
    rng = making.rng("initial health")
    done: dict[Spell, dt.date] = {}
    due = {s: making.calendar.add_working_days(s.started_on, LIMIT) for s in spells_of(making)}
    old = [s for s in spells if s.kind != NEW and due[s] < making.first]
    leaving = [s for s in old if s.kind == LEAVING]
    rng.shuffle(old)
    for number, month in enumerate(making.months):
        day = last_day(month)
        counted = [s for s in spells if s.open_on(day) and due[s] <= day]
        least = stock_chains.least(making, "initial_health_done", month, len(counted)) or 0
        if number == 0:
            done.update({s: _early(making, rng, s) for s in leaving})
        here = set(counted)
        lacking = [s for s in (old if number == 0 else counted) if s in here and s not in done]
        rng.shuffle(lacking)
        # a late first assessment is a health check too, and would put another printed figure out for those a year in care
        lacking.sort(key=lambda s: s.kind != NEW)
        having = sum(s in done for s in counted)
        for spell in lacking[: max(0, least - having)]:
            done[spell] = _early(making, rng, spell) if number == 0 else _now(making, rng, spell, month)
    for spell, day in done.items():
        making.rows.add(
            "health_checks", check_id=making.rows.new_id("health_checks"), child_id=spell.child.child_id,
            type="initial_health", completed_on=day, status="completed",
        )  # fmt: skip


def _early(making: Making, rng: random.Random, spell: Spell) -> dt.date:
    """Soon after care started, before the first month."""
    return pick(making, rng, spell.started_on + DAY * 8, min(spell.started_on + DAY * 40, making.first - DAY))


def _now(making: Making, rng: random.Random, spell: Spell, month: str) -> dt.date:
    last = last_day(month) if spell.ended_on is None else min(last_day(month), spell.ended_on - DAY)
    return pick(making, rng, max(first_day(month), spell.started_on + DAY), last)
