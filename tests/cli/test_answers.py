"""Why: each command does what its help says: data on stdout, notes on stderr, JSON and CSV that programs can read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import load_library

from cli.calling import AS_AT, ROOT, SAMPLE, Answer, call


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _figure(working: Path, indicator: str) -> dict[str, object]:
    figures = pl.read_parquet(working / "out" / "figures.parquet")
    return figures.filter(indicator=indicator, basis="month", period="2024-03", breakdown="all").row(0, named=True)


def test_run_writes_its_folder_prints_the_last_months_figures_and_says_what_it_did(ran: tuple[Path, Answer]) -> None:
    folder, answer = ran
    assert answer.code == 0
    assert (folder / "out" / "figures.parquet").exists()
    assert "cp_visit_10wd" in answer.out
    for words in ("rows read = ", " accepted + ", " set aside.", "figures are in out/figures.parquet"):
        assert words in answer.err


def test_run_in_json_is_one_object_whose_four_fates_add_up(elsewhere: Path) -> None:
    answer = call("run", SAMPLE, "--as-at", AS_AT, "--months", 1, "--json")
    told = json.loads(answer.out)
    assert answer.code == 0
    assert told["rows"] == told["accepted"] + told["superseded"] + told["not_yet_known"] + told["set_aside"]
    assert told["authority"] == "E06999999"
    assert told["figures"] == pl.read_parquet(elsewhere / "out" / "figures.parquet").height


def test_check_ends_with_1_where_rows_were_set_aside_and_with_0_where_none_were(elsewhere: Path) -> None:
    answer = call("check", SAMPLE, "--as-at", AS_AT)
    assert answer.code == 1
    for title in ("Rows by file", "Findings by table, rule and team", "Indicators by what this source supports"):
        assert title in answer.out
    (elsewhere / "clean").mkdir()
    (elsewhere / "clean" / "contacts.csv").write_text("contact_id,child_id,received_on\n1,ann,2024-03-01\n")
    clean = call("check", elsewhere / "clean", "--as-at", AS_AT, "--json")
    told = json.loads(clean.out)
    assert clean.code == 0
    assert [line["accepted"] for line in told["ledger"]] == [1]
    calculated = {line["indicator"] for line in told["support"] if line["support"] == "calculated"}
    assert calculated == {"contacts_received", "contacts_repeat_12m"}  # who was known when is all that either asks
    assert sorted(found.name for found in elsewhere.iterdir()) == ["clean"]  # a check writes nothing


def test_indicators_list_and_show(elsewhere: Path) -> None:
    listed = call("indicators", "list", "--json")
    assert (listed.code, listed.err) == (0, "")
    assert [row["indicator"] for row in json.loads(listed.out)] == list(load_library().indicators)
    assert "cp_visit_10wd" in call("indicators", "list").out
    shown = json.loads(call("indicators", "show", "cp_visit_10wd", "--json").out)
    assert shown["limits"] == {"cp_visit_working_days": ["10 working days from 1990-01-01"]}
    assert "cp_visits.visited_on" in shown["needs"]
    assert "10 working days from 1990-01-01" in call("indicators", "show", "cp_visit_10wd").out


def test_indicators_test_ends_with_0_where_examples_hold_and_with_1_where_one_does_not(elsewhere: Path) -> None:
    held = call("indicators", "test", "contacts_received")
    assert (held.code, held.err) == (0, "")
    assert held.out.endswith("examples hold, 0 do not.\n")
    (elsewhere / "ours" / "indicators").mkdir(parents=True)
    (elsewhere / "ours" / "indicators" / "ours.yaml").write_text(
        "ours:\n  title: t\n  meaning: m\n  source: s\n  count: contacts\n  when: received_on\n  examples:\n"
        "    - {rows: {contacts: [{received_on: 2023-06-01}]}, month: 2023-06, expect: 2}\n"
    )
    failed = call("indicators", "test", "ours", "--definitions", elsewhere / "ours")
    assert failed.code == 1
    assert "ours, example 1: expected 2, found 1" in failed.out


def test_cases_are_the_children_behind_the_figure(working: Path) -> None:
    figure = _figure(working, "cp_visit_10wd")
    listed = call("cases", "cp_visit_10wd", "--month", "2024-03")
    assert listed.code == 0
    assert f"{figure['numerator']:.0f} of {figure['denominator']:.0f}" in listed.err
    rows = _rows(call("cases", "cp_visit_10wd", "--month", "2024-03", "--csv").out)
    assert len(rows) == figure["denominator"]
    assert sum(row["in_numerator"] == "true" for row in rows) == figure["numerator"]
    told = json.loads(call("cases", "cp_visit_10wd", "--month", "2024-03", "--json").out)
    assert [row["plan_id"] for row in told] == [row["plan_id"] for row in rows]
    assert all(row["why"] and row["file"] == "cp_plans.csv" for row in told)


def test_cases_of_a_group_and_of_another_basis(working: Path) -> None:
    group = call("cases", "cp_visit_10wd", "--month", "2024-03", "--breakdown", "sex", "--group", "F", "--json")
    assert {row["sex_group"] for row in json.loads(group.out)} == {"F"}
    year = call("cases", "contacts_received", "--month", "2024-03", "--basis", "year", "--csv")
    assert len(_rows(year.out)) == pl.read_parquet(working / "out" / "figures.parquet").filter(
        indicator="contacts_received", basis="year", period="2023-24", breakdown="all"
    )["numerator"].item()  # fmt: skip


def test_a_month_in_which_nothing_counted_has_an_empty_list_and_says_so(working: Path) -> None:
    answer = call("cases", "contacts_received", "--month", "2010-03")
    assert answer.code == 0
    assert "2010-03: 0 from 0 rows" in answer.err
    assert json.loads(call("cases", "contacts_received", "--month", "2010-03", "--json").out) == []
    assert _rows(call("cases", "contacts_received", "--month", "2010-03", "--csv").out) == []


def test_explain_shows_rule_limit_steps_and_sql_down_to_the_figure(working: Path) -> None:
    figure = _figure(working, "cp_visit_10wd")
    answer = call("explain", "cp_visit_10wd", "--month", "2024-03")
    assert answer.code == 0
    for words in ("cp_visit_working_days: 10 working days since 1990-01-01", "from rows to figure", "SELECT"):
        assert words in answer.out
    steps = {
        line.rsplit(maxsplit=1)[0].strip(): line.rsplit(maxsplit=1)[1]
        for line in answer.out.splitlines()
        if line.strip()[:5] in ("numer", "denom")
    }
    assert steps == {"numerator": f"{figure['numerator']:.0f}", "denominator": f"{figure['denominator']:.0f}"}


def test_due_lists_what_is_overdue_and_falls_due_and_narrows_by_list_and_team(working: Path) -> None:
    listed = call("due")
    assert listed.code == 0
    assert "On 2024-03-31: " in listed.err
    rows = _rows(call("due", "--csv").out)
    team = rows[0]["team"]
    narrowed = json.loads(call("due", "--list", "visits", "--team", team, "--json").out)
    assert [row["record"] for row in narrowed] == [
        r["record"] for r in rows if (r["list"], r["team"]) == ("visits", team)
    ]
    worker = next(row["worker_id"] for row in rows if row["worker_id"])
    assert {row["worker_id"] for row in _rows(call("due", "--worker", worker, "--csv").out)} == {worker}


def test_due_on_a_day_after_the_records_says_what_it_can_not_know(working: Path) -> None:
    later = call("due", "--on", "2024-04-08", "--json")
    assert later.code == 0
    assert "These records speak for 2024-03-31" in later.err
    assert isinstance(json.loads(later.out), list)


def test_sample_writes_a_folder_that_a_run_can_read(elsewhere: Path) -> None:
    made = call("sample", "made", "--children", 40, "--years", 1, "--seed", 3, "--dirt", 0)
    assert made.code == 0
    assert made.out.endswith("tables are in made.\n")
    assert call("check", "made", "--as-at", AS_AT, "--json").code == 0


def test_a_later_command_uses_the_definitions_of_its_run(elsewhere: Path) -> None:
    (elsewhere / "records").mkdir()
    (elsewhere / "records" / "contacts.csv").write_text("contact_id,child_id,received_on\n1,ann,2024-03-01\n")
    (elsewhere / "ours" / "indicators").mkdir(parents=True)
    (elsewhere / "ours" / "indicators" / "ours.yaml").write_text(
        "ours:\n  title: Ours\n  meaning: m\n  source: s\n  count: contacts\n  when: received_on\n"
    )
    assert call("run", "records", "--as-at", AS_AT, "--months", 1, "--definitions", elsewhere / "ours").code == 0
    assert "Ours, 2024-03: 1 from 1 rows" in call("cases", "ours", "--month", "2024-03").err


@pytest.mark.parametrize(
    "command",
    [
        ["indicators", "list"],
        ["cases", "cp_visit_10wd", "--month", "2024-03"],
        ["due"],
        ["check", str(SAMPLE), "--as-at", AS_AT],
    ],
    ids=lambda command: command[0],
)
def test_json_is_the_only_thing_on_stdout(working: Path, command: list[str]) -> None:
    answer = call(*command, "--json")
    json.loads(answer.out)
    assert "more rows" not in answer.err


def test_the_installed_module_answers_as_a_shell_calls_it(working: Path) -> None:
    def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "casetally.cli", *arguments]
        return subprocess.run(command, cwd=working, capture_output=True, text=True, check=False)  # noqa: S603

    helped = shell("--help")
    assert helped.returncode == 0
    for name in ("run", "check", "indicators", "cases", "explain", "due", "sample"):
        assert name in helped.stdout
    refused = shell("cases", "contacts_receivd", "--month", "2024-03")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "There is no indicator 'contacts_receivd'.\nDid you mean 'contacts_received'?\n"
    assert ROOT.name not in refused.stderr
