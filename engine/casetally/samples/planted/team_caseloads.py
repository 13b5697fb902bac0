"""Why: some reports print by team how many children are held and how many that is for each full-time worker.

`settings: caseloads:` names each team, the facts that say how many it holds and how many that is for a full-time worker, and the
services whose children it takes. A month in which a team holds nobody is one in which it does not exist.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from casetally.samples.planted.days import Spell, day_between
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.open_to_service import OPEN, counted

PART_TIME = tuple(Decimal(part) for part in ("0", "0.2", "0.4", "0.5", "0.6", "0.8"))
USUAL_PER_FTE = Decimal(18)
Turn = tuple[str, int, dt.date, dt.date | None]  # child, worker of the team, first day, end


@dataclass
class Team:
    """One team: who holds whom now, and every turn that has ended."""

    name: str
    held_fact: str
    per_fte_fact: str
    services: tuple[str, ...]
    over: dict[str, Any]
    workers_fact: str = ""
    now: dict[str, tuple[int, dt.date]] = field(default_factory=dict)  # child -> worker, first day
    until: dict[str, dt.date | None] = field(default_factory=dict)  # child -> when the service closes
    turns: list[Turn] = field(default_factory=list)
    workers: dict[int, Decimal] = field(default_factory=dict)  # each worker's part of full time

    def end(self, child: str, day: dt.date) -> None:
        worker, start = self.now.pop(child)
        if day > start:
            self.turns.append((child, worker, start, day))


def teams_of(making: Making) -> list[Team]:
    """The teams that the settings name, every child of the services with one of them, month by month."""
    rng = making.rng("team caseloads")
    teams = [
        Team(
            said["team"],
            said["held"],
            said.get("per_fte", ""),
            tuple(said["services"]),
            said.get("over", {}),
            said.get("workers", ""),
        )
        for said in making.facts.setting("caseloads", [])
    ]
    spells = _spells(making)
    for month in making.months:
        held = {child for team in teams for child in team.now}
        for team in teams:
            _fill(making, rng, month, team, spells, held)
        for team in teams:
            _share_out(making, rng, month, team)
    for team in teams:
        team.turns += [(child, worker, start, None) for child, (worker, start) in team.now.items()]
    return teams


def _spells(making: Making) -> dict[str, dict[str, Spell]]:
    """The children of each service; of several spells the latest."""
    return {
        table: {row["child_id"]: Spell(row["started_on"], row[ends]) for row in counted(making, table)}
        for table, ends in OPEN
    }


def _fill(
    making: Making, rng: random.Random, month: str, team: Team, spells: dict[str, dict[str, Spell]], held: set[str]
) -> None:
    """As many children as printed: those whose service closed leave, then some too many, or some come."""
    first, end = first_day(month), last_day(month)
    wanted = making.facts.need(team.held_fact, month, 0)
    for child in sorted(team.now):
        closed = team.until[child]
        if closed is not None and closed <= end:
            team.end(child, closed)
            held.discard(child)
    too_many = rng.sample(sorted(team.now), max(0, len(team.now) - wanted))
    for child in too_many:
        team.end(child, day_between(rng, max(first, team.now[child][1]), end))
        held.discard(child)
    for service in team.services:
        for child, spell in spells[service].items():
            if len(team.now) >= wanted:
                return
            if child not in held and spell.open_on(end):
                # nobody holds the child yet: `_share_out` says who will
                team.now[child] = (-1, spell.start if month == making.months[0] else max(spell.start, first))
                team.until[child] = spell.end
                held.add(child)
    if len(team.now) < wanted:
        making.facts.give_up(
            team.held_fact, month, f"the children planted fall short of it by {wanted - len(team.now)}"
        )


def _share_out(making: Making, rng: random.Random, month: str, team: Team) -> None:
    """Full-time workers and at most one part-time one, each holding someone, so that the printed number comes out."""
    if not team.now:
        return
    told = making.facts.month(team.workers_fact, month)
    per_fte = making.facts.decimal(team.per_fte_fact, month)
    full, part = (told, PART_TIME[0]) if told else _full_time(len(team.now), per_fte)
    if per_fte is not None and not _rounds_to(len(team.now), full + part, per_fte):
        making.facts.give_up(
            team.per_fte_fact, month, f"no team of whole and part-time workers makes it of {len(team.now)}"
        )
    # the part-time worker of each share of full time has a number of its own, beyond those of the full-time ones
    active = list(range(full)) + ([1000 + PART_TIME.index(part)] if part else [])
    team.workers |= {worker: Decimal(1) if worker < 1000 else part for worker in active}
    loads = _loads(making, month, team, active)
    moving = []
    for child in rng.sample(sorted(team.now), len(team.now)):
        worker = team.now[child][0]
        if loads.get(worker, 0) > 0:
            loads[worker] -= 1
        else:
            moving.append(child)
    places = [worker for worker, load in loads.items() for _ in range(load)]
    for child, worker in zip(moving, places, strict=True):
        before, start = team.now[child]
        if before >= 0:
            day = max(day_between(rng, first_day(month), last_day(month)), start)
            team.end(child, day)
            start = day
        team.now[child] = (worker, start)


def _loads(making: Making, month: str, team: Team, active: list[int]) -> dict[int, int]:
    """How many each holds: evenly; where it is printed how many hold a number or more, so many do."""
    total, count = len(team.now), len(active)
    loads = {worker: total // count + (at < total % count) for at, worker in enumerate(active)}
    many = making.facts.month(team.over["workers"], month) if team.over else None
    if many:
        least: int = team.over["at_least"]
        for worker in active[:many]:
            short = least - loads[worker]
            for giver in active[many:][:short]:
                loads[giver] -= 1
                loads[worker] += 1
    return loads


def _full_time(children: int, per_fte: Decimal | None) -> tuple[int, Decimal]:
    """How many full-time workers and what part of one: children over both rounds to the printed number."""
    exact = children / (per_fte or USUAL_PER_FTE)
    if per_fte is None:
        return max(1, round(exact)), Decimal(0)
    choices = [
        (full, part)
        for full in range(max(1, int(exact) - 1), int(exact) + 3)
        for part in PART_TIME
        if _rounds_to(children, full + part, per_fte)
    ]
    # the nearest to what is printed, so that means over months come out as well
    return min(
        choices,
        key=lambda one: abs(children / (one[0] + one[1]) - per_fte),
        default=(max(1, round(exact)), PART_TIME[0]),
    )


def _rounds_to(children: int, workers: Decimal, per_fte: Decimal) -> bool:
    unit = Decimal(1).scaleb(int(per_fte.as_tuple().exponent))
    return (children / workers).quantize(unit, ROUND_HALF_UP) == per_fte
