"""Why: one function makes all figures of a run, from the store to one table, and nothing else makes any.

Columns and order are those of `figures.parquet`: authority, indicator, basis, period, period_start, period_end, breakdown,
group, numerator, denominator, value, unit, status, maturity, definition, edition, settles_from, settles_to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from dateutil.relativedelta import relativedelta

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.engines.duckdb import at_once, prepare, sum_pass
from casetally.evidence import plan_passes
from casetally.figures.dense import Counts, DenseSums, GridIndex, dense_sums
from casetally.figures.lacks import lacks
from casetally.figures.populations import populations_of
from casetally.figures.reach import first_day_told, within_reach
from casetally.figures.settling import with_settling
from casetally.figures.supplied import supplied_values
from casetally.figures.values import (
    FIGURE_SCHEMA,
    NOT_AVAILABLE,
    Values,
    frames_of,
    maturity_by_period,
    ratio_values,
    values_of,
)  # fmt: skip
from casetally.periods import Grid
from casetally.store import Store


def calculate_figures(
    store: Store,
    library: Library,
    grid: Grid,
    *,
    authority: str,
    indicators: Iterable[str] | None = None,
    vintage: str | None = None,
    edition: str = "",
    told: Callable[[int, int], None] = lambda *_: None,
) -> pl.DataFrame:
    """Every figure of the grid for these indicators (all where None), dense and sorted.

    An indicator whose columns the source lacks has one line a period with status `not_available`. `told` hears how many of how many
    are done.
    """
    names = sorted(indicators) if indicators is not None else list(library.indicators)
    frames: dict[str, pl.DataFrame] = {}
    for made in calculate_values(store, library, grid, names, authority=authority, vintage=vintage, told=told):
        frames |= frames_of(made, authority, edition)  # while the next passes are summed
    figures = pl.concat([pl.DataFrame(schema=FIGURE_SCHEMA), *(frames[name] for name in names)])
    profile = store.about.get("settling")
    return with_settling(figures, profile, _known_on(store)) if profile else figures


def calculate_values(
    store: Store,
    library: Library,
    grid: Grid,
    names: Sequence[str],
    *,
    authority: str,
    vintage: str | None = None,
    told: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[list[Values]]:
    """The same figures as arrays, the indicators of one pass at a time; with them come the parts of the ratios among `names`."""
    wanted = [library.indicator(name) for name in names]
    parts = {part for one in wanted if one.text.ratio for part in (one.text.ratio.of, one.text.ratio.to)}
    every = {one.id: one for one in [*wanted, *(library.indicator(name) for name in parts)]}
    absent = {name for name, one in every.items() if lacks(store, library, one)}
    counted = [one for name, one in every.items() if name not in absent and one.record_set is not None]

    if not any(one.is_stock and one.text.weeks for one in counted):
        grid = grid.without_stock_weeks()
    index = GridIndex.of(grid)
    population = populations_of(store, authority, grid.periods, vintage)
    values: dict[str, Values] = {}
    for sums in _all_sums(store, library, grid, counted, index):
        made = [within_reach(store, library, _values(store, library, one, population, index)) for one in sums]
        values |= {one.indicator.id: one for one in made}
        told(len(values), len(counted))
        yield made
    rest = [_without_sums(store, one, index, values, absent) for one in wanted if one.id not in values]
    yield [within_reach(store, library, one) for one in rest]


def _known_on(store: Store) -> dt.date:
    """The night whose records these are; of a plain run the day it speaks for."""
    night = (store.about.get("editions") or {}).get("known_on") or store.as_at
    return night if isinstance(night, dt.date) else dt.date.fromisoformat(night)


def _all_sums(
    store: Store, library: Library, grid: Grid, indicators: list[Indicator], index: GridIndex
) -> Iterable[list[DenseSums]]:
    passes = plan_passes(indicators)
    work = prepare(store, library, grid, library.record_sets_for(one.record_set.name for one in passes))
    for parts in at_once(lambda one: sum_pass(work, one), passes):
        yield [one for sums in parts for one in dense_sums(sums, index)]


def _values(store: Store, library: Library, one: DenseSums, population: Counts, index: GridIndex) -> Values:
    first_full_day = _first_full_day(store, library, one.indicator)
    return values_of(one, population[index.wanted(one.indicator)], index.grid.run_as_at, first_full_day)


def _without_sums(
    store: Store, one: Indicator, index: GridIndex, values: Mapping[str, Values], absent: set[str]
) -> Values:
    """A ratio from its two parts, a supplied figure, or the lines of an indicator that the source can't give."""
    if one.text.supplied and one.id not in absent:
        return supplied_values(store, one, index)
    ratio = one.text.ratio
    if ratio is not None and one.id not in absent:
        return ratio_values(one, values[ratio.of], values[ratio.to])
    chosen = index.wanted(one)
    empty = np.full((1, len(chosen)), np.nan)
    periods = tuple(index.grid.periods[p] for p in chosen)
    status = np.full((1, len(chosen)), NOT_AVAILABLE, dtype=np.int8)
    by_period = maturity_by_period(periods, index.grid.run_as_at)
    return Values(one, periods, (("all", "all"),), empty, empty, empty, status, by_period[np.newaxis, :], by_period)


def _first_full_day(store: Store, library: Library, indicator: Indicator) -> dt.date | None:
    """The first day on which the records go back as far as the rule looks; None where it does not look back."""
    months = indicator.text.looks_back
    if months is None or indicator.record_set is None:
        return None
    told = first_day_told(store, library, indicator)
    if told is not None:
        return told + relativedelta(months=months)
    table = store.schemas.tables[indicator.record_set.text.base]
    if table.begins is None:
        return None
    first: dt.date | None = store.rows(f'SELECT min("{table.begins}")::DATE FROM "{table.table}"')[0][0]
    return first + relativedelta(months=months) if first else None
