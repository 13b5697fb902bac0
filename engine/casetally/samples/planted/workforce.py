"""Why: a child on a plan or in care has a qualified social worker at every month's end, whatever the other planters left.

Workers hold children family by family; a worker's children pass to a colleague without a day between.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from casetally.samples.planted.caseholders import plant_caseloads
from casetally.samples.planted.days import ONE, day_between
from casetally.samples.planted.making import Making
from casetally.samples.planted.team_caseloads import teams_of

HELD = ("plan", "looked_after", "in_need")  # what earlier planters leave as (child, started_on, ended_on)
PER_WORKER = 15
CHANGES = 0.15  # of the stretches, how many change hands once
TEAMS = ("Safeguarding Team 1", "Safeguarding Team 2", "Looked After Team", "Assessment Team 1", "Assessment Team 2")
FTE = {1.0: 80, 0.8: 12, 0.6: 8}
SEEN_LATELY = 5  # days: less than the week in which a visit is due after a new placement
CHANGE_REASONS = ("LEFTRL", "ORGRST", "ABSENC", "TSPROC")

Stretch = tuple[str, str, dt.date, dt.date | None]  # child, family, first day, end


def plant(making: Making) -> None:
    """Workers and allocations for every child on a plan, in care or in need; or with the caseloads that a report prints."""
    rng = making.rng("workforce")
    if making.facts.months_of("children_held"):
        plant_caseloads(making, rng)
        return
    if making.facts.setting("caseloads"):
        _by_team(making, rng)
        return
    stretches = _stretches(making)
    workers = _workers(making, rng, max(2, _most_open(making, stretches) // PER_WORKER))
    holder: dict[str, int] = {}
    in_time = making.facts.setting("team_with_care_visits_in_time")
    apart = _not_for_the_team_in_time(making)
    for child_id, family_id, start, end in stretches:
        avoid = in_time if child_id in apart else None
        at = _next(workers, holder.setdefault(family_id, rng.randrange(len(workers))), avoid)
        first = max(start, making.first - 200 * ONE)
        change = day_between(rng, first + ONE, (end or making.last) - ONE) if rng.random() < CHANGES else None
        if change is not None and start < change < (end or making.last):
            _allocate(making, child_id, workers[at], start, change, rng.choice(CHANGE_REASONS))
            at = _next(workers, at + 1, avoid)
            _allocate(making, child_id, workers[at], change, end, "CHCHAN" if end else None)
        else:
            _allocate(making, child_id, workers[at], start, end, "CHCHAN" if end else None)


def _next(workers: list[dict[str, Any]], at: int, avoid: str | None) -> int:
    """The first worker from this one on who is not of the team to avoid."""
    order = [other % len(workers) for other in range(at, at + len(workers))]
    return next(other for other in order if workers[other]["team"] != avoid)


def _not_for_the_team_in_time(making: Making) -> set[str]:
    """Where a team is printed as having seen every looked after child in time: who was not seen in the last days."""
    if making.facts.setting("team_with_care_visits_in_time") is None:
        return set()
    lately = {
        row["child_id"]
        for row in making.rows.of("care_visits")
        if making.last - SEEN_LATELY * ONE <= row["visited_on"] <= making.last
    }
    return {child.child_id for child, _, _ in making.people.by_kind.get("looked_after", [])} - lately


def _by_team(making: Making, rng: random.Random) -> None:
    """Workers and allocations of the teams whose caseloads are printed."""
    for team in teams_of(making):
        rows = {worker: _worker(making, rng, team.name, float(fte)) for worker, fte in sorted(team.workers.items())}
        for child_id, worker, start, end in team.turns:
            _allocate(making, child_id, rows[worker], start, end, rng.choice(CHANGE_REASONS) if end else None)


def _stretches(making: Making) -> list[Stretch]:
    """Each child's time with the service, spells that meet or overlap made one."""
    spells: dict[str, list[tuple[Any, dt.date, dt.date | None]]] = {}
    for kind in HELD:
        for child, start, end in making.people.by_kind.get(kind, []):
            spells.setdefault(child.child_id, []).append((child, start, end))
    found: list[Stretch] = []
    for child_id, of_child in sorted(spells.items()):
        merged: list[list[dt.date | None]] = []
        for _, start, end in sorted(of_child, key=lambda item: (item[1], item[2] or dt.date.max)):
            if merged and (merged[-1][1] is None or start <= merged[-1][1]):
                merged[-1][1] = None if merged[-1][1] is None or end is None else max(merged[-1][1], end)
            else:
                merged.append([start, end])
        family_id = of_child[0][0].family_id
        found += [(child_id, family_id, start, end) for start, end in merged if start is not None and start != end]
    return found


def _most_open(making: Making, stretches: list[Stretch]) -> int:
    return sum(end is None or end > making.last for _, _, _, end in stretches)


def _workers(making: Making, rng: random.Random, count: int) -> list[dict[str, Any]]:
    """Qualified social workers, all in post from before the first child they hold."""
    teams = making.facts.setting("teams", TEAMS)
    return [
        _worker(making, rng, teams[at % len(teams)], rng.choices(list(FTE), list(FTE.values()))[0])
        for at in range(count)
    ]


def _worker(making: Making, rng: random.Random, team: str, fte: float) -> dict[str, Any]:
    return making.rows.add(
        "workers",
        worker_id=making.rows.new_id("workers"),
        role="senior_social_worker" if rng.random() < 0.25 else "social_worker",
        team=team,
        fte=fte,
        agency=rng.random() < 0.15,
        qualified=True,
        newly_qualified=rng.random() < 0.1,
        started_on=making.first - rng.randrange(7000, 9000) * ONE,
        ended_on=None,
    )


def _allocate(
    making: Making,
    child_id: str,
    worker: dict[str, Any],
    start: dt.date,
    end: dt.date | None,
    reason: str | None,
) -> None:
    making.rows.add(
        "allocations",
        allocation_id=making.rows.new_id("allocations"),
        child_id=child_id,
        worker_id=worker["worker_id"],
        role="social_worker",
        team=worker["team"],
        started_on=start,
        ended_on=end,
        change_reason=reason,
    )
