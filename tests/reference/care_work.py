"""Why: visits to and reviews of looked after children, by the regulations as the rules state them."""

from __future__ import annotations

import datetime as dt

from reference.front_door import CHILD, CHILD_AND_TEAM
from reference.looked_after import care_periods, current_placement, placements_of
from reference.world import Row, World, columns, earliest, open_on


def reviews_of_period(world: World, period: Row) -> list[Row]:
    """The reviews held in a period of care in order, cancelled ones left out, each with its number and due day."""
    held = [
        row
        for row in world.tables["care_reviews"]
        if row["care_period_id"] == period["care_period_id"]
        and row["held_on"] is not None
        and row["cancelled"] is not True
    ]
    found: list[Row] = []
    for row in sorted(held, key=lambda one: (one["held_on"], one["review_id"])):
        found.append(
            {
                **row,
                "number": len(found) + 1,
                "clock_from": found[-1]["held_on"] if found else period["started_on"],
                "due_on": care_review_due(world, period, found),
            }
        )
    return found


def care_review_due(world: World, period: Row, held: list[Row]) -> dt.date | None:
    """The day by which the review after those held is due."""
    if not held:
        return world.working_days_after(period["started_on"], "care_first_review_working_days")
    limit = "care_second_review_months" if len(held) == 1 else "care_later_review_months"
    return world.months_after(held[-1]["held_on"], limit)


def care_reviews_held(world: World) -> list[Row]:
    """Reviews held of children looked after."""
    return [
        {
            **columns(row, "review_id", "care_period_id", "held_on", "number", "clock_from", "due_on"),
            **columns(period, *CHILD),  # a review may leave its child out
            "team": period["team"],
        }
        for period in care_periods(world)
        for row in reviews_of_period(world, period)
    ]


def looked_after_review_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the reviews held by then and when the next is due."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        held = [review for review in reviews_of_period(world, row) if review["held_on"] <= day]
        last = held[-1]["held_on"] if held else None
        found.append(
            {
                **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
                "last_review_on": last,
                "reviews_held": len(held),
                "clock_from": last or row["started_on"],
                "next_due_on": care_review_due(world, row, held),
            }
        )
    return found


def period_of_visit(world: World, visit: Row) -> str | None:
    """The period of care that a visit belongs to: the one it names, else the child's that is open on the day."""
    if visit["care_period_id"] is not None:
        named: str = visit["care_period_id"]
        return named
    here = [
        row
        for row in care_periods(world)
        if row["person_id"] == visit["person_id"] and open_on(row, visit["visited_on"])
    ]
    last = max(here, key=lambda row: (row["started_on"], row["care_period_id"]), default=None)
    return last["care_period_id"] if last else None


def visits_of_period(world: World, period: Row) -> list[Row]:
    """The visits of a period of care in order, each with when it was due and when the one after it is."""
    own = [row for row in world.tables["care_visits"] if period_of_visit(world, row) == period["care_period_id"]]
    found: list[Row] = []
    for row in sorted(own, key=lambda one: (one["visited_on"], one["visit_id"])):
        before = found[-1] if found else None
        found.append(
            {
                **row,
                "care_period_id": period["care_period_id"],
                "clock_from": before["visited_on"] if before else period["started_on"],
                "due_on": before["next_due_on"] if before else first_visit_due(world, period),
                "next_due_on": next_visit_due(world, period, row["visited_on"]),
            }
        )
    return found


def first_visit_due(world: World, period: Row) -> dt.date | None:
    """Within a week of coming into care."""
    return world.days_after(period["started_on"], "care_visit_days_after_placement")


def next_visit_due(world: World, period: Row, visited_on: dt.date) -> dt.date | None:
    """An interval after a visit or, if sooner, a week after the next new placement starts."""
    later = [
        row["started_on"] for row in placements_of(world, period) if row["is_new"] and row["started_on"] > visited_on
    ]
    after_move = world.days_after(earliest(later), "care_visit_days_after_placement")
    return earliest([interval_ends(world, period, visited_on), after_move])


def interval_ends(world: World, period: Row, visited_on: dt.date) -> dt.date | None:
    """The end of the interval that holds on the day of a visit: as agreed, else 3 months if settled, else 6 weeks."""
    agreed = [
        row
        for row in world.tables["visit_plans"]
        if row["person_id"] == period["person_id"] and row["kind"] == "cla" and open_on(row, visited_on)
    ]
    if agreed:
        last = latest_then_smallest(agreed)
        return visited_on + dt.timedelta(last["interval_days"])
    here = current_placement(world, period, visited_on)
    if here is not None and here["intended_to_18"] is True:
        first_year_ends = world.call("months_after", here["stay_started_on"], 12)
        if visited_on >= first_year_ends:
            return world.months_after(visited_on, "care_visit_months_settled")
    return world.days_after(visited_on, "care_visit_days")


def latest_then_smallest(agreed: list[Row]) -> Row:
    """The interval agreed last; of several agreed on one day the smallest."""
    last = max(row["started_on"] for row in agreed)
    return min((row for row in agreed if row["started_on"] == last), key=lambda row: row["interval_days"])


def care_visits_made(world: World) -> list[Row]:
    """Visits to children looked after."""
    return [
        {
            **columns(row, "visit_id", "care_period_id", "visited_on", "seen", "seen_alone"),
            **columns(row, "clock_from", "due_on", "next_due_on"),
            **columns(period, *CHILD),
            "team": period["team"],
        }
        for period in care_periods(world)
        for row in visits_of_period(world, period)
    ]


def looked_after_visit_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the latest visit on or before it and when the next is due."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        made = [visit for visit in visits_of_period(world, row) if visit["visited_on"] <= day]
        last = made[-1] if made else None
        found.append(
            {
                **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
                "last_visit_on": last["visited_on"] if last else None,
                "clock_from": last["visited_on"] if last else row["started_on"],
                "next_due_on": last["next_due_on"] if last else first_visit_due(world, row),
            }
        )
    return found
