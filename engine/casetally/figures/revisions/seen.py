"""Why: parts sum exactly only where they are exact, so a figure is held here as whole numbers and fractions of them.

A figure without a value (nothing in its denominator, a column lacking) has None there, and its status says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from casetally.definitions.library import Library
from casetally.figures.calculate import calculate_values
from casetally.figures.revisions.state import Pieces
from casetally.figures.values import STATUSES, Values
from casetally.periods import Period, grid_of

NOT_DEFINED = "not_defined"  # the definitions of that state have no such indicator
NOT_BEGUN = "not_begun"  # the period begins after the day that the state speaks for
_PLACES = (
    6  # an amount that is summed (a full-time equivalent) has no more decimals; the sum of floats has noise after them
)

Number = Fraction | None
FigureKey = tuple[str, str, str]  # indicator, basis, period


@dataclass(frozen=True)
class Seen:
    """One figure for all children, exactly."""

    numerator: Number
    denominator: Number
    value: Number
    status: str
    unit: str = ""


NOTHING = Seen(None, None, None, NOT_DEFINED)


def exact(number: float | None) -> Number:
    """A float that stands for a decimal number as that number."""
    if number is None:
        return None
    return Fraction(int(number)) if number.is_integer() else Fraction(str(round(number, _PLACES)))


def seen_figures(pieces: Pieces, indicators: Iterable[str], periods: Iterable[Period]) -> Mapping[FigureKey, Seen]:
    """The figures of a state for all children. What its definitions do not have, or its day has not reached, is no part of it."""
    names = sorted(name for name in set(indicators) if name in pieces.library.indicators)
    begun = [period for period in periods if period.start <= pieces.as_at]
    if not names or not begun:
        return {}
    store = pieces.store()
    batches = calculate_values(
        store, without_breakdowns(pieces.library), grid_of(pieces.as_at, begun), names,
        authority=pieces.authority, vintage=pieces.vintage,
    )  # fmt: skip
    wanted = set(names)
    found = {
        key: one
        for made in batches
        for values in made
        if values.indicator.id in wanted
        for key, one in _seen_of(values)
    }
    pieces.let_go(store)
    return found


def _seen_of(values: Values) -> Iterator[tuple[FigureKey, Seen]]:
    """The figures for all children of one indicator."""
    one, at = values.indicator, values.labels.index(("all", "all"))
    numbers = (array[at].tolist() for array in (values.numerator, values.denominator, values.value))
    for period, status, *three in zip(values.periods, values.status[at].tolist(), *numbers, strict=True):
        top, below, value = (None if math.isnan(number) else number for number in three)
        yield (one.id, period.basis, period.name), seen(top, below, value, STATUSES[status], one.unit)


@cache
def without_breakdowns(library: Library) -> Library:
    """The same definitions, counted for all children only: no difference is split by groups, and that is most of the counting."""
    bare = {name: replace(one, breakdowns=()) for name, one in library.indicators.items()}
    return replace(library, indicators=bare)


def seen(numerator: float | None, denominator: float | None, value: float | None, status: str, unit: str) -> Seen:
    """A figure from its columns in `figures.parquet`; the value is divided anew, exactly, where whole numbers stand behind it."""
    top, below = exact(numerator), exact(denominator)
    if value is None:
        return Seen(top, below, None, status, unit)
    worked_out = top * _times(unit) / below if top is not None and below else None
    if worked_out is None or not math.isclose(float(worked_out), value, rel_tol=1e-9):  # a supplied value, a median
        worked_out = exact(value)
    return Seen(top, below, worked_out, status, unit)


def _times(unit: str) -> int:
    """What numerator over denominator is multiplied by in a unit."""
    per = unit.removeprefix("per_")
    return 100 if unit == "percent" else int(per) if per.isdecimal() else 1


def minus(one: Number, other: Number) -> Number:
    """The difference; None where one of them is not known."""
    return None if one is None or other is None else one - other
