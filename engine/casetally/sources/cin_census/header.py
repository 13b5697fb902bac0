"""Why: what a census tells, and by which rules it is judged, hangs on its year, which its header tells twice.

The collection for a year runs from 1 April to 31 March; the year is named by its end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder
from casetally.sources.cin_census.layout import FIRST_YEAR, LAST_YEAR
from casetally.sources.cin_census.values import is_day, is_year

_EARLIEST, _LATEST = 2009, 2100  # the first census of children in need in this form; beyond reason


@dataclass(frozen=True)
class Census:
    """One file as read: its shown name, the hash of its bytes, what its header says (first values by element), its
    year, and how many elements in it are records.
    """

    shown: str
    sha256: str
    header: Mapping[str, str]
    year: int
    records: int

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Later files win over earlier ones: by year, then by when they were made. Names do not count."""
        return self.year, self.header.get("DateTime", ""), self.header.get("SerialNo", ""), self.sha256


def year_of(header: Mapping[str, str], shown: str) -> int:
    """The year in which the collection ends: by the reference date if it is a 31 March, else by the year, else the one that the
    reference date falls in. Raises InputError where the header says none in reason.
    """
    day, year = _day_of(header), _year_of(header)
    found = day.year if day and _is_the_last(day) else year or (_collection_of(day) if day else None)
    if found is None or not _EARLIEST <= found <= _LATEST:
        raise InputError(
            "The header does not say for which year this census is.",
            place=Place(shown),
            hint="Give ReferenceDate in CollectionDetails, as 2024-03-31, before the children.",
        )
    return found


def since_of(years: Sequence[int], first: int = 0) -> dt.date:
    """The day from which the censuses of these years tell everything without a gap: 1 April of the first year of the latest
    unbroken run. `first`: years before this one tell nothing of what is asked.
    """
    known = {year for year in years if year >= first}
    start = max(known)
    while start - 1 in known:
        start -= 1
    return dt.date(start - 1, 4, 1)


def notes_on(files: Sequence[Census]) -> pl.DataFrame:
    """What is to be known of whole files: years told in two ways, missing or doubled years, years without rules of their own.
    Raises InputError where the files are those of several authorities.
    """
    _of_one_authority(files)
    said = FindingsBuilder()
    for file in files:
        for rule, severity_is_note, message in _on_one(file):
            said.add(
                file.shown, 0, table="", rule=rule, severity="note" if severity_is_note else "warning", message=message
            )
    by_year: dict[int, list[Census]] = {}
    for file in sorted(files, key=lambda one: one.order):
        by_year.setdefault(file.year, []).append(file)
    for year, same in by_year.items():
        if len(same) > 1:
            says = (
                f"{len(same)} files are for the year to 31 March {year}. Where they tell the same, this one, made last, "
                "is believed; what only an earlier one tells is kept too. If it replaces the earlier, take that away."
            )
            said.add(same[-1].shown, 0, table="", rule="cin_same_year_twice", severity="warning", message=says)
        if year != min(by_year) and year - 1 not in by_year:
            said.add(same[0].shown, 0, table="", rule="cin_year_missing", severity="warning", message=_gap(year))
    return said.frame()


def _gap(year: int) -> str:
    return (
        f"There is no census for the year to 31 March {year - 1}. What happened in the gap is not known, so nothing before "
        f"1 April {year - 1} is taken as complete; what earlier censuses tell is kept for what looks back."
    )


def _on_one(file: Census) -> list[tuple[str, bool, str]]:
    found = []
    day, year = _day_of(file.header), _year_of(file.header)
    taken = f"it is read as the census for the year to 31 March {file.year}"
    if day and year and _collection_of(day) != year:
        found.append(
            ("cin_year_disagrees", False, f"The header's Year and ReferenceDate name different years; {taken}.")
        )
    elif day and not _is_the_last(day):
        found.append(("cin_reference_date", False, f"The header's ReferenceDate is no 31 March; {taken}."))
    elif not day:
        found.append(("cin_no_reference_date", False, f"The header has no ReferenceDate that can be read; {taken}."))
    if not FIRST_YEAR <= file.year <= LAST_YEAR:
        near = min(max(file.year, FIRST_YEAR), LAST_YEAR)
        says = f"The rules for {file.year} are not known; the file is judged by those for {near}."
        found.append(("cin_year_without_rules", True, says))
    return found


def _of_one_authority(files: Sequence[Census]) -> None:
    named = {file.header["LEA"]: file for file in sorted(files, key=lambda one: one.shown) if "LEA" in file.header}
    if len(named) > 1:
        raise InputError(
            "These censuses are of different authorities, by the LEA in their headers.",
            place=Place(max(file.shown for file in named.values())),
            hint="Read the censuses of one authority at a time: two authorities may give two children one id.",
        )


def _day_of(header: Mapping[str, str]) -> dt.date | None:
    text = header.get("ReferenceDate", "")
    return dt.date.fromisoformat(text[:10]) if is_day(text) and text[4:5] == "-" and text[:4] != "0000" else None


def _year_of(header: Mapping[str, str]) -> int | None:
    text = header.get("Year", "")
    return int(text[:4]) if is_year(text) and text[:4].isdecimal() and not text[4:5].isdecimal() else None


def _is_the_last(day: dt.date) -> bool:
    return (day.month, day.day) == (3, 31)


def _collection_of(day: dt.date) -> int:
    return day.year + ((day.month, day.day) > (3, 31))
