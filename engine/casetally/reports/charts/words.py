"""Why: whoever can't see a chart is told what it shows, in the numbers and month names that the page uses beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from casetally import periods
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.spc import ControlChart
from casetally.figures.views import Seen
from casetally.periods import Period
from casetally.reports.charts.look import MARKS, Kind
from casetally.reports.charts.points import kind_of
from casetally.reports.document import LineShown
from casetally.reports.lines import ReportRow, shown

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SMALL = 100  # whole numbers up to this are too coarse for a mean
_PLACES_OF_TARGET = 2


def number(value: Fraction, places: int, unit: str) -> str:
    """A value as the page shows it: rounded half up, thousands apart, with a sign for percent."""
    return f"{half_up(value, places):,}" + ("%" if unit == "percent" else "")


def unit_words(unit: str) -> str:
    """What stands over an axis: nothing where the numbers say it, as for percentages and counts."""
    if unit.startswith("per_") and unit[4:].isdigit():
        return f"per {int(unit[4:]):,}"
    return "" if unit in ("percent", "number") else writable(unit.replace("_", " "))


def month_words(period: Period) -> str:
    """The month in which a period ends: September 2023."""
    return periods.month_words(period.end)


def title_of(line: LineShown) -> str:
    return writable(f"{line.title}, {line.main.group}" if line.main.group else line.title)


def writable(text: str) -> str:
    """A text without what no SVG may hold: a team's name can have any character in it."""
    return _NOT_IN_XML.sub("", text)


def small_words(title: str, row: ReportRow, series: Mapping[Period, Seen]) -> str:
    """The text in place of a small chart: from when to when, the first and last figure, the lowest and the highest."""
    return " ".join(_small(title, row, series))


def _small(title: str, row: ReportRow, series: Mapping[Period, Seen]) -> Iterator[str]:
    periods = list(series)
    found = [(period, seen) for period, seen in series.items() if seen.value is not None]
    if len(periods) == 1:
        yield f"{title}, {month_words(periods[0])}: {_figure(row, found[0][1])}."
        return
    yield f"{title}, {month_words(periods[0])} to {month_words(periods[-1])}:"
    (first, of_first), (last, of_last) = found[0], found[-1]
    if len(found) == 1:
        yield f"{_figure(row, of_first)} in {month_words(first)}, and no other figure."
    else:
        lowest = min(found, key=lambda one: one[1].value or 0)
        highest = max(found, key=lambda one: one[1].value or 0)
        yield f"{_figure(row, of_first)} in {month_words(first)}, {_figure(row, of_last)} in {month_words(last)};"
        yield f"lowest {_figure(row, lowest[1])} ({month_words(lowest[0])}),"
        yield f"highest {_figure(row, highest[1])} ({month_words(highest[0])})."
    yield from _without(series)


def _figure(row: ReportRow, seen: Seen) -> str:
    unit = unit_words(seen.unit)
    return shown(seen, row.places) + (f" {unit}" if unit else "")


def _without(series: Mapping[Period, Seen]) -> Iterator[str]:
    """How many periods have no figure, by why."""
    for status, count in Counter(seen.status for seen in series.values() if seen.value is None).items():
        yield f"{count} {status.replace('_', ' ')}."


def control_words(line: LineShown) -> str:
    """The text in place of a control chart; the sentence beside it says what it means."""
    return " ".join(_control(line))


def _control(line: LineShown) -> Iterator[str]:
    chart, row = line.control, line.main
    first, last = chart.points[0].period, chart.points[-1].period
    yield f"Control chart of {title_of(line)} by month, {month_words(first)} to {month_words(last)}."
    unit = unit_words(chart.unit)
    latest = next(point for point in reversed(chart.points) if point.value is not None)
    assert latest.value is not None
    yield f"{month_words(latest.period)}: {number(latest.value, row.places, chart.unit)}{f' {unit}' if unit else ''}."
    if chart.mean is not None and chart.lower == chart.upper:
        yield "The same in every month."
    elif chart.mean is not None and chart.drawn_lower is not None and chart.drawn_upper is not None:
        levels = (chart.mean, chart.drawn_lower, chart.drawn_upper)
        mean, lower, upper = (level_words(chart, one, row.places) for one in levels)
        yield f"Mean {mean}, limits {lower} and {upper}."
    if target := target_words(chart):
        yield f"{target}."
    marked: Counter[Kind] = Counter(kind_of(point) for point in chart.points if point.signals)
    told = [f"{count} {MARKS[kind].name}" for kind, count in marked.items()]
    if told:
        yield f"Beyond common variation: {', '.join(told)}."
    yield from _without(row.monthly)


def level_words(chart: ControlChart, value: Fraction, places: int) -> str:
    """A mean or a limit, with the decimals of the chart's sentence: small whole numbers are too coarse for a mean."""
    if value in (chart.least, chart.most):
        return number(value, 0, chart.unit)
    is_coarse = places == 0 and chart.unit == "number" and chart.upper is not None and abs(chart.upper) < _SMALL
    return number(value, 1 if is_coarse else places, chart.unit)


def target_words(chart: ControlChart) -> str:
    """The target in force in the chart's last month; nothing where there is none."""
    last = chart.points[-1]
    sides = last.target_range or ((last.target,) if last.target is not None else ())
    return "Target " + " to ".join(set_words(one, chart.unit) for one in sides) if sides else ""


def set_words(value: Fraction, unit: str) -> str:
    """A target, or an end of one that is a range."""
    return plain(value, _PLACES_OF_TARGET, unit)


def plain(value: Fraction, places: int, unit: str) -> str:
    """A number that somebody set (a target, a tick of an axis): without decimals that say nothing."""
    fewest = next(few for few in range(places + 1) if half_up(value, few) == half_up(value, places))
    return number(value, fewest, unit)
