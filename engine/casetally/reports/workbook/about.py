"""Why: every sheet names its measures by the same columns in the same order, so that readers find their way between them."""

from __future__ import annotations

from collections.abc import Sequence

from casetally.periods import period_words
from casetally.reports.document import LineShown
from casetally.reports.lines import ReportRow
from casetally.reports.workbook.cells import NOT_APPLICABLE
from casetally.reports.workbook.model import Cell, Column, Row, Sheet
from casetally.reports.workbook.texts import basis_words, unit_words

OF_ALL = "All"
Filled = tuple[Column, Sequence[Cell]]  # a column with its cells
Shown = tuple[LineShown, ReportRow]


def of_lines(lines: Sequence[LineShown]) -> list[Filled]:
    """What names a line on a sheet that has a row for each line."""
    return [
        (Column("Ref", 14), [line.code or NOT_APPLICABLE for line in lines]),
        (Column("Measure", 44), [line.title or line.definition.title for line in lines]),
        (Column("Section", 28), [line.section for line in lines]),
    ]


def of_rows(rows: Sequence[Shown], *, with_period: bool = True) -> list[Filled]:
    """What names a row of the report: its line, group, basis and, unless its periods have columns of their own, its period."""
    period: list[Filled] = [(Column("Period", 20), [_titled(period_words(row.period)) for _, row in rows])]
    return [
        *of_lines([line for line, _ in rows]),
        groups_of(rows),
        (Column("Basis", 16), [basis_words(row.basis) for _, row in rows]),
        *(period if with_period else []),
    ]


def groups_of(rows: Sequence[Shown]) -> Filled:
    return Column("Group", 24), [row.group or OF_ALL for _, row in rows]


def units(rows: Sequence[Shown]) -> Filled:
    return Column("Unit", 12), [unit_words(row.now.unit) for _, row in rows]


def sheet_of(
    name: str, title: str, holds: str, says: tuple[str, ...], filled: Sequence[Filled], *, is_wide: bool = True
) -> Sheet:
    """A sheet of these columns, less a Ref that no line has and a Group that says All in every row; the Measure stays in sight."""
    nothing = {"Ref": {NOT_APPLICABLE}, "Group": {OF_ALL}}
    kept = [
        (column, cells)
        for column, cells in filled
        if set(cells[:1]) != nothing.get(column.header) or len(set(cells)) > 1
    ]
    columns = tuple(column for column, _ in kept)
    rows: tuple[Row, ...] = tuple(zip(*(cells for _, cells in kept), strict=True))
    frozen = next((at for at, column in enumerate(columns, 1) if column.header == "Measure"), 0)
    return Sheet(name, title, holds, says, columns, rows, frozen=frozen, is_wide=is_wide)


def _titled(words: str) -> str:
    return words[0].upper() + words[1:]
