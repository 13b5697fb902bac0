"""Why: performance teams work on in a spreadsheet: the report as one that anybody can read, filter and put into Power BI.

It follows the Analysis Function's guidance on releasing statistics in spreadsheets; `docs/workbook.md` says what each sheet is for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from casetally.periods import month_words
from casetally.reports.document import ReportDocument
from casetally.reports.workbook.control import chart_data, control_charts
from casetally.reports.workbook.data import data
from casetally.reports.workbook.front import contents, cover, explained, notes
from casetally.reports.workbook.measures import averages, compared, groups_and_bases, measures, months
from casetally.reports.workbook.model import Cover, Sheet
from casetally.reports.workbook.words import commentary, definitions, summary
from casetally.reports.workbook.writing import About, workbook_bytes

SHEETS: tuple[Callable[[ReportDocument], Sheet], ...] = (
    summary, measures, groups_and_bases, months, averages, compared, control_charts, commentary, definitions, data, chart_data,
)  # fmt: skip


def write_workbook(document: ReportDocument, path: Path) -> None:
    """Write a report as a workbook. The same document gives the same bytes. Raises OSError where the path can't be written."""
    front, sheets = put_together(document)
    about = About(
        title=document.title,
        subject=f"Children's services performance, {month_words(document.month.end)}, {document.edition} edition",
        author=document.authority or "casetally",
        comments=f"Made by casetally {document.version}",
        day=document.as_at,
    )
    path.write_bytes(workbook_bytes(about, front, sheets))


def put_together(document: ReportDocument) -> tuple[Cover, tuple[Sheet, ...]]:
    """The cover and the sheets of a report in their order; a sheet that would have no rows is left out."""
    made = [explained(document, sheet) for one in SHEETS if (sheet := one(document)).rows]
    with_notes = [explained(document, notes(document, made)), *made]
    every = (explained(document, contents(document, with_notes)), *with_notes)
    return cover(document, every), every
