"""Why: the hardest rules are those of children looked after; here the reference is held against them, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from reference.by_hand import CARE, counted, day, on, placed, world
from reference.record_sets import ROWS_OF
from reference.world import Row


@pytest.mark.parametrize(
    ("statuses", "counts"),
    [
        ([], True),
        ([("V4", "2022-01-01", None)], False),
        ([("V4", "2022-01-01", "2022-03-01"), ("V3", "2022-03-01", None)], False),
        ([("V4", "2022-01-01", "2022-03-01"), ("C2", "2022-03-01", None)], True),
        ([("V4", "2021-01-01", "2022-01-01")], True),  # ended on the first day: not of this period
        ([("V4", "2021-01-01", "2022-01-02")], False),
        ([("V4", "2022-06-01", None)], True),  # started on the last day: not of this period
        ([("V4", "2022-05-31", None)], False),
    ],
)
def test_a_period_of_care_under_v3_or_v4_alone_is_respite(
    statuses: list[tuple[str, str, str | None]], counts: bool
) -> None:
    rows = [{"status": status, "started_on": start, "ended_on": end} for status, start, end in statuses]
    of = world(care_periods=[{**CARE, "started_on": "2022-01-01", "ended_on": "2022-06-01"}], legal_statuses=rows)
    assert len(ROWS_OF["looked_after"](of)) == counts
    reviewed = world(
        care_periods=[{**CARE, "started_on": "2022-01-01", "ended_on": "2022-06-01"}],
        legal_statuses=rows,
        care_reviews=[{**CARE, "held_on": "2022-01-20"}],
        care_visits=[{**CARE, "visited_on": "2022-01-05"}],
    )
    assert len(ROWS_OF["care_reviews_held"](reviewed)) == len(ROWS_OF["care_visits_made"](reviewed)) == counts


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([("2023-05-01", "2023-06-01", "A", "U1"), ("2023-06-01", None, "A", "U4")], 1),  # a change of status
        ([("2023-05-01", "2023-06-01", None, "U1"), ("2023-06-01", None, None, "U4")], 2),  # carer not known
        ([("2023-05-01", "2023-06-01", "A", "U1"), ("2023-06-02", None, "A", "U4")], 2),  # a day between
        ([("2023-05-01", "2023-06-01", "A", "U1"), ("2023-06-01", None, "B", "T0")], 1),  # temporary
        ([("2023-05-01", "2023-06-01", "A", "U1"), ("2023-06-01", None, "A", "T0")], 1),
        ([("2022-05-01", "2023-04-01", "A", "U1")], 0),  # ended on the window's first day
        ([("2022-05-01", "2023-04-02", "A", "U1")], 1),
        ([("2022-05-01", "2023-04-01", "A", "U1"), ("2023-04-01", "2023-04-02", "A", "U4")], 1),
        ([("2024-03-31", "2024-03-31", "A", None)], 1),  # a type that is not known counts
    ],
)
def test_placements_in_the_12_months_up_to_31_march_2024(spells: list[Any], expected: int) -> None:
    """The window begins on 1 April 2023."""
    assert on(placed(*spells), "looked_after_placement_counts", "2024-03-31")["placements_12m"] == expected


def test_stays_of_an_earlier_period_of_care_count_for_the_child() -> None:
    earlier = {"care_period_id": "Q", "started_on": "2022-01-01", "ended_on": "2023-06-01"}
    of = world(
        care_periods=[{**CARE, "started_on": "2024-01-01"}, earlier],
        placements=[{**CARE, "started_on": "2024-01-01"}, earlier],
    )
    row = on(of, "looked_after_placement_counts", "2024-03-31")
    assert (row["placements_12m"], row["placements_ytd"]) == (2, 2)
    assert on(of, "looked_after_placement_counts", "2024-04-01")["placements_ytd"] == 1


def test_the_current_placement_is_the_one_that_started_last() -> None:
    of = placed(
        ("2022-01-01", None, "A", "U1"),
        ("2023-01-01", "2023-06-01", "B", "U1"),
        ("2023-01-01", "2023-07-01", "C", "U1"),
    )
    for text, expected in (("2022-12-31", "0"), ("2023-05-31", "2"), ("2023-06-30", "2"), ("2023-07-01", "0")):
        assert on(of, "looked_after_placement_spells", text)["placement_id"] == expected
    assert on(of, "looked_after_placement_spells", "2023-02-01")["previous_stay_started_on"] == day("2023-01-01")


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ({}, "2023-08-12"),  # 42 days
        ({"visit_plans": [{"kind": "cla", "interval_days": 28, "started_on": "2023-07-01"}]}, "2023-07-29"),
        ({"visit_plans": [{"kind": "cla", "interval_days": 28, "started_on": "2023-07-02"}]}, "2023-08-12"),
        ({"visit_plans": [{"kind": "cp", "interval_days": 28, "started_on": "2023-07-01"}]}, "2023-08-12"),
    ],
)
def test_the_visit_after_one_on_1_july_2023(more: dict[str, list[Row]], due: str) -> None:
    of = placed(("2022-07-01", None, "A", "U1"), care_visits=[{**CARE, "visited_on": "2023-07-01"}], **more)
    assert on(of, "looked_after_visit_spells", "2023-07-31")["next_due_on"] == day(due)


def test_visits_are_every_3_months_after_the_first_year_of_a_placement_meant_to_last() -> None:
    period, visits = (
        {**CARE, "started_on": "2022-01-01"},
        [{**CARE, "visited_on": "2023-06-30"}, {**CARE, "visited_on": "2023-07-01"}],
    )
    home = {**CARE, "started_on": "2022-07-01", "intended_to_18": True}
    made = ROWS_OF["care_visits_made"](world(care_periods=[period], placements=[home], care_visits=visits))
    assert [row["next_due_on"] for row in made] == [day("2023-08-11"), day("2023-10-01")]


def test_a_move_brings_the_next_visit_forward_but_not_the_first() -> None:
    moves = (
        ("2022-01-01", "2022-01-02", "A", "U1"),
        ("2022-01-02", "2022-01-20", "B", "U1"),
        ("2022-01-20", None, "B", "U4"),
    )
    of = placed(*moves, care_visits=[{**CARE, "visited_on": "2022-01-01"}])
    assert on(of, "looked_after_visit_spells", "2022-01-31")["next_due_on"] == day("2022-01-09")
    assert on(placed(*moves), "looked_after_visit_spells", "2022-01-31")["next_due_on"] == day("2022-01-08")


def test_a_visit_that_names_no_period_belongs_to_the_one_open_on_the_day() -> None:
    period = {**CARE, "started_on": "2022-01-01", "ended_on": "2022-06-01"}
    of = world(care_periods=[period], care_visits=[{"visited_on": "2022-05-31"}, {"visited_on": "2022-06-01"}])
    assert [row["visited_on"] for row in ROWS_OF["care_visits_made"](of)] == [day("2022-05-31")]


def test_reviews_are_due_in_20_working_days_then_3_then_6_months() -> None:
    reviews = [
        {**CARE, "review_id": "1", "held_on": "2023-05-31"},
        {**CARE, "review_id": "2", "held_on": "2023-06-30", "cancelled": True},
        {**CARE, "review_id": "3", "held_on": "2023-08-31"},
        {**CARE, "review_id": "4"},
    ]
    of = world(care_periods=[{**CARE, "started_on": "2023-05-02"}], care_reviews=reviews)
    held = ROWS_OF["care_reviews_held"](of)
    # 8 and 29 May 2023 were bank holidays
    assert [(row["review_id"], row["due_on"]) for row in held] == [("1", day("2023-06-01")), ("3", day("2023-08-31"))]
    assert on(of, "looked_after_review_spells", "2023-09-30")["next_due_on"] == day("2024-02-29")


def test_a_refused_health_assessment_is_none() -> None:
    checks = [
        {"type": "initial_health", "completed_on": "2021-12-31"},
        {"type": "initial_health", "completed_on": "2022-01-05", "status": "refused"},
        {"type": "initial_health", "completed_on": "2022-01-06", "status": "completed"},
        {"type": "initial_health", "completed_on": "2022-01-07"},
    ]
    (row,) = ROWS_OF["looked_after"](world(care_periods=[{**CARE, "started_on": "2022-01-01"}], health_checks=checks))
    assert row["initial_health_on"] == day("2022-01-06")


def test_health_is_assessed_every_6_months_until_the_fifth_birthday() -> None:
    for born, expected in (("2018-04-01", 0), ("2018-03-31", 1)):
        of = world(
            "2023-03-31",
            children=[{"date_of_birth": born}],
            care_periods=[{**CARE, "started_on": "2022-01-01"}],
            health_checks=[{"type": "review_health", "completed_on": "2022-09-29"}],
        )
        assert counted(of, "cla_rha_up_to_date", "2023-03") == (expected, 1)


def test_a_dental_check_a_year_ago_is_not_in_the_12_months_up_to_the_day() -> None:
    """To 31 March 2023 the 12 months begin on 1 April 2022."""
    for checked, expected in (("2022-03-31", 0), ("2022-04-01", 1)):
        of = world(
            care_periods=[{**CARE, "started_on": "2022-01-01"}],
            health_checks=[{"type": "dental", "completed_on": checked}],
        )
        assert counted(of, "cla_dental_up_to_date", "2023-03") == (expected, 1)
