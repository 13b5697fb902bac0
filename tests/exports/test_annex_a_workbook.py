"""Why: the workbook is what inspectors open and what lies on a disk: real dates, no formula, whole, ours, its owner's alone."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import fastexcel
import openpyxl
import polars as pl
import pytest
from casetally.errors import CallError
from casetally.reports.annex_a import export_annex_a
from casetally.reports.annex_a.content import Sheet
from casetally.reports.annex_a.workbook import MADE_BY, Cover, workbook_bytes
from casetally.sources.annex_a.layout import lists
from casetally.store import Store
from exports.annex_a_sheets import day, sheet
from hypothesis import given as given_texts
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook
from spec.tables import given

AS_AT = dt.date(2024, 3, 31)
NO_CHARACTER = re.compile("[\ufffe\uffff]")  # no XML can hold these: their numbers are written instead
RECORDS = """
    children
    child_id | date_of_birth | sex | ethnicity | upn
    c1       | 2008-03-31    | F   | WBRI      | MARKED-UPN
    c2       | 1900-01-01    | M   | WIRI      |

    contacts
    contact_id | child_id | received_on | source
    k1         | c1       | 2024-01-10  | 6
    k2         | c2       | 2024-01-11  | 1A
    k3         | =1+1     | 2024-01-12  | 1A
    k4         | +44      | 2024-01-13  | 1A
    k5         | -c       | 2024-01-14  | 1A
    k6         | @c       | 2024-01-15  | 1A
    k7         | 0012     | 2024-01-16  | 1A
    k8         | 12345678901234567890 | 2024-01-17 | 1A

    early_help_assessments
    child_id | started_on | organisation
    c1       | 2024-01-10 | http://example.org
    c2       | 2024-01-10 | {=A1}

    referrals
    child_id | received_on | team   | no_further_action
    c1       | 2024-01-10  | =cmd() | false
"""


@pytest.fixture(scope="module")
def store() -> Store:
    return given(RECORDS, as_at="2024-06-30").store


@pytest.fixture(scope="module")
def made(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("annex") / "annex-a.xlsx"
    export_annex_a(store, AS_AT, path)
    return path


@pytest.fixture(scope="module")
def book(made: Path) -> Workbook:
    return openpyxl.load_workbook(made)


def test_the_sheets_are_a_cover_the_eleven_lists_and_what_is_not_filled(book: Workbook) -> None:
    assert book.sheetnames == ["Cover", *(f"List {number}" for number in range(1, 12)), "Not filled"]


@pytest.mark.parametrize("number", range(1, 12))
def test_every_list_has_its_headers_frozen_with_a_filter(book: Workbook, number: int) -> None:
    page = book[f"List {number}"]
    headers = lists()[number - 1].headers
    assert tuple(cell.value for cell in page[1]) == headers
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref.startswith("A1:")


@pytest.mark.parametrize("number", range(1, 12))
def test_the_cells_are_those_of_the_list(book: Workbook, store: Store, number: int) -> None:
    expected = sheet(store, number, "2024-03-31").rows
    page = book[f"List {number}"]
    found = [
        tuple(value.date() if isinstance(value, dt.datetime) else value for value in row)
        for row in page.iter_rows(min_row=2, max_col=expected.width, values_only=True)
    ]
    assert found == expected.rows()


def test_dates_are_dates_and_numbers_numbers(book: Workbook) -> None:
    row = {cell.column: cell for cell in book["List 1"][2 + 4]}  # c1 comes after 0012, the long number and the signs
    by_header = {book["List 1"].cell(1, column).value: cell for column, cell in row.items()}
    born = next(cell for cell in book["List 1"]["D"] if cell.value == dt.datetime(2008, 3, 31))
    assert born.number_format == "dd/mm/yyyy"
    assert born.is_date
    assert by_header["Date of Contact"].number_format == "dd/mm/yyyy"
    ages = [cell.value for cell in book["List 1"]["E"][1:] if cell.value is not None]
    assert sorted(ages) == [16, 124]


def test_no_text_is_a_formula_or_a_link(made: Path, book: Workbook) -> None:
    children = {cell.value: cell.data_type for cell in book["List 1"]["A"][1:]}
    assert {"=1+1", "+44", "-c", "@c", "0012", "12345678901234567890"} <= set(children)
    assert set(children.values()) == {"s"}
    assert {cell.value for cell in book["List 2"]["H"][1:]} == {"http://example.org", "{=A1}"}
    with zipfile.ZipFile(made) as opened:
        pages = [opened.read(name) for name in opened.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in page or b"<f " in page or b"<hyperlink" in page for page in pages)


def test_the_cover_says_what_it_is(book: Workbook) -> None:
    page = book["Cover"]
    cells = {str(row[0].value): row[1].value for row in page.iter_rows() if row[0].value}
    assert "personal data of children" in cells["Personal data"]
    assert cells["As at"] == "31/03/2024"
    assert cells["Records known on"] == "30/06/2024"
    assert cells["Made with"].startswith("casetally ")
    lines = {
        row[0].value: [cell.value for cell in row[1:6]]
        for row in page.iter_rows()
        if str(row[0].value).startswith("List")
    }
    assert lines["List 1"][:4] == ["Contacts", dt.datetime(2023, 10, 1), dt.datetime(2024, 3, 31), 8]
    assert lines["List 10"][1] == dt.datetime(2023, 4, 1)
    assert lines["List 9"][1] == dt.datetime(2024, 3, 31)


def test_the_last_sheet_says_what_is_not_filled_and_why(book: Workbook) -> None:
    rows = list(book["Not filled"].iter_rows(values_only=True))
    assert rows[0] == ("Sheet", "Column", "State", "Why")
    assert ("List 8", "Placement postcode", "not filled", "The data model has no column for it.") in rows


def test_nothing_of_a_child_but_what_a_list_asks_for(made: Path) -> None:
    with zipfile.ZipFile(made) as opened:
        assert not any(b"MARKED" in opened.read(name) for name in opened.namelist())


def test_the_same_records_give_the_same_bytes(store: Store, made: Path, tmp_path: Path) -> None:
    again = tmp_path / "other-name.xlsx"
    export_annex_a(store, AS_AT, again)
    assert again.read_bytes() == made.read_bytes()


def test_the_file_is_its_owners_alone(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [one.name for one in made.parent.iterdir()] == [made.name]


def test_an_earlier_one_of_ours_is_replaced_and_is_private_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "annex-a.xlsx"
    export_annex_a(store, dt.date(2024, 1, 31), path)
    before = path.read_bytes()
    path.chmod(0o644)
    export_annex_a(store, AS_AT, path)
    assert path.read_bytes() != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _text(path: Path) -> None:
    path.write_text("not a workbook", encoding="utf-8")


def _anothers(path: Path) -> None:
    openpyxl.Workbook().save(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _empty(path: Path) -> None:
    path.touch()


def _zip_without_properties(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("a.txt", MADE_BY)


def _cut_short(path: Path) -> None:
    export_annex_a(given("contacts\nreceived_on\n2024-01-10", as_at="2024-03-31").store, AS_AT, path)
    path.write_bytes(path.read_bytes()[:2000])


@pytest.mark.parametrize("there", [_text, _anothers, _folder, _empty, _zip_without_properties, _cut_short])
def test_what_is_not_ours_is_not_replaced(store: Store, tmp_path: Path, there: Any) -> None:
    path = tmp_path / "mine.xlsx"
    there(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CallError, match="no Annex A made by casetally"):
        export_annex_a(store, AS_AT, path)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_day_after_the_records_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CallError, match="speak for 2024-06-30"):
        export_annex_a(store, dt.date(2024, 7, 1), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_no_cell_can_hold_is_refused_without_showing_it(tmp_path: Path) -> None:
    long = "SECRET" * 6000
    store = given(f"referrals\nreceived_on | team\n2024-01-10 | {long}", as_at="2024-03-31").store
    with pytest.raises(CallError, match="column 'Allocated Team'") as fault:
        export_annex_a(store, AS_AT, tmp_path / "a.xlsx")
    assert "SECRET" not in str(fault.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_made_and_an_unwritable_one_leaves_nothing(store: Store, tmp_path: Path) -> None:
    export_annex_a(store, AS_AT, tmp_path / "new" / "folder" / "a.xlsx")
    assert (tmp_path / "new" / "folder" / "a.xlsx").is_file()
    if os.geteuid() == 0:
        return  # whoever may do everything can't be refused
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(OSError, match="locked"):
        export_annex_a(store, AS_AT, locked / "a.xlsx")


@given_texts(st.text(min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_any_text_makes_a_sound_workbook_and_stays_itself(text: str) -> None:
    of = lists()[0]
    row = {header: [text if header == of.headers[0] else None] for header in of.headers}
    page = Sheet(of, pl.DataFrame(row, schema_overrides=dict.fromkeys(of.headers, pl.String)), (), AS_AT, AS_AT)
    made = workbook_bytes(Cover("A", ()), [page], AS_AT)
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        for name in opened.namelist():
            etree.fromstring(opened.read(name))
        assert b"<f>" not in opened.read("xl/worksheets/sheet2.xml")
    read = fastexcel.read_excel(made).load_sheet("List 1", dtypes="string").to_polars()
    found = read["Child Unique ID"][0]
    assert found == text or NO_CHARACTER.search(text)


def test_an_earlier_day_shows_what_was_known_on_it(store: Store) -> None:
    found = sheet(store, 1, "2024-01-13").rows["Date of Contact"].to_list()
    assert max(found) == day("2024-01-13")
    assert len(found) == 4
