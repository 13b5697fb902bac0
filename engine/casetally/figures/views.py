"""Why: what a report shows is a view of a figure (its value, the number late, the mean of twelve months), worked out exactly.

A view reads the figures of one calculation and nothing else, with whole numbers kept as fractions, so that a printed figure is
held against what rounds to it and not against something already rounded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import polars as pl
from dateutil.relativedelta import relativedelta

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.reports import OverGroups, View
from casetally.periods import Period, month

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Seen:
    """What a view shows of one period: exact parts (None where there are none), `scale` from the quotient to the unit.

    `status` and `maturity` are those of the figures it is made from; `settles` is the range in which a figure that is settling
    usually ends, known where the view is the figure's own value.
    """

    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    unit: str
    status: str = "calculated"
    maturity: str = "final"
    settles: tuple[Fraction, Fraction] | None = None

    @property
    def may_move(self) -> bool:
        """Whether it may still change by itself: clocks run, or records of it usually arrive late."""
        return self.maturity in ("provisional", "settling")

    @property
    def scale(self) -> int:
        return scale_of(self.unit)


def scale_of(unit: str) -> int:
    """What a quotient is multiplied by to be in a unit."""
    return {"percent": 100}.get(unit, int(unit[4:]) if unit.startswith("per_") else 1)


_PLACE = ("indicator", "basis", "period", "breakdown", "group")
_PARTS = ("numerator", "denominator", "value", "unit", "status", "maturity")
NOT_THERE = Seen(None, None, None, "number", "not_available")


class FigureBook:
    """Figures by where they stand: indicator, basis, period, breakdown and group."""

    def __init__(self, figures: pl.DataFrame) -> None:
        self._rows: dict[tuple[str, ...], tuple[Any, ...]] = {}  # made exact only when asked for
        self._groups: dict[tuple[str, ...], list[str]] = {}
        self._ranges = _ranges(figures)
        for row in figures.select(*_PLACE, *_PARTS).iter_rows():
            self._rows[row[: len(_PLACE)]] = row[len(_PLACE) :]
            self._groups.setdefault(row[:4], []).append(row[4])

    def one(self, indicator: str, period: Period, breakdown: str = "all", group: str = "all") -> Seen:
        """The figure of one group; one that does not occur counts nought, with the unit and status of the whole."""
        found = self._rows.get((indicator, period.basis, period.name, breakdown, group))
        if found is not None:
            seen = _seen(*found)
            ends = self._ranges.get((indicator, period.basis, period.name)) if breakdown == "all" else None
            return replace(seen, settles=ends) if ends is not None else seen
        of_all = self._rows.get((indicator, period.basis, period.name, "all", "all"))
        if of_all is None or breakdown == "all":
            return NOT_THERE
        whole = _seen(*of_all)
        if whole.status == "not_available" or whole.numerator is None:
            return replace(whole, numerator=None, denominator=None, value=None, status="not_available")
        below = Fraction(0) if whole.denominator is not None else None
        status = "calculated" if below is None else "not_applicable"
        return replace(
            whole, numerator=Fraction(0), denominator=below, value=Fraction(0) if below is None else None, status=status
        )

    def groups(self, indicator: str, period: Period, breakdown: str) -> list[str]:
        """The groups of a breakdown that occur, sorted as figures are."""
        return self._groups.get((indicator, period.basis, period.name, breakdown), [])


def see(book: FigureBook, view: View, period: Period) -> Seen:
    """What a view shows for a period."""
    if isinstance(view.shows, OverGroups):
        return _over_groups(book, view, view.shows, period)
    return _SIDES[view.shows](book, view, period)


def months_in(period: Period) -> list[Period]:
    """The months of a period, in order."""
    found, day = [], period.start
    while day <= period.end:
        found.append(month(day))
        day += relativedelta(months=1)
    return found


def a_year_before(period: Period) -> Period:
    """The same month of the year before (a stock or a flow of a month)."""
    return month(period.start - relativedelta(months=MONTHS_A_YEAR))


def _seen(top: float | None, below: float | None, value: float | None, unit: str, status: str, maturity: str) -> Seen:
    numerator, denominator = _exact(top), _exact(below)
    exact = _exact(value)
    if status == "calculated" and numerator is not None:
        exact = numerator if not denominator else numerator * scale_of(unit) / denominator
    return Seen(numerator, denominator, exact, unit, status, maturity)


def _ranges(figures: pl.DataFrame) -> dict[tuple[str, ...], tuple[Fraction, Fraction]]:
    """The ranges of figures that are settling, by indicator, basis and period; few have one, and of a group none."""
    if "settles_from" not in figures.columns:
        return {}
    known = figures.filter(pl.col("settles_from").is_not_null())
    columns = ("indicator", "basis", "period", "settles_from", "settles_to")
    return {
        tuple(place): (Fraction(str(low)), Fraction(str(high)))
        for *place, low, high in known.select(columns).iter_rows()
    }


def _exact(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(int(number)) if number == int(number) else Fraction(str(number))


def _value(book: FigureBook, view: View, period: Period) -> Seen:
    parts = [book.one(view.indicator, period, view.breakdown, group) for group in view.groups]
    return parts[0] if len(parts) == 1 else _summed(parts)


def _summed(parts: Sequence[Seen]) -> Seen:
    """Several groups as one: whole numbers add up, and the value is worked out anew."""
    first = parts[0]
    if any(part.numerator is None for part in parts):
        return replace(first, numerator=None, denominator=None, value=None, settles=None)
    maturity = _least_settled(parts)
    top = sum((part.numerator or Fraction(0) for part in parts), Fraction(0))
    if first.denominator is None:
        return Seen(top, None, top, first.unit, first.status, maturity)
    below = sum((part.denominator or Fraction(0) for part in parts), Fraction(0))
    if not below:
        return Seen(top, below, None, first.unit, "not_applicable", maturity)
    return Seen(top, below, top * first.scale / below, first.unit, "calculated", maturity)


def _count(of: Callable[[Seen], Fraction | None]) -> Callable[[FigureBook, View, Period], Seen]:
    """A whole number taken from a figure: there even where the figure itself has no denominator."""

    def shown(book: FigureBook, view: View, period: Period) -> Seen:
        whole = _value(book, view, period)
        number = of(whole)
        status = "calculated" if number is not None else "not_available"
        return Seen(number, None, number, "number", status, whole.maturity)

    return shown


def _remainder(seen: Seen) -> Fraction | None:
    return seen.denominator - seen.numerator if seen.numerator is not None and seen.denominator is not None else None


def _share_of_all(book: FigureBook, view: View, period: Period) -> Seen:
    groups, whole = _value(book, view, period), book.one(view.indicator, period)
    if groups.numerator is None or whole.numerator is None:
        return replace(NOT_THERE, unit="percent")
    if not whole.numerator:
        return Seen(groups.numerator, whole.numerator, None, "percent", "not_applicable", whole.maturity)
    return Seen(
        groups.numerator,
        whole.numerator,
        groups.numerator * 100 / whole.numerator,
        "percent",
        "calculated",
        whole.maturity,
    )


def _over_months(of: Callable[[list[Fraction]], Fraction]) -> Callable[[FigureBook, View, Period], Seen]:
    def shown(book: FigureBook, view: View, period: Period) -> Seen:
        months = [_value(book, view, one) for one in months_in(period)]
        values = [one.value for one in months if one.value is not None]
        if len(values) < len(months):
            return replace(NOT_THERE, unit=months[0].unit)
        return Seen(None, None, of(values), months[0].unit, "calculated", _least_settled(months))

    return shown


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _change(sign: int) -> Callable[[FigureBook, View, Period], Seen]:
    def shown(book: FigureBook, view: View, period: Period) -> Seen:
        now, before = _value(book, view, month(period.end)), _value(book, view, a_year_before(month(period.end)))
        if now.value is None or before.value is None:
            return replace(NOT_THERE, unit=now.unit)
        return Seen(
            None, None, sign * (now.value - before.value), now.unit, "calculated", _least_settled([now, before])
        )

    return shown


def _over_groups(book: FigureBook, view: View, shows: OverGroups, period: Period) -> Seen:
    whole = book.one(view.indicator, period)
    if whole.status == "not_available":
        return whole
    groups = [book.one(view.indicator, period, view.breakdown, group) for group in _groups_within(book, view, period)]
    sizes = sorted((one.value for one in groups if one.value is not None), reverse=True)
    if shows.groups_at_least is not None:
        number = Fraction(sum(size >= shows.groups_at_least for size in sizes))
        return Seen(number, None, number, "number", "calculated", whole.maturity)
    if shows.mean_of_largest is not None:
        chosen = sizes[: shows.mean_of_largest]
    else:
        chosen = [size for size in sizes if size >= (shows.mean_of_groups_at_least or 0)]
    if not chosen:
        return Seen(Fraction(0), Fraction(0), None, "number", "not_applicable", whole.maturity)
    return Seen(sum(chosen, Fraction(0)), Fraction(len(chosen)), _mean(chosen), "number", "calculated", whole.maturity)


def _groups_within(book: FigureBook, view: View, period: Period) -> list[str]:
    """The groups of the breakdown; of a cross-tabulation those whose first part is the group asked for, if one is."""
    groups = [group for group in book.groups(view.indicator, period, view.breakdown) if group != "unknown"]
    asked = view.groups[0]
    return groups if asked == "all" else [group for group in groups if group.split(";")[0] == asked]


def _least_settled(parts: Sequence[Seen]) -> str:
    found = {part.maturity for part in parts}
    return next((one for one in ("provisional", "short_history", "settling") if one in found), "final")


_SIDES: Mapping[str, Callable[[FigureBook, View, Period], Seen]] = {
    "value": _value,
    "fraction": _value,
    "numerator": _count(lambda seen: seen.numerator),
    "denominator": _count(lambda seen: seen.denominator),
    "remainder": _count(_remainder),
    "share_of_all": _share_of_all,
    "mean_of_months": _over_months(_mean),
    "highest_of_months": _over_months(max),
    "lowest_of_months": _over_months(min),
    "change_on_year": _change(1),
    "fall_on_year": _change(-1),
}


def is_stock(library: Library, indicator: Indicator) -> bool:
    """Whether an indicator is read on a day and not counted over a period; a ratio where both of its parts are."""
    ratio = indicator.text.ratio
    if ratio is not None:
        return library.indicator(ratio.of).is_stock and library.indicator(ratio.to).is_stock
    return indicator.is_stock


def first_day_needed(view: View, period: Period, *, is_stock: bool) -> dt.date:
    """The first day that the records must cover for a view of a period to be whole."""
    if view.shows in ("mean_of_months", "highest_of_months", "lowest_of_months"):
        return month(period.start).end if is_stock else period.start
    if view.shows in ("change_on_year", "fall_on_year"):
        before = a_year_before(month(period.end))
        return before.end if is_stock else before.start
    return period.end if is_stock else period.start
