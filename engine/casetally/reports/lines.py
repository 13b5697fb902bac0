"""Why: a report is its lines filled with figures: this month and those before, the target and its rating, where it is heading, and
what others have. Every way of showing a report (terminal, page, workbook) reads these rows and works out nothing itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from casetally.definitions.authorities import Authority, Compared, Target
from casetally.definitions.library import Library
from casetally.definitions.reports import Cell, Line, NoView, OverGroups, Report, View, lines_of, view_of
from casetally.figures.calculate import calculate_figures
from casetally.figures.ratings import Good, Rating, Travel, averages, period_before, rating_of, travel_of
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.suppression.report import hidden_in_report
from casetally.figures.views import (
    NOT_THERE,
    FigureBook,
    Seen,
    a_year_before,
    first_day_needed,
    is_stock,
    months_in,
    see,
)
from casetally.periods import Grid, Period, grid_of, month, period_of
from casetally.store import Store

MONTHS_SHOWN = 13
MONTHS_CHARTED = 36  # of a control chart, as far as the records cover them
Edition = Literal["internal", "published"]
Asked = tuple[View, Period]
_NO_CELL = ("basis=", "source=", "table=", "cell=", "change", "kind=", "statistic=", "bar_label=")


@dataclass(frozen=True)
class ReportRow:
    """One row of a report for its month.

    `series`: what it shows by period, the oldest first, the report's own last. `monthly`: what it shows of each single month that
    the records cover, whatever its basis, the oldest first; `monthly_targets` are in force on the last days of these. `target` is
    in force on the last day of the report's own period. In a published edition a figure that is hidden has the status
    `suppressed`, and nothing here was made from it.
    """

    section: str
    ref: str
    title: str
    group: str
    is_main: bool  # of a line on several bases the first
    basis: str
    places: int
    indicator: str
    view: View
    series: Mapping[Period, Seen]
    monthly: Mapping[Period, Seen]
    monthly_targets: Mapping[Period, Target]
    good: Good
    target: Target | None
    rating: Rating | None
    travel: Travel | None
    a_year_before: Seen | None
    averages: Mapping[str, Seen]
    compared: tuple[Compared, ...]
    before: Seen | None = None  # of the period before, which the series of a quarter or a year does not hold

    @property
    def now(self) -> Seen:
        return list(self.series.values())[-1]

    @property
    def period(self) -> Period:
        return list(self.series)[-1]


def report_rows(
    store: Store,
    library: Library,
    report: Report,
    last: Period,
    *,
    authority: Authority | None,
    label: str,
    covered: Sequence[Period],
    months: int = MONTHS_SHOWN,
    published: Mapping[str, tuple[Compared, ...]] | None = None,
    edition: Edition = "internal",
) -> list[ReportRow]:
    """The rows of a report for a month, in its order.

    `label` is how the authority is named in figures and populations. `covered` are the months that the records are said to cover,
    the earliest first: nothing is compared with a period before them. `published` are comparators by indicator, beside the
    authority's own. In the published edition small counts are hidden, and whatever gives one of them away.
    """
    periods = _periods(last, months, covered)
    named = {name for one in lines_of(report) for name in _indicators(one.line)}
    vintage = authority.vintage if authority else None
    grid: Grid = grid_of(store.as_at, periods)
    book = FigureBook(calculate_figures(store, library, grid, authority=label, indicators=named, vintage=vintage))
    making = _Making(library, book, last, months, covered[0].start, authority or Authority(name=label), published or {})
    rows = _every_row(making, report)
    if edition == "internal":
        return rows
    hidden = hidden_in_report(making.asked, book, library, store.as_at, report)
    return _every_row(replace(making, hidden=hidden, asked={}, with_ranges=False), report)


def _every_row(making: _Making, report: Report) -> list[ReportRow]:
    return [row for one in lines_of(report) for row in making.rows(one.section, one.line)]


def shown(seen: Seen, places: int, *, fraction: bool = False) -> str:
    """A figure as people read it, rounded half up; its status in words where it has no value."""
    if seen.value is None:
        return seen.status.replace("_", " ")
    if fraction and seen.numerator is not None and seen.denominator is not None:
        return f"{int(seen.numerator):,} / {int(seen.denominator):,}"
    return f"{half_up(seen.value, places):,}" + ("%" if seen.unit == "percent" else "")


def ends_shown(seen: Seen, places: int) -> tuple[str, str] | None:
    """The ends of the range in which a figure that is settling usually ends, rounded as the figure is; None where not known."""
    if seen.value is None or seen.settles is None:
        return None
    low, high = (shown(replace(seen, value=end), places) for end in seen.settles)
    return low, high


def usually_ends(seen: Seen, places: int) -> str:
    """The same within a sentence: 'usually ends between 84.0% and 91.0%'; '' where not known."""
    ends = ends_shown(seen, places)
    if ends is None:
        return ""
    return f"usually ends at {ends[0]}" if ends[0] == ends[1] else f"usually ends between {ends[0]} and {ends[1]}"


def _periods(last: Period, months: int, covered: Sequence[Period]) -> set[Period]:
    wanted = [last]
    while len(wanted) < months:
        wanted.append(period_before(wanted[-1]))
    every = set(_charted(last, covered[0].start))
    every |= {period_of(basis, one.start) for one in wanted for basis in ("month", "year_to_date", "rolling_12_months")}
    every |= {a_year_before(one) for one in wanted}
    every |= set(months_in(period_of("rolling_12_months", last.start)))
    for basis in ("quarter", "year"):
        every |= {period_of(basis, last.start), period_before(period_of(basis, last.start))}
    for back in (1, 2):  # the same month of three years
        every.add(month(last.start.replace(year=last.start.year - back)))
    return every


def _charted(last: Period, covered_from: dt.date) -> list[Period]:
    """The single months of a control chart, the oldest first."""
    found = [month(last.end)]
    while len(found) < MONTHS_CHARTED and found[-1].start > covered_from:
        found.append(period_before(found[-1]))
    return found[::-1]


def _indicators(line: Line) -> Iterator[str]:
    yield line.indicator
    yield from (cell.indicator for cell in line.cells.values() if cell.indicator)


@dataclass(frozen=True)
class _Making:
    library: Library
    book: FigureBook
    last: Period
    months: int
    covered_from: dt.date
    authority: Authority
    published: Mapping[str, tuple[Compared, ...]]
    hidden: Collection[Asked] = frozenset()
    with_ranges: bool = True
    asked: dict[Asked, Seen] = field(default_factory=dict)  # every figure that a row was made from

    def rows(self, section: str, line: Line) -> Iterator[ReportRow]:
        for basis in dict.fromkeys(line.basis):
            for group, view in self._views(line, basis):
                yield self._row(section, line, basis, group, view)

    def _views(self, line: Line, basis: str) -> Iterator[tuple[str, View]]:
        whole = view_of(line, "", basis)
        if isinstance(whole, NoView):
            return
        whole = replace(whole, basis=None, period=None)  # what a print repeats by mistake is not made anew
        if line.whole and (whole.shows != "share_of_all" or whole.groups != ("all",)):  # else always 100%
            yield "", whole
        if (
            isinstance(line.breakdown, Mapping)
            and line.breakdown
            and not isinstance(line.shows, OverGroups)
            and line.group is None
        ):
            breakdown = ";".join(line.breakdown.values())
            last = period_of(basis, self.last.start)
            named = {ours: printed for printed, ours in line.labels.items()}
            for group in self.book.groups(line.indicator, last, breakdown):
                if (
                    see(self.book, replace(whole, breakdown=breakdown, groups=(group,)), last).status
                    == "not_applicable"
                ):
                    continue  # a group that had rows at some time, and none now
                shown_as = "; ".join(named.get(part, part) for part in group.split(";"))
                yield shown_as, replace(whole, breakdown=breakdown, groups=(group,))
        for printed, cell in line.cells.items():
            if _is_own_row(printed, cell) and not isinstance(view := view_of(line, printed, basis), NoView):
                yield printed.replace("=", ": "), view

    def _row(self, section: str, line: Line, basis: str, group: str, view: View) -> ReportRow:
        series = {one: self._see(view, one) for one in self._series(basis)}
        last, now = list(series.items())[-1]
        text = self.library.indicator(view.indicator).text
        target = self.authority.target_of(view, last.end, basis)
        good = (target.good if target else None) or good_of(view, text.good)
        before = self._see(view, period_before(last))
        year_before = self._see(view, a_year_before(last)) if basis == "month" else None
        charted = _charted(self.last, self.covered_from)
        averaged = (
            averages(lambda one: self._see(view, one), last) if basis == "month" and now.value is not None else {}
        )
        return ReportRow(
            section, line.ref, line.title or text.title, group, basis == line.basis[0], basis, _places(line, now),
            view.indicator, view,
            series, {one: self._see(view, one) for one in charted}, good=good, target=target,
            monthly_targets=self._monthly_targets(view, charted) if basis == "month" or self._is_like_a_month(view, now) else {},
            rating=rating_of(_as_shown(now, line), target, good, last.end) if target and now.value is not None else None,
            travel=travel_of(now, before, good) if now.maturity == "final" or basis not in ("year", "quarter") else None,
            a_year_before=year_before if year_before is not None and year_before.value is not None else None,
            averages=averaged,
            compared=tuple(self.authority.compared_with(view, last.end, basis, self.published)),
            before=before,
        )  # fmt: skip

    def _monthly_targets(self, view: View, months: Sequence[Period]) -> dict[Period, Target]:
        found = {one: self.authority.target_of(view, one.end, "month") for one in months}
        return {one: target for one, target in found.items() if target is not None}

    def _is_like_a_month(self, view: View, now: Seen) -> bool:
        """Whether what is aimed at over a longer period can be aimed at in a month: events of a year are no target for a month."""
        return now.unit in ("percent", "days") or is_stock(self.library, self.library.indicator(view.indicator))

    def _see(self, view: View, period: Period) -> Seen:
        """What a view shows, if the records cover what it rests on."""
        if (view, period) not in self.asked:
            self.asked[view, period] = self._look(view, period)
        return self.asked[view, period]

    def _look(self, view: View, period: Period) -> Seen:
        indicator = self.library.indicator(view.indicator)
        first = first_day_needed(view, period, is_stock=is_stock(self.library, indicator))
        if first < self.covered_from:
            return NOT_THERE
        seen = see(self.book, view, period)
        if (view, period) in self.hidden:
            return Seen(None, None, None, seen.unit, "suppressed", seen.maturity)
        # how far past months moved may rest on small counts, and on nights that were never published
        return seen if self.with_ranges else replace(seen, settles=None)

    def _series(self, basis: str) -> list[Period]:
        last = period_of(basis, self.last.start)
        if basis in ("quarter", "year", "week"):
            return [last]
        found = [last]
        while len(found) < self.months:
            found.append(period_before(found[-1]))
        return found[::-1]


def good_of(view: View, good: Good) -> Good:
    """Which way is better for the side shown: of those left over the other way, of those counted in all neither."""
    if view.shows == "denominator":
        return "neither"
    if view.shows in ("remainder", "fall_on_year") and good != "neither":
        return "lower" if good == "higher" else "higher"
    return good


def _is_own_row(printed: str, cell: Cell) -> bool:
    says_more = cell.indicator is not None or cell.group is not None or cell.shows is not None
    return says_more and cell.not_comparable is None and not printed.startswith(_NO_CELL)


def _places(line: Line, seen: Seen) -> int:
    if line.places is not None:
        return line.places
    return 0 if seen.unit == "number" and seen.denominator is None else 1


def _as_shown(seen: Seen, line: Line) -> Fraction:
    """A rating is of the figure as it is shown: 85.46 shown as 85.5 meets an amber edge of 85.5."""
    assert seen.value is not None
    return Fraction(half_up(seen.value, _places(line, seen)))


def summary(rows: Iterable[ReportRow]) -> dict[str, int]:
    """How many rows are green, amber, red, and without a rating."""
    found = {"green": 0, "amber": 0, "red": 0, "not rated": 0}
    for row in rows:
        found[row.rating or "not rated"] += 1
    return found
