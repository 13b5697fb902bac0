"""Why: the chapters show counts and what is hidden of them, so how figures are made from counts stands here, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl
from casetally.definitions.reports import Report, Shows, View
from casetally.figures.suppression.report import hidden_in_report
from casetally.figures.views import FigureBook, Seen, see
from casetally.periods import Period, period_of
from hidden_editions import library
from reader_who_reckons import Count, known_too_well, reads

AS_AT = dt.date(2023, 9, 30)
Parts = int | tuple[int, int]  # a count, or what is above and below the line
Table = Mapping[
    tuple[str, str, str], Parts
]  # by indicator, period as 'month 2023-05', and group as 'sex=male' ('' for all)
Figure = tuple[View, Period]


def period(text: str) -> Period:
    basis, month = text.split()
    return period_of(basis, dt.date.fromisoformat(f"{month}-01"))


def book_of(table: Table) -> FigureBook:
    rows = []
    for (indicator, when, group), parts in table.items():
        above, below = parts if isinstance(parts, tuple) else (parts, None)
        breakdown, label = group.split("=") if group else ("all", "all")
        at, unit = period(when), library().indicators[indicator].unit
        value = None if below == 0 else float(above) if below is None else 100.0 * above / below
        rows.append((indicator, at.basis, at.name, breakdown, label, float(above), None if below is None else float(below),
                     value, unit, "not_applicable" if below == 0 else "calculated", "final"))  # fmt: skip
    names = (
        "indicator",
        "basis",
        "period",
        "breakdown",
        "group",
        "numerator",
        "denominator",
        "value",
        "unit",
        "status",
        "maturity",
    )
    return FigureBook(pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None))


def figures_of(table: Table, more: Iterable[tuple[str, Shows, str]] = ()) -> dict[Figure, Seen]:
    """Every figure of a table as its value, and more: (indicator, what is shown, period)."""
    book, figures = book_of(table), {}
    for indicator, when, group in table:
        breakdown, label = group.split("=") if group else ("all", "all")
        view = View(indicator, "value", breakdown, (label,))
        figures[view, period(when)] = see(book, view, period(when))
    for indicator, shows, when in more:
        view = View(indicator, shows)
        figures[view, period(when)] = see(book, view, period(when))
    return figures


def hidden(table: Table, more: Iterable[tuple[str, Shows, str]] = (), report: Report | None = None) -> set[str]:
    """What is hidden, as 'indicator month 2023-05 sex=male'."""
    found = hidden_in_report(figures_of(table, more), book_of(table), library(), AS_AT, report)
    return {_told(view, at) for view, at in found}


def known(table: Table) -> dict[Count, float]:
    """What a reader of these figures can tell to be small."""
    figures = figures_of(table)
    found = hidden_in_report(figures, book_of(table), library(), AS_AT)
    return known_too_well(reads(figures, found, library(), AS_AT))


def _told(view: View, at: Period) -> str:
    shows = "" if view.shows == "value" else f" {view.shows}"
    group = "" if view.breakdown == "all" else f" {view.breakdown}={'+'.join(view.groups)}"
    return f"{view.indicator}{shows} {replace(at).basis} {at.end:%Y-%m}{group}"
