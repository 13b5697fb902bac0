"""Why: a page of ninety lines must not be waited for, so all its control charts are drawn at one go, and all its small ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from casetally.reports.charts.control import control_rows
from casetally.reports.charts.look import CONTROL, FONT_SIZE, KEY_HEIGHT, SMALL
from casetally.reports.charts.points import Row, marks_wanted
from casetally.reports.charts.small import series_of, small_rows
from casetally.reports.charts.svg import Picture, marks_of, picture
from casetally.reports.charts.template import templates, with_rows
from casetally.reports.charts.words import control_words, small_words, title_of
from casetally.reports.document import LineShown, ReportDocument

T = TypeVar("T")


@dataclass(frozen=True)
class LineCharts:
    """The charts of a line as SVG to stand in a page as it is; '' where there is nothing to draw."""

    small: str
    control: str


def draw(document: ReportDocument) -> Mapping[str, LineCharts]:
    """The charts of every line, by the line's anchor, from what the document shows and from nothing else."""
    lines = list(document.lines)
    for_control, for_small = templates()
    small = _drawn(for_small, lines, lambda line: small_rows(line.main), _small)
    control = _drawn(for_control, lines, control_rows, _control)
    return {line.anchor: LineCharts(small.get(line.anchor, ""), control.get(line.anchor, "")) for line in lines}


def _drawn(
    template: dict[str, Any],
    lines: Sequence[LineShown],
    rows_of: Callable[[LineShown], list[Row]],
    about: Callable[[LineShown, Collection[str]], Picture],
) -> dict[str, str]:
    """One kind of chart of every line that has anything to draw, by anchor."""
    import vl_convert

    charts = [(line, rows) for line in lines if (rows := rows_of(line))]
    if not charts:
        return {}
    every = (row for _, rows in charts for row in rows)
    sheet = [{**row, "order": order} for order, row in enumerate(every)]
    svg = vl_convert.vega_to_svg(json.dumps(with_rows(template, sheet)))
    dealt = _dealt(marks_of(svg), [marks_wanted(rows) for _, rows in charts])
    return {
        line.anchor: picture(parts, about(line, [part for part, marks in parts.items() if marks]))
        for (line, _), parts in zip(charts, dealt, strict=True)
    }


def _dealt(marks: Mapping[str, list[T]], wanted: Sequence[Mapping[str, int]]) -> Iterator[dict[str, list[T]]]:
    """To each chart its own marks: they come in the order of the rows that they were drawn from."""
    for part, found in marks.items():
        assert len(found) == sum(counts.get(part, 0) for counts in wanted), f"{part}: not a mark for every row"
    stacks = {part: iter(found) for part, found in marks.items()}
    for counts in wanted:
        yield {part: list(islice(stack, counts.get(part, 0))) for part, stack in stacks.items()}


def _small(line: LineShown, _: Collection[str]) -> Picture:
    words = small_words(title_of(line), line.main, series_of(line.main))
    return Picture("small", SMALL.width, 0, SMALL.height, words)


def _control(line: LineShown, parts: Collection[str]) -> Picture:
    """Without the rows above and below that have nothing in them."""
    top = 0 if "unit" in parts else CONTROL.top - FONT_SIZE
    bottom = CONTROL.height if "words_of_key" in parts else CONTROL.height - KEY_HEIGHT
    return Picture("control", CONTROL.width, top, bottom, control_words(line))
