"""Why: what local reports ask of looked after children beyond the core: their legal status on a day, and what has been done for
them since 1 April. Each question is asked on its day, row by row.
"""

from __future__ import annotations

import datetime as dt

from reference.care_work import reviews_of_period
from reference.front_door import CHILD_AND_TEAM
from reference.looked_after import care_periods, completed_checks, date_of_birth, next_health_due_on
from reference.world import Row, World, columns, latest, open_on

HEALTH = ("initial_health", "review_health")
DENTAL = ("dental",)


def looked_after_legal_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the legal status that holds: of several open ones the latest started."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        statuses = [
            one for one in world.tables["legal_statuses"] if one["person_id"] == row["person_id"] and open_on(one, day)
        ]
        last = max((one["started_on"] for one in statuses), default=None)
        holding = min((one["status"] for one in statuses if one["started_on"] == last), default=None)
        found.append({**columns(row, "care_period_id", *CHILD_AND_TEAM), "status": holding})
    return found


def looked_after_reviewed_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day with a review held in them since 1 April, and how many of those reviews were late."""
    since = world.call("financial_year_start", day)
    found = []
    for row in care_periods(world):
        held = [
            one for one in reviews_of_period(world, row) if since <= one["held_on"] <= day and one["due_on"] is not None
        ]
        if open_on(row, day) and held:
            late = [one for one in held if one["held_on"] > one["due_on"]]
            counts = {"reviews_since_april": len(held), "late_since_april": len(late)}
            found.append({**columns(row, "care_period_id", *CHILD_AND_TEAM), **counts})
    return found


def refused_checks(world: World, period: Row, types: tuple[str, ...]) -> list[Row]:
    """Health checks of the child that were refused."""
    return [
        row
        for row in world.tables["health_checks"]
        if row["person_id"] == period["person_id"]
        and row["type"] in types
        and row["completed_on"] is not None
        and row["status"] == "refused"
    ]


def looked_after_checks_due_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with when the checks of the year from 1 April fall due and what has come of them."""
    first_of_year = world.call("financial_year_start", day)
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        health = [one["completed_on"] for one in completed_checks(world, row, HEALTH) if one["completed_on"] <= day]
        dental = [one["completed_on"] for one in completed_checks(world, row, DENTAL) if one["completed_on"] <= day]
        health_before = latest(one for one in health if one < first_of_year)
        dental_before = latest(one for one in dental if one < first_of_year)
        born = date_of_birth(world, row)
        found.append(
            {
                **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
                "date_of_birth": born,
                "last_health_on": latest(health),
                "health_refused_on": refused_on(world, row, HEALTH, day),
                "health_due_on": next_health_due_on(world, born, health_before) if health_before else row["started_on"],
                "last_dental_on": latest(dental),
                "dental_refused_on": refused_on(world, row, DENTAL, day),
                "dental_due_on": world.months_after(dental_before, "dental_months") or row["started_on"],
            }
        )
    return found


def refused_on(world: World, period: Row, types: tuple[str, ...], day: dt.date) -> dt.date | None:
    """The latest refusal on or before a day."""
    return latest(one["completed_on"] for one in refused_checks(world, period, types) if one["completed_on"] <= day)
