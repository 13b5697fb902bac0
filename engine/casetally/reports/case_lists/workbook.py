"""Why: a team opens its lists in a spreadsheet, where a date is a date, a header stays in sight and a text is never a formula."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from casetally.errors import CallError
from casetally.reports.case_lists.cover import ABOUT, CONTENTS, Listing
from casetally.reports.sheets import MOST_ROWS, must_fit, new_workbook, serial

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_DATE_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 12, 9, 70
_COVER_WIDTHS = (28, 66, 28, 24, 20, 12, 10, 12, 56)
_LINE = 15  # the height of a line of text, in points
_STYLE = "Table Style Light 1"
_FOOTER = "&LPersonal data of children: keep safe&R&P of &N"


def workbook_bytes(title: str, cover: Sequence[tuple[str, str]], lists: Sequence[Listing], made: dt.datetime) -> bytes:
    """A team's workbook: what it is, then a sheet for each list that has rows. Raises CallError for what no sheet can hold."""
    held = BytesIO()
    book = new_workbook(held)
    book.set_properties(
        {"title": title, "comments": "Case lists made by casetally", "created": made.replace(tzinfo=None)}
    )
    looks = {
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "number": book.add_format({"valign": "top", "align": "center"}),
        "link": book.add_format({"underline": 1, "font_color": "#0000EE", "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        "time": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"}),
    }
    _write_cover(book, title, cover, lists, looks)
    for one in lists:
        if one.sheet:
            _write_list(book, one, looks)
    book.close()
    return held.getvalue()


def _write_cover(
    book: Workbook, title: str, cover: Sequence[tuple[str, str]], lists: Sequence[Listing], looks: dict[str, Any]
) -> None:
    page = _page(book, ABOUT)
    for column, width in enumerate(_COVER_WIDTHS):
        page.set_column(column, column, width)
    _write(page, 0, 0, title, looks, "title")
    at = 2
    for name, text in cover:
        _write(page, at, 0, name, looks, "bold")
        _write(page, at, 1, text, looks)
        page.set_row(at, _LINE * _lines(text, _COVER_WIDTHS[1]))
        at += 1
    contents = pl.DataFrame([one.contents for one in lists], schema=list(CONTENTS), orient="row")
    _write_table(page, at + 1, contents, looks)
    page.set_row(at + 1, _LINE * 2)
    for row, one in enumerate(lists, at + 2):
        lines = [_lines(str(text), width) for text, width in zip(one.contents, _COVER_WIDTHS, strict=True)]
        page.set_row(row, _LINE * max(lines))
        if one.sheet:
            quoted = one.sheet.replace("'", "''")
            page.write_url(row, CONTENTS.index("Sheet"), f"internal:'{quoted}'!A1", looks["link"], one.sheet)


def _write_list(book: Workbook, one: Listing, looks: dict[str, Any]) -> None:
    if one.rows.height > MOST_ROWS:
        raise CallError(
            f"A list has {one.rows.height:,} rows, and a sheet holds {MOST_ROWS:,}.", hint="Ask for it with --csv."
        )
    page = _page(book, one.sheet)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    for column, name in enumerate(one.rows.columns):
        page.set_column(column, column, _width(name, one.rows[name]))
    _write_table(page, 0, one.rows.rename(heading), looks)


def _page(book: Workbook, name: str) -> Worksheet:
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer(_FOOTER)
    return page


def _write_table(page: Worksheet, at: int, rows: pl.DataFrame, looks: dict[str, Any]) -> None:
    headers = [{"header": name, "header_format": looks["head"]} for name in rows.columns]
    page.add_table(at, 0, at + rows.height, rows.width - 1, {"columns": headers, "style": _STYLE})
    for row, values in enumerate(rows.iter_rows(), at + 1):
        for column, value in enumerate(values):
            _write(page, row, column, value, looks)


def _write(page: Worksheet, row: int, column: int, value: Any, looks: dict[str, Any], look: str = "wrap") -> None:
    if value is None:
        return
    if isinstance(value, dt.datetime):
        page.write_number(row, column, serial(value.date()) + (value.hour * 60 + value.minute) / 1440, looks["time"])
    elif isinstance(value, dt.date):
        page.write_number(row, column, serial(value), looks["date"])
    elif isinstance(value, (int, float, Decimal)):
        page.write_number(row, column, value, looks["number"])
    else:
        text = must_fit(str(value), f"A text of {len(str(value)):,} characters")
        page.write_string(row, column, text, looks[look])


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a cell of this width, a little too many rather than too few."""
    return max(math.ceil(len(text) / width), 1)


def heading(name: str) -> str:
    """How a column is headed: 'clock_due_on' as 'Clock due on'."""
    return name.replace("_", " ").capitalize()


def _width(name: str, values: pl.Series) -> int:
    if values.dtype.is_temporal():
        return max(_DATE_WIDTH + (6 if values.dtype == pl.Datetime else 0), len(name) + 3)
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, len(name) + 3, _LEAST_WIDTH) + 1, _MOST_WIDTH)  # a filter's arrow stands beside the header
