"""Why: every reader ends in the same three things (tables, a line for each input row, findings), so they are built in one way.

The functions take frames, for readers of tables; the builders take one row at a time, for readers of trees (XML, JSON), and keep
what they gather in columns, so that a large file does not fill the memory with small objects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, Disposition, SourceTable, no_findings

Severity = Literal["error", "warning", "note"]
_CHUNK = 100_000


@dataclass(frozen=True)
class Problem:
    """Something wrong with a row: where `when` holds, the finding is made. An `error` sets the row aside."""

    rule: str
    severity: Severity
    column: str
    message: str
    when: pl.Expr


@dataclass(frozen=True)
class Made:
    """What became of the rows of one kind of file: the tables, one line per input row (`ROW_COLUMNS`), and the
    findings.
    """

    tables: tuple[SourceTable, ...]
    rows: pl.DataFrame
    findings: pl.DataFrame


def findings_of(rows: pl.DataFrame, table: str, problem: Problem, record_id: pl.Expr) -> pl.DataFrame:
    """One finding (`FINDING_COLUMNS`) a row where the problem's condition holds. `rows` has `_file` and `_row`.

    `record_id` names the record, and null reads as blank; never give more of a record than its id.
    """
    found = rows.filter(problem.when)
    if found.is_empty():
        return no_findings()
    return found.select(
        file=pl.col("_file"),
        row=pl.col("_row"),
        table=pl.lit(table),
        rule=pl.lit(problem.rule),
        severity=pl.lit(problem.severity),
        column=pl.lit(problem.column),
        message=pl.lit(problem.message),
        record_id=record_id.fill_null(""),
    ).cast(pl.Schema(FINDING_COLUMNS))


def lines(rows: pl.DataFrame, disposition: Disposition, table: str | None = None) -> pl.DataFrame:
    """One line per row for `Delivery.rows`; a carried row names the record `_record` of `table`."""
    carried = disposition == "carried"
    return rows.select(
        file=pl.col("_file").cast(ROW_COLUMNS["file"]),
        row=pl.col("_row").cast(ROW_COLUMNS["row"]),
        disposition=pl.lit(disposition),
        table=pl.lit(table if carried else None, dtype=pl.String),
        record=(pl.col("_record") if carried else pl.lit(None)).cast(ROW_COLUMNS["record"]),
    )


def table_of(
    name: str,
    frame: pl.DataFrame,
    *,
    since: dt.date | None = None,
    latest_only: bool = False,
    until: dt.date | None = None,
) -> SourceTable:
    """A table of text: dates in ISO form, other values as written.

    `frame` has `_record`, `_file`, `_row` and the columns; other columns that begin with `_` are left out.
    """
    columns = [column for column in frame.columns if not column.startswith("_")]
    return SourceTable(
        name,
        frame.select(
            pl.col(columns).cast(pl.String),
            pl.col("_record").cast(pl.UInt32),
            pl.col("_file").cast(pl.String),
            pl.col("_row").cast(pl.UInt32),
        ),
        since,
        latest_only,
        until,
    )


def day_in_id(column: str) -> pl.Expr:
    """The day of a column as it may stand in a made id: what can't be read as one is left out, for an id is shown and may hold
    nothing else of a record.
    """
    text = pl.col(column).cast(pl.String).str.strip_chars()
    day = text.str.extract(r"^(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})(?:[T ]|$)")
    return day.fill_null("")


def numbered(id_text: pl.Expr, among: Sequence[str | pl.Expr]) -> pl.Expr:
    """An id made unique in the frame's order: the second of the same gets `-2`, the third `-3`."""
    at = pl.int_range(1, pl.len() + 1).over(among)
    return pl.when(at == 1).then(id_text).otherwise(pl.concat_str([id_text, at.cast(pl.String)], separator="-"))


class FrameBuilder:
    """Gathers rows of text, each with the file and row it came from, into a frame with those columns, `_file` and `_row`."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.height = 0
        self._chunks: list[pl.DataFrame] = []
        self._file = ""
        self._rows: list[int] = []
        self._values: list[list[str | None]] = [[] for _ in self.columns]

    def add(self, file: str, row: int, values: Sequence[str | None]) -> int:
        """Take one row, its values in the order of `columns`; gives the row's number in the frame."""
        if self._file != file or len(self._rows) >= _CHUNK:
            self._flush()
            self._file = file
        self._rows.append(row)
        for column, value in zip(self._values, values, strict=True):
            column.append(value)
        self.height += 1
        return self.height - 1

    def frame(self) -> pl.DataFrame:
        """All rows so far, in the order in which they were added."""
        self._flush()
        empty = pl.DataFrame(schema={**dict.fromkeys(self.columns, pl.String), "_file": pl.String, "_row": pl.UInt32})
        return pl.concat([empty, *self._chunks])

    def _flush(self) -> None:
        if self._rows:
            named = {
                name: pl.Series(values, dtype=pl.String)
                for name, values in zip(self.columns, self._values, strict=True)
            }
            place = {
                "_file": pl.Series([self._file], dtype=pl.String).new_from_index(0, len(self._rows)),
                "_row": pl.Series(self._rows, dtype=pl.UInt32),
            }
            self._chunks.append(pl.DataFrame({**named, **place}))
        self._file, self._rows, self._values = "", [], [[] for _ in self.columns]


class FindingsBuilder:
    """Gathers findings one at a time."""

    def __init__(self) -> None:
        self._found: list[tuple[object, ...]] = []

    def add(
        self, file: str, row: int, *, table: str, rule: str, severity: Severity, message: str, column: str = "", record_id: str = ""
    ) -> None:  # fmt: skip
        """Take one finding; `record_id` is all that may be told of a record."""
        self._found.append((file, row, table, rule, severity, column, message, record_id))

    def frame(self) -> pl.DataFrame:
        """All findings so far (`FINDING_COLUMNS`)."""
        return pl.DataFrame(self._found, schema=FINDING_COLUMNS, orient="row")
