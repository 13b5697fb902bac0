"""Why: a figure reads the same on every sheet: a number as the page shows it, or the government's shorthand for why there is none.

Shorthand: Analysis Function, Using symbols and shorthand. What is hidden is hidden here once more: whatever a figure still held
beside the word `suppressed`, no cell gets it.
"""

from __future__ import annotations

from fractions import Fraction

from casetally.figures.ratings import Travel
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.views import Seen, a_year_before
from casetally.reports.lines import ReportRow, ends_shown
from casetally.reports.workbook.model import Cell, Number, Rated
from casetally.reports.workbook.texts import target_words

HIDDEN, LOW, PROVISIONAL, LOW_RELIABILITY, NOT_AVAILABLE, NOT_APPLICABLE = "[c]", "[low]", "[p]", "[u]", "[x]", "[z]"
SHORTHAND = {
    HIDDEN: "confidential: hidden, because a small number could be read or worked out",
    LOW: "low: more than zero, but shown as zero when rounded",
    PROVISIONAL: "provisional: may still change",
    LOW_RELIABILITY: "low reliability: too little to go by yet",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "not applicable",
}
MATURITY_WORDS = {
    "final": "Final",
    "provisional": f"Provisional {PROVISIONAL}",
    "settling": f"Settling {PROVISIONAL}",
    "short_history": f"Short history {LOW_RELIABILITY}",
}
GOOD_WORDS = {"higher": "Higher", "lower": "Lower", "neither": "Neither"}
_VERDICTS = {"better": "Better", "worse": "Worse", "same": "No change", "up": "Up", "down": "Down"}


def is_hidden(seen: Seen) -> bool:
    return seen.status == "suppressed"


def figure(seen: Seen | None, places: int) -> Cell:
    """A figure rounded half up as it is shown; the shorthand where there is none. A share of 81.3% is the number 81.3."""
    if seen is None:
        return NOT_AVAILABLE
    if is_hidden(seen):
        return HIDDEN
    if seen.value is None:
        return NOT_APPLICABLE if seen.status == "not_applicable" else NOT_AVAILABLE
    return number(seen.value, places, is_percent=seen.unit == "percent")


def number(value: Fraction, places: int, *, is_percent: bool = False) -> Cell:
    """A number rounded half up to its places."""
    rounded = half_up(value, places)
    if value and not rounded:
        return LOW
    return Number(rounded, _form(places) + ('"%"' if is_percent else ""))


def count(seen: Seen, part: Fraction | None) -> Cell:
    """One of the two numbers behind a share, a rate or a mean; not applicable where the figure has none."""
    if is_hidden(seen):
        return HIDDEN
    if seen.denominator is None or part is None:
        return NOT_APPLICABLE
    return Number(part, "#,##0" if part.denominator == 1 else "#,##0.0")


def before(row: ReportRow) -> Cell:
    """The figure of the period before; not applicable on a basis of which the report shows the last period alone."""
    series = list(row.series.values())
    return figure(series[-2], row.places) if len(series) > 1 else NOT_APPLICABLE


def change(row: ReportRow) -> tuple[Cell, Cell]:
    """The change from the period before, and what it means in a word."""
    if _change_is_hidden(row):
        return HIDDEN, HIDDEN
    if row.travel is None:
        return NOT_AVAILABLE, NOT_AVAILABLE
    rounded = half_up(row.travel.change, row.places)
    in_points = '" points"' if row.travel.unit == "percentage points" else ""
    plain = _form(row.places) + in_points
    return Number(rounded, f"+{plain};-{plain};{plain}"), _direction(row.travel, bool(rounded))


def _change_is_hidden(row: ReportRow) -> bool:
    return any(is_hidden(seen) for seen in list(row.series.values())[-2:])


def _direction(travel: Travel, is_shown: bool) -> str:
    return _VERDICTS[travel.verdict] if is_shown else _VERDICTS["same"]


def rating(row: ReportRow) -> Cell:
    """The rating in a word; one of a hidden figure is hidden with it, where there is a target at all."""
    if is_hidden(row.now) and row.target is not None:
        return HIDDEN
    return Rated(row.rating.capitalize(), row.rating) if row.rating else "Not rated"


def target(row: ReportRow) -> Cell:
    """The target in force on the last day of the period: a number, or a range in words."""
    one = row.target
    if one is None:
        return NOT_APPLICABLE
    percent = row.now.unit == "percent"
    if one.low is not None and one.high is not None:
        return " to ".join(target_words(end) + ("%" if percent else "") for end in (one.low, one.high))
    wanted = one.on(row.period.end)
    if wanted is None:
        return NOT_APPLICABLE
    if wanted != Fraction(str(one.target)):  # on the way there: as many decimals as the figure, one at least
        wanted = Fraction(half_up(wanted, max(row.places, 1)))
    return Number(wanted, _form(_places_of(wanted)) + ('"%"' if percent else ""))


def year_before(row: ReportRow) -> Cell:
    """The same month of the year before."""
    if row.basis != "month":
        return NOT_APPLICABLE
    seen = row.series.get(a_year_before(row.period))
    if seen is not None and is_hidden(seen):
        return HIDDEN
    return figure(row.a_year_before, row.places)


def average(row: ReportRow, name: str) -> Cell:
    """One of the averages that stand beside a month."""
    if row.basis != "month":
        return NOT_APPLICABLE
    mean = row.averages.get(name)
    if mean is None and any(is_hidden(seen) for seen in row.series.values()):
        return HIDDEN  # a mean of months of which one is hidden is not made
    return HIDDEN if is_hidden(row.now) else figure(mean, row.places)


def maturity(seen: Seen) -> str:
    """How settled a figure is; of one that is not there there is nothing to say."""
    if seen.value is None and not is_hidden(seen):
        return NOT_APPLICABLE
    return MATURITY_WORDS.get(seen.maturity, seen.maturity.replace("_", " ").capitalize())


def settled(row: ReportRow) -> str:
    """How settled a row's own figure is; of one that is settling, where it usually ends."""
    ends = ends_shown(row.now, row.places)
    if ends is None:
        return maturity(row.now)
    return f"Settling: usually {' to '.join(dict.fromkeys(ends))} {PROVISIONAL}"


def _places_of(number: Fraction) -> int:
    """The fewest decimals that show a number whole, of a few."""
    return next((places for places in range(4) if half_up(number, places) == number), 4)


def _form(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places > 0 else "")
