"""Why: of a record that was set aside the editions hold a hash alone, and still all that hangs on it must go with its child."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import CallError
from casetally.records.set_aside import key_hashes
from casetally.sources.recognise import read_source
from casetally.store.editions import open_editions, writing
from casetally.store.editions.letting_go import Forgotten, forget

from tests.editions.nights import LIBRARY, Export, written

NIGHT = dt.date(2024, 4, 1)
TABLES = {
    "children": "child_id,date_of_birth,sex\nC1,2012-05-01,F\nC2,2013-05-01,M\nC3,2014-05-01,F\nC9,2014-05-02,F\n",
    # A1 is C1's, and is set aside for a day that can't be read; the others are accepted, A2 as C2's
    "assessments": "assessment_id,child_id,started_on,completed_on\nA1, C1 ,soon,\nA2,C2,2024-02-01,\nA3,C1,2024-02-03,\n",
    # other assessments have the same ids, and other children
    "early_help_assessments": "assessment_id,child_id,started_on\nA1,C2,2024-02-01\nA2,C1,2024-02-01\nA3,C2,soon\n",
    # of two that are alike one is set aside; a code that is on no list is left out
    "assessment_factors": "assessment_id,factor\nA1,3A\nA1,3A\nA1,what\nA2,3A\nA2,3A\nA3,3A\nA3,3A\n",
    "cp_conferences": "conference_id,child_id,held_on\nM1,C1,never\nM2,C2,2024-02-09\n",
    "conference_attendances": "conference_id,agency,attended\nM1,police,true\nM2,police,true\n",
    # the link C2 to C1 is set aside, as is C2 to C3
    "child_links": "child_id,linked_child_id,linked_on\nC2,C1,never\nC2,C3,never\n",
    # its id is that of C1: it is C2's all the same
    "contacts": "contact_id,child_id,received_on\nC1,C2,soon\n",
}  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Export:
    (tmp_path / "export").mkdir()
    for name, text in TABLES.items():
        (tmp_path / "export" / f"{name}.csv").write_text(text)
    return Export(NIGHT, read_source(tmp_path / "export"))


@pytest.fixture
def path(export: Export, tmp_path: Path) -> Path:
    written(tmp_path / "editions.duckdb", [export])
    return tmp_path / "editions.duckdb"


def _forget(path: Path, child: str) -> Forgotten:
    with writing(path, LIBRARY.schemas) as book:
        return forget(book, child)


def _rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    editions = open_editions(path, LIBRARY.schemas)
    try:
        return editions.rows(sql)
    finally:
        editions.close()


def _findings(path: Path) -> set[tuple[object, ...]]:
    return set(_rows(path, "SELECT \"table\", record_id FROM editions.main.findings WHERE record_id <> ''"))


def _hashes(path: Path, table: str) -> list[str]:
    return [
        str(row[0]) for row in _rows(path, f"SELECT key_hash FROM editions.main.set_aside WHERE table_name = '{table}'")
    ]


def _hash_of(*key: str) -> str:
    frame = pl.DataFrame({str(at): [part] for at, part in enumerate(key)})
    return str(key_hashes(frame, frame.columns)[0])


def test_the_world_is_as_these_tests_need_it(path: Path) -> None:
    assert set(_hashes(path, "assessments")) == {_hash_of("A1")}
    assert set(_hashes(path, "cp_conferences")) == {_hash_of("M1")}
    assert set(_hashes(path, "child_links")) == {_hash_of("C2", "C1"), _hash_of("C2", "C3")}
    assert set(_hashes(path, "assessment_factors")) == {_hash_of(one, "3A") for one in ("A1", "A2", "A3")}
    assert ("A1",) in _rows(path, "SELECT assessment_id FROM editions.main.rows_assessment_factors")
    assert ("M1",) in _rows(path, "SELECT conference_id FROM editions.main.rows_conference_attendances")
    assert {("assessment_factors", "A1/3A"), ("child_links", "C2/C1"), ("contacts", "C1")} <= _findings(path)


def test_rows_under_a_record_that_was_set_aside_go_with_its_child_and_no_others(path: Path) -> None:
    _forget(path, "C1")
    assert _rows(path, "SELECT DISTINCT assessment_id FROM editions.main.rows_assessment_factors") == [("A2",)]
    assert _rows(path, "SELECT DISTINCT conference_id FROM editions.main.rows_conference_attendances") == [("M2",)]
    assert _hashes(path, "assessments") == _hashes(path, "cp_conferences") == []
    assert _hashes(path, "assessment_factors") == [_hash_of("A2", "3A")]


def test_findings_name_nothing_of_the_child_any_more(path: Path) -> None:
    before = _findings(path)
    done = _forget(path, "C1")
    left = _findings(path)
    hers = ("A1", "A3", "M1")
    assert {one for one in left if str(one[1]).split("/")[0] in hers} == {
        ("early_help_assessments", "A3")
    }  # it is C2's
    assert {("assessment_factors", "A2/3A"), ("child_links", "C2/C3"), ("contacts", "C1")} <= left
    assert before - left <= done.records  # so that the outputs lose them too


def test_a_link_that_was_set_aside_goes_with_either_of_the_two(path: Path) -> None:
    done = _forget(path, "C1")
    assert _hashes(path, "child_links") == [_hash_of("C2", "C3")]
    assert ("child_links", "C2/C1") in done.records
    _forget(path, "C2")
    assert _hashes(path, "child_links") == []
    assert not {one for one in _findings(path) if "C2" in str(one[1])}


def test_what_an_earlier_version_kept_without_a_child_is_found_by_its_records(path: Path) -> None:
    with writing(path, LIBRARY.schemas) as book:
        book.con.execute("UPDATE editions.main.findings SET child_id = NULL WHERE \"table\" = 'assessment_factors'")
    _forget(path, "C1")
    assert {one for one in _findings(path) if one[0] == "assessment_factors"} == {("assessment_factors", "A2/3A")}


def test_a_key_that_an_earlier_version_kept_without_a_child_goes_with_the_same_one_kept_since(path: Path) -> None:
    with writing(path, LIBRARY.schemas) as book:
        book.con.execute(
            "INSERT INTO editions.main.set_aside BY NAME SELECT table_name, key_hash, NULL AS child_id, 1 AS _from, "
            "2 AS _until FROM editions.main.set_aside WHERE table_name = 'assessment_factors'"
        )
    assert len(_hashes(path, "assessment_factors")) == 6
    _forget(path, "C1")
    assert _hashes(path, "assessment_factors") == [_hash_of("A2", "3A")] * 2


def test_a_record_that_stands_for_another_child_stays_with_what_hangs_on_it(tmp_path: Path, export: Export) -> None:
    (tmp_path / "export" / "assessments.csv").write_text(
        "assessment_id,child_id,started_on,completed_on\nA1,C2,2024-02-01,\nA1,C9,soon,\n"
    )
    path = tmp_path / "other.duckdb"
    written(path, [replace(export, delivery=read_source(tmp_path / "export"))])
    assert _hashes(path, "assessments") == [_hash_of("A1")]
    _forget(path, "C9")
    assert ("A1",) in _rows(path, "SELECT assessment_id FROM editions.main.rows_assessment_factors")


def test_a_finding_of_a_reader_that_names_the_child_alone_goes(path: Path) -> None:
    with writing(path, LIBRARY.schemas) as book:
        for table, named in (("placements", "C1"), ("Episodes", "C1"), ("workers", "C1"), ("placements", "C2")):
            book.con.execute(
                "INSERT INTO editions.main.findings BY NAME SELECT 'return.xml' AS file, ? AS \"table\", 'x' AS rule, "
                "'error' AS severity, 'x' AS message, ? AS record_id, 1 AS row, 1 AS _from, 2147483647 AS _until",
                [table, named],
            )
    _forget(path, "C1")
    left = {one for one in _findings(path) if one[0] in ("placements", "Episodes", "workers")}
    assert left == {("placements", "C2"), ("workers", "C1")}


@pytest.mark.parametrize("other", ["A2", "M2", "C2/C1", "3A", "", "what"])
def test_what_is_no_child_is_refused_though_findings_name_it(other: str, path: Path) -> None:
    with pytest.raises(CallError, match="No edition knows"):
        _forget(path, other)
