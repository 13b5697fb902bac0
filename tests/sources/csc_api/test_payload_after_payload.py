"""Why: the API is told a child in parts, over months; the last word counts, and a purge takes away what was said before it."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from csc_api.made_up import child, episode, fates, read_files, rules, table


def with_plan(la_child_id: str = "C1", **plan: Any) -> dict[str, Any]:
    return child(
        la_child_id,
        social_care_episodes=[episode(child_protection_plans=[{"child_protection_plan_id": "CP1", **plan}])],
    )


def plans(*payloads: Any, folder: Path) -> list[tuple[str | None, str | None]]:
    delivery = read_files(folder, **{f"day{at}": [one] for at, one in enumerate(payloads)})
    return [(row["started_on"], row["ended_on"]) for row in table(delivery, "cp_plans")]


START, END = {"start_date": "2023-06-30"}, {"end_date": "2024-01-05"}


def test_a_later_payload_adds_and_leaves_what_it_does_not_name(tmp_path: Path) -> None:
    assert plans(with_plan(**START), with_plan(**END), folder=tmp_path) == [("2023-06-30", "2024-01-05")]


def test_a_later_payload_corrects(tmp_path: Path) -> None:
    assert plans(with_plan(**START), with_plan(start_date="2023-07-03"), folder=tmp_path) == [("2023-07-03", None)]


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_an_attribute_told_as_blank_is_blank(tmp_path: Path, blank: str | None) -> None:
    assert plans(with_plan(**START, **END), with_plan(end_date=blank), folder=tmp_path) == [("2023-06-30", None)]


def test_files_are_taken_in_the_order_of_their_names_with_numbers_as_numbers(tmp_path: Path) -> None:
    delivery = read_files(
        tmp_path, payload_10=[with_plan(end_date="2024-10-10")], payload_2=[with_plan(end_date="2024-02-02")]
    )
    assert [row["ended_on"] for row in table(delivery, "cp_plans")] == ["2024-10-10"]


def test_what_both_payloads_say_is_carried_by_the_later_and_superseded_in_the_earlier(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[with_plan(**START)], b=[with_plan(**START, **END)])
    assert (fates(delivery, "a.json"), fates(delivery, "b.json")) == (["superseded"] * 3, ["carried"] * 3)


def test_an_earlier_payload_that_still_says_something_carries_on(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[with_plan(**START)], b=[with_plan(**END)])
    assert fates(delivery, "a.json") == ["superseded", "superseded", "carried"]


def test_the_lists_of_a_later_payload_replace_the_earlier_ones(tmp_path: Path) -> None:
    first = child(child_details={"disabilities": ["VIS", "HAND"], "sex": "F"})
    second = child(child_details={"disabilities": ["LD"]})
    delivery = read_files(tmp_path, a=[first], b=[second])
    assert [row["disability"] for row in table(delivery, "disabilities")] == ["LD"]
    assert [row["sex"] for row in table(delivery, "children")] == ["F"]


def test_questionnaires_are_told_again_by_their_day_and_workers_by_theirs(tmp_path: Path) -> None:
    def told(score: int, end: str | None) -> dict[str, Any]:
        worker = {"worker_id": "SW1", "start_date": "2023-04-05", **({"end_date": end} if end else {})}
        scores = [{"date": "2023-01-09", "score": score}]
        return child(
            health_and_wellbeing={"sdq_assessments": scores},
            social_care_episodes=[episode(care_worker_details=[worker])],
        )

    delivery = read_files(tmp_path, a=[told(14, None)], b=[told(15, "2023-09-01")])
    assert [row["score"] for row in table(delivery, "sdq_scores")] == ["15"]
    assert [(row["started_on"], row["ended_on"]) for row in table(delivery, "allocations")] == [
        ("2023-04-05", "2023-09-01")
    ]


def test_a_record_that_moves_to_another_episode_follows_it(tmp_path: Path) -> None:
    plan = {"child_in_need_plan_id": "N1", "start_date": "2023-05-10"}
    first = child(social_care_episodes=[episode("E1", child_in_need_plans=[plan])])
    second = child(social_care_episodes=[episode("E2", child_in_need_plans=[plan])])
    delivery = read_files(tmp_path, a=[first], b=[second])
    assert [(row["plan_id"], row["referral_id"]) for row in table(delivery, "cin_plans")] == [("N1", "E2")]


def test_a_purged_child_is_gone_with_everything(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[with_plan(**START), with_plan("C2", **START)], b=[child(purge=True)])
    assert [row["child_id"] for row in table(delivery, "children")] == ["C2"]
    assert [row["child_id"] for row in table(delivery, "cp_plans")] == ["C2"]
    assert fates(delivery, "a.json") == ["superseded"] * 3 + ["carried"] * 3
    assert fates(delivery, "b.json") == ["superseded"]
    assert rules(delivery)[-1][1] == "csc_api_purged"


def test_what_stands_beside_a_childs_purge_goes_with_it(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[with_plan(**START) | {"purge": True}])
    assert all(one.frame.is_empty() for one in delivery.tables)
    assert fates(delivery, "a.json") == ["superseded"] * 3


def test_a_child_told_again_after_its_purge_is_there_with_what_was_told_since(tmp_path: Path) -> None:
    old = child(child_details={"sex": "F", "ethnicity": "WBRI"})
    delivery = read_files(tmp_path, a=[old], b=[child(purge=True)], c=[child(child_details={"sex": "M"})])
    assert [(row["sex"], row["ethnicity"]) for row in table(delivery, "children")] == [("M", None)]


def test_purged_details_leave_the_child_and_its_records(tmp_path: Path) -> None:
    old = with_plan(**START) | {"child_details": {"sex": "F", "date_of_birth": "2010-05-04", "disabilities": ["LD"]}}
    delivery = read_files(tmp_path, a=[old], b=[child(child_details={"purge": True})])
    assert [(row["child_id"], row["sex"], row["date_of_birth"]) for row in table(delivery, "children")] == [
        ("C1", None, None)
    ]
    assert table(delivery, "disabilities") == []
    assert len(table(delivery, "cp_plans")) == 1


def test_a_purged_episode_takes_its_parts_and_leaves_other_episodes(tmp_path: Path) -> None:
    plan = {"child_in_need_plan_id": "N1", "start_date": "2023-05-10"}
    other = {"child_in_need_plan_id": "N2", "start_date": "2024-05-10"}
    both = child(
        social_care_episodes=[episode("E1", child_in_need_plans=[plan]), episode("E2", child_in_need_plans=[other])]
    )
    delivery = read_files(tmp_path, a=[both], b=[child(social_care_episodes=[episode("E1", purge=True)])])
    assert [row["referral_id"] for row in table(delivery, "referrals")] == ["E2"]
    assert [row["plan_id"] for row in table(delivery, "cin_plans")] == ["N2"]


@pytest.mark.parametrize(
    ("part", "gone"),
    [
        ({"child_protection_plans": [{"child_protection_plan_id": "CP1", "purge": True}]}, "cp_plans"),
        ({"adoption": {"purge": True}}, "permanence"),
        ({"care_leavers": {"purge": True}}, "care_leaver_contacts"),
    ],
)
def test_a_purged_part_alone_is_gone(tmp_path: Path, part: dict[str, Any], gone: str) -> None:
    all_three = {
        "child_protection_plans": [{"child_protection_plan_id": "CP1", **START}],
        "adoption": {"placed_date": "2023-12-04"},
        "care_leavers": {"contact_date": "2024-01-15"},
    }
    first = child(social_care_episodes=[episode(**all_three)])
    delivery = read_files(tmp_path, a=[first], b=[child(social_care_episodes=[episode(**part)])])
    left = {name: len(table(delivery, name)) for name in ("cp_plans", "permanence", "care_leaver_contacts")}
    assert left == {name: int(name != gone) for name in left}


def test_purged_wellbeing_takes_the_questionnaires_before_it_and_beside_it(tmp_path: Path) -> None:
    def told(day: str, **more: Any) -> dict[str, Any]:
        return child(health_and_wellbeing={"sdq_assessments": [{"date": day, "score": 3}], **more})

    delivery = read_files(tmp_path, a=[told("2023-01-09")], b=[told("2023-02-09", purge=True)], c=[told("2023-03-09")])
    assert [row["completed_on"] for row in table(delivery, "sdq_scores")] == ["2023-03-09"]


def test_a_record_twice_under_one_child_is_told_of(tmp_path: Path) -> None:
    two = [{"child_protection_plan_id": "CP1", **START}, {"child_protection_plan_id": "CP1", **END}]
    delivery = read_files(tmp_path, a=[child(social_care_episodes=[episode(child_protection_plans=two)])])
    assert rules(delivery) == [(4, "csc_api_repeated", "CP1")]
    assert [(row["started_on"], row["ended_on"]) for row in table(delivery, "cp_plans")] == [
        ("2023-06-30", "2024-01-05")
    ]


def test_a_record_that_cannot_be_used_overtakes_none(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[with_plan(**START)], b=[with_plan(start_date=20240101)])
    assert [row["started_on"] for row in table(delivery, "cp_plans")] == ["2023-06-30"]
    assert fates(delivery, "b.json") == ["carried", "carried", "set_aside"]


def test_the_order_of_children_in_a_payload_changes_nothing(tmp_path: Path) -> None:
    children = [with_plan(f"C{at}", start_date=f"2023-01-{at + 1:02}") for at in range(20)]
    tables = []
    for seed in range(3):
        random.Random(seed).shuffle(children)  # noqa: S311
        delivery = read_files(tmp_path / str(seed), a=children)
        tables.append({one.table: table(delivery, one.table) for one in delivery.tables})
    assert tables[0] == tables[1] == tables[2]


def test_a_payload_in_one_file_or_in_several_says_the_same(tmp_path: Path) -> None:
    payloads = [with_plan(**START), with_plan(**END), child(child_details={"sex": "F"})]
    one = read_files(tmp_path / "one", a__jsonl="\n".join(json.dumps(payload) for payload in payloads))
    several = read_files(tmp_path / "several", **{f"p{at}": [payload] for at, payload in enumerate(payloads)})
    for name in ("children", "referrals", "cp_plans"):
        assert table(one, name) == table(several, name)
