"""Why: no output of a run holds more of a child's record than ids, so that figures, findings and messages can be passed on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cli.calling import call

MARK = "Zebedee"
BORN = "1911-11-11"  # a day that stands nowhere else
AS_AT = dt.date(2024, 3, 31)

# marked values in free text, codes, numbers and dates: read, unreadable, off the list, out of range, in the wrong order
TABLES = {
    "children": "child_id,date_of_birth,sex,ethnicity,family_id,upn\n"
                f"c1,{BORN},{MARK},{MARK},f1,{MARK}\nc2,{MARK},F,WBRI,f2,{MARK}\nc1,{BORN},F,,,{MARK}\n",
    "contacts": "contact_id,child_id,received_on,completed_on,source,outcome,consent\n"
                f"k1,c1,2024-03-04,{MARK},{MARK},{MARK},{MARK}\nk2,c1,{BORN},,,,\nk3,c1,2024-03-05,{BORN},,,\n,c1,{MARK},,,,\n",
    "cp_plans": "plan_id,child_id,started_on,ended_on,initial_category,previous_plans\n"
                f"p1,c1,2024-01-04,,{MARK},{MARK}\np2,c1,2024-02-04,{BORN},,-7\np3,c1,2024-02-05,,,\n",
    "early_help_assessments": f"assessment_id,child_id,started_on,organisation\ne1,c1,2024-03-01,{MARK}\n",
    "placements": "placement_id,care_period_id,child_id,started_on,distance_miles,urn\n"
                  f"q1,w1,c1,2024-03-01,{MARK},{MARK}\n",
    "care_periods": f"care_period_id,child_id,started_on,end_reason\nw1,c1,2024-03-01,{MARK}\n",
}  # fmt: skip


@pytest.fixture
def records(elsewhere: Path) -> Path:
    folder = elsewhere / "records"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def _names_nobody(text: str, where: str) -> None:
    assert MARK not in text, where
    assert BORN not in text, where


def test_no_output_of_a_run_holds_a_value_of_a_record_other_than_its_id(records: Path, elsewhere: Path) -> None:
    answer = call("run", records, "--as-at", AS_AT, "--months", 3)
    assert answer.code == 0
    _names_nobody(answer.out + answer.err, "what the run printed")
    written = [path for path in (elsewhere / "out").iterdir() if path.name != "store.duckdb"]  # the records themselves
    assert len(written) == 8
    for path in written:
        _names_nobody(path.read_bytes().decode("latin-1"), path.name)
    findings = (elsewhere / "out" / "findings.csv").read_text(encoding="utf-8")
    for record in ("k1", "k2", "k3", "p1", "p2", "c2"):
        assert record in findings


def test_no_output_of_a_check_a_case_list_an_explanation_or_a_due_list_does(records: Path) -> None:
    checked = [call("check", records, "--as-at", AS_AT, *json) for json in ((), ("--json",))]
    assert [answer.code for answer in checked] == [1, 1]
    assert call("run", records, "--as-at", AS_AT, "--months", 1).code == 0
    listed = [
        call("cases", "cp_plans_open", "--month", "2024-03"),
        call("cases", "contacts_received", "--month", "2024-03", "--csv"),
        call("cases", "early_help_assessments_started", "--month", "2024-03", "--json"),
        call("explain", "cp_plans_open", "--month", "2024-03"),
        call("due", "--json"),
    ]
    assert [answer.code for answer in listed] == [0] * 5
    assert "p1" in listed[0].out
    for answer in (*checked, *listed):
        _names_nobody(answer.out + answer.err, answer.out[:80])


def test_a_refusal_shows_the_header_but_never_a_row(records: Path) -> None:
    (records / "contacts.csv").write_text(
        f"contact_id,child_id,received_on\nk1,c1,2024-03-01,{MARK}\n", encoding="utf-8"
    )
    answer = call("run", records, "--as-at", AS_AT)
    assert answer.code == 3
    assert "contacts.csv:2" in answer.err
    _names_nobody(answer.err, "the refusal")
