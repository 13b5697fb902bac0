"""Why: beside each figure of a table stands how it came about: thirteen periods in the room of a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import groupby

from casetally.definitions.authorities import Target
from casetally.figures.views import Seen
from casetally.periods import Period
from casetally.reports.charts.look import BLUE, LINE, Mark
from casetally.reports.charts.points import Row, drawn_as, hidden_mark, on_axes, steps, stretches, stroke
from casetally.reports.charts.scale import around
from casetally.reports.lines import MONTHS_SHOWN, ReportRow

_LAST = Mark(BLUE, "circle", 42, "")
_DOT = Mark(LINE, "circle", 12, "")


def series_of(row: ReportRow) -> Mapping[Period, Seen]:
    """What a small chart shows: the row's own periods, or its last single months where it has one period only."""
    if len(row.series) > 1 or not row.monthly:
        return row.series
    return dict(list(row.monthly.items())[-MONTHS_SHOWN:])


def small_rows(row: ReportRow) -> list[Row]:
    """What is drawn of a row's small chart; nothing where no period has a figure."""
    series = series_of(row)
    values = [seen.value for seen in series.values()]
    known = [value for value in values if value is not None]
    if not known:
        return []
    targets = [_sides(_target(row, period), period) for period in series]
    heights = [*known, *(side for sides in targets for side in sides)]
    low, high = around(min(heights), max(heights))
    rows = (*_targets(targets), *_figures(series))
    return on_axes(rows, months=len(values), low=low, high=high)


def _target(row: ReportRow, period: Period) -> Target | None:
    """The target in force at the end of a period, of the row's own basis; that of single months where these are shown."""
    if period.basis == "month":
        return row.monthly_targets.get(period)
    target = row.target
    if target is None or not target.from_ <= period.end or (target.to is not None and period.end > target.to):
        return None
    return target


def _sides(target: Target | None, period: Period) -> list[Fraction]:
    """The value to reach, or the ends of a range."""
    if target is None:
        return []
    if target.low is not None and target.high is not None:
        return [Fraction(str(target.low)), Fraction(str(target.high))]
    wanted = target.on(period.end)
    return [] if wanted is None else [wanted]


def _targets(targets: list[list[Fraction]]) -> Iterator[Row]:
    for side in range(2):
        for run in stretches([sides[side] if side < len(sides) else None for sides in targets]):
            yield from stroke("target", steps(run))


def _figures(series: Mapping[Period, Seen]) -> Iterator[Row]:
    periods, seen = list(series), list(series.values())
    for run in stretches([one.value for one in seen]):
        for stretch in _strokes(periods, run):
            if len(stretch) > 1:
                yield from stroke("line", stretch)
        for at, value in run:
            place: Row = {"x": at, "y": float(value)}
            if at == len(seen) - 1:
                yield {"part": "points", **place, **drawn_as(_LAST, seen[at].maturity)}
            elif len(run) == 1 or seen[at].may_move:
                yield {"part": "points", **place, **drawn_as(_DOT, seen[at].maturity)}
    for at, one in enumerate(seen):
        if one.status == "suppressed":
            yield {"part": "hidden", "x": at, **hidden_mark()}


def _strokes(periods: list[Period], run: list[tuple[int, Fraction]]) -> Iterator[list[tuple[int, Fraction]]]:
    """The strokes of a line: a year to date is not led from March down to April."""
    if periods[0].basis != "year_to_date":
        yield run
        return
    for _, stretch in groupby(run, key=lambda one: periods[one[0]].start):
        yield list(stretch)
