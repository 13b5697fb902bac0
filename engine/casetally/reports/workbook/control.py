"""Why: the control charts of the page stand here in words and numbers, for whoever can't see a chart or wants to draw one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from casetally.figures.spc import ChartPoint, Signal, assurance_words, sentence, variation_words
from casetally.periods import month_words
from casetally.reports.document import LineShown, ReportDocument
from casetally.reports.workbook import cells
from casetally.reports.workbook.about import of_lines, sheet_of
from casetally.reports.workbook.model import Cell, Column, Row, Sheet
from casetally.reports.workbook.texts import unit_words

CHARTS, CHART_DATA = "Control_charts", "Chart_data"
_SIGNALS: Mapping[Signal, str] = {
    "beyond_limits": "beyond the limits",
    "shift": "part of a run on one side of the average",
    "trend": "part of a run in one direction",
    "two_of_three": "two of three close to a limit",
}
_SMALL = 100  # whole numbers up to this are too coarse for a mean
_DATA_COLUMNS = (
    Column("line", 30), Column("ref", 14), Column("measure", 44), Column("period", 10),
    Column("period_start", 14, "date"), Column("value", 12, "number"), Column("unit", 12), Column("status", 16),
    Column("maturity", 16), Column("target", 10, "number"), Column("target_low", 13, "number"),
    Column("target_high", 13, "number"), Column("mean", 12, "number"), Column("lower", 12, "number"),
    Column("upper", 12, "number"), Column("variation", 18), Column("unusual", 44),
)  # fmt: skip


def control_charts(document: ReportDocument) -> Sheet:
    """A row for each line: the limits of its control chart and what they say."""
    lines = list(document.lines)
    return sheet_of(
        CHARTS,
        f"Control charts, to {month_words(document.month.end)}",
        "Whether a change is more than chance: mean, limits and what they say, one row for each measure.",
        (
            "Each chart is of single months, whatever the basis of the measure. The months are on the worksheet Chart data.",
        ),
        [
            *of_lines(lines),
            (Column("Variation", 40), [variation_words(line.control) for line in lines]),
            (Column("Assurance", 40), [assurance_words(line.control) for line in lines]),
            (Column("Unit", 12), [unit_words(line.control.unit) for line in lines]),
            (Column("Months counted", 12, "number"), [len(line.control.counted) for line in lines]),
            (Column("Mean", 12, "number"), [_level(line, line.control.mean) for line in lines]),
            (Column("Lower limit", 12, "number"), [_level(line, line.control.drawn_lower) for line in lines]),
            (Column("Upper limit", 12, "number"), [_level(line, line.control.drawn_upper) for line in lines]),
            (Column("Limits", 18), [_settled(line) for line in lines]),
            (Column("In words", 90), [sentence(line.control, line.main.places) for line in lines]),
        ],
    )


def chart_data(document: ReportDocument) -> Sheet:
    """A row for each month of each control chart."""
    return Sheet(
        CHART_DATA,
        "Control charts, the months they are made of",
        "The months behind the control charts, for charts of your own.",
        (
            "Blank cells: value where there is none (status says why); ref, targets, limits and unusual where there are none.",
        ),
        _DATA_COLUMNS,
        tuple(row for line in document.lines for row in _months(line)),
        is_data=True,
    )


def _months(line: LineShown) -> Iterator[Row]:
    chart = line.control
    levels = [_plain(one) for one in (chart.mean, chart.drawn_lower, chart.drawn_upper)]
    for point in chart.points:
        value = None if point.status == "suppressed" else point.value
        low, high = point.target_range or (None, None)
        yield (
            line.anchor, line.ref or None, line.title, point.period.name, point.period.start, _plain(value), chart.unit,
            point.status, point.maturity, _plain(point.target), _plain(low), _plain(high), *levels, point.variation,
            _signals(point) or None,
        )  # fmt: skip


def _plain(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def _level(line: LineShown, level: Fraction | None) -> Cell:
    """A mean or a limit with the decimals of the chart's sentence: a mean of small whole numbers gets one more."""
    chart, places = line.control, line.main.places
    if level is None:
        return cells.NOT_AVAILABLE
    if not level:
        return cells.number(level, 0, is_percent=chart.unit == "percent")
    is_coarse = places == 0 and chart.unit == "number" and chart.upper is not None and abs(chart.upper) < _SMALL
    return cells.number(level, 1 if is_coarse else places, is_percent=chart.unit == "percent")


def _settled(line: LineShown) -> str:
    if line.control.mean is None:
        return cells.NOT_APPLICABLE
    return f"Trial {cells.LOW_RELIABILITY}" if line.control.is_trial else "Settled"


def _signals(point: ChartPoint) -> str:
    return "; ".join(_SIGNALS[signal] for signal in point.signals)
