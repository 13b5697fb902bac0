"""Why: an id or a name that begins like a formula must stay a text in whatever opens the list."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from casetally.errors import CallError
from casetally.reports.case_lists.cover import CONTENTS, Listing
from casetally.reports.case_lists.plain_text import csv_bytes
from casetally.reports.case_lists.workbook import workbook_bytes

NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://x.example/y", "0012", "TRUE", "x\x07y"]
MADE = dt.datetime(2024, 4, 1, 9, 30, tzinfo=dt.UTC)


def book(tmp_path: Path, rows: pl.DataFrame) -> Path:
    contents = ("=A1", "@title", "List", "2024-03", "1", "2", rows.height, rows.height, "all")
    assert len(contents) == len(CONTENTS)
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook_bytes("=title", [("=name", "=text")], [Listing("List", contents, rows)], MADE))
    return path


def test_texts_stay_texts_in_a_workbook(tmp_path: Path) -> None:
    path = book(tmp_path, pl.DataFrame({"child_id": NASTY}))
    cells = [cell for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    with zipfile.ZipFile(path) as opened:
        assert not any(b"<f>" in opened.read(name) for name in opened.namelist())
    column = [cell.value for cell in openpyxl.load_workbook(path)["List"]["A"]]
    assert column[:6] == ["Child id", *NASTY[:4], "\t=1"]


def test_a_date_is_a_date_and_a_number_a_number(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "due_on": [dt.date(2024, 2, 29), None], "row": [2, 3], "at": [dt.datetime(2024, 2, 29, 13, 45)] * 2,
            "amount": [Decimal("0.6000")] * 2,
        }
    )  # fmt: skip
    page = openpyxl.load_workbook(book(tmp_path, rows))["List"]
    assert [cell.value for cell in page[2]] == [dt.datetime(2024, 2, 29), 2, dt.datetime(2024, 2, 29, 13, 45), 0.6]
    assert page["A2"].number_format == "dd/mm/yyyy"
    assert page["A3"].value is None


def test_a_list_is_a_table_with_headers_that_stay_in_sight_and_no_merged_cells(tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(
        book(tmp_path, pl.DataFrame({"child_id": ["c1"], "due_on": [dt.date(2024, 2, 29)]}))
    )
    page = opened["List"]
    assert page.freeze_panes == "B2"
    assert page.print_title_rows == "$1:$1"
    assert [table.ref for table in page.tables.values()] == ["A1:B2"]
    assert not any(one.merged_cells.ranges for one in opened)
    assert opened["About"]["C6"].hyperlink.location == "'List'!A1"


def test_a_text_longer_than_a_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="longer than a cell"):
        book(tmp_path, pl.DataFrame({"child_id": ["x" * 32_768]}))


def test_texts_stay_texts_in_csv() -> None:
    written = csv_bytes(["child_id", "left"], [(name, -3) for name in NASTY])
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:6]] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1"]
    assert {row[1] for row in rows[1:]} == {"-3"}  # a number is no formula
    assert rows[7][0] == "0012"
