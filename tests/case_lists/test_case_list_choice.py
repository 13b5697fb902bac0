"""Why: which rows make a figure red depends on its kind, its side and which way is better; each way is worked out here by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from casetally.definitions.authorities import Target
from casetally.definitions.indicators import Indicator
from casetally.definitions.reports import OverGroups, View
from casetally.figures.views import Seen
from casetally.periods import month
from casetally.reports.case_lists.red_lines import better_for, chosen
from casetally.reports.lines import ReportRow

from case_lists.conftest import World

MARCH = month(dt.date(2024, 3, 31))
ROWS = pl.DataFrame(
    {
        "record": ["a", "b", "c", "d", "e"],
        "person_id": ["p1", "p1", "p2", "p3", None],
        "in_numerator": [True, False, False, True, False],
        "amount": [100.0, 400.0, 463.0, 464.0, None],
        "sex_group": ["F", "F", "M", "M", "M"],
    }
)


def row(
    good: str, shows: Any = "value", value: int = 50, target: Target | None = None, groups: tuple[str, ...] = ()
) -> ReportRow:
    view = View("some_indicator", shows, "sex" if groups else "all", groups or ("all",))
    seen = Seen(None, None, Fraction(value), "number")
    return ReportRow(
        "section", "ref", "title", "", True, "month", 0, "some_indicator", view, {MARCH: seen}, {}, {}, good, target,  # type: ignore[arg-type]
        "red", None, None, {}, (),
    )  # fmt: skip


@pytest.fixture(scope="module")
def share(world: World) -> Indicator:
    return world.library.indicator("rereferrals_12m")


def names(found: tuple[str, pl.DataFrame] | None) -> list[str] | None:
    return None if found is None else found[1]["record"].to_list()


@pytest.mark.parametrize(
    ("shows", "better", "wanted"),
    [
        ("value", "higher", ["b", "c", "e"]),
        ("value", "lower", ["a", "d"]),
        ("fraction", "higher", ["b", "c", "e"]),
        ("numerator", "higher", ["b", "c", "e"]),
        ("numerator", "lower", ["a", "d"]),
        ("remainder", "lower", ["b", "c", "e"]),
        ("remainder", "higher", ["a", "d"]),
        ("denominator", "lower", ["a", "b", "c", "d", "e"]),
        ("denominator", "higher", None),
    ],
)
def test_a_share_by_the_side_it_shows(share: Indicator, shows: str, better: Any, wanted: list[str] | None) -> None:
    assert names(chosen(ROWS, share, row(better, shows), better, is_ratio=False)) == wanted


@pytest.mark.parametrize(("better", "wanted"), [("higher", ["c"]), ("lower", ["a", "b", "d"])])
def test_a_share_of_children_counts_a_child_once_and_none_without_a_name(
    world: World, better: Any, wanted: list[str]
) -> None:
    # p1 is in the numerator by one of two rows; the row without a child is not counted at all
    by_child = world.library.indicator("pathway_plan_in_place")
    assert by_child.distinct == "person_id"
    assert names(chosen(ROWS, by_child, row(better), better, is_ratio=False)) == wanted


@pytest.mark.parametrize(("better", "wanted"), [("higher", ["b"]), ("lower", ["a"])])
def test_a_group_lists_its_own_alone(share: Indicator, better: Any, wanted: list[str]) -> None:
    assert names(chosen(ROWS, share, row(better, groups=("F",)), better, is_ratio=False)) == wanted


@pytest.mark.parametrize(("better", "wanted"), [("lower", ["a"]), ("higher", ["d"])])
def test_a_group_s_part_of_all_lists_it_or_the_others(share: Indicator, better: Any, wanted: list[str]) -> None:
    asked = row(better, "share_of_all", groups=("F",))
    assert names(chosen(ROWS, share, asked, better, is_ratio=False)) == wanted


@pytest.mark.parametrize(
    ("better", "target", "wanted"),
    [
        ("lower", {"target": 463}, ["d"]),
        ("higher", {"target": 400}, ["a"]),
        ("lower", {"low": 100, "high": 400}, ["c", "d"]),
        ("higher", {"low": 400, "high": 500}, ["a"]),
    ],
)
def test_an_average_lists_those_beyond_its_target(
    world: World, better: Any, target: dict[str, Any], wanted: list[str]
) -> None:
    average = world.library.indicator("adoption_days_to_placement")
    assert average.kind == "average"
    asked = row(better, target=Target.model_validate({"from": "2020-04-01", **target}))
    assert names(chosen(ROWS, average, asked, better, is_ratio=False)) == wanted


def test_a_ratio_lists_what_it_counts_above_the_line_or_nothing(share: Indicator) -> None:
    assert names(chosen(ROWS, share, row("lower"), "lower", is_ratio=True)) == ["a", "b", "c", "d", "e"]
    assert chosen(ROWS, share, row("higher"), "higher", is_ratio=True) is None


@pytest.mark.parametrize(("value", "wanted"), [(14, "higher"), (21, "lower")])
def test_outside_a_range_the_figure_must_go_towards_it(value: int, wanted: str) -> None:
    target = Target.model_validate({"from": "2020-04-01", "low": 15, "high": 20})
    for good in ("higher", "lower", "neither"):
        assert better_for(row(good, value=value, target=target)) == wanted


@pytest.mark.parametrize("shows", ["mean_of_months", "change_on_year", OverGroups(groups_at_least=20)])
def test_what_is_made_of_several_months_or_groups_has_no_list(world: World, shows: Any) -> None:
    from casetally.reports.case_lists.red_lines import red_line

    asked = replace(row("lower", shows), target=None)
    found = red_line(world.store, world.library, asked)
    assert found.lists.startswith("No list: the figure is made of several months or groups")
    assert found.rows.is_empty()


def test_a_supplied_figure_has_no_list_and_says_why(world: World) -> None:
    from casetally.reports.case_lists.red_lines import red_line

    asked = row("lower")
    asked = replace(asked, view=View("staff_turnover", "value"), indicator="staff_turnover")
    found = red_line(world.store, world.library, asked)
    assert found.lists == "No list: 'staff_turnover' is supplied as a figure: there are no records behind it."


def test_a_list_of_workers_names_each_by_its_own_record_and_counts_no_child(world: World) -> None:
    from casetally.reports.case_lists.audit_log import Entry
    from casetally.reports.case_lists.cover import CONTENTS, About, listings
    from casetally.reports.case_lists.red_lines import red_line
    from casetally.reports.case_lists.teams import TeamLists

    asked = row("lower", value=1, target=Target.model_validate({"from": "2020-04-01", "target": 0.5}))
    asked = replace(asked, view=View("social_worker_fte", "value"), indicator="social_worker_fte")
    found = red_line(world.store, world.library, asked)
    assert sorted(found.rows["worker_id"].to_list()) == ["w1", "w2", "w3"]
    assert found.rows["child_id"].to_list() == [None, None, None]
    team = TeamLists("North", ((found, found.rows.drop("team")),), pl.DataFrame({"child_id": []}))
    listed, _ = listings(About("", (), "", Entry(1, "", {})), team)
    told = dict(zip(CONTENTS, listed.contents, strict=True))
    assert (told["Rows here"], told["Children here"]) == (3, 0)
