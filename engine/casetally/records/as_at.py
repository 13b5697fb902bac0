"""Why: a run speaks for one day, and an export made later knows more than was known then.

A row that begins after the day is not yet known; a later date inside an earlier row (an end, a completion) reads as
null. So a month of two years ago is recomputed from today's export by its as-at date alone (rules: Time, "Not yet
known").
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from casetally.schemas import Table

FIRST_DAY, LAST_DAY = (dt.date(1900, 1, 1), dt.date(2100, 12, 31))  # dates outside are beyond reason


def not_yet_known(frame: pl.DataFrame, table: Table, as_at: dt.date) -> pl.Series:
    """For each row, whether it begins after the day. A start beyond reason is an error and not news from the future."""
    if table.begins is None or table.begins not in frame.columns:
        return pl.Series("not_yet_known", [False], dtype=pl.Boolean).new_from_index(0, frame.height)
    begins = frame[table.begins].cast(pl.Date)
    return ((begins > as_at) & (begins <= LAST_DAY)).fill_null(False).rename("not_yet_known")


def hide_later(frame: pl.DataFrame, table: Table, as_at: dt.date) -> pl.DataFrame:
    """The rows as they stood on the day: dates after it read as null, save planned ones (a due date may lie ahead)."""
    dates = [
        name
        for name, column in table.columns.items()
        if column.type in ("date", "datetime") and not column.planned and name in frame.columns
    ]
    return frame.with_columns(
        pl.when(pl.col(name).cast(pl.Date) <= as_at).then(pl.col(name)).alias(name) for name in dates
    )
