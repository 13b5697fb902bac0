"""Why: every line of the five reports stands in a report of ours, under its own code and title; none may be lost on the way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from casetally.definitions.library import load_library
from casetally.definitions.reports import Line, NoView, lines_of, view_of
from casetally.errors import DefinitionError
from casetally.figures.published import read_published

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
REPORTS = sorted(folder.name for folder in PUBLISHED.iterdir())
# child-level in the report, but the data model has no table of it: who is out of education among children in care
NOT_IN_THE_DATA_MODEL = {("southampton-2024-08", "K48"), ("southampton-2024-08", "K49")}


def lines(report: str) -> dict[str, Line]:
    return {one.line.ref: one.line for one in lines_of(load_library().report(report))}


def printed_lines(shared: Path, report: str) -> list[dict[str, str]]:
    with (shared / "published" / report / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_five_reports_have_410_lines(shared: Path) -> None:
    assert len(REPORTS) == 5
    assert sum(len(lines(report)) for report in REPORTS) == 410
    assert sum(len(printed_lines(shared, report)) for report in REPORTS) == 410


@pytest.mark.parametrize("report", REPORTS)
def test_each_printed_line_stands_under_its_own_code_title_and_section(report: str, shared: Path) -> None:
    made = {(one.line.ref, one.line.title, one.section) for one in lines_of(load_library().report(report))}
    assert made == {(row["ref"], row["title"], row["section"]) for row in printed_lines(shared, report)}


@pytest.mark.parametrize("report", REPORTS)
def test_child_level_lines_are_calculated_and_the_others_supplied(report: str, shared: Path) -> None:
    library, made = load_library(), lines(report)
    wrong = {
        (report, row["ref"])
        for row in printed_lines(shared, report)
        if row["child_level"] == "yes" and library.indicator(made[row["ref"]].indicator).text.supplied
    }
    assert wrong == {one for one in NOT_IN_THE_DATA_MODEL if one[0] == report}


@pytest.mark.parametrize("report", REPORTS)
def test_every_printed_figure_has_a_line_and_a_view_or_a_reason(report: str) -> None:
    made = lines(report)
    frame = read_published(PUBLISHED / report).frame
    assert set(frame["ref"]) <= set(made)
    for row in frame.filter(frame["value"].is_not_null() & (frame["period"] != "")).iter_rows(named=True):
        view = view_of(made[row["ref"]], row["breakdown"], row["basis"], row["period"])
        if isinstance(view, NoView):
            assert not view.reason.startswith("the line does not say"), (row["ref"], row["breakdown"])


def test_a_line_with_an_unknown_indicator_is_refused_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mine.yaml").write_text(
        "title: Mine\nsections:\n  - title: One\n    lines:\n      - {ref: A1, indicator: cp_visits_10wd}\n"
    )
    with pytest.raises(DefinitionError) as wrong:
        load_library(tmp_path)
    assert "mine.yaml:5:30" in wrong.value.render()
    assert "Did you mean 'cp_visit_10wd'?" in wrong.value.render()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{ref: A1, indicator: cla_open, breakdown: {a: tame}}", "'cla_open' is not broken down by 'tame'"),
        ("{ref: A1, indicator: cla_open, shows: largest}", "shows"),
        ("{ref: A1, indicator: cla_open, shows: {groups_at_least: 2, mean_of_largest: 3}}", "Expected here"),
        ("{ref: A1, indicator: cla_open, cells: {basis=quartr: {shows: mean_of_months}}}", "Did you mean 'quarter'?"),
        ("{ref: A1, indicator: cla_open, colour: red}", "'colour' is not known here"),
    ],
)
def test_what_a_line_may_not_say(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mine.yaml").write_text(
        f"title: Mine\nsections:\n  - title: One\n    lines:\n      - {line}\n"
    )
    with pytest.raises(DefinitionError, match=r"mine\.yaml:5") as wrong:
        load_library(tmp_path)
    assert says in wrong.value.render()


def test_two_lines_of_one_code_are_refused(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mine.yaml").write_text(
        "title: Mine\nsections:\n  - title: One\n    lines:\n"
        "      - {ref: A1, indicator: cla_open}\n      - {ref: A1, indicator: cla_rate}\n"
    )
    with pytest.raises(DefinitionError, match="'A1' stands here a second time"):
        load_library(tmp_path)
