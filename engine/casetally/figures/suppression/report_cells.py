"""Why: a reader learns more counts from a figure than it prints: a mean tells of its months, a share of what is left over.

Each view of each period rests on counts (`Cell`); a figure can be shown only if all of them can.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from casetally.definitions.library import Library
from casetally.definitions.reports import OverGroups, View
from casetally.figures.suppression.report_counted import Cell, Side, What, counted_by, left_of
from casetally.figures.views import FigureBook, Seen, a_year_before, months_in, see
from casetally.periods import Period, month

Asked = Mapping[tuple[View, Period], Seen]


@dataclass
class Cells:
    """The counts of a report: `counts` of all cells, `rests_on` by figure, and of each share the cells (above, below, left over).

    `seen_in` says which indicator, and which side of it, gives a count that is looked up again for another period or group.
    """

    book: FigureBook
    library: Library
    as_at: dt.date
    counts: dict[Cell, int] = field(default_factory=dict)
    shares: set[tuple[Cell, Cell, Cell]] = field(default_factory=set)
    seen_in: dict[tuple[What, str], tuple[str, Side]] = field(default_factory=dict)
    periods: dict[tuple[dt.date, dt.date], Period] = field(default_factory=dict)
    _sides: dict[str, Mapping[Side, What]] = field(default_factory=dict)
    _ones: dict[tuple[str, Period, str, str], Seen] = field(default_factory=dict)

    def one(self, indicator: str, period: Period, breakdown: str, group: str) -> Seen:
        key = indicator, period, breakdown, group
        if key not in self._ones:
            self._ones[key] = self.book.one(*key)
        return self._ones[key]

    def counted(self, indicator: str) -> Mapping[Side, What]:
        if indicator not in self._sides:
            self._sides[indicator] = counted_by(self.library.indicator(indicator), self.library)
        return self._sides[indicator]

    def place(self, what: What, breakdown: str, groups: tuple[str, ...], period: Period) -> Cell:
        day = period.as_at(self.as_at)
        self.periods.setdefault((day if what.is_stock else period.start, day), period)
        return Cell(what, breakdown, tuple(sorted(groups)), day if what.is_stock else period.start, day)

    def look_up(self, what: What, breakdown: str, groups: tuple[str, ...], period: Period) -> int | None:
        """A count that the figures have, whether or not the report shows it."""
        indicator, side = self.seen_in.get((what, breakdown)) or self.seen_in.get((what, "all"), ("", "above"))
        return _added_up(self, indicator, side, breakdown, groups, period) if indicator else None

    def months_between(self, first: dt.date, last: dt.date) -> list[Period]:
        """The months that lie in a stretch of days, its last day left out."""
        return [
            one
            for one in months_in(Period("month", "", first.replace(day=1), last))
            if one.start >= first and one.end < last
        ]

    def period_of(self, cell: Cell) -> Period | None:
        """The period that a noted cell was read for."""
        return self.periods.get((cell.start, cell.end))

    def add(self, cell: Cell, count: int | None, basis: str) -> Cell | None:
        """Note a count; one that differs from what bears its name is another."""
        if count is None:
            return None
        if self.counts.get(cell, count) != count:
            cell = replace(cell, also=f"{cell.also} {basis} {count}")
        self.counts[cell] = count
        return cell


def rests_on(cells: Cells, view: View, period: Period) -> frozenset[Cell]:
    """The cells that a figure rests on, noted with their counts."""
    if isinstance(view.shows, OverGroups):
        return frozenset(_of_many_groups(cells, view, view.shows, period))
    return frozenset(cell for cell in _SHOWN_BY[view.shows](cells, view, period) if cell is not None)


SIDES: tuple[Side, Side] = ("above", "below")
Found = Iterator[Cell | None]


def counts_shown(cells: Cells, view: View, period: Period, take: str, *, of_all: bool = False) -> Cell | None:
    """The count that a view shows: of a share what is above the line, or another side; with `of_all` what it is a share of."""
    above, below, left = _of_share(cells, view, period)
    if of_all:
        return (
            below
            if view.shows != "share_of_all"
            else _side(cells, replace(view, breakdown="all", groups=("all",)), period, "above")
        )
    asked = take if take != "value" else str(view.shows)
    return {"denominator": below, "remainder": left}.get(asked, above)


def _both(cells: Cells, view: View, period: Period) -> Found:
    above, below, _ = _of_share(cells, view, period)
    yield above
    yield below
    if "below" not in cells.counted(view.indicator) and cells.library.indicator(view.indicator).kind == "ratio":
        yield _amount(cells, view, period)


def _only(at: int) -> Callable[[Cells, View, Period], Found]:
    def found(cells: Cells, view: View, period: Period) -> Found:
        yield _of_share(cells, view, period)[at]

    return found


def _of_all(cells: Cells, view: View, period: Period) -> Found:
    part, whole = (
        _side(cells, view, period, "above"),
        _side(cells, replace(view, breakdown="all", groups=("all",)), period, "above"),
    )
    yield part
    yield whole
    if part is not None and whole is not None:
        left = replace(part, also="left of all")
        count = cells.counts[whole] - cells.counts[part]
        noted = cells.add(left, count, period.basis) if count >= 0 else None
        if noted is not None:
            cells.shares.add((part, whole, noted))


def _of_months(cells: Cells, view: View, period: Period) -> Found:
    for one in months_in(period):
        yield from _both(cells, view, one)


def _of_two_years(cells: Cells, view: View, period: Period) -> Found:
    last = month(period.end)
    for one in (last, a_year_before(last)):
        yield from _both(cells, view, one)


_SHOWN_BY: Mapping[str, Callable[[Cells, View, Period], Found]] = {
    "value": _both,
    "fraction": _both,
    "numerator": _only(0),
    "denominator": _only(1),
    "remainder": _only(2),
    "share_of_all": _of_all,
    "mean_of_months": _of_months,
    "highest_of_months": _of_months,
    "lowest_of_months": _of_months,
    "change_on_year": _of_two_years,
    "fall_on_year": _of_two_years,
}


def _side(cells: Cells, view: View, period: Period, side: Side) -> Cell | None:
    what = cells.counted(view.indicator).get(side)
    if what is None:
        return None
    cells.seen_in.setdefault((what, view.breakdown), (view.indicator, side))
    count = _added_up(cells, view.indicator, side, view.breakdown, view.groups, period)
    return cells.add(cells.place(what, view.breakdown, view.groups, period), count, period.basis)


def _of_share(cells: Cells, view: View, period: Period) -> tuple[Cell | None, Cell | None, Cell | None]:
    """Above and below the line, and what is below it and not above: anyone can tell that who subtracts."""
    above, below = (_side(cells, view, period, side) for side in SIDES)
    if above is None or below is None or not above.what.is_part_of(below.what):
        return above, below, None
    count = cells.counts[below] - cells.counts[above]
    left = cells.place(left_of(above.what, below.what), view.breakdown, view.groups, period)
    noted = cells.add(left, count, period.basis) if count >= 0 else None
    if noted is not None:
        cells.shares.add((above, below, noted))
    return above, below, noted


def _added_up(
    cells: Cells, indicator: str, side: Side, breakdown: str, groups: tuple[str, ...], period: Period
) -> int | None:
    found = [_count(cells.one(indicator, period, breakdown, group), side) for group in groups]
    numbers = [one for one in found if one is not None]
    return sum(numbers) if len(numbers) == len(found) else None


def _count(seen: Seen, side: Side) -> int | None:
    """A whole number as a count. A supplied figure may be its value alone."""
    number = seen.denominator if side == "below" else seen.numerator
    if number is None and side == "above" and seen.denominator is None and seen.unit == "number":
        number = seen.value
    return int(number) if number is not None and number >= 0 and number.denominator == 1 else None


def _amount(cells: Cells, view: View, period: Period) -> Cell | None:
    """What a ratio is to, where that is no count: posts of five workers or fewer tell of five workers or fewer."""
    below = [cells.one(view.indicator, period, view.breakdown, group).denominator for group in view.groups]
    numbers = [one for one in below if one is not None]
    if not numbers:
        return None
    cell = replace(cells.place(What(f"amount of {view.indicator}"), view.breakdown, view.groups, period), also="amount")
    return cells.add(cell, ceil(sum(numbers)), period.basis)


def _of_many_groups(cells: Cells, view: View, shows: OverGroups, period: Period) -> Iterator[Cell]:
    """How many groups (workers) there are so large, and what they hold together: few workers are hidden as few children are."""
    seen = see(cells.book, view, period)
    if shows.mean_of_largest is not None:
        name = f"the {shows.mean_of_largest} largest"
    else:
        name = (
            f"at least {shows.groups_at_least if shows.groups_at_least is not None else shows.mean_of_groups_at_least}"
        )
    many = seen.numerator if shows.groups_at_least is not None else seen.denominator
    held = None if shows.groups_at_least is not None else seen.numerator
    sides = cells.counted(view.indicator)
    stock = any(what.is_stock for what in sides.values())
    for of, number in (("groups", many), ("held by groups", held if len(sides) == 1 else None)):
        what = What(f"{of} of {view.indicator}", first="day", last="day" if stock else "")
        if number is not None and number.denominator == 1 and number >= Fraction(0):
            cell = cells.add(
                replace(cells.place(what, view.breakdown, view.groups, period), also=name), int(number), period.basis
            )
            if cell is not None:
                yield cell
