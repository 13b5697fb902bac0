"""Why: pandera holds every rule, so that nulls, codes, ranges and flags fail in one way and give findings of one
form.

A `Hold` ties one condition on one column to the rule it stands for. Of pandera's failure cases only the place is
used, never the failing value: a finding names a record by its id and tells nothing else of it.

Pandera takes about a millisecond a column, and hardly any column of a night breaks a rule: so all conditions are looked at in
one go first, and pandera is given the columns in which one is broken, with the very same conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from casetally.schemas import Severity

if TYPE_CHECKING:
    from pandera.polars import Check, PolarsData

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
    """A rule, the column of the frame that shows it, and what must hold of its values; nothing means: not null.

    `holds` is given the column and says true or false of each value; where it says null (of a null), the rule holds.
    """

    on: str
    rule: Rule
    holds: Callable[[pl.Expr], pl.Expr] | None = None

    def anywhere_broken(self) -> pl.Expr:
        """Of a frame with the column: whether any row breaks the rule."""
        column = pl.col(self.on)
        return column.has_nulls() if self.holds is None else ~self.holds(column).all(ignore_nulls=True)

    def check(self) -> Check:
        """The condition as pandera takes it."""
        from pandera.polars import Check

        holds = self.holds
        assert holds is not None

        def kept(data: PolarsData) -> pl.LazyFrame:
            return data.lazyframe.select(holds(pl.col(data.key)))

        return Check(kept, error=self.rule.id)


def flag(on: str, rule: Rule) -> Hold:
    """A rule that holds where the boolean column `on` is true, or null (unknown)."""
    return Hold(on, rule, lambda column: column)


def broken(frame: pl.DataFrame, holds: Sequence[Hold], types: Mapping[str, pl.DataType] | None = None) -> pl.DataFrame:
    """Where the holds fail: one line per row and rule (`FAILURE_COLUMNS`), ordered by row, then rule and column.

    `types` are asserted beside the holds; a column of another type is a mistake of the program and raises TypeError.
    """
    types = {name: kind for name, kind in (types or {}).items() if frame.schema[name] != kind}
    holds = _broken_somewhere(frame, holds, types)
    if not holds and not types:
        return pl.DataFrame(schema=FAILURE_COLUMNS)
    import pandera.polars as pa

    columns: dict[str, pa.Column] = {}
    for name in dict.fromkeys([*types, *(hold.on for hold in holds)]):
        own = [hold for hold in holds if hold.on == name]
        columns[name] = pa.Column(
            types.get(name, frame.schema[name]),
            checks=[hold.check() for hold in own if hold.holds is not None],
            nullable=all(hold.holds is not None for hold in own),
        )
    cases = None
    try:
        pa.DataFrameSchema(columns).validate(frame.select(*columns), lazy=True)
    except pa.errors.SchemaErrors as failed:  # its text quotes values, so it goes no further than this
        cases = failed.failure_cases
    return pl.DataFrame(schema=FAILURE_COLUMNS) if cases is None else _with_rules(cases, holds)


def _broken_somewhere(frame: pl.DataFrame, holds: Sequence[Hold], wrong: Mapping[str, pl.DataType]) -> list[Hold]:
    """The holds that any row breaks, leaving out columns of a wrong type, on which no condition can be relied."""
    asked = [hold for hold in holds if hold.on not in wrong]
    if not asked or frame.is_empty():
        return []
    found = frame.select(hold.anywhere_broken().alias(str(at)) for at, hold in enumerate(asked)).row(0)
    return [hold for hold, is_broken in zip(asked, found, strict=True) if is_broken]


def _with_rules(cases: pl.DataFrame, holds: Sequence[Hold]) -> pl.DataFrame:
    places = cases.select("column", "check", pl.col("index").cast(pl.UInt32).alias("_at"))
    if places["_at"].null_count():
        wrong = places.filter(pl.col("_at").is_null())["column"].to_list()
        raise TypeError(f"Columns are not of the schema's types: {', '.join(map(str, wrong))}.")
    rules = pl.DataFrame(
        [
            {
                "on": hold.on,
                "check": NOT_NULL if hold.holds is None else hold.rule.id,
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
