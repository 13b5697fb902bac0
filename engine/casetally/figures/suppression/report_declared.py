"""Why: an authority's own file of identities says what adds up between lines of its report, and readers know it too.

Taken are sums, subsets, stocks with flows, and ratios, where they speak of counts or of shares over one denominator. What gathers
several months is known without being declared; a declared sum that does not hold of the counts is passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from casetally.definitions.identities import (
    Identity,
    Ratio,
    StockFlow,
    Subset,
    Sum,
    TermText,
    group_matches,
    read_identities,
    split_group,
)
from casetally.definitions.library import Library
from casetally.definitions.reports import Line, NoView, OverGroups, Report, View, lines_of, view_of
from casetally.figures.suppression.report_cells import Cells, counts_shown
from casetally.figures.suppression.report_sums import Sums
from casetally.periods import Period, named_period

_DAY = dt.timedelta(1)
_PERCENT = 100


@dataclass(frozen=True)
class Declared:
    """A report with its identities, and which periods each of its views is shown for."""

    report: Report
    identities: tuple[Identity, ...]
    periods: Mapping[View, Sequence[Period]]


def identities_of(report: Report, library: Library) -> tuple[Identity, ...]:
    """What is declared of a report, in the folders that the definitions are from; none where no file is there."""
    for folder in reversed(library.folders):
        path = folder / "identities" / f"{report.published}.yaml"
        if report.published and path.is_file():
            return tuple(read_identities(path).values())
    return ()


def add_declared(cells: Cells, declared: Declared, sums: Sums) -> dict[tuple[View, Period], set[str]]:
    """Add what is declared to the sums; gives, by figure, further counts that it rests on: a supplied percentage on its parts."""
    lines = {one.line.ref: one.line for one in lines_of(declared.report) if one.line.ref}
    look = _Look(cells, declared, lines)
    resting: dict[tuple[View, Period], set[str]] = {}
    for identity in declared.identities:
        for kind, add in _KINDS:
            if isinstance(identity, kind):
                add(look, identity, sums)
        if isinstance(identity, Ratio):
            for figure, names in _parts_of_ratio(look, identity, sums):
                resting.setdefault(figure, set()).update(names)
    return resting


@dataclass(frozen=True)
class _Look:
    """Finds the cells that a term of an identity speaks of."""

    cells: Cells
    declared: Declared
    lines: Mapping[str, Line]

    def periods_of(self, term: TermText) -> list[Period]:
        """The periods that a term is shown for."""
        shown = {one for view in self._views(term) for one in self.declared.periods.get(view, ())}
        return sorted(one for one in shown if term.basis in (None, one.basis))

    def names(self, terms: Iterable[TermText], period: Period, sums: Sums, whole: bool = False) -> list[str] | None:
        """The counts that some terms show for a period; None where the report does not show one of them."""
        found = []
        for term in terms:
            at = named_period("month", term.at) if term.at else period
            views = self._views(term)
            if at is None or not views:
                return None
            for view in views:
                cell = counts_shown(self.cells, view, at, term.take, of_all=whole)
                if cell is None or cell.name not in sums.counts:
                    return None
                found.append(cell.name)
        return found

    def _views(self, term: TermText) -> list[View]:
        line = self.lines.get(term.name)
        if line is None or term.as_ or term.comparator or term.times_percent or term.as_percent or term.complement:
            return []
        if (
            term.sum_over is not None
            and not term.group
            and not isinstance(line.breakdown, str)
            and term.sum_over in line.breakdown
        ):
            return self._each_group(line, term)
        groups = [term.group] if term.sum_over is None else self._groups(line, term)
        views = [view_of(line, group, term.basis or line.basis[0]) for group in groups]
        return [View(view.indicator, view.shows, view.breakdown, view.groups) for view in views
                if not isinstance(view, NoView) and not isinstance(view.shows, OverGroups)]  # fmt: skip

    def _each_group(self, line: Line, term: TermText) -> list[View]:
        """The groups of a line that the report shows one by one."""
        breakdown = dict(line.breakdown)[str(term.sum_over)] if not isinstance(line.breakdown, str) else ""
        left_out = {line.labels.get(label, label) for label in term.leaving_out}
        return [
            view
            for view in self.declared.periods
            if (view.indicator, view.shows, view.breakdown) == (line.indicator, line.shows, breakdown)
            and len(view.groups) == 1
            and view.groups[0] not in left_out
        ]

    def _groups(self, line: Line, term: TermText) -> Iterator[str]:
        """The printed groups of a line that are added up: those that its cells or labels name."""
        over = str(term.sum_over)
        printed = [*line.cells, *(f"{over}={label}" for label in line.labels)]
        for group in printed:
            parts = split_group(group)
            label = parts.pop(over, None)
            rest = ";".join(f"{name}={value}" for name, value in parts.items())
            if label is not None and label not in term.leaving_out and group_matches(term.group, rest) is not None:
                yield group


def _sum(look: _Look, identity: Identity, sums: Sums) -> None:
    assert isinstance(identity, Sum)
    plus, minus = [one for one in identity.parts if not one.less], [one for one in identity.parts if one.less]
    is_whole = identity.total.number == _PERCENT
    for period in look.periods_of(plus[0]) if plus else ():
        parts, less = look.names(plus, period, sums), look.names(minus, period, sums)
        total = look.names(plus[:1] if is_whole else [identity.total], period, sums, whole=is_whole)
        if parts and total and less is not None:
            sums.equal(parts, [*total, *less], "declared")


def _subset(look: _Look, identity: Identity, sums: Sums) -> None:
    assert isinstance(identity, Subset)
    for period in look.periods_of(identity.part[0]):
        parts, whole = look.names(identity.part, period, sums), look.names(identity.whole, period, sums)
        if parts and whole:
            sums.at_most(parts, whole, "declared")


def _stock_flow(look: _Look, identity: Identity, sums: Sums) -> None:
    assert isinstance(identity, StockFlow)
    stocks = {one.as_at(look.cells.as_at): one for one in look.periods_of(identity.stock)}
    for period in look.periods_of(identity.in_[0]):
        before, after = stocks.get(period.start - _DAY), stocks.get(period.as_at(look.cells.as_at))
        if before is None or after is None:
            continue
        sides = [look.names([identity.stock], one, sums) for one in (before, after)]
        came, went = look.names(identity.in_, period, sums), look.names(identity.out, period, sums)
        if sides[0] and sides[1] and came is not None and went is not None:
            if identity.is_ == "exact":
                sums.equal([*sides[1], *went], [*sides[0], *came], "declared")
            else:
                sums.at_most([*sides[1], *went], [*sides[0], *came], "declared")


def _parts_of_ratio(look: _Look, identity: Ratio, sums: Sums) -> Iterator[tuple[tuple[View, Period], list[str]]]:
    """The counts behind each figure of a line that is declared to be a ratio, group by group; the whole is then told as well."""
    line, of = look.lines.get(identity.is_.name), [look.lines.get(term.name) for term in identity.of]
    if (
        line is None
        or identity.is_.comparator
        or identity.is_.as_
        or any(one is None or one.shows != "value" for one in of)
    ):
        return
    for view in [one for one in look.declared.periods if one.indicator == line.indicator and one.shows == line.shows]:
        for period in look.declared.periods[view]:
            parts = [
                counts_shown(look.cells, replace(view, indicator=one.indicator), period, "value") for one in of if one
            ]
            names = [part.name for part in parts if part is not None and part.name in sums.counts]
            whole = look.names(identity.to, period, sums)
            if len(names) == len(of) and whole:
                yield (view, period), [*names, _told(sums, whole)]


def _told(sums: Sums, parts: Sequence[str]) -> str:
    """A sum that can be told from a part and its percentage: as good as shown."""
    if len(parts) == 1:
        return parts[0]
    name = f"together: {sorted(parts)}"
    if name not in sums.counts:
        sums.counts[name] = sum(sums.counts[part] for part in parts)
        sums.equal([name], parts, "declared")
    return name


_KINDS: tuple[tuple[type[Identity], Callable[[_Look, Identity, Sums], None]], ...] = (
    (Sum, _sum),
    (Subset, _subset),
    (StockFlow, _stock_flow),
)
