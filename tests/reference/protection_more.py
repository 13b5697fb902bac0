"""Why: what further measures ask of enquiries, conferences, plans, visits and core groups, beside what protection.py gives:
families and meetings, agencies at a conference, children already known, and whom a visit saw."""

from __future__ import annotations

import datetime as dt

from reference import protection
from reference.front_door import CHILD_AND_TEAM
from reference.looked_after import care_periods
from reference.world import Row, World, columns, latest, open_on


def family(world: World, row: Row) -> str:
    """The family of the row's own child; where none is recorded, the child is one alone."""
    child = world.find("children", "child_id", row["child_id"])
    if child is not None and child["family_id"] is not None:
        return f"family {child['family_id']}"
    return f"child {row['person_id']}"


def already(row: Row, spells: list[Row]) -> bool:
    """Whether a spell of the child began before the row's start and is open on it."""
    return any(
        spell["person_id"] == row["person_id"]
        and spell["started_on"] < row["started_on"]
        and open_on(spell, row["started_on"])
        for spell in spells
    )


def s47_enquiries(world: World) -> list[Row]:
    """Every enquiry, and whether the child was on a plan here or in care (respite left out) before it."""
    plans, care = protection.own_plans(world), care_periods(world)
    return [
        {**row, "on_plan": already(row, plans), "in_care": already(row, care)}
        for row in protection.s47_enquiries(world)
    ]


def took_part(world: World, conference: Row, agency: str, *ways: str) -> bool:
    """Whether an agency's part in a conference is recorded in one of these ways."""
    return any(
        one["conference_id"] == conference["conference_id"]
        and one["agency"] == agency
        and any(one[way] is True for way in ways)
        for one in world.tables["conference_attendances"]
    )


def cp_conferences(world: World) -> list[Row]:
    """Initial conferences other than transfers in, with their meeting and family and the agencies that took part."""
    found = []
    for row in protection.cp_conferences(world):
        whole = world.find("cp_conferences", "conference_id", row["conference_id"])
        assert whole is not None
        alone = f"conference {row['conference_id']}"
        found.append(
            {
                **row,
                "meeting": alone if whole["meeting_id"] is None else f"meeting {whole['meeting_id']}",
                "family": family(world, row),
                "police_attended": took_part(world, row, "police", "attended"),
                "education_attended": took_part(world, row, "education", "attended"),
                "health_attended": took_part(world, row, "health", "attended"),
                "gp_took_part": took_part(world, row, "gp", "attended", "contributed"),
            }
        )
    return found


def cp_plans(world: World) -> list[Row]:
    """Plans here, with the child's family."""
    return [{**row, "family": family(world, row)} for row in protection.cp_plans(world)]


def cp_reviews_held(world: World) -> list[Row]:
    """Review conferences held: those of one family on one day are one meeting."""
    return [
        {**row, "meeting": f"{row['held_on'].isoformat()} {family(world, row)}"}
        for row in protection.cp_reviews_held(world)
    ]


def cp_plan_visit_spells_on(world: World, day: dt.date) -> list[Row]:
    """Plans here open on a day, with the latest visits by then at which the child was seen, and seen alone."""
    found = []
    for row in protection.cp_plan_visit_spells_on(world, day):
        made = [visit for visit in protection.visits_of_plan(world, row) if visit["visited_on"] <= day]
        found.append(
            {
                **row,
                "last_seen_on": latest(visit["visited_on"] for visit in made if visit["seen"] is True),
                "last_seen_alone_on": latest(visit["visited_on"] for visit in made if visit["seen_alone"] is True),
            }
        )
    return found


def core_group_due(world: World, plan: Row, previous: dt.date | None) -> dt.date | None:
    """The first within 10 working days of the plan's start, each later one within 42 days of the one before."""
    if previous is None:
        return world.working_days_after(plan["started_on"], "core_group_first_working_days")
    return world.days_after(previous, "core_group_later_days")


def cp_plan_core_group_spells_on(world: World, day: dt.date) -> list[Row]:
    """Plans here open on a day, with the latest core group by then, whether it was late, and when the next is due."""
    found = []
    for plan in protection.own_plans(world):
        if not open_on(plan, day):
            continue
        last, late = None, False
        for held in sorted({row["held_on"] for row in world.tables["core_groups"] if of_plan(row, plan, day)}):
            due = core_group_due(world, plan, last)
            last, late = held, due is not None and held > due
        found.append(
            {
                **columns(plan, "plan_id", "started_on", *CHILD_AND_TEAM),
                "last_core_group_on": last,
                "last_was_late": late,
                "clock_from": last or plan["started_on"],
                "next_due_on": core_group_due(world, plan, last),
            }
        )
    return found


def of_plan(row: Row, plan: Row, day: dt.date) -> bool:
    """Whether a meeting is of the plan and was held by the day."""
    return row["plan_id"] == plan["plan_id"] and row["held_on"] is not None and row["held_on"] <= day
