"""Why: what a sample is to be (how many children, which years, which seed) is decided once and handed to every part.

Days are whole numbers counted from 1 January 1970 throughout this room, because whole arrays of them can be added and
compared; they become dates only when a table is made. `OPEN` stands for an end that has not come.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casetally.samples.draw import Draw

Days = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

OPEN = 40_000  # 2079-07-08: later than any sample's day, and still inside the calendar
YEAR = 365.25
WARM_UP_YEARS = 6  # services run this long before the window, so that stocks are right in its first month
LOOK_BACK_DAYS = 366  # history kept before the window: what a look-back of 12 months needs
AUTHORITY = "E06999999"
TEAMS = (
    "Assessment East",
    "Assessment West",
    "Safeguarding North",
    "Safeguarding South",
    "Children with Disabilities",
    "Children in Care",
    "Leaving Care",
    "Early Help",
    "Reviewing Service",
)
FRONT_DOOR = "Front Door"


@dataclass(frozen=True)
class Setting:
    """A sample's size and time. `children` are those aged 0-17 living there; `opens` is the window's first day."""

    children: int
    years: int
    as_at: int
    opens: int
    seed: int
    dirt: float

    @property
    def warm_up(self) -> int:
        return self.opens - int(WARM_UP_YEARS * YEAR)

    @property
    def history_from(self) -> int:
        return self.opens - LOOK_BACK_DAYS

    @property
    def span_years(self) -> float:
        """Years from the start of the warm-up to the as-at date."""
        return (self.as_at - self.warm_up) / YEAR

    def per_year(self, rate_per_10_000: float) -> float:
        """How many a year a rate per 10,000 children makes here."""
        return self.children * rate_per_10_000 / 10_000

    def draw(self, name: str) -> Draw:
        """The stream of chance of one part, its own, so that a change to one table leaves the others as they were."""
        return Draw(self.seed, name)

    def known(self, days: Days) -> Mask:
        """Which days have come by the as-at date."""
        return days <= self.as_at

    def kept(self, starts: Days, ends: Days) -> Mask:
        """Which spells are told of: begun by the as-at date, and touching the window or its look-back."""
        return (starts <= self.as_at) & (ends >= self.history_from)

    def kept_day(self, days: Days) -> Mask:
        return (days <= self.as_at) & (days >= self.history_from)


def day_number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days
