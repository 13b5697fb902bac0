"""Why: placements, reviews, visits and health checks are all planted into the same periods of care; here is what they share."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import Child

DAY = dt.timedelta(1)
# why a period of care is as it is: what later planters may do with it follows from this
SETTLED, SETTLING, OUTGROWING = "settled", "settling", "outgrowing"  # under 16 and in care for 2.5 years
SETTLED_KINDS = (SETTLED, SETTLING, OUTGROWING)
OLDER, YOUNG, NEW, LEAVING = "older", "young", "new", "leaving"
GONE = "gone"  # left before the first month
# marks: 2 years in one placement; three placements within 12 months; may not move, as the printed stability would change
STABLE, MOVER, FIXED = "stable", "mover", "fixed"
# marks: whether a plan for permanence is recorded by the second review
PLANNED, UNDECIDED = "planned", "undecided"
# marks: one child under two ids; what is counted by child counts the records of both, so nothing more happens to either
RECORDED_TWICE, SECOND_RECORD = "recorded twice", "second record"
TWICE = {RECORDED_TWICE, SECOND_RECORD}


@dataclass(eq=False)
class Stay:
    """A placement with one carer. `marks` holds what is decided of it: how far it is, and of what sort."""

    started_on: dt.date
    ended_on: dt.date | None
    marks: dict[str, str] = field(default_factory=dict)
    intended_to_18: bool = False
    registered_on: dt.date | None = None  # the day on which an unregulated setting was registered


@dataclass(eq=False)
class Spell:
    """A period of care while it is planned. `destination` says where the child goes when it ends."""

    child: Child
    care_period_id: str
    started_on: dt.date
    ended_on: dt.date | None
    kind: str
    destination: str = ""
    uasc: bool = False
    stays: list[Stay] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    def open_on(self, day: dt.date) -> bool:
        return self.started_on <= day and (self.ended_on is None or self.ended_on > day)

    def stay_on(self, day: dt.date) -> Stay | None:
        """The placement that is open on a day."""
        found = [s for s in self.stays if s.started_on <= day and (s.ended_on is None or s.ended_on > day)]
        return found[-1] if found else None

    def stays_from(self, days: Iterable[dt.date]) -> None:
        """One placement after another: the first from the start of care, each next from a day."""
        starts = [self.started_on, *days]
        ends: list[dt.date | None] = [*starts[1:], self.ended_on]
        self.stays = [Stay(start, end) for start, end in zip(starts, ends, strict=True)]

    def split(self, day: dt.date) -> Stay:
        """A move on a day: the placement open then ends, and a new one begins."""
        before = self.stay_on(day)
        assert before is not None
        after = Stay(day, before.ended_on)
        before.ended_on = day
        self.stays.append(after)
        return after


def spells_of(making: Making) -> list[Spell]:
    """The periods of care that the planter `care` made, in the order in which it made them."""
    return making.people.by_kind.get("care_spells", [])


def working_between(making: Making, rng: random.Random, first: dt.date, last: dt.date) -> dt.date | None:
    """Any working day from `first` to `last`, both included; None where there is none."""
    days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
    days = [day for day in days if making.calendar.is_working_day(day)]
    return rng.choice(days) if days else None


def working_day_in(making: Making, rng: random.Random, month: str) -> dt.date:
    return rng.choice(making.working_days(month))


def in_month(day: dt.date, month: str) -> bool:
    return first_day(month) <= day <= last_day(month)


def birthday(born: dt.date, age: int) -> dt.date:
    """The birthday at an age; of a child born on 29 February the 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)


def next_march(making: Making) -> dt.date:
    """The 31 March on or after the last day."""
    return dt.date(making.last.year + (making.last.month > 3), 3, 31)


def take(rng: random.Random, pool: Sequence[Spell], count: int) -> list[Spell]:
    """`count` of a pool, or all of it where there are no more, in the pool's order."""
    chosen = set(rng.sample(range(len(pool)), min(count, len(pool))))
    return [spell for at, spell in enumerate(pool) if at in chosen]


def changes(values: Sequence[int]) -> list[int]:
    """How each month differs from the one before; the first from itself."""
    return [0, *(after - before for before, after in pairwise(values))]


def may_move(spell: Spell, day: dt.date) -> bool:
    """Whether one more placement leaves the printed stability as it is: no third within 12 months, and none of long standing."""
    if spell.marks & {STABLE, MOVER, FIXED, *TWICE} or spell.kind == LEAVING or spell.ended_on is not None:
        return False
    latest = spell.stays[-1]
    alone = len(spell.stays) == 1 or months_after(latest.started_on, 12) < day - DAY
    return alone and latest.started_on < day - dt.timedelta(20) and latest.registered_on is None
