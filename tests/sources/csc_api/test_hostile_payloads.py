"""Why: a broken or hostile file must end in a sentence with its place or in rows set aside, and never give away what it holds."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from casetally.calendar import Calendar
from casetally.errors import InputError
from casetally.records.validate import check_records
from casetally.sources.csc_api import claims, objects, stream
from casetally.sources.given import look_at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csc_api.made_up import child, episode, fates, read_files, rules, table
from csc_api.test_what_becomes_of_it import FULL

GOOD = json.dumps(child())


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (f"[{GOOD},\n {GOOD[:-1]}", "a.json:2:22"),
        (f"[{GOOD}\n {GOOD}]", "a.json:2:2"),
        (f"[{GOOD},\n", "a.json:2:1"),
        ('[\n {"la_child_id": C1}]', "a.json:2:18"),
        (f'[{GOOD},\n {{"la_child_id": "unfinished', "a.json:2:18"),
        (f"[{GOOD}]\n]", "a.json:2:1"),
        (f'{GOOD}\n{{"la_child_id": {"[" * 100_000}', "a.json:2:1"),
        (f'{GOOD}\n{"[" * 100_000}', "a.json:2:2"),
        (f'[{GOOD}, {{"la_child_id": "C\x01"}}]', "a.json:1:43"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused_with_its_place(tmp_path: Path, content: str, place: str) -> None:
    with pytest.raises(InputError) as refused:
        read_files(tmp_path, a=content)
    assert str(refused.value.place) == place


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(InputError, match="UTF-16"):
        read_files(tmp_path, a=GOOD.encode(encoding))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert len(table(read_files(tmp_path, a=GOOD.encode("utf-8-sig")), "children")) == 1


def test_text_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_files(tmp_path, a=f'[{GOOD},\n\n{{"la_child_id": "Ren\xe9e"}}]'.encode("cp1252"))
    assert str(refused.value.place) == "a.json:3"


def test_a_file_is_read_through_a_small_buffer_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = [FULL | {"la_child_id": f"C{at}"} for at in range(40)]
    whole = read_files(tmp_path, a=json.dumps(children, indent=1))
    monkeypatch.setattr(stream, "_PIECE", 37)
    pieces = read_files(tmp_path, a=json.dumps(children, indent=1))
    assert [one.frame.equals(two.frame) for one, two in zip(whole.tables, pieces.tables, strict=True)] == [True] * 17
    assert whole.files == pieces.files


def test_the_place_is_right_beyond_the_first_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_PIECE", 64)
    content = "[\n" + ",\n".join([GOOD] * 50) + ",\n  nonsense]"
    with pytest.raises(InputError) as refused:
        read_files(tmp_path, a=content)
    assert str(refused.value.place) == "a.json:52:3"


def test_a_child_longer_than_any_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_LONGEST", 100_000)
    monkeypatch.setattr(stream, "_PIECE", 1_000)
    with pytest.raises(InputError, match="far longer"):
        read_files(tmp_path, a=f'{{"la_child_id": "{"x" * 200_000}"}}')


def test_a_file_of_nothing_but_faults_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_MOST_FAULTS", 100)
    with pytest.raises(InputError, match="More than 100 things"):
        read_files(tmp_path, a=[child(), *range(101)])


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"child_details": {"date_of_birth": 20100504}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": {"sex": True}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": {"sex": "x" * 10_000_000}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": {"sex": "\x00"}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": {"sex": "\ud800"}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": {"disabilities": "VIS"}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": {"disabilities": ["VIS", 3]}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"child_details": []}, [(1, "csc_api_wrong_type", "C1")]),
        ({"social_care_episodes": {}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"purge": "true"}, [(1, "csc_api_wrong_type", "C1")]),
        ({"health_and_wellbeing": {"sdq_assessments": [{"score": "14"}]}}, [(2, "csc_api_wrong_type", "C1")]),
        ({"health_and_wellbeing": {"sdq_assessments": [{"score": 1.5}]}}, [(2, "csc_api_wrong_type", "C1")]),
        ({"health_and_wellbeing": {"sdq_assessments": {}}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"health_and_wellbeing": {"purge": 1}}, [(1, "csc_api_wrong_type", "C1")]),
        ({"social_care_episodes": [episode(purge="no")]}, [(2, "csc_api_wrong_type", "E1")]),
        ({"social_care_episodes": [episode(child_in_need_plans={})]}, [(2, "csc_api_wrong_type", "E1")]),
        ({"social_care_episodes": [7]}, [(2, "csc_api_wrong_type", "C1")]),
        ({"social_care_episodes": [{}]}, [(2, "csc_api_no_id", "C1")]),
        ({"social_care_episodes": [episode(adoption=3)]}, [(3, "csc_api_wrong_type", "C1")]),
        ({"social_care_episodes": [episode(cp=1)]}, [(0, "csc_api_unknown_attribute", "")]),
    ],
)  # fmt: skip
def test_a_faulty_object_is_set_aside_alone(tmp_path: Path, part: dict[str, Any], expected: list[Any]) -> None:
    delivery = read_files(tmp_path, a=[child(**part), child("C2")])
    assert rules(delivery) == expected
    assert fates(delivery, "a.json")[-1] == "carried"


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 100_000])
def test_a_score_that_is_no_number_is_set_aside(tmp_path: Path, number: str) -> None:
    content = (
        f'[{{"la_child_id": "C1", "health_and_wellbeing": {{"sdq_assessments": [{{"score": {number}}}]}}}}, {GOOD}]'
    )
    delivery = read_files(tmp_path, a=content)
    assert fates(delivery, "a.json") == ["superseded", "set_aside", "carried"]


def test_an_attribute_twice_in_a_child_sets_all_of_it_aside(tmp_path: Path) -> None:
    content = (
        '[{"la_child_id": "C1", "la_child_id": "C2", "social_care_episodes": [{"social_care_episode_id": "E1"}]}, '
        + GOOD
        + "]"
    )
    delivery = read_files(tmp_path, a=content)
    assert fates(delivery, "a.json") == ["set_aside", "set_aside", "carried"]
    assert [row["child_id"] for row in table(delivery, "children")] == ["C1"]


def test_an_attribute_twice_in_a_record_sets_that_record_aside(tmp_path: Path) -> None:
    content = (
        '{"la_child_id": "C1", "social_care_episodes": [{"social_care_episode_id": "E1", "referral_date": "2023-01-01", '
        '"referral_date": "2023-01-02"}]}'
    )
    assert fates(read_files(tmp_path, a=content), "a.json") == ["carried", "set_aside"]


@pytest.mark.parametrize("unusable", [None, "", "John Smith", "x" * 37, True, ["C1"], {"id": "C1"}])
def test_what_stands_under_no_usable_id_is_nobodys(tmp_path: Path, unusable: Any) -> None:
    whole = copy.deepcopy(FULL) | {"la_child_id": unusable}
    delivery = read_files(tmp_path, a=[whole])
    assert fates(delivery, "a.json") == ["set_aside"] * 11
    assert {(rule, record) for _, rule, record in rules(delivery)} == {("csc_api_no_id", "")}


def test_an_id_beyond_the_apis_pattern_is_kept_and_told_of(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[child("LA-12345")])
    assert rules(delivery) == [(1, "csc_api_id_pattern", "LA-12345")]
    assert fates(delivery, "a.json") == ["carried"]


def test_an_unknown_attribute_is_told_of_once_and_a_value_in_its_place_never(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, a=[child(nickname="Zeb", **{"Zebedee Quill": 1}), child("C2", nickname="Q")])
    assert rules(delivery) == [(0, "csc_api_unknown_attribute", "")] * 2
    said = " ".join(delivery.findings["message"].to_list())
    assert "'nickname'" in said
    assert "Zeb" not in said


def test_findings_hold_no_name_no_day_and_no_free_text(tmp_path: Path) -> None:
    marked = "Zebedee Quillfeather born 4 May"
    spoiled: list[Any] = []
    for at, name in enumerate(("child_details", "health_and_wellbeing", "social_care_episodes")):
        spoiled.append(copy.deepcopy(FULL) | {"la_child_id": f"C{at}", name: marked})
    spoiled += [_with_every_text(copy.deepcopy(FULL) | {"la_child_id": "C9"}, marked)]
    delivery = read_files(tmp_path, a=spoiled)
    checked = check_records(delivery, dt.date(2024, 3, 31), Calendar.england())
    said = " ".join(str(row) for row in checked.findings.rows())
    assert "Zebedee" not in said
    assert "2010-05-04" not in said


def _with_every_text(value: Any, marked: str) -> Any:
    """Every text but ids replaced."""
    if isinstance(value, dict):
        return {
            k: v if k.endswith("_id") and k != "worker_id" else _with_every_text(v, marked) for k, v in value.items()
        }
    if isinstance(value, list):
        return [_with_every_text(one, marked) for one in value]
    return marked if isinstance(value, str) else value


@pytest.mark.parametrize("day", ["1899-12-31", "2999-01-01", "2023-02-30", "31/12/2023", "soon"])
def test_days_beyond_reason_are_left_to_the_checks(tmp_path: Path, day: str) -> None:
    whole = json.loads(json.dumps(FULL).replace("2023-08-01", day).replace("2023-06-30", day))
    delivery = read_files(tmp_path, a=[whole])
    assert {row["started_on"] for row in table(delivery, "cp_plans")} == {day}


def test_only_json_with_a_child_of_the_api_is_claimed(tmp_path: Path) -> None:
    for name, content in {"a.json": GOOD, "b.json": "{}", "c.csv": GOOD, "d.json": "", "e.json": "\x00\xff"}.items():
        (tmp_path / name).write_text(content)
    assert [one.shown for one in claims(look_at([tmp_path]))] == ["a.json"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["2023-01-01", "S", "E4A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["purge", "start_date", "adoption", "child_details", "social_care_episodes", "social_care_episode_id", "x", "la_child_id"]
    ), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, one in inside for path in _paths(one, (*at, key)))]


PATHS = _paths([FULL, FULL])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoils=st.lists(st.tuples(st.sampled_from(PATHS[1:]), values), max_size=5))
def test_whatever_stands_anywhere_every_row_is_accounted_for(
    tmp_path: Path, spoils: list[tuple[tuple[Any, ...], Any]]
) -> None:
    payload: Any = copy.deepcopy([FULL, FULL | {"la_child_id": "C2"}])
    for path, value in spoils:
        inside = payload
        try:
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    (tmp_path / "b.json").unlink(missing_ok=True)
    read_files(tmp_path, a=[child("keep"), *payload], b=[FULL])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_or_with_bytes_changed_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    whole = json.dumps([child(), FULL], indent=1).encode()
    at = data.draw(st.integers(30, len(whole) - 1))
    more = data.draw(st.binary(max_size=4))
    spoiled = whole[:at] + more + (whole[at + len(more) :] if data.draw(st.booleans()) else b"")
    with contextlib.suppress(InputError):
        read_files(tmp_path, a=spoiled)
