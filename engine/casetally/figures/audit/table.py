"""Why: identities speak of a line in a period, so the figures are kept by line, with each period under its own name.

Months, month ends, years to date and rolling years of one month share its key: a rate since April belongs beside the stock of that
month. Where a line prints several of them for one month, the plain month comes first unless a term names a basis.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta

from casetally.definitions.identities import Printed
from casetally.errors import InputError, Place
from casetally.figures.published import OTHER, Published, PublishedFinding, number_in, places_of, to_period
from casetally.periods import Period, month, quarter, read_month, year

_MONTH_LIKE = ("month", "year_to_date", "rolling_12_months")
BENCHMARK_COLUMNS = ("ref", "comparator", "period_text", "value", "printed", "note")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, order=True)
class Key:
    """A period of one span (month, quarter, year, week or other), and the group where a term goes through groups."""

    span: str
    name: str
    part: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Row:
    """One printed figure."""

    line: int
    ref: str
    basis: str
    kind: str
    key: Key
    group: str
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    places: int
    printed: str
    rag: str
    note: str

    @property
    def name(self) -> str:
        return f"{self.ref} ({self.group})" if self.group else self.ref


@dataclass(frozen=True)
class Benchmark:
    """A target, baseline or comparator; its period where the text beside it names one."""

    line: int
    ref: str
    comparator: str
    key: Key
    value: Fraction | None
    places: int
    printed: str
    note: str


OfALine = TypeVar("OfALine", Row, Benchmark)


@dataclass(frozen=True)
class Table:
    """The figures of a report in the order of the file, by ref, and its benchmarks by ref."""

    rows: tuple[Row, ...]
    by_ref: Mapping[str, tuple[Row, ...]] = field(repr=False)
    benchmarks: Mapping[str, tuple[Benchmark, ...]] = field(repr=False)

    def printed(self) -> Printed:
        """The names that an identity may use."""
        groups = {ref: sorted({row.group for row in rows}) for ref, rows in self.by_ref.items()}
        comparators = {ref: sorted({one.comparator for one in rows}) for ref, rows in self.benchmarks.items()}
        return Printed(groups, comparators)


def make_table(published: Published, benchmarks: tuple[Benchmark, ...] = ()) -> Table:
    """The figures by line."""
    rows = tuple(_row(one) for one in published.frame.iter_rows(named=True) if one["ref"])
    return Table(rows, _by_ref(rows), _by_ref(benchmarks))


def _row(one: Mapping[str, Any]) -> Row:
    period = to_period(one["basis"], one["period"])
    key = key_of(period) if period is not None else Key(OTHER, f"{one['basis']} {one['period']}".strip())
    numerator, denominator, value = (_fraction(one[name]) for name in ("numerator", "denominator", "value"))
    return Row(
        one["file_row"], one["ref"], one["basis"], one["period_kind"], key, one["breakdown"], numerator, denominator,
        value, one["places"] or 0, one["printed"], one["rag"], one["note"],
    )  # fmt: skip


def _fraction(text: str | None) -> Fraction | None:
    return Fraction(Decimal(text)) if text is not None else None


def key_of(period: Period) -> Key:
    """The key that a calendar period has: those that end with one month share it."""
    return Key("month" if period.basis in _MONTH_LIKE else period.basis, period.name)


def period_at(key: Key) -> Period | None:
    """The calendar period of a key; None where it is one of print only."""
    if key.span == "month":
        return month(read_month(key.name))
    return to_period(key.span, key.name) if key.span in ("quarter", "year", "week") else None


def _by_ref(rows: Iterable[OfALine]) -> dict[str, tuple[OfALine, ...]]:
    found: dict[str, list[OfALine]] = {}
    for row in rows:
        found.setdefault(row.ref, []).append(row)
    return {ref: tuple(ones) for ref, ones in found.items()}


def read_benchmarks(path: Path) -> tuple[tuple[Benchmark, ...], tuple[PublishedFinding, ...]]:
    """The targets and comparators of a file, and what is wrong with it; nothing where there is no file.

    Columns: ref, comparator, period_text, value, printed, note. Raises InputError where the first two or the value are missing.
    """
    if not path.is_file():
        return (), ()
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    lacking = [name for name in ("ref", "comparator", "value") if name not in (rows.fieldnames or ())]
    if lacking:
        says = f"This is no table of benchmarks: it has no column '{lacking[0]}'."
        raise InputError(says, place=Place(str(path), 1), hint="Its columns are " + ", ".join(BENCHMARK_COLUMNS) + ".")
    found, findings = [], []
    try:
        for row in rows:
            cells = {name: row.get(name, "").strip() for name in BENCHMARK_COLUMNS}
            number = number_in(cells["value"])
            if cells["value"] and number is None:
                says = f"'{cells['value']}' is no number (value of {cells['ref']}, {cells['comparator']})."
                findings.append(PublishedFinding(str(path), rows.line_num, "no_number", says, cells["ref"]))
            found.append(_benchmark(rows.line_num, cells, number))
    except csv.Error as fault:
        raise InputError(f"This can't be read as CSV: {fault}.", place=Place(str(path), rows.line_num)) from fault
    return tuple(found), tuple(findings)


def _benchmark(line: int, cells: Mapping[str, str], number: Decimal | None) -> Benchmark:
    value = Fraction(number) if number is not None else None
    places = places_of(cells["value"], cells["printed"]) or 0
    key = key_in(cells["period_text"])
    return Benchmark(line, cells["ref"], cells["comparator"], key, value, places, cells["printed"], cells["note"])


def key_in(text: str) -> Key:
    """The period that words name: 'July 2016', 'Q2 2022/23', '2015/16'; else the words themselves."""
    years = re.search(r"\b(?:20)?(\d\d)/(\d\d)\b", text)
    if years and int(years[2]) == (int(years[1]) + 1) % 100:
        first = 2000 + int(years[1])
        number = re.search(r"\bQ([1-4])\b", text)
        if number:
            return key_of(quarter(dt.date(first, 4, 1) + relativedelta(months=3 * (int(number[1]) - 1))))
        return key_of(year(dt.date(first, 4, 1)))
    words = re.search(r"\b([A-Za-z]{3,9}) (?:20)?(\d\d)\b(?![/\d])", text)
    if words and words[1][:3].lower() in _MONTHS:
        return key_of(month(dt.date(2000 + int(words[2]), _MONTHS.index(words[1][:3].lower()) + 1, 1)))
    return Key(OTHER, text)
