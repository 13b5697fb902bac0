"""Why: visits to children on a plan are counted in two ways, and each binds other days.

Where reports print the visits made in a month and how many came within 10 or 15 working days of the one before, each
month's visits are planted with just these gaps (`visits_made...`). Where they print the children seen lately at the month's
end, each child's last visit before it is planted so long ago (`plans_visited...`). Where neither is printed, visits are
made in time.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casetally.errors import CallError
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.plans import PlantedPlan
from casetally.samples.planted.protection_days import ONE_DAY, working_day

SOON, LATER, LATEST = (6, 10), (11, 15), (16, 19)  # working days since the visit before
SEEN_SHARE, ALONE_SHARE = 0.97, 0.72


@dataclass
class _Track:
    """One plan with the day from which its next gap is measured."""

    plan: PlantedPlan
    since: dt.date

    def until(self, last: dt.date) -> dt.date:
        """The last day on which a visit may be made: the plan's day before its end."""
        return min(last, self.plan.ended_on - ONE_DAY) if self.plan.ended_on else last


def plant(making: Making) -> None:
    plans: list[PlantedPlan] = making.people.by_kind.get("cp_plans", [])
    rng = making.rng("plan_visits")
    tracks = [_Track(plan, _earlier_visits(making, rng, plan)) for plan in plans]
    for month in making.months:
        if making.facts.month("visits_made", month) is not None:
            _month_of_gaps(making, rng, month, tracks)
        else:
            _month_of_last_visits(making, rng, month, tracks)


def _visit(making: Making, rng: random.Random, plan: PlantedPlan, on: dt.date, **known: Any) -> None:
    seen = rng.random() < SEEN_SHARE
    making.rows.add(
        "cp_visits",
        **{
            "visit_id": making.rows.new_id("cp_visits"),
            "child_id": plan.child.child_id,
            "plan_id": plan.plan_id,
            "visited_on": on,
            "seen": seen,
            "seen_alone": seen and plan.child.age_on(on) >= 3 and rng.random() < ALONE_SHARE,
            **known,
        },
    )


def _earlier_visits(making: Making, rng: random.Random, plan: PlantedPlan) -> dt.date:
    """Visits before the first covered month, all in time. Returns the last one, or the plan's start."""
    since = plan.started_on
    ended = min(plan.ended_on or making.first, making.first)
    while (on := making.calendar.add_working_days(since, rng.randint(*SOON))) < ended:
        _visit(making, rng, plan, on)
        since = on
    return since


def _month_of_gaps(making: Making, rng: random.Random, month: str, tracks: list[_Track]) -> None:
    """The month's visits by gap: exactly so many over 15 working days, of 11 to 15, and of 10 or fewer."""
    facts = making.facts
    made = facts.need("visits_made", month, 0)
    in_ten = facts.need("visits_made_10wd", month, made)
    in_fifteen = facts.need("visits_made_15wd", month, made)
    open_now = [
        t for t in tracks if t.plan.started_on <= last_day(month) and t.until(last_day(month)) >= first_day(month)
    ]
    short = _visits_of_gap(making, rng, month, open_now, LATEST, made - in_fifteen)
    short += _visits_of_gap(making, rng, month, open_now, LATER, in_fifteen - in_ten)
    for narrow in (SOON, (4, 10), (2, 10), (1, 10)):
        in_ten = _visits_of_gap(making, rng, month, open_now, narrow, in_ten)
    if short or in_ten:
        raise CallError(
            f"{month}: {short} visits after a long gap and {in_ten} after a short one found no plan to be made on.",
            hint="Fewer visits fit into the month; change visits_made in the planting file.",
        )


def _visits_of_gap(
    making: Making, rng: random.Random, month: str, tracks: list[_Track], gap: tuple[int, int], wanted: int
) -> int:
    """Make `wanted` visits with a gap within `gap` (both included), longest unvisited first. Returns how many are left."""
    first, last = first_day(month), last_day(month)
    while wanted:
        ways = []
        for track in sorted(tracks, key=lambda t: (t.since, t.plan.plan_id)):
            # the day of the smallest and of the largest gap, as far as they lie in the month and in the plan
            since = making.calendar.add_working_days(track.since, 0)
            days = [making.calendar.add_working_days(since, n) for n in range(gap[0], gap[1] + 1)]
            days = [day for day in days if first <= day <= track.until(last)]
            if days:
                ways.append((track, days))
        if not ways:
            return wanted
        for track, days in ways[: max(1, wanted // 3)]:
            on = rng.choice(days)
            _visit(making, rng, track.plan, on)
            track.since = on
            wanted -= 1
    return 0


def _month_of_last_visits(making: Making, rng: random.Random, month: str, tracks: list[_Track]) -> None:
    """Visits whose latest at the month's end lies so long ago that the printed numbers of children were seen lately."""
    first, last = first_day(month), last_day(month)
    spans = _spans(making, rng, month, [t for t in tracks if t.plan.open_on(last)])
    for track in tracks:
        earliest, end = spans.get(track.plan.plan_id, (None, track.until(last)))
        while (on := making.calendar.add_working_days(track.since, rng.randint(*SOON))) <= end:
            if on >= first:
                _visit(making, rng, track.plan, on, seen=True)
            track.since = on
        if earliest is not None and track.since < earliest <= end:
            track.since = working_day(making, rng, max(earliest, track.since + ONE_DAY), end)
            _visit(making, rng, track.plan, track.since, seen=True)


def _spans(
    making: Making, rng: random.Random, month: str, tracks: list[_Track]
) -> dict[str, tuple[dt.date | None, dt.date]]:
    """The days within which each plan's latest visit at the month's end must lie: earliest (None: any) and last."""
    last = last_day(month)
    limits = [
        (made, _reach(making, last, limit))
        for limit in making.facts.setting("visit_limits", ())  # the shortest limit first
        if (made := making.facts.month(limit["fact"], month)) is not None
    ]
    found: dict[str, tuple[dt.date | None, dt.date]] = {}
    free = list(tracks)
    rng.shuffle(free)
    bands: list[tuple[int, dt.date | None, dt.date]] = []
    within, end = 0, last
    for made, earliest in limits:
        bands.append((made - within, earliest, end))
        within, end = made, earliest - ONE_DAY
    bands.append((len(tracks) - within, None, end))
    # those unvisited longest first: fewest plans are old enough for it
    for count, first, end in reversed(bands) if limits else ():
        fit = [track for track in free if track.since <= end][:count]
        if len(fit) < count:
            raise CallError(
                f"{month}: too few plans go back far enough for the printed shares of children seen lately."
            )
        for track in fit:
            found[track.plan.plan_id] = (first, track.until(end))
            free.remove(track)
    return found


def _reach(making: Making, last: dt.date, limit: Mapping[str, Any]) -> dt.date:
    """The earliest day from which `last` is within the limit."""
    if "days" in limit:
        return last - dt.timedelta(limit["days"])
    day = last
    while making.calendar.working_days(day - ONE_DAY, last) <= limit["working_days"]:
        day -= ONE_DAY
    return day
