"""Why: what every pass of a run shares is made once: the record sets, the days of the grid, and the groups of children.

All of it lies in temporary tables of the connection, so a store that was opened for reading stays untouched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from casetally.calendar import FIRST_DAY, LAST_DAY
from casetally.definitions.library import Library
from casetally.definitions.record_sets import RecordSet
from casetally.language.render import DatedValues
from casetally.periods import Grid
from casetally.store import Store

UNKNOWN = "unknown"
AGE_BANDS = "under 1, 1 to 4, 5 to 9, 10 to 15, 16 and over"

# The social worker's allocation decides the team that holds a child on a day; the latest started where there are several.
_TEAMS = """
CREATE TEMP TABLE team_on_day AS
SELECT day_number, person_id, team
FROM (
  SELECT d.day_number, a.person_id, a.team,
    row_number() OVER (PARTITION BY d.day_number, a.person_id ORDER BY a.started_on DESC, a.allocation_id DESC) AS choice
  FROM (
    SELECT x.*, unnest(range(f.day_number, coalesce(u.day_number, (SELECT count(*) FROM stock_days)))) AS day_number
    FROM allocations AS x
    JOIN stock_day_at AS f ON f.day = x.started_on
    LEFT JOIN stock_day_at AS u ON u.day = x.ended_on
    WHERE x.role = 'social_worker' AND x.team IS NOT NULL
  ) AS a
  JOIN stock_days AS d ON d.day_number = a.day_number
)
WHERE choice = 1
"""

_CHILDREN = f"""
CREATE TEMP TABLE child_groups AS
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
    """Make the temporary tables for these record sets (each after those it reads) and this grid."""
    limits = {name: limit.values for name, limit in library.limits.items()}
    _grid_tables(store, grid)
    store.con.execute("DROP TABLE IF EXISTS child_groups")
    store.con.execute(_CHILDREN)
    store.con.execute("DROP TABLE IF EXISTS team_on_day")
    store.con.execute(_TEAMS)
    named = [name for name in library.record_sets if name not in library.schemas.tables]
    for one in record_sets:
        store.con.execute(f"DROP TABLE IF EXISTS {one.table}")
        store.con.execute(f"CREATE TEMP TABLE {one.table} AS {one.sql(grid.run_as_at, library.limits, named)}")
    return Workspace(store, library, grid, limits)


def _grid_tables(store: Store, grid: Grid) -> None:
    every_day = pl.DataFrame({"day": pl.date_range(FIRST_DAY, LAST_DAY, eager=True)})
    stock_days = pl.DataFrame({"day_number": range(len(grid.as_at_days)), "as_at": grid.as_at_days},
                              schema={"day_number": pl.Int64, "as_at": pl.Date})  # fmt: skip
    segments = pl.DataFrame({"segment": range(len(grid.segments)), "day": grid.segments},
                            schema={"segment": pl.Int64, "day": pl.Date})  # fmt: skip
    in_segment = every_day.join_asof(segments, on="day").filter(
        pl.col("segment").is_not_null() & (pl.col("day") <= grid.run_as_at)
    )
    # the first stock day on or after each day: a spell is read on the stock days from its first day's to before its last's
    at_or_after = every_day.join_asof(stock_days, left_on="day", right_on="as_at", strategy="forward").with_columns(
        pl.col("day_number").fill_null(len(grid.as_at_days))
    )
    periods = pl.DataFrame(
        [(at, p.start, p.end, p.as_at(grid.run_as_at)) for at, p in enumerate(grid.periods)],
        schema={"period": pl.Int64, "period_start": pl.Date, "period_end": pl.Date, "as_at": pl.Date}, orient="row",
    )  # fmt: skip
    frames = {"stock_days": stock_days, "flow_days": in_segment, "stock_day_at": at_or_after.select("day", "day_number"),
              "flow_periods": periods, "flow_segments": segments}  # fmt: skip
    for name, frame in frames.items():
        store.con.register("grid_frame", frame.to_arrow())
        store.con.execute(f"DROP TABLE IF EXISTS {name}")
        store.con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM grid_frame")
        store.con.unregister("grid_frame")
