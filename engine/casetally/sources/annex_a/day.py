"""Why: the lists look back from the day they were made, and that day decides of which days they tell everything.

It is the day that the workbook states (`As at 31/01/2024`, on a sheet of its own or above a list), else a whole date in its
name (of CSV files: in their folder's name), else the latest day of anything in the lists that can't be planned ahead. No clock is
read. Too late a day only makes the lists tell of less; so a stated day before the latest event is not believed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import polars as pl

from casetally.sources.annex_a.values import days, read_days
from casetally.sources.column_names import folded

# what has happened when it is written down; a conference may be planned, and a date of birth says nothing
HAPPENED: Mapping[int, tuple[str, ...]] = {
    1: ("Date of Contact",),
    2: ("Assessment start date", "Assessment completion date"),
    3: ("Date of referral",),
    4: ("Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"),
    5: ("Strategy discussion initiating Section 47 Enquiry Start Date",),
    6: ("CIN Start Date", "Date Child Was Last Seen", "CIN Closure Date"),
    7: ("Child Protection Plan Start Date", "Date of the Last Statutory Visit", "Child Protection Plan End Date"),
    8: (
        "Date Started to be Looked After",
        "Date of Latest Statutory Review",
        "Date of Last Social Work Visit",
        "Date of Last Health Assessment",
        "Date of Last Dental Check",
        "Date Ceased to be Looked After",
        "Start Date of Most Recent Placement",
    ),
    9: ("Latest Date of Contact",),
    10: ("Date Placed for Adoption", "Date of Adoption Order"),
}
_EARLIEST, _LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
_A_SLIP = dt.timedelta(days=366)  # an event this much later than all others is a slip of the pen
_SAID = ("asat", "dateofexport", "extractdate", "dateofextract", "reportdate", "dateofreport", "datarunon", "runon")
_IN_NAME = (r"(?<!\d)(\d{4})[-_. ]?(\d{2})[-_. ]?(\d{2})(?!\d)", r"(?<!\d)(\d{1,2})[-_. ](\d{1,2})[-_. ](\d{4})(?!\d)")


@dataclass(frozen=True)
class OwnDay:
    """The day that the lists speak of, and from where it is known. `day` is None where nothing tells.

    `doubted`: a day is stated or stands in the name, and was not believed.
    """

    day: dt.date | None
    known_from: Literal["stated", "name", "contents"]
    doubted: bool = False

    @property
    def until(self) -> dt.date | None:
        """The last day that the lists tell of, where the workbook says it: the latest event may lie days before it."""
        return None if self.known_from == "contents" else self.day

    def since(self, months: int) -> dt.date | None:
        """The first day of which a list that looks back so many months tells everything: the day after the day so long before.

        With no months it is the list's own day.
        """
        if self.day is None or months == 0:
            return self.day
        back = pl.Series([self.day]).dt.offset_by(f"-{months}mo").dt.offset_by("1d")
        return dt.date.fromisoformat(str(back[0]))


def own_day(stated: Iterable[dt.date], name: str, happened: Sequence[pl.Series]) -> OwnDay:
    """The day of one workbook. `stated`: days that it states; `name`: its name; `happened`: columns of cleaned dates of
    events.
    """
    latest = _latest(happened)
    said = max((day for day in stated if _EARLIEST <= day <= _LATEST), default=None)
    named = _in_name(name)
    for day, known_from in ((said, "stated"), (named, "name")):
        if day is not None and (latest is None or latest <= day <= latest + _A_SLIP):
            return OwnDay(day, known_from)  # type: ignore[arg-type]
    return OwnDay(latest, "contents", doubted=said is not None or named is not None)


def stated_days(grid: pl.DataFrame) -> list[dt.date]:
    """The days that rows of titles state: `As at 31/01/2024` in one cell, or `As at` with the date in the next cell of
    its row.
    """
    found: list[str] = []
    for row in grid.iter_rows():
        cells = [cell for cell in row[:-1] if isinstance(cell, str)]
        for at, cell in enumerate(cells):
            if len(cell) <= 200 and folded(cell).startswith(_SAID):
                found += [cell[where.start() :].strip() for where in re.finditer(r"\d", cell)][:1]
                found += [after for after in cells[at + 1 : at + 2] if len(after) <= 40]
    read = read_days(days(pl.Series(found, dtype=pl.String)))
    return [day for day in read.to_list() if day is not None]


def _latest(happened: Sequence[pl.Series]) -> dt.date | None:
    """The latest day of all events, days left out that lie more than a year beyond the one before."""
    every = pl.concat([pl.Series("", [], dtype=pl.Date), *(read_days(text).alias("") for text in happened)])
    within = every.filter(every.is_between(_EARLIEST, _LATEST)).unique().sort(descending=True).to_list()
    for later, earlier in pairwise(within):
        if later - earlier <= _A_SLIP:
            return dt.date.fromisoformat(str(later))
    return dt.date.fromisoformat(str(within[0])) if len(within) == 1 else None


def _in_name(name: str) -> dt.date | None:
    for pattern in _IN_NAME:
        for found in re.finditer(pattern, name):
            parts = [int(part) for part in found.groups()]
            try:
                return dt.date(*parts) if parts[0] > 31 else dt.date(parts[2], parts[1], parts[0])
            except ValueError:
                continue
    return None
