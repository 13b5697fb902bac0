"""Why: an assessment counts in the month it is completed, in time or not by the working days since it started.

The days are drawn backwards: from the day of completion the working days it took lead to the day it started, and from there to
the referral that it followed.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from casetally.samples.planted.assessment_flow import flow
from casetally.samples.planted.days import ONE, day_between, pick, some_days, working_days_before
from casetally.samples.planted.making import Making
from casetally.samples.planted.people import Child
from casetally.samples.planted.referrals import before_all, referral_before

Waiting = dict[dt.date, list[tuple[Child, dict[str, Any]]]]  # referrals to be assessed, by day of receipt
Bands = tuple[tuple[int, int, int], ...]
IN_TIME: Bands = (
    (1, 10, 10),
    (11, 20, 18),
    (21, 30, 22),
    (31, 40, 26),
    (41, 45, 24),
)  # first and last working day, weight
LATE: Bands = ((46, 50, 45), (51, 60, 33), (61, 90, 22))
OUTCOMES = {"no_further_action": 40, "early_help": 15, "child_in_need": 33, "strategy_discussion": 9, "looked_after": 3}
FACTORS = ("3B", "4B", "1B", "2B", "5B", "10A", "16A", "17A", "18B", "19B", "20")
OPEN_SHARE = 0.5  # still open at the end: as many as half of a usual month's completions
TEAMS = ("Assessment Team 1", "Assessment Team 2", "Assessment Team 3")


def plant(making: Making) -> None:
    """Assessments completed in each month, and those still open at the end; each is left under 'assessments'."""
    rng = making.rng("assessments")
    waiting: Waiting = {}
    referred = list(making.people.by_kind.get("referrals", []))
    rng.shuffle(referred)
    for child, row in referred:
        if row["outcome"] in ("assessment", "strategy_discussion") and row["closed_on"] is None:
            waiting.setdefault(row["received_on"], []).append((child, row))
    if making.facts.months_of("assessments_open"):
        _with_stock(making, rng, waiting)
        return
    last = 0
    for month in making.facts.months_of("assessments_completed") or making.months:
        completed = making.facts.need("assessments_completed", month, 0)
        in_time = min(completed, making.facts.need("assessments_45wd", month, round(completed * 0.85)))
        bands = [IN_TIME] * in_time + [LATE] * (completed - in_time)
        rng.shuffle(bands)
        outcomes = _outcomes(making, rng, month, completed)
        teams = _teams(making, rng, month, bands)
        for day, of, team, outcome in zip(
            some_days(rng, making, month, completed), bands, teams, outcomes, strict=True
        ):
            start = working_days_before(making.calendar, day, _working_days(rng, of))
            _add(making, rng, *_from_referral(making, rng, waiting, start), start, day, team, outcome)
        last = completed
    for _ in range(making.facts.setting("assessments_open_at_the_end", round(last * OPEN_SHARE))):
        start = making.last - rng.randrange(0, 55) * ONE
        team = rng.choice(making.facts.setting("assessment_teams", TEAMS))
        _add(making, rng, *_from_referral(making, rng, waiting, start), start, None, team, None)


def _with_stock(making: Making, rng: random.Random, waiting: Waiting) -> None:
    """Assessments as the printed stock needs them."""
    spells = flow(making, rng)
    outcomes = {}
    for month in making.months:
        outcomes[month] = _outcomes(making, rng, month, sum(f"{end:%Y-%m}" == month for _, end in spells if end))
    teams = making.facts.setting("assessment_teams", TEAMS)
    for start, end in spells:
        outcome = outcomes[f"{end:%Y-%m}"].pop() if end else None
        _add(making, rng, *_from_referral(making, rng, waiting, start), start, end, rng.choice(teams), outcome)


def _outcomes(making: Making, rng: random.Random, month: str, completed: int) -> list[str]:
    """An outcome for each assessment of the month: as many of those printed, the others as usual."""
    told = {
        outcome: count
        for outcome in OUTCOMES
        if (count := making.facts.month(f"assessments_to_{outcome}", month)) is not None
    }
    found = [outcome for outcome, count in told.items() for _ in range(count)][:completed]
    rest = {outcome: weight for outcome, weight in OUTCOMES.items() if outcome not in told}
    found += [pick(rng, rest) for _ in range(completed - len(found))]
    rng.shuffle(found)
    return found


def _teams(making: Making, rng: random.Random, month: str, bands: list[Bands]) -> list[str]:
    """Each assessment's team; where the first team's are printed, so many are its own, and so many of them in time."""
    names = making.facts.setting("assessment_teams", TEAMS)
    first = making.facts.month("assessments_first_team", month)
    if first is None:
        return [rng.choice(names) for _ in bands]
    in_time = making.facts.need("assessments_first_team_45wd", month, first)
    left = {True: in_time, False: first - in_time}
    teams = []
    for of in bands:
        left[of is IN_TIME] -= 1
        teams.append(names[0] if left[of is IN_TIME] >= 0 else rng.choice(names[1:]))
    return teams


def _working_days(rng: random.Random, bands: Bands) -> int:
    low, high, _ = rng.choices(bands, [weight for *_, weight in bands])[0]
    return rng.randint(low, high)


def _from_referral(
    making: Making, rng: random.Random, waiting: Waiting, start: dt.date
) -> tuple[Child, dict[str, Any]]:
    """A referral received up to 6 days before the start; else one of before these months, for a child already known."""
    for days in range(7):
        if of_day := waiting.get(start - days * ONE):
            return of_day.pop()
    usual = start - rng.randrange(0, 4) * ONE
    begin = before_all(making)
    received = usual if usual < begin else day_between(rng, begin - 400 * ONE, begin - 2 * ONE)
    child = making.people.family(rng, 1, received, (0, 15))[0]
    return child, referral_before(making, rng, child, received)


def _add(
    making: Making,
    rng: random.Random,
    child: Child,
    referral: dict[str, Any],
    start: dt.date,
    end: dt.date | None,
    team: str,
    outcome: str | None,
) -> None:
    row = making.rows.add(
        "assessments",
        assessment_id=making.rows.new_id("assessments"),
        child_id=child.child_id,
        referral_id=referral["referral_id"],
        started_on=start,
        completed_on=end,
        outcome=outcome,
        no_further_action=None if end is None else outcome == "no_further_action",
        child_seen=rng.random() < 0.97,
        team=team,
    )
    making.people.leave("assessments", (child, row))
    if end is None:
        return
    for factor in sorted(rng.sample(FACTORS, rng.choice((1, 1, 2, 3)))):
        making.rows.add("assessment_factors", assessment_id=row["assessment_id"], factor=factor)
    if outcome in ("no_further_action", "early_help") and referral.get("closed_on") is None:
        reason = "RC8" if outcome == "no_further_action" else "RC9"
        referral.update(closed_on=min(end + rng.randrange(0, 6) * ONE, making.last), close_reason=reason)
