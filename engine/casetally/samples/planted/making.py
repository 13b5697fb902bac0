"""Why: all planters work from the same few things: the months, the facts, the calendar, the people and the rows so far."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import cache

from casetally.calendar import Calendar
from casetally.periods import month_end, read_month
from casetally.samples.planted.facts import Facts
from casetally.samples.planted.people import People
from casetally.samples.planted.rows import Rows

__all__ = ["Making", "Rows", "first_day", "last_day"]


@cache
def first_day(month: str) -> dt.date:
    return read_month(month)


@cache
def last_day(month: str) -> dt.date:
    return month_end(read_month(month))


@dataclass(frozen=True)
class Making:
    """What a planter is given. `months` are those the report covers ('2023-04', ...); `last` is the last day of the last."""

    months: tuple[str, ...]
    first: dt.date
    last: dt.date
    calendar: Calendar
    facts: Facts
    people: People
    rows: Rows
    seed: int

    def rng(self, what: str) -> random.Random:
        """One stream of chance a planter, so that a change to one does not disturb the others."""
        # a text is hashed the same way on every machine; a tuple is not accepted
        return random.Random(f"{self.seed} {what}")  # noqa: S311 - made-up records need no secrets

    def days(self, month: str) -> list[dt.date]:
        """Every day of a month."""
        start, end = first_day(month), last_day(month)
        return [start + dt.timedelta(n) for n in range((end - start).days + 1)]

    def working_days(self, month: str) -> list[dt.date]:
        return [day for day in self.days(month) if self.calendar.is_working_day(day)]
