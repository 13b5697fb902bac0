"""Why: care leavers by their latest record, and missing episodes, by the rules under "Care leavers" and "Missing"."""

from __future__ import annotations

import datetime as dt

from reference.front_door import CHILD, CHILD_AND_TEAM
from reference.looked_after import date_of_birth
from reference.plans_and_schooling import latest_record, pathway_plan_on
from reference.world import Row, World, columns, open_on


def care_leavers(world: World) -> list[Row]:
    """Every spell of leaving-care support, with the young person's first authorised pathway plan."""
    return [
        {
            **columns(row, "started_on", "ended_on", "eligibility", "personal_adviser", "formerly_uasc"),
            **columns(row, "health_passport_on", *CHILD_AND_TEAM),
            "pathway_plan_on": pathway_plan_on(world, row),
        }
        for row in world.tables["care_leavers"]
    ]


def care_leaver_record_spells_on(world: World, day: dt.date) -> list[Row]:
    """Spells open on a day, with what the latest record of the young person on or before it says."""
    found = []
    for row in world.tables["care_leavers"]:
        if not open_on(row, day):
            continue
        last = latest_record(world, row, day)
        found.append(
            {
                **columns(row, "started_on", "eligibility", *CHILD_AND_TEAM),
                "date_of_birth": date_of_birth(world, row),
                **{
                    name: last.get(name)
                    for name in ("recorded_on", "in_touch", "accommodation", "suitable", "activity")
                },
            }
        )
    return found


def missing_episodes(world: World) -> list[Row]:
    """Every missing episode, dated by the day on which it started."""
    return [
        {
            **columns(row, "episode_id", "type", "started_at", "ended_at", "other_authority", "interview_offered"),
            **columns(row, "interview_offered_at", "interview_accepted", "interview_completed_on", *CHILD),
            "started_on": row["started_at"].date(),
        }
        for row in world.tables["missing_episodes"]
    ]
