"""Why: the engine of charts is quick at drawing and slow at starting, so each kind of chart is described and compiled once, and the
charts of all lines are drawn at one go: over one another on one sheet, each on its own axes, told apart by the order of rows.

`compiled.json` holds both kinds as `make docs` compiles them from what altair describes here; a test holds it current, and nobody
who makes a report waits for altair. What it would work out by measuring text (axes, legends) stands in the rows, for the same
bytes on each machine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from casetally.reports.charts.look import CONTROL, GRID, INK, LINE, QUIET, SMALL, Box
from casetally.reports.charts.points import Row

if TYPE_CHECKING:
    import altair as alt

COMPILED = Path(__file__).with_name("compiled.json")
ROWS = "rows"
_STARTING = threading.Lock()


def warm_up() -> None:
    """Start the engine beside what the caller does next; whoever draws before it is ready waits for it."""
    threading.Thread(target=_start, name="charts").start()


def _start() -> None:
    with suppress(Exception):  # whoever draws meets the same fault, and tells it
        templates()


def templates() -> tuple[dict[str, Any], dict[str, Any]]:
    """The compiled specifications of the control charts and of the small ones, without their rows; the engine is then ready."""
    with _STARTING:
        return _templates()


@cache
def _templates() -> tuple[dict[str, Any], dict[str, Any]]:
    import vl_convert

    control, small = json.loads(COMPILED.read_text(encoding="utf-8"))
    vl_convert.vega_to_svg(json.dumps(with_rows(small, [])))
    return control, small


@cache
def compiled_templates() -> str:
    """What `compiled.json` must hold."""
    import vl_convert

    return json.dumps([vl_convert.vegalite_to_vega(one) for one in (control_spec(), small_spec())], indent=1) + "\n"


def with_rows(template: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """A compiled specification with the rows that it draws."""
    data = [{"name": ROWS, "values": rows} if one["name"] == ROWS else one for one in template["data"]]
    return {**template, "data": data}


def control_spec() -> dict[str, Any]:
    """The control chart: the line of months over mean, limits and target, each named at its right end."""
    import altair as alt

    x, y = _axes(CONTROL)
    across: dict[str, Any] = {"x": x, "x2": "across2:Q", "y": y}
    led = {"x": alt.value(CONTROL.right), "x2": alt.value(CONTROL.right + 6), "y": y, "y2": _at("at")}
    layers = (
        _part("grid").mark_rule(color=GRID).encode(**across),
        _part("limits").mark_rule(color=QUIET, strokeDash=[5, 3]).encode(**across),
        _part("mean").mark_rule(color=QUIET).encode(**across),
        _line("target", x, y, color=INK, strokeWidth=1.3, strokeDash=[9, 3, 2, 3]),
        _part("leaders").mark_rule(color=QUIET, strokeWidth=0.6).encode(**led),
        _line("line", x, y, color=LINE, strokeWidth=1.5),
        _points("points", x, y),
        _points("hidden", x, alt.value(CONTROL.below)),
        _words("ticks", "right", alt.value(CONTROL.left - 6), y, middle=True),
        _words("unit", "left", alt.value(2), alt.value(11)),
        _words("months", "center", x, alt.value(CONTROL.bottom + 20)),
        _words("years", "center", x, alt.value(CONTROL.bottom + 34)),
        _words("labels", "left", alt.value(CONTROL.right + 8), _at("at"), middle=True, colour=INK),
        _points("marks_of_key", _at("at"), alt.value(CONTROL.height - 9)),
        _words("words_of_key", "left", _at("at"), alt.value(CONTROL.height - 5)),
    )
    return _sheet(layers, CONTROL)


def small_spec() -> dict[str, Any]:
    """The small chart: the line with its last point, and the target."""
    import altair as alt

    x, y = _axes(SMALL)
    layers = (
        _line("target", x, y, color=QUIET, strokeWidth=1, strokeDash=[3, 2]),
        _line("line", x, y, color=LINE, strokeWidth=1.5),
        _points("points", x, y),
        _points("hidden", x, alt.value(SMALL.below)),
    )
    return _sheet(layers, SMALL)


def _axes(box: Box) -> tuple[alt.X, alt.Y]:
    """Straight axes from edge to edge of the plot, for places within it from 0 to 1."""
    import altair as alt

    x = alt.Scale(domain=[0, 1], range=[box.left, box.right])
    y = alt.Scale(domain=[0, 1], range=[box.bottom, box.top])
    return alt.X("across:Q", scale=x, axis=None), alt.Y("up:Q", scale=y, axis=None)


def _part(name: str) -> alt.Chart:
    """A layer that draws the rows of one part; its group in the SVG bears the name."""
    import altair as alt

    layer: alt.Chart = alt.Chart(name=name).transform_filter(alt.datum.part == name)
    return layer


def _line(name: str, x: Any, y: Any, **look: Any) -> Any:
    """A layer of one line, from row to row as they come, broken where a row is no place."""

    mark = _part(name).mark_line(invalid="break-paths-show-domains", **look)
    return mark.encode(x=x, y=y, order="order:Q")


def _words(
    name: str, align: Literal["left", "center", "right"], x: Any, y: Any, *, middle: bool = False, colour: str = QUIET
) -> Any:
    """A layer of words; `middle`: their middle and not their foot is at y.

    Their size is said when the sheet is cut: words of no size are not measured, which would take three times as long as all else.
    """
    mark = _part(name).mark_text(align=align, baseline="alphabetic", color=colour, fontSize=0, dy=4 if middle else 0)
    return mark.encode(x=x, y=y, text="text:N")


def _points(name: str, x: Any, y: Any) -> Any:
    """A layer of marks that look as their rows say."""
    import altair as alt

    as_said = {
        key: kind(f"{field}:{type_}", scale=None, legend=None)
        for key, kind, field, type_ in (
            ("shape", alt.Shape, "shape", "N"), ("size", alt.Size, "area", "Q"),
            ("stroke", alt.Stroke, "colour", "N"), ("fill", alt.Fill, "fill", "N"),
        )
    }  # fmt: skip
    return _part(name).mark_point(strokeWidth=1.5, opacity=1).encode(x=x, y=y, **as_said)


def _at(field: str) -> Any:
    """A place in the view box that the row says itself."""
    import altair as alt

    return alt.value({"expr": f"datum.{field}"})


def _sheet(layers: Sequence[alt.Chart], box: Box) -> dict[str, Any]:
    """The layers over rows that say on which axes they stand: so many `months`, and from `low` to `high`."""
    import altair as alt

    sheet = alt.layer(*layers, data=alt.NamedData(ROWS)).transform_calculate(
        across="(datum.x + 0.5) / datum.months",
        across2="(datum.x2 + 0.5) / datum.months",
        up="isValid(datum.y) ? (datum.y - datum.low) / (datum.high - datum.low) : null",
    )
    plain = sheet.properties(width=box.width, height=box.height).configure(aria=False).configure_view(stroke=None)
    spec: dict[str, Any] = plain.to_dict()
    return spec
