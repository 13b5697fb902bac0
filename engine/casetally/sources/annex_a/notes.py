"""Why: what was understood of a workbook must be said, so that a wrong day or a misread header is seen before a figure is
believed.

A note names headers of Annex A and places of columns, never what stands in a cell.
"""

from __future__ import annotations

from collections.abc import Sequence

from casetally.sources.annex_a.day import OwnDay
from casetally.sources.annex_a.headers import DATED_BY, Found
from casetally.sources.annex_a.layout import list_number
from casetally.sources.building import FindingsBuilder

_FROM = {"stated": "as it states", "name": "as its name says"}
_STATE = {
    True: "State the day: in the workbook's name (as in 'Annex A 2024-01-31.xlsx'), or in a cell 'As at 31/01/2024' above a list "
    "or on a sheet of its own.",
    False: "State the day: in the name of the folder that holds the lists (as in 'Annex A 2024-01-31').",
}


def note_day(file: str, day: OwnDay, numbers: Sequence[int], notes: FindingsBuilder, *, is_book: bool) -> None:
    """Which day the lists speak of, how that is known, and since when they tell everything. A day that is not stated is asked for:
    nothing then tells that the lists end, so that later days come out as days on which nothing happened.
    """
    if not numbers:
        return
    if day.until is not None:
        says = f"The lists speak of {_said(day.day)}, {_FROM[day.known_from]}.{_told(day, numbers)}"
        notes.add(file, 0, table="", rule="annex_a_day", severity="note", message=says)
        return
    doubted = (
        "The day that they state or are named after is before the latest event in them or more than a year after it, so it is "
        "not believed."
    )
    unsaid = doubted if day.doubted else "The lists do not say of which day they are."
    if day.day is None:
        says = f"{unsaid} No date in them can be read either, so it is not known of which days they tell."
    else:
        latest = _said(day.day)
        says = (
            f"{unsaid} They are read as those of {latest}, the latest event in them.{_told(day, numbers)} "
            f"Noughts after {latest} may only mean that the lists were made before: do not rely on them."
        )
    notes.add(file, 0, table="", rule="annex_a_day", severity="warning", message=f"{says} {_STATE[is_book]}")


def _told(day: OwnDay, numbers: Sequence[int]) -> str:
    """Since when these lists tell everything, a sentence with the blank before it."""
    months = {list_number(number).months for number in numbers if list_number(number).months}
    since = " and ".join(f"since {_said(day.since(back))} ({back} months)" for back in sorted(months))
    return f" They tell of what has happened {since}." if since else ""


def note_list(file: str, found: Found | None, blank: Sequence[str], notes: FindingsBuilder) -> None:
    """Columns that are missing, blank in every row, nearly right, doubled or not known."""
    if found is None:
        return
    for header in found.missing:
        says = f"List {found.listed.number} has no column '{header}' here, so nothing is read of it."
        notes.add(
            file, found.row, table="", rule="annex_a_column_missing", severity="note", message=says, column=header
        )
    for header in blank:
        says = f"The column '{header}' is blank in every row of this list, so it counts as missing."
        notes.add(file, found.row, table="", rule="annex_a_column_blank", severity="note", message=says, column=header)
    for header in found.near:
        says = f"The header in column {_letters(found.columns[header])} is taken for '{header}'."
        notes.add(file, found.row, table="", rule="annex_a_header_nearly", severity="note", message=says, column=header)
    for header in found.twice:
        says = f"The column '{header}' stands here more than once; the first is read."
        notes.add(
            file, found.row, table="", rule="annex_a_column_twice", severity="warning", message=says, column=header
        )
    if found.unknown:
        columns = ", ".join(_letters(column) for column in found.unknown[:10])
        says = f"Annex A does not know the headers of these columns, so they are not read: {columns}."
        notes.add(file, found.row, table="", rule="annex_a_column_not_read", severity="note", message=says)


def note_unread(file: str, empty: bool, found: Found | None, notes: FindingsBuilder) -> None:
    """Why a sheet is not read."""
    severity, rule = "note", "annex_a_sheet_not_read"
    if found is not None and found.readable:
        says = f"List {found.listed.number} ({found.listed.title.lower()}) is not read: the data model has no table for it."
    elif found is not None:
        needed = f"'{found.listed.columns[0].header}' and '{DATED_BY[found.listed.number]}'"
        says = f"This looks like list {found.listed.number}, but lacks the columns {needed} that every row needs; it is not read."
        severity, rule = "warning", "annex_a_list_not_read"
    elif empty:
        says = "This sheet is empty."
    else:
        says = "This sheet is none of the lists of Annex A, so it is not read."
    notes.add(file, 0, table="", rule=rule, severity="warning" if severity == "warning" else "note", message=says)


def _said(day: object) -> str:
    return f"{day:%-d %B %Y}" if day is not None else "an unknown day"


def _letters(column: str) -> str:
    """The letters of a grid's column, as a spreadsheet names it."""
    number, letters = int(column) + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
