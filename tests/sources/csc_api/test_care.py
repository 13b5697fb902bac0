"""Why: the API tells care in building blocks; children in care and the moves they make must come out as they happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csc_api.made_up import fates, in_care, read_files, table


def block(
    start: str, reason: str | None, end: str | None = None, end_reason: str | None = None, **more: Any
) -> dict[str, Any]:
    given = {"start_date": start, "start_reason": reason, "end_date": end, "end_reason": end_reason, **more}
    return {name: value for name, value in given.items() if value is not None}


def periods(folder: Path, *blocks: dict[str, Any]) -> list[tuple[str | None, ...]]:
    rows = table(read_files(folder, one=[in_care(*blocks)]), "care_periods")
    return [(row["started_on"], row["ended_on"], row["end_reason"]) for row in rows]


def placements(folder: Path, *blocks: dict[str, Any]) -> list[tuple[str | None, ...]]:
    rows = table(read_files(folder, one=[in_care(*blocks)]), "placements")
    return [(row["placement_id"], row["started_on"], row["ended_on"], row["type"]) for row in rows]


FIRST = block("2023-01-10", "S", "2023-03-01", "X1", placement_type="U6")


def test_a_change_of_legal_status_alone_is_no_new_placement(tmp_path: Path) -> None:
    after = block("2023-03-01", "L", placement_type="U6")
    assert placements(tmp_path, FIRST, after) == [("P1", "2023-01-10", None, "U6")]
    assert periods(tmp_path, FIRST, after) == [("2023-01-10", None, None)]


def test_a_new_carer_is_a_new_placement_in_the_same_period(tmp_path: Path) -> None:
    after = block("2023-03-01", "P", "2023-06-01", "E4A", placement_type="K2")
    assert placements(tmp_path, FIRST, after) == [
        ("P1", "2023-01-10", "2023-03-01", "U6"), ("P2", "2023-03-01", "2023-06-01", "K2"),
    ]  # fmt: skip
    assert periods(tmp_path, FIRST, after) == [("2023-01-10", "2023-06-01", "E4A")]


def test_without_a_start_reason_another_type_is_a_new_placement(tmp_path: Path) -> None:
    assert len(placements(tmp_path / "a", FIRST, block("2023-03-01", None, placement_type="K2"))) == 2
    assert len(placements(tmp_path / "b", FIRST, block("2023-03-01", None, placement_type="U6"))) == 1


def test_care_that_begins_again_after_a_gap_is_another_period(tmp_path: Path) -> None:
    left = block("2023-01-10", "S", "2023-03-01", "E4A", placement_type="U6")
    again = block("2023-09-01", "S", placement_type="U6")
    assert periods(tmp_path, left, again) == [("2023-01-10", "2023-03-01", "E4A"), ("2023-09-01", None, None)]


def test_a_child_who_left_and_came_back_on_the_same_day_has_two_periods(tmp_path: Path) -> None:
    left = block("2023-01-10", "S", "2023-03-01", "E4A", placement_type="U6")
    assert [start for start, *_ in periods(tmp_path, left, block("2023-03-01", "S"))] == ["2023-01-10", "2023-03-01"]


def test_a_block_without_an_end_ends_where_the_next_begins(tmp_path: Path) -> None:
    still_open = block("2023-01-10", "S", placement_type="U6")
    assert placements(tmp_path, still_open, block("2023-03-01", "P", placement_type="K2")) == [
        ("P1", "2023-01-10", "2023-03-01", "U6"), ("P2", "2023-03-01", None, "K2"),
    ]  # fmt: skip


def test_a_temporary_move_does_not_give_the_placement_its_type(tmp_path: Path) -> None:
    holiday = block("2023-03-01", "T", "2023-03-08", "X1", placement_type="T2")
    back = block("2023-03-08", "T", placement_type="T4")
    assert placements(tmp_path, FIRST, holiday, back) == [("P1", "2023-01-10", None, "U6")]


def test_a_block_of_an_unreadable_start_is_left_to_the_checks(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, one=[in_care(FIRST, block("in spring", "P"))])
    assert [(row["placement_id"], row["started_on"]) for row in table(delivery, "placements")] == [
        ("P1", "2023-01-10"), ("P2", "in spring"),
    ]  # fmt: skip
    assert fates(delivery, "one.json") == ["carried"] * 4


def test_an_unreadable_end_is_left_to_the_checks(tmp_path: Path) -> None:
    assert placements(tmp_path, block("2023-01-10", "S", "soon", "E4A")) == [("P1", "2023-01-10", "soon", None)]


def test_the_blocks_order_changes_nothing(tmp_path: Path) -> None:
    blocks = [
        FIRST | {"child_looked_after_placement_id": "A"},
        block("2023-03-01", "P", "2023-06-01", "E4A", placement_type="K2") | {"child_looked_after_placement_id": "B"},
        block("2024-03-01", "S") | {"child_looked_after_placement_id": "C"},
    ]
    assert placements(tmp_path / "a", *blocks) == placements(tmp_path / "b", *reversed(blocks))
    assert periods(tmp_path / "a", *blocks) == periods(tmp_path / "b", *reversed(blocks))


def test_two_childrens_care_is_kept_apart(tmp_path: Path) -> None:
    one, two = in_care(FIRST), in_care(block("2023-03-01", "L"), la_child_id="C2")
    two["social_care_episodes"][0]["child_looked_after_placements"][0]["child_looked_after_placement_id"] = "P9"
    delivery = read_files(tmp_path, one=[one, two])
    assert [row["care_period_id"] for row in table(delivery, "placements")] == ["C1-2023-01-10", "C2-2023-03-01"]
