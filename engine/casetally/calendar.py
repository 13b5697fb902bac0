"""Why: working days decide most statutory limits, so they are counted in one place, the same way in every engine.

The calendar is a table of days with a running count of working days. `working_days` is then two look-ups and a
subtraction, and a due date is two look-ups and an addition, whatever engine does it. Bank holidays in England come from
the `holidays` library, one-off ones included; an authority may add its own closure days (rules: Time, "Working day").
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

FIRST_DAY = dt.date(1900, 1, 1)
LAST_DAY = dt.date(2101, 12, 31)
DayZero = Literal["next", "previous"]

_EPOCH_SHIFT = -int(np.datetime64(FIRST_DAY, "D").astype(int))


@dataclass(frozen=True)
class Calendar:
    """Every day from FIRST_DAY to LAST_DAY, with the number of working days before it.

    `day_zero` says which working day a limit starts from when the start itself is not one: the `next` (the default), or
    the `previous` (then a limit of one working day from a Saturday is met by Monday).
    """

    bank_holidays: tuple[dt.date, ...]
    closure_days: tuple[dt.date, ...]
    day_zero: DayZero
    edition: str  # names the days left out, so that two runs can be told apart
    _before: npt.NDArray[np.int64] = field(repr=False)  # working days before each day
    _working: npt.NDArray[np.bool_] = field(repr=False)
    _numbered: npt.NDArray[np.datetime64] = field(repr=False)  # the n-th working day

    @staticmethod
    def england(closure_days: Iterable[dt.date] = (), day_zero: DayZero = "next") -> Calendar:
        """The calendar of England, less an authority's own closure days."""
        return _england(tuple(sorted(set(closure_days))), day_zero)

    @staticmethod
    def as_kept(kept: Mapping[str, Any]) -> Calendar:
        """The calendar that `kept` wrote down: that of a night long past, whatever has been announced since."""
        holidays, closures = (
            tuple(map(dt.date.fromisoformat, kept[name])) for name in ("bank_holidays", "closure_days")
        )
        return _made(holidays, closures, kept["day_zero"])

    def kept(self) -> dict[str, Any]:
        """What decides it, as JSON."""
        days = {name: [day.isoformat() for day in getattr(self, name)] for name in ("bank_holidays", "closure_days")}
        return {**days, "day_zero": self.day_zero, "edition": self.edition}

    def is_working_day(self, day: dt.date) -> bool:
        return bool(self._working[_index(day)])

    def working_days(self, start: dt.date, end: dt.date) -> int:
        """Working days from `start` up to but not including `end`; negative where the end is before the start."""
        return int(self._before[_index(end)] - self._start_number(start))

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """The due date: the `count`-th working day after day zero."""
        due: dt.date = self._numbered[self._start_number(day) + count].astype(dt.date)
        return due

    def bank_holidays_between(self, start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
        """The weekdays left out of `working_days(start, end)`: bank holidays and closure days, in order."""
        return tuple(
            d for d in sorted({*self.bank_holidays, *self.closure_days}) if start <= d < end and d.weekday() < 5
        )

    def _start_number(self, day: dt.date) -> int:
        at = _index(day)
        shift = 0 if self.day_zero == "next" or self._working[at] else 1
        return int(self._before[at]) - shift

    def days(self) -> pl.DataFrame:
        """One row a day: `calendar_day`, `is_working`, `working_before` (working days before it), `counts_from` (for a limit)."""
        shift = np.where(self._working | (self.day_zero == "next"), 0, 1)
        return pl.DataFrame(
            {
                "calendar_day": _every_day(),
                "is_working": self._working,
                "working_before": self._before.astype(np.int32),
                "counts_from": (self._before - shift).astype(np.int32),
            }
        )

    def numbered(self) -> pl.DataFrame:
        """One row a working day: `working_number` (how many came before it) and `working_day`."""
        return pl.DataFrame(
            {"working_number": np.arange(len(self._numbered), dtype=np.int32), "working_day": self._numbered}
        )


def _every_day() -> npt.NDArray[np.datetime64]:
    first, after = np.datetime64(FIRST_DAY, "D"), np.datetime64(LAST_DAY + dt.timedelta(1), "D")
    return np.arange(first, after)


def _index(day: dt.date) -> int:
    return (day - FIRST_DAY).days


@cache
def _england(closure_days: tuple[dt.date, ...], day_zero: DayZero) -> Calendar:
    import holidays  # here, so that the command line answers without it

    years = range(FIRST_DAY.year, LAST_DAY.year + 1)
    # the subdivision matters: the root without one lacks days that England keeps
    bank_holidays = tuple(sorted(holidays.country_holidays("GB", subdiv="ENG", years=years)))
    return _made(bank_holidays, closure_days, day_zero)


def _made(bank_holidays: tuple[dt.date, ...], closure_days: tuple[dt.date, ...], day_zero: DayZero) -> Calendar:
    left_out = np.array(sorted({*bank_holidays, *closure_days}), dtype="datetime64[D]")
    days = _every_day()
    working = np.is_busday(days, holidays=left_out)
    before = np.concatenate([[0], np.cumsum(working)[:-1]])
    digest = hashlib.sha256(f"{day_zero} {left_out.tolist()}".encode()).hexdigest()[:12]
    return Calendar(bank_holidays, closure_days, day_zero, f"england-{digest}", before, working, days[working])
