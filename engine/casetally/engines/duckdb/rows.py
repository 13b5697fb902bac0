"""Why: the children behind a figure are the very rows that were summed, so `cases` filters the same query and never asks anew."""

from __future__ import annotations

from itertools import product

import polars as pl
from sqlglot import exp

from casetally.definitions.indicators import Indicator
from casetally.definitions.models import ACROSS
from casetally.engines.duckdb.dated import dated_rows
from casetally.engines.duckdb.prepare import AGE_BANDS, UNKNOWN, Workspace
from casetally.evidence import Measure, Pass
from casetally.language import Lookups, render
from casetally.language.thresholds import threshold_days
from casetally.store import Store


def evidence_rows(work: Workspace, one: Pass, measure: Measure) -> pl.DataFrame:
    """The rows counted by one measure, for the one period of the workspace's grid.

    Columns of the record set, the group columns, and: `in_numerator` (null where there is no numerator), `clock_from`,
    `clock_due`, `clock_met`, `unsettled`, `amount`, and for a stock `holds_from` and `holds_until`, the days over which the
    answer stays as it is.
    """
    lookups = Lookups("looked_up", work.limits)

    def written(tree: exp.Expr | None) -> str:
        return render(tree, lookups, run_as_at=work.run_as_at) if tree is not None else "NULL"

    clock = measure.indicator.clock
    extra = {
        "in_numerator": f"coalesce({written(measure.holds)}, FALSE)" if measure.holds is not None else "NULL::BOOLEAN",
        "unsettled": f"coalesce({written(measure.unsettled)}, FALSE)" if measure.unsettled is not None else "FALSE",
        "amount": written(measure.amount),
        "clock_starts_on": f"({written(clock.from_.tree if clock else None)})::DATE",
        "clock_due_on": f"({written(clock.due.tree if clock else None)})::DATE",
        "clock_met_on": f"({written(clock.met.tree if clock and clock.met else None)})::DATE",
        **(_constant_days(measure, written) if one.is_stock else {}),
    }
    kept = written(measure.counted) if measure.counted is not None else "TRUE"
    columns = ", ".join(f"{sql} AS {name}" for name, sql in extra.items())
    order = ", ".join(f'"{name}"' for name in (*one.record_set.text.id, "child_id"))
    return work.store.frame(f"""
SELECT dated.*, {columns}
FROM ({dated_rows(work, one, by_period=not one.is_stock)}) AS dated
{lookups.joins()}
WHERE {kept}
ORDER BY {order}""")


def _constant_days(measure: Measure, written: object) -> dict[str, str]:
    """From the last threshold on or before the day to the first one after it, within the open spell."""
    assert callable(written)
    trees = [tree for tree in (measure.counted, measure.holds) if tree is not None]
    days = [f"({written(day)})" for tree in trees for day in threshold_days(tree)]
    before = "".join(f", CASE WHEN {day} <= as_at THEN {day} END" for day in days)
    after = "".join(f", CASE WHEN {day} > as_at THEN {day} END" for day in days)
    return {"holds_from": f"greatest(open_from{before})", "holds_until": f"least(open_until{after})"}


def groups_known(store: Store, indicator: Indicator, breakdown: str) -> list[str]:
    """Every group that occurs among the records of an indicator, whether or not in the period at hand."""
    if ACROSS in breakdown:
        parts = [groups_known(store, indicator, part) for part in breakdown.split(ACROSS)]
        return [ACROSS.join(groups) for groups in product(*parts)]
    if breakdown == "age_band":
        return [*AGE_BANDS, UNKNOWN]
    table = "child_groups" if breakdown in ("sex", "ethnicity") else "allocations"
    column = {"sex": "child_sex", "ethnicity": "child_ethnicity"}.get(breakdown, "team")
    found = store.rows(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")
    own = indicator.record_set
    if own is not None and breakdown in own.breakdowns:
        lookups = Lookups("grouping", {})
        text = render(own.breakdowns[breakdown].tree, lookups, run_as_at=store.as_at)
        found = store.rows(f"SELECT DISTINCT {text} FROM {own.table} {lookups.joins()} ORDER BY 1")
        return sorted({str(row[0]) if row[0] is not None else UNKNOWN for row in found} | {UNKNOWN})
    if breakdown == "team" and own is not None and "team" in own.types:
        found += store.rows(f"SELECT DISTINCT team FROM {own.table} WHERE team IS NOT NULL ORDER BY 1")
    return [str(row[0]) for row in found]
