"""Why: in the published edition of a report no small count can be read or worked out, from any line, month or basis of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from casetally.definitions.library import Library
from casetally.definitions.reports import Report, View
from casetally.figures.suppression import Effort, suppress
from casetally.figures.suppression.report_alike import alike
from casetally.figures.suppression.report_cells import Cells, rests_on
from casetally.figures.suppression.report_declared import Declared, add_declared, identities_of
from casetally.figures.suppression.report_sums import sums_of
from casetally.figures.views import FigureBook, Seen
from casetally.periods import Period

EFFORT = Effort(closely=500, around=200, spare=500)  # a report is waited for; beyond this more is hidden, never less


def hidden_in_report(
    asked: Mapping[tuple[View, Period], Seen],
    book: FigureBook,
    library: Library,
    as_at: dt.date,
    report: Report | None = None,
) -> frozenset[tuple[View, Period]]:
    """Of the figures that a report would show, those to hide.

    `asked` are all of them, in every place where the report shows one: months, other bases, groups, charts, the year before.
    With `report` the sums that its file of identities declares are known too. A figure is hidden if any count that it rests on is.
    """
    cells = Cells(book, library, as_at)
    resting = {one: rests_on(cells, *one) for one, seen in asked.items() if seen.status != "not_available"}
    shown = sorted({cell for found in resting.values() for cell in found}, key=lambda cell: cell.name)
    sums = sums_of(cells, shown)
    alike(cells, shown, sums)
    further: Mapping[tuple[View, Period], Collection[str]] = {}
    if report is not None:
        further = add_declared(cells, Declared(report, identities_of(report, library), _periods_by_view(asked)), sums)
    hidden = suppress(sums.counts, sums.relations, unseen=sums.unseen, effort=EFFORT).all
    return frozenset(
        one
        for one, found in resting.items()
        if any(cell.name in hidden for cell in found) or any(name in hidden for name in further.get(one, ()))
    )


def _periods_by_view(asked: Iterable[tuple[View, Period]]) -> dict[View, list[Period]]:
    found: dict[View, list[Period]] = {}
    for view, period in asked:
        found.setdefault(view, []).append(period)
    return found
