"""Why: rows that were set aside hold what is wrong with a child's record, and whoever mends them needs exactly that."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import stat
import zipfile
from pathlib import Path

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.records.load import keys_of_rows_set_aside
from casetally.records.set_aside import key_hashes
from casetally.records.validate import CheckedRecords, check_records
from casetally.reports.run import RunRequest, run_all
from casetally.reports.set_aside_rows import SET_ASIDE_FILE, write_set_aside
from casetally.sealed import Key, unseal
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, Delivery
from casetally.sources.recognise import read_source

from sealed.homes import NO_PERMISSIONS

AS_AT = dt.date(2024, 3, 31)
MARK = "Zebedee"
TABLES = {
    "children": f"child_id,date_of_birth,sex,upn\nc1,2012-05-01,F,u1\nc2,never,F,{MARK}\nc3,2012-05-03,M,u3\n",
    "contacts": "contact_id,child_id,received_on,source\nk1,c1,2024-03-04,\nk1,c1,2024-03-05,\n"
                f"k2,c1,soon {MARK},=1+1\n,c3,2024-03-06,\nk4,c3,2024-05-01,\n",
    "care_leavers": "child_id,started_on,ended_on\nc1,2023-01-02,2022-01-01\n",
}  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def checked(records: Path) -> CheckedRecords:
    return check_records(read_source(records), AS_AT, Calendar.england())


def opened(path: Path, key: Key) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(unseal(path.read_bytes(), key, path.name))) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))
            for name in archive.namelist()
        }


def test_a_run_seals_the_rows_set_aside_as_they_were_read_with_place_and_rules(
    records: Path, tmp_path: Path, key: Key
) -> None:
    run_all(RunRequest((records,), AS_AT, 1, tmp_path / "out", seal_for=(key.recipient,)))
    found = opened(tmp_path / "out" / SET_ASIDE_FILE, key)
    assert sorted(found) == ["care_leavers.csv", "children.csv", "contacts.csv"]
    assert list(found["contacts.csv"][0]) == ["file", "row", "rules", "contact_id", "child_id", "received_on", "source"]
    told = [(row["file"], row["row"], row["contact_id"], row["received_on"]) for row in found["contacts.csv"]]
    # k1 stands twice and the earlier counts; k2 has no day; one has no id; k4 is not yet known and no fault
    assert told == [
        ("contacts.csv", "3", "k1", "2024-03-05"),
        ("contacts.csv", "4", "k2", f"soon {MARK}"),
        ("contacts.csv", "5", "", "2024-03-06"),
    ]
    assert found["contacts.csv"][1]["source"] == "'=1+1"  # no formula where it is opened
    assert [row["upn"] for row in found["children.csv"]] == [MARK]


def test_the_rules_are_those_of_the_findings(records: Path, tmp_path: Path, key: Key) -> None:
    run = run_all(RunRequest((records,), AS_AT, 1, tmp_path / "out", seal_for=(key.recipient,)))
    for name, rows in opened(tmp_path / "out" / SET_ASIDE_FILE, key).items():
        for row in rows:
            wanted = run.checked.findings.filter(file=row["file"], row=int(row["row"]), severity="error")
            rules = sorted(
                {f"{one['rule']} ({one['column']})" if one["column"] else one["rule"] for one in wanted.to_dicts()}
            )
            assert row["rules"].split("; ") == rules, name
            assert rules


def test_they_are_as_many_as_the_ledger_says(records: Path, tmp_path: Path, key: Key) -> None:
    run = run_all(RunRequest((records,), AS_AT, 1, tmp_path / "out", seal_for=(key.recipient,)))
    found = opened(tmp_path / "out" / SET_ASIDE_FILE, key)
    ledger = {row["file"]: row["set_aside"] for row in run.checked.ledger.to_dicts()}
    assert {name: len(rows) for name, rows in found.items()} == ledger == {
        "care_leavers.csv": 1, "children.csv": 1, "contacts.csv": 3,
    }  # fmt: skip


@pytest.mark.skipif(NO_PERMISSIONS, reason="NOT RUN: this system has no permissions by owner")
def test_it_is_its_owner_s_alone(records: Path, tmp_path: Path, key: Key) -> None:
    run_all(RunRequest((records,), AS_AT, 1, tmp_path / "out", seal_for=(key.recipient,)))
    assert stat.S_IMODE((tmp_path / "out" / SET_ASIDE_FILE).stat().st_mode) == 0o600


def test_where_nobody_could_open_it_no_row_is_written_anywhere(records: Path, tmp_path: Path) -> None:
    run_all(RunRequest((records,), AS_AT, 1, tmp_path / "out"))
    assert not (tmp_path / "out" / SET_ASIDE_FILE).exists()
    for path in (tmp_path / "out").rglob("*"):
        assert MARK.encode() not in path.read_bytes(), path.name


def test_sealed_or_not_no_row_shows_in_what_a_run_writes_or_shows_of_itself(
    records: Path, tmp_path: Path, key: Key
) -> None:
    run = run_all(RunRequest((records,), AS_AT, 1, tmp_path / "out", seal_for=(key.recipient,)))
    for path in (tmp_path / "out").rglob("*"):
        assert MARK.encode() not in path.read_bytes(), path.name
    assert MARK not in repr(run.checked)
    assert key.recipient not in json.dumps((tmp_path / "out" / "run.json").read_text())


def test_where_nothing_was_set_aside_there_is_no_file(tmp_path: Path, key: Key) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "children.csv").write_text("child_id,date_of_birth\nc1,2012-05-01\n")
    run_all(RunRequest((tmp_path / "records",), AS_AT, 1, tmp_path / "out", seal_for=(key.recipient,)))
    assert not (tmp_path / "out" / SET_ASIDE_FILE).exists()


def test_rows_that_a_reader_made_no_record_of_are_told_by_file_and_row(tmp_path: Path, key: Key) -> None:
    rows = pl.DataFrame(
        [("a.xml", 3, "set_aside", None, None), ("a.xml", 2, "set_aside", None, None), ("a.xml", 4, "superseded", None, None)],
        schema=ROW_COLUMNS, orient="row",
    )  # fmt: skip
    findings = pl.DataFrame(
        [("a.xml", 3, "children", rule, severity, "", "A sentence.", "") for rule, severity in
         (("no_child", "error"), ("no_day", "error"), ("odd", "warning"))],
        schema=FINDING_COLUMNS, orient="row",
    )  # fmt: skip
    delivery = Delivery("made up", (), (), rows, findings)
    made = write_set_aside(tmp_path, delivery, check_records(delivery, AS_AT, Calendar.england()), (key.recipient,))
    assert made is not None
    assert opened(made, key) == {
        "not_made_into_records.csv": [
            {"file": "a.xml", "row": "2", "rules": ""}, {"file": "a.xml", "row": "3", "rules": "no_child; no_day"},
        ]
    }  # fmt: skip


def hashed(*parts: str | None) -> str:
    """The hash of a key, by its description."""
    return hashlib.sha256(b"".join((b"\0" if part is None else part.encode()) + b"\x1f" for part in parts)).hexdigest()


def test_the_keys_of_rows_set_aside_are_kept_as_hashes_alone(checked: CheckedRecords) -> None:
    found = keys_of_rows_set_aside(checked).select("table_name", "key_hash")
    assert found.schema == {"table_name": pl.String, "key_hash": pl.String}
    # care_leavers has the key child_id, started_on
    assert sorted(found.rows()) == sorted(
        [
            ("care_leavers", hashed("c1", "2023-01-02")), ("children", hashed("c2")),
            ("contacts", hashed("k1")), ("contacts", hashed("k2")), ("contacts", hashed(None)),
        ]
    )  # fmt: skip


def test_an_accepted_row_of_another_night_gives_the_same_hash(checked: CheckedRecords, tmp_path: Path) -> None:
    folder = tmp_path / "another night"
    folder.mkdir()
    (folder / "children.csv").write_text(TABLES["children"])
    (folder / "care_leavers.csv").write_text("child_id,started_on,ended_on\nc1,2023-01-02,2024-01-01\n")
    later = check_records(read_source(folder), AS_AT, Calendar.england()).tables["care_leavers"]
    gone = (
        keys_of_rows_set_aside(checked)
        .select("table_name", "key_hash")
        .filter(table_name="care_leavers")["key_hash"]
        .to_list()
    )
    assert key_hashes(later, ("child_id", "started_on")).to_list() == gone


def test_a_key_s_parts_can_not_be_mistaken_for_others() -> None:
    frame = pl.DataFrame({"a": ["x", "xy", "x", None, ""], "b": ["yz", "z", None, "x", None]})
    assert key_hashes(frame, ("a", "b")).n_unique() == 5
    assert key_hashes(frame.select("a"), ("a", "b")).to_list()[0] == key_hashes(frame, ("a", "b")).to_list()[2]


def test_a_moment_in_a_key_is_hashed_to_the_second_as_it_is_said() -> None:
    frame = pl.DataFrame({"at": [dt.datetime(2024, 3, 4, 9, 30)], "n": [7]})
    for unit in ("ms", "us", "ns"):
        one = frame.with_columns(pl.col("at").dt.cast_time_unit(unit))  # type: ignore[arg-type]
        assert key_hashes(one, ("at", "n")).to_list() == [hashed("2024-03-04T09:30:00", "7")]


def test_without_any_table_there_are_no_keys() -> None:
    delivery = Delivery("made up", (), (), pl.DataFrame(schema=ROW_COLUMNS))
    assert (
        keys_of_rows_set_aside(check_records(delivery, AS_AT, Calendar.england()))
        .select("table_name", "key_hash")
        .is_empty()
    )
