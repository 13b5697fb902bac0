"""Why: a control chart is laid out here as rows of a table, one for each thing that is drawn, so that altair has only to draw them.

Rows are in the figure's own unit and by the month's position; only words stand at a place in the view box, clear of the lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from casetally.figures.spc import ChartPoint, ControlChart
from casetally.periods import MONTHS
from casetally.reports.charts.look import CONTROL, MARKS, PROVISIONAL, SETTLING, Mark
from casetally.reports.charts.points import (
    Row,
    drawn_as,
    hidden_mark,
    kind_of,
    mark_of,
    on_axes,
    steps,
    stretches,
    stroke,
)
from casetally.reports.charts.scale import around, labelled, spread, ticks
from casetally.reports.charts.words import level_words, plain, set_words, target_words, unit_words
from casetally.reports.document import LineShown

_FEWEST = 2
_MONTH_ROOM = 29  # three letters and a gap
_LINE_ROOM = 14  # one line of words over another
_LETTER = 6.3  # about as wide as a letter of the key is
_KEY_GAP = 16


def control_rows(line: LineShown) -> list[Row]:
    """What is drawn of a line's control chart; nothing where fewer than two months have a figure, as one tells no course."""
    chart, places = line.control, line.main.places
    if sum(point.value is not None for point in chart.points) < _FEWEST:
        return []
    axis = ticks(*_ends_of_axis(chart), whole=chart.unit == "number" and places == 0)
    rows = (
        *_axis(chart, axis),
        *_months(chart),
        *_limits(chart),
        *_targets(chart),
        *_labels(chart, axis, places),
        *_points(chart),
        *_key(chart),
    )
    return on_axes(rows, months=len(chart.points), low=axis[0], high=axis[-1])


def _ends_of_axis(chart: ControlChart) -> tuple[Fraction, Fraction]:
    """From the lowest to the highest of what is drawn; without limits a small change does not fill the height."""
    heights = list(_heights(chart))
    low, high = min(heights), max(heights)
    if chart.drawn_lower != chart.drawn_upper:
        return low, high
    most = None if chart.most is None else max(high, chart.most)  # a target can lie beyond what can be
    low, high = around(low, high)
    return low, high if most is None else min(high, most)


def _heights(chart: ControlChart) -> Iterator[Fraction]:
    for point in chart.points:
        yield from (one for one in (point.value, point.target, *(point.target_range or ())) if one is not None)
    yield from (one for one in (chart.mean, chart.drawn_lower, chart.drawn_upper) if one is not None)


def _axis(chart: ControlChart, axis: list[Fraction]) -> Iterator[Row]:
    places = next(few for few in range(4) if all((tick * 10**few).denominator == 1 for tick in axis))
    for tick in axis:
        yield {"part": "grid", "x": -0.5, "x2": len(chart.points) - 0.5, "y": float(tick)}
        yield {"part": "ticks", "y": float(tick), "text": plain(tick, places, chart.unit)}
    if unit := unit_words(chart.unit):
        yield {"part": "unit", "text": unit}


def _months(chart: ControlChart) -> Iterator[Row]:
    apart = (CONTROL.right - CONTROL.left) / len(chart.points)
    year = None
    for at in labelled(len(chart.points), apart, _MONTH_ROOM):
        day = chart.points[at].period.end
        yield {"part": "months", "x": at, "text": MONTHS[day.month - 1][:3]}
        if day.year != year:
            year = day.year
            yield {"part": "years", "x": at, "text": str(year)}


def _limits(chart: ControlChart) -> Iterator[Row]:
    """Mean and limits over the months that they are reckoned from; of months that are all equal the mean alone."""
    first = next((at for at, point in enumerate(chart.points) if point in chart.counted), 0)
    ends = {"x": first - 0.5, "x2": len(chart.points) - 0.5}
    for part, _, value in _levels(chart):
        yield {"part": part, **ends, "y": float(value)}


def _levels(chart: ControlChart) -> Iterator[tuple[str, str, Fraction]]:
    """The part, the name and the height of mean and limits."""
    if chart.mean is None or chart.drawn_lower is None or chart.drawn_upper is None:
        return
    if chart.lower != chart.upper:
        yield "limits", "Upper", chart.drawn_upper
        yield "limits", "Lower", chart.drawn_lower
    yield "mean", "Mean", chart.mean


def _targets(chart: ControlChart) -> Iterator[Row]:
    """The target of each month as a step; of a range both ends."""
    sides = (
        [point.target for point in chart.points],
        [point.target_range[0] if point.target_range else None for point in chart.points],
        [point.target_range[1] if point.target_range else None for point in chart.points],
    )
    for wanted in sides:
        for run in stretches(wanted):
            yield from stroke("target", steps(run))


def _labels(chart: ControlChart, axis: list[Fraction], places: int) -> Iterator[Row]:
    """Words at the right ends of the lines, apart from one another, each led to from its line."""
    wanted = list(_ends(chart, places))
    span = axis[-1] - axis[0]
    heights = [float(CONTROL.bottom - Fraction(CONTROL.plot_height) * (y - axis[0]) / span) for y, _ in wanted]
    for (y, text), at in zip(wanted, spread(heights, _LINE_ROOM, CONTROL.top, CONTROL.bottom), strict=True):
        yield {"part": "labels", "at": at, "text": text}
        yield {"part": "leaders", "y": float(y), "at": at}


def _ends(chart: ControlChart, places: int) -> Iterator[tuple[Fraction, str]]:
    for _, name, value in _levels(chart):
        yield value, f"{name} {level_words(chart, value, places)}"
    last = chart.points[-1]
    if last.target is not None:
        yield last.target, target_words(chart)
    elif last.target_range is not None:
        for sign, side in zip("≥≤", last.target_range, strict=True):
            yield side, f"Target {sign} {set_words(side, chart.unit)}"


def _points(chart: ControlChart) -> Iterator[Row]:
    for run in stretches([point.value for point in chart.points]):
        if len(run) > 1:
            yield from stroke("line", run)
        for at, value in run:
            yield {"part": "points", "x": at, "y": float(value), **mark_of(chart.points[at])}
    for at, point in enumerate(chart.points):
        if point.status == "suppressed":
            yield {"part": "hidden", "x": at, **hidden_mark()}


def _key(chart: ControlChart) -> Iterator[Row]:
    """What the marks of this chart mean, those alone that it has, in a row below the months."""
    x = CONTROL.left
    for look, text in _meanings(chart):
        if look is not None:
            yield {"part": "marks_of_key", "at": x + 4, **look}
            x += 13
        yield {"part": "words_of_key", "at": x, "text": text}
        x += len(text) * _LETTER + _KEY_GAP


def _meanings(chart: ControlChart) -> Iterator[tuple[Row | None, str]]:
    shown: list[ChartPoint] = [point for point in chart.points if point.value is not None]
    for kind in ("improving", "concerning", "neither"):
        if any(kind_of(point) == kind for point in shown):
            yield drawn_as(_mark(kind), "final"), _mark(kind).name
    if any(point.maturity == "provisional" for point in shown):
        yield drawn_as(PROVISIONAL, "provisional"), PROVISIONAL.name
    if any(point.maturity == "settling" and point.is_counted for point in shown):
        yield drawn_as(SETTLING, "settling"), SETTLING.name
    if any(kind_of(point) == "short_history" for point in shown):
        yield mark_of(next(one for one in shown if kind_of(one) == "short_history")), _mark("short_history").name
    if any(point.status == "suppressed" for point in chart.points):
        yield hidden_mark(), "suppressed"
    if chart.is_trial and chart.mean is not None:
        yield None, "trial limits"


def _mark(kind: str) -> Mark:
    return next(mark for name, mark in MARKS.items() if name == kind)
