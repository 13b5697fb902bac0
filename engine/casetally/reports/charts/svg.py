"""Why: what the engine draws is one sheet with words for machines at every mark; a page wants one small picture a line.

An SVG loses what draws nothing, says once what all marks of a part share, and keeps one decimal: a third of the size. Nothing in it
has an id, so that two charts of a page can't get in each other's way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from casetally.reports.charts.look import FONT_SIZE

SVG = "http://www.w3.org/2000/svg"
_PLACES = frozenset({"d", "transform", "x", "y", "x2", "y2"})
_LOOKS = ("fill", "stroke", "stroke-width", "stroke-dasharray", "text-anchor")
_KEPT = _PLACES.union(_LOOKS)
_NUMBER = re.compile(r"-?(?:\d*\.\d+|\d+(?=e))(?:e-?\d+)?")
_MOVE = re.compile(r"translate\(([^,]+),([^)]+)\)")
_CIRCLE = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")
_DEFAULTS = {"stroke-width": "1", "fill": "none", "text-anchor": "start"}
_PLAIN: Any = {None: SVG}  # names without a prefix, as a page has them


@dataclass(frozen=True)
class Picture:
    """How a chart stands on a page: its class there, what it shows of the sheet (from the top down to the bottom), and the text in
    its place for whoever can't see it.
    """

    name: str
    width: float
    top: float
    bottom: float
    words: str


def marks_of(svg: str) -> dict[str, list[etree._Element]]:
    """The marks of a sheet by the name of their layer, in the order of their rows; of a line each stroke is a mark of its own."""
    found: dict[str, list[etree._Element]] = {}
    for group in etree.fromstring(svg.encode(), etree.XMLParser(huge_tree=True)).iter(f"{{{SVG}}}g"):
        classes = group.get("class", "").split()
        if "role-mark" in classes:
            marks = _strokes(group) if "mark-line" in classes else group
            found[classes[-1].removesuffix("_marks")] = [_mark(mark) for mark in marks]
    return found


def picture(parts: Mapping[str, Sequence[etree._Element]], about: Picture) -> str:
    """Marks by their parts as an SVG, to stand in a page as it is."""
    root = etree.Element(f"{{{SVG}}}svg", nsmap=_PLAIN)
    attributes = {
        "class": f"chart chart-{about.name}", "role": "img", "aria-label": about.words,
        "viewBox": f"0 {about.top:g} {about.width:g} {about.bottom - about.top:g}",
        "width": f"{about.width:g}", "height": f"{about.bottom - about.top:g}",
        "style": "max-width:100%;height:auto", "fill": "none",
    }  # fmt: skip
    for name, value in attributes.items():
        root.set(name, value)
    if any(mark.text for marks in parts.values() for mark in marks):
        root.set("font-size", f"{FONT_SIZE}")
    root.extend(_part(name, marks) for name, marks in parts.items() if marks)
    return etree.tostring(root, encoding="unicode")


def _strokes(group: etree._Element) -> Iterator[etree._Element]:
    """A path for every stroke of the one path of a line."""
    for line in group:
        for stroke in line.get("d", "").split("M")[1:]:
            alone = deepcopy(line)
            alone.set("d", f"M{stroke}")
            yield alone


def _part(name: str, marks: Sequence[etree._Element]) -> etree._Element:
    """The marks of one part in a group of their own, which says what they share."""
    group = etree.Element(f"{{{SVG}}}g")
    group.set("class", f"chart-{name}")  # unlike any class of the page
    group.extend(marks)
    for attribute in _LOOKS:
        found = {mark.get(attribute) for mark in group}
        value = found.pop()
        if found or value is None:
            continue
        if value != _DEFAULTS.get(attribute):
            group.set(attribute, value)
        for mark in group:
            del mark.attrib[attribute]
    return group


def _mark(drawn: etree._Element) -> etree._Element:
    given = drawn.attrib.items()
    said = {
        str(name): _rounded(str(value)) if name in _PLACES else str(value) for name, value in given if name in _KEPT
    }
    tag, attributes = _placed(etree.QName(drawn).localname, said)
    made = etree.Element(f"{{{SVG}}}{tag}", attributes)
    made.text = drawn.text
    return made


def _placed(tag: str, said: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A mark with its place in attributes of its own where it has such, for they are shorter than a transformation."""
    found = dict(said)
    moved = _MOVE.fullmatch(found.pop("transform", "translate(0,0)"))
    x, y = (moved[1], moved[2]) if moved else ("0", "0")
    round_ = _CIRCLE.fullmatch(found.get("d", ""))
    if tag == "line":
        ends = {"x2": _sum(x, found.pop("x2", "0")), "y2": _sum(y, found.pop("y2", "0"))}
        return tag, {"x1": x, "y1": y, **ends, **found}
    if tag == "text":
        return tag, {"x": x, "y": y, **found}
    if round_:
        del found["d"]
        return "circle", {"cx": x, "cy": y, "r": round_[1], **found}
    return tag, found if (x, y) == ("0", "0") else {"transform": f"translate({x},{y})", **found}


def _sum(one: str, other: str) -> str:
    return _short(float(one) + float(other))


@lru_cache(maxsize=4096)  # the outline of a symbol comes again and again
def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda found: _short(float(found[0])), text)


def _short(number: float) -> str:
    """One decimal, none where it is nought."""
    return f"{round(number, 1) + 0:g}"
