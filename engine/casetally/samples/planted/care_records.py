"""Why: the periods of care planned in `care` become records here, with the legal and immigration statuses that go with them."""

from __future__ import annotations

import datetime as dt
import random

from casetally.samples.planted.care_spells import OLDER, RECORDED_TWICE, Spell, working_day_in
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, first_day, last_day

NEEDS = {"N1": 62, "N5": 14, "N4": 8, "N2": 4, "N3": 5, "N8": 4, "N6": 3}
REASONS = {
    "home": {"E4A": 6, "E4B": 2}, "guardian": {"E45": 5, "E47": 2, "E46": 1, "E41": 2}, "adopted": {"E12": 2, "E11": 1},
    "grown_up": {"E17": 2, "E5": 2, "E7": 1}, "uasc_grown_up": {"E5": 3, "E17": 1}, "other": {"E3": 1},
}  # fmt: skip


def plant(making: Making, spells: list[Spell]) -> None:
    rng = making.rng("care records")
    team = making.facts.setting("care").get("team", "Children in Care")
    told = making.facts.setting("care").get("end_reasons", {})
    agreed = _agreed(making, rng, spells)
    for spell in spells:
        reasons = told.get(spell.destination, REASONS.get(spell.destination, {}))
        need = "N8" if spell.uasc else rng.choices(list(NEEDS), list(NEEDS.values()))[0]
        reason = rng.choices(list(reasons), list(reasons.values()))[0] if reasons else None
        if RECORDED_TWICE in spell.marks:
            reason = "E4A"
        making.rows.add(
            "care_periods", care_period_id=spell.care_period_id, child_id=spell.child.child_id,
            started_on=spell.started_on, ended_on=spell.ended_on, end_reason=reason, primary_need=need, team=team,
        )  # fmt: skip
        _legal(making, rng, spell, agreed)
    _asylum(making, rng, spells)


def _agreed(making: Making, rng: random.Random, spells: list[Spell]) -> dict[Spell, dt.date | None] | None:
    """Who is in care by agreement, and the day on which an order ends that; None where the number is not printed.

    All asylum-seeking children are; of the others as many as make the printed number at each month's end.
    """
    printed = {m: n for m in making.months if (n := making.facts.month("care_agreed", m)) is not None}
    if not printed:
        return None
    found: dict[Spell, dt.date | None] = {}
    for number, (month, wanted) in enumerate(printed.items()):
        day = last_day(month)
        own = [s for s in found if found[s] is None and s.open_on(day)]
        change = wanted - len(own) - sum(s.uasc for s in spells if s.open_on(day))
        since = dt.date.min if number == 0 else first_day(month)
        pool = [s for s in spells if s.open_on(day) and not s.uasc and s not in found and s.started_on >= since]
        found.update(dict.fromkeys(rng.sample(pool, min(len(pool), max(0, change)))))
        for spell in rng.sample(own, max(0, -change)):
            found[spell] = working_day_in(making, rng, month)
    return found


def _legal(making: Making, rng: random.Random, spell: Spell, told: dict[Spell, dt.date | None] | None) -> None:
    """Accommodation by agreement, or an interim order that a full one follows within the year."""
    agreed = spell.uasc or (rng.random() < 0.22 if told is None else spell in told)
    ordered = (told or {}).get(spell)
    steps = [("V2" if agreed else "C1", spell.started_on)]
    order_on = spell.started_on + dt.timedelta(rng.randrange(150, 300))
    last = min(making.last, spell.ended_on or making.last)
    if not agreed and order_on < last:
        steps.append(("C2", order_on))
        placed = months_after(order_on, 1)
        if spell.destination == "adopted" and placed < last:
            steps.append(("E1", placed))
    if ordered:
        steps.append(("C1", ordered))
    ends = [*(day for _, day in steps[1:]), spell.ended_on]
    for (status, day), ended in zip(steps, ends, strict=True):
        making.rows.add("legal_statuses", child_id=spell.child.child_id, status=status, started_on=day, ended_on=ended)


def _asylum(making: Making, rng: random.Random, spells: list[Spell]) -> None:
    """Unaccompanied children from the day they came; some get another status while they stay in care."""
    staying = [s for s in spells if s.uasc and s.kind == OLDER]
    lost: dict[str, dt.date] = {}
    for month, count in _uasc_lost(making).items():
        known = [s for s in staying if s.started_on < first_day(month) and s.child.child_id not in lost]
        lost.update({s.child.child_id: working_day_in(making, rng, month) for s in known[:count]})
    for spell in spells:
        if not spell.uasc:
            continue
        child, day = spell.child.child_id, lost.get(spell.child.child_id)
        making.rows.add(
            "immigration_statuses", child_id=child, status="uasc", started_on=spell.started_on, ended_on=day
        )
        if day:
            making.rows.add("immigration_statuses", child_id=child, status="refugee", started_on=day)


def _uasc_lost(making: Making) -> dict[str, int]:
    """How many children each month stop being unaccompanied asylum-seeking while they stay in care, for the printed stock."""
    settings, facts = making.facts.setting("care"), making.facts
    before, lost = int(settings.get("uasc_before", 0)), {}
    for month in making.months:
        stock = facts.month("care_uasc", month)
        started = facts.need("care_started_uasc", month, 0)
        now = before + started - facts.need("care_ended_uasc_grown_up", month, 0)
        lost[month] = 0 if stock is None else max(0, now - stock)
        before = now - lost[month]
    return lost
