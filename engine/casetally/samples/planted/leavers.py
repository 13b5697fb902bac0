"""Why: what is known of care leavers is printed by age group, by home and by what they do; so each has a record a month.

A group's young people stay in it all year (by their age on the 31 March to come and on every day before), so its size
changes only when support starts or ends.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from casetally.samples.planted import pathway, stock_chains, young_people
from casetally.samples.planted.care_spells import birthday, next_march, spells_of
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import Child, years_before

DAYS = dt.timedelta
GROUPS = {"leavers": (19, 24), "leavers_17_18": (17, 18), "leavers_19_21": (19, 21), "leavers_22_25": (22, 25)}
EDUCATION, WORK = ("F1", "F2", "P2"), ("F5", "F5", "F4", "P5")
NEET = {"illness": "G4", "other": "G5", "parenting": "G6"}
FORMERLY_UASC = 0.1


@dataclass(eq=False)
class Leaver:
    """A young person with leaving-care support, and what was last said of home and work."""

    child: Child
    started_on: dt.date
    ended_on: dt.date | None = None
    uasc: bool = False
    suitable: bool = True
    in_touch: str = "YES"
    activity: str = ""
    accommodation: str = ""

    def open_on(self, day: dt.date) -> bool:
        return self.started_on <= day and (self.ended_on is None or self.ended_on > day)


def plant(making: Making) -> None:
    """Care leavers of every group printed, with a record each month, and those who turn 18 within the months."""
    rng = making.rng("leavers")
    grown_up = _turned_18(making, rng)
    groups: dict[str, list[Leaver]] = {}
    for name, ages in GROUPS.items():
        given = grown_up if name in ("leavers", "leavers_17_18") else []
        if making.facts.month(name, making.months[-1]) is not None:
            groups[name] = [*given, *_group(making, rng, name, ages, given)]
    everyone = [*grown_up, *(p for group in groups.values() for p in group if p not in grown_up)]
    _settle_ages(making, groups, grown_up)
    in_care = [Leaver(s.child, s.started_on, s.ended_on) for s in young_people.in_care(making)]
    for month in making.months:
        here = {name: [p for p in group if p.open_on(last_day(month))] for name, group in groups.items()}
        for name, people in here.items():
            _homes(making, rng, name, people, month)
            _activities(making, rng, name, people, month)
        _touch(making, rng, here, month)
        _young(making, everyone, in_care, month)
        for leaver in everyone:
            if leaver.open_on(last_day(month)):
                _record(making, rng, leaver, month)
    _once_asylum_seeking(making, rng, everyone, grown_up)
    plans = _first_plans(making, rng, everyone)
    told = (
        stock_chains.wanted(making, "pathway_in_place", making.months[-1], 100) is not None
    )  # planted with those in care
    for leaver in everyone:
        _support(making, rng, leaver)
        if not plans and not told:
            _pathway_plan(making, rng, leaver)
    for leaver, day in plans.items():
        _plan_row(making, leaver, day - DAYS(rng.randrange(10, 40)), day)
    pathway.plant(making)


def _group(
    making: Making, rng: random.Random, name: str, ages: tuple[int, int], given: Sequence[Leaver]
) -> list[Leaver]:
    """As many as make the printed number at every month's end, together with those `given`."""
    group: list[Leaver] = []
    for month in making.months:
        day = last_day(month)
        there = [p for p in (*given, *group) if p.open_on(day)]
        change = making.facts.need(name, month, len(there)) - len(there)
        for leaver in rng.sample([p for p in there if p in group], max(0, -change)):
            leaver.ended_on = rng.choice(making.working_days(month))
        begins = None if month == making.months[0] else month
        group += [_leaver(making, rng, ages, begins) for _ in range(max(0, change))]
    return group


def _leaver(making: Making, rng: random.Random, ages: tuple[int, int], month: str | None) -> Leaver:
    """Support open before the first month, or from a day of `month`."""
    uasc = rng.random() < FORMERLY_UASC
    child = making.people.child(rng, born_between=_born(making, ages), sex="M" if uasc else None)
    turned_18 = birthday(child.date_of_birth, 18)
    starts = rng.choice(making.working_days(month)) if month else min(turned_18, making.first - DAYS(30))
    return Leaver(child, starts, uasc=uasc)


def _born(making: Making, ages: tuple[int, int]) -> tuple[dt.date, dt.date]:
    """The birthdays of those of these ages all year."""
    return years_before(next_march(making), ages[1] + 1) + DAYS(2), years_before(making.first, ages[0]) - DAYS(2)


def _settle_ages(making: Making, groups: dict[str, list[Leaver]], grown_up: Sequence[Leaver]) -> None:
    """Birthdays as the young people printed together with those in care want them; support starts at 18 as before."""
    people = [(p, name) for name, group in groups.items() for p in group]
    born = [None if p in grown_up else _born(making, GROUPS[name]) for p, name in people]
    at_18 = [p for p, _ in people if p.started_on == birthday(p.child.date_of_birth, 18)]
    young_people.settle(making, [p for p, _ in people], born)
    for leaver in at_18:
        leaver.started_on = birthday(leaver.child.date_of_birth, 18)


def _young(making: Making, everyone: Sequence[Leaver], in_care: Sequence[Leaver], month: str) -> None:
    """As many of those of 17 to 21, in care or after it, in education or work as printed; and records of those in care."""
    rng, day = making.rng(f"young people {month}"), last_day(month)
    cared_for = [p for p in in_care if young_people.counts(p, day)]
    for leaver in cared_for:
        leaver.activity = leaver.activity or rng.choice((*EDUCATION, *WORK, *NEET.values()))
    wanted = making.facts.month(f"{young_people.NAME}_busy", month)
    if wanted is not None:
        young = [p for p in everyone if young_people.counts(p, day)]
        _rewrite(rng, [*young, *cared_for], (*EDUCATION, *WORK), tuple(NEET.values()), wanted)
    for leaver in cared_for:
        days = [d for d in making.working_days(month) if leaver.open_on(d)] or [day]
        young_people.record(making, rng, leaver.child, days, leaver.activity)


def _homes(making: Making, rng: random.Random, name: str, here: Sequence[Leaver], month: str) -> None:
    """As many in suitable homes as printed; of the others as many in custody as printed, and the rest in passing homes."""
    wanted = making.facts.need(f"{name}_suitable", month, round(len(here) * 0.95))
    _turn(rng, here, "suitable", True, False, wanted)
    unsuitable = [p for p in here if not p.suitable]
    custody = making.facts.need(f"{name}_custody", month, len(unsuitable) // 2)
    for number, leaver in enumerate(unsuitable):
        leaver.accommodation = "X2" if number < custody else "D2"
    for leaver in here:
        if leaver.suitable and not leaver.accommodation.endswith("1"):
            leaver.accommodation = f"{rng.choice('UUBEKZ')}1"


def _touch(making: Making, rng: random.Random, here: dict[str, list[Leaver]], month: str) -> None:
    """As many of those of 17 to 21 in touch as printed."""
    people = [p for name, group in here.items() if name != "leavers_22_25" for p in group]
    wanted = making.facts.need("leavers_17_21_in_touch", month, round(len(people) * 0.97))
    _turn(rng, people, "in_touch", "YES", "NO", wanted)


def _turn(rng: random.Random, here: Sequence[Leaver], field: str, yes: object, no: object, wanted: int) -> None:
    """Change as few as need be, so that `wanted` have `yes`."""
    having = [p for p in here if getattr(p, field) == yes]
    lacking = [p for p in here if getattr(p, field) != yes]
    for leaver in rng.sample(having, max(0, len(having) - wanted)):
        setattr(leaver, field, no)
    for leaver in rng.sample(lacking, min(len(lacking), max(0, wanted - len(having)))):
        setattr(leaver, field, yes)


def _activities(making: Making, rng: random.Random, name: str, here: Sequence[Leaver], month: str) -> None:
    """As many out of work and education as printed; the reasons, and education, where they are printed."""
    working = making.facts.need(f"{name}_busy", month, round(len(here) * 0.7))
    neet = making.facts.need(f"{name}_neet", month, len(here) - working)
    for leaver in here:
        leaver.activity = leaver.activity or rng.choice(WORK)
    out = [p for p in here if p.activity.startswith("G")]
    busy = [p for p in here if not p.activity.startswith("G")]
    for leaver in rng.sample(out, max(0, len(out) - neet)):
        leaver.activity = rng.choice(WORK)
    for leaver in rng.sample(busy, min(len(busy), max(0, neet - len(out)))):
        leaver.activity = rng.choice(tuple(NEET.values()))
    _exactly(making, name, [p for p in here if p.activity.startswith("G")], month)
    busy = [p for p in here if not p.activity.startswith("G")]
    studying = making.facts.need(f"{name}_education", month, round(len(here) * 0.25))
    _rewrite(rng, busy, EDUCATION, WORK, studying)


def _exactly(making: Making, name: str, out: Sequence[Leaver], month: str) -> None:
    """The reasons of those out of work and education, where they are printed."""
    told = {reason: making.facts.month(f"{name}_{reason}", month) for reason in NEET}
    if any(count is None for count in told.values()):
        return
    codes = [NEET[reason] for reason, count in told.items() for _ in range(count or 0)]
    for leaver in sorted(out, key=lambda p: (p.activity, p.child.child_id)):
        if codes:
            leaver.activity = codes.pop(0)


def _rewrite(rng: random.Random, people: Sequence[Leaver], yes: Sequence[str], no: Sequence[str], wanted: int) -> None:
    having = [p for p in people if p.activity in yes]
    lacking = [p for p in people if p.activity not in yes]
    for leaver in rng.sample(having, max(0, len(having) - wanted)):
        leaver.activity = rng.choice(no)
    for leaver in rng.sample(lacking, min(len(lacking), max(0, wanted - len(having)))):
        leaver.activity = rng.choice(yes)


def _record(making: Making, rng: random.Random, leaver: Leaver, month: str) -> None:
    """What was recorded on a day of the month on which support is open."""
    days = [d for d in making.working_days(month) if leaver.open_on(d)] or [max(leaver.started_on, first_day(month))]
    making.rows.add(
        "care_leaver_contacts", child_id=leaver.child.child_id, recorded_on=rng.choice(days),
        in_touch=leaver.in_touch, suitable=leaver.suitable, activity=leaver.activity,
        accommodation=leaver.accommodation or "U1",
    )  # fmt: skip


def _support(making: Making, rng: random.Random, leaver: Leaver) -> None:
    passport = leaver.started_on + DAYS(rng.randrange(0, 60))
    making.rows.add(
        "care_leavers", child_id=leaver.child.child_id, eligibility=_eligibility(making, leaver), started_on=leaver.started_on,
        ended_on=leaver.ended_on, team=making.facts.setting("leaving_care_team", "Leaving Care"),
        formerly_uasc=leaver.uasc, health_passport_on=passport if passport <= making.last else None,
    )  # fmt: skip
    making.people.leave("care_leavers", (leaver.child, leaver.started_on, leaver.ended_on))


def _pathway_plan(making: Making, rng: random.Random, leaver: Leaver) -> None:
    starts = max(leaver.started_on, months_after(making.first, -6) + DAYS(rng.randrange(150)))
    authorised = starts + DAYS(rng.randrange(7, 40))
    if starts <= making.last and (leaver.ended_on is None or starts < leaver.ended_on):
        _plan_row(making, leaver, starts, authorised if authorised <= making.last else None)


def _plan_row(making: Making, leaver: Leaver, starts: dt.date, authorised: dt.date | None) -> None:
    making.rows.add(
        "pathway_plans", pathway_plan_id=making.rows.new_id("pathway_plans"), child_id=leaver.child.child_id,
        started_on=starts, authorised_on=authorised,
    )  # fmt: skip


def _first_plans(making: Making, rng: random.Random, everyone: Sequence[Leaver]) -> dict[Leaver, dt.date]:
    """The day of each first plan, so that at every month's end as many as printed have one; empty where none is printed."""
    found: dict[Leaver, dt.date] = {}
    for number, month in enumerate(making.months):
        wanted = making.facts.month("leavers_with_plan", month)
        here = [p for p in everyone if p.open_on(last_day(month))]
        # those whose support ends later in the months have a plan, so that the number can fall
        lacking = [p for p in here if p not in found]
        rng.shuffle(lacking)
        lacking.sort(key=lambda p: p.ended_on is None)
        for leaver in lacking[: max(0, (wanted or 0) - sum(p in found for p in here))]:
            days = [d for d in making.working_days(month) if d >= leaver.started_on] or [last_day(month)]
            found[leaver] = making.first - DAYS(rng.randrange(1, 200)) if number == 0 else rng.choice(days)
    return found


def _once_asylum_seeking(
    making: Making, rng: random.Random, everyone: Sequence[Leaver], grown_up: Sequence[Leaver]
) -> None:
    """As many of those supported on the last day as printed came as unaccompanied asylum-seeking children."""
    wanted = making.facts.month("leavers_formerly_uasc", making.months[-1])
    if wanted is not None:
        here = [p for p in everyone if p.open_on(making.last)]
        own = [p for p in here if p not in grown_up]
        _turn(rng, own, "uasc", True, False, wanted - sum(p.uasc for p in here if p not in own))


def _eligibility(making: Making, leaver: Leaver) -> str:
    return "former_relevant" if birthday(leaver.child.date_of_birth, 18) <= making.last else "relevant"


def _turned_18(making: Making, rng: random.Random) -> list[Leaver]:
    """Those whose care ends on the eighteenth birthday go on to be supported as care leavers."""
    return [
        Leaver(s.child, s.ended_on, uasc=s.uasc, activity=rng.choice((*WORK, *EDUCATION)))
        for s in spells_of(making)
        if s.destination in ("grown_up", "uasc_grown_up") and s.ended_on is not None
    ]
