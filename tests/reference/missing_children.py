"""Why: where a missing child was looked after, how often a child went missing before, and what risk of exploitation was known,
by the rules under "Missing"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from reference.front_door import CHILD
from reference.leavers_and_missing import missing_episodes as episodes
from reference.looked_after import care_periods, looked_after_placement_spells_on
from reference.world import Row, World, columns, open_on


def missing_episodes(world: World) -> list[Row]:
    """Every missing episode, with the episode before it and the care and placement that it started from."""
    found = []
    for row, whole in zip(episodes(world), world.tables["missing_episodes"], strict=True):
        offered = row["interview_offered_at"].date() if row["interview_offered_at"] is not None else None
        found.append(
            {
                **row,
                "risk_assessed_on": whole["risk_assessed_on"],
                "interview_offered_on": offered,
                "interview_answered_on": offered or row["interview_completed_on"],
                "previous_started_on": previous_started_on(world, row),
                "looked_after": row["other_authority"] is not True and in_care(world, row),
                "distance_miles": distance(world, row),
            }
        )
    return found


def previous_started_on(world: World, row: Row) -> dt.date | None:
    """The day on which the child's episode just before this one started; of two at one moment the smaller id is before."""

    def place(one: Row) -> tuple[dt.datetime, str]:
        return one["started_at"], one["episode_id"]

    before = just_before(world.tables["missing_episodes"], row, place)
    started: dt.date | None = before["started_at"].date() if before else None
    return started


def just_before(rows: list[Row], row: Row, place: Callable[[Row], tuple[object, ...]]) -> Row | None:
    """The row of the same child with the greatest place below that of `row`."""
    earlier = [one for one in rows if one["person_id"] == row["person_id"] and place(one) < place(row)]
    return max(earlier, key=place, default=None)


def in_care(world: World, row: Row) -> bool:
    """Whether a period of care of the child, respite left out, is open on the day the episode started."""
    return any(
        period["person_id"] == row["person_id"] and open_on(period, row["started_on"]) for period in care_periods(world)
    )


def distance(world: World, row: Row) -> object:
    """Miles from home of the placement current on the day; of several periods of care the greatest."""
    placed = [
        one["distance_miles"]
        for one in looked_after_placement_spells_on(world, row["started_on"])
        if one["person_id"] == row["person_id"] and one["distance_miles"] is not None
    ]
    return max(placed, default=None)


def exploitation_risks(world: World) -> list[Row]:
    """Every spell of risk, with the level of the spell before of the same kind where that ended at most a day before."""
    found = []
    for row in world.tables["exploitation_risks"]:
        same = [one for one in world.tables["exploitation_risks"] if one["kind"] == row["kind"]]
        before = just_before(same, row, lambda one: (one["started_on"], one["child_id"]))
        follows = before is not None and (
            before["ended_on"] is None or before["ended_on"] >= row["started_on"] - dt.timedelta(1)
        )
        found.append(
            {
                **columns(row, "kind", "level", "started_on", "ended_on", *CHILD),
                "previous_level": before["level"] if before is not None and follows else None,
            }
        )
    return found
