"""A small chart shows the row's own periods, the last one plainly, and never makes a wave of nothing."""

from __future__ import annotations

import dataclasses

import pytest
from casetally.reports.charts import draw
from casetally.reports.document import LineShown
from chart_lines import HIDDEN, a_document, a_line, looks, part, place, strokes, svg_of, target
from lxml import etree

WIDE = [20, 35, 28, 40, 22, 31, 38, 25, 29, 33, 36, 24, 30]


def small_of(line: LineShown) -> etree._Element:
    return svg_of(draw(a_document(line))[line.anchor].small)


def small(*values: object, **said: object) -> etree._Element:
    return small_of(a_line(list(values), **said))  # type: ignore[arg-type]


def test_every_period_is_a_corner_of_the_line_and_the_last_one_a_point() -> None:
    svg = small(*WIDE)
    ((*corners,),) = strokes(svg, "line")
    assert len(corners) == len(WIDE)
    heights = [y for _, y in corners]
    # 20 to 40 fill the height: 32 at the foot, 5 at the top
    assert heights == pytest.approx([32 - (value - 20) / 20 * 27 for value in WIDE], abs=0.1)
    assert [place(mark) for mark in part(svg, "points")] == [corners[-1]]


def test_a_figure_that_hardly_moves_is_nearly_flat() -> None:
    ((*corners,),) = strokes(small(*([98.1, 98.4] * 6), unit="percent", places=1), "line")
    assert max(y for _, y in corners) - min(y for _, y in corners) < 1  # 0.3 of 19.7 in 27 units


def test_an_even_figure_lies_in_the_middle_and_nought_at_the_foot() -> None:
    ((*corners,),) = strokes(small(*[50] * 13), "line")
    assert {y for _, y in corners} == {18.5}
    ((*nought,),) = strokes(small(*[0] * 13), "line")
    assert {y for _, y in nought} == {32}  # with nothing below nought


def test_a_line_of_one_quarter_shows_its_last_thirteen_months() -> None:
    svg = small(410, basis="quarter", monthly=[*range(100, 120), *WIDE])
    ((*corners,),) = strokes(svg, "line")
    assert [y for _, y in corners] == [y for _, y in strokes(small(*WIDE), "line")[0]]


def test_a_line_of_one_month_is_one_point() -> None:
    svg = small(7)
    assert (len(part(svg, "points")), part(svg, "line")) == (1, [])
    assert svg.get("aria-label") == "Referrals received, September 2023: 7."


def test_gaps_break_the_line_and_hidden_periods_are_marked_below_it() -> None:
    svg = small(10, 12, HIDDEN, 11, None, 13, 12)
    assert [len(stroke) for stroke in strokes(svg, "line")] == [2, 2]
    (mark,) = part(svg, "hidden")
    assert place(mark) == pytest.approx((5 + 150 * 2.5 / 7, 37), abs=0.1)
    assert len(part(svg, "points")) == 2  # the lone fourth month, and the last


def test_the_last_period_has_no_point_where_it_has_no_figure() -> None:
    svg = small(10, 12, 11, HIDDEN)
    assert part(svg, "points") == []
    assert len(part(svg, "hidden")) == 1


def test_a_figure_that_may_change_is_hollow() -> None:
    svg = small(10, 12, (11, "provisional"), (13, "provisional"))
    assert looks(svg, "points", "fill") == ["#ffffff", "#ffffff"]
    assert looks(small(10, 12), "points", "fill") == ["#005eb8"]


def test_a_year_to_date_is_not_led_from_march_down_to_april() -> None:
    svg = small(*range(100, 1100, 100), 90, 180, 250, basis="year_to_date", monthly=[50] * 13)
    # September 2022 to March 2023 are seven, April to September 2023 six
    assert [len(stroke) for stroke in strokes(svg, "line")] == [7, 6]


def test_the_target_is_a_thin_broken_line_from_when_it_holds() -> None:
    svg = small(*WIDE, wanted=target(target=30))
    ((start, end),) = strokes(svg, "target")
    assert (start, end) == ((5, pytest.approx(18.5, abs=0.1)), (155, pytest.approx(18.5, abs=0.1)))
    assert looks(svg, "target", "stroke-dasharray") != ["none"]
    late = small(
        *range(1, 14), basis="year_to_date", monthly=[5] * 13, wanted=target(target=30, **{"from": "2023-04-01"})
    )
    ((start, _),) = strokes(late, "target")
    assert start[0] == pytest.approx(5 + 150 * 7 / 13, abs=0.1)  # April 2023 is the eighth of thirteen


def test_a_target_far_off_is_still_in_the_picture() -> None:
    svg = small(*WIDE, wanted=target(target=90))
    ((start, _),) = strokes(svg, "target")
    assert start[1] == 5
    assert min(y for _, y in strokes(svg, "line")[0]) > 20


def test_the_words_give_the_first_and_last_figure_and_the_ends() -> None:
    svg = small(*WIDE, unit="percent", places=1, title="Visits in time")
    assert svg.get("aria-label") == (
        "Visits in time, September 2022 to September 2023: 20.0% in September 2022, 30.0% in September 2023; "
        "lowest 20.0% (September 2022), highest 40.0% (December 2022)."
    )
    assert small(None, HIDDEN, HIDDEN, 8).get("aria-label") == (
        "Referrals received, June 2023 to September 2023: 8 in September 2023, and no other figure. "
        "1 not available. 2 suppressed."
    )
    assert "5.0 per 10,000 in August 2023" in small(5, 6, unit="per_10000", places=1).get("aria-label", "")


def test_only_the_main_row_is_drawn_and_not_its_groups() -> None:
    line, group = a_line(WIDE), a_line([1, 2, 3], group="North team")
    both = dataclasses.replace(line, rows=(*line.rows, *group.rows))
    assert etree.tostring(small_of(both)) == etree.tostring(small_of(line))
