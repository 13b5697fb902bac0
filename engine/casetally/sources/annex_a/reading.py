"""Why: from files to one delivery: which sheet is which list, which workbook is the newest, and what is to be said of each.

Of two workbooks that hold one list, the one of the later day is taken: it tells the same, later. Rows of the other are
superseded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.annex_a.children import children_of
from casetally.sources.annex_a.day import HAPPENED, OwnDay, own_day, stated_days
from casetally.sources.annex_a.headers import Found, find_list
from casetally.sources.annex_a.listed import ListRows, rows_of, without_copies
from casetally.sources.annex_a.making import ListFrame, tables_of
from casetally.sources.annex_a.notes import note_day, note_list, note_unread
from casetally.sources.annex_a.sheets import Sheet, read_sheets
from casetally.sources.building import FindingsBuilder, lines, table_of
from casetally.sources.delivery import ROW_COLUMNS, Delivery, SourceFile
from casetally.sources.given import GivenFile

_UNREAD = 11  # prospective adopters are not children; the data model has no table for them


@dataclass(frozen=True)
class Book:
    """A workbook, or the CSV files of one folder: its lists, by number, and the day that they speak of."""

    group: str
    lists: Mapping[int, tuple[ListRows, ...]]
    day: OwnDay

    @property
    def is_workbook(self) -> bool:
        return any(part.sheet.in_workbook for parts in self.lists.values() for part in parts)


def read_files(files: Sequence[GivenFile]) -> Delivery:
    """The lists of these workbooks and CSV files. Raises InputError for a file that can't be read, or without any list."""
    notes = FindingsBuilder()
    sheets = read_sheets(files)
    found = {sheet.file: find_list(sheet.name, sheet.grid) for sheet in sheets}
    books = [_book(group, sheets, found) for group in sorted({sheet.group for sheet in sheets})]
    if not any(book.lists for book in books):
        raise InputError(
            "None of the lists of Annex A can be read here.",
            place=Place(files[0].shown),
            hint="Each sheet needs the headers that Annex A gives its list, such as 'Child Unique ID' and 'Date of Contact'.",
        )
    chosen, rows = _chosen(books, notes)
    listed = {number: _joined(parts, book.day, rows) for number, (book, parts) in chosen.items()}
    people, disagreements = children_of({number: one.frame for number, one in listed.items()})
    tables, carried = tables_of(listed, people)
    for book in books:
        note_day(book.group, book.day, tuple(book.lists), notes, is_book=book.is_workbook)
    parts = [part for book in books for several in book.lists.values() for part in several]
    blank = {part.sheet.file: part.blank for part in parts}
    for sheet in sheets:
        here = found[sheet.file]
        note_list(sheet.file, here, blank[sheet.file], notes) if _taken(here) else _unread(sheet, found, notes)
    gone = [part.gone for part in parts]
    return Delivery(
        "annex_a",
        tuple(sorted((_source_file(sheet, books) for sheet in sheets), key=lambda file: file.file)),
        tuple(sorted([table_of("children", people), *tables], key=lambda table: table.table)),
        pl.concat([pl.DataFrame(schema=ROW_COLUMNS), carried, *rows, *(one.rows for one in gone)]).sort("file", "row"),
        pl.concat([notes.frame(), disagreements, *(one.findings for one in gone)]).sort(
            "file", "row", "rule", "column", "record_id"
        ),
        _covers(books, chosen),
    )


def _taken(found: Found | None) -> bool:
    return found is not None and found.readable and found.listed.number != _UNREAD


def _book(group: str, sheets: Sequence[Sheet], found: Mapping[str, Found | None]) -> Book:
    mine = [sheet for sheet in sheets if sheet.group == group]
    lists: dict[int, tuple[ListRows, ...]] = {}
    stated = []
    for sheet in mine:
        here = found[sheet.file]
        if here is not None and _taken(here):
            lists[here.listed.number] = (*lists.get(here.listed.number, ()), rows_of(sheet, here))
        titles = sheet.grid.head(40) if here is None else sheet.grid.filter(pl.col("_row") < here.row)
        stated += stated_days(titles)
    happened = [
        part.frame[header]
        for number, parts in lists.items()
        for part in parts
        for header in HAPPENED[number]
        if header in part.frame.columns
    ]
    return Book(group, lists, own_day(stated, mine[0].called, happened))


def _chosen(
    books: Sequence[Book], notes: FindingsBuilder
) -> tuple[dict[int, tuple[Book, tuple[ListRows, ...]]], list[pl.DataFrame]]:
    """For each list the sheets of the latest day, of all workbooks of that day, and the lines of the rows of the others."""
    chosen: dict[int, tuple[Book, tuple[ListRows, ...]]] = {}
    superseded: list[pl.DataFrame] = []
    for number in sorted({number for book in books for number in book.lists}):
        having = [book for book in books if number in book.lists]
        newest = max(having, key=lambda book: (book.day.day is not None, str(book.day.day), book.group))
        same_day = [book for book in having if book.day.day == newest.day.day]
        chosen[number] = (newest, tuple(part for book in same_day for part in book.lists[number]))
        for part in (part for book in having if book not in same_day for part in book.lists[number]):
            superseded.append(lines(part.frame, "superseded"))
            says = f"List {number} is taken from '{newest.group}', which is of a later day; the rows here are not used."
            notes.add(part.sheet.file, 0, table="", rule="annex_a_older_list", severity="warning", message=says)
    return chosen, superseded


def _joined(parts: Sequence[ListRows], day: OwnDay, rows: list[pl.DataFrame]) -> ListFrame:
    frame, copies = without_copies(parts)
    rows.append(copies)
    return ListFrame(frame, day)


def _unread(sheet: Sheet, found: Mapping[str, Found | None], notes: FindingsBuilder) -> None:
    note_unread(sheet.file, sheet.grid.is_empty(), found[sheet.file], notes)


def _source_file(sheet: Sheet, books: Sequence[Book]) -> SourceFile:
    """Its rows are those below the header row that hold anything in the list's columns."""
    for book in books:
        for parts in book.lists.values():
            for part in parts:
                if part.sheet.file == sheet.file:
                    return SourceFile(sheet.file, sheet.sha256, part.frame.height + part.gone.rows.height)
    return SourceFile(sheet.file, sheet.sha256, 0, used=False)


def _covers(books: Sequence[Book], chosen: Mapping[int, object]) -> str:
    numbers = sorted(chosen)
    named = (
        f"list {numbers[0]}" if len(numbers) == 1 else f"lists {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    )
    latest = max((book.day.day for book in books if book.day.day is not None), default=None)
    day = "" if latest is None else f", as of {latest.day} {latest:%B %Y}"
    return f"Ofsted Annex A: {named}{day}."
