"""Why: the DfE changes the codes of the return from year to year, and a code of another year is a sign of an old list in use.

`code_years.csv` says which codes each column had in which returns: `from` and `until` are the years whose 31 March ends the
first and the last return with the code (blank: no bound between 2017 and 2026); `begun_from` and `begun_before` bound the start
of the episode (rules 217t, 445 and 446). A code of another year is still read by its meaning.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from casetally.sources.building import Problem
from casetally.sources.delivery import FINDING_COLUMNS
from casetally.sources.ssda903.files import day
from casetally.sources.ssda903.layout import TABLES
from casetally.sources.ssda903.linked import findings_of

_FILE = Path(__file__).with_name("code_years.csv")
_STEERING = (  # codes that decide how episodes join
    ("RNE", "143", "whether a new placement begins here is told by its type, provider and URN."),
    ("REC", "149", "it is read as an end of care unless the next episode carries care on."),
)
_RULE = "ssda903_code_not_of_year"


@dataclass(frozen=True)
class CodesOfYears:
    """Codes of one column, and when they were valid: years by their end, both included; starts of episodes."""

    column: str
    codes: tuple[str, ...]
    first: int | None
    last: int | None
    begun_from: dt.date | None
    begun_before: dt.date | None

    def valid_in(self, year: int) -> bool:
        """Whether the return for the year to 31 March `year` had these codes."""
        return (self.first is None or year >= self.first) and (self.last is None or year <= self.last)


@cache
def codes_of_years() -> tuple[CodesOfYears, ...]:
    """Every line of `code_years.csv`."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            CodesOfYears(
                row["column"],
                tuple(row["codes"].split()),
                int(row["from"]) if row["from"] else None,
                int(row["until"]) if row["until"] else None,
                dt.date.fromisoformat(row["begun_from"]) if row["begun_from"] else None,
                dt.date.fromisoformat(row["begun_before"]) if row["begun_before"] else None,
            )
            for row in csv.DictReader(file)
        )


def code_findings(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A warning for each code that was not valid in its row's year, and for unknown codes of why an episode began or ended.

    `frames`: the rows of all returns by kind, with `_file`, `_row` and `_year`. One finding a row, column and reason.
    """
    found = [
        findings_of(frame, TABLES[kind], problem)
        for kind, frame in frames.items()
        for problem in (*_of_years(frame), *_of_starts(frame), *_unknown(frame))
    ]
    return pl.concat([pl.DataFrame(schema=FINDING_COLUMNS), *found])


def _of_years(frame: pl.DataFrame) -> list[Problem]:
    """Codes in returns before the first that has them, or after the last."""
    year = pl.col("_year")
    problems = []
    for one in [one for one in codes_of_years() if one.column in frame.columns]:
        here = _written(one.column).is_in(one.codes)
        if one.first is not None:
            says = f"returns from the year to 31 March {one.first} on"
            problems.append(_problem(one.column, f"is of {says}", here & (year < one.first)))
        if one.last is not None:
            says = f"returns up to the year to 31 March {one.last}"
            problems.append(_problem(one.column, f"is of {says}", here & (year > one.last)))
    return problems


def _of_starts(frame: pl.DataFrame) -> list[Problem]:
    """Codes of the year that are not for episodes begun when this one began."""
    if "DECOM" not in frame.columns:
        return []
    start = day("DECOM")
    problems = []
    for one in [one for one in codes_of_years() if one.column in frame.columns]:
        here = _written(one.column).is_in(one.codes)
        if one.last is not None:
            here &= pl.col("_year") <= one.last
        if one.begun_before is not None:
            says = f"is not for episodes begun on or after {_spoken(one.begun_before)}"
            problems.append(_problem(one.column, says, here & (start >= one.begun_before)))
        if one.begun_from is not None:
            says = f"is not for episodes begun before {_spoken(one.begun_from)}"
            problems.append(_problem(one.column, says, here & (start < one.begun_from)))
    return problems


def _problem(column: str, says: str, when: pl.Expr) -> Problem:
    return Problem(_RULE, "warning", column, f"A code in {column} {says}; it is read by its meaning.", when)


def _unknown(frame: pl.DataFrame) -> list[Problem]:
    """Codes that no return has, in the columns by which episodes are joined."""
    problems = []
    for column, number, reading in _STEERING:
        if column in frame.columns:
            known = [code for one in codes_of_years() if one.column == column for code in one.codes]
            says = f"The code in {column} is on no return's list; {reading}"
            unknown = pl.col(column).is_not_null() & ~_written(column).is_in(known)
            problems.append(Problem(f"ssda903_{number}_unknown_{column.lower()}", "warning", column, says, unknown))
    return problems


def _written(column: str) -> pl.Expr:
    return pl.col(column).str.to_uppercase()


def _spoken(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
