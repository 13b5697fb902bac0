"""Why: inspectors open the lists in a spreadsheet, where a date must be a date, a number a number and a text never a formula.

The same lists give the same bytes: nothing of the clock or of the machine is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from casetally.errors import CallError
from casetally.reports.annex_a.content import Sheet
from casetally.reports.annex_a.gaps import Gap
from casetally.reports.sheets import MOST_ROWS, as_plain_text, must_fit, new_workbook, serial

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MADE_BY = "Annex A made by casetally"  # stands in the workbook's properties, and tells ours from others
_DATE_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 12, 11, 40


@dataclass(frozen=True)
class Cover:
    """What the first sheet says: lines of a name and a text, in order."""

    title: str
    lines: tuple[tuple[str, str], ...]


def workbook_bytes(cover: Cover, sheets: Sequence[Sheet], as_at: dt.date) -> bytes:
    """The workbook: a cover, one sheet a list, and what could not be filled. Raises CallError for what no sheet can hold."""
    held = BytesIO()
    book = new_workbook(held)
    midnight = dt.datetime(as_at.year, as_at.month, as_at.day)
    book.set_properties({"title": cover.title, "comments": MADE_BY, "created": midnight})
    looks = {
        "bold": book.add_format({"bold": True}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _write_cover(book, cover, sheets, looks)
    for sheet in sheets:
        _write_list(book, sheet, looks)
    _write_gaps(book, [gap for sheet in sheets for gap in sheet.gaps], looks)
    book.close()
    return held.getvalue()


def _write_cover(book: Workbook, cover: Cover, sheets: Sequence[Sheet], looks: dict[str, Any]) -> None:
    page = book.add_worksheet("Cover")
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 30)
    page.set_column(2, 3, _DATE_WIDTH)
    page.set_column(4, 4, 8)
    page.set_column(5, 5, 90)
    page.write_string(0, 0, as_plain_text(cover.title), looks["bold"])
    at = 2
    for name, text in cover.lines:
        page.write_string(at, 0, name, looks["bold"])
        page.write_string(at, 1, as_plain_text(text))
        at += 1
    at += 1
    for column, name in enumerate(("Sheet", "List", "From", "To", "Rows", "One row is")):
        page.write_string(at, column, name, looks["head"])
    for sheet in sheets:
        at += 1
        page.write_string(at, 0, sheet.of.sheet)
        page.write_string(at, 1, sheet.of.title)
        page.write_number(at, 2, serial(sheet.first), looks["date"])
        page.write_number(at, 3, serial(sheet.last), looks["date"])
        page.write_number(at, 4, sheet.rows.height)
        page.write_string(at, 5, sheet.of.one_row_is)


def _write_list(book: Workbook, sheet: Sheet, looks: dict[str, Any]) -> None:
    if sheet.rows.height > MOST_ROWS:
        raise CallError(
            f"{sheet.of.sheet} has {sheet.rows.height:,} rows, and a sheet holds {MOST_ROWS:,}.",
            hint="Run with the records of one authority only.",
        )
    page = book.add_worksheet(sheet.of.sheet)
    page.freeze_panes(1, 0)
    for column, header in enumerate(sheet.rows.columns):
        page.write_string(0, column, header, looks["head"])
        values = sheet.rows[header].to_list()
        page.set_column(column, column, _width(header, values))
        for row, value in enumerate(values, 1):
            _write_cell(page, row, column, value, looks["date"], (sheet.of.sheet, header))
    page.autofilter(0, 0, sheet.rows.height, len(sheet.rows.columns) - 1)


def _write_cell(page: Worksheet, row: int, column: int, value: Any, date: Any, where: tuple[str, str]) -> None:
    if value is None:
        return
    if isinstance(value, dt.date):
        page.write_number(row, column, serial(value), date)
    elif isinstance(value, int):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, must_fit(value, f"A value in {where[0]}, column '{where[1]}',"))


def _write_gaps(book: Workbook, gaps: Sequence[Gap], looks: dict[str, Any]) -> None:
    page = book.add_worksheet("Not filled")
    page.freeze_panes(1, 0)
    for column, (name, width) in enumerate((("Sheet", 9), ("Column", 60), ("State", 15), ("Why", 100))):
        page.set_column(column, column, width)
        page.write_string(0, column, name, looks["head"])
    for row, gap in enumerate(gaps, 1):
        for column, text in enumerate((gap.sheet, gap.header, gap.state, gap.reason)):
            page.write_string(row, column, as_plain_text(text), looks["wrap"])
    page.autofilter(0, 0, max(len(gaps), 1), 3)


def _width(header: str, values: Sequence[Any]) -> int:
    """Wide enough for the values and the header's longest word, within reason: a header wraps."""
    if values and any(isinstance(value, dt.date) for value in values):
        return _DATE_WIDTH
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, *(len(word) for word in header.split()), _LEAST_WIDTH) + 1, _MOST_WIDTH)
