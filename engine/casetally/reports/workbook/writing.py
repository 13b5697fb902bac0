"""Why: a spreadsheet must open the same in Excel, LibreOffice and a screen reader, and nothing in it may run, lead outside or hide.

Texts are written as texts, whatever they begin with; there are no formulas, no links to outside and nothing of the clock, so the
same document gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from casetally.reports.sheets import new_workbook, serial
from casetally.reports.workbook.heights import height_of
from casetally.reports.workbook.model import Cell, Cover, Link, Number, Rated, Sheet
from casetally.reports.workbook.texts import is_like_a_formula, safe

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COVER = "Cover"
CONTENTS_AT, BACK = "internal:'Contents'!A1", "Go to the contents"
FONT, SIZE = "Arial", 12  # the guidance: no serifs, 12 points or more
_COVER_WIDTH, _COVER_TITLE, _AIR = 90, 60, 4
_TITLE: dict[str, Any] = {"bold": True, "font_size": 16}
_TITLE_HEIGHT = 24
_A3, _A4 = 8, 9
_MOST_IN_FOOTER = 100
_BASE = {"font_name": FONT, "font_size": SIZE, "valign": "top", "reading_order": 1}
# a little air before a text, which else runs into the number at its left
_ALIGNED: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1},
    "number": {"align": "right"},
    "date": {"align": "right"},
}
_LINK = {"font_color": "#0B4F8A", "underline": 1}
_HEAD = {"bold": True, "text_wrap": True, "bg_color": "#E6EBF0", "font_color": "#0B0C0C", "top": 1, "bottom": 2}
# dark letters on a light ground, at least 7 to 1; the word says the same
_RATED = {
    "green": {"bg_color": "#CCE8D8", "font_color": "#003D24"},
    "amber": {"bg_color": "#FFE9B8", "font_color": "#4A3000"},
    "red": {"bg_color": "#F8D3D0", "font_color": "#5E0B0B"},
}


@dataclass
class _Looks:
    """The formats of a workbook, each made once."""

    book: Workbook
    made: dict[tuple[Any, ...], Format] = field(default_factory=dict)
    texts: dict[tuple[str, str, bool], tuple[str, Format]] = field(
        default_factory=dict
    )  # most texts stand in many rows
    numbers: dict[str, Format] = field(default_factory=dict)

    def __call__(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({**_BASE, **properties})
        return self.made[key]

    def text(self, text: str, kind: str = "text", *, wrap: bool = True) -> tuple[str, Format]:
        """A text made safe, and how it stands in a column of a kind; one that is like a formula stays text when it is edited."""
        key = (text, kind, wrap)
        found = self.texts.get(key)
        if found is None:
            line = safe(text)
            quoted = {"quote_prefix": True} if is_like_a_formula(line) else {}
            found = line, self(text_wrap=wrap, **_ALIGNED[kind], **quoted)
            self.texts[key] = found
        return found

    def number(self, form: str) -> Format:
        if form not in self.numbers:
            self.numbers[form] = self(num_format=form, **_ALIGNED["number"])
        return self.numbers[form]


@dataclass(frozen=True)
class About:
    """What the workbook says of itself in its properties."""

    title: str
    subject: str
    author: str
    comments: str
    day: dt.date


def workbook_bytes(about: About, cover: Cover, sheets: Sequence[Sheet]) -> bytes:
    """The workbook as bytes: the cover, then a worksheet for each sheet."""
    with _no_collecting():
        return _made(about, cover, sheets)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A workbook is many small objects without a circle among them: looking for one takes as long as half the writing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _made(about: About, cover: Cover, sheets: Sequence[Sheet]) -> bytes:
    held = BytesIO()
    book = new_workbook(held, default_format_properties={"font_name": FONT, "font_size": SIZE})
    book.set_properties({
        "title": safe(about.title), "subject": safe(about.subject), "author": safe(about.author),
        "category": "Performance report", "comments": safe(about.comments),
        "created": dt.datetime(about.day.year, about.day.month, about.day.day),
    })  # fmt: skip
    book.set_custom_property("Language", "en-GB", "text")
    looks = _Looks(book)
    _write_cover(book, cover, looks)
    for sheet in sheets:
        _write_sheet(book, sheet, about, looks)
    book.worksheets()[0].activate()
    book.close()
    return held.getvalue()


def _write_cover(book: Workbook, cover: Cover, looks: _Looks) -> None:
    page = book.add_worksheet(COVER)
    page.hide_gridlines(2)
    page.set_column(0, 0, _COVER_WIDTH)
    page.write_string(0, 0, safe(cover.title), looks(**_TITLE, text_wrap=True))
    page.set_row(0, _TITLE_HEIGHT * (1 + len(cover.title) // _COVER_TITLE))
    for row, line in enumerate(cover.lines, 1):
        page.write_string(row, 0, safe(line), looks(text_wrap=True))
        page.set_row(row, height_of([line], [_COVER_WIDTH]) + _AIR)
    page.write_url(len(cover.lines) + 1, 0, CONTENTS_AT, looks(**_LINK), BACK)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)


def _write_sheet(book: Workbook, sheet: Sheet, about: About, looks: _Looks) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, safe(sheet.title), looks(**_TITLE))
    page.set_row(0, _TITLE_HEIGHT)
    for row, line in enumerate(sheet.says, 1):
        page.write_string(row, 0, safe(line), looks())
    page.write_url(
        len(sheet.says) + 1, 0, f"internal:'{sheet.back}'!A1", looks(**_LINK), f"Go to the {sheet.back.lower()}"
    )
    head = sheet.header_row - 1
    widths = [column.width for column in sheet.columns]
    for at, width in enumerate(widths):
        page.set_column(at, at, width)
    page.set_row(head, height_of([column.header for column in sheet.columns], [width - 3 for width in widths]))
    for row, cells in enumerate(sheet.rows, head + 1):
        for at, cell in enumerate(cells):
            if cell is not None:
                _write_cell(page, row, at, cell, sheet, looks)
        if not sheet.is_data:
            page.set_row(row, height_of(cells, widths))
    _add_table(page, sheet, head, looks)
    page.freeze_panes(head + 1, sheet.frozen)
    _set_print(page, sheet, about, head)


def _add_table(page: Worksheet, sheet: Sheet, head: int, looks: _Looks) -> None:
    columns = [
        {"header": column.header, "header_format": looks(**_HEAD, **_ALIGNED[column.kind])} for column in sheet.columns
    ]
    page.add_table(head, 0, head + len(sheet.rows), len(sheet.columns) - 1, {
        "name": sheet.table, "columns": columns, "style": "Table Style Light 1", "banded_rows": False,
        "title": sheet.title, "description": sheet.holds or sheet.title,
    })  # fmt: skip


def _write_cell(page: Worksheet, row: int, at: int, cell: Cell, sheet: Sheet, looks: _Looks) -> None:
    if isinstance(cell, str):
        page.write_string(row, at, *looks.text(cell, sheet.columns[at].kind, wrap=not sheet.is_data))
    elif isinstance(cell, Number):
        page.write_number(row, at, float(cell.value), looks.number(cell.form))
    elif isinstance(cell, int | float):
        page.write_number(row, at, cell, looks.number("General"))
    elif isinstance(cell, dt.date):
        page.write_number(row, at, serial(cell), looks.number("yyyy-mm-dd"))
    elif isinstance(cell, Rated):
        page.write_string(row, at, cell.text, looks(**_RATED[cell.colour], **_ALIGNED["text"], bold=True))
    elif isinstance(cell, Link):
        page.write_url(
            row,
            at,
            f"internal:'{cell.sheet}'!A{cell.row}",
            looks(**_LINK, **_ALIGNED["text"], text_wrap=True),
            safe(cell.text),
        )


def _set_print(page: Worksheet, sheet: Sheet, about: About, head: int) -> None:
    """A page as wide as the table, the headers again on every page."""
    page.set_landscape()
    page.set_paper(_A3 if sheet.is_wide else _A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    page.repeat_rows(head)
    title = safe(about.title)[:_MOST_IN_FOOTER].replace("&", "&&")
    page.set_footer(f"&L{title}&C{sheet.name}&RPage &P of &N")
