"""Why: a census of plans and a return on care are of the same children, and what both tell must neither count twice nor vanish."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from casetally.calendar import Calendar
from casetally.errors import InputError
from casetally.records.validate import CheckedRecords, check_records
from casetally.sources.delivery import Delivery
from casetally.sources.given import GivenDatabase, look_at
from casetally.sources.recognise import read_source

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,URN\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    return write(
        tmp_path / "plans",
        {
            "children.csv": "child_id,date_of_birth,sex\n1,2010-05-01,\n2,2011-01-01,M\n",
            "cp_plans.csv": "plan_id,child_id,started_on\np1,1,2022-05-01\n",
            "care_periods.csv": "care_period_id,child_id,started_on\nk1,2,2022-06-01\n",
        },
    )


@pytest.fixture
def care(tmp_path: Path) -> Path:
    return write(
        tmp_path / "care",
        {
            "2023-24_header.csv": HEADER + "1,2,01/05/2010,WBRI,,,\n3,1,02/02/2012,WBRI,,,\n",
            "2023-24_episodes.csv": EPISODES + "3,01/05/2023,S,C2,N1,U6,PR1,,,,\n",
        },
    )


def frame(delivery: Delivery, name: str):
    return next(table.frame for table in delivery.tables if table.table == name)


def checked(delivery: Delivery) -> CheckedRecords:
    return check_records(delivery, dt.date(2024, 3, 31), Calendar.england())


def test_two_sources_are_named_and_both_read(plans: Path, care: Path) -> None:
    delivery = read_source(plans, care)
    assert delivery.kind == "plain + ssda903"
    assert delivery.covers == (
        "Files of the data model: 3 tables in 3 files. SSDA903 return for the year to 31 March 2024: 2 files."
    )
    assert {table.table for table in delivery.tables} >= {"children", "cp_plans", "care_periods", "placements"}
    assert delivery.origin("cp_plans") == "plain"
    assert delivery.origin("placements") == "ssda903"
    assert delivery.origin("children") == "plain + ssda903"


def test_a_child_of_both_is_one_and_the_first_source_has_the_word(plans: Path, care: Path) -> None:
    children = frame(read_source(plans, care), "children").sort("child_id")
    assert children.select("child_id", "date_of_birth", "sex").rows() == [
        ("1", "2010-05-01", "F"),  # the sex that the first source leaves blank
        ("2", "2011-01-01", "M"),
        ("3", "2012-02-02", "M"),
    ]
    other = frame(read_source(care, plans), "children").sort("child_id")
    assert other["date_of_birth"].to_list() == ["2010-05-01", "2011-01-01", "2012-02-02"]


def test_any_other_table_is_taken_from_the_first_source_that_has_it(plans: Path, care: Path) -> None:
    delivery = read_source(plans, care)
    assert frame(delivery, "care_periods")["care_period_id"].to_list() == ["k1"]
    assert frame(read_source(care, plans), "care_periods")["child_id"].to_list() == ["3"]
    said = delivery.findings.filter(rule="taken_from_another_source")
    assert said.select("table", "severity").rows() == [("care_periods", "note")]


def test_every_row_of_both_is_accounted_for(plans: Path, care: Path) -> None:
    for sources in ((plans, care), (care, plans)):
        delivery = read_source(*sources)
        ledger = checked(delivery).ledger
        assert ledger["rows"].sum() == 4 + 3
        fates = ledger.select("accepted", "superseded", "not_yet_known", "set_aside")
        assert fates.sum_horizontal().to_list() == ledger["rows"].to_list()
        superseded = dict(ledger.filter(ledger["superseded"] > 0).select("file", "superseded").rows())
        later = sources[1].as_posix()
        assert {file.rsplit("/", 1)[0] for file in superseded} == {later}
    # the second return's child 1, and the first folder's period of care
    assert checked(read_source(care, plans)).ledger["superseded"].sum() == 2


def test_a_child_twice_in_one_source_is_left_for_the_checks(tmp_path: Path, care: Path) -> None:
    twice = write(tmp_path / "twice", {"children.csv": "child_id,date_of_birth\n1,2010-05-01\n1,2010-05-01\n"})
    found = checked(read_source(twice, care))
    assert found.tables["children"].height == 2
    assert found.ledger["set_aside"].sum() == 1


def test_one_folder_may_hold_both(tmp_path: Path) -> None:
    both = write(
        tmp_path / "both",
        {
            "2023-24_header.csv": HEADER + "3,1,02/02/2012,WBRI,,,\n",
            "cp_plans.csv": "plan_id,child_id,started_on\np1,3,2022-05-01\n",
        },
    )
    delivery = read_source(both)
    assert sorted(delivery.kind.split(" + ")) == ["plain", "ssda903"]
    assert {table.table for table in delivery.tables} == {"children", "cp_plans"}
    assert delivery.findings.filter(rule="file_not_read").is_empty()


def test_a_source_named_twice_is_read_once(plans: Path) -> None:
    assert read_source(plans, plans).rows.height == read_source(plans).rows.height


def test_of_several_sources_files_are_named_by_their_paths(plans: Path, care: Path) -> None:
    names = [file.file for file in read_source(plans, care).files]
    assert f"{plans.as_posix()}/children.csv" in names
    assert [file.file for file in read_source(plans).files] == ["care_periods.csv", "children.csv", "cp_plans.csv"]


def test_hidden_files_and_those_deep_below_are_not_looked_at(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", {"a.csv": "", "b/c.csv": "", ".d.csv": "", "b/.e.csv": ""})
    (folder / "b" / "f").mkdir()
    (folder / "b" / "f" / "g.csv").write_text("")
    assert [(one.shown, one.depth) for one in look_at([folder])] == [("a.csv", 1), ("b/c.csv", 2)]


def test_what_lies_in_a_folder_that_nobody_reads_is_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", {"children.csv": "child_id\n1\n", "notes/minutes.txt": "x", "letter.txt": "x"})
    delivery = read_source(folder)
    assert [(file.file, file.used) for file in delivery.files] == [("children.csv", True), ("letter.txt", False)]


@pytest.mark.parametrize(
    "url", ["postgresql://ann:hunter2@db.local:5432/care?sslmode=require", "mssql://ann:hunter2@db/care"]
)
def test_a_database_is_shown_without_user_password_or_options(url: str) -> None:
    (database,) = look_at([url])
    assert isinstance(database, GivenDatabase)
    assert database.shown in ("postgresql://db.local:5432/care", "mssql://db/care")
    assert "hunter2" not in repr(database)


def test_no_source_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="No source is given"):
        read_source()
