"""Why: one query sums all measures of a pass for every position and every group, and a second one what must be recounted.

`PassSums` is the same whichever way it was summed: a frame with a line for each position, breakdown and group that occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from casetally.engines.duckdb.dated import dated_rows, group_column
from casetally.engines.duckdb.prepare import Workspace
from casetally.evidence import Measure, Pass
from casetally.language import Lookups, render


@dataclass(frozen=True)
class PassSums:
    """The sums of some measures of one pass.

    `frame`: `position`, `breakdown`, `group`, and for measure i `count_i` (rows counted), `top_i` (rows that hold, distinct keys,
    the sum or the median; absent where the count is the figure) and `open_i` (rows still unsettled; absent where none can be).
    `position` numbers the grid's segments, or its stock days, or with `by_period` its periods.
    """

    measures: tuple[Measure, ...]
    frame: pl.DataFrame
    by_period: bool


def sum_pass(work: Workspace, one: Pass) -> list[PassSums]:
    """Sum all measures of a pass: additive ones by segment or stock day, the others by period."""
    if one.is_stock:
        return [_summed(work, one, one.measures, by_period=False)]
    additive = tuple(m for m in one.measures if not m.recounted)
    recounted = tuple(m for m in one.measures if m.recounted)
    parts = []
    if additive:
        parts.append(_summed(work, one, additive, by_period=False))
    if recounted:
        parts.append(_summed(work, one, recounted, by_period=True))
    return parts


def _summed(work: Workspace, one: Pass, measures: tuple[Measure, ...], *, by_period: bool) -> PassSums:
    return PassSums(measures, work.store.planned_once(sums_sql(work, one, measures, by_period=by_period)), by_period)


def sums_sql(work: Workspace, one: Pass, measures: Sequence[Measure], *, by_period: bool) -> str:
    """The query of a pass: dated rows, conditions, and one aggregation over all grouping sets."""
    lookups = Lookups("looked_up", work.limits)
    columns = [column for at, measure in enumerate(measures) for column in _columns(work, measure, at, lookups)]
    named = sorted({name for measure in measures for name in measure.indicator.breakdowns})
    sets = ", ".join(["(position)", *(f"(position, {group_column(name)})" for name in named)])
    whens = " ".join(f"WHEN GROUPING({group_column(name)}) = 0 THEN '{name}'" for name in named)
    group = ", ".join(group_column(name) for name in named)
    breakdown = f"CASE {whens} ELSE 'all' END" if named else "'all'"
    return f"""
SELECT position, {breakdown} AS breakdown, {f"coalesce({group}, 'all')" if named else "'all'"} AS "group",
  {", ".join(columns)}
FROM ({dated_rows(work, one, by_period=by_period)}) AS dated
{lookups.joins()}
GROUP BY GROUPING SETS ({sets})"""


def _columns(work: Workspace, measure: Measure, at: int, lookups: Lookups) -> list[str]:
    def written(tree: exp.Expr) -> str:
        return render(tree, lookups, run_as_at=work.run_as_at)

    kept = written(measure.counted) if measure.counted is not None else "TRUE"
    columns = [f"count(*) FILTER (WHERE {kept}) AS count_{at}"]
    if measure.holds is not None:
        what = f'DISTINCT "{measure.distinct}"' if measure.distinct else "*"
        columns = [f"count({what}) FILTER (WHERE {kept}) AS count_{at}"]
        columns.append(f"count({what}) FILTER (WHERE {kept} AND {written(measure.holds)}) AS top_{at}")
    elif measure.amount is not None:
        amount = written(measure.amount)
        columns = [f"count({amount}) FILTER (WHERE {kept}) AS count_{at}"]
        total = "sum" if measure.kind == "average" else "median"
        columns.append(f"{total}({amount}) FILTER (WHERE {kept})::DOUBLE AS top_{at}")
    elif measure.distinct is not None:
        columns.append(f'count(DISTINCT "{measure.distinct}") FILTER (WHERE {kept}) AS top_{at}')
    if measure.unsettled is not None:
        columns.append(f"count(*) FILTER (WHERE {kept} AND {written(measure.unsettled)}) AS open_{at}")
    return columns
