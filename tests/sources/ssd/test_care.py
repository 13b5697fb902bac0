"""Why: periods of care are put together from episodes, and one put together wrongly moves every figure of children in care."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from casetally.sources.delivery import Delivery

from tests.sources.ssd.conftest import Tables, episode, rows_of

Read = Callable[[Tables], Delivery]


def periods(delivery: Delivery) -> list[tuple[str | None, ...]]:
    return [
        tuple(row.get(name) for name in ("care_period_id", "started_on", "ended_on", "end_reason"))
        for row in rows_of(delivery, "care_periods")
    ]


def test_the_last_episode_says_when_and_why_a_period_ended(read: Read) -> None:
    episodes = [
        episode("2", "A1", "K1", ("2021-01-01", "2021-03-01"), "E4A"),
        episode("1", "A1", "K1", ("2020-01-01", "2021-01-01"), "X1"),
    ]
    made = read({"ssd_cla_episodes": episodes})
    assert periods(made) == [("K1", "2020-01-01", "2021-03-01", "E4A")]
    assert made.rows["table"].to_list() == ["care_periods", "care_periods"]


def test_a_period_starts_on_the_day_care_was_entered_where_that_is_told(read: Read) -> None:
    told = episode("1", "A1", "K1", ("2020-02-01T00:00:00", None), None) | {
        "clae_entered_care_date": "2019-11-05 00:00:00.000"
    }
    assert periods(read({"ssd_cla_episodes": [told]})) == [("K1", "2019-11-05", None, None)]


def test_an_end_because_another_episode_begins_is_no_end(read: Read) -> None:
    made = read({"ssd_cla_episodes": [episode("1", "A1", "K1", ("2020-01-01", "2021-01-01"), "X1")]})
    assert periods(made) == [("K1", "2020-01-01", None, None)]
    assert made.findings["rule"].to_list() == ["ssd_care_goes_on"]
    assert made.findings["record_id"].to_list() == ["K1"]


def test_an_episode_left_open_before_a_later_one_does_not_keep_the_period_open(read: Read) -> None:
    episodes = [
        episode("1", "A1", "K1", ("2020-01-01", None), None),
        episode("2", "A1", "K1", ("2020-05-01", "2020-09-01"), "E4B"),
    ]
    assert periods(read({"ssd_cla_episodes": episodes})) == [("K1", "2020-01-01", "2020-09-01", "E4B")]


def test_without_a_number_episodes_follow_one_another_until_care_ends(read: Read) -> None:
    episodes = [
        episode("1", "A1", None, ("2020-01-01", "2020-05-01"), "X1"),
        episode("2", "A1", None, ("2020-05-01", "2020-09-01"), "E4A"),
        episode("3", "A1", None, ("2021-02-01", None), None),
    ]
    assert periods(read({"ssd_cla_episodes": episodes})) == [
        ("A1-2020-01-01", "2020-01-01", "2020-09-01", "E4A"),
        ("A1-2021-02-01", "2021-02-01", None, None),
    ]


def test_an_episode_of_nobody_is_set_aside(read: Read) -> None:
    episodes = [
        episode("1", "", "K1", ("2020-01-01", None), None),
        episode("2", "A1", "K2", ("2020-01-01", None), None),
    ]
    made = read({"ssd_cla_episodes": episodes})
    assert periods(made) == [("K2", "2020-01-01", None, None)]
    assert made.findings["rule"].to_list() == ["ssd_no_child"]


def test_placements_come_from_the_episodes_where_they_have_no_table(read: Read) -> None:
    first = episode("1", "A1", "K1", ("2020-01-01", "2020-05-01"), "X1") | {"clae_cla_placement_id": "L1"}
    second = episode("2", "A1", "K1", ("2020-05-01", "2020-06-01"), "X1") | {"clae_cla_placement_id": "L1"}
    third = episode("3", "A1", "K1", ("2020-06-01", None), None) | {"clae_cla_placement_id": "L2"}
    made = rows_of(read({"ssd_cla_episodes": [first, second, third]}), "placements")
    assert made == [
        {
            "placement_id": "L1",
            "care_period_id": "K1",
            "child_id": "A1",
            "started_on": "2020-01-01",
            "ended_on": "2020-06-01",
        },
        {"placement_id": "L2", "care_period_id": "K1", "child_id": "A1", "started_on": "2020-06-01", "ended_on": None},
    ]


def test_a_placement_without_child_and_period_finds_both_through_its_episode(read: Read) -> None:
    one = episode("1", "A1", "K1", ("2020-01-01", None), None) | {"clae_cla_placement_id": "L1"}
    placement: dict[str, str | None] = {
        "clap_cla_placement_id": "L1", "clap_cla_placement_start_date": "2020-01-01", "clap_cla_placement_type": "u6",
    }  # fmt: skip
    made = rows_of(read({"ssd_cla_episodes": [one], "ssd_cla_placement": [placement]}), "placements")
    assert made == [
        {"placement_id": "L1", "care_period_id": "K1", "child_id": "A1", "started_on": "2020-01-01", "type": "U6"}
    ]


def test_a_review_takes_its_child_from_its_period(read: Read) -> None:
    review: dict[str, str | None] = {
        "clar_cla_review_id": "V1", "clar_cla_id": "K1", "clar_cla_review_due_date": "2020-01-29",
        "clar_cla_review_date": "2020-01-20", "clar_cla_review_cancelled": "N",
        "clar_cla_review_participation": "PN1 - speaks for him or herself",
    }  # fmt: skip
    one = episode("1", "A1", "K1", ("2020-01-01", None), None)
    assert rows_of(read({"ssd_cla_episodes": [one], "ssd_cla_reviews": [review]}), "care_reviews") == [
        {"review_id": "V1", "care_period_id": "K1", "child_id": "A1", "supplied_due_on": "2020-01-29",
         "held_on": "2020-01-20", "cancelled": "N", "participation": "PN1"}
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_episodes_decides_nothing(read: Read, seed: int) -> None:
    episodes = [
        episode("1", "A1", None, ("2020-01-01", "2020-05-01"), "X1"),
        episode("2", "A1", None, ("2020-05-01", "2020-09-01"), "E4A"),
        episode("3", "A1", "K9", ("2021-02-01", None), None),
        episode("4", "A2", "K8", ("2021-02-01", "2021-02-01"), "E8"),
        episode("5", "A2", "K8", ("2021-02-01", "2021-04-01"), "X1"),
    ]
    ordered = periods(read({"ssd_cla_episodes": episodes}))
    shuffled = pl.DataFrame(episodes).sample(fraction=1, shuffle=True, seed=seed).to_dicts()
    assert periods(read({"ssd_cla_episodes": shuffled})) == ordered


def test_reviews_without_any_episodes_are_of_an_unknown_child(read: Read) -> None:
    review: dict[str, str | None] = {
        "clar_cla_review_id": "V1", "clar_cla_id": "K1", "clar_cla_review_date": "2020-01-20",
    }  # fmt: skip
    (made,) = rows_of(read({"ssd_cla_reviews": [review]}), "care_reviews")
    assert (made["care_period_id"], made["child_id"]) == ("K1", None)
