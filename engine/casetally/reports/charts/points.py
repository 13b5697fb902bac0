"""Why: what a point of a chart is drawn as follows from what is said of its month, by one rule for both charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from casetally.figures.spc import ChartPoint
from casetally.reports.charts.look import DOTTED, HIDDEN, MARKS, PAPER, ROOM_FOR_A_DOT, SETTLING, Kind, Mark

Row = dict[str, object]
T = TypeVar("T")

_KINDS: Mapping[str, Kind] = {"improving": "improving", "concerning": "concerning", "neither": "neither"}


def kind_of(point: ChartPoint) -> Kind:
    """Common variation, or what is special about it; a month that the limits don't reckon with stands apart."""
    if not point.is_counted:
        return "short_history"
    return _KINDS.get(point.variation.split("_")[0], "common")


def drawn_as(mark: Mark, maturity: str) -> Row:
    """How a point looks: hollow where clocks of its figure run, with a dot in it where its records usually still arrive."""
    if maturity == "settling":
        area = max(mark.area, SETTLING.area) * ROOM_FOR_A_DOT
        return {"shape": DOTTED[mark.shape], "area": area, "colour": mark.colour, "fill": PAPER}
    hollow = maturity == "provisional"
    return {"shape": mark.shape, "area": mark.area, "colour": mark.colour, "fill": PAPER if hollow else mark.colour}


def hidden_mark() -> Row:
    return {"shape": HIDDEN.shape, "area": HIDDEN.area, "colour": HIDDEN.colour, "fill": "none"}


def mark_of(point: ChartPoint) -> Row:
    if kind_of(point) == "short_history":
        return {**drawn_as(MARKS["short_history"], "final"), "fill": PAPER}
    return drawn_as(MARKS[kind_of(point)], point.maturity)


def stretches(values: Sequence[T | None]) -> Iterator[list[tuple[int, T]]]:
    """The values with their positions, a new list after each gap."""
    found: list[tuple[int, T]] = []
    for at, value in enumerate(values):
        if value is not None:
            found.append((at, value))
        elif found:
            yield found
            found = []
    if found:
        yield found


def on_axes(rows: Iterable[Row], *, months: int, low: Fraction, high: Fraction) -> list[Row]:
    """The rows of a chart with the axes that they stand on."""
    return [{"months": months, "low": float(low), "high": float(high), **row} for row in rows]


def marks_wanted(rows: Iterable[Row]) -> Counter[str]:
    """How many marks are drawn of each part: one a row, and of a line one a stroke."""
    return Counter(str(row["part"]) for row in rows if not ("pen" in row and row["pen"] == "down"))


def stroke(part: str, places: Iterable[tuple[float, Fraction]]) -> Iterator[Row]:
    """A line from place to place, two or more, and then the pen is lifted."""
    for x, y in places:
        yield {"part": part, "pen": "down", "x": x, "y": float(y)}
    yield {"part": part, "pen": "up", "x": None, "y": None}


def steps(run: Sequence[tuple[int, Fraction]]) -> list[tuple[float, Fraction]]:
    """The corners of a line that holds each month's value across the month; months of one value are one straight."""
    corners: list[tuple[float, Fraction]] = []
    for at, value in run:
        if corners and corners[-1][1] == value:
            corners[-1] = (at + 0.5, value)
        else:
            corners += [(at - 0.5, value), (at + 0.5, value)]
    return corners
