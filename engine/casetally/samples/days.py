"""Why: the field's limits are in working days and calendar months, so a coherent history must be made in them too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from casetally.calendar import FIRST_DAY, LAST_DAY, Calendar
from casetally.samples.draw import Draw
from casetally.samples.setting import Days, Numbers, day_number

_FIRST = day_number(FIRST_DAY)


@cache
def _calendar() -> tuple[Numbers, Days]:
    """How many working days lie before each day of the calendar, and the day of each working day's number."""
    days = np.arange(day_number(FIRST_DAY), day_number(LAST_DAY)).astype("datetime64[D]")
    working = np.is_busday(days, holidays=np.array(Calendar.england().bank_holidays, dtype="datetime64[D]"))
    before: Numbers = np.cumsum(working) - working
    return before, days[working].astype(np.int64)


def add_working(days: Days, count: int | Numbers) -> Days:
    """The `count`-th working day after each day; 0 moves a weekend or bank holiday on to a working day."""
    before, numbered = _calendar()
    moved: Days = numbered[before[days - _FIRST] + count]
    return moved


def to_working(days: Days) -> Days:
    """Each day, or the next working day where it is none."""
    return add_working(days, 0)


def near_working(days: Days) -> Days:
    """Each day, or a working day beside it: the one before a Saturday, the next one otherwise."""
    saturday = (days + 3) % 7 == 5  # 1 January 1970 was a Thursday
    return to_working(days - saturday)


def add_months(days: Days, months: int) -> Days:
    """Calendar months later, the end of the month clamped (31 August + 6 months is the last of February)."""
    dates = days.astype("datetime64[D]")
    start_of_month = dates.astype("datetime64[M]")
    target = start_of_month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    in_month = (dates - start_of_month.astype("datetime64[D]")).astype(np.int64)
    moved: Days = target.astype("datetime64[D]").astype(np.int64) + np.minimum(in_month, length - 1)
    return moved


def birthday(born: Days, age: int) -> Days:
    return add_months(born, 12 * age)


def series(
    starts: Days, ends: Days, smallest: int, gaps: Callable[[Numbers], Numbers]
) -> tuple[Numbers, Days, Numbers]:
    """Days that follow one another within spells: (the spell's position, the day, its place in the spell from 1).

    `gaps` is given the places and returns the days waited before each, none less than `smallest`. Days on or after the
    spell's end are left out.
    """
    counts = np.maximum((ends - starts) // smallest + 1, 0)
    spell = np.repeat(np.arange(len(starts), dtype=np.int64), counts)
    first = np.cumsum(counts) - counts
    place = np.arange(len(spell), dtype=np.int64) - first[spell] + 1
    waited = np.concatenate([[0], np.cumsum(gaps(place))])
    day = starts[spell] + waited[1:] - waited[first[spell]]
    keep = day < ends[spell]
    return spell[keep], day[keep], place[keep]


def due_gaps(draw: Draw, count: int, due: int, late: float, earliest: float = 0.65) -> Numbers:
    """Days between visits or meetings due every `due` days: mostly in good time, a share `late` up to twice that."""
    in_time = draw.between(count, earliest, 1.0)
    overdue = draw.between(count, 1.05, 2.0)
    gaps: Numbers = np.maximum(np.where(draw.chance(count, late), overdue, in_time) * due, 1).astype(np.int64)
    return gaps
