"""Why: a manager reads in plain sentences how late records come and until when a figure moves; a program gets all of it as data."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.settling import HORIZONS
from casetally.periods import day_words
from casetally.reports.settling import Settling
from casetally.reports.terminal import console, figure_text, note, print_json, rich_table

FEW = 10  # a share of fewer says nothing of how late such records usually are
_SPELT = {"cp": "child protection", "cin": "child in need", "s47": "section 47", "ehc": "EHC", "id": "ID", "sdq": "SDQ"}
_BASES = {"month": "a month", "quarter": "a quarter", "year": "a year", "year_to_date": "a year to date",
          "rolling_12_months": "12 rolling months"}  # fmt: skip


def print_settling(found: Settling, *, records_only: bool, as_json: bool, csv: bool) -> None:
    """Sentences for people; as CSV how far figures move (of `records_only` how late records are), as JSON everything.

    Data that lacks how late records are has no rows of it, and stderr says why.
    """
    if found.late_untold and (as_json or (csv and records_only)):
        note(f"How late records arrive: {found.late_untold}")
    if as_json:
        print_json({"nights": found.nights, "first_night": found.first, "last_night": found.day,
                    "records": found.late.to_dicts(), "indicators": found.profile["indicators"],
                    "settling_now": found.now.to_dicts()})  # fmt: skip
        return
    if csv:
        sys.stdout.write((found.late if records_only else found.moving).write_csv())
        return
    _records(found)
    if not records_only:
        _figures(found)
    nights = "1 night" if found.nights == 1 else f"{found.nights:,} nights"
    note(
        f"From {nights}, {day_words(found.first)} to {day_words(found.day)}. docs/settling.md says how it is reckoned."
    )


def _records(found: Settling) -> None:
    console().print("How late records arrive", style="bold")
    few = []
    for row in found.late.iter_rows(named=True):
        if row["rows"] < FEW and found.indicator is None:
            few.append(_kind_and_date(row))
        else:
            console().print(f"  {late_words(row)}", markup=False, highlight=False)
    if few:
        console().print(f"  Fewer than {FEW}, and so not told here: {', '.join(few)}.", markup=False, highlight=False)
    if found.late.is_empty():
        console().print(f"  {found.late_untold}", markup=False, highlight=False)


def late_words(row: Mapping[str, Any]) -> str:
    """Of 412 child protection visits (visited on) from 1 October 2023 to ... that were known within 90 days, 71.0% were so ..."""
    told = [(days, row[f"within_{days}"]) for days in HORIZONS if row[f"within_{days}"] is not None]
    shares = [f"{half_up(100 * Fraction(str(share)), 1)}%{' were so' if not at else ''} within {days}"
              + ("" if at else " day") for at, (days, share) in enumerate(told)]  # fmt: skip
    listed = ", ".join(shares[:-1]) + f" and {shares[-1]}" if len(shares) > 1 else shares[0]
    median = half_up(Fraction(str(row["median"])), 0)
    half = f"within {_days(median)}" if median else "on the day"
    return (f"Of {row['rows']:,} {_kind_and_date(row)} from {day_words(row['since'])} to {day_words(row['until'])} that were known "
            f"within {_days(row['followed_for'])}, {listed}; half {half}.")  # fmt: skip


def _kind_and_date(row: Mapping[str, Any]) -> str:
    return f"{kind_words(row['table'])} ({row['column'].replace('_', ' ')})"


def kind_words(table: str) -> str:
    """A table as people say it: child protection visits."""
    return " ".join(_SPELT.get(part, part) for part in table.split("_"))


def _figures(found: Settling) -> None:
    console().print("\nHow long figures still move", style="bold")
    if found.indicator is None:
        rows = [_row(found, one) for one in found.profile["indicators"] if one["basis"] == "month"]
        columns = ("indicator", "title", "usually moves until", "at an age of", "moved", "by")
        if rows:
            console().print(rich_table(columns, rows), markup=False)
    for one in found.profile["indicators"] if found.indicator else ():
        for line in moving_words(found, one):
            console().print(f"  {line}", markup=False, highlight=False)
    if found.indicator:
        for line in _now(found):
            console().print(f"  {line}", markup=False, highlight=False)
    elif found.profile["indicators"]:
        note("These are single months. Name an indicator for its other bases and ages; --csv gives all.")
    if not found.profile["indicators"]:
        console().print(
            "  None is known to: that takes three periods, each watched for 31 days after its age.", markup=False
        )


def _row(found: Settling, one: Mapping[str, Any]) -> tuple[str, ...]:
    first = one["ages"][0]
    title = (
        found.library.indicators[one["indicator"]].text.title if one["indicator"] in found.library.indicators else ""
    )
    return (one["indicator"], title, _days(one["until"]), _days(first["age"]), f"{first['moved']} of {first['periods']}",
            _by(first, _unit(found, one["indicator"])))  # fmt: skip


def moving_words(found: Settling, one: Mapping[str, Any]) -> Iterator[str]:
    """A figure of a month usually still moves until 21 days after its end. Then for each age how many moved, and how far."""
    basis, unit = _BASES.get(one["basis"], one["basis"]), _unit(found, one["indicator"])
    yield f"{one['indicator']}: the figure of {basis} usually still moves until {_days(one['until'])} after its end."
    for age in one["ages"]:
        by = _by(age, unit)
        yield (f"  Seen {_days(age['age'])} after: {age['moved']} of {age['periods']} moved"
               + (f", usually by {by}" if by else "") + ".")  # fmt: skip


def _now(found: Settling) -> Iterator[str]:
    for row in found.now.iter_rows(named=True):
        age = (found.day - _as_date(row["period_end"])).days
        basis = "" if row["basis"] == "month" else f" ({row['basis'].replace('_', ' ')})"
        yield f"{row['period']}{basis}, {_days(age)} after its end: {figure_text(row)}, settling.{_ends(row)}"


def _ends(row: Mapping[str, Any]) -> str:
    if row["settles_from"] is None:
        return ""
    places = 0 if row["unit"] == "number" else 1
    low, high = (f"{half_up(Fraction(str(row[name])), places):,}" for name in ("settles_from", "settles_to"))
    return f" It usually ends at {low}." if low == high else f" It usually ends between {low} and {high}."


def _as_date(day: object) -> dt.date:
    assert isinstance(day, dt.date)
    return day


def _by(age: Mapping[str, Any], unit: str) -> str:
    """-0.4 to +3.1 points"""
    if age["least"] is None:
        return ""
    places = 0 if unit == "number" else 1
    low, high = (half_up(Fraction(age[side]), places) for side in ("least", "greatest"))
    after = {"percent": " points", "number": ""}.get(unit, f" {unit.replace('per_', 'per ').replace('_', ' ')}")
    return (f"{low:+,}" if low == high else f"{low:+,} to {high:+,}") + after


def _unit(found: Settling, indicator: str) -> str:
    return found.library.indicators[indicator].unit if indicator in found.library.indicators else "number"


def _days(number: object) -> str:
    return "1 day" if str(number) == "1" else f"{number} days"
