"""Why: no two authorities lay out the same workbook; what is the same list must be read as the same list, row numbers and all."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from annex_a_workbooks import list_rows, read_folder, read_lists, rules, table, write_book
from casetally.errors import InputError
from casetally.schemas import load_schemas
from casetally.sources.annex_a import claims, read
from casetally.sources.annex_a.headers import number_in_name
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source

D = dt.date
NAME = "Annex A 2024-01-31.xlsx"
CONTACTS = [
    {"Child Unique ID": 501, "Gender": "b) Female", "Date of Contact": D(2024, 1, 5), "Contact Source": "q) 6: Police"},
    {"Child Unique ID": 502, "Gender": "a) Male", "Date of Contact": D(2024, 1, 9), "Contact Source": "10 - Unknown"},
]
ROWS = list_rows(1, CONTACTS)
EXPECTED = [
    {"contact_id": "501-2024-01-05", "child_id": "501", "received_on": "2024-01-05", "source": "6"},
    {"contact_id": "502-2024-01-09", "child_id": "502", "received_on": "2024-01-09", "source": "10"},
]


def read_rows(folder: Path, rows: list[list[Any]], sheet: str = "List 1") -> Delivery:
    write_book(folder / NAME, {sheet: rows})
    return read_folder(folder)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("List 1", 1),
        ("List_07", 7),
        ("LIST-11", 11),
        ("Ofsted List 8 - Children in care", 8),
        ("1 Contacts", 1),
        ("3. Referrals", 3),
        ("Contacts", 1),
        ("Looked After Children", 8),
        ("List 12", None),
        ("List 123", None),
        ("Checklist 2 of 3 teams", None),
        ("2024", None),
        ("1 April", None),
        ("Notes", None),
    ],
)
def test_a_sheet_is_known_by_its_name(name: str, number: int | None) -> None:
    assert number_in_name(name) == number


@pytest.mark.parametrize("sheet", ["List 1", "1 Contacts", "list_01", "Sheet1"])
def test_a_list_is_read_whatever_its_sheet_is_called(tmp_path: Path, sheet: str) -> None:
    assert table(read_rows(tmp_path, ROWS, sheet), "contacts") == EXPECTED


def test_headers_in_other_words_and_with_slips_are_matched_and_slips_are_told(tmp_path: Path) -> None:
    headers = ["CHILD ID ", "Sex", "Ethnic\nOrigin", "D.O.B.", "Age", "Date  of contact (dd/mm/yyyy)", "Contact Sourse"]
    read = read_rows(tmp_path, [headers, *ROWS[1:]])
    assert table(read, "contacts") == EXPECTED
    near = read.findings.filter(read.findings["rule"] == "annex_a_header_nearly")
    assert near["column"].to_list() == ["Contact Source"]
    assert near["message"].to_list() == ["The header in column G is taken for 'Contact Source'."]


def test_a_header_that_differs_in_a_word_is_another_column(tmp_path: Path) -> None:
    headers = [
        "Child Unique ID",
        "CP Plan Start Date",
        "Child Protection Plan Due Date",
        "Date of Last Statutory Visit",
    ]
    write_book(tmp_path / NAME, {"List 7": [headers, [501, D(2023, 9, 1), D(2024, 3, 1), D(2024, 1, 9)]]})
    read = read_folder(tmp_path)
    (plan,) = table(read, "cp_plans")
    assert plan == {"plan_id": "501-2023-09-01", "child_id": "501", "started_on": "2023-09-01"}
    assert table(read, "cp_visits")[0]["visited_on"] == "2024-01-09"
    assert "annex_a_header_nearly" not in rules(read)


def test_titles_above_and_blank_rows_between_do_not_move_the_row_numbers(tmp_path: Path) -> None:
    rows = [["Annex A"], [], [None, "List 1: contacts"], ROWS[0], [], ROWS[1], [None, "  ", "#N/A"], ROWS[2]]
    read = read_rows(tmp_path, rows)
    assert table(read, "contacts") == EXPECTED
    assert read.rows.sort("row")["row"].to_list() == [6, 8]


def test_columns_that_do_not_begin_at_a_and_stand_in_another_order_are_found(tmp_path: Path) -> None:
    rows = [[None, None, *reversed(row)] for row in ROWS]
    assert table(read_rows(tmp_path, [[], *rows]), "contacts") == EXPECTED


def test_a_header_row_that_stands_again_between_the_rows_is_left_out_and_told(tmp_path: Path) -> None:
    read = read_rows(tmp_path, [ROWS[0], ROWS[1], ROWS[0], ROWS[2]])
    assert table(read, "contacts") == EXPECTED
    told = read.findings.filter(read.findings["rule"] == "annex_a_repeated_header")
    assert told["row"].to_list() == [3]
    assert dict(read.rows.select("row", "disposition").iter_rows())[3] == "set_aside"


def test_of_two_header_rows_the_one_that_is_the_lists_own_is_taken(tmp_path: Path) -> None:
    above = ["Child", None, None, None, None, "Contact", None]
    assert table(read_rows(tmp_path, [above, *ROWS]), "contacts") == EXPECTED


def test_a_row_without_a_childs_id_is_set_aside_with_its_place(tmp_path: Path) -> None:
    total = [None, None, None, None, None, None, "2 contacts"]
    read = read_rows(tmp_path, [*ROWS, total])
    told = read.findings.filter(read.findings["rule"] == "annex_a_no_child_id")
    assert told.select("file", "row", "severity").rows() == [(f"{NAME}#List 1", 4, "error")]
    assert table(read, "contacts") == EXPECTED


def test_a_column_that_stands_twice_is_read_once_and_told(tmp_path: Path) -> None:
    rows = [[*row, again] for row, again in zip(ROWS, ["Contact Source", "1A", "1A"], strict=True)]
    read = read_rows(tmp_path, rows)
    assert table(read, "contacts") == EXPECTED
    assert "annex_a_column_twice" in rules(read)


def test_columns_of_ones_own_are_named_by_their_letter_only(tmp_path: Path) -> None:
    rows = [[*row, more] for row, more in zip(ROWS, ["Surname of child", "SECRETNAME", "SECRETNAME"], strict=True)]
    read = read_rows(tmp_path, rows)
    (says,) = read.findings.filter(read.findings["rule"] == "annex_a_column_not_read")["message"]
    assert says.endswith(": H.")
    assert "Surname" not in says


def test_a_column_that_is_not_there_is_absent_and_told(tmp_path: Path) -> None:
    read = read_rows(tmp_path, list_rows(1, CONTACTS, without=["Contact Source"]))
    assert list(table(read, "contacts")[0]) == ["contact_id", "child_id", "received_on"]
    missing = read.findings.filter(read.findings["rule"] == "annex_a_column_missing")
    assert missing["column"].to_list() == ["Contact Source"]


def test_a_list_without_the_column_that_dates_it_is_not_read_but_the_others_are(tmp_path: Path) -> None:
    referrals = list_rows(3, [{"Child Unique ID": 7, "Allocated Team": "North"}], without=["Date of referral"])
    write_book(tmp_path / NAME, {"List 1": ROWS, "List 3": referrals})
    read = read_folder(tmp_path)
    assert [made.table for made in read.tables] == ["children", "contacts"]
    told = read.findings.filter(read.findings["rule"] == "annex_a_list_not_read")
    assert told.select("file", "severity").rows() == [(f"{NAME}#List 3", "warning")]
    assert "'Date of referral'" in told["message"][0]


def test_a_workbook_with_no_list_that_can_be_read_is_refused(tmp_path: Path) -> None:
    write_book(tmp_path / NAME, {"List 1": [["Child", "What"], [1, 2]]})
    with pytest.raises(InputError, match="None of the lists of Annex A can be read here"):
        read(claims(look_at([tmp_path])))


def test_hidden_sheets_are_read_and_other_sheets_noted(tmp_path: Path) -> None:
    write_book(tmp_path / NAME, {"Cover": [["Some text"]], "Empty": [], "List 1": ROWS}, hidden=["List 1"])
    read = read_folder(tmp_path)
    assert table(read, "contacts") == EXPECTED
    noted = read.findings.filter(read.findings["rule"] == "annex_a_sheet_not_read")
    assert sorted(noted["file"].to_list()) == [f"{NAME}#Cover", f"{NAME}#Empty"]


def test_a_list_on_two_sheets_is_one_list_and_copies_of_a_row_count_once(tmp_path: Path) -> None:
    write_book(tmp_path / NAME, {"List 1": ROWS[:2], "List 1 (2)": ROWS})
    read = read_folder(tmp_path)
    assert table(read, "contacts") == EXPECTED
    fates = read.rows.sort("file", "row").select("file", "row", "disposition").rows()
    assert fates == [
        (f"{NAME}#List 1", 2, "carried"),
        (f"{NAME}#List 1 (2)", 2, "superseded"),
        (f"{NAME}#List 1 (2)", 3, "carried"),
    ]


def test_two_rows_that_are_alike_on_one_sheet_are_two_contacts(tmp_path: Path) -> None:
    read = read_rows(tmp_path, [ROWS[0], ROWS[1], ROWS[1]])
    assert [one["contact_id"] for one in table(read, "contacts")] == ["501-2024-01-05", "501-2024-01-05-2"]


def test_of_two_workbooks_the_later_is_taken_list_by_list(tmp_path: Path) -> None:
    old = [{"Child Unique ID": 7, "Date of Contact": D(2023, 10, 3)}]
    other = [{"Child Unique ID": 8, "Date of referral": D(2023, 10, 4)}]
    write_book(tmp_path / "Annex A 31-10-2023.xlsx", {"List 1": list_rows(1, old), "List 3": list_rows(3, other)})
    write_book(tmp_path / NAME, {"List 1": ROWS})
    read = read_folder(tmp_path)
    assert table(read, "contacts") == EXPECTED
    assert [one["child_id"] for one in table(read, "referrals")] == ["8"]
    superseded = read.rows.filter(read.rows["disposition"] == "superseded")["file"].to_list()
    assert superseded == ["Annex A 31-10-2023.xlsx#List 1"]
    assert "annex_a_older_list" in rules(read)


def test_workbooks_of_one_day_are_read_together_and_their_common_rows_count_once(tmp_path: Path) -> None:
    write_book(tmp_path / "North 2024-01-31.xlsx", {"List 1": ROWS[:2]})
    write_book(tmp_path / "South 2024-01-31.xlsx", {"List 1": ROWS})
    read = read_folder(tmp_path)
    assert table(read, "contacts") == EXPECTED
    assert read.rows["disposition"].value_counts().sort("disposition").rows() == [("carried", 2), ("superseded", 1)]
    assert "annex_a_older_list" not in rules(read)


def test_csv_files_named_after_the_lists_are_read_as_the_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "2024-01-31"
    folder.mkdir()
    (folder / "List 1.csv").write_text(
        "Child Unique ID,Gender,Date of Contact,Contact Source\n501,F,05/01/2024,q) 6: Police\n502,M,9/1/2024,10\n"
    )
    (folder / "List 3 - Referrals.csv").write_text("Child Unique ID,Date of referral\n501,06/01/2024\n")
    read = read_folder(folder)
    assert table(read, "contacts") == EXPECTED
    assert [(file.file, file.rows) for file in read.files] == [("List 1.csv", 2), ("List 3 - Referrals.csv", 1)]
    assert read.rows.sort("file", "row")["row"].to_list() == [2, 3, 2]


def test_files_of_the_data_model_are_not_taken_for_lists(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("contact_id,child_id,received_on,source\nc,1,2024-01-05,6\n")
    (tmp_path / "List of teams.csv").write_text("team,manager\nNorth,x\n")
    assert claims(look_at([tmp_path])) == []
    assert read_source(tmp_path).kind == "plain"


def test_no_table_of_the_data_model_is_taken_for_a_list(tmp_path: Path) -> None:
    for name, described in load_schemas().tables.items():
        for stem in (name, f"{name}-2023", f"{name}-9"):
            (tmp_path / f"{stem}.csv").write_text(",".join(described.columns) + "\n")
    assert claims(look_at([tmp_path])) == []


def test_a_workbook_is_read_beside_files_of_the_data_model(tmp_path: Path) -> None:
    write_book(tmp_path / NAME, {"List 1": ROWS})
    (tmp_path / "populations.csv").write_text("authority,mid_year,population\nE06000001,2022,20000\n")
    assert {made.table for made in read_source(tmp_path).tables} == {"children", "contacts", "populations"}


def test_other_workbooks_are_left_to_others(tmp_path: Path) -> None:
    write_book(tmp_path / "budget.xlsx", {"Budget": [["Team", "Pounds"], ["North", 5]], "Sheet2": []})
    assert claims(look_at([tmp_path])) == []


@pytest.mark.parametrize(
    ("cell", "child"),
    [
        (1234.0, "1234"),
        ("1234.0", "1234"),
        ("00123", "00123"),
        (123456789012345, "123456789012345"),
        ("12345678901234567890", "12345678901234567890"),
        (" AB-7 ", "AB-7"),
        ("=1+1", "=1+1"),
        (("=500+1", 501), "501"),
    ],
)
def test_ids_are_read_as_they_are_meant(tmp_path: Path, cell: object, child: str) -> None:
    read = read_rows(tmp_path, [ROWS[0], [cell, *ROWS[1][1:]]])
    assert table(read, "contacts")[0]["child_id"] == child


@pytest.mark.parametrize(
    "cell",
    [D(2024, 1, 5), "05/01/2024", "5/1/2024", "05/01/24", "2024-01-05", "2024-01-05 13:45:00", "5 January 2024", 45296,
     45296.5, "45296", ("=45295+1", 45296.0)],
)  # fmt: skip
def test_dates_are_read_in_every_form(tmp_path: Path, cell: object) -> None:
    read = read_rows(tmp_path, [ROWS[0], [*ROWS[1][:5], cell, "6"]])
    assert table(read, "contacts")[0]["received_on"] == "2024-01-05"


@pytest.mark.parametrize("cell", ["31/02/2024", "soon", "01/31/2024", 7])
def test_what_is_no_date_stays_for_the_checks_and_gives_no_part_of_an_id(tmp_path: Path, cell: object) -> None:
    read = read_rows(tmp_path, [ROWS[0], [*ROWS[1][:5], cell, "6"], ROWS[2]])
    found = {one["contact_id"]: one["received_on"] for one in table(read, "contacts")}
    assert found == {"501-undated": str(cell), "502-2024-01-09": "2024-01-09"}


def test_the_order_of_rows_and_of_sheets_changes_nothing(tmp_path: Path) -> None:
    draw = random.Random(7)  # noqa: S311
    contacts = [
        {"Child Unique ID": draw.randint(1, 4), "Gender": draw.choice(["M", "F", "U", None]),
         "Date of Contact": D(2024, 1, draw.randint(1, 3)), "Contact Source": draw.choice(["6", "1A"])}
        for _ in range(40)
    ]  # fmt: skip
    plans = [
        {"Child Unique ID": child, "Child Protection Plan Start Date": D(2023, 9, child), "Gender": "a) Male"}
        for child in range(1, 5)
    ]
    one = read_lists(tmp_path / _made(tmp_path, "one"), list_1=contacts, list_7=plans)
    draw.shuffle(contacts)
    draw.shuffle(plans)
    other = read_lists(tmp_path / _made(tmp_path, "other"), list_7=plans, list_1=contacts)
    for name in ("contacts", "cp_plans", "children"):
        assert table(one, name) == table(other, name)


def _made(folder: Path, name: str) -> str:
    (folder / name).mkdir()
    return name
