"""Why: care plans, plans for permanence, personal education plans and pathway plans, asked for on their day, row by row."""

from __future__ import annotations

import datetime as dt

from reference.care_work import reviews_of_period
from reference.front_door import CHILD, CHILD_AND_TEAM
from reference.looked_after import care_periods, date_of_birth
from reference.world import Row, World, columns, earliest, latest, open_on


def plans_open(world: World, row: Row, day: dt.date) -> list[Row]:
    """The child's care plans open on a day, the latest started last."""
    plans = [
        plan for plan in world.tables["care_plans"] if plan["person_id"] == row["person_id"] and open_on(plan, day)
    ]
    return sorted(plans, key=lambda plan: (plan["started_on"], plan["care_plan_id"]))


def looked_after_care_plan_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with whether an open plan is authorised and what the latest one plans."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        plans = plans_open(world, row, day)
        current = plans[-1] if plans else {}
        found.append(
            {
                **columns(row, "care_period_id", *CHILD_AND_TEAM),
                "has_authorised_plan": any(
                    plan["authorised_on"] is not None and plan["authorised_on"] <= day for plan in plans
                ),
                "permanence_plan": current.get("permanence_plan"),
                "matched_on": current.get("matched_on"),
            }
        )
    return found


def care_second_reviews(world: World) -> list[Row]:
    """Second reviews held, with the start of the first open care plan that plans permanence."""
    found = []
    for period in care_periods(world):
        for review in reviews_of_period(world, period):
            if review["number"] != 2:
                continue
            planned = [
                plan["started_on"]
                for plan in plans_open(world, period, review["held_on"])
                if plan["permanence_plan"] not in (None, "none")
            ]
            found.append(
                {
                    **columns(review, "review_id", "care_period_id", "held_on"),
                    **columns(period, *CHILD_AND_TEAM),
                    "permanence_planned_on": earliest(planned),
                }
            )
    return found


def education_plans(world: World) -> list[Row]:
    """Every personal education plan."""
    return [
        columns(row, "education_plan_id", "term", "due_on", "completed_on", "quality", "stage", *CHILD)
        for row in world.tables["education_plans"]
    ]


def looked_after_education_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the latest personal education plan completed in them by then."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        completed = [
            plan
            for plan in world.tables["education_plans"]
            if plan["person_id"] == row["person_id"]
            and plan["completed_on"] is not None
            and row["started_on"] <= plan["completed_on"] <= day
        ]
        last = max(completed, key=lambda plan: (plan["completed_on"], plan["education_plan_id"]), default={})
        found.append(
            {
                **columns(row, "care_period_id", *CHILD_AND_TEAM),
                "date_of_birth": date_of_birth(world, row),
                "last_completed_on": last.get("completed_on"),
                "quality": last.get("quality"),
                "stage": last.get("stage"),
            }
        )
    return found


def looked_after_pathway_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with when a pathway plan was last authorised, or reviewed once authorised."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        days: list[dt.date] = []
        for plan in world.tables["pathway_plans"]:
            if plan["person_id"] != row["person_id"] or plan["authorised_on"] is None:
                continue
            days.append(plan["authorised_on"])
            if plan["reviewed_on"] is not None and plan["reviewed_on"] >= plan["authorised_on"]:
                days.append(plan["reviewed_on"])
        last = latest(one for one in days if one <= day)
        found.append(
            {
                **columns(row, "care_period_id", *CHILD_AND_TEAM),
                "date_of_birth": date_of_birth(world, row),
                "last_plan_on": last,
                "next_due_on": world.months_after(last, "pathway_plan_review_months"),
            }
        )
    return found


def pathway_plan_on(world: World, row: Row) -> dt.date | None:
    """When a pathway plan of the young person was first authorised."""
    return earliest(
        plan["authorised_on"] for plan in world.tables["pathway_plans"] if plan["person_id"] == row["person_id"]
    )


def care_experienced(world: World) -> list[Row]:
    """Periods of care, and spells of leaving-care support."""
    return [
        {
            **columns(row, "started_on", "ended_on", *CHILD_AND_TEAM),
            "kind": kind,
            "date_of_birth": date_of_birth(world, row),
            "pathway_plan_on": pathway_plan_on(world, row),
        }
        for kind, rows in (("looked_after", care_periods(world)), ("care_leaver", world.tables["care_leavers"]))
        for row in rows
    ]


def latest_record(world: World, row: Row, day: dt.date) -> Row:
    """What was last recorded of the young person on or before a day; of two identities' records of one day the first id's."""
    records = [
        one
        for one in world.tables["care_leaver_contacts"]
        if one["person_id"] == row["person_id"] and one["recorded_on"] <= day
    ]
    last = max((one["recorded_on"] for one in records), default=None)
    return min((one for one in records if one["recorded_on"] == last), key=lambda one: one["child_id"], default={})


def care_experienced_record_spells_on(world: World, day: dt.date) -> list[Row]:
    """Those open on a day, with what the latest record of the young person on or before it says they were doing."""
    found = []
    for row in care_experienced(world):
        if not open_on(row, day):
            continue
        last = latest_record(world, row, day)
        found.append(
            {
                **columns(row, "kind", "started_on", "date_of_birth", *CHILD_AND_TEAM),
                "activity": last.get("activity"),
            }
        )
    return found
