"""Why: one real workbook, with formulas, codes in three spellings and a name that misleads, must come out as it stands.

The expected rows and figures were read off the sheets by eye, apart from the reader.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from annex_a_workbooks import assert_every_row_has_a_line, table
from casetally.calendar import Calendar
from casetally.records.validate import check_records
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source

BOOK = Path(__file__).parents[4] / "shared" / "inputs" / "annex_a" / "Annex_A_2024_Jan.xlsx"


@pytest.fixture(scope="module")
def delivery() -> Delivery:
    if not BOOK.is_file():
        pytest.skip(f"the Annex A workbook is not here: {BOOK}")
    return read_source(BOOK)


def test_every_row_of_the_ten_lists_has_its_line(delivery: Delivery) -> None:
    assert_every_row_has_a_line(delivery)
    assert {file.file.partition("#")[2]: file.rows for file in delivery.files} == {
        **{f"List {number}": 5 for number in (1, 2, 4, 5, 6, 8, 10)},
        "List 3": 6,
        "List 7": 7,
        "List 9": 6,
        "List 11": 0,
    }


def test_its_lists_speak_of_march_2021_whatever_its_name_says(delivery: Delivery) -> None:
    assert delivery.covers == "Ofsted Annex A: lists 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10, as of 15 March 2021."
    contacts = next(made for made in delivery.tables if made.table == "contacts")
    assert (contacts.since, contacts.until) == (dt.date(2020, 9, 16), None)  # its first contacts are of that very day


def test_formulas_are_read_as_what_they_came_to(delivery: Delivery) -> None:
    path = next(one for one in table(delivery, "permanence") if one["child_id"] == "13782635")
    assert [path[name] for name in ("decided_on", "placement_order_on", "matched_on", "placed_on", "order_on")] == [
        "2014-09-17",
        "2014-09-22",
        "2014-09-27",
        "2014-10-02",
        "2014-10-07",
    ]


def test_errors_in_cells_are_blanks(delivery: Delivery) -> None:
    # team and worker are #N/A in every row of list 6, so that the list tells neither
    assert not {"team", "worker_id"} & set(table(delivery, "cin_plans")[0])


def test_the_children_on_the_care_list(delivery: Delivery) -> None:
    found = {one["child_id"]: (one["type"], one["provider"], one["ended_on"]) for one in table(delivery, "placements")}
    assert found == {
        "1761444": ("U6", "PR4", None),
        "1373595": ("U1", "PR1", None),
        "14065184": ("U4", "PR5", None),
        "2529037": ("U6", "PR4", None),
        "3623204": ("H5", "PR4", "2020-09-22"),
    }


def test_every_code_of_it_is_understood_and_five_answers_are_not(delivery: Delivery) -> None:
    checked = check_records(delivery, dt.date(2021, 3, 31), Calendar.england())
    unknown = checked.findings.filter(checked.findings["rule"] == "code_out_of_list")
    assert unknown.is_empty()
    # the answers to "needs support" are not yes or no in any row of list 4
    unread = checked.findings.filter(checked.findings["rule"] == "value_unreadable")
    assert unread.select("table", "column").unique().rows() == [("assessments", "no_further_action")]
    assert unread.height == 5
