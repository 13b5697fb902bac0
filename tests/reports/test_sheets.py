"""Why: text from records, definitions and analysts goes into workbooks; whatever it looks like, it must come out as it went in."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from casetally.errors import CallError
from casetally.reports.sheets import MOST_CHARACTERS, must_fit, new_workbook, serial
from openpyxl.utils.datetime import from_excel


def _read_back(text: str) -> str:
    held = BytesIO()
    book = new_workbook(held)
    book.add_worksheet("one").write_string(0, 0, must_fit(text, "A text"))
    book.close()
    return str(openpyxl.load_workbook(held)["one"]["A1"].value)


@pytest.mark.parametrize(
    "text", ["<r><t>two</t></r>", "<r></t></broken></r>", "=1+1", "@here", "https://a.example", "007"]
)
def test_a_text_comes_out_as_it_went_in(text: str) -> None:
    """The writer takes what stands between <r> and </r> for markup of its own, and a file with broken markup opens nowhere."""
    assert _read_back(text).rstrip() == text


def test_a_text_longer_than_a_cell_is_refused_by_name() -> None:
    assert must_fit("x" * MOST_CHARACTERS, "A title") == "x" * MOST_CHARACTERS
    with pytest.raises(CallError, match="A title is longer than a cell can hold"):
        must_fit("x" * (MOST_CHARACTERS + 1), "A title")


@pytest.mark.parametrize("day", [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(2024, 2, 29)])
def test_a_day_is_the_day_that_a_spreadsheet_shows(day: dt.date) -> None:
    assert from_excel(serial(day)) == dt.datetime(day.year, day.month, day.day)
