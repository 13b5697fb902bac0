"""Why: referrals decide the re-referral and timeliness figures, so each month has exactly as many of each sort as printed.

A first referral is of a child never referred in the 12 months before. A re-referral is of a child whose earlier referral was
received, and whose episode closed, within the 12 months before, so that it is one by either reading.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from casetally.samples.planted.days import ONE, day_between, group_sizes, months_after, pick, some_days
from casetally.samples.planted.making import Making, first_day
from casetally.samples.planted.people import Child

SOURCES = {
    "6": 28, "2A": 20, "3D": 7, "3A": 4, "3E": 7, "5A": 5, "5B": 6, "5D": 8, "1A": 5, "1C": 3, "4": 2, "7": 3, "8": 2,
}  # fmt: skip
NEEDS = {"N1": 60, "N5": 14, "N4": 9, "N3": 6, "N2": 5, "N6": 3, "N8": 3}
OUTCOMES = {"assessment": 84, "strategy_discussion": 7, "information_advice": 5, "early_help": 4}
OTHER_OUTCOMES = {"information_advice": 55, "early_help": 30, "strategy_discussion": 15}
NFA_SHARE = 0.06
AGAIN_FROM_REPORT = 0.3  # of the re-referrals, how many follow a referral of the months covered where both can be
TEAM = "Front Door"

Referral = dict[str, Any]


def plant(making: Making) -> None:
    """Referrals of each month; each is left under 'referrals' as (child, row)."""
    rng = making.rng("referrals")
    earlier: dict[str, tuple[Child, Referral]] = {}  # each child's latest referral
    months = covered(making)
    for month in months:
        total = usual_referrals(making, month)
        again = min(total, making.facts.need("rereferrals", month, round(total * 0.2)))
        this_month = _first_referrals(making, rng, month, total - again)
        this_month += _again(making, rng, month, again, earlier)
        _decide(making, rng, month, [row for _, row in this_month])
        _outcomes(making, rng, month, [row for _, row in this_month])
        for child, row in this_month:
            earlier[child.child_id] = (child, row)
            making.people.leave("referrals", (child, row))


def covered(making: Making) -> tuple[str, ...]:
    """The months whose referrals are counted: the report's, and those before it that its 12-month rates reach back to."""
    return tuple(sorted({*making.facts.months_of("referrals_received"), *making.months}))


def usual_referrals(making: Making, month: str) -> int:
    """The referrals of a month; where a report prints none for it, as many as in a usual month."""
    known = [making.facts.need("referrals_received", one, 0) for one in making.facts.months_of("referrals_received")]
    return making.facts.need("referrals_received", month, round(sum(known) / max(len(known), 1)))


def before_all(making: Making) -> dt.date:
    """The first day whose referrals are counted; what is only history lies before it."""
    return first_day(covered(making)[0])


def _first_referrals(making: Making, rng: random.Random, month: str, count: int) -> list[tuple[Child, Referral]]:
    """Children never referred before: first those of the month's contacts, then new families."""
    waiting = [item for item in making.people.by_kind.get("contacts", []) if f"{item[1]:%Y-%m}" == month]
    found = []
    for child, day, contact_id in waiting[:count]:
        row = _add(making, rng, child, day)
        row["contact_id"] = contact_id
        found.append((child, row))
    sizes = group_sizes(rng, count - len(found))
    for size, day in zip(sizes, some_days(rng, making, month, len(sizes)), strict=True):
        found += [(child, _add(making, rng, child, day)) for child in making.people.family(rng, size, day)]
    return found


def _again(
    making: Making, rng: random.Random, month: str, count: int, earlier: dict[str, tuple[Child, Referral]]
) -> list[tuple[Child, Referral]]:
    """Re-referrals, at most one a child and month, after an earlier referral of these months or of before them."""
    found = []
    pool = sorted(earlier)
    rng.shuffle(pool)
    for day in some_days(rng, making, month, count):
        history = months_after(day, -12) < before_all(making) - 20 * ONE
        known = None if history and rng.random() > AGAIN_FROM_REPORT else _known(pool, earlier, day)
        if known is None:
            known = _referred_before(making, rng, day)
        child, before = known
        if before.get("closed_on") is None or before["closed_on"] > day:
            _close(before, day_between(rng, before["decided_on"] or before["received_on"], day - ONE))
        found.append((child, _add(making, rng, child, day)))
    return found


def _known(pool: list[str], earlier: dict[str, tuple[Child, Referral]], day: dt.date) -> tuple[Child, Referral] | None:
    """A child of the pool whose latest referral was received and closed, or can still close, in the 12 months before."""
    for at, child_id in enumerate(pool):
        child, before = earlier[child_id]
        settled = before["decided_on"] is not None and before["decided_on"] < day and before["received_on"] < day
        if settled and day <= months_after(before["received_on"], 12) and child.age_on(day) < 18:
            del pool[at]
            return child, before
    return None


def _referred_before(making: Making, rng: random.Random, day: dt.date) -> tuple[Child, Referral]:
    """A new child with a referral in the 12 months before the day, and before the months that are counted."""
    begin = before_all(making)
    start = max(months_after(day, -12) + 2 * ONE, begin - 364 * ONE)
    received = day_between(rng, start, min(begin - 12 * ONE, day - 12 * ONE))
    child = making.people.family(rng, 1, received, (0, 16))[0]
    row = _add(making, rng, child, received)
    row.update(decided_on=received + ONE, outcome="assessment", no_further_action=False)
    return child, row


def referral_before(making: Making, rng: random.Random, child: Child, received: dt.date) -> Referral:
    """A referral of a child from before the months covered, for planters that need one to begin from."""
    row = _add(making, rng, child, received)
    row.update(decided_on=received + ONE, outcome="assessment", no_further_action=False, allocated_on=received + ONE)
    return row


def _add(making: Making, rng: random.Random, child: Child, day: dt.date) -> Referral:
    return making.rows.add(
        "referrals",
        referral_id=making.rows.new_id("referrals"),
        child_id=child.child_id,
        received_on=day,
        decided_on=None,
        source=pick(rng, SOURCES),
        primary_need=pick(rng, NEEDS),
        closed_on=None,
        team=TEAM,
    )


def _decide(making: Making, rng: random.Random, month: str, rows: list[Referral]) -> None:
    """Decision dates: so many within 1 working day, so many after more than 3, the others on the second or third.

    The late ones are those received early enough to be decided by the last day, so that every figure is final on it.
    """
    facts, calendar = making.facts, making.calendar
    within = facts.need("referrals_decided_1wd", month, round(len(rows) * 0.8))
    over = facts.need("referrals_decided_over_3wd", month, round(len(rows) * 0.03))
    left = list(rows)
    rng.shuffle(left)
    for count, least, most in ((over, 4, 9), (len(rows) - within - over, 2, 3)):
        can = [row for row in left if calendar.add_working_days(row["received_on"], least) <= making.last]
        for row in can[:count]:
            due = calendar.add_working_days(row["received_on"], rng.randint(least, most))
            fits = due <= making.last
            row["decided_on"] = due if fits else calendar.add_working_days(row["received_on"], least)
            left.remove(row)
    for row in left:
        due = calendar.add_working_days(row["received_on"], rng.choice((0, 0, 1)))
        row["decided_on"] = due if due <= making.last else row["received_on"]


def _outcomes(making: Making, rng: random.Random, month: str, rows: list[Referral]) -> None:
    facts = making.facts
    nfa = facts.need("referrals_nfa", month, round(len(rows) * NFA_SHARE))
    assessed = facts.month("referrals_to_assessment", month)
    soon = facts.month("referrals_allocated_2d", month)
    order = list(rows)
    rng.shuffle(order)
    for at, row in enumerate(order):
        outcome = "no_further_action" if at < nfa else pick(rng, OUTCOMES)
        if assessed is not None and at >= nfa:
            outcome = "assessment" if at < nfa + assessed else pick(rng, OTHER_OUTCOMES)
        row.update(outcome=outcome, no_further_action=at < nfa)
        if outcome in ("assessment", "strategy_discussion"):
            row["allocated_on"] = row["decided_on"]
        else:
            _close(row, row["decided_on"])
    if soon is not None:
        _allocate(making, rng, rows, soon)


def _allocate(making: Making, rng: random.Random, rows: list[Referral], soon: int) -> None:
    """So many allocated to a worker within 2 days of the referral, the others later."""
    early_enough = [row for row in rows if row["received_on"] + 4 * ONE <= making.last]
    late = {id(row) for row in rng.sample(early_enough, min(len(early_enough), len(rows) - soon))}
    for row in rows:
        days = rng.randrange(3, 5) if id(row) in late else rng.randrange(0, 3)
        row["allocated_on"] = min(row["received_on"] + days * ONE, making.last)


def _close(row: Referral, day: dt.date) -> None:
    row.update(closed_on=max(day, row["received_on"]), close_reason="RC8" if row.get("allocated_on") else "RC7")
