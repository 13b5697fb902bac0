"""Why: some reports count children by the month in which a return interview was offered, not by the month of the episode.

So a child missing at the end of one month may be offered the interview in the next. Offers are laid here over all episodes:
each month as many different children as printed, and of them, or beside them, as many who accept.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from casetally.errors import CallError
from casetally.samples.planted.making import Making, first_day, last_day

FIELDS = ("interview_offered", "interview_offered_at", "interview_accepted", "interview_completed_on")
LATEST = 62  # days after the return


def offer_by_month(making: Making, rng: random.Random) -> None:
    """Set the interviews of all episodes anew, by the printed numbers of each month; without a number none is offered."""
    waiting = [row for row in making.rows.of("missing_episodes") if not row["other_authority"]]
    for row in waiting:
        row.update(dict.fromkeys(FIELDS))
        row["interview_offered"] = False
    rng.shuffle(waiting)
    for month in making.facts.months_of("interviews_offered_children"):
        offered = making.facts.need("interviews_offered_children", month, 0)
        accepted = making.facts.need("interviews_accepted_children", month, 0)
        chosen = _of_month(month, waiting, max(offered, accepted))
        if len(chosen) < max(offered, accepted):
            raise CallError(f"{month}: {len(chosen)} children are left who may be offered an interview, of {offered}.")
        for at, row in enumerate(chosen):
            waiting.remove(row)
            day = _day(rng, month, row)
            row["interview_offered"] = True
            # more children may accept than are known to have been offered one: the time of some offers is not recorded
            row["interview_offered_at"] = day if at < offered else None
            row["interview_accepted"] = at < accepted
            row["interview_completed_on"] = day.date() if at < accepted else None


def _of_month(month: str, waiting: list[dict[str, Any]], wanted: int) -> list[dict[str, Any]]:
    """One episode each of different children, who came back by the month's last day but one; the earliest ones first."""
    first, last = first_day(month), last_day(month)
    children: dict[str, dict[str, Any]] = {}
    for row in sorted(waiting, key=lambda r: (r["ended_at"] >= dt.datetime.combine(first, dt.time()), r["ended_at"])):
        back = row["ended_at"].date()
        if back < last and (first - back).days < LATEST - 31:
            children.setdefault(row["child_id"], row)
    return list(children.values())[:wanted]


def _day(rng: random.Random, month: str, row: dict[str, Any]) -> dt.datetime:
    """When the offer was made: a day within the month and after the return."""
    first = max(first_day(month), row["ended_at"].date() + dt.timedelta(1))
    days = min((last_day(month) - first).days, 3)
    return dt.datetime.combine(
        first + dt.timedelta(rng.randint(0, days)), dt.time(rng.randint(9, 17), rng.randrange(60))
    )
