"""Why: what every pass of a run shares is made once: the record sets, the days of the grid, and the groups of children.

All of it lies in memory, so the store stays as the run left it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TypeVar

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.record_sets import RecordSet
from casetally.language.lookups import DatedValues
from casetally.periods import Grid
from casetally.store import Store

T = TypeVar("T")
R = TypeVar("R")

UNKNOWN = "unknown"
AGE_BANDS = ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over")

# The social worker's allocation decides the team and worker that hold a child on a day; the latest started of several.
_TEAMS = """
SELECT day_number, person_id, team, worker_id
FROM (
  SELECT a.*, row_number() OVER (PARTITION BY day_number, person_id ORDER BY started_on DESC, allocation_id DESC) AS choice
  FROM ({unfolded}) AS a
)
WHERE choice = 1
"""

_CHILDREN = f"""
SELECT child_id, date_of_birth AS child_born, coalesce(sex, '{UNKNOWN}') AS child_sex,
  coalesce(ethnicity, '{UNKNOWN}') AS child_ethnicity
FROM children
"""


@dataclass(frozen=True)
class Workspace:
    """A store made ready for the passes of one grid."""

    store: Store
    library: Library
    grid: Grid
    limits: Mapping[str, DatedValues]

    @property
    def run_as_at(self) -> dt.date:
        return self.grid.run_as_at


def prepare(store: Store, library: Library, grid: Grid, record_sets: tuple[RecordSet, ...]) -> Workspace:
    """Make the tables for these record sets (each after those it reads) and this grid."""
    _grid_tables(store, grid)
    allocations = (
        "SELECT *, started_on AS open_from, ended_on AS open_until FROM allocations "
        "WHERE role = 'social_worker' AND team IS NOT NULL"
    )
    store.make("team_on_day", _TEAMS.format(unfolded=unfolded(grid, allocations)))
    _once(store, "child_groups", _CHILDREN, "")
    in_waves = TopologicalSorter({one.name: one.uses for one in record_sets})
    by_name = {one.name: one for one in record_sets}
    in_waves.prepare()
    while in_waves.is_active():
        wave = in_waves.get_ready()
        made = at_once(lambda name: _make(store, by_name[name], grid.run_as_at), wave)
        in_waves.done(*made)
    return Workspace(store, library, grid, {name: limit.values for name, limit in library.limits.items()})


def at_once(do: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The results in the order of the items, several worked on at a time, while the caller deals with those that are done.

    The database leaves the interpreter free.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from pool.map(do, items)


def _make(store: Store, one: RecordSet, run_as_at: dt.date) -> str:
    _once(store, one.table, one.sql(run_as_at), str(run_as_at))
    return one.name


def _once(store: Store, table: str, sql: str, for_what: str) -> None:
    """Make a table unless it was made from the same rows (and for the same as-at date) before."""
    if f"{table} {for_what}" not in store.prepared:
        store.prepared.difference_update([made for made in tuple(store.prepared) if made.split(" ")[0] == table])
        store.make(table, sql)
        store.prepared.add(f"{table} {for_what}")


def unfolded(grid: Grid, rows: str) -> str:
    """SQL that gives each row of `rows` (with `open_from` and `open_until`) once for every stock day it covers, as `day_number`.

    Rows that touch no stock day are dropped first, so that many short spells cost no more than those that count.
    """
    first, last, days = grid.as_at_days[0], grid.as_at_days[-1], len(grid.as_at_days)
    return f"""
  SELECT x.*, unnest(range(
      CASE WHEN x.open_from <= DATE '{first}' THEN 0 ELSE f.day_number END,
      CASE WHEN x.open_until IS NULL OR x.open_until > DATE '{last}' THEN {days} ELSE u.day_number END
    )) AS day_number
  FROM ({rows}) AS x
  LEFT JOIN stock_day_at AS f ON f.day = x.open_from
  LEFT JOIN stock_day_at AS u ON u.day = x.open_until
  WHERE x.open_from <= DATE '{last}' AND (x.open_until IS NULL OR x.open_until > DATE '{first}')"""


def _grid_tables(store: Store, grid: Grid) -> None:
    stock_days = pl.DataFrame({"day_number": range(len(grid.as_at_days)), "as_at": grid.as_at_days},
                              schema={"day_number": pl.Int64, "as_at": pl.Date})  # fmt: skip
    segments = pl.DataFrame({"segment": range(len(grid.segments)), "day": grid.segments},
                            schema={"segment": pl.Int64, "day": pl.Date})  # fmt: skip
    flow_days = pl.DataFrame({"day": pl.date_range(grid.flows_from, grid.run_as_at, eager=True)})
    in_segment = flow_days.join_asof(segments, on="day")
    # the first stock day on or after each day: a spell is read on the stock days from its first day's to before its last's
    between = pl.DataFrame({"day": pl.date_range(grid.as_at_days[0], grid.as_at_days[-1], eager=True)})
    at_or_after = between.join_asof(stock_days, left_on="day", right_on="as_at", strategy="forward")
    periods = pl.DataFrame(
        [(at, p.start, p.end, p.as_at(grid.run_as_at)) for at, p in enumerate(grid.periods)],
        schema={"period": pl.Int64, "period_start": pl.Date, "period_end": pl.Date, "as_at": pl.Date}, orient="row",
    )  # fmt: skip
    frames = {"stock_days": stock_days, "flow_days": in_segment, "stock_day_at": at_or_after.select("day", "day_number"),
              "flow_periods": periods}  # fmt: skip
    for name, frame in frames.items():
        store.keep(name, frame)
