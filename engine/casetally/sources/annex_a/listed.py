"""Why: the rows of one list may lie on two sheets or in two workbooks; here each row finds its place, or the reason why
it has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from casetally.sources.annex_a.headers import LOOK_AT, Found
from casetally.sources.annex_a.sheets import Sheet
from casetally.sources.annex_a.values import LONGEST_ID, cleaned
from casetally.sources.building import Made, Problem, findings_of, lines

CHILD = "Child Unique ID"
_REPEATED = Problem(
    "annex_a_repeated_header",
    "warning",
    "",
    "The list's headers stand here a second time, so this row is left out.",
    pl.col("_repeats"),
)
_NO_CHILD = Problem(
    "annex_a_no_child_id",
    "error",
    CHILD,
    "The row has no child's id, so it can't count. Fill it in, or remove the row if it is a title or a total.",
    pl.col(CHILD).is_null(),
)
_NO_ID = Problem(
    "annex_a_no_child_id",
    "error",
    CHILD,
    f"What stands as the child's id is longer than {LONGEST_ID} characters, so it is no id.",
    pl.col(CHILD).str.len_chars() > LONGEST_ID,
)


@dataclass(frozen=True)
class ListRows:
    """The rows of one list on one sheet under the list's headers (those found), cleaned, with `_file` and `_row`; and what became
    of the rows that are none of the list's (`gone`: lines and findings, no tables).

    `blank`: headers of columns other than dates that no row fills. They are not in `frame`: the list has the column and tells
    nothing by it. A date that no row has is told: no plan has ended.
    """

    sheet: Sheet
    found: Found
    frame: pl.DataFrame
    gone: Made
    blank: tuple[str, ...] = ()


def rows_of(sheet: Sheet, found: Found) -> ListRows:
    """The rows below the header row."""
    below = sheet.grid.filter(pl.col("_row") > found.row)
    here = pl.col(list(found.columns.values()))
    below = below.filter(pl.any_horizontal(here.is_not_null())) if not below.is_empty() else below
    frame = pl.DataFrame(
        [
            *(
                cleaned(below[found.columns[column.header]], column).alias(column.header)
                for column in found.listed.columns
                if column.header in found.columns
            ),
            pl.Series("_file", [sheet.file], dtype=pl.String).new_from_index(0, below.height),
            below["_row"],
            _repeats(sheet, found, below),
        ]
    )
    gone: list[Made] = []
    for problem in (_REPEATED, _NO_CHILD, _NO_ID):
        there = frame.with_columns(problem.when.fill_null(value=False).alias("_gone"))
        out = there.filter("_gone").drop("_gone")
        findings = findings_of(out, "", problem, pl.lit(""))
        gone.append(Made((), lines(out, "set_aside"), findings))
        frame = there.filter(~pl.col("_gone")).drop("_gone")
    together = Made((), pl.concat([one.rows for one in gone]), pl.concat([one.findings for one in gone]))
    blank = _blank(below.join(frame.select("_row"), on="_row", how="semi"), found)
    return ListRows(sheet, found, frame.drop("_repeats", *blank), together, blank)


def _blank(rows: pl.DataFrame, found: Found) -> tuple[str, ...]:
    """The headers, dates apart, of which no row says anything, not even that it is unknown. A list without rows says that there
    are none, so that its columns stay.
    """
    if rows.is_empty():
        return ()
    told = [column for column in found.listed.columns if column.header in found.columns and column.kind != "date"]
    return tuple(column.header for column in told if rows[found.columns[column.header]].null_count() == rows.height)


def _repeats(sheet: Sheet, found: Found, below: pl.DataFrame) -> pl.Series:
    """Whether a row says what the header row says, in half of the list's columns or more."""
    head = sheet.grid.head(LOOK_AT).filter(pl.col("_row") == found.row)
    same = pl.sum_horizontal(
        (pl.col(name).str.to_lowercase() == str(head[name][0]).lower()).fill_null(value=False).cast(pl.UInt32)
        for name in found.columns.values()
    )
    return below.select((same * 2 >= len(found.columns)).alias("_repeats"))["_repeats"]


def without_copies(sheets: Sequence[ListRows]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of one list on several sheets of one workbook together, and the lines of those that stand on an earlier sheet too.

    Rows of one sheet that are alike stay: they may be two events of a day.
    """
    frames = [one.frame.with_columns(pl.lit(at).alias("_sheet")) for at, one in enumerate(sheets)]
    every = pl.concat(frames, how="diagonal")
    columns = [name for name in every.columns if not name.startswith("_")]
    first = pl.col("_sheet").min().over(columns)
    marked = (
        every.with_columns((pl.col("_sheet") > first).alias("_copy")) if columns else every.with_columns(_copy=False)
    )
    copies = marked.filter("_copy")
    return marked.filter(~pl.col("_copy")).drop("_sheet", "_copy"), lines(copies, "superseded")
