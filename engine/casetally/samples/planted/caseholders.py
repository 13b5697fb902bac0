"""Why: the children of all caseholders for each full-time one are printed too, and early help workers are caseholders.

Social workers hold what `caseloads.py` gives them; then as many children in early help are held by early help workers as brings the
printed number of children for each full-time caseholder.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from itertools import combinations
from typing import Any

from casetally.samples.planted.caseloads import Caseloads
from casetally.samples.planted.days import ONE, Spell, day_between
from casetally.samples.planted.making import Making, first_day, last_day

TEAMS = ("Assessment Team 1", "Assessment Team 2", "Safeguarding Team 1", "Safeguarding Team 2", "Looked After Team")
EARLY_HELP_WORKERS, PART_TIME = 18, (Decimal("0.5"), Decimal("0.6"), Decimal("0.75"), Decimal("0.8"), Decimal("0.9"))
REASONS = ("LEFTRL", "ORGRST", "ABSENC", "TSPROC")


def plant_caseloads(making: Making, rng: random.Random) -> None:
    """Workers and allocations with the printed caseloads; what could not be met is let go."""
    caseloads = Caseloads(making, rng)
    caseloads.walk()
    names = [_worker(making, rng, at, "social_worker", Decimal(1)) for at in range(caseloads.workers)]
    for case in caseloads.cases:
        for worker, start, end in case.turns:
            row = names[worker]
            ended = "CHCHAN" if end == case.held.end else rng.choice(REASONS)
            _allocate(making, case.child_id, row, "social_worker", start, end, ended if end else None)
    _let_go(making, caseloads)
    _early_help(making, rng, caseloads)


def _let_go(making: Making, caseloads: Caseloads) -> None:
    for fact, month, by in caseloads.short:
        making.facts.give_up(fact, month, f"the children planted fall short of it by {abs(by)}")


def _early_help(making: Making, rng: random.Random, caseloads: Caseloads) -> None:
    """Early help workers, and so many children with them each month that all children by full-time caseholder is as printed."""
    spells = [
        (row["child_id"], Spell(row["started_on"], row["ended_on"])) for row in making.rows.of("early_help_episodes")
    ]
    full = [_worker(making, rng, at, "family_support", Decimal(1)) for at in range(EARLY_HELP_WORKERS)]
    part = [_worker(making, rng, at, "family_support", fte) for at, fte in enumerate(PART_TIME)]
    held: dict[str, tuple[dict[str, Any], dt.date]] = {}
    ends = dict(spells)
    for month in making.months:
        end = last_day(month)
        printed = making.facts.decimal("children_per_caseholder_fte", month)
        if printed is None:
            continue
        turns = [turn for case in caseloads.cases for turn in case.turns if Spell(*turn[1:]).open_on(end)]
        many, active = _how_many(len(turns), len({worker for worker, *_ in turns}), printed)
        workers = full + [part[at] for at in active]
        for child_id, (worker, start) in list(held.items()):
            closed = ends[child_id].end
            if closed is not None and closed <= end:
                _allocate(making, child_id, worker, "early_help", start, closed, "CHCHAN")
                del held[child_id]
            elif all(worker is not one for one in workers) or len(held) > many:
                day = max(start + ONE, day_between(rng, first_day(month), end))
                _allocate(making, child_id, worker, "early_help", start, min(day, end), "TSPROC")
                del held[child_id]
        waiting = [(who, spell) for who, spell in spells if who not in held and spell.open_on(end)]
        for at, (who, spell) in enumerate(rng.sample(waiting, min(len(waiting), many - len(held)))):
            # every active worker holds someone: the part-time ones, who may be new this month, come first
            worker = workers[-1 - at % len(workers)]
            held[who] = (worker, max(spell.start, first_day(month)))
    for child_id, (worker, start) in held.items():
        _allocate(making, child_id, worker, "early_help", start, None, None)


def _how_many(children: int, social_workers: int, printed: Decimal) -> tuple[int, tuple[int, ...]]:
    """How many children in early help, and which part-time workers hold some, so that the printed number comes out."""
    for count in range(len(PART_TIME) + 1):
        for active in combinations(range(len(PART_TIME)), count):
            fte = Decimal(social_workers + EARLY_HELP_WORKERS) + sum((PART_TIME[at] for at in active), Decimal(0))
            many = round(printed * fte) - children
            places = Decimal(1).scaleb(printed.as_tuple().exponent)  # type: ignore[arg-type]
            if many >= EARLY_HELP_WORKERS + count and ((children + many) / fte).quantize(places) == printed:
                return many, active
    return 0, ()


def _worker(making: Making, rng: random.Random, at: int, role: str, fte: Decimal) -> dict[str, Any]:
    social = role == "social_worker"
    return making.rows.add(
        "workers",
        worker_id=making.rows.new_id("workers"),
        role=role if not social or rng.random() < 0.75 else "senior_social_worker",
        team=TEAMS[at % len(TEAMS)] if social else "Early Help",
        fte=float(fte),
        agency=social and rng.random() < 0.2,
        qualified=social,
        newly_qualified=social and rng.random() < 0.1,
        started_on=making.first - rng.randrange(7000, 9000) * ONE,
        ended_on=None,
    )


def _allocate(
    making: Making,
    child_id: str,
    worker: dict[str, Any],
    role: str,
    start: dt.date,
    end: dt.date | None,
    reason: str | None,
) -> None:
    making.rows.add(
        "allocations",
        allocation_id=making.rows.new_id("allocations"),
        child_id=child_id,
        worker_id=worker["worker_id"],
        role=role,
        team=worker["team"],
        started_on=start,
        ended_on=end,
        change_reason=reason,
    )
