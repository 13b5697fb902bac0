"""Why: the engine has no code for any authority: one more needs files and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from casetally.definitions.library import load_library
from casetally.figures.published import read_published
from casetally.figures.reconcile import reconcile
from casetally.periods import month, read_month
from casetally.reports.lines import report_rows
from casetally.reports.published_run import authority_of, label_of, months_of
from casetally.reports.run import RunRequest, run_all
from casetally.schemas import load_schemas
from casetally.store import open_store

ROOT = Path(__file__).parents[2]
AUTHORITIES = [
    path.stem for path in sorted((ROOT / "definitions" / "authorities").glob("*.yaml")) if path.stem != "sampleshire"
]

AUTHORITY = """
name: Fourthshire
code: E06999998
populations: [{mid_year: 2022, population: 2000}]
local_codes: {contact_method: {pigeon: By pigeon}}
targets:
  cp_plans_rate: [{from: 2023-04-01, target: 4.6, good: lower}]
  contacts_completed: [{from: 2023-04-01, low: 1, high: 2, good: lower}]
comparators:
  cp_plans_rate: [{comparator: england, value: 43.2, period: 2023-24}]
"""
REPORT = """
title: Fourthshire, March 2024
authority: fourth
published: fourth-2024-03
sections:
  - title: All
    lines:
      - ref: F1
        title: Contacts by how they came
        indicator: contacts_completed
        breakdown: {how: method}
        labels: {Pigeon: pigeon}
      - {ref: F2, title: Plans per 10000, indicator: cp_plans_rate}
"""
FIGURES = """report,ref,basis,period,breakdown,numerator,denominator,value,printed,rag,note
fourth-2024-03,F1,month,2024-03,how=Pigeon,,,2,2,,
fourth-2024-03,F1,month,2024-03,how=letter,,,1,1,,
fourth-2024-03,F1,month,2024-03,,,,4,4,,
fourth-2024-03,F2,month_end,2024-03,,,,5.0,5.0,,
"""
CONTACTS = """contact_id,child_id,received_on,completed_on,method
1,a,2024-03-01,2024-03-01,pigeon
2,b,2024-03-02,2024-03-04,pigeon
3,b,2024-03-03,2024-03-04,letter
"""
PLANS = """plan_id,child_id,started_on,ended_on
1,a,2024-01-01,
"""


def test_a_fourth_authority_is_its_files(tmp_path: Path) -> None:
    files = {
        "own/authorities/fourth.yaml": AUTHORITY, "own/reports/fourth-2024-03.yaml": REPORT, "figures.csv": FIGURES,
        "records/contacts.csv": CONTACTS, "records/cp_plans.csv": PLANS, "records/children.csv": "child_id\na\nb\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    own, last = tmp_path / "own", month(read_month("2024-03"))
    run = run_all(
        RunRequest((tmp_path / "records",), last.end, 1, tmp_path / "out", definitions=own, report="fourth-2024-03")
    )
    assert run.findings.is_empty()  # the pigeon is a known way here
    store, library = open_store(tmp_path / "out" / "store.duckdb", load_schemas()), load_library(own)
    report = library.report("fourth-2024-03")
    authority = authority_of(store, library, report.authority)
    found = reconcile(
        store,
        library,
        report,
        read_published(tmp_path / "figures.csv"),
        months_of(store),
        authority=label_of(store, authority),
    )
    assert found.rows.select("ref", "breakdown", "calculated", "outcome").rows() == [
        ("F1", "how=Pigeon", "2", "equal"),
        ("F1", "how=letter", "1", "equal"),
        ("F1", "", "3", "differs"),
        ("F2", "", "5.0", "equal"),
    ]
    rows = report_rows(
        store, library, report, last, authority=authority, label=label_of(store, authority), covered=months_of(store)
    )
    whole = {row.ref: row for row in rows if not row.group}
    assert whole["F2"].rating == "amber"  # 5.0 within a tenth of 4.6
    assert [one.value for one in whole["F2"].compared] == [43.2]
    assert whole["F1"].rating == "red"  # 3 lies outside 1 to 2
    assert [(row.group, row.now.value) for row in rows if row.group] == [("letter", 1), ("Pigeon", 2)]


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=lambda path: path.stem)
def test_no_authority_is_named_in_the_engine(path: Path) -> None:
    code = path.read_text(encoding="utf-8").lower()
    assert [name for name in AUTHORITIES if re.search(rf"\b{name}\b", code)] == []
