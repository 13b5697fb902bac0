"""Why: most readers want one row a measure with everything that stands beside its figure, and the same figure month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from casetally.definitions.authorities import Comparator
from casetally.figures.ratings import AVERAGES
from casetally.figures.spc import variation_words
from casetally.figures.views import Seen
from casetally.periods import month_words
from casetally.reports.document import ReportDocument
from casetally.reports.lines import ReportRow
from casetally.reports.workbook import cells
from casetally.reports.workbook.about import Filled, Shown, groups_of, of_lines, of_rows, sheet_of, units
from casetally.reports.workbook.model import Cell, Column, Sheet

MEASURES, GROUPS, MONTHS, COMPARED = "Measures", "Breakdowns", "Months", "Compared"
AVERAGES_SHEET = "Averages"
_COMPARATORS: Mapping[Comparator, str] = {
    "england": "England", "statistical_neighbour": "Statistical neighbours", "region": "Region",
    "local_previous": "This authority before", "three_year_average": "Average of three years", "other": "Benchmark",
}  # fmt: skip
_ByEnd = Sequence[tuple[ReportRow, Mapping[dt.date, Seen]]]
_AVERAGE_HEADERS = ("3 month average", "12 month average", "Quarter average", "3 year average")


def measures(document: ReportDocument) -> Sheet:
    """A row for each line of the report, on its first basis."""
    rows = [(line, line.main) for line in document.lines]
    charts = [variation_words(line.control) for line in document.lines]
    more = any(len(line.rows) > 1 for line in document.lines)
    return sheet_of(
        MEASURES,
        f"Measures, {month_words(document.month.end)}",
        "One row for each measure: its figure, target, rating and direction.",
        (f"Each measure is on its first basis. Other bases and groups are on the worksheet {GROUPS}.",) if more else (),
        [*of_rows(rows), *_figures(rows), (Column("Control chart", 40), charts), _settled(rows)],
    )


def groups_and_bases(document: ReportDocument) -> Sheet:
    """A row for each other basis of a line and each of its groups."""
    rows = [(line, row) for line in document.lines for row in line.rows[1:]]
    return sheet_of(
        GROUPS,
        f"Measures by group and on other bases, {month_words(document.month.end)}",
        "The same measures by team, age or another group, and over a quarter, a year or another period.",
        ("A child can be in more than one group: groups need not add up to the measure.",),
        [*of_rows(rows), *_figures(rows), _settled(rows)],
    )


def months(document: ReportDocument) -> Sheet:
    """A row for each figure that ends with a month, a column for each month, from the first that the records cover."""
    rows = [(line, row) for line in document.lines for row in line.rows if len(row.series) > 1]
    by_end = [(row, {period.end: seen for period, seen in row.series.items()}) for _, row in rows]
    ends = _covered(by_end)
    said = [
        "A year to date and 12 months end with the month of the column."
        if any(_is_long(row) for _, row in rows)
        else "",
        f"The records cover no month before {month_words(ends[0])}." if len(ends) < len(_ends(by_end)) else "",
    ]
    return sheet_of(
        MONTHS,
        f"Measures month by month, to {month_words(document.month.end)}",
        "Each figure over the last months, a column for each month.",
        (" ".join(one for one in said if one),) if any(said) else (),
        [
            *of_rows(rows, with_period=False),
            units(rows),
            *(_month(end, by_end) for end in ends),
            (Column("Months not settled", 34), [_unsettled(row) for _, row in rows]),
        ],
    )


def averages(document: ReportDocument) -> Sheet:
    """A row for each figure of a month, with the averages that stand beside it."""
    rows = [(line, row) for line in document.lines for row in line.rows if row.basis == "month"]
    every = [row for _, row in rows]
    return sheet_of(
        AVERAGES_SHEET,
        f"Averages, to {month_words(document.month.end)}",
        "Each monthly figure beside its averages of 3 months, 12 months, the quarter and 3 years.",
        ("An average that needs a month before the first of the records is not available.",),
        [
            *of_lines([line for line, _ in rows]),
            groups_of(rows),
            units(rows),
            _numbers("This period", every, lambda row: cells.figure(row.now, row.places)),
            *(_average(*one, every) for one in zip(AVERAGES, _AVERAGE_HEADERS, strict=True)),
        ],
    )


def compared(document: ReportDocument) -> Sheet:
    """A row for each figure of others, or of before, that stands beside a measure."""
    found = [
        (line, row, one)
        for line in document.lines
        for row in line.rows
        for one in dict.fromkeys(row.compared)  # a report may state one twice
    ]
    rows = [(line, row) for line, row, _ in found]
    theirs = [one for *_, one in found]
    return sheet_of(
        COMPARED,
        "What others have, and what was before",
        "Figures of England, the region, statistical neighbours and earlier years, with their sources.",
        ("The figures of others are as their sources state them, mostly of an earlier year.",),
        [
            *of_rows(rows),
            units(rows),
            (Column("This period", 12, "number"), [cells.figure(row.now, row.places) for _, row in rows]),
            (Column("Comparator", 24), [_COMPARATORS[one.comparator] for one in theirs]),
            (Column("Their figure", 12, "number"), [one.value for one in theirs]),
            (Column("Their period", 16), [one.period or cells.NOT_AVAILABLE for one in theirs]),
            (Column("Made of", 24), [one.made_of or cells.NOT_APPLICABLE for one in theirs]),
            (Column("Source", 50), [one.source or cells.NOT_AVAILABLE for one in theirs]),
            (Column("Note", 40), [one.note or cells.NOT_APPLICABLE for one in theirs]),
        ],
    )


def _figures(rows: Sequence[Shown]) -> list[Filled]:
    every = [row for _, row in rows]
    changes = [cells.change(row) for row in every]
    return [
        _numbers("This period", every, lambda row: cells.figure(row.now, row.places)),
        _numbers("Numerator", every, lambda row: cells.count(row.now, row.now.numerator)),
        _numbers("Denominator", every, lambda row: cells.count(row.now, row.now.denominator)),
        units(rows),
        (Column("Rating", 12), [cells.rating(row) for row in every]),
        _numbers("Target", every, cells.target),
        (Column("Better is", 11), [cells.GOOD_WORDS[row.good] for row in every]),
        _numbers("Period before", every, cells.before),
        (Column("Change", 15, "number"), [change for change, _ in changes]),
        (Column("Direction", 14), [says for _, says in changes]),
        _numbers("A year before", every, cells.year_before),
    ]


def _average(name: str, header: str, rows: Sequence[ReportRow]) -> Filled:
    return _numbers(header, rows, lambda row: cells.average(row, name))


def _numbers(header: str, rows: Sequence[ReportRow], of: Callable[[ReportRow], Cell]) -> Filled:
    return Column(header, max(12, len(header.split(maxsplit=1)[0]) + 4), "number"), [of(row) for row in rows]


def _is_long(row: ReportRow) -> bool:
    return row.basis in ("year_to_date", "rolling_12_months")


def _ends(by_end: _ByEnd) -> list[dt.date]:
    return sorted({end for _, series in by_end for end in series})


def _covered(by_end: _ByEnd) -> list[dt.date]:
    """The ends of the months, from the first of which anything is known; all where nothing is known of any."""
    ends = _ends(by_end)
    known = [
        end for end in ends if any(end in series and series[end].status != "not_available" for _, series in by_end)
    ]
    return [end for end in ends if not known or end >= known[0]]


def _month(end: dt.date, by_end: _ByEnd) -> Filled:
    return Column(month_words(end, short=True), 11, "number"), [
        cells.figure(series.get(end), row.places) for row, series in by_end
    ]


def _settled(rows: Sequence[Shown]) -> Filled:
    return Column("How settled", 18), [cells.settled(row) for _, row in rows]


def _unsettled(row: ReportRow) -> str:
    """The months of a row that are not final, by why."""
    found: dict[str, list[str]] = {}
    for period, seen in row.series.items():
        if seen.maturity != "final" and (words := cells.maturity(seen)) != cells.NOT_APPLICABLE:
            found.setdefault(words, []).append(month_words(period.end, short=True))
    return "; ".join(f"{words}: {', '.join(named)}" for words, named in found.items()) or "None"
