"""Why: an analyst runs the audit on a report of their own before it is printed, and a batch reads its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from casetally.cli.audit import audit
from casetally.errors import CallError, CasetallyError, DefinitionError, InputError
from typer.testing import CliRunner, Result

from audit.made_up import months, write_report

HOLDING = months("M", 8, 15) + "\n" + months("Y", 8, 23, basis="year_to_date") + "\nP|month|2023-04||1|4|25|25%"
NOT_HOLDING = HOLDING.replace("||||23", "||||24")
OWN = "to_date: {kind: from_months, title: Since April, figures: Y, months: M, is: sum}\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    return write_report(tmp_path / "report", HOLDING)


def call(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(audit)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def refusal(*arguments: object) -> CasetallyError:
    result = call(*arguments)
    assert isinstance(result.exception, CasetallyError), result.output
    assert result.stdout == ""
    return result.exception


def test_all_holds(report: Path) -> None:
    result = call(report, "--identities", report.parent / "own.yaml")
    assert result.exit_code == 0
    assert "All 3 tests hold." in result.stderr
    assert "What does not hold" not in result.stdout


def test_what_does_not_hold_is_named_with_its_line(report: Path) -> None:
    write_report(report, NOT_HOLDING)
    result = call(report / "figures.csv", "--identities", report.parent / "own.yaml")
    assert result.exit_code == 1
    line = next(line for line in result.stdout.splitlines() if line.startswith("to_date"))
    assert line.split() == ["to_date", "Y", "2023-05", "8", "+", "15", "=", "23", "24", "line", "5"]
    assert "1 of 3 tests do not hold." in result.stderr


def test_totals_come_first_by_kind(report: Path) -> None:
    rows = [line.split() for line in call(report, "--identities", report.parent / "own.yaml").stdout.splitlines()]
    assert rows[0] == ["kind", "identities", "hold", "throughout", "tests", "hold"]
    assert rows[2:5] == [
        ["fraction", "1", "1", "1", "1"],
        ["from_months", "1", "1", "2", "2"],
        ["all", "2", "2", "3", "3"],
    ]


def test_a_report_without_identities_is_held_to_what_holds_in_any(report: Path) -> None:
    write_report(report, HOLDING.replace("1|4|25|25%", "1|4|26|26%"))
    result = call(report)
    assert result.exit_code == 1
    assert "1/4 = 25, so 25" in result.stdout
    assert "docs/audit.md" in result.stderr


def test_a_tolerance_of_one_digit(report: Path) -> None:
    write_report(report, NOT_HOLDING)
    assert call(report, "--identities", report.parent / "own.yaml", "--tolerance", "1").exit_code == 0


def test_json_holds_every_test(report: Path) -> None:
    write_report(report, NOT_HOLDING)
    result = call(report, "--identities", report.parent / "own.yaml", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["holds"], len(told["checks"])) == (1, False, 3)
    assert [one for one in told["checks"] if not one["holds"]] == [
        {"identity": "to_date", "kind": "from_months", "title": "Since April", "line": "Y", "period": "2023-05",
         "expected": "8 + 15 = 23", "printed": "24", "holds": False, "stands_in": "line 5", "figures_lines": [5, 2, 3],
         "benchmarks_lines": []}
    ]  # fmt: skip


def test_a_fault_of_the_file_is_told_and_the_rest_tested(report: Path) -> None:
    write_report(report, HOLDING + "\nQ|month|2023-04||||seven")
    result = call(report, "--identities", report.parent / "own.yaml")
    assert result.exit_code == 1
    assert f"{report / 'figures.csv'}:7: 'seven' is no number (value of Q)." in result.stdout
    assert "All 3 tests hold. Faults in the file: 1." in result.stderr


def test_a_fault_of_the_benchmarks_is_told(report: Path) -> None:
    write_report(report, HOLDING, "r,M,target,,ten,ten,\n")
    result = call(report, "--identities", report.parent / "own.yaml")
    assert result.exit_code == 1
    assert f"{report / 'benchmarks.csv'}:2: 'ten' is no number (value of M, target)." in result.stdout


def test_benchmarks_without_their_columns(report: Path) -> None:
    (report / "benchmarks.csv").write_text("id,name\n1,2\n", encoding="utf-8")
    mistake = refusal(report)
    assert (type(mistake), mistake.exit_code) == (InputError, 3)


def test_the_same_call_prints_the_same_bytes(report: Path) -> None:
    write_report(report, NOT_HOLDING)
    arguments = (report, "--identities", report.parent / "own.yaml", "--json")
    assert call(*arguments).stdout == call(*arguments).stdout


def test_no_figures(tmp_path: Path) -> None:
    mistake = refusal(tmp_path / "nowhere")
    assert (type(mistake), mistake.exit_code) == (InputError, 3)


def test_no_identities(report: Path) -> None:
    mistake = refusal(report, "--identities", report.parent / "nothing.yaml")
    assert (type(mistake), mistake.exit_code) == (CallError, 2)


def test_a_mistake_in_the_identities(report: Path) -> None:
    (report.parent / "own.yaml").write_text(OWN.replace("months: M", "months: Z"), encoding="utf-8")
    mistake = refusal(report, "--identities", report.parent / "own.yaml")
    assert (type(mistake), mistake.exit_code) == (DefinitionError, 2)


@pytest.mark.parametrize("tolerance", ["-1", "101", "nan"])
def test_a_tolerance_that_cannot_be_meant(report: Path, tolerance: str) -> None:
    assert isinstance(refusal(report, "--tolerance", tolerance), CallError)


def test_a_line_lost_to_a_fault_of_the_file_is_told_and_the_rest_is_still_audited(report: Path) -> None:
    """The only row of Y has a cell too few: its fault is named by line, the identity over it untested, P still held."""
    figures = report / "figures.csv"
    lines = figures.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if ",Y," not in line]
    short = next(line for line in lines if ",Y," in line).rsplit(",", 3)[0]
    figures.write_text("\n".join([*kept, short]) + "\n", encoding="utf-8")
    result = call(report, "--identities", report.parent / "own.yaml")
    assert result.exit_code == 1
    assert f"figures.csv:{len(kept) + 1}" in result.stdout + result.stderr
    assert "Identities that found nothing to test\n  to_date" in result.stdout
