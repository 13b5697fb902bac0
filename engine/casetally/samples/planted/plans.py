"""Why: plans are a stock with a flow, so who starts, who stays and who ends is decided together, family by family.

stock = stock before + started - ended. Plans that start in a covered month follow an initial conference; those open at the
start began up to two years before; a child on a plan for the second time has an earlier plan in the records (rules:
Child protection plans).
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.enquiries import (
    AGES,
    FIRST,
    NO_PLAN,
    REPEAT,
    REPEAT_2Y,
    ConferenceFamily,
    enquiry_days,
    on_plan_families,
    plant_enquiry_on_plan,
    plant_further_discussions,
)  # fmt: skip
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import Child
from casetally.samples.planted.plan_bands import bands, first_printed
from casetally.samples.planted.plan_flow import Flow, MonthOfPlans, flow
from casetally.samples.planted.protection_days import (
    ONE_DAY,
    families,
    month_of,
    pick_exactly,
    working_day,
)  # fmt: skip

CATEGORIES = {"NEG": 50, "EMO": 33, "PHY": 10, "SAB": 5, "MUL": 2}
TWO_YEARS, EIGHTEEN = 24, 18  # months
EARLIER = ""  # before the first covered month
SHORTEST = 3  # months: a plan of a covered month ends no sooner than its first review
NEW_RARELY_ENDS = 0.15


@dataclass(eq=False)
class Family:
    """Brothers and sisters with plans of the same dates, while these are being decided."""

    children: list[Child]
    started_on: dt.date | None  # None: before the first month, on a day that is still to be drawn
    conference_ids: list[str]
    outcome: str = FIRST
    turns_long: str | None = None  # the month in which it passes two years; only families of which this is known do
    turns_18: str | None = None  # the month in which it passes 18 months, where it ends before two years
    ends_in: str | None = None  # the month in which it must end
    ended_on: dt.date | None = None


@dataclass(frozen=True)
class PlantedPlan:
    """A plan as planted, for its visits, reviews and core groups."""

    plan_id: str
    child: Child
    started_on: dt.date
    ended_on: dt.date | None

    def open_on(self, day: dt.date) -> bool:
        return self.started_on <= day and (self.ended_on is None or self.ended_on > day)


def plant(making: Making) -> None:
    """Plans; leaves PlantedPlan items under 'cp_plans' and (Child, started_on, ended_on) under 'plan'."""
    rng = making.rng("plans")
    if not making.facts.months_of("plans_open"):
        return
    through = flow(making)
    standing = _before_the_first_month(making, rng, through)
    done: list[Family] = []
    for month, numbers in through.months.items():
        done += _end_some(making, rng, month, standing, numbers)
        standing += _begin_some(making, rng, month, numbers.started)
    for family in [*done, *standing]:
        if family.started_on is None:
            family.started_on = _began_before(making, rng, family)
        _plant_family(making, rng, family)
    for month in making.months:
        _plant_enquiries_on_plan(making, rng, month)
    for month in making.months:
        plant_further_discussions(making, rng, month)


def _before_the_first_month(making: Making, rng: random.Random, through: Flow) -> list[Family]:
    """The plans already open at the start; those that reach two years are families of their own, and so are repeat plans."""
    ages = {FIRST: (3, 15), REPEAT: (10, 15)}
    found: list[Family] = []

    def begin(
        children: int,
        outcome: str = FIRST,
        *,
        count: int | None = None,
        turns_long: str | None = None,
        turns_18: str | None = None,
        ends_in: str | None = None,
    ) -> None:
        for size in families(rng, children, count):
            people = making.people.family(rng, size, making.first, ages[outcome])
            found.append(Family(people, None, [], outcome, turns_long, turns_18, ends_in))

    begin(through.long_at_start, turns_long=EARLIER)
    for month, numbers in through.months.items():
        begin(numbers.turned_long, count=making.facts.month("plans_ended_2y_families", month), turns_long=month)
    for band in bands(making, {month: numbers.turned_long for month, numbers in through.months.items()}):
        begin(band.children, turns_18=band.turns_18, ends_in=band.ends_in)
    repeat = min(through.repeat_at_start or 0, through.at_start - _children(found))
    begin(repeat, REPEAT)
    begin(through.at_start - _children(found))
    return found


def _begin_some(making: Making, rng: random.Random, month: str, wanted: int) -> list[Family]:
    """Plans that start in the month: after a conference and, where there are too few of those, without one."""
    held: list[ConferenceFamily] = making.people.by_kind.get("conferences", [])
    found = [
        Family(list(c.children), c.held_on, list(c.conference_ids), c.outcome)
        for c in held
        if month_of(c.held_on) == month and c.outcome != NO_PLAN
    ]
    for size in families(rng, wanted - sum(len(family.children) for family in found)):
        on = rng.choice(making.working_days(month))
        found.append(Family(making.people.family(rng, size, on, AGES[FIRST]), on, []))
    return found


def _end_some(
    making: Making, rng: random.Random, month: str, standing: list[Family], numbers: MonthOfPlans
) -> list[Family]:
    """Take the month's ends out of `standing`, by whole families as far as they fit."""
    long = [f for f in standing if f.turns_long is not None and f.turns_long <= month]
    ended = _take(rng, standing, long, numbers.ended_long)
    planned = [f for f in standing if f.ends_in == month]
    ended += _take(rng, standing, planned, _children(planned))
    if numbers.ended_repeat is None:
        return _dated(making, rng, month, ended + _end_usual(rng, month, standing, numbers.ended - _children(ended)))
    again = [f for f in standing if f.outcome in (REPEAT, REPEAT_2Y)]
    ended += _end_usual(rng, month, standing, numbers.ended_repeat, again)
    first = [f for f in standing if f.outcome == FIRST]
    ended += _end_usual(rng, month, standing, numbers.ended - _children(ended), first)
    return _dated(making, rng, month, ended)


def _end_usual(
    rng: random.Random, month: str, standing: list[Family], wanted: int, among: list[Family] | None = None
) -> list[Family]:
    """Ends of plans that do not reach two years: seldom of those that began in the covered months."""
    oldest = months_after(first_day(month), -SHORTEST)
    free = [f for f in (standing if among is None else among) if f.turns_long is None and f.turns_18 is None]
    new = [f for f in free if f.started_on is not None and f.started_on <= oldest]
    old = [f for f in free if f.started_on is None]
    from_new = max(wanted - _children(old), min(round(wanted * NEW_RARELY_ENDS), _children(new)))
    ended = _take(rng, standing, new, from_new)
    return ended + _take(rng, standing, old, wanted - _children(ended))


def _dated(making: Making, rng: random.Random, month: str, ended: list[Family]) -> list[Family]:
    for family in ended:
        family.ended_on = working_day(making, rng, first_day(month), last_day(month))
    return ended


def _children(families_: list[Family]) -> int:
    return sum(len(family.children) for family in families_)


def _take(rng: random.Random, standing: list[Family], from_: list[Family], wanted: int) -> list[Family]:
    """Families with `wanted` children in all, taken out of `standing`; where none add up, one family is parted."""
    if wanted <= 0 or not from_:
        return []
    found = [from_[at] for at in pick_exactly(rng, [len(f.children) for f in from_], wanted)]
    while _children(found) < wanted and len(found) < len(from_):
        found.append(from_[len(found)])
    over = _children(found) - wanted
    for family in found:
        standing.remove(family)
    if over > 0:
        # the eldest leave the plan, the younger ones stay on it
        last = found[-1]
        standing.append(replace(last, children=last.children[-over:], conference_ids=last.conference_ids[-over:]))
        last.children, last.conference_ids = last.children[:-over], last.conference_ids[:-over]
    return found


def _began_before(making: Making, rng: random.Random, family: Family) -> dt.date:
    """The day on which a plan open at the start began; no plan reaches two years unless it is one of the long ones."""
    ended = family.ended_on
    if family.turns_long == EARLIER:
        return day_between(
            rng, months_after(making.first, -TWO_YEARS - 10), months_after(making.first, -TWO_YEARS) - ONE_DAY
        )
    if family.turns_long is not None and ended is not None and not making.facts.months_of("plans_over_24m"):
        return day_between(rng, months_after(ended, -TWO_YEARS - 4), months_after(ended, -TWO_YEARS))
    if family.turns_long is not None:
        # over two years at the end of the month, which is never a month's last day after two years to the day
        month = months_after(first_day(family.turns_long), -TWO_YEARS)
        return day_between(
            rng, month, min(month + dt.timedelta(26), months_after(ended, -TWO_YEARS) if ended else dt.date.max)
        )
    if family.turns_18 is not None:
        month = months_after(first_day(family.turns_18), -EIGHTEEN)
        return day_between(rng, month, month + dt.timedelta(26))
    printed = first_printed(making)
    bound = EIGHTEEN if printed is not None and (ended is None or ended >= first_day(printed)) else TWO_YEARS
    earliest = months_after(ended or making.last, -bound) + dt.timedelta(3)
    # a plan that ends in a covered month had its first review before it, unless the printed reviews have room for it
    latest = months_after(making.first, -SHORTEST - 1) if ended else making.first - ONE_DAY
    days = sorted(day_between(rng, earliest, latest) for _ in range(2))
    return working_day(making, rng, days[1], min(days[1] + dt.timedelta(6), latest))


def _plant_family(making: Making, rng: random.Random, family: Family) -> None:
    assert family.started_on is not None
    category = rng.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    conferences: list[str | None] = [*family.conference_ids] or [None] * len(family.children)
    earlier = _earlier_plan(making, rng, family)
    for child, conference in zip(family.children, conferences, strict=True):
        if earlier:
            _plant_plan(making, child, *earlier, category, 0, None)
        _plant_plan(making, child, family.started_on, family.ended_on, category, int(earlier is not None), conference)
        making.people.leave("plan", (child, family.started_on, family.ended_on))


def _earlier_plan(making: Making, rng: random.Random, family: Family) -> tuple[dt.date, dt.date] | None:
    """First and last day of the plan before this one, over before the first covered month; None for a first plan."""
    started = family.started_on
    assert started is not None
    if family.outcome == REPEAT_2Y:
        ended = day_between(
            rng, months_after(started, -22), min(months_after(making.first, -2), months_after(started, -4))
        )
    elif family.outcome == REPEAT:
        ended = day_between(rng, months_after(started, -60), months_after(started, -26))
    else:
        return None
    youngest = max(child.date_of_birth for child in family.children)
    return max(day_between(rng, months_after(ended, -14), months_after(ended, -5)), youngest), ended


def _plant_plan(
    making: Making,
    child: Child,
    started: dt.date,
    ended: dt.date | None,
    category: str,
    previous: int,
    conference: str | None,
) -> None:
    plan_id = making.rows.new_id("cp_plans")
    making.rows.add(
        "cp_plans",
        plan_id=plan_id,
        child_id=child.child_id,
        conference_id=conference,
        started_on=started,
        ended_on=ended,
        initial_category=category,
        latest_category=category,
        previous_plans=previous,
        other_authority=False,
    )
    making.people.leave("cp_plans", PlantedPlan(plan_id, child, started, ended))


def _plant_enquiries_on_plan(making: Making, rng: random.Random, month: str) -> None:
    """Section 47 enquiries about children whose plan is open on the day: brothers and sisters together."""
    sizes = on_plan_families(making.facts.need("s47_with_plan", month, 0))
    plans: list[PlantedPlan] = making.people.by_kind["cp_plans"]
    taken: set[str] = set()
    for size in sizes:
        started, completed = enquiry_days(making, rng, month)
        by_family: dict[str, list[Child]] = {}
        for plan in plans:
            if plan.started_on < started and plan.open_on(started) and plan.child.family_id not in taken:
                by_family.setdefault(plan.child.family_id, []).append(plan.child)
        name = rng.choice([name for name, children in by_family.items() if len(children) >= size])
        taken.add(name)
        plant_enquiry_on_plan(making, by_family[name][:size], started, started, completed)
