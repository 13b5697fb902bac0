"""Why: what decided the figures stands beside them, every row read is accounted for, and what lacks is said."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from casetally import __version__
from casetally.calendar import Calendar
from casetally.definitions.library import load_library
from casetally.figures.values import FIGURE_SCHEMA
from casetally.reports.run import Run, RunRequest, check_all, run_all

from figures.records import TABLES, write_records

AS_AT = dt.date(2023, 6, 30)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_all(RunRequest((write_records(folder / "records"),), AS_AT, months=2, out=folder / "out"))
    return folder / "out"


@pytest.fixture(scope="module")
def about(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return found


def test_a_run_writes_figures_findings_accounts_and_the_store(out: Path) -> None:
    assert sorted(found.name for found in out.iterdir()) == [
        "figures.csv", "figures.parquet", "findings.csv", "findings.parquet", "ledger.csv", "run.json", "scorecard.csv",
        "store.duckdb", "support.csv",
    ]  # fmt: skip


def test_run_json_says_what_decided_the_figures(about: dict[str, Any]) -> None:
    calendar = {"edition": Calendar.england().edition, "day_zero": "next", "closure_days": []}
    said = {key: about[key] for key in ("casetally", "as_at", "months", "authority", "source", "calendar")}
    assert said == {"casetally": __version__, "as_at": "2023-06-30", "months": 2, "authority": "unnamed", "source": "plain",
                    "calendar": calendar}  # fmt: skip
    assert about["definitions"] == {name: one.fingerprint for name, one in load_library().indicators.items()}
    assert {"duckdb", "polars", "holidays"} <= set(about["libraries"])
    assert set(about["seconds"]) == {"reading the definitions", "reading the source", "checking the records",
                                     "storing them", "calculating", "writing"}  # fmt: skip


def test_run_json_names_every_file_with_its_hash_and_rows(about: dict[str, Any]) -> None:
    hashes = {f"{name}.csv": hashlib.sha256(text.encode()).hexdigest() for name, text in TABLES.items()}
    rows = {f"{name}.csv": text.count("\n") - 1 for name, text in TABLES.items()}
    assert {f["file"]: f["sha256"] for f in about["files"]} == hashes
    assert {f["file"]: f["rows"] for f in about["files"]} == rows


def test_every_row_read_is_accepted_superseded_not_yet_known_or_set_aside(about: dict[str, Any]) -> None:
    fates = ("accepted", "superseded", "not_yet_known", "set_aside")
    assert {line["file"]: line["rows"] for line in about["ledger"]} == {
        line["file"]: sum(line[f] for f in fates) for line in about["ledger"]
    }
    contacts = next(line for line in about["ledger"] if line["file"] == "contacts.csv")
    assert (contacts["accepted"], contacts["not_yet_known"]) == (2, 1)


def test_the_figures_are_a_sorted_table_of_one_edition(out: Path) -> None:
    figures = pl.read_parquet(out / "figures.parquet")
    assert figures.schema == FIGURE_SCHEMA
    keys = figures.select("authority", "indicator", "basis", "period_start", "period_end", "breakdown", "group").rows()
    assert keys == sorted(keys)
    assert figures["edition"].n_unique() == 1
    assert set(figures["indicator"]) == set(load_library().indicators)
    assert figures.height == pl.read_csv(out / "figures.csv").height


def test_what_the_source_lacks_is_not_available_in_every_period_and_support_says_why(out: Path) -> None:
    figures = pl.read_parquet(out / "figures.parquet")
    support = {row["indicator"]: row for row in pl.read_csv(out / "support.csv").to_dicts()}
    absent = figures.filter(pl.col("status") == "not_available")
    assert {name for name, row in support.items() if row["support"] == "not available"} == set(absent["indicator"])
    assert support["cp_plans_open"]["lacking"] == "cp_plans"
    assert support["assessments_open"]["support"] == "calculated"
    assert absent.select("numerator", "denominator", "value").null_count().row(0) == (absent.height,) * 3
    assert figures.filter(
        pl.col("indicator").is_in(absent["indicator"].unique().to_list()), pl.col("status") != "not_available"
    ).is_empty()


def test_a_row_before_the_first_limit_is_left_out_with_a_finding_that_names_its_place_and_no_value(out: Path) -> None:
    # assessment a1 started in 2012, before the single assessment and its 45 days began on 15 April 2013
    figures = pl.read_parquet(out / "figures.parquet").filter(basis="month", period="2023-06", breakdown="all")
    assert figures.filter(indicator="assessment_45wd").select("numerator", "denominator").row(0) == (1, 1)
    assert figures.filter(indicator="assessments_completed")["numerator"].item() == 2
    findings = pl.read_parquet(out / "findings.parquet").filter(rule="limit_not_known")
    assert findings.select("file", "row", "table", "severity", "record_id").rows() == [
        ("assessments.csv", 2, "assessments", "warning", "a1")
    ]
    assert "2012" not in findings["message"].item()


def test_a_changed_file_is_another_edition_and_the_same_files_the_same(tmp_path: Path) -> None:
    def edition(folder: str, **changed: str) -> str:
        return check_all(RunRequest((write_records(tmp_path / folder, **changed),), AS_AT)).load.inputs

    first = edition("one")
    assert edition("two") == first
    assert edition("three", contacts=TABLES["contacts"].replace("2023-06-07", "2023-06-08")) != first


def test_the_authoritys_own_file_gives_name_population_and_closure_days(tmp_path: Path) -> None:
    (tmp_path / "ours" / "authorities").mkdir(parents=True)
    (tmp_path / "ours" / "authorities" / "ours.yaml").write_text(
        "name: Ourshire\ncode: E06000001\nclosure_days: [2023-06-06]\npopulations: [{mid_year: 2023, population: 5000}]\n"
    )
    source = write_records(tmp_path / "records")

    def figures(authority: str | None) -> Run:
        return run_all(RunRequest((source,), AS_AT, months=1, authority=authority, definitions=tmp_path / "ours"))

    ours, nobodys = figures("ourshire"), figures(None)
    assert (ours.name, nobodys.name) == ("E06000001", "unnamed")
    # ben's contact of Monday the 5th was decided on Wednesday the 7th: in time where Tuesday is a closure day
    for run, in_time, rate in ((ours, 2, "calculated"), (nobodys, 1, "not_available")):
        last = run.figures.filter(basis="month", period="2023-06", breakdown="all")
        assert last.filter(indicator="contact_decision_1wd")["numerator"].item() == in_time
        assert last.filter(indicator="assessments_completed_rate")["status"].item() == rate
