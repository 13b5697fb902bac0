"""Why: how late each kind of record arrives can be told from when it was first known, but only without favour to recent dates.

Of a recent date only the quick records are known yet, so a plain share of what is known would flatter. Therefore every date is
followed for the same number of days F, the longest of 90, 45, 20 and 8 that leaves four weeks of dates: dates after the first
night (what that night brought may be old) up to F days before the last. Of these dates the rows known within F days are counted,
no others, and a share is given for horizons shorter than F alone. A row that was never known within F days is in no share.

A night that speaks for a day long before it (as at last month's end) keeps no row that begins after that day, so what the next
night brings may have been typed in long ago. Dates are therefore counted after the last such night as they are after the first;
nights as at a month's end that follow it belong to it, for on the first of a month such a one speaks for the day before by chance.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from casetally.periods import month_end

HORIZONS = (1, 5, 10, 30)  # calendar days from the date recorded to the night on which it was known
_FOLLOWED_FOR = (90, 45, 20, 8)
_FEWEST_DATES = 28  # four of each day of the week
_MOST_LAG = 1  # days from the as-at day to its night

LATENESS_SCHEMA: dict[str, type[pl.DataType]] = {
    "table": pl.String, "column": pl.String, "since": pl.Date, "until": pl.Date, "followed_for": pl.Int64, "rows": pl.Int64,
    **{f"within_{days}": pl.Float64 for days in HORIZONS}, "median": pl.Float64,
}  # fmt: skip


def lateness(first_seen: pl.DataFrame, editions: pl.DataFrame) -> pl.DataFrame:
    """For each table and column of dates: how many rows, the share (0 to 1) known within each horizon, the median lateness in days.

    `first_seen`: table, column, on (the date recorded), known_on (the night that first had it), first_edition; a row each.
    `editions`: number, known_on, as_at. `since` and `until` are the first and the last date counted, `followed_for` the days that
    each of them was followed. A horizon that could not be watched has no share. Without five weeks of nights there is no row.
    """
    if editions.is_empty() or first_seen.is_empty():
        return pl.DataFrame(schema=LATENESS_SCHEMA)
    begin, last = _counted_after(editions), _day(editions["known_on"].max())
    followed = next((days for days in _FOLLOWED_FOR if (last - begin).days - days >= _FEWEST_DATES), None)
    if followed is None:
        return pl.DataFrame(schema=LATENESS_SCHEMA)
    since, until = begin + dt.timedelta(1), last - dt.timedelta(followed)
    late = (pl.col("known_on") - pl.col("on")).dt.total_days().clip(lower_bound=0)
    counted = first_seen.filter(
        ~pl.col("first_edition"), pl.col("known_on") > begin, pl.col("on").is_between(since, until), late <= followed
    ).with_columns(late=late)
    shares = {
        f"within_{days}": (pl.col("late") <= days).mean() if days < followed else pl.lit(None, dtype=pl.Float64)
        for days in HORIZONS
    }
    found = counted.group_by("table", "column").agg(
        since=pl.lit(since).first(),
        until=pl.lit(until).first(),
        followed_for=pl.lit(followed, dtype=pl.Int64).first(),
        rows=pl.len().cast(pl.Int64),
        **shares,
        median=pl.col("late").median(),
    )
    return found.select(pl.col(name).cast(kind) for name, kind in LATENESS_SCHEMA.items()).sort("table", "column")


def last_that_lags(editions: pl.DataFrame) -> tuple[dt.date, dt.date] | None:
    """The last night whose as-at day lies more than a day before it, and that day; None where there is none."""
    found = [night for night in _in_order(editions) if _lags(*night)]
    return found[-1] if found else None


def _counted_after(editions: pl.DataFrame) -> dt.date:
    """The last night that tells nothing of the dates before it: the first, one that lags, or one as at a month's end after one."""
    silent, lagging = _day(editions["known_on"].min()), False
    for night, as_at in _in_order(editions):
        lagging = _lags(night, as_at) or (lagging and as_at == month_end(as_at))
        silent = night if lagging else silent
    return silent


def _in_order(editions: pl.DataFrame) -> list[tuple[dt.date, dt.date]]:
    return editions.select("known_on", "as_at").drop_nulls().sort("known_on", "as_at").rows()


def _lags(night: dt.date, as_at: dt.date) -> bool:
    return (night - as_at).days > _MOST_LAG


def _day(found: object) -> dt.date:
    assert isinstance(found, dt.date)
    return found
