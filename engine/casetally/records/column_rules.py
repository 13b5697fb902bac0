"""Why: what one column alone can tell of a row: something needed is missing, can't be read, is on no list, is beyond
reason.

An unreadable date is an error even where the date may be blank: read as blank, it would turn a finished event into an
open one.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import polars as pl

from casetally.records.as_at import FIRST_DAY, LAST_DAY
from casetally.records.convert import READ, TYPES
from casetally.records.hold import FAILURE_COLUMNS, Hold, Rule, broken, flag
from casetally.schemas import Column, Schemas, Table

_DATES = ("date", "datetime")
_WANTED = {
    "date": "a calendar date such as 2024-03-31 or 31/03/2024",
    "datetime": "a date with a time such as 2024-03-31 14:30 or 31/03/2024 14:30",
    "boolean": "yes or no (true/false, Y/N, 1/0)",
    "integer": "a whole number",
    "number": "a number",
}


def column_failures(frame: pl.DataFrame, table: Table, schemas: Schemas) -> pl.DataFrame:
    """Every failure of a single column of the converted rows (`hold.FAILURE_COLUMNS`)."""
    present = {name: column for name, column in table.columns.items() if name in frame.columns}
    holds = [hold for name, column in present.items() for hold in _holds(name, column, table, schemas)]
    found = broken(frame, holds, {name: TYPES[column.type] for name, column in present.items()})
    return _missing_only_once(found)


def without_unlisted(frame: pl.DataFrame, table: Table, schemas: Schemas) -> pl.DataFrame:
    """The rows with every code that is on no list read as unknown."""
    listed = {n: list(schemas.codes[c.codes]) for n, c in table.columns.items() if c.codes and n in frame.columns}
    return frame.with_columns(
        pl.when(pl.col(name).is_in(codes)).then(name).alias(name) for name, codes in listed.items()
    )


def _holds(name: str, column: Column, table: Table, schemas: Schemas) -> list[Hold]:
    holds = []
    if column.required:
        says = f"'{name}' is blank; a row of {table.table} can't count without it."
        holds.append(Hold(name, Rule("required_missing", "error", name, says)))
    if column.codes:
        says = f"The code in '{name}' is not on the list '{column.codes}'; it counts as unknown."
        rule = Rule("code_out_of_list", "warning", name, says)
        codes = list(schemas.codes[column.codes])
        holds.append(Hold(name, rule, partial(pl.Expr.is_in, other=codes)))
    if column.type in _DATES:
        says = f"'{name}' can't be read; it must be {_WANTED[column.type]}."
        holds.append(flag(READ + name, Rule("date_unreadable", "error", name, says)))
        says = f"The date in '{name}' is before {FIRST_DAY.year} or after {LAST_DAY.year}."
        holds.append(_within_reason(name, column, Rule("date_beyond_reason", "error", name, says)))
    elif column.type in _WANTED:
        ending = "a row can't count without it" if column.required else "it counts as unknown"
        says = f"'{name}' can't be read; it must be {_WANTED[column.type]}, and {ending}."
        rule = Rule("value_unreadable", "error" if column.required else "warning", name, says)
        holds.append(flag(READ + name, rule))
    return holds


def _within_reason(name: str, column: Column, rule: Rule) -> Hold:
    if column.type == "date":
        return Hold(name, rule, lambda day: day.is_between(FIRST_DAY, LAST_DAY))
    start, end = (dt.datetime.combine(FIRST_DAY, dt.time.min), dt.datetime.combine(LAST_DAY, dt.time.max))
    return Hold(name, rule, lambda moment: moment.is_between(start, end))


def _missing_only_once(found: pl.DataFrame) -> pl.DataFrame:
    """What can't be read was written: it is not missing as well."""
    if found.is_empty():
        return found
    unread = found.filter(pl.col("rule").is_in(["date_unreadable", "value_unreadable"])).select("_at", "column")
    missing = (pl.col("rule") == "required_missing") & pl.col("unread").fill_null(False)
    marked = found.join(
        unread.with_columns(unread=pl.lit(True)), on=["_at", "column"], how="left", maintain_order="left"
    )
    return marked.filter(~missing).select(*FAILURE_COLUMNS)
