"""Why: everything of children in care hangs on their periods of care: who came, who left and where to, who was there all along.

The numbers follow from the facts `care_started` and `care_ended_...` and the number in care before the first month. Periods
open before it began years back, so that ages, durations and the 2.5 years of placement stability are as printed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from casetally.samples.planted import care_before, care_makeup, care_new, care_records
from casetally.samples.planted.care_spells import (
    DAY,
    LEAVING,
    OLDER,
    OUTGROWING,
    SETTLED,
    SETTLING,
    YOUNG,
    Spell,
    birthday,
    changes,
    next_march,
    working_day_in,
)
from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import Child, years_before

DESTINATIONS = ("home", "guardian", "adopted", "grown_up", "uasc_grown_up", "other")
EARLIEST = dt.date(2011, 4, 1)  # the regulations' limits on reviews and visits hold from here
OLDER_SHARE = 0.10  # of those in care, how many are 16 or 17 and stay beyond the next 31 March
ADOPTED_AFTER = (480, 800)  # days from the start of care to the adoption order
NEW_OF_YOUNG = 0.55  # of the younger ones, how many came in the last year


def plant(making: Making) -> None:
    """Periods of care with legal and immigration statuses; leaves `care_spells` and `looked_after` for later planters.

    The setting `care` holds: `open_before` and `uasc_before` (in care the day before the first month), `team`,
    `newly_started_leavers` (of those who leave, how many came within the months: month, destination, number),
    `starting_families` (families and ages of those who come in a group of months), `turning_18_by_next_march` (of those who
    stay, after the last month), `older` (16 and 17, beyond that day), `newly_of_young` (the share of the others who came in
    the last year), `newly_started_oldest`, `asylum_seeking_from_16`, `end_reasons` (codes by destination), `open_earlier`
    (in care at an earlier month's end), `recorded_twice` (one child under two ids: the months opened and closed),
    `left_soon` (of those newly started who leave in a month, the month in which they came), `made_up_of` (by age and sex) and
    `adopted_after` (days from the start of care to the adoption order).
    """
    settings = making.facts.setting("care")
    if settings is None:
        return
    rng = making.rng("care")
    leaving = _leaving(making, rng, settings)
    staying = _staying(making, rng, settings, int(settings["open_before"]) - len(leaving))
    coming = care_new.coming(making, rng, settings)
    gone = care_before.gone(making, rng, settings, [*leaving, *staying])
    spells = [*gone, *leaving, *staying, *coming]
    care_makeup.plant(making, settings, spells)
    making.people.by_kind["care_spells"] = spells
    for spell in [*leaving, *staying, *coming]:
        making.people.leave("looked_after", (spell.child, spell.started_on, spell.ended_on))
    care_records.plant(making, spells)


def _leaving(making: Making, rng: random.Random, settings: dict[str, Any]) -> list[Spell]:
    """Those in care before the first month who leave in one of the months."""
    newly = settings.get("newly_started_leavers", {})
    spells = []
    for month in making.months:
        for destination in DESTINATIONS:
            count = making.facts.need(f"care_ended_{destination}", month, 0) - newly.get(month, {}).get(destination, 0)
            spells += [_leaver(making, rng, month, destination) for _ in range(count)]
    return spells


def _leaver(making: Making, rng: random.Random, month: str, destination: str) -> Spell:
    ends = working_day_in(making, rng, month)
    if destination in ("grown_up", "uasc_grown_up"):
        uasc = destination == "uasc_grown_up"
        day = day_between(rng, first_day(month) + DAY, last_day(month) - DAY)
        child = _child(making, rng, years_before(day, 18), years_before(day, 18), uasc)
        latest = min(day - dt.timedelta(250 if uasc else 700), making.first - dt.timedelta(60))
        starts = day_between(rng, max(latest - dt.timedelta(270 if uasc else 1100), EARLIEST), latest)
        return _spell(making, child, starts, birthday(child.date_of_birth, 18), LEAVING, destination, uasc=uasc)
    if destination == "adopted":
        soonest, latest = making.facts.setting("care").get("adopted_after", ADOPTED_AFTER)
        starts = day_between(rng, ends - dt.timedelta(latest), ends - dt.timedelta(soonest))
        child = _child(making, rng, starts - dt.timedelta(700), starts - DAY)
    else:
        starts = day_between(rng, making.first - dt.timedelta(560), making.first - dt.timedelta(260))
        child = _child(making, rng, years_before(making.first, 13), starts - dt.timedelta(40))
    return _spell(making, child, starts, ends, LEAVING, destination)


def _child(making: Making, rng: random.Random, first: dt.date, last: dt.date, uasc: bool = False) -> Child:
    if not uasc:
        return making.people.child(rng, born_between=(first, last))
    sex, ethnicity = rng.choice("MMMMF"), rng.choice(("OOTH", "BAFR", "AOTH"))
    return making.people.child(rng, born_between=(first, last), sex=sex, ethnicity=ethnicity, disabled=False)


def _spell(
    making: Making, child: Child, starts: dt.date, ends: dt.date | None, kind: str, destination: str = "", *,
    uasc: bool = False,
) -> Spell:  # fmt: skip
    return Spell(child, making.rows.new_id("care_periods"), starts, ends, kind, destination, uasc)


@dataclass(frozen=True)
class _Makeup:
    """Of those who stay: how many are of each kind. The last two are asylum-seeking, before and after the next 31 March."""

    settled: int
    settling: Counter[str]
    outgrowing: Counter[str]
    older_now: int
    older: int
    uasc_now: int
    uasc: int


def _makeup(making: Making, settings: dict[str, Any]) -> _Makeup:
    facts, months = making.facts, making.months
    cohort = [facts.need("stability_cohort", month, round(settings["open_before"] * 0.3)) for month in months]
    steps = dict(zip(months, changes(cohort), strict=True))
    outgrowing = Counter({month: -step for month, step in steps.items() if step < 0})
    grown_up = sum(facts.need("care_ended_uasc_grown_up", month, 0) for month in months)
    uasc = int(settings.get("uasc_before", 0)) - grown_up
    turning = int(settings.get("turning_18_by_next_march", 0))
    uasc_now = min(round(uasc * 0.6), turning)
    return _Makeup(
        cohort[0] - outgrowing.total(),
        Counter({month: step for month, step in steps.items() if step > 0}),
        outgrowing,
        turning - uasc_now,
        int(settings.get("older", round(settings["open_before"] * OLDER_SHARE))),
        uasc_now,
        uasc - uasc_now,
    )


def _staying(making: Making, rng: random.Random, settings: dict[str, Any], count: int) -> list[Spell]:
    """Those in care before the first month who are so still after the last."""
    makeup, march = _makeup(making, settings), next_march(making)
    grown = (years_before(making.last, 18) + DAY, years_before(march, 18))  # turn 18 after the last day, by 31 March
    later = (years_before(march, 18) + DAY, years_before(making.first, 16) - DAY)
    spells = [_settled(making, rng) for _ in range(makeup.settled)]
    spells += [_settling(making, rng, month) for month in makeup.settling.elements()]
    spells += [_outgrowing(making, rng, month) for month in makeup.outgrowing.elements()]
    for number, born, uasc in (
        (makeup.older_now, grown, False), (makeup.older, later, False),
        (makeup.uasc_now, grown, True), (makeup.uasc, later, True),
    ):  # fmt: skip
        spells += [_older(making, rng, born, uasc) for _ in range(number)]
    newly = float(settings.get("newly_of_young", NEW_OF_YOUNG))
    spells += [_young(making, rng, newly) for _ in range(count - len(spells))]
    return spells


def _settled(making: Making, rng: random.Random) -> Spell:
    """Under 16 to the end, and in care for 2.5 years by the first month's end."""
    latest = months_after(last_day(making.months[0]), -30) - dt.timedelta(5)
    child = _child(making, rng, years_before(making.last, 16) + dt.timedelta(20), latest - dt.timedelta(400))
    earliest = max(child.date_of_birth + DAY, latest - dt.timedelta(2600), EARLIEST)
    return _spell(making, child, day_between(rng, earliest, latest), None, SETTLED)


def _settling(making: Making, rng: random.Random, month: str) -> Spell:
    """In care for 2.5 years in one of the months."""
    starts = day_between(rng, months_after(first_day(month), -30), months_after(last_day(month), -30) - dt.timedelta(3))
    child = _child(making, rng, years_before(making.last, 15), starts - dt.timedelta(200))
    return _spell(making, child, starts, None, SETTLING)


def _outgrowing(making: Making, rng: random.Random, month: str) -> Spell:
    """Among the settled until the sixteenth birthday in one of the months."""
    born = years_before(working_day_in(making, rng, month), 16)
    latest = months_after(last_day(making.months[0]), -30) - dt.timedelta(5)
    starts = day_between(rng, max(latest - dt.timedelta(1500), EARLIEST), latest)
    return _spell(making, _child(making, rng, born, born), starts, None, OUTGROWING)


def _older(making: Making, rng: random.Random, born: tuple[dt.date, dt.date], uasc: bool) -> Spell:
    """16 or 17 years old."""
    child = _child(making, rng, *born, uasc)
    span = (330, 20) if uasc else (2400, 400)
    starts = day_between(rng, max(making.first - dt.timedelta(span[0]), EARLIEST), making.first - dt.timedelta(span[1]))
    return _spell(making, child, starts, None, OLDER, uasc=uasc)


def _young(making: Making, rng: random.Random, newly: float) -> Spell:
    """Under 16, and in care for less than 2.5 years to the end."""
    earliest = months_after(making.last, -30) + dt.timedelta(5)
    year_ago = months_after(making.first, -12)
    recent = rng.random() < newly
    starts = day_between(rng, year_ago if recent else earliest, making.first - dt.timedelta(30) if recent else year_ago)
    oldest = years_before(making.last, 16) + DAY
    youngest = starts - DAY if rng.random() < 0.2 else starts - dt.timedelta(800)
    return _spell(making, _child(making, rng, oldest, youngest), starts, None, YOUNG)
