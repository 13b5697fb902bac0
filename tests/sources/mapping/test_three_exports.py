"""Why: whatever system an export comes from, its figures must be those of the same records in the data model's own files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.records.validate import CheckedRecords, check_records
from casetally.sources.mapping.proposal_text import left_to_fill, proposal_text
from casetally.sources.mapping.proposing import propose
from casetally.sources.recognise import read_source

from mapping.made_up import PERSONAL, RECORDS, ledger_like, mosaic_like, spreadsheet_dump, write_plain

SHAPES = [ledger_like, mosaic_like, spreadsheet_dump]


def checked(folder: Path) -> CheckedRecords:
    return check_records(read_source(folder), dt.date(2024, 3, 31), Calendar.england())


def records(found: CheckedRecords) -> dict[str, list[tuple[object, ...]]]:
    """The accepted records of each table, in the order of their values."""
    return {
        name: sorted(frame.select(pl.exclude("_record", "_file", "_row")).rows(), key=repr)
        for name, frame in found.tables.items()
    }


def errors_and_warnings(found: CheckedRecords) -> list[tuple[object, ...]]:
    real = found.findings.filter(pl.col("severity") != "note")
    return sorted(real.select("table", "rule", "record_id").rows())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> CheckedRecords:
    folder = tmp_path_factory.mktemp("plain")
    write_plain(folder)
    return checked(folder)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_proposed_mapping_reads_the_same_records(
    tmp_path: Path, plain: CheckedRecords, shape: Callable[[Path], None]
) -> None:
    shape(tmp_path)
    proposals = propose(tmp_path)
    (tmp_path / "casetally-mapping.yaml").write_text(proposal_text(proposals), encoding="utf-8")
    assert left_to_fill(proposals) == 0
    found = checked(tmp_path)
    assert set(found.tables) == set(RECORDS)
    assert records(found) == records(plain)
    assert errors_and_warnings(found) == errors_and_warnings(plain)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_proposal_holds_no_value_of_a_person(tmp_path: Path, shape: Callable[[Path], None]) -> None:
    shape(tmp_path)
    text = proposal_text(propose(tmp_path))
    for value in PERSONAL.values():
        assert value not in text
    for row in RECORDS["children"]:
        assert row["child_id"] not in text
        assert row["date_of_birth"] not in text
        assert f"{dt.date.fromisoformat(row['date_of_birth']):%d/%m/%Y}" not in text


@pytest.mark.parametrize("shape", SHAPES)
def test_a_proposal_is_the_same_each_time(tmp_path: Path, shape: Callable[[Path], None]) -> None:
    shape(tmp_path)
    assert proposal_text(propose(tmp_path)) == proposal_text(propose(tmp_path))


HAND_WRITTEN = """
files:
  - file: people_extract.csv
    table: children
    columns: {child_id: PERSON_ID, date_of_birth: DATE_OF_BIRTH, sex: GENDER, ethnicity: ETHNICITY_CODE}
    codes: {sex: {Male: M, Female: F}}
    date_formats: {date_of_birth: dd-mmm-yyyy}
  - file: contacts_*.csv
    table: contacts
    columns:
      contact_id: CONTACT_NO
      child_id: PERSON_ID
      received_on: CONTACT_DATE
      source: SOURCE_OF_CONTACT
      outcome: CONTACT_DECISION
    codes:
      outcome: {NFA: no_further_action, progress to referral: social_care, Referral to Early Help: early_help}
"""


def test_a_mapping_written_by_hand_reads_the_same_records(tmp_path: Path, plain: CheckedRecords) -> None:
    mosaic_like(tmp_path)
    (tmp_path / "casetally-mapping.yaml").write_text(HAND_WRITTEN)
    found = records(checked(tmp_path))
    assert found == {name: records(plain)[name] for name in ("children", "contacts")}


def test_every_row_is_accounted_for_and_the_total_is_set_aside(tmp_path: Path) -> None:
    spreadsheet_dump(tmp_path)
    (tmp_path / "casetally-mapping.yaml").write_text(proposal_text(propose(tmp_path)), encoding="utf-8")
    ledger = {row["file"]: row for row in checked(tmp_path).ledger.rows(named=True)}
    contacts = ledger["Performance data.xlsx#Contacts"]
    assert (contacts["rows"], contacts["accepted"], contacts["set_aside"]) == (91, 90, 1)
    assert all(row["rows"] == row["accepted"] + row["set_aside"] for row in ledger.values())


def test_files_not_in_the_mapping_are_told_of(tmp_path: Path) -> None:
    mosaic_like(tmp_path)
    (tmp_path / "casetally-mapping.yaml").write_text(HAND_WRITTEN)
    unread = [file.file for file in read_source(tmp_path).files if not file.used]
    assert unread == ["casetally-mapping.yaml", "cin_episodes_extract.csv", "cp_extract.csv", "cp_visits_extract.csv"]


def test_a_word_that_cannot_be_told_is_left_to_fill(tmp_path: Path) -> None:
    mosaic_like(tmp_path)
    path = tmp_path / "contacts_extract.csv"
    path.write_text(path.read_text().replace("Progress to Referral", "Zog"))
    text = proposal_text(propose(tmp_path))
    assert re.search(r'"Zog": "\?"', text)
