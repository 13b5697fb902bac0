"""Why: between conferences the core group keeps a plan going: first within 10 working days, then every six weeks.

Where the children whose core group is up to date are printed, as many plans as they leave over miss the meeting that is due
in the month. It is made up for, late, in the next month, and soon followed by one in time, or missed again.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from casetally.errors import CallError
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.plans import PlantedPlan
from casetally.samples.planted.protection_days import ONE_DAY, working_day

FIRST, EVERY = 10, 42  # working days after the start; days after the one before
HISTORY = 120  # days before the first covered month from which meetings are planted


@dataclass(eq=False)
class _Track:
    """One plan with the day of its latest core group (or its start) and the day by which the next is due."""

    plan: PlantedPlan
    since: dt.date
    due: dt.date


def plant_core_groups(making: Making) -> None:
    """Core groups of all plans not over long before the first covered month."""
    rng = making.rng("core_groups")
    plans: list[PlantedPlan] = making.people.by_kind.get("cp_plans", [])
    tracks = [_Track(p, p.started_on, making.calendar.add_working_days(p.started_on, FIRST)) for p in plans]
    for track in tracks:
        _meet_until(making, rng, track, making.first - ONE_DAY)
    for month in making.months:
        first, last = first_day(month), last_day(month)
        missed = _missing_theirs(making, rng, month, [t for t in tracks if t.plan.open_on(last)])
        for track in tracks:
            if track in missed:
                continue
            if track.due < first and (track.plan.ended_on is None or track.plan.ended_on > first):
                _meet(making, track, working_day(making, rng, first, first + dt.timedelta(6)))
                track.due = first + dt.timedelta(rng.randint(14, 24))
            _meet_until(making, rng, track, last)


def _missing_theirs(making: Making, rng: random.Random, month: str, open_plans: list[_Track]) -> set[_Track]:
    """The plans whose meeting is overdue at the month's end."""
    in_time = making.facts.month("plans_core_group_in_time", month)
    if in_time is None:
        return set()
    last = last_day(month)
    # those due before the month's last day can be overdue on it
    able = [t for t in open_plans if t.due < last]
    if len(able) < len(open_plans) - in_time:
        raise CallError(f"{month}: too few core groups fall due for the printed share held in time.")
    return set(rng.sample(able, len(open_plans) - in_time))


def _meet_until(making: Making, rng: random.Random, track: _Track, last: dt.date) -> None:
    """Meetings shortly before they are due, up to a day or the plan's end."""
    end = min(track.plan.ended_on or last, last)
    while track.due <= end:
        _meet(
            making, track, working_day(making, rng, max(track.since + ONE_DAY, track.due - dt.timedelta(6)), track.due)
        )


def _meet(making: Making, track: _Track, held: dt.date) -> None:
    if held >= making.first - dt.timedelta(HISTORY) and (track.plan.ended_on is None or held <= track.plan.ended_on):
        making.rows.add(
            "core_groups",
            meeting_id=making.rows.new_id("core_groups"),
            plan_id=track.plan.plan_id,
            child_id=track.plan.child.child_id,
            supplied_due_on=track.due,
            held_on=held,
        )
    track.since, track.due = held, held + dt.timedelta(EVERY)
