"""What stands on a control chart is what the months, their limits and their targets say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from casetally.figures.spc import sentence
from casetally.reports.charts import draw
from chart_lines import (
    HIDDEN,
    LAST,
    a_document,
    a_line,
    height_of,
    looks,
    months_to,
    part,
    place,
    shapes,
    strokes,
    svg_of,
    target,
    texts,
)
from lxml import etree

STEADY = [84.2, 80.1, 86.4, 81.3, 85.0, 79.9, 83.3, 82.0, 86.1, 80.7, 84.4, 81.9, 83.6]
# mean 740 / 13 = 56.9, moving ranges 11 x 20 + 80 = 300, over 12 = 25, x 2.66 = 66.5: the last month alone is beyond 123.4
SPIKE = [40, 60] * 6 + [140]


def control(*values: object, **said: object) -> etree._Element:
    line = a_line(list(values), **said)  # type: ignore[arg-type]
    return svg_of(draw(a_document(line))[line.anchor].control)


@pytest.fixture(scope="module")
def steady() -> etree._Element:
    return control(*STEADY, unit="percent", places=1, good="higher", wanted=target(target=90))


def test_every_month_with_a_figure_is_a_point_at_its_height_by_the_axis(steady: etree._Element) -> None:
    points = [place(mark) for mark in part(steady, "points")]
    assert [y for _, y in points] == pytest.approx([height_of(steady, value) for value in STEADY], abs=0.15)
    apart = {round(after - before, 0) for (before, _), (after, _) in pairwise(points)}
    assert apart == {22}  # 284 units for 13 months


def test_the_line_leads_through_all_points(steady: etree._Element) -> None:
    assert strokes(steady, "line") == [[pytest.approx(place(mark), abs=0.15) for mark in part(steady, "points")]]


def test_mean_limits_and_target_are_drawn_where_they_are_and_named_at_their_ends(steady: etree._Element) -> None:
    # mean 1078.9 / 13 = 82.992; moving ranges 4.1+6.3+5.1+3.7+5.1+3.4+1.3+4.1+5.4+3.7+2.5+1.7 = 46.4, over 12 = 3.867,
    # times 2.66 = 10.285
    assert sorted(texts(steady, "labels")) == ["Lower 72.7%", "Mean 83.0%", "Target 90%", "Upper 93.3%"]
    (mean,) = part(steady, "mean")
    assert float(mean.get("y1", "")) == pytest.approx(height_of(steady, 82.992), abs=0.15)
    limits = sorted(float(mark.get("y1", "")) for mark in part(steady, "limits"))
    assert limits == pytest.approx([height_of(steady, 93.277), height_of(steady, 72.707)], abs=0.15)
    ((start, end),) = strokes(steady, "target")
    assert (start[1], end[1]) == pytest.approx((height_of(steady, 90),) * 2, abs=0.15)
    assert (start[0], end[0]) == (52, 336)


def test_the_words_at_the_lines_are_those_of_the_sentence() -> None:
    for values, unit, places in ((STEADY, "percent", 1), ([31, 28, 35, 27, 33, 30, 29, 36], "number", 0),
                                 ([1203, 1188, 1251, 1190, 1215, 1222], "number", 0)):  # fmt: skip
        line = a_line(values, unit=unit, places=places)
        said = sentence(line.control, places)
        labels = texts(svg_of(draw(a_document(line))[line.anchor].control), "labels")
        assert len(labels) == 3
        assert [label for label in labels if label.split()[1].rstrip("%") not in said] == []


def test_words_have_the_size_that_the_chart_says(steady: etree._Element) -> None:
    assert steady.get("font-size") == "12"
    assert {element.get("font-size") for element in steady.iter()} == {"12", None}


def test_words_never_lie_on_one_another() -> None:
    svg = control(*([76.4, 76.6] * 10), unit="percent", places=1, good="higher", wanted=target(target=76.5))
    heights = sorted(float(mark.get("y", "")) for mark in part(svg, "labels"))
    assert len(heights) == 4
    assert min(after - before for before, after in pairwise(heights)) >= 12
    led = {(mark.get("x2"), round(float(mark.get("y2", "")) + 4, 1)) for mark in part(svg, "leaders")}
    assert led == {("342", one) for one in heights}


def test_a_change_for_the_better_a_change_for_the_worse_and_one_of_neither_kind_differ_in_shape_and_colour() -> None:
    found = {}
    for good, name in (("higher", "improving"), ("lower", "concerning"), ("neither", "unusual")):
        svg = control(*SPIKE, good=good)
        shape, colour = shapes(svg, "points"), looks(svg, "points", "stroke")
        assert {shape[at] for at in range(12)} == {"circle"}
        found[name] = (shape[-1], colour[-1])
        assert texts(svg, "words_of_key") == [name]
        assert (shapes(svg, "marks_of_key"), looks(svg, "marks_of_key", "stroke")) == ([shape[-1]], [colour[-1]])
    assert len({shape for shape, _ in found.values()}) == len({colour for _, colour in found.values()}) == 3
    assert "circle" not in {shape for shape, _ in found.values()}


def test_the_key_names_the_marks_that_the_chart_has_and_no_others(steady: etree._Element) -> None:
    assert texts(steady, "words_of_key") == []
    svg = control(*STEADY, None, HIDDEN, 84.1, (83.0, "provisional"), unit="percent", places=1, good="higher")
    assert texts(svg, "words_of_key")[:2] == ["provisional", "suppressed"]
    assert texts(control(*[30, 33, 29, 31, 32, 30]), "words_of_key") == ["trial limits"]


def test_months_without_a_figure_break_the_line_and_hidden_ones_are_marked() -> None:
    svg = control(10, 12, None, 11, 13, HIDDEN, HIDDEN, 12, 14, 11)
    assert [len(stroke) for stroke in strokes(svg, "line")] == [2, 2, 3]
    assert len(part(svg, "points")) == 7
    apart = 284 / 10
    marked = [place(mark)[0] for mark in part(svg, "hidden")]
    assert marked == pytest.approx([52 + 5.5 * apart, 52 + 6.5 * apart], abs=0.1)
    assert {mark.get("transform", "").endswith(",187)") for mark in part(svg, "hidden")} == {
        True
    }  # below the axis, at no value


def test_a_single_month_between_gaps_is_still_a_point() -> None:
    svg = control(None, 12, None, 11, None)
    assert strokes(svg, "line") == []
    assert len(part(svg, "points")) == 2


def test_a_figure_that_may_change_is_hollow() -> None:
    svg = control(*STEADY, (84.0, "provisional"), unit="percent", places=1)
    fills, lines = looks(svg, "points", "fill"), looks(svg, "points", "stroke")
    assert fills[-1] == "#ffffff"
    assert fills[:-1] == lines[:-1]


def test_limits_begin_where_the_months_begin_that_they_are_made_of() -> None:
    svg = control((1, "short_history"), (2, "short_history"), *[30, 28, 33, 29, 31, 30, 32, 29])
    (mean,) = part(svg, "mean")
    assert float(mean.get("x1", "")) == pytest.approx(52 + 2 * 28.4, abs=0.1)
    assert "short history" in texts(svg, "words_of_key")


def test_a_target_that_changes_is_a_step_and_one_that_begins_late_begins_there() -> None:
    periods = months_to(LAST, 4)
    changed = {periods[2]: target(target=80), periods[3]: target(target=80)}
    svg = control(70, 72, 71, 73, unit="percent", wanted=target(target=60), later=changed)
    ((*corners,),) = strokes(svg, "target")
    assert [x for x, _ in corners] == pytest.approx([52, 194, 194, 336], abs=0.1)
    assert [y for _, y in corners] == pytest.approx([height_of(svg, value) for value in (60, 60, 80, 80)], abs=0.15)
    late = control(70, 72, 71, 73, unit="percent", later=changed)
    assert [[x for x, _ in stroke] for stroke in strokes(late, "target")] == [pytest.approx([194, 336], abs=0.1)]


def test_a_target_that_is_a_range_has_two_lines_with_a_name_each() -> None:
    svg = control(*STEADY, unit="percent", places=1, wanted=target(low=80, high=85))
    heights = sorted(stroke[0][1] for stroke in strokes(svg, "target"))
    assert heights == pytest.approx([height_of(svg, 85), height_of(svg, 80)], abs=0.15)
    assert {label for label in texts(svg, "labels") if label.startswith("Target")} == {"Target ≤ 85%", "Target ≥ 80%"}


def test_months_that_are_all_equal_have_one_level_and_not_three() -> None:
    svg = control(*[50] * 12, unit="percent", places=1)
    assert texts(svg, "labels") == ["Mean 50.0%"]
    assert len(part(svg, "limits")) == 0


@pytest.mark.parametrize("values", [[100] * 12, [98, 100, 99, 97, 100, 99, 100, 98]])
def test_no_axis_goes_beyond_what_a_percentage_can_be(values: list[float]) -> None:
    svg = control(*values, unit="percent", places=1)
    assert texts(svg, "ticks")[-1] == "100%"
    named = {label for label in texts(svg, "labels") if label.startswith("Upper")}
    assert named == ({"Upper 100%"} if len(set(values)) > 1 else set())  # 98.9 and 2.66 x 11 / 7 are more


def test_a_target_that_no_percentage_reaches_stands_on_the_axis_all_the_same() -> None:
    svg = control(*[100.0] * 13, unit="percent", good="higher", wanted=target(target=900))
    assert texts(svg, "labels") == ["Mean 100%", "Target 900%"]
    (level,) = {y for stroke in strokes(svg, "target") for _, y in stroke}
    assert level == pytest.approx(height_of(svg, 900), abs=0.15)


def test_one_month_alone_is_no_chart() -> None:
    line = a_line([HIDDEN, 12, None, HIDDEN])
    assert draw(a_document(line))[line.anchor].control == ""
    assert draw(a_document(line))[line.anchor].small != ""


def test_too_few_months_are_drawn_without_limits() -> None:
    svg = control(80, 82.5, unit="percent", places=1)
    assert (len(part(svg, "points")), part(svg, "limits"), part(svg, "mean"), part(svg, "labels")) == (2, [], [], [])
    first, last = (place(mark)[1] for mark in part(svg, "points"))
    assert first - last < 40  # of 160: two and a half points of eighty fill no chart


def test_months_are_named_with_the_year_where_it_changes_and_the_last_one_always() -> None:
    svg = control(*STEADY, unit="percent", places=1)  # September 2022 to September 2023
    assert texts(svg, "months") == ["Sep", "Nov", "Jan", "Mar", "May", "Jul", "Sep"]
    assert texts(svg, "years") == ["2022", "2023"]
    last_point, last_name = place(part(svg, "points")[-1])[0], float(part(svg, "months")[-1].get("x", ""))
    assert last_name == pytest.approx(last_point, abs=0.1)
    long = control(*(STEADY * 3)[:36], unit="percent", places=1)
    assert texts(long, "months") == ["Mar", "Sep"] * 3


@pytest.mark.parametrize(
    ("unit", "over_the_axis"),
    [("per_10000", ["per 10,000"]), ("working_days", ["working days"]), ("percent", []), ("number", [])],
)
def test_the_unit_stands_over_the_axis_where_the_numbers_do_not_say_it(unit: str, over_the_axis: list[str]) -> None:
    assert texts(control(*STEADY, unit=unit, places=1), "unit") == over_the_axis


def test_big_numbers_have_their_thousands_apart() -> None:
    svg = control(22253, 21980, 22410, 22105, 22340, 22190)
    assert all("," in tick for tick in texts(svg, "ticks"))
    assert "Mean 22,213" in texts(svg, "labels")  # 133,278 / 6 = 22,213


def test_whoever_cannot_see_it_is_told_what_it_shows() -> None:
    svg = control(*STEADY, HIDDEN, None, *STEADY[:6], 99.0, unit="percent", places=1, good="higher", wanted=target(target=90),
                  title="Visits in time", group="North team")  # fmt: skip
    said = svg.get("aria-label", "")
    assert said.startswith("Control chart of Visits in time, North team by month, December 2021 to September 2023.")
    assert "September 2023: 99.0%." in said
    assert "Target 90%." in said
    assert said.endswith("1 suppressed. 1 not available.")


def test_it_tells_how_many_months_are_beyond_common_variation() -> None:
    assert "Beyond common variation: 1 concerning." in control(*SPIKE, good="lower").get("aria-label", "")
    assert "Beyond" not in control(*STEADY).get("aria-label", "")
