"""Why: what a figure is, and how far to trust it, must be readable without colour, arrows or a legend, so it is said in words.

Plain texts only: whoever puts them on the page escapes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from casetally.definitions.authorities import Compared, Target
from casetally.figures.ratings import Good, Rating, Travel
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.spc import ChartPoint, Signal
from casetally.figures.views import Seen
from casetally.periods import day_words
from casetally.reports.lines import ReportRow

RATINGS: Mapping[Rating | None, str] = {"green": "Green", "amber": "Amber", "red": "Red", None: "Not rated"}
GOOD: Mapping[str, str] = {
    "higher": "A higher figure is better.",
    "lower": "A lower figure is better.",
    "neither": "Neither a higher nor a lower figure is better in itself.",
}
MATURITIES: Mapping[str, str] = {"provisional": "provisional", "short_history": "short history", "settling": "settling"}
COMPARATORS: Mapping[str, str] = {
    "england": "England",
    "statistical_neighbour": "Statistical neighbours",
    "region": "Region",
    "local_previous": "This authority before",
    "three_year_average": "Average of three years",
    "other": "Benchmark",
}
AVERAGES: Mapping[str, str] = {
    "three_month_average": "3 months",
    "twelve_month_average": "12 months",
    "quarter_average": "the quarter",
    "three_year_average": "this month in 3 years",
}
SIGNALS: Mapping[Signal, str] = {
    "beyond_limits": "beyond a limit",
    "shift": "run on one side",
    "trend": "run in one direction",
    "two_of_three": "2 of 3 near a limit",
}
_BASES: Mapping[str, str] = {
    "month": "Month", "quarter": "Quarter", "year": "Financial year", "year_to_date": "Year to date",
    "rolling_12_months": "Rolling 12 months", "week": "Week",
}  # fmt: skip
_TRAVELLED: Mapping[str, str] = {"better": "better", "worse": "worse"}


def basis_name(basis: str) -> str:
    return _BASES.get(basis, basis.replace("_", " ").capitalize())


def with_unit(number: str, unit: str) -> str:
    """A number that stands by itself, with its unit: '90%', '56.8 per 10,000'."""
    if unit == "percent":
        return f"{number}%"
    if unit.startswith("per_"):
        return f"{number} per {int(unit[4:]):,}"
    return number if unit == "number" else f"{number} {unit.replace('_', ' ')}"


def unit_after(unit: str) -> str:
    """What follows a figure that is shown with its % sign but without any other unit."""
    return "" if unit in ("number", "percent") else with_unit("", unit).strip()


def rounded(value: Fraction, places: int) -> str:
    return f"{half_up(value, places):,}"


def stated(value: float) -> str:
    """A number as somebody else stated it, with the decimals that they gave."""
    text = f"{value:.10g}"
    return f"{int(text):,}" if text.lstrip("-").isdigit() else text


def target_words(row: ReportRow, *, sentence: bool = False) -> str:
    """A row's target: '90%', '15% to 20%'; as a sentence with its direction, and where it leads. '' where there is none."""
    target = row.target
    if target is None:
        return ""
    unit = row.now.unit
    if target.low is not None and target.high is not None:
        return f"{stated(target.low)} to {with_unit(stated(target.high), unit)}"
    value = target.on(row.period.end)
    if value is None:
        return ""
    exact = target.target is not None and value == Fraction(str(target.target))
    text = with_unit(stated(float(value)) if exact else rounded(value, max(row.places, 1)), unit)
    if not sentence:
        return text
    direction = {"higher": "at least ", "lower": "no more than "}.get(target.good or row.good, "")
    return direction + text + ("" if exact or target.by is None else _leading_to(target, unit))


def _leading_to(target: Target, unit: str) -> str:
    assert target.target is not None
    assert target.by is not None
    return f", on the way to {with_unit(stated(target.target), unit)} by {day_words(target.by)}"


def point_target(point: ChartPoint, places: int, unit: str) -> str:
    """The target of a single month, or its range; '' where there is none."""
    bounds = point.target_range or ((point.target,) if point.target is not None else ())
    text = " to ".join(rounded(one, places) if half_up(one, places) != one else stated(float(one)) for one in bounds)
    return text + ("%" if text and unit == "percent" else "")


def rating_words(row: ReportRow) -> str:
    """A row's rating and what it means here."""
    return f"{RATINGS[row.rating]}: {_rating_means(row)}"


def _rating_means(row: ReportRow) -> str:
    target = row.target
    if target is None:
        return "no target is set"
    if row.rating is None:
        return "there is no figure to rate" if row.now.value is None else "neither direction is better"
    if target.low is not None:
        return "within the target range" if row.rating == "green" else "outside the target range"
    if row.rating == "green":
        return "the target is met"
    how_far = f"{stated(target.tolerance)}% of it"
    return f"the target is missed by {'no more' if row.rating == 'amber' else 'more'} than {how_far}"


def change_words(travel: Travel, places: int) -> tuple[str, str]:
    """The change as it is shown, and what it means: ('up 3.3 points', 'better'). 'no change' where rounding shows none."""
    size = half_up(abs(travel.change), places)
    if not size:
        return "no change", ""
    unit = " points" if travel.unit == "percentage points" else ""
    return f"{'up' if travel.change > 0 else 'down'} {size:,}{unit}", _TRAVELLED.get(travel.verdict, "")


def arrow(travel: Travel, places: int) -> str:
    """An arrow that repeats the words for the eye."""
    if not half_up(travel.change, places):
        return "→"
    return "↑" if travel.change > 0 else "↓"


def signals_words(point: ChartPoint) -> str:
    """What is unusual about a month, in few words; a month beyond a limit is near it too, which is not said again."""
    told = [one for one in point.signals if one != "two_of_three" or "beyond_limits" not in point.signals]
    return ", ".join(SIGNALS[one] for one in told)


def status_words(seen: Seen) -> str:
    """How far a figure is to be trusted, where it is not plain and final; '' where it is."""
    return MATURITIES.get(seen.maturity, "") if seen.value is not None else ""


def compared_words(one: Compared, unit: str) -> tuple[str, str]:
    """Who a comparator is, and what they have and when: ('England', '82.5% (2022-23)')."""
    of = ", ".join(part for part in (one.period or "year not stated", one.made_of) if part)
    return COMPARATORS[one.comparator], f"{with_unit(stated(one.value), unit)} ({of})"


def way_round(good: Good) -> str:
    return GOOD[good]
