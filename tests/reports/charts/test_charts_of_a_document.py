"""The charts of a report stand in one page: each line has its own, safe with any title, and the same on each machine."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from casetally.reports.charts import LineCharts, draw, icon_assurance, icon_rating, icon_variation, warm_up
from casetally.reports.document import LineShown
from chart_lines import HIDDEN, a_document, a_line, height_of, part, place, strokes, svg_of, target, texts
from lxml import etree

HOSTILE = '<script>alert("1")</script> & "quoted" \'single\' ]]> &amp; <b onload=x>'
HERE = Path(__file__).parent


def many_lines(count: int) -> list[LineShown]:
    """Lines of every kind, each unlike the others."""
    draws = random.Random(7)  # noqa: S311
    found = []
    for number in range(count):
        values: list[object] = [draws.randint(10 + number, 40 + 2 * number) for _ in range(6 + number % 31)]
        for at in range(len(values)):
            if draws.random() < 0.1:
                values[at] = draws.choice([None, HIDDEN, (number + 3, "provisional")])
        wanted = draws.choice([None, target(target=30 + number), target(low=20 + number, high=40 + number)])
        line = a_line(values, anchor=f"line-{number}", title=f"Line {number}", wanted=wanted, good="higher")  # type: ignore[arg-type]
        found.append(line)
    return found


@pytest.fixture(scope="module")
def lines() -> list[LineShown]:
    return many_lines(40)


@pytest.fixture(scope="module")
def charts(lines: list[LineShown]) -> dict[str, LineCharts]:
    return dict(draw(a_document(*lines)))


def test_each_line_has_its_own_points_and_strokes_and_none_of_another(
    lines: list[LineShown], charts: dict[str, LineCharts]
) -> None:
    assert list(charts) == [line.anchor for line in lines]
    for line in lines:
        svg = svg_of(charts[line.anchor].control)
        values = [float(point.value) for point in line.control.points if point.value is not None]
        heights = [place(mark)[1] for mark in part(svg, "points")]
        assert heights == pytest.approx([height_of(svg, value) for value in values], abs=0.15)
        assert len(part(svg, "hidden")) == sum(point.status == HIDDEN for point in line.control.points)
        runs = re.findall(r"1{2,}", "".join("0" if point.value is None else "1" for point in line.control.points))
        assert [len(stroke) for stroke in strokes(svg, "line")] == [len(run) for run in runs]
        assert [len(stroke) for stroke in strokes(svg_of(charts[line.anchor].small), "line")] == [
            len(run) for run in runs
        ]


def test_a_chart_is_the_same_whatever_stands_beside_it(lines: list[LineShown], charts: dict[str, LineCharts]) -> None:
    for line in (lines[0], lines[17]):
        assert draw(a_document(line)) == {line.anchor: charts[line.anchor]}


def test_a_line_without_a_figure_has_no_chart_and_takes_none_from_its_neighbours() -> None:
    empty, one, other = (
        a_line([None, HIDDEN], anchor="empty"),
        a_line([1, 2, 3], anchor="one"),
        a_line([3, 1], anchor="other"),
    )
    found = draw(a_document(one, empty, other))
    assert found["empty"] == LineCharts("", "")
    assert {**draw(a_document(one)), **draw(a_document(other))} == {name: found[name] for name in ("one", "other")}
    assert draw(a_document(empty)) == {"empty": LineCharts("", "")}
    assert draw(a_document()) == {}


def test_nothing_of_a_chart_can_run_load_or_clash(charts: dict[str, LineCharts]) -> None:
    allowed = {"svg", "g", "path", "line", "circle", "text"}
    for svg in (svg_of(text) for one in charts.values() for text in (one.small, one.control)):
        for element in svg.iter():
            assert etree.QName(element).localname in allowed
            assert {
                name for name in element.attrib if name == "id" or "href" in str(name) or str(name).startswith("on")
            } == set()
            assert [value for value in element.attrib.values() if "url(" in str(value)] == []
            assert "font-family" not in element.attrib  # the page's own
            classes = (element.get("class") or "chart").split()
            assert all(name.startswith("chart") for name in classes), "a class that a page may use for something else"


@pytest.mark.parametrize("where", ["title", "group", "unit"])
def test_hostile_words_stay_words(where: str) -> None:
    line = a_line([1, 2, 3, 4, 5, 6], **{where: HOSTILE})  # type: ignore[arg-type]
    plain = draw(a_document(a_line([1, 2, 3, 4, 5, 6], **{where: "x"})))["a-line"]  # type: ignore[arg-type]
    for text, harmless in zip(
        dataclasses.astuple(draw(a_document(line))["a-line"]), dataclasses.astuple(plain), strict=True
    ):
        assert "<script" not in text
        assert "<b " not in text
        assert HOSTILE in (svg_of(text).get("aria-label") or "")
        names = [(element.tag, sorted(element.attrib)) for element in svg_of(text).iter()]
        assert names == [(element.tag, sorted(element.attrib)) for element in svg_of(harmless).iter()]


def test_a_name_with_characters_that_no_file_should_have_is_drawn_without_them() -> None:
    found = draw(a_document(a_line([1, 2, 3], group="North\x00\x0b team\ud800", unit="da\x07ys")))["a-line"]
    for text in (found.small, found.control):
        assert "North team" in (svg_of(text).get("aria-label") or "")
    assert texts(svg_of(found.control), "unit") == ["days"]


def test_each_picture_has_a_text_in_its_place(charts: dict[str, LineCharts], lines: list[LineShown]) -> None:
    for line in lines:
        for text in dataclasses.astuple(charts[line.anchor]):
            svg = svg_of(text)
            assert svg.get("role") == "img"
            assert line.title in (svg.get("aria-label") or "")


def test_a_chart_shrinks_with_the_page_and_is_light(charts: dict[str, LineCharts]) -> None:
    for one in charts.values():
        for text, most in ((one.small, 1_500), (one.control, 7_000)):
            assert len(text.encode()) <= most
            assert "max-width:100%" in (svg_of(text).get("style") or "")
            left, top, width, height = map(float, (svg_of(text).get("viewBox") or "").split())
            assert left == 0
            for mark in part(svg_of(text), "points"):
                x, y = place(mark)
                assert 0 < x < width
                assert top < y < top + height


def digest() -> str:
    """What all charts of 40 lines come to; run as a program of its own it says so."""
    found = draw(a_document(*many_lines(40)))
    return hashlib.sha256("".join(one.small + one.control for one in found.values()).encode()).hexdigest()


def test_another_run_draws_the_same_bytes() -> None:
    code = f"import sys; sys.path.insert(0, {str(HERE)!r})\nfrom {Path(__file__).stem} import digest\nsys.stdout.write(digest())"
    elsewhere = {"PYTHONHASHSEED": "5", "TZ": "Pacific/Auckland", "LANG": "C"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=elsewhere)  # noqa: S603
    assert done.stdout == digest()


def test_the_engine_may_be_started_ahead_and_more_than_once() -> None:
    line = a_line([1, 2, 3])
    before = draw(a_document(line))
    warm_up()
    warm_up()
    assert draw(a_document(line)) == before


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_but_the_grid_stands_out_from_the_paper(charts: dict[str, LineCharts]) -> None:
    spike = [a_line([40, 60] * 6 + [140], anchor=good, good=good) for good in ("higher", "lower", "neither")]  # type: ignore[arg-type]
    pictures = [
        text for one in (*charts.values(), *draw(a_document(*spike)).values()) for text in dataclasses.astuple(one)
    ]
    drawn = [svg_of(text) for text in pictures]
    groups = [group for svg in drawn for group in svg if group.get("class") != "chart-grid"]
    words = {group.get("fill", "") for group in groups if group[0].text}
    colours = {mark.get("stroke", "none") for group in groups for mark in group.iter()} - {"none"}
    assert len(colours) >= 6
    assert {colour: contrast(colour, "#ffffff") for colour in colours if contrast(colour, "#ffffff") < 3} == {}
    assert words
    assert {colour for colour in words if contrast(colour, "#ffffff") < 4.5} == set()


def shape_and_letter(icon: str) -> tuple[str, str]:
    svg = svg_of(icon)
    shape = etree.QName(svg[0]).localname + (svg[0].get("d") or "")
    return shape, "".join(svg.itertext())


def test_ratings_differ_in_shape_and_letter_and_say_their_name() -> None:
    found = {rating: icon_rating(rating) for rating in ("green", "amber", "red", None)}  # type: ignore[arg-type]
    assert [shape_and_letter(icon)[1] for icon in found.values()] == ["G", "A", "R", ""]
    assert len({shape_and_letter(icon)[0] for icon in found.values() if "dasharray" not in icon}) == 3
    assert [svg_of(icon).get("aria-label") for icon in found.values()] == ["Green", "Amber", "Red", "Not rated"]
    assert {svg_of(icon).get("role") for icon in found.values()} == {"img"}
    for rating in ("green", "amber", "red"):
        shape, letter = svg_of(found[rating])
        assert contrast(shape.get("fill", ""), letter.get("fill", "")) >= 4.5
        assert contrast(shape.get("stroke", ""), "#ffffff") >= 3


@pytest.mark.parametrize(
    ("good", "last", "letter", "words"),
    [
        ("higher", 140, "H", "for the better"), ("lower", 140, "H", "for the worse"),
        ("neither", 140, "H", "neither better nor worse"), ("higher", -40, "L", "for the worse"),
        ("lower", -40, "L", "for the better"), ("higher", 50, "", "Common variation"),
    ],
)  # fmt: skip
def test_the_icon_of_variation_says_which_way_and_for_better_or_worse(
    good: str, last: int, letter: str, words: str
) -> None:
    icon = icon_variation(a_line([40, 60] * 6 + [last], good=good).control)  # type: ignore[arg-type]
    assert shape_and_letter(icon)[1] == letter
    assert words in (svg_of(icon).get("aria-label") or "")


def test_better_worse_neither_and_common_variation_have_a_shape_each() -> None:
    icons = [icon_variation(a_line([40, 60] * 6 + [140], good=good).control) for good in ("higher", "lower", "neither")]  # type: ignore[arg-type]
    icons.append(icon_variation(a_line([40, 60] * 6 + [50]).control))
    assert len({shape_and_letter(icon)[0] for icon in icons}) == 4


@pytest.mark.parametrize(("wanted", "letter"), [(20, "P"), (95, "F"), (50, "?")])
def test_the_icon_of_assurance_says_whether_the_target_can_be_met(wanted: float, letter: str) -> None:
    # 49 and 51 by turns: mean 50, limits 2.66 x 2 = 5.32 off
    chart = a_line([49, 51] * 7, good="higher", wanted=target(target=wanted)).control
    assert shape_and_letter(icon_assurance(chart))[1] == letter


def test_without_limits_or_a_target_there_is_no_icon() -> None:
    assert icon_variation(a_line([1, 2]).control) == ""
    assert icon_assurance(a_line([49, 51] * 7).control) == ""
