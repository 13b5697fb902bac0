"""Lines as a report has them, from a list of values: the rest of a document is of no matter to a chart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from casetally.definitions.authorities import Target
from casetally.definitions.reports import View
from casetally.figures.ratings import Good, period_before
from casetally.figures.spc import control_chart
from casetally.figures.views import Seen
from casetally.periods import Period, month, quarter, year_to_date
from casetally.reports.document import Definition, LineShown, ReportDocument, Section, Summary
from casetally.reports.lines import ReportRow
from lxml import etree

LAST = month(dt.date(2023, 9, 1))
HIDDEN = "suppressed"
SVG = "{http://www.w3.org/2000/svg}"
Value = float | str | None | tuple[float, str]  # a figure, its status, not available, or a figure and its maturity


def months_to(last: Period, count: int) -> list[Period]:
    found = [last]
    while len(found) < count:
        found.append(period_before(found[-1]))
    return found[::-1]


def seen(value: Value, unit: str = "number") -> Seen:
    if value is None:
        return Seen(None, None, None, unit, "not_available")
    if isinstance(value, str):
        return Seen(None, None, None, unit, value)
    number, maturity = value if isinstance(value, tuple) else (value, "final")
    exact = Fraction(str(number))
    return Seen(exact, None, exact, unit, "calculated", maturity)


def target(**said: Any) -> Target:
    return Target.model_validate({"from": dt.date(2000, 4, 1), **said})


def in_force(wanted: Target | None, periods: Sequence[Period]) -> dict[Period, Target]:
    if wanted is None:
        return {}
    return {one: wanted for one in periods if wanted.from_ <= one.end and (wanted.to is None or one.end <= wanted.to)}


def a_line(
    values: Sequence[Value],
    *,
    anchor: str = "a-line",
    title: str = "Referrals received",
    group: str = "",
    unit: str = "number",
    places: int = 0,
    good: Good = "neither",
    wanted: Target | None = None,
    basis: str = "month",
    monthly: Sequence[Value] | None = None,
    later: Mapping[Period, Target] | None = None,
) -> LineShown:
    """A line with the values of its last periods; `monthly` are its single months where these are others."""
    of_basis = {"month": month, "quarter": quarter, "year_to_date": year_to_date}[basis]
    ends = [of_basis(one.start) for one in months_to(LAST, len(values))]
    of_months = values if monthly is None else monthly
    periods = months_to(LAST, len(of_months))
    charted = {one: seen(value, unit) for one, value in zip(periods, of_months, strict=True)}
    targets = {**in_force(wanted, periods), **(later or {})}
    row = ReportRow(
        "Front door", "R1", title, group, True, basis, places, "referrals", View("referrals", "value"),
        {one: seen(value, unit) for one, value in zip(ends, values, strict=True)}, charted, targets, good, wanted,
        None, None, None, {}, (),
    )  # fmt: skip
    control = control_chart(charted, targets, good)
    return LineShown("Front door", anchor, "R1", title, (row,), Definition("referrals", title, "", "", good), control)


def a_document(*lines: LineShown) -> ReportDocument:
    return ReportDocument(
        "core", "Core", "Sampleshire", LAST, LAST.end, "internal", (Section("Front door", "front-door", lines),),
        Summary({}, (), (), ()), "1", "0",
    )  # fmt: skip


def svg_of(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def part(svg: etree._Element, name: str) -> list[etree._Element]:
    """The marks of one part of a chart."""
    return [mark for group in svg.iter(f"{SVG}g") if group.get("class") == f"chart-{name}" for mark in group]


def texts(svg: etree._Element, name: str) -> list[str]:
    return [mark.text or "" for mark in part(svg, name)]


def strokes(svg: etree._Element, name: str) -> list[list[tuple[float, float]]]:
    """The corners of each stroke of a line."""
    found = [mark.get("d", "").removeprefix("M").split("L") for mark in part(svg, name)]
    return [[(float(x), float(y)) for x, y in (place.split(",") for place in stroke)] for stroke in found]


def place(mark: etree._Element) -> tuple[float, float]:
    """Where a point is, whatever its shape."""
    if mark.get("cx"):
        return float(mark.get("cx", "")), float(mark.get("cy", ""))
    moved = re.fullmatch(r"translate\(([-\d.]+),([-\d.]+)\)", mark.get("transform", ""))
    assert moved, etree.tostring(mark)
    return float(moved[1]), float(moved[2])


def looks(svg: etree._Element, name: str, attribute: str) -> list[str]:
    """An attribute of each mark, which its group may say for all."""
    return [mark.get(attribute) or mark.getparent().get(attribute, "none") for mark in part(svg, name)]  # type: ignore[union-attr]


def shapes(svg: etree._Element, name: str) -> list[str]:
    """The outline of each mark, whatever its place and size."""
    return ["circle" if mark.get("cx") else re.sub(r"[\d.]+", "", mark.get("d", "")) for mark in part(svg, name)]


def height_of(svg: etree._Element, value: float) -> float:
    """The height of a value by what the axis of a control chart says in words."""
    said = [
        (float((mark.text or "").rstrip("%").replace(",", "")), float(mark.get("y", ""))) for mark in part(svg, "ticks")
    ]
    (low, foot), (high, top) = said[0], said[-1]
    middle = 4  # of a line of words above its foot
    return foot - middle + (value - low) / (high - low) * (top - foot)
