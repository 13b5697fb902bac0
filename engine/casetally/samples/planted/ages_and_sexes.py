"""Why: reports print children by age at several months' ends, and by sex; birthdays are moved until every count is met at once.

Who comes and who leaves is settled before. What is left free is when a child was born, within what else is planted of the
child, and whether it is a girl or a boy; so changes are tried one child at a time, and kept where no count gets worse.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from casetally.errors import CallError
from casetally.samples.planted.making import Making
from casetally.samples.planted.people import Child, born_for_ages

DAYS = dt.timedelta
MONTH = 31
TRIES = 600_000  # some ten thousand do; so many only fail where the counts contradict what is planted
LOOSE, STEADY, ROUND = (
    1.6,
    3.2,
    15_000,
)  # the higher, the seldomer a change for the worse is kept; tries from one to the other
Born = tuple[dt.date, dt.date]


class Person(Protocol):
    """Someone who is in care, or supported, on some days."""

    child: Child

    def open_on(self, day: dt.date) -> bool: ...


@dataclass(frozen=True)
class Wanted:
    """So many on a day who are of these ages, both included, or of this sex."""

    day: dt.date
    count: int
    ages: tuple[int, int] | None = None
    sex: str | None = None

    def fits(self, child: Child) -> bool:
        if self.ages is None:
            return child.sex == self.sex
        return self.ages[0] <= child.age_on(self.day) <= self.ages[1]


Change = Callable[[random.Random, int, Wanted, bool], Child | None]


def settle_ages(
    making: Making, rng: random.Random, people: Sequence[Person], born: Sequence[Born | None], wanted: Sequence[Wanted]
) -> None:
    """Move birthdays within `born`, person by person (None: not at all), until as many as wanted are of each age."""

    def change(rng: random.Random, at: int, want: Wanted, more: bool) -> Child | None:
        span = born[at]
        assert want.ages is not None
        first, last = _aim(rng, want.day, want.ages, more)
        if span is None or max(first, span[0]) > min(last, span[1]):
            return None
        first, last = max(first, span[0]), min(last, span[1])
        return replace(people[at].child, date_of_birth=first + DAYS(rng.randrange((last - first).days + 1)))

    _settle(making, rng, people, wanted, change)


def settle_sexes(
    making: Making, rng: random.Random, people: Sequence[Person], free: Sequence[bool], wanted: Sequence[Wanted]
) -> None:
    """Change the sex of those who are `free` until as many as wanted are of each."""
    sexes = sorted({want.sex for want in wanted if want.sex})

    def change(rng: random.Random, at: int, want: Wanted, more: bool) -> Child | None:
        sex = want.sex if more else rng.choice(sexes)
        return replace(people[at].child, sex=sex) if free[at] and sex else None

    _settle(making, rng, people, wanted, change)


def _aim(rng: random.Random, day: dt.date, ages: tuple[int, int], more: bool) -> Born:
    """Birthdays that bring someone into an age group by a day: anywhere in it, or by the month before. Or just out of it."""
    first, last = born_for_ages(day, ages)
    if more:
        return rng.choice(((first, last), (first, first + DAYS(MONTH)), (last - DAYS(MONTH), last)))
    return rng.choice(((first - DAYS(MONTH), first - DAYS(1)), (last + DAYS(1), last + DAYS(MONTH))))


def _settle(
    making: Making, rng: random.Random, people: Sequence[Person], wanted: Sequence[Wanted], change: Change
) -> None:
    """Try one change after another, each aimed at a count that is not met, and keep those that take nothing further off."""
    there = [[person.open_on(want.day) for want in wanted] for person in people]
    children = [person.child for person in people]
    counted = [
        [there[at][n] and want.fits(child) for n, want in enumerate(wanted)] for at, child in enumerate(children)
    ]
    over = [sum(row[n] for row in counted) - want.count for n, want in enumerate(wanted)]
    for number in range(TRIES):
        steady = LOOSE + (STEADY - LOOSE) * (number % ROUND) / ROUND
        wrong = [n for n, by in enumerate(over) if by]
        if not wrong:
            break
        aim, at = rng.choice(wrong), rng.randrange(len(people))
        child = change(rng, at, wanted[aim], over[aim] < 0)
        if child is None:
            continue
        now = [is_there and want.fits(child) for is_there, want in zip(there[at], wanted, strict=True)]
        after = [by + new - old for by, new, old in zip(over, now, counted[at], strict=True)]
        # a step back now and then, as one count may be reached only by way of another
        if sum(map(abs, after)) <= sum(map(abs, over)) + rng.expovariate(steady):
            children[at], counted[at], over = child, now, after
    if any(over):
        missed = next(want for n, want in enumerate(wanted) if over[n])
        raise CallError(
            f"No birthdays or sexes of the children make {missed.count} on {missed.day} as the planting files want.",
            hint="Look at made_up_of, and at the facts named there, in the report's planting files.",
        )
    _record(making, people, children)


def _record(making: Making, people: Sequence[Person], children: Sequence[Child]) -> None:
    rows = {row["child_id"]: row for row in making.rows.of("children")}
    for person, child in zip(people, children, strict=True):
        if child != person.child:
            person.child = child
            rows[child.child_id].update(date_of_birth=child.date_of_birth, sex=child.sex)
