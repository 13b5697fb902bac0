"""Why: each file of the return beside the episodes has its own way of being dated, repeated and read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,URN"
ENDED = "7,01/05/2018,S,C2,N1,U6,PR1,01/02/2019,E4A,,111"


def delivered(folder: Path, **files: list[str]) -> Delivery:
    """`header_2019=[columns, row, ...]` for each file; child 7 was in care in the year to March 2019."""
    files.setdefault("episodes_2019", [EPISODES, ENDED])
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return read_source(folder)


def rows(delivery: Delivery, table: str, *columns: str) -> list[tuple[object, ...]]:
    frame = next(made.frame for made in delivery.tables if made.table == table)
    return sorted(frame.select(columns).rows(), key=str)


def fates(delivery: Delivery, kind: str) -> list[str]:
    return delivery.rows.filter(pl.col("file").str.starts_with(kind)).sort("file", "row")["disposition"].to_list()


def rules(delivery: Delivery) -> set[str]:
    return {rule.removeprefix("ssda903_") for rule in delivery.findings.filter(pl.col("row") > 0)["rule"]}


def test_the_latest_header_wins_and_the_sex_is_written_as_a_letter(tmp_path: Path) -> None:
    header = "CHILD,SEX,DOB,ETHNIC,UPN"
    made = delivered(
        tmp_path,
        header_2018=[header, "7,1,01/01/2010,NOBT,A1"],
        header_2019=[header, "7,2,01/01/2010,WBRI,A2", "8,1,02/01/2010,,"],
    )
    assert rows(made, "children", "child_id", "date_of_birth", "sex", "ethnicity", "upn") == [
        ("7", "2010-01-01", "F", "WBRI", "A2"),
        ("8", "2010-01-02", "M", None, None),
    ]
    assert fates(made, "header") == ["superseded", "carried", "carried"]
    assert rules(made) == {"202_sex_differs"}


def test_a_child_without_a_header_is_made_from_the_file_that_knows_most(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        uasc_2019=["CHILD,SEX,DOB,DUC", "7,1,01/01/2010,"],
        oc3_2019=["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "9,01/06/2000,YES,F1,B1"],
    )
    assert rows(made, "children", "child_id", "sex") == [("7", "M"), ("9", None)]
    assert rules(made) == {"no_header"}


def test_a_review_belongs_to_the_period_of_care_on_its_day(tmp_path: Path) -> None:
    review = "CHILD,DOB,REVIEW,REVIEW_CODE"
    made = delivered(
        tmp_path,
        reviews_2019=[
            review,
            "7,,01/05/2018,PN1",
            "7,,01/02/2019,PN2",
            "7,,30/04/2018,PN1",
            "7,,02/02/2019,PN1",
            "7,,01/04/2019,PN1",
            "8,,01/06/2018,PN1",
        ],
    )
    assert rows(made, "care_reviews", "review_id", "care_period_id", "participation") == [
        ("7-2018-05-01", "7-2018-05-01", "PN1"),
        ("7-2019-02-01", "7-2018-05-01", "PN2"),
    ]
    assert fates(made, "reviews") == ["carried"] * 2 + ["set_aside"] * 4
    assert rules(made) == {"review_outside_care", "review_after_return"}


def test_a_review_listed_again_is_superseded_and_two_of_one_day_are_kept_apart(tmp_path: Path) -> None:
    review = "CHILD,DOB,REVIEW,REVIEW_CODE"
    made = delivered(
        tmp_path,
        episodes_2020=[EPISODES, "8,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,"],
        reviews_2019=[review, "7,,01/06/2018,PN1"],
        reviews_2020=[review, "7,,01/06/2018,PN2", "7,,01/06/2018,PN3"],
    )
    assert rows(made, "care_reviews", "review_id", "participation") == [
        ("7-2018-06-01", "PN2"),
        ("7-2018-06-01-2", "PN3"),
    ]
    assert fates(made, "reviews") == ["superseded", "carried", "carried"]
    assert rules(made) == {"two_reviews_on_a_day"}


def test_health_outcomes_are_of_their_return_s_year(tmp_path: Path) -> None:
    outcomes = "CHILD,DOB,HEALTH_ASSESSMENT,TEETH_CHECK,SDQ_SCORE"
    made = delivered(tmp_path, oc2_2018=[outcomes, "7,,1,0,"], oc2_2019=[outcomes, "7,,1,0,12"])
    assert rows(made, "annual_health_outcomes", "year_ending", "health_assessment", "dental_check", "sdq_score") == [
        ("2018-03-31", "1", "0", None),
        ("2019-03-31", "1", "0", "12"),
    ]


@pytest.mark.parametrize(
    ("born", "recorded"),
    [
        ("01/04/2000", "2018-04-01"),
        ("31/03/2000", "2019-03-31"),
        ("29/02/2000", "2019-03-01"),
        ("", "2019-03-31"),
    ],
)
def test_a_care_leaver_is_recorded_on_the_birthday_in_the_return_s_year(
    tmp_path: Path, born: str, recorded: str
) -> None:
    made = delivered(tmp_path, oc3_2019=["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", f"9,{born},YES,F1,B1"])
    assert rows(made, "care_leaver_contacts", "recorded_on", "in_touch", "activity") == [(recorded, "YES", "F1")]


@pytest.mark.parametrize(("code", "suitable"), [("B1", "true"), ("Z2", "false"), ("0", None), ("01", None), ("", None)])
def test_suitable_is_a_letter_and_1(tmp_path: Path, code: str, suitable: str | None) -> None:
    made = delivered(tmp_path, oc3_2019=["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", f"9,01/06/2000,YES,F1,{code}"])
    assert rows(made, "care_leaver_contacts", "suitable") == [(suitable,)]


def test_support_starts_when_care_ended_after_16_and_ends_with_the_last_return_that_lists_the_young_person(
    tmp_path: Path,
) -> None:
    leavers = "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM"
    made = delivered(
        tmp_path,
        oc3_2019=[leavers, "7,01/03/2001,YES,F1,B1", "9,01/06/2000,YES,F1,B1"],
        oc3_2020=[leavers, "9,01/06/2000,DIED,0,0"],
        uasc_2019=["CHILD,SEX,DOB,DUC", "9,1,01/06/2000,"],
    )
    assert rows(made, "care_leavers", "child_id", "started_on", "ended_on", "formerly_uasc") == [
        ("7", "2019-02-01", "2019-04-01", None),  # the return of 2020 no longer lists the young person
        ("9", "2018-06-01", "2019-06-01", "true"),
    ]


def test_asylum_runs_from_the_first_care_to_the_day_the_status_ceased(tmp_path: Path) -> None:
    asylum = "CHILD,SEX,DOB,DUC"
    made = delivered(
        tmp_path,
        uasc_2018=[asylum, "7,1,01/01/2010,01/01/2028"],
        uasc_2019=[asylum, "7,1,01/01/2010,01/09/2018", "9,1,01/01/2010,01/01/2018"],
    )
    assert rows(made, "immigration_statuses", "child_id", "status", "started_on", "ended_on") == [
        ("7", "uasc", "2018-05-01", "2018-09-01"),
        ("9", "uasc", None, "2018-01-01"),
    ]
    assert fates(made, "uasc") == ["superseded", "carried", "carried"]


def test_a_missing_episode_open_at_the_year_s_end_is_closed_by_the_next_return(tmp_path: Path) -> None:
    missing = "CHILD,DOB,MISSING,MIS_START,MIS_END"
    made = delivered(
        tmp_path,
        missing_2018=[missing, "7,,M,30/03/2018,"],
        missing_2019=[missing, "7,,M,30/03/2018,02/04/2018", "7,,A,05/05/2018,04/05/2018"],
    )
    assert rows(made, "missing_episodes", "episode_id", "type", "started_at", "ended_at") == [
        ("7-2018-03-30", "M", "2018-03-30", "2018-04-02")
    ]
    assert fates(made, "missing") == ["superseded", "carried", "set_aside"]


def test_social_workers_become_allocations_and_one_worker_each(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        social_worker_2019=[
            "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
            "7,,W1,01/05/2018,01/06/2018,LEFTRL",
            "7,,W2,01/06/2018,,",
            "8,,W1,01/06/2018,,",
        ],
    )
    assert rows(made, "allocations", "child_id", "worker_id", "started_on", "ended_on", "change_reason") == [
        ("7", "W1", "2018-05-01", "2018-06-01", "LEFTRL"),
        ("7", "W2", "2018-06-01", None, None),
        ("8", "W1", "2018-06-01", None, None),
    ]
    assert rows(made, "workers", "worker_id", "role") == [("W1", "social_worker"), ("W2", "social_worker")]


def test_decision_match_and_placement_for_adoption_make_one_path(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        episodes_2019=[
            EPISODES,
            "7,01/05/2018,S,E1,N1,U6,PR1,01/12/2018,X1,,111",
            "7,01/12/2018,P,E1,N1,A6,PR1,01/03/2019,E11,,222",
        ],
        placed_adoption_2019=[
            "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
            "7,,01/06/2018,01/07/2018,RD1",
            "7,,01/08/2018,,",
        ],
        ad1_2019=["CHILD,DOB,DATE_INT,DATE_MATCH", "7,,01/08/2018,01/11/2018"],
    )
    columns = ("decided_on", "reversed_on", "matched_on", "placed_on", "order_on", "order_type")
    assert rows(made, "permanence", *columns) == [
        ("2018-06-01", "2018-07-01", None, None, None, None),
        ("2018-08-01", None, "2018-11-01", "2018-12-01", "2019-03-01", "adoption"),
    ]
    assert fates(made, "placed") == fates(made, "ad1") * 2 == ["carried", "carried"]
