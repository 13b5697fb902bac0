"""Why: every workbook that leaves here is opened the same safe way: text stays text, days are days, and no cell breaks the file."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING

from casetally.errors import CallError

if TYPE_CHECKING:
    from xlsxwriter import Workbook

MOST_ROWS = 1_048_575  # of a sheet, below its header
MOST_CHARACTERS = 32_767  # of a cell


def new_workbook(held: BytesIO, **more: object) -> Workbook:
    """A workbook in memory alone (children's records go to no temporary file) that takes no text for a formula or a link."""
    import xlsxwriter

    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, **more
    }  # fmt: skip
    return xlsxwriter.Workbook(held, options)


def as_plain_text(text: str) -> str:
    """The text so that the writer does not take it for markup of its own, which goes into the file as it stands."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def must_fit(text: str, what: str) -> str:
    """A text that a cell can hold, as plain text. Raises CallError, naming `what`, where it is too long."""
    if len(text) > MOST_CHARACTERS:
        raise CallError(
            f"{what} is longer than a cell can hold.",
            hint=f"The most are {MOST_CHARACTERS:,} characters: look for it in the source, mend it and run again.",
        )
    return as_plain_text(text)


def serial(day: dt.date) -> int:
    """The day as spreadsheets count it: 1 is 1 January 1900, and a 29 February 1900 that never was is counted too. (xlsxwriter
    takes the first day for a time without a date.)
    """
    days = (day - dt.date(1899, 12, 31)).days
    return days if day < dt.date(1900, 3, 1) else days + 1
