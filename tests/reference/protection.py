"""Why: section 47 enquiries, conferences, plans and what is due on them, by the rules under "Section 47 and conferences" and
"Child protection plans"."""

from __future__ import annotations

import datetime as dt

from reference.front_door import CHILD, CHILD_AND_TEAM
from reference.world import Row, World, columns, earliest, latest, open_on


def strategy_discussions(world: World) -> list[Row]:
    """Every strategy discussion."""
    return [columns(row, "discussion_id", "held_on", "outcome", *CHILD) for row in world.tables["strategy_discussions"]]


def conference_base(world: World, enquiry: Row) -> dt.date | None:
    """The day from which the 15 working days run: strategy discussion, else the linked one, else the enquiry's start."""
    if enquiry["strategy_discussion_on"] is not None:
        base: dt.date = enquiry["strategy_discussion_on"]
        return base
    discussion = world.find("strategy_discussions", "discussion_id", enquiry["discussion_id"])
    if discussion is not None and discussion["held_on"] is not None:
        held: dt.date = discussion["held_on"]
        return held
    started: dt.date = enquiry["started_on"]
    return started


def s47_enquiries(world: World) -> list[Row]:
    """Every enquiry, its investigation (its own where none is named) and whether a conference is linked to it."""
    found = []
    for row in world.tables["s47_enquiries"]:
        linked = [one for one in world.tables["cp_conferences"] if one["enquiry_id"] == row["enquiry_id"]]
        found.append(
            {
                **columns(row, "enquiry_id", "started_on", "completed_on", "outcome", *CHILD_AND_TEAM),
                # marked, so that an enquiry of its own differs from an investigation of the same number
                "investigation": row["investigation_id"] or f"alone: {row['enquiry_id']}",
                "conference_clock_from": conference_base(world, row),
                "has_conference": bool(linked),
                "conference_held_on": earliest(one["held_on"] for one in linked),
            }
        )
    return found


def cp_conferences(world: World) -> list[Row]:
    """Initial conferences other than transfers in, with the day their clock starts."""
    found = []
    for row in world.tables["cp_conferences"]:
        if row["transfer_in"] is True:
            continue
        enquiry = world.find("s47_enquiries", "enquiry_id", row["enquiry_id"])
        found.append(
            {
                **columns(row, "conference_id", "held_on", *CHILD_AND_TEAM),
                "clock_from": conference_base(world, enquiry) if enquiry else None,
            }
        )
    return found


def own_plans(world: World) -> list[Row]:
    """Child protection plans other than another authority's temporary ones."""
    return [row for row in world.tables["cp_plans"] if row["other_authority"] is not True]


def cp_plans(world: World) -> list[Row]:
    """Plans here, with the latest earlier start and the latest end of an earlier plan of the child."""
    found = []
    for row in own_plans(world):
        earlier = [
            other
            for other in own_plans(world)
            if other["person_id"] == row["person_id"] and other["started_on"] < row["started_on"]
        ]
        ended = [
            other["ended_on"]
            for other in earlier
            if other["ended_on"] is not None and other["ended_on"] <= row["started_on"]
        ]
        found.append(
            {
                **columns(row, "plan_id", "started_on", "ended_on", "initial_category", "latest_category"),
                **columns(row, "previous_plans", *CHILD_AND_TEAM),
                "previous_started_on": latest(other["started_on"] for other in earlier),
                "previous_ended_on": latest(ended),
            }
        )
    return found


def visits_of_plan(world: World, plan: Row) -> list[Row]:
    """The visits that name a plan, in order."""
    visits = [row for row in world.tables["cp_visits"] if row["plan_id"] == plan["plan_id"]]
    return sorted(visits, key=lambda row: (row["visited_on"], row["visit_id"]))


def cp_visits_made(world: World) -> list[Row]:
    """Visits on plans here; the clock of each runs from the visit before, else from the plan's start."""
    found = []
    for plan in own_plans(world):
        clock_from = plan["started_on"]
        for row in visits_of_plan(world, plan):
            found.append(
                {
                    **columns(row, "visit_id", "plan_id", "visited_on", "seen", "seen_alone", *CHILD),
                    "team": plan["team"],
                    "clock_from": clock_from,
                }
            )
            clock_from = row["visited_on"]
    return found


def cp_plan_visit_spells_on(world: World, day: dt.date) -> list[Row]:
    """Plans here open on a day, with the latest visit on or before it."""
    found = []
    for plan in own_plans(world):
        if not open_on(plan, day):
            continue
        last = latest(row["visited_on"] for row in visits_of_plan(world, plan) if row["visited_on"] <= day)
        found.append(
            {
                **columns(plan, "plan_id", "started_on", *CHILD_AND_TEAM),
                "last_visit_on": last,
                "clock_from": last or plan["started_on"],
            }
        )
    return found


def reviews_of_plan(world: World, plan: Row) -> list[Row]:
    """The review conferences held on a plan, in order, each with the one before and the day by which it was due."""
    held = [
        row for row in world.tables["cp_reviews"] if row["plan_id"] == plan["plan_id"] and row["held_on"] is not None
    ]
    found: list[Row] = []
    for row in sorted(held, key=lambda one: (one["held_on"], one["review_id"])):
        previous = found[-1]["held_on"] if found else None
        found.append({**row, "previous_held_on": previous, "due_on": cp_review_due(world, plan, previous)})
    return found


def cp_review_due(world: World, plan: Row, previous: dt.date | None) -> dt.date | None:
    """The first within 3 months of the plan's start, each later one within 6 months of the one before."""
    if previous is None:
        return world.months_after(plan["started_on"], "cp_first_review_months")
    return world.months_after(previous, "cp_later_review_months")


def cp_reviews_held(world: World) -> list[Row]:
    """Review conferences held on plans here."""
    return [
        {
            **columns(row, "review_id", "plan_id", "held_on", "previous_held_on", "due_on", *CHILD),
            "team": plan["team"],
            "clock_from": row["previous_held_on"] or plan["started_on"],
        }
        for plan in own_plans(world)
        for row in reviews_of_plan(world, plan)
    ]


def cp_plan_review_spells_on(world: World, day: dt.date) -> list[Row]:
    """Plans here open on a day, with the reviews held by then and when the next is due."""
    found = []
    for plan in own_plans(world):
        if not open_on(plan, day):
            continue
        held = [row for row in reviews_of_plan(world, plan) if row["held_on"] <= day]
        last = held[-1]["held_on"] if held else None
        found.append(
            {
                **columns(plan, "plan_id", "started_on", *CHILD_AND_TEAM),
                "last_review_on": last,
                "late_so_far": any(row["held_on"] > row["due_on"] for row in held),
                "clock_from": last or plan["started_on"],
                "next_due_on": cp_review_due(world, plan, last),
            }
        )
    return found
