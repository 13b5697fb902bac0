"""Why: where a report prints how many assessments are open at each month's end, those begun and those done must fit it.

The months are walked in turn: as many begin as the stock needs beside those completed; of those open, so many past the limit are
completed late, and so many within it in time, those about to pass it first unless enough are late already.
"""

from __future__ import annotations

import datetime as dt
import random

from casetally.samples.planted.days import ONE, day_between, some_days
from casetally.samples.planted.making import Making, first_day, last_day

LIMIT = 45
OLDEST = 130  # days: the oldest of those open when the first month begins
Spell = tuple[dt.date, dt.date | None]


def flow(making: Making, rng: random.Random) -> list[Spell]:
    """Start and completion (None: still open) of every assessment, by day of start."""
    facts = making.facts
    stock = facts.need("assessments_open", making.months[0], 0)
    pool = [making.first - (1 + int(OLDEST * rng.random() ** 1.3)) * ONE for _ in range(stock)]
    done: list[Spell] = []
    for at, month in enumerate(making.months):
        completed = facts.need("assessments_completed", month, 0)
        in_time = facts.need("assessments_45wd", month, round(completed * 0.8))
        begun = facts.need("assessments_open", month, len(pool)) - len(pool) + completed
        pool += some_days(rng, making, month, max(0, begun))
        late, pool = _late(making, rng, month, pool, completed - in_time)
        after = making.months[at + 1] if at + 1 < len(making.months) else month
        next_late = facts.need("assessments_completed", after, 0) - facts.need("assessments_45wd", after, 0)
        soon, pool = _in_time(making, rng, month, pool, in_time, next_late)
        if begun < 0 or len(late) + len(soon) < completed:
            facts.give_up("assessments_open", month, "the assessments planted do not make it")
        done += late + soon
    return sorted([*done, *((start, None) for start in pool)], key=lambda spell: (spell[0], spell[1] or dt.date.max))


def _due(making: Making, start: dt.date) -> dt.date:
    return making.calendar.add_working_days(start, LIMIT)


def _late(
    making: Making, rng: random.Random, month: str, pool: list[dt.date], count: int
) -> tuple[list[Spell], list[dt.date]]:
    """`count` of those past the limit, completed on a day of the month after it; and who stays open."""
    end = last_day(month)
    past = [at for at, start in enumerate(pool) if _due(making, start) < end]
    # the oldest go a little sooner, so that none stays open for years
    chosen = sorted(past, key=lambda at: (pool[at], at))[: min(len(past), count + count // 4)]
    chosen = sorted(rng.sample(chosen, min(count, len(chosen))))
    taken = set(chosen)
    spells: list[Spell] = [
        (pool[at], day_between(rng, max(_due(making, pool[at]) + ONE, first_day(month)), end)) for at in chosen
    ]
    return spells, [start for at, start in enumerate(pool) if at not in taken]


def _in_time(
    making: Making, rng: random.Random, month: str, pool: list[dt.date], count: int, next_late: int
) -> tuple[list[Spell], list[dt.date]]:
    """`count` of those that can still be done within the limit; and who stays open."""
    first, end = first_day(month), last_day(month)
    can = [at for at, start in enumerate(pool) if _due(making, start) >= first and start < end]
    passing = sum(_due(making, start) <= end for start in pool)
    rng.shuffle(can)
    # who would pass the limit goes first, as long as enough have passed it for the next month
    spare = max(0, passing - next_late)
    urgent = set([at for at in can if _due(making, pool[at]) <= end][:spare])
    can.sort(key=lambda at: at not in urgent)
    chosen = sorted(can[:count])
    taken = set(chosen)
    spells: list[Spell] = [
        (pool[at], day_between(rng, max(pool[at] + ONE, first), min(_due(making, pool[at]), end))) for at in chosen
    ]
    return spells, [start for at, start in enumerate(pool) if at not in taken]
