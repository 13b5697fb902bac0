"""Why: a column that a list has but never fills tells nothing; as a column of blanks it would make noughts that look like facts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from annex_a_workbooks import Row, list_rows, read_folder, read_lists, rules, table, write_book
from casetally.calendar import Calendar
from casetally.records.validate import check_records
from casetally.sources.annex_a.headers import DATED_BY
from casetally.sources.annex_a.layout import list_number
from casetally.sources.delivery import Delivery

D = dt.date
NAME = "Annex A 2024-01-31.xlsx"
ID = "Child Unique ID"
REFERRAL: Row = {ID: 1, "Date of referral": D(2023, 12, 1)}
PLAN: Row = {ID: 1, "Child Protection Plan Start Date": D(2023, 9, 1)}


def blank_columns(read: Delivery) -> list[tuple[str, int, str]]:
    told = read.findings.filter(read.findings["rule"] == "annex_a_column_blank")
    return told.select("severity", "row", "column").rows()


def test_codes_answers_texts_and_numbers_blank_in_every_row_are_left_out_and_dates_are_not(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_3=[REFERRAL], list_7=[PLAN])
    assert table(read, "referrals") == [{"referral_id": "1-2023-12-01", "child_id": "1", "received_on": "2023-12-01"}]
    # no plan has ended and no child has a date of birth: both are told
    assert table(read, "cp_plans") == [
        {"plan_id": "1-2023-09-01", "child_id": "1", "started_on": "2023-09-01", "ended_on": None}
    ]
    assert table(read, "children") == [{"child_id": "1", "date_of_birth": None}]


def test_a_column_that_one_row_fills_is_there(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_3=[REFERRAL, {**REFERRAL, ID: 2, "Allocated Team": "North"}])
    assert [(one["child_id"], one["team"]) for one in table(read, "referrals")] == [("1", None), ("2", "North")]


def test_an_answer_that_is_unknown_in_every_row_is_an_answer(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_7=[{**PLAN, "Does the Child have a Disability": "c) Unknown", "Gender": "U"}])
    assert table(read, "children") == [{"child_id": "1", "date_of_birth": None, "sex": "U", "disabled": None}]


def test_what_is_left_out_is_noted_with_the_columns_name(tmp_path: Path) -> None:
    row = {**PLAN, **dict.fromkeys(list_number(7).headers[1:4], "a"), "Allocated Team": "#N/A"}
    headers = [ID, *list_number(7).headers[1:4], "Child Protection Plan Start Date", "Allocated Team"]
    write_book(tmp_path / NAME, {"List 7": [["Plans"], headers, [row[header] for header in headers]]})
    read = read_folder(tmp_path)
    assert blank_columns(read) == [("note", 2, "Allocated Team")]
    (says,) = read.findings.filter(read.findings["rule"] == "annex_a_column_blank")["message"]
    assert "'Allocated Team'" in says
    assert "every row" in says


def test_a_list_without_rows_tells_that_there_are_none(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_3=[], list_7=[PLAN])
    found = next(made for made in read.tables if made.table == "referrals")
    assert found.frame.is_empty()
    assert {"source", "no_further_action", "team", "worker_id"} <= set(found.columns)


def test_rows_that_are_set_aside_fill_no_column(tmp_path: Path) -> None:
    rows = list_rows(3, [REFERRAL])
    total = [None] * (len(rows[0]) - 1) + ["1 referral"]
    write_book(tmp_path / NAME, {"List 3": [*rows, rows[0], total]})
    read = read_folder(tmp_path)
    assert "worker_id" not in table(read, "referrals")[0]
    assert {"annex_a_no_child_id", "annex_a_repeated_header"} <= rules(read)


def test_a_list_on_two_sheets_has_the_columns_that_either_fills(tmp_path: Path) -> None:
    other = list_rows(3, [{**REFERRAL, ID: 2, "Allocated Team": "North"}])
    write_book(tmp_path / NAME, {"List 3": list_rows(3, [REFERRAL]), "List 3 (2)": other})
    read = read_folder(tmp_path)
    assert [(one["child_id"], one["team"]) for one in table(read, "referrals")] == [("1", None), ("2", "North")]
    assert "source" not in table(read, "referrals")[0]


def test_without_any_case_status_nothing_is_known_of_plans(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_6=[{ID: 1, "CIN Start Date": D(2023, 9, 1)}])
    assert {made.table for made in read.tables} == {
        "children"
    }  # and no empty table of plans, which would count as none


@pytest.mark.parametrize("number", range(1, 11))
def test_a_list_of_ids_and_dates_alone_is_read_and_checked(tmp_path: Path, number: int) -> None:
    dates: Row = {column.header: D(2023, 12, 1) for column in list_number(number).columns if column.kind == "date"}
    row = {**dates, ID: 1, "Date of Birth": D(2015, 5, 5)}
    if number == 9:
        row |= {DATED_BY[9]: "Relevant child"}
    read = read_lists(tmp_path, **{f"list_{number}": [row]})
    checked = check_records(read, D(2024, 1, 31), Calendar.england())
    assert "children" in checked.tables
    given = {(made.table, column) for made in read.tables for column in made.columns}
    assert not {"team", "worker_id", "sex", "ethnicity", "disabled", "source"} & {column for _, column in given}
