"""Why: whoever wants to ask more than the report answers needs its figures as tidy data: one row a figure, one thing a column.

The names are those of `figures.csv` where both have a thing; `figure_group` is its `group`, and `group` that of the report. A
number that is not there is a blank cell and never a mark, so that pivot tables and Power BI read the columns as numbers; `status`
says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from casetally.definitions.authorities import Target
from casetally.definitions.reports import OverGroups, View
from casetally.figures.views import Seen
from casetally.periods import Period
from casetally.reports.document import LineShown, ReportDocument
from casetally.reports.lines import ReportRow
from casetally.reports.workbook.cells import is_hidden
from casetally.reports.workbook.model import Column, Row, Sheet

DATA = "Data"
_COLUMNS = (
    Column("authority", 16), Column("report", 24), Column("report_month", 14, "date"), Column("edition", 12),
    Column("section", 28), Column("line", 30), Column("ref", 14), Column("measure", 44), Column("group", 24),
    Column("is_main", 10), Column("basis", 20), Column("period", 12),
    Column("period_start", 13, "date"), Column("period_end", 13, "date"), Column("is_latest", 11),
    Column("value", 12, "number"), Column("numerator", 12, "number"), Column("denominator", 14, "number"),
    Column("unit", 12), Column("status", 15), Column("maturity", 15), Column("target", 10, "number"),
    Column("target_low", 12, "number"), Column("target_high", 12, "number"), Column("rating", 10), Column("better", 10),
    Column("places", 9, "number"), Column("indicator", 36),
    Column("breakdown", 16), Column("figure_group", 24), Column("shows", 20),
    Column("settles_from", 13, "number"), Column("settles_to", 12, "number"),
)  # fmt: skip


def data(document: ReportDocument) -> Sheet:
    """A row for each period of each row of the report, on every basis and for every group."""
    rows = tuple(found for line in document.lines for row in line.rows for found in _periods(document, line, row))
    return Sheet(
        DATA,
        "Data: every figure of the report",
        "Every figure on every basis, one row each, for pivot tables and Power BI.",
        (
            "Values are exact, not rounded; a percentage of 81.3 is the number 81.3. The table is called casetally_data.",
            "Blank cells: numbers that are not there (status says why); targets, ratings, refs and groups where there are none.",
        ),
        _COLUMNS,
        rows,
        is_data=True,
    )


def _periods(document: ReportDocument, line: LineShown, row: ReportRow) -> Iterator[Row]:
    whose = (document.authority, document.name, document.month.start, document.edition)
    what = (line.section, line.anchor, line.ref or None, line.title, row.group or None)
    last = row.period
    for period, seen in row.series.items():
        hidden = is_hidden(seen)
        numbers = (None, None, None) if hidden else (seen.value, seen.numerator, seen.denominator)
        is_last = period == last
        yield (
            *whose, *what, _yes(row.is_main), row.basis, period.name, period.start, period.end, _yes(is_last),
            *(_plain(number) for number in numbers), _unit(row, seen), seen.status, seen.maturity, *_target(row, period),
            row.rating if is_last and not hidden else None, row.good, row.places, *_place(row.view), *_ends(seen),
        )  # fmt: skip


def _target(row: ReportRow, period: Period) -> tuple[float | None, float | None, float | None]:
    """The target in force on the last day of a period: one value, or the ends of a range.

    Of periods before the last a report knows only those of single months.
    """
    known: Target | None = row.target if period == row.period else row.monthly_targets.get(period)
    if known is None:
        return None, None, None
    if known.target is None:
        return None, known.low, known.high
    return _plain(known.on(period.end)), None, None


def _unit(row: ReportRow, seen: Seen) -> str:
    """The unit of a figure; of one that is not there that of the latest, as the column is for the whole series."""
    return seen.unit if seen.value is not None else row.now.unit


def _place(view: View) -> tuple[str, str, str, str]:
    """Where the figure stands in `figures.csv`, and which side of it is shown."""
    shows = view.shows
    if isinstance(shows, OverGroups):
        side = "; ".join(f"{name} {number}" for name, number in shows.model_dump().items() if number is not None)
    else:
        side = shows
    return view.indicator, view.breakdown, "|".join(view.groups), side


def _ends(seen: Seen) -> tuple[float | None, float | None]:
    """The range in which a figure that is settling usually ends; of a hidden one there is none."""
    low, high = seen.settles if seen.settles is not None and not is_hidden(seen) else (None, None)
    return _plain(low), _plain(high)


def _plain(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
