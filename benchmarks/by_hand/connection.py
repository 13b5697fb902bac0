"""Why: by-hand queries read the very store that the engine reads, with small helper tables made outside the clock.

The helpers are what an analyst keeps anyway: the periods of the grid, which months each holds, the month ends, a calendar
of working days, and a few one-line macros.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
from casetally.periods import Grid, Period, month_end

from benchmarks.by_hand.pieces import Month

_HELPERS = """
CREATE TABLE month_end_periods AS SELECT * FROM periods WHERE basis <> 'week';
CREATE TABLE week_periods AS SELECT * FROM periods WHERE basis = 'week';
CREATE TABLE month_periods AS
  SELECT m.month, p.basis, p.period_end
  FROM (SELECT DISTINCT date_trunc('month', calendar_day)::DATE AS month FROM calendar_days) AS m
  JOIN month_end_periods AS p ON m.month BETWEEN p.period_start AND p.period_end
  ORDER BY ALL;
CREATE TABLE working_calendar AS
  SELECT calendar_day AS day, working_before, counts_from
  FROM calendar_days
  WHERE calendar_day BETWEEN (SELECT min(period_start) FROM periods) - INTERVAL 25 YEAR
    AND (SELECT max(period_end) FROM periods) + INTERVAL 2 YEAR
  ORDER BY day;
CREATE TABLE stock_days AS
  SELECT DISTINCT p.as_at, c.working_before, (p.as_at - INTERVAL 12 MONTH)::DATE + 1 AS twelve_months_from,
    make_date((year(p.as_at) - (month(p.as_at) < 4)::INT)::INT, 4, 1) AS year_from
  FROM month_end_periods AS p JOIN calendar_days AS c ON c.calendar_day = p.as_at
  ORDER BY ALL;
CREATE MACRO months_after(day, months) AS CAST(day + to_months(months) AS DATE);
CREATE MACRO age_on(born, day) AS
  ((year(day) * 10000 + month(day) * 100 + day(day)) - (year(born) * 10000 + month(born) * 100 + day(born))) // 10000;
CREATE MACRO year_after(day) AS make_date((year(day) + 1)::INT, month(day)::INT, 1) + (day(day) - 1)::INT;
CREATE MACRO age_band(born, day) AS CASE
  WHEN born IS NULL THEN 'unknown' WHEN age_on(born, day) < 1 THEN 'under 1' WHEN age_on(born, day) < 5 THEN '1 to 4'
  WHEN age_on(born, day) < 10 THEN '5 to 9' WHEN age_on(born, day) < 16 THEN '10 to 15' ELSE '16 and over' END;
"""


@contextmanager
def opened(path: Path, grid: Grid) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a store, read only, with the helpers of a grid in memory."""
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"ATTACH '{path}' AS store (READ_ONLY)")
        con.execute("SET search_path = 'memory.main,store.main'")
        # estimates from a few month ends are low, and DuckDB would then join latest-before rows in a loop: several times slower
        con.execute("SET asof_loop_join_threshold = 0")
        rows = [(p.basis, p.start, p.end, p.as_at(grid.run_as_at)) for p in grid.periods]
        frame = pl.DataFrame(rows, schema=["basis", "period_start", "period_end", "as_at"], orient="row")
        con.register("periods_frame", frame.to_arrow())
        con.execute("CREATE TABLE periods AS SELECT * FROM periods_frame")
        for statement in _HELPERS.split(";\n"):
            if statement.strip():
                con.execute(statement)
        yield con
    finally:
        con.close()


def ask(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """The answer as a frame, by the quickest way there is: a lazy relation would plan the query twice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it advises the lazy relation
        answer = pl.from_arrow(con.execute(sql).to_arrow_table())
    assert isinstance(answer, pl.DataFrame)
    return answer


def months_of(grid: Grid, *, weeks: bool) -> list[Month]:
    """The months of a grid, each with the periods that end in it; weeks only for an indicator that is given by week."""
    found: dict[dt.date, list[Period]] = defaultdict(list)
    for period in grid.periods:
        if period.basis != "week" or weeks:
            found[min(month_end(period.as_at(grid.run_as_at)), grid.run_as_at)].append(period)
    return [_month(day, periods) for day, periods in sorted(found.items())]


def _month(day: dt.date, periods: list[Period]) -> Month:
    rows = ", ".join(f"('{p.basis}', DATE '{p.start}', DATE '{p.end}')" for p in periods)
    text = f"SELECT * FROM (VALUES {rows}) AS v(basis, period_start, period_end)"
    return Month(day, min(p.start for p in periods), max(p.end for p in periods), text)
