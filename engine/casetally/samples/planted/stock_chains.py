"""Why: visits, reviews and checks follow one another, each due by the one before; a stock counts those with none overdue.

Month by month as many children as wanted are left overdue at the month's end; all others have theirs in time, or late but
before the month's end.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from casetally.samples.planted.care_spells import Spell
from casetally.samples.planted.making import Making, first_day, last_day

DAY = dt.timedelta(1)


@dataclass(eq=False)
class Chain:
    """What was done for one child so far, in order. `next_due` says from those days when the next is due."""

    spell: Spell
    next_due: Callable[[Spell, list[dt.date]], dt.date]
    early: int  # how many days before it is due something may be done
    days: list[dt.date] = field(default_factory=list)

    @property
    def due_on(self) -> dt.date:
        return self.next_due(self.spell, self.days)

    @property
    def since(self) -> dt.date:
        """The first day on which the next may be done."""
        return self.days[-1] + DAY if self.days else self.spell.started_on + DAY

    def until(self, last: dt.date) -> dt.date:
        """The last day, up to `last`, on which the child is still in care."""
        return last if self.spell.ended_on is None else min(last, self.spell.ended_on - DAY)


def wanted(making: Making, name: str, month: str, of: int) -> int | None:
    """The printed number of a month; or the whole number nearest to the printed percentage, the fact NAME_percent, of `of`."""
    number, percent = making.facts.month(name, month), making.facts.month(f"{name}_percent", month)
    return number if number is not None or percent is None else (2 * percent * of + 100) // 200


def least(making: Making, name: str, month: str, of: int) -> int | None:
    """As `wanted`, but of several numbers that round to a printed percentage the lowest, for what falls but slowly."""
    number, percent = making.facts.month(name, month), making.facts.month(f"{name}_percent", month)
    return number if number is not None or percent is None else max(0, -((1 - 2 * percent) * of // 200))


def pick(making: Making, rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A day from `first` to `last`, a working day where there is one."""
    days = [first + DAY * n for n in range((last - first).days + 1)]
    return rng.choice([day for day in days if making.calendar.is_working_day(day)] or days)


def begin(making: Making, rng: random.Random, chain: Chain, lapsed: bool) -> None:
    """Everything before the first month, in time; a `lapsed` child has gone without the last of it."""
    while (due := chain.due_on) >= chain.since:
        day = pick(making, rng, max(chain.since, due - chain.early * DAY), due)
        if day >= making.first:
            break
        chain.days.append(day)
    if lapsed and len(chain.days) > 1:
        chain.days.pop()


def month(
    making: Making,
    rng: random.Random,
    chains: Sequence[Chain],
    name: str,
    *overdue: tuple[Collection[Chain], int | None],
) -> None:
    """One month: of each group leave so many overdue at its end (where None: a few), and do the rest."""
    first, last = first_day(name), last_day(name)
    here = [c for c in chains if c.spell.started_on <= last and c.until(last) >= first]
    left: set[Chain] = set()
    for group, count in overdue:
        able = [c for c in here if c.spell.open_on(last) and c in group and c.due_on < last]
        rng.shuffle(able)
        left.update(able[: len(able) // 10 if count is None else count])
    for chain in here:
        if chain not in left:
            _do(making, rng, chain, first, last)


def will_be_done(chain: Chain, first: dt.date, last: dt.date) -> bool:
    """Whether `month` does something for a child who is not left overdue."""
    until = chain.until(last)
    return chain.due_on < last and chain.due_on <= until and max(first, chain.since) <= until


def _do(making: Making, rng: random.Random, chain: Chain, first: dt.date, last: dt.date) -> None:
    """All that falls due by the month's end."""
    until = chain.until(last)
    while will_be_done(chain, first, last):
        due = chain.due_on
        if due < first:
            chain.days.append(pick(making, rng, max(first, chain.since), until))
        else:
            chain.days.append(pick(making, rng, max(first, chain.since, due - chain.early * DAY), due))
