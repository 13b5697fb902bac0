"""Why: the grid of figures is dense, so every indicator, period and group has a line, and a missing one can't pass for zero.

Sums by segment, stock day or period become arrays with a row for each group and a column for each period of the grid. A flow
over a period is the difference of two running counts, so all bases come from one sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from casetally.definitions.indicators import Indicator
from casetally.engines.duckdb import PassSums
from casetally.periods import Grid, Period

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DenseSums:
    """One indicator's sums. `labels`: (breakdown, group) of each row of the arrays, sorted; columns are `periods`.

    `rows` are the rows counted; `top` what stands in the numerator (None where the count itself is the figure; NaN where a sum
    or median has no rows); `running` the rows that are unsettled.
    """

    indicator: Indicator
    periods: tuple[Period, ...]
    labels: tuple[tuple[str, str], ...]
    rows: Counts
    top: Counts | None
    running: Counts


@dataclass(frozen=True)
class GridIndex:
    """Where each period of the grid stands among the segments and stock days."""

    grid: Grid
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    as_at: npt.NDArray[np.int64]
    is_week: npt.NDArray[np.bool_]

    @staticmethod
    def of(grid: Grid) -> GridIndex:
        segments = {day: at for at, day in enumerate(grid.segments)}
        days = {day: at for at, day in enumerate(grid.as_at_days)}
        return GridIndex(
            grid,
            np.array([segments[p.start] for p in grid.periods]),
            np.array([segments[p.end + dt.timedelta(1)] for p in grid.periods]),
            np.array([days.get(p.as_at(grid.run_as_at), 0) for p in grid.periods]),  # 0: a week without stocks
            np.array([p.basis == "week" for p in grid.periods]),
        )

    def wanted(self, indicator: Indicator) -> npt.NDArray[np.int64]:
        """The numbers of the periods that an indicator is given for: weeks only where it asks for them."""
        keep = np.ones(len(self.is_week), dtype=bool) if indicator.text.weeks else ~self.is_week
        return np.flatnonzero(keep)


def dense_sums(sums: PassSums, index: GridIndex) -> Iterator[DenseSums]:
    """The dense arrays of every measure of a pass."""
    tables = _by_breakdown(sums)
    stock = bool(sums.measures) and sums.measures[0].indicator.is_stock
    for at, measure in enumerate(sums.measures):
        chosen = index.wanted(measure.indicator)
        labels: list[tuple[str, str]] = []
        parts: dict[str, list[Counts]] = {"count": [], "top": [], "open": []}
        for breakdown in sorted({"all", *measure.indicator.breakdowns}):
            table = tables.get(breakdown, _Table((), np.empty(0, int), np.empty(0, int), {}))
            groups = table.groups or (("all",) if breakdown == "all" else ())
            found = {
                name: _periods(table, f"{name}_{at}", len(groups), index, chosen, stock, sums.by_period)
                for name in parts
            }
            occurs = [g for g in range(len(groups)) if breakdown == "all" or found["count"][g].any()]
            labels += [(breakdown, groups[g]) for g in occurs]
            for name, values in found.items():
                parts[name].append(values[occurs])
        stacked = {name: np.concatenate(values) for name, values in parts.items()}
        has_top = any(f"top_{at}" in table.columns for table in tables.values()) or measure.holds is not None
        has_top = has_top or measure.amount is not None or measure.distinct is not None
        periods = tuple(index.grid.periods[p] for p in chosen)
        top = stacked["top"] if has_top else None
        yield DenseSums(measure.indicator, periods, tuple(labels), stacked["count"], top, stacked["open"])


@dataclass(frozen=True)
class _Table:
    """The sums of one breakdown: groups sorted, and for each line its group, position and values."""

    groups: tuple[str, ...]
    group: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]
    columns: dict[str, Counts]


def _by_breakdown(sums: PassSums) -> dict[str, _Table]:
    breakdown, group = np.array(sums.frame["breakdown"].to_list()), sums.frame["group"].to_list()
    position = sums.frame["position"].to_numpy()
    columns = {
        name: sums.frame[name].to_numpy().astype(np.float64)
        for name in sums.frame.columns
        if name.startswith(("count_", "top_", "open_"))
    }
    tables = {}
    for name in set(breakdown.tolist()):
        lines = np.flatnonzero(breakdown == name)
        own = [group[at] for at in lines]
        numbers = {one: at for at, one in enumerate(sorted(set(own)))}
        numbered = np.array([numbers[one] for one in own])
        tables[name] = _Table(tuple(numbers), numbered, position[lines], {n: c[lines] for n, c in columns.items()})
    return tables


def _periods(
    table: _Table,
    column: str,
    groups: int,
    index: GridIndex,
    chosen: npt.NDArray[np.int64],
    stock: bool,
    by_period: bool,
) -> Counts:
    """Groups by periods: read on a stock day, taken by period, or the difference of two running counts."""
    width = len(index.is_week) if by_period else len(index.grid.as_at_days) if stock else len(index.grid.segments)
    matrix = np.zeros((groups, width))
    if column in table.columns:
        matrix[table.group, table.position] = table.columns[column]
    if by_period:
        return matrix[:, chosen]
    if stock:
        return matrix[:, index.as_at[chosen]]
    running = np.concatenate([np.zeros((groups, 1)), np.nan_to_num(matrix).cumsum(axis=1)], axis=1)
    over_periods: Counts = running[:, index.end[chosen]] - running[:, index.start[chosen]]
    return over_periods
