"""Why: children in need have plans, visits and reviews, with so many open, visited and reviewed at each month's end as printed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any

from casetally.samples.planted.days import ONE, Spell, spells_for_stock
from casetally.samples.planted.last_events import LastEvents
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import Child

USUAL_STOCK = 120  # where no number is printed
USUAL_3W, USUAL_6W, USUAL_12W = 0.8, 0.95, 0.85
AFTER_ASSESSMENT = 10  # a plan starts at most so many days after the assessment it follows
MONTH = 45  # events due more often than this many days are laid anew each month
LATE_TO_CHOOSE_FROM = 10
TEAMS = ("Assessment Team 1", "Assessment Team 2", "Assessment Team 3", "Safeguarding Team 1", "Safeguarding Team 2")
DISABLED_CHILDREN = "Children with Disabilities"

Plan = tuple[Child, Spell, str]  # the child, its spell and the plan's id


def plant(making: Making) -> None:
    """Plans, their visits and reviews; each child is left under 'in_need' as (child, started_on, ended_on)."""
    for disabled in (False, True):
        kind = "cin_plans_disabled_open" if disabled else "cin_plans_open"
        rng = making.rng(kind)
        usual = USUAL_STOCK // 5 if disabled else USUAL_STOCK
        stock = {month: making.facts.need(kind, month, usual) for month in making.months}
        plans = [_plan(making, rng, spell, disabled=disabled) for spell in spells_for_stock(rng, making, stock)]
        _visits(making, rng, plans, disabled=disabled)
        _reviews(making, rng, plans, disabled=disabled)


def _plan(making: Making, rng: random.Random, spell: Spell, *, disabled: bool) -> Plan:
    child, referral_id = _child(making, rng, spell.start, disabled=disabled)
    plan_id = making.rows.new_id("cin_plans")
    making.rows.add(
        "cin_plans",
        plan_id=plan_id,
        child_id=child.child_id,
        referral_id=referral_id,
        started_on=spell.start,
        ended_on=spell.end,
        disabled_children_team=disabled,
        team=DISABLED_CHILDREN if disabled else rng.choice(TEAMS),
    )
    making.people.leave("in_need", (child, spell.start, spell.end))
    if disabled and making.facts.months_of("cin_disabled_visited"):
        making.rows.add(
            "visit_plans", child_id=child.child_id, kind="cin", interval_days=42, started_on=spell.start, ended_on=None
        )
    return child, spell, plan_id


def _visits(making: Making, rng: random.Random, plans: list[Plan], *, disabled: bool) -> None:
    def wanted(month: str, count: int) -> Sequence[int]:
        facts = making.facts
        if disabled:
            six = facts.need("cin_disabled_visited", month, round(count * USUAL_6W))
            return round(six * USUAL_3W), six
        six = facts.need("cin_visited_6w", month, round(count * USUAL_6W))
        return min(six, facts.need("cin_visited_3w", month, round(count * USUAL_3W))), six

    for child_id, day, _ in _events(making, rng, plans, wanted, 21, 42):
        seen = rng.random() < 0.93
        making.rows.add(
            "cin_visits",
            visit_id=making.rows.new_id("cin_visits"),
            child_id=child_id,
            visited_on=day,
            seen=seen,
            seen_alone=seen and rng.random() < 0.6,
        )


def _reviews(making: Making, rng: random.Random, plans: list[Plan], *, disabled: bool) -> None:
    name = "cin_disabled_reviewed_12w" if disabled else "cin_reviewed_12w"

    def wanted(month: str, count: int) -> Sequence[int]:
        return (making.facts.need(name, month, round(count * USUAL_12W)),)

    for child_id, day, plan_id in _events(making, rng, plans, wanted, 84):
        making.rows.add(
            "cin_reviews",
            review_id=making.rows.new_id("cin_reviews"),
            plan_id=plan_id,
            child_id=child_id,
            held_on=day,
        )


def _events(
    making: Making,
    rng: random.Random,
    plans: list[Plan],
    wanted: Callable[[str, int], Sequence[int]],
    *limits: int,
) -> list[tuple[str, dt.date, str]]:
    """Events of plans, so many within each limit at each month's end as `wanted(month, open plans)` says."""
    last = LastEvents(rng, making, *limits)
    plan_of = {child.child_id: plan_id for child, _, plan_id in plans}
    early = [(child, spell) for child, spell, _ in plans if spell.start < making.first]
    late = len(early) - wanted(making.months[0], len(early))[-1] + len(early) // LATE_TO_CHOOSE_FROM
    for at, (child, spell) in enumerate(rng.sample(early, len(early))):
        staggered = limits[-1] > MONTH and at >= late
        last.began_before(child.child_id, spell.start, making.first, staggered=staggered)
    for month in making.months:
        end = last_day(month)
        open_now = [(child.child_id, spell.start) for child, spell, _ in plans if spell.open_on(end)]
        last.in_month(month, open_now, wanted(month, len(open_now)))
    return [(who, day, plan_of[who]) for who, day in last.events]


def _child(making: Making, rng: random.Random, start: dt.date, *, disabled: bool) -> tuple[Child, str | None]:
    """The child of an assessment completed shortly before that found need; else a child of its own."""
    waiting = making.people.by_kind.get("assessments", [])
    for at, (child, row) in enumerate(waiting):
        done = row["completed_on"]
        if (
            not disabled and row["outcome"] == "child_in_need" and done is not None
            and done <= start <= done + AFTER_ASSESSMENT * ONE
        ):  # fmt: skip
            del waiting[at]
            return child, row["referral_id"]
    columns: dict[str, Any] = {"disabled": True} if disabled else {}
    born = (start - 16 * 365 * ONE, start - 30 * ONE)
    return making.people.child(rng, born_between=born, **columns), None
