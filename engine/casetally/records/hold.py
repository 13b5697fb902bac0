"""Why: pandera holds every rule, so that nulls, codes, ranges and flags fail in one way and give findings of one
form.

A `Hold` ties one pandera check on one column to the rule it stands for. Of pandera's failure cases only the place is
used, never the failing value: a finding names a record by its id and tells nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from casetally.schemas import Severity

if TYPE_CHECKING:
    from pandera.polars import Check

NOT_NULL = "not_nullable"  # pandera's own name for a null where none may be

FAILURE_COLUMNS: dict[str, type[pl.DataType]] = {
    "_at": pl.UInt32,  # the row's position in the frame
    "rule": pl.String,
    "severity": pl.String,
    "column": pl.String,
    "message": pl.String,
}


@dataclass(frozen=True)
class Rule:
    """What is wrong, how badly, in which column ('' where it is the row), and the sentence that says so."""

    id: str
    severity: Severity
    column: str
    says: str


@dataclass(frozen=True)
class Hold:
    """A rule, the column of the frame that shows it, and the check that must hold there; no check means: not null."""

    on: str
    rule: Rule
    check: Check | None = None


def flag(on: str, rule: Rule) -> Hold:
    """A rule that holds where the boolean column `on` is true, or null (unknown)."""
    from pandera.polars import Check

    return Hold(on, rule, Check.eq(True, error=rule.id))


def broken(frame: pl.DataFrame, holds: Sequence[Hold], types: Mapping[str, pl.DataType] | None = None) -> pl.DataFrame:
    """Where the holds fail: one line per row and rule (`FAILURE_COLUMNS`), ordered by row, then rule and column.

    `types` are asserted beside the holds; a column of another type is a mistake of the program and raises TypeError.
    """
    if not holds and not types:
        return pl.DataFrame(schema=FAILURE_COLUMNS)
    import pandera.polars as pa

    columns: dict[str, pa.Column] = {}
    for name in dict.fromkeys([*(types or {}), *(hold.on for hold in holds)]):
        own = [hold for hold in holds if hold.on == name]
        checks = [hold.check for hold in own if hold.check is not None]
        columns[name] = pa.Column(
            (types or {}).get(name, frame.schema[name]),
            checks=checks,
            nullable=all(hold.check is not None for hold in own),
        )
    cases = None
    try:
        pa.DataFrameSchema(columns).validate(frame.select(*columns), lazy=True)
    except pa.errors.SchemaErrors as failed:  # its text quotes values, so it goes no further than this
        cases = failed.failure_cases
    return pl.DataFrame(schema=FAILURE_COLUMNS) if cases is None else _with_rules(cases, holds)


def _with_rules(cases: pl.DataFrame, holds: Sequence[Hold]) -> pl.DataFrame:
    places = cases.select("column", "check", pl.col("index").cast(pl.UInt32).alias("_at"))
    if places["_at"].null_count():
        wrong = places.filter(pl.col("_at").is_null())["column"].to_list()
        raise TypeError(f"Columns are not of the schema's types: {', '.join(map(str, wrong))}.")
    rules = pl.DataFrame(
        [
            {
                "on": hold.on,
                "check": NOT_NULL if hold.check is None else hold.rule.id,
                "rule": hold.rule.id,
                "severity": hold.rule.severity,
                "column": hold.rule.column,
                "message": hold.rule.says,
            }
            for hold in holds
        ],
        schema={"on": pl.String, "check": pl.String, **{k: v for k, v in FAILURE_COLUMNS.items() if k != "_at"}},
    )
    found = places.rename({"column": "on"}).join(rules, on=["on", "check"], how="inner")
    return found.select(*FAILURE_COLUMNS).sort("_at", "rule", "column")
