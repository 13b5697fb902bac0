"""Why: a team gets its own children, those that make the figure red and no others, by ids, dates and reasons alone."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from casetally.figures.due import list_due

from case_lists.conftest import World
from case_lists.world import AS_AT, BORN, HOSTILE, MARK


def sheet(path: Path, name: str) -> list[dict[str, Any]]:
    """A sheet's rows by header, dates as dates."""
    header, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    plain = [[cell.date() if isinstance(cell, dt.datetime) and not cell.hour else cell for cell in row] for row in rows]
    return [dict(zip(map(str, header), row, strict=True)) for row in plain]


def about(path: Path) -> dict[str, Any]:
    """The first sheet: lines by name, then those of the contents by line."""
    found: dict[str, Any] = {}
    for row in openpyxl.load_workbook(path)["About"].iter_rows(values_only=True):
        if row[0] is not None or row[1] is not None:
            found[str(row[0] if row[0] is not None else row[1])] = row[1:]
    return found


def ids(path: Path, name: str, column: str) -> list[Any]:
    return [row[column] for row in sheet(path, name)]


def test_each_team_has_a_file_and_what_has_no_team_another(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == [
        "HYPERLINK_x.xlsx", "North.xlsx", "South.xlsx", "no team recorded.xlsx",
    ]  # fmt: skip


def test_where_higher_is_better_a_team_gets_those_not_in_the_numerator(made: Path) -> None:
    assert sheet(made / "North.xlsx", "A1") == [
        {
            "Child id": "c1", "Worker id": "w1", "Assessment id": "a1", "Clock starts on": dt.date(2023, 12, 1),
            "Clock due on": dt.date(2024, 2, 7), "Clock met on": dt.date(2024, 3, 20), "Working days taken": 75,
            "Why": "not in time: 75 working days from 2023-12-01 to 2024-03-20, due 2024-02-07",
            "File": "assessments.csv", "Row": 2,
        }
    ]  # fmt: skip


def test_where_lower_is_better_it_gets_those_in_it(made: Path) -> None:
    assert ids(made / "North.xlsx", "R1", "Referral id") == ["r2"]


def test_a_count_that_is_too_high_lists_all_it_counts(made: Path) -> None:
    assert ids(made / "North.xlsx", "K1", "Contact id") == ["k1"]
    assert ids(made / "South.xlsx", "K1", "Contact id") == ["k2"]


def test_a_count_that_is_too_low_has_no_list_and_says_so(made: Path) -> None:
    book = openpyxl.load_workbook(made / "North.xlsx")
    assert "R2" not in book.sheetnames
    assert str(about(made / "North.xlsx")["R2"][-1]).startswith("No list: there are too few")


def test_a_line_that_is_not_red_is_not_there(made: Path) -> None:
    assert "G1" not in about(made / "North.xlsx")


def test_a_record_without_a_team_goes_to_the_team_that_holds_the_child(made: Path) -> None:
    assert ids(made / "South.xlsx", "A1", "Assessment id") == ["a3", "a6"]
    told = about(made / "South.xlsx")["A1"][-1]
    assert told == "Those not in time. 1 of them by who holds the child: their records name no team."


def test_an_event_of_a_kind_that_names_no_team_does_so_too(made: Path) -> None:
    assert ids(made / "South.xlsx", "M1", "Episode id") == ["m1"]
    assert "M1" not in openpyxl.load_workbook(made / "North.xlsx").sheetnames


def test_what_neither_record_nor_allocation_gives_a_team_stands_apart(made: Path) -> None:
    path = made / "no team recorded.xlsx"
    assert openpyxl.load_workbook(path).sheetnames == ["About", "A1"]
    assert ids(path, "A1", "Assessment id") == ["a4"]
    assert ids(path, "A1", "Worker id") == [None]


def test_the_contents_name_figure_target_rows_and_children(made: Path) -> None:
    title, sheet_name, period, figure, target, rows, children, _ = about(made / "South.xlsx")["A1"]
    assert (title, sheet_name, period, figure) == ("Assessments in time", "A1", "2024-03", "16.7% (1 / 6)")
    assert (target, rows, children) == ("90", 2, 2)


def test_the_first_sheet_says_whose_it_is_who_asked_and_why(made: Path) -> None:
    told = about(made / "North.xlsx")
    assert told["Team"][0] == "North"
    assert told["Month"][0] == "2024-03"
    assert told["Why"][0] == "a test"
    assert told["Records speak for"][0] == "31/03/2024"
    assert told["Asked by"][0]
    assert told["Log of case lists"][0].startswith("entry 1, ")
    assert "about children" in told["Keep safe"][0]


def test_due_work_is_the_due_list_of_the_team(made: Path, world: World) -> None:
    # 45 working days from 1 February end on 8 April, after Good Friday and Easter Monday: four more from 31 March
    due = {(row["What"], row["Record"]): row for row in sheet(made / "North.xlsx", "Due work")}
    assessment = due[("Assessment to be completed", "a7")]
    assert (assessment["Child id"], assessment["Due on"]) == ("c1", dt.date(2024, 4, 8))
    assert assessment["Why"] == "due within 4 working days"
    assert (assessment["File"], assessment["Row"]) == ("assessments.csv", 8)
    listed = list_due(world.store, world.library, AS_AT, 10).filter(team="South")
    assert "p6" in listed["record"].to_list()
    assert [row["Record"] for row in sheet(made / "South.xlsx", "Due work")] == listed["record"].to_list()


def test_looking_further_ahead_finds_more_due(world: World, tmp_path: Path) -> None:
    none = world.make(tmp_path / "near", within=3, teams=("North",))
    some = world.make(tmp_path / "far", within=4, teams=("North",))
    assert some.teams[0].due.height == none.teams[0].due.height + 1


def test_only_the_teams_asked_for_get_a_file_even_where_it_is_empty(world: World, tmp_path: Path) -> None:
    world.make(tmp_path / "lists", teams=("South", "no team recorded"))
    assert {path.name for path in (tmp_path / "lists").iterdir()} == {
        "South.xlsx.age", "no team recorded.xlsx.age", "case_lists.json",
    }  # fmt: skip


def test_csv_gives_the_same_rows_in_a_folder_for_each_team(made: Path, made_csv: Path) -> None:
    assert sorted(path.name for path in made_csv.iterdir()) == [
        "HYPERLINK_x", "North", "South", "no team recorded",
    ]  # fmt: skip
    for team in ("North", "South"):
        with (made_csv / team / "A1.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["assessment_id"] for row in rows] == ids(made / f"{team}.xlsx", "A1", "Assessment id")
        assert rows[0]["clock_due_on"] == "2024-02-07"


def every_text(folder: Path) -> str:
    """All that can be read in the files of a folder, a date as 2011-11-11."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            for page in openpyxl.load_workbook(path):
                found += [str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell is not None]
        elif path.is_file():
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)


@pytest.mark.parametrize("form", ["made", "made_csv"])
def test_no_list_holds_a_date_of_birth_or_anything_else_of_the_children_table(
    form: str, request: pytest.FixtureRequest
) -> None:
    text = every_text(request.getfixturevalue(form))
    assert "c6" in text
    assert "p6" in text  # the child whose line is decided by the date of birth
    for secret in (MARK, BORN.isoformat(), f"{BORN:%d/%m/%Y}", "date_of_birth"):
        assert secret not in text


def test_why_is_told_without_the_date_of_birth_that_decides_it(made: Path) -> None:
    [row] = sheet(made / "South.xlsx", "H1")
    assert row["Why"] == "not in the numerator: last_health_on 2022-06-01"
    assert row["Last health on"] == dt.date(2022, 6, 1)


def test_a_team_with_a_hostile_name_gets_its_list_and_its_name_stays_text(made: Path, made_csv: Path) -> None:
    book = openpyxl.load_workbook(made / "HYPERLINK_x.xlsx")
    cells = [cell for row in book["About"].iter_rows() for cell in row if cell.value == HOSTILE]
    assert [cell.data_type for cell in cells] == ["s"]
    told = (made_csv / "HYPERLINK_x" / "about.csv").read_text(encoding="utf-8-sig")
    assert '"\'=HYPERLINK(""x"")/../.."' in told
