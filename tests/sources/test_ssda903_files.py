"""Why: authorities name the files of the return as they like, and a mistake in one must be said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.errors import InputError
from casetally.sources import ssda903
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,URN\n"
ONE = "7,01/05/2018,S,C2,N1,U6,PR1,01/02/2019,E4A,,111\n"  # in the year to 31 March 2019
OC2 = "CHILD,DOB,HEALTH_ASSESSMENT\n7,01/01/2010,1\n"


def year_given(folder: Path) -> str:
    outcomes = next(table for table in read_source(folder).tables if table.table == "annual_health_outcomes")
    return str(outcomes.frame["year_ending"].item())


@pytest.mark.parametrize(
    "name",
    [
        "2019-{}.csv",
        "2018-{}.csv",
        "{}_2019.csv",
        "SSDA903_2018-19_{}.csv",
        "{} 2018-2019.CSV",
        "2019/{}.csv",
        "{}.csv",
    ],
)
def test_the_year_is_found_from_the_name_or_the_dates(tmp_path: Path, name: str) -> None:
    (tmp_path / "2019").mkdir()
    (tmp_path / name.format("episodes")).write_text(EPISODES + ONE)
    (tmp_path / name.format("oc2")).write_text(OC2)
    assert read_source(tmp_path).kind == "ssda903"
    assert year_given(tmp_path) == "2019-03-31"


@pytest.mark.parametrize("label", ["2018", "2019"])
def test_where_no_episode_has_ended_the_starts_tell_the_year(tmp_path: Path, label: str) -> None:
    (tmp_path / f"{label}-episodes.csv").write_text(EPISODES + "7,01/05/2018,S,C2,N1,U6,PR1,,,,111\n")
    (tmp_path / f"{label}-oc2.csv").write_text(OC2)
    assert year_given(tmp_path) == "2019-03-31"


def test_files_are_known_by_their_columns_whatever_their_names(tmp_path: Path) -> None:
    (tmp_path / "list one 2019.csv").write_text(EPISODES + ONE)
    (tmp_path / "list two 2019.csv").write_text("child,Review,REVIEW_CODE\n7,01/06/2018,PN1\n")
    tables = {table.table: table.frame for table in read_source(tmp_path).tables}
    assert tables["care_reviews"]["held_on"].to_list() == ["2018-06-01"]


def test_windows_text_and_iso_dates_are_read(tmp_path: Path) -> None:
    (tmp_path / "2019-episodes.csv").write_bytes(
        EPISODES.encode() + "é7,2018-05-01,S,C2,N1,U6,PR1,,,,\n".encode("cp1252")
    )
    periods = next(table for table in read_source(tmp_path).tables if table.table == "care_periods")
    assert periods.frame.select("child_id", "started_on").rows() == [("é7", "2018-05-01")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (EPISODES.replace("DECOM", "DECMO") + ONE, "Did you mean 'DECOM'?"),
        (EPISODES.replace("RNE", "LS") + ONE, "Two columns are named 'LS'."),
        (EPISODES.replace("DECOM,", "") + ONE.replace("01/05/2018,", ""), "The column 'DECOM' is missing"),
        (EPISODES + "7,01/05/2018\n", "2019-episodes.csv:2"),
        ("", "The file is empty."),
        (ONE, "The first line does not hold the column names"),
    ],
)
def test_a_broken_file_is_one_clear_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "2019-episodes.csv").write_text(text)
    with pytest.raises(InputError) as raised:
        read_source(tmp_path)
    assert says in str(raised.value)
    assert "01/05/2018" not in str(raised.value)


def test_a_return_without_any_date_must_name_its_year(tmp_path: Path) -> None:
    (tmp_path / "oc2.csv").write_text(OC2)
    with pytest.raises(InputError, match="Which year this file reports on"):
        read_source(tmp_path)


def test_files_that_no_table_takes_are_listed_and_noted(tmp_path: Path) -> None:
    (tmp_path / "2019-episodes.csv").write_text(EPISODES + ONE)
    (tmp_path / "2019-previous_permanence.csv").write_text("CHILD,DOB,PREV_PERM\n7,01/01/2010,Z1\n")
    (tmp_path / "notes.txt").write_text("hello")
    made = read_source(tmp_path)
    assert [file.file for file in made.files if not file.used] == ["2019-previous_permanence.csv", "notes.txt"]
    noted = made.findings.filter(made.findings["rule"] == "file_not_read")
    assert noted.select("file", "row", "severity").rows() == [
        ("2019-previous_permanence.csv", 0, "note"),
        ("notes.txt", 0, "note"),
    ]


def test_a_folder_of_the_data_model_is_not_taken_for_a_return(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_text("child_id,date_of_birth\n7,2010-01-01\n")
    (tmp_path / "missing_episodes-2019.csv").write_text("episode_id,child_id\n1,7\n")
    assert ssda903.claims(look_at([tmp_path])) == []


def test_files_without_rows_and_rows_that_are_all_set_aside_are_read(tmp_path: Path) -> None:
    (tmp_path / "2019-episodes.csv").write_text("CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n")
    for kind, columns in (
        ("header", "CHILD,SEX,DOB,ETHNIC"),
        ("reviews", "CHILD,REVIEW"),
        ("oc2", "CHILD,SDQ_SCORE"),
        ("oc3", "CHILD,DOB,IN_TOUCH"),
        ("uasc", "CHILD,DUC"),
        ("missing", "CHILD,MIS_START"),
        ("ad1", "CHILD,DATE_INT"),
        ("placed_adoption", "CHILD,DATE_PLACED"),
        ("social_worker", "CHILD,SW_ID,SW_DECOM"),
    ):
        (tmp_path / f"2019-{kind}.csv").write_text(columns + "\n")
    assert read_source(tmp_path).rows.height == 0
    (tmp_path / "2019-episodes.csv").write_text("CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n,,,,,01/05/2018,\n7,soon,,,,,\n")
    assert read_source(tmp_path).rows["disposition"].to_list() == ["set_aside", "set_aside"]


def test_a_return_with_only_the_needed_columns_is_read(tmp_path: Path) -> None:
    lines = ["CHILD,DECOM,RNE,LS,PLACE,DEC,REC", "7,01/05/2018,S,C2,U6,01/06/2018,X1", "7,01/06/2018,P,C2,K2,,"]
    (tmp_path / "2019-episodes.csv").write_text("\n".join(lines) + "\n")
    tables = {table.table: table.frame for table in read_source(tmp_path).tables}
    assert tables["placements"].columns[1:6] == [
        "care_period_id",
        "child_id",
        "started_on",
        "ended_on",
        "change_reason",
    ]
    assert tables["placements"]["type"].to_list() == ["U6", "K2"]
