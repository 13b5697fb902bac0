"""Why: who opens a workbook should read first whose it is, how far to trust it and where what is, and never have to guess a mark.

Cover, contents and notes follow the Analysis Function's guidance on releasing statistics in spreadsheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from casetally.periods import day_words, month_words
from casetally.reports.document import ReportDocument
from casetally.reports.workbook.cells import SHORTHAND
from casetally.reports.workbook.control import CHART_DATA, CHARTS
from casetally.reports.workbook.data import DATA
from casetally.reports.workbook.measures import AVERAGES_SHEET, COMPARED, GROUPS, MEASURES, MONTHS
from casetally.reports.workbook.model import Cell, Column, Cover, Link, Number, Row, Sheet
from casetally.reports.workbook.words import COMMENTARY, SUMMARY

CONTENTS, NOTES = "Contents", "Notes"
_SHOWN_ROUNDED = (MEASURES, GROUPS, MONTHS, AVERAGES_SHEET, COMPARED, CHARTS)
_EVERYWHERE = (SUMMARY, *_SHOWN_ROUNDED, COMMENTARY, DATA, CHART_DATA)


@dataclass(frozen=True)
class Note:
    """A note, the worksheets it is about, and whether it holds for a published edition alone."""

    text: str
    about: tuple[str, ...]
    published_only: bool = False
    settling_only: bool = False  # said where a figure is settling


_NOTES = (
    Note(
        "Figures are rounded half up to the decimals of the report. A percentage of 81.3% is the number 81.3. The worksheet "
        "Data holds them unrounded.",
        _SHOWN_ROUNDED,
    ),
    Note(
        "'Numerator' and 'Denominator' are the two numbers behind a share, a rate or a mean: 13 of 16 visits. A rate per 10,000 "
        "has a population below the line.",
        (MEASURES, GROUPS),
    ),
    Note(
        "Rating: green at the target or better; amber beyond it but within the tolerance; red beyond that. A target that is a "
        "range is green inside and red outside. 'Not rated' has no target, or no way that is better.",
        (MEASURES, GROUPS, DATA),
    ),
    Note(
        "'Change' is from the period before on the same basis, in percentage points for a percentage. 'Better' and 'Worse' are "
        "said only where one way is better.",
        (MEASURES, GROUPS),
    ),
    Note("Averages are means of the figures of single months; the 3 year average is of this month in 3 years.", (AVERAGES_SHEET,)),
    Note(
        "Provisional: the period is not over, or the time allowed for something in it still runs, so the figure may change. "
        "Short history: the rule looks back further than the records go.",
        (MEASURES, GROUPS, MONTHS, DATA, CHART_DATA),
    ),
    Note(
        "Settling: the period is over, but at its age such a figure usually still moves, as records arrive late. 'Usually 84 to "
        "91' is where past periods would lead one to expect that it ends.",
        (MEASURES, GROUPS, MONTHS, DATA, CHART_DATA),
        settling_only=True,
    ),
    Note(
        "Control charts are of single months (XmR): the limits lie 2.66 mean moving ranges either side of the mean, and no "
        "further than a figure can go. What lies within them is common variation: the usual ups and downs.",
        (CHARTS, CHART_DATA, MEASURES),
    ),
    Note(
        "Small numbers are hidden, and so is whatever they could be worked out from. Totals, averages, ratings and charts are "
        "made from what is shown.",
        _EVERYWHERE,
        published_only=True,
    ),
)  # fmt: skip


def cover(document: ReportDocument, sheets: Sequence[Sheet]) -> Cover:
    """Whose report it is, for which month, and how far to trust it."""
    lines, sections = list(document.lines), len(document.sections)
    rated = ", ".join(f"{count} {name}" for name, count in document.summary.ratings.items() if count)
    unsettled = sum(line.main.now.maturity == "provisional" for line in lines)
    moving = sum(line.main.now.maturity == "settling" for line in lines)
    said = [
        f"Authority: {document.authority}" if document.authority else "",
        f"Month: {month_words(document.month.end)}",
        f"Records as at: {day_words(document.as_at)}",
        _edition(document),
        f"Measures: {len(lines):,} in {sections:,} section{'' if sections == 1 else 's'}",
        f"Ratings: {rated}" if rated else "",
        f"Provisional: {unsettled:,} of {len(lines):,} measures may still change, marked [p]" if unsettled else "",
        f"Settling: {moving:,} of {len(lines):,} measures usually still move at their age, marked [p]"
        if moving
        else "",
        f"Worksheets: {len(sheets):,} beside this one; the worksheet {CONTENTS} leads to each",
        "Children: nothing here is about a single child; the worksheets hold counts, shares and words only",
        f"Contact: the performance team of {document.authority or 'the authority'}",
        f"Made by: casetally {document.version}" + (f", from records {document.records}" if document.records else ""),
    ]
    return Cover(document.title, tuple(line for line in said if line))


def _edition(document: ReportDocument) -> str:
    if document.edition == "published":
        return (
            f"Edition: published. Small numbers are hidden and shown as [c]: {document.hidden:,} figures of this period"
        )
    return "Edition: internal. It shows small numbers: keep it inside the authority"


def notes(document: ReportDocument, sheets: Sequence[Sheet]) -> Sheet:
    """The numbered notes, and the shorthand that the worksheets use."""
    numbered = [*(note.text for note in _held(document)), *document.notes]
    used = sorted({mark for sheet in sheets for mark in shorthand_in(sheet)})
    rows: list[Row] = [(f"Note {number}", text) for number, text in enumerate(numbered, 1)]
    rows += [(f"Shorthand {mark}", SHORTHAND[mark].capitalize()) for mark in used]
    return Sheet(
        NOTES,
        "Notes and shorthand",
        "What to bear in mind, and what the marks in square brackets mean.",
        (),
        (Column("Note", 18), Column("What it says", 110)),
        tuple(rows),
        is_wide=False,
    )


def contents(document: ReportDocument, sheets: Sequence[Sheet]) -> Sheet:
    """The worksheets, and where each section of the report begins."""
    rows: list[Row] = [
        (Link(sheet.name, sheet.name), sheet.holds, Number(len(sheet.rows), "#,##0")) for sheet in sheets
    ]
    found = next((sheet for sheet in sheets if sheet.name == MEASURES), None)
    if found is not None:
        rows += _sections(document, found)
    longest = max(len(row[0].text) for row in rows if isinstance(row[0], Link))
    columns = (
        Column("Worksheet", min(max(44, longest + 2), 80)),
        Column("What it holds", 90),
        Column("Rows", 9, "number"),
    )
    says = ("The links lead to each worksheet, and to the row of Measures where a section begins.",)
    return Sheet(CONTENTS, "Contents", "", says, columns, tuple(rows), is_wide=False, back="Cover")


def _sections(document: ReportDocument, measures: Sheet) -> list[Row]:
    rows: list[Row] = []
    at = measures.first_row
    for section in document.sections:
        if section.lines:
            link: Cell = Link(f"{MEASURES}: {section.title}", MEASURES, at)
            rows.append((link, f"Where this section begins on the worksheet {MEASURES}.", len(section.lines)))
        at += len(section.lines)
    return rows


def explained(document: ReportDocument, sheet: Sheet) -> Sheet:
    """A sheet with the lines that stand above every table: what applies to it, and what its marks mean."""
    about = [str(number) for number, note in enumerate(_held(document), 1) if sheet.name in note.about]
    applying = f" Notes that apply: {', '.join(about)} (worksheet {NOTES})." if about else ""
    marks = "; ".join(f"{mark} {SHORTHAND[mark].partition(':')[0]}" for mark in shorthand_in(sheet))
    shorthand = (f"Shorthand: {marks}.",) if marks else ()
    return replace(sheet, says=(f"This worksheet contains one table.{applying}", *sheet.says, *shorthand))


def shorthand_in(sheet: Sheet) -> list[str]:
    """The marks that stand in the cells of a sheet."""
    if sheet.is_data:
        return []  # blank cells instead
    texts = {cell for row in sheet.rows for cell in row if isinstance(cell, str) and cell.endswith("]")}
    return [mark for mark in SHORTHAND if any(mark in text for text in texts)]


def _held(document: ReportDocument) -> list[Note]:
    published, settling = document.edition == "published", _is_settling(document)
    return [note for note in _NOTES if (published or not note.published_only) and (settling or not note.settling_only)]


def _is_settling(document: ReportDocument) -> bool:
    rows = [row for line in document.lines for row in line.rows]
    return any(seen.maturity == "settling" for row in rows for seen in (*row.series.values(), *row.monthly.values()))
