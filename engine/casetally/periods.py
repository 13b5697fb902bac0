"""Why: a figure always speaks of a period, and a month that is off by a day is a wrong figure.

Months are calendar months, the financial year runs from 1 April, weeks from Monday to Sunday (rules: Time). A period is a
value; the grid holds every period of a run and says which day each stock is read on and which days each flow sums.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

from dateutil.relativedelta import relativedelta

from casetally.errors import CallError

Basis = Literal["month", "quarter", "rolling_12_months", "week", "year", "year_to_date"]
BASES: tuple[Basis, ...] = get_args(Basis)  # in the order in which figures are sorted
WEEKS_KEPT = 104

_ONE_DAY = dt.timedelta(1)


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of days, both ends inclusive, and the basis on which a figure is given for it."""

    basis: Basis
    name: str
    start: dt.date
    end: dt.date

    def as_at(self, run_as_at: dt.date) -> dt.date:
        """The day on which a stock of this period is read: its last day, or the run's as-at date if that is earlier."""
        return min(self.end, run_as_at)


def month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    return month_start(day) + relativedelta(months=1) - _ONE_DAY


def financial_year_start(day: dt.date) -> dt.date:
    return dt.date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def financial_year_end(day: dt.date) -> dt.date:
    return dt.date(day.year if day.month < 4 else day.year + 1, 3, 31)


def month(day: dt.date) -> Period:
    return _month(day)


@lru_cache(maxsize=4096)  # a report asks for the same few months over and over
def _month(day: dt.date) -> Period:
    return Period("month", f"{day:%Y-%m}", month_start(day), month_end(day))


def quarter(day: dt.date) -> Period:
    start = month_start(day) - relativedelta(months=(day.month - 1) % 3)
    number = (start.month - 4) % 12 // 3 + 1
    return Period("quarter", f"{_year_name(day)} Q{number}", start, month_end(start + relativedelta(months=2)))


def year(day: dt.date) -> Period:
    start = financial_year_start(day)
    return Period("year", _year_name(day), start, start + relativedelta(years=1) - _ONE_DAY)


def year_to_date(day: dt.date) -> Period:
    return Period("year_to_date", f"{day:%Y-%m}", financial_year_start(day), month_end(day))


def rolling_12_months(day: dt.date) -> Period:
    return Period("rolling_12_months", f"{day:%Y-%m}", month_start(day) - relativedelta(months=11), month_end(day))


def week(day: dt.date) -> Period:
    monday = day - dt.timedelta(day.weekday())
    iso = monday.isocalendar()
    return Period("week", f"{iso.year}-W{iso.week:02d}", monday, monday + dt.timedelta(6))


def _year_name(day: dt.date) -> str:
    start = financial_year_start(day).year
    return f"{start}-{(start + 1) % 100:02d}"


_MAKERS: Mapping[str, Callable[[dt.date], Period]] = {
    "month": month,
    "quarter": quarter,
    "rolling_12_months": rolling_12_months,
    "week": week,
    "year": year,
    "year_to_date": year_to_date,
}


# names of ours: those of a machine may be in any language
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def month_words(day: dt.date, *, short: bool = False) -> str:
    """The month of a day as people say it: September 2023, or Sep 2023."""
    name = MONTHS[day.month - 1]
    return f"{name[:3] if short else name} {day.year}"


def day_words(day: dt.date) -> str:
    """A day as people say it: 30 September 2023."""
    return f"{day.day} {month_words(day)}"


def months_words(period: Period) -> str:
    """The months of a period as people say them: September 2023, July to September 2023, October 2022 to March 2023."""
    first, last = month_words(period.start), month_words(period.end)
    if first == last:
        return last
    return f"{MONTHS[period.start.month - 1] if period.start.year == period.end.year else first} to {last}"


def period_words(period: Period) -> str:
    """A period as people say it: September 2023, April to September 2023, 12 months to September 2023."""
    if period.basis == "week":
        return f"week from {day_words(period.start)}"
    if period.basis == "rolling_12_months":
        return f"12 months to {month_words(period.end)}"
    return months_words(period)


def read_month(text: str) -> dt.date:
    """The first day of a month written as 2023-09. Raises CallError for anything else."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text.strip())
    if not found:
        raise CallError(f"'{text}' is not a month.", hint="Write a month as 2023-09.")
    return dt.date(int(found[1]), int(found[2]), 1)


@lru_cache(maxsize=4096)
def period_of(basis: str, day: dt.date) -> Period:
    """The period of `basis` that holds (or, for one that ends with a month, ends with) the month or day `day`."""
    if basis not in _MAKERS:
        raise CallError(f"'{basis}' is not a basis.", hint="Use one of: " + ", ".join(BASES) + ".")
    return _MAKERS[basis](day)


MOST_NAMES = (
    "Periods are written 2023-09 (a month, also year to date and rolling 12 months), 2023-24 Q2, 2023-24, 2024-W13."
)


def named_period(basis: str, name: str) -> Period | None:
    """The period of a basis that bears this name; None where none does."""
    found = re.fullmatch(r"(\d{4})-(\d{2})(?: Q([1-4]))?|(\d{4})-W(\d{2})", name.strip())
    if not found or basis not in _MAKERS:
        return None
    try:
        if found[4]:
            day = dt.date.fromisocalendar(int(found[4]), int(found[5]), 1)
        elif basis in ("quarter", "year"):
            day = dt.date(int(found[1]), 4, 1) + relativedelta(months=3 * (int(found[3] or 1) - 1))
        else:
            day = dt.date(int(found[1]), int(found[2]), 1)
        period = _MAKERS[basis](day)
    except ValueError:
        return None
    return period if period.name == name.strip() else None


@dataclass(frozen=True)
class Grid:
    """The periods of a run, sorted as figures are, with the days that every sum needs.

    `as_at_days`: the days on which stocks are read. `segments`: the stretches of days that no period boundary crosses, as
    first days; a flow over a period is the sum of its segments, so months, quarters and weeks come from one pass.
    """

    run_as_at: dt.date
    periods: tuple[Period, ...]
    as_at_days: tuple[dt.date, ...]
    segments: tuple[dt.date, ...]

    @property
    def flows_from(self) -> dt.date:
        """The first day on which a flow of this grid may count."""
        return self.segments[0]

    def without_stock_weeks(self) -> Grid:
        """The same grid where no stock is asked for by week: far fewer days to read stocks on."""
        days = {period.as_at(self.run_as_at) for period in self.periods if period.basis != "week"}
        return replace(self, as_at_days=tuple(sorted(days))) if days else self

    def of_basis(self, basis: Basis) -> Iterator[Period]:
        return (period for period in self.periods if period.basis == basis)


def make_grid(run_as_at: dt.date, months: int, bases: Iterable[Basis] = BASES) -> Grid:
    """The grid of the last `months` months up to the one that holds `run_as_at`.

    Quarters and years are those that overlap these months; weeks are the last 104.
    """
    if months < 1:
        raise CallError(f"{months} months is too few.", hint="Ask for at least one month.")
    starts = [month_start(run_as_at) - relativedelta(months=back) for back in range(months)]
    wanted = set(bases)
    periods = {_MAKERS[basis](start) for basis in wanted - {"week"} for start in starts}
    if "week" in wanted:
        periods |= {week(run_as_at - dt.timedelta(7 * back)) for back in range(WEEKS_KEPT)}
    return grid_of(run_as_at, periods)


def grid_of(run_as_at: dt.date, periods: Iterable[Period]) -> Grid:
    """The grid of given periods."""
    ordered = tuple(sorted(set(periods)))
    boundaries = {period.start for period in ordered} | {period.end + _ONE_DAY for period in ordered}
    return Grid(
        run_as_at,
        ordered,
        as_at_days=tuple(sorted({period.as_at(run_as_at) for period in ordered})),
        segments=tuple(sorted(boundaries)),
    )
