"""Why: the proof that the engine does an authority's work is its own report: every figure equal, or listed with its cause."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from casetally.figures.reconcile import KINDS
from casetally.reports.published_text import totals_of
from planted import PUBLISHED, REPORTS, planted, reconciled

README = Path(__file__).parents[2] / "README.md"
DARLINGTON = "darlington-2023-09"


@pytest.mark.parametrize("report", REPORTS)
def test_every_printed_figure_is_equal_or_has_its_cause(report: str) -> None:
    found = reconciled(report)
    assert found.unexplained.select("ref", "basis", "period", "breakdown", "printed", "calculated").rows() == []
    assert found.findings == ()
    assert found.rows.height == sum(1 for _ in (PUBLISHED / report / "figures.csv").open(encoding="utf-8")) - 1


@pytest.mark.parametrize("report", REPORTS)
def test_the_counts_are_those_that_the_readme_states(report: str) -> None:
    line = next(line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {report} |"))
    stated = [int(number.replace(",", "")) for number in re.findall(r"\| ([\d,]+) (?=\|)", line)]
    totals = totals_of(reconciled(report))
    assert stated == [totals[kind] for kind in KINDS]


@pytest.mark.parametrize("report", REPORTS)
def test_a_cause_is_given_only_for_a_figure_that_the_records_do_not_meet(report: str) -> None:
    """What was let go must really be gone: a cause beside an equal figure would be a stale excuse."""
    rows = reconciled(report).rows
    excused = pl.read_csv(planted(report).folder / "notes" / "let_go.csv", infer_schema_length=0)
    equal = rows.filter(pl.col("outcome") == "equal").with_columns(pl.col("breakdown").fill_null(""))
    both = excused.with_columns(pl.col("breakdown").fill_null("")).join(
        equal, on=["ref", "basis", "period", "breakdown"]
    )
    assert both.select("ref", "basis", "period", "breakdown", "why").rows() == []


def changed_refs(found: object, before: object) -> set[str]:
    keys = ["file_row", "ref"]
    after = found.rows.select(*keys, "calculated")  # type: ignore[attr-defined]
    both = after.join(before.rows.select(*keys, was="calculated"), on=keys)  # type: ignore[attr-defined]
    return set(both.filter(pl.col("calculated") != pl.col("was"))["ref"])


def test_another_limit_shows_and_says_which_children_would_have_to_move(tmp_path: Path) -> None:
    """Conferences due in 10 working days instead of 15: CSC 178 and 176 differ, and nothing else does."""
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "ours.yaml").write_text(
        "icpc_working_days:\n  title: Shorter\n  unit: working days\n  values: [{from: 1999-12-01, value: 10, source: us}]\n"
    )
    found = planted(DARLINGTON).reconciled(definitions=tmp_path)
    assert changed_refs(found, reconciled(DARLINGTON)) == {"CSC 176", "CSC 178"}
    september = found.rows.filter(ref="CSC 178", basis="month", period="2023-09").row(0, named=True)
    assert september["outcome"] == "differs"
    assert september["moves"] > 0
    assert found.unexplained.height > 0


def test_a_shifted_date_shows(tmp_path: Path) -> None:
    """One conference of September that was in time is held 30 working days later: 25 of 30 in September, one of October."""
    source = _copy(tmp_path)
    held = pl.read_csv(source / "cp_conferences.csv", infer_schema_length=0)
    cases = reconciled(DARLINGTON).rows.filter(ref="CSC 178", period="2023-09", basis="month").row(0, named=True)
    assert cases["calculated"] == "83.9 (26 / 31)"
    chosen = _in_time_in_september(source, held)
    held.with_columns(
        held_on=pl.when(pl.col("conference_id") == chosen).then(pl.lit("2023-10-27")).otherwise(pl.col("held_on"))
    ).write_csv(source / "cp_conferences.csv")
    found = planted(DARLINGTON).reconciled(source)
    september = found.rows.filter(ref="CSC 178", period="2023-09", basis="month").row(0, named=True)
    assert (september["outcome"], september["calculated"]) == ("differs", "83.3 (25 / 30)")
    assert september["moves"] == 1


def test_a_dropped_row_shows(tmp_path: Path) -> None:
    source = _copy(tmp_path)
    plans = pl.read_csv(source / "cp_plans.csv", infer_schema_length=0)
    still_open = plans.filter(pl.col("started_on").str.starts_with("2022"), pl.col("ended_on").is_null())[
        "plan_id"
    ].sort()[0]
    plans.filter(pl.col("plan_id") != still_open).write_csv(source / "cp_plans.csv")
    found = planted(DARLINGTON).reconciled(source)
    stock = found.rows.filter(ref="CSC 182", basis="month_end", period="2023-09").row(0, named=True)
    assert (stock["outcome"], stock["says"], stock["moves"]) == ("differs", "printed 123, calculated 122", 1)


def test_the_records_nearest_to_moving_are_named_by_id_and_working_days(tmp_path: Path) -> None:
    source = _copy(tmp_path)
    held = pl.read_csv(source / "cp_conferences.csv", infer_schema_length=0)
    chosen = _in_time_in_september(source, held)
    held.with_columns(
        held_on=pl.when(pl.col("conference_id") == chosen).then(pl.lit("2023-09-29")).otherwise(pl.col("held_on"))
    ).write_csv(source / "cp_conferences.csv")
    found = planted(DARLINGTON).reconciled(source)
    row = found.rows.filter(ref="CSC 178", period="2023-09", basis="month").row(0, named=True)
    assert (row["calculated"], row["moves"]) == ("80.6 (25 / 31)", 1)
    named = found.children[row["file_row"]]
    assert len(named) == 6  # the five that were late, and this one
    assert all("not in time" in one and "working days from" in one for one in named)
    assert any(chosen in one for one in named)


def _in_time_in_september(source: Path, held: pl.DataFrame) -> str:
    """The conference held soonest after a strategy discussion late in August, so that a month's delay is certainly late."""
    enquiries = pl.read_csv(source / "s47_enquiries.csv", infer_schema_length=0).select(
        "enquiry_id", "strategy_discussion_on"
    )
    both = held.join(enquiries, on="enquiry_id").filter(
        pl.col("held_on").str.starts_with("2023-09"), pl.col("strategy_discussion_on") <= "2023-09-05",
        pl.col("transfer_in").is_null() | (pl.col("transfer_in").str.to_lowercase() != "true"),
    )  # fmt: skip
    gap = pl.col("held_on").str.to_date() - pl.col("strategy_discussion_on").str.to_date()
    return str(both.sort(gap, "conference_id")["conference_id"][0])


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(planted(DARLINGTON).folder, tmp_path / "records"))
