"""Why: a child stands in several lists; one record must come of it, and disagreements be told without values."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from annex_a_workbooks import read_lists, table
from casetally.sources.delivery import Delivery

D = dt.date
CONTACT = {"Date of Contact": D(2024, 1, 5)}
PLAN = {"Child Protection Plan Start Date": D(2023, 9, 1)}


def disagreements(read: Delivery) -> list[tuple[str, str]]:
    told = read.findings.filter(read.findings["rule"] == "annex_a_lists_disagree")
    return sorted(told.select("record_id", "column").rows())


def test_later_lists_fill_what_earlier_ones_leave_blank(tmp_path: Path) -> None:
    read = read_lists(
        tmp_path,
        list_1=[{**CONTACT, "Child Unique ID": 1, "Gender": "a) Male"}],
        list_7=[
            {**PLAN, "Child Unique ID": 1, "Gender": "M", "Date of Birth": D(2015, 5, 5), "Ethnicity": "WBRI",
             "Does the Child have a Disability": "b) No"}
        ],
    )  # fmt: skip
    assert table(read, "children") == [
        {"child_id": "1", "date_of_birth": "2015-05-05", "sex": "M", "ethnicity": "WBRI", "disabled": "false"}
    ]
    assert disagreements(read) == []


def test_where_lists_disagree_the_first_has_the_word_and_the_child_is_named_by_id_only(tmp_path: Path) -> None:
    read = read_lists(
        tmp_path,
        list_1=[{**CONTACT, "Child Unique ID": 1, "Date of Birth": D(2015, 5, 5), "Gender": "M"}],
        list_7=[{**PLAN, "Child Unique ID": 1, "Date of Birth": D(2015, 5, 6), "Gender": "F"}],
    )
    (child,) = table(read, "children")
    assert (child["date_of_birth"], child["sex"]) == ("2015-05-05", "M")
    assert disagreements(read) == [("1", "date_of_birth"), ("1", "sex")]
    assert not any("2015" in message for message in read.findings["message"] if "lists speak" not in message)


def test_what_is_recorded_as_unknown_is_no_disagreement_and_gives_way(tmp_path: Path) -> None:
    read = read_lists(
        tmp_path,
        list_1=[{**CONTACT, "Child Unique ID": 1, "Gender": "c) Not stated/recorded", "Ethnicity": "t) NOBT"}],
        list_7=[{**PLAN, "Child Unique ID": 1, "Gender": "F", "Ethnicity": "n) BCRB"}],
    )
    (child,) = table(read, "children")
    assert (child["sex"], child["ethnicity"]) == ("F", "BCRB")
    assert disagreements(read) == []


def test_a_child_whose_lists_all_say_unknown_is_unknown(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_1=[{**CONTACT, "Child Unique ID": 1, "Gender": "U", "Ethnicity": "NOBT"}])
    (child,) = table(read, "children")
    assert (child["sex"], child["ethnicity"]) == ("U", "NOBT")


def test_dates_of_birth_in_two_forms_are_one_date(tmp_path: Path) -> None:
    read = read_lists(
        tmp_path,
        list_1=[{**CONTACT, "Child Unique ID": 1, "Date of Birth": "05/05/2015"}],
        list_7=[{**PLAN, "Child Unique ID": "1", "Date of Birth": D(2015, 5, 5)}],
    )
    assert disagreements(read) == []
    assert [child["date_of_birth"] for child in table(read, "children")] == ["2015-05-05"]
