"""Why: where a report prints how many visits or reviews of a month were in time, so many must be made, along each child's chain.

In each month as many are made, and as many of them in time, as the facts say. One not made stays due and is made late in a
later month; where fewer fall due than were made, some are made early.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.stock_chains import Chain, pick

DAYS = dt.timedelta
LATE_DAYS, EARLY_FROM = 12, 7


def month(
    making: Making, rng: random.Random, chains: Sequence[Chain], name: str, made: int | None, in_time: int | None
) -> None:
    """One month: `made` in all, `in_time` of them in time; where None, what falls due."""
    first, last = first_day(name), last_day(name)
    here = [c for c in chains if c.spell.started_on <= last and c.until(last) >= first]
    late = None if made is None or in_time is None else made - in_time
    _late(making, rng, here, first, last, late)
    done = _due_now(making, rng, here, first, last, in_time)
    if in_time is not None:
        _early(making, rng, here, first, last, in_time - done)


def _late(
    making: Making, rng: random.Random, chains: Sequence[Chain], first: dt.date, last: dt.date, count: int | None
) -> None:
    """Those made after they were due: first those due in an earlier month, then others of this month."""
    able = [c for c in chains if max(c.due_on + DAYS(1), c.since, first) <= c.until(last)]
    rng.shuffle(able)
    able.sort(key=lambda chain: chain.due_on >= first)
    overdue = sum(chain.due_on < first for chain in able)
    for chain in able[: overdue if count is None else count]:
        earliest = max(chain.due_on + DAYS(1), chain.since, first)
        chain.days.append(pick(making, rng, earliest, min(chain.until(last), earliest + DAYS(LATE_DAYS))))


def _due_now(
    making: Making, rng: random.Random, chains: Sequence[Chain], first: dt.date, last: dt.date, most: int | None
) -> int:
    """Those made in time that fall due in the month, up to `most` of them; how many were made."""
    done = 0
    order = list(chains)
    rng.shuffle(order)
    waiting = True
    while waiting:
        waiting = False
        for chain in order:
            if most is not None and done >= most:
                return done
            due = chain.due_on
            if not max(first, chain.since) <= due <= chain.until(last):
                continue
            chain.days.append(pick(making, rng, max(chain.since, first, due - DAYS(chain.early)), due))
            done += 1
            waiting = True
    return done


def _early(
    making: Making, rng: random.Random, chains: Sequence[Chain], first: dt.date, last: dt.date, count: int
) -> None:
    """Those made before they are due, to those due soonest after the month."""
    able = [c for c in chains if c.due_on > last and max(first, c.since + DAYS(EARLY_FROM)) <= c.until(last)]
    able.sort(key=lambda chain: (chain.due_on, chain.spell.care_period_id))
    for chain in able[: max(0, count)]:
        earliest, until = max(first, chain.since + DAYS(EARLY_FROM)), chain.until(last)
        chain.days.append(pick(making, rng, max(earliest, until - DAYS(9)), until))
