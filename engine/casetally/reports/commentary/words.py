"""Why: a figure, a period and a list read the same in every sentence of a report, with the right grammar for one and for many."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from casetally import periods
from casetally.definitions.authorities import Target
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.views import Seen
from casetally.periods import Period, day_words, months_words
from casetally.reports.lines import ReportRow

_FEW_PLACES = 3  # of a target that lies on a straight line to a later one


def month_words(period: Period) -> str:
    """The month with which a period ends: September 2023."""
    return periods.month_words(period.end)


def period_words(period: Period) -> str:
    """A period as it stands within a sentence."""
    if period.basis == "rolling_12_months":
        return f"the 12 months to {month_words(period)}"
    if period.basis == "year":
        return f"the year {period.name}"
    if period.basis == "week":
        return f"the week from {day_words(period.start)}"
    return months_words(period)


def period_title(period: Period) -> str:
    """A period as it opens a line's commentary."""
    if period.basis == "year_to_date":
        return f"Year to date ({months_words(period)})"
    if period.basis == "quarter":
        return f"Quarter {period.name[-1]} of {period.name[:-3]} ({months_words(period)})"
    words = period_words(period).removeprefix("the ")
    return words[0].upper() + words[1:]


def with_unit(number: Decimal, unit: str) -> str:
    """A number already rounded, in its unit: 81.3%, 55.3 per 10,000, 1 day."""
    if unit == "percent":
        return f"{number:,}%"
    return f"{number:,}{_unit_after(number, unit)}"


def beside(number: Decimal, unit: str) -> str:
    """A number in brackets beside another in the same unit: a rate need not say again of how many it is."""
    return f"{number:,}" if unit.startswith("per_") else with_unit(number, unit)


def figure_words(seen: Seen, places: int) -> str:
    """A figure that has a value, rounded half up."""
    assert seen.value is not None
    return with_unit(half_up(seen.value, places), seen.unit)


def difference_words(number: Decimal, unit: str) -> str:
    """How far two figures lie apart: 1.3 percentage points, 12, 0.4 per 10,000."""
    if unit in ("percent", "percentage points"):
        return f"{number:,} percentage point{'' if str(number) == '1' else 's'}"
    return f"{number:,}{_unit_after(number, unit)}"


def _unit_after(number: Decimal, unit: str) -> str:
    if unit == "number":
        return ""
    if unit.startswith("per_"):
        return f" per {int(unit[4:]):,}"
    words = unit.replace("_", " ")
    return f" {words.removesuffix('s') if str(number) == '1' else words}"


def target_words(target: Target, period: Period, unit: str) -> str:
    """The target in force on the last day of a period: 90%, or 15% to 20%."""
    if target.low is not None and target.high is not None:
        return f"{with_unit(plain(Fraction(str(target.low))), unit)} to {with_unit(plain(Fraction(str(target.high))), unit)}"
    wanted = target.on(period.end)
    assert wanted is not None
    return with_unit(plain(wanted), unit)


def plain(value: Fraction) -> Decimal:
    """A stated number as it stands; one that has no end in decimals, or many of them, rounded to one decimal."""
    for places in range(_FEW_PLACES):
        rounded = half_up(value, places)
        if Fraction(rounded) == value:
            return rounded
    return half_up(value, 1)


def counted_words(number: int, one: str, many: str) -> str:
    """One child, 24 children."""
    return f"one {one}" if number == 1 else f"{number:,} {many}"


def listed(parts: Sequence[str]) -> str:
    """One; one and another; one, another and a third."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def clean(name: str) -> str:
    """A name from the data on one line and in characters that can be seen, so that it can't break a sentence into two."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split()) or "(no name)"


def accumulates(row: ReportRow) -> bool:
    """Whether a figure may only grow through the year, a count or a rate of the year to date: a month later is then no change."""
    is_count = row.now.unit == "number" and row.now.denominator is None
    return row.basis == "year_to_date" and (is_count or row.now.unit.startswith("per_"))
