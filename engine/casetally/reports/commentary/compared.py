"""Why: a figure means more beside England's and the neighbours', if it is said of which year theirs are and how exactly they are
stated.
"""

from __future__ import annotations

from fractions import Fraction

from casetally.definitions.authorities import Comparator, Compared
from casetally.figures.reconcile.outcomes import half_up
from casetally.reports.commentary.sentences import Told
from casetally.reports.commentary.words import beside, clean, listed
from casetally.reports.lines import ReportRow

# in the order in which they are named; an average of years and others mean something else in each report
_NAMES: dict[Comparator, str] = {
    "england": "England", "statistical_neighbour": "statistical neighbours", "region": "the region",
    "local_previous": "the authority's own earlier one",
}  # fmt: skip
_WORDS = {1: "above", 0: "level with", -1: "below"}


def compared(told: Told) -> str | None:
    """Above, level with or below England, statistical neighbours and the region, each with its year."""
    row = told.row
    if row.now.value is None or _is_count(row):
        return None
    sides: dict[int, list[str]] = {}
    for one in _latest_of_each(row):
        sides.setdefault(_side(row, one), []).append(_named(one, row.now.unit))
    if not sides:
        return None
    says = "; ".join(f"{_WORDS[side]} {listed(names)}" for side, names in sides.items())
    return f"The figure is {says}."


def _is_count(row: ReportRow) -> bool:
    """The number of children of another authority, or of another stretch of months, is no measure for one's own."""
    return row.now.unit == "number" and row.now.denominator is None


def _latest_of_each(row: ReportRow) -> list[Compared]:
    found = []
    for comparator in _NAMES:
        own = [one for one in row.compared if one.comparator == comparator]
        if own:
            found.append(max(own, key=lambda one: (one.year[-2:], bool(one.period))))
    return found


def _side(row: ReportRow, one: Compared) -> int:
    """Held against each other at the decimals of the one that has fewer: 44.3% is level with a stated 44%."""
    assert row.now.value is not None
    stated = Fraction(f"{one.value:.10g}")
    places = min(row.places, next(n for n in range(11) if half_up(stated, n) == stated))
    ours, theirs = half_up(row.now.value, places), half_up(stated, places)
    return (ours > theirs) - (ours < theirs)


def _named(one: Compared, unit: str) -> str:
    stated = Fraction(f"{one.value:.10g}")
    number = half_up(stated, next(n for n in range(11) if half_up(stated, n) == stated))
    said = [beside(number, unit), *(clean(part) for part in (one.period, one.made_of) if part)]
    return f"{_NAMES[one.comparator]} ({', '.join(said)})"
