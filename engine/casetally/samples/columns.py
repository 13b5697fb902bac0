"""Why: all tables are made from arrays in the same few ways, so that what is not known yet is always left blank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from casetally.samples.draw import Floats
from casetally.samples.setting import OPEN, Days, Mask, Numbers, Setting


def dates(setting: Setting, days: Days, given: Mask | None = None) -> pl.Series:
    """Dates, blank where the day has not come by the as-at date or is not `given`."""
    return _dates(days, setting.known(days) if given is None else setting.known(days) & given)


def planned(days: Days, given: Mask | None = None) -> pl.Series:
    """Dates that may lie ahead, such as due dates."""
    return _dates(days, days < OPEN if given is None else (days < OPEN) & given)


def _dates(days: Days, given: Mask) -> pl.Series:
    values = days.astype("datetime64[D]")
    values[~given] = np.datetime64("NaT")
    return pl.Series(values, dtype=pl.Date)


def moments(setting: Setting, minutes: Numbers, given: Mask | None = None) -> pl.Series:
    """Moments from minutes since 1970, blank where they have not come by the end of the as-at date."""
    seen = minutes < (setting.as_at + 1) * 1440
    values = minutes.astype("datetime64[m]").astype("datetime64[ms]")
    values[~(seen if given is None else seen & given)] = np.datetime64("NaT")
    return pl.Series(values, dtype=pl.Datetime("ms"))


def flags(values: Mask, given: Mask | None = None) -> pl.Series:
    column = pl.Series(values, dtype=pl.Boolean)
    return column if given is None else _blank(column, ~given)


def ids(numbers: Numbers, given: Mask | None = None) -> pl.Series:
    """Record numbers, written as ids at the end; blank where negative or not `given`."""
    missing = numbers < 0
    return _blank(
        pl.Series(numbers, dtype=pl.Int64),
        missing if given is None else missing | ~given,
    )


def codes(names: Sequence[str], positions: Numbers, given: Mask | None = None) -> pl.Series:
    """The codes at `positions` of `names`; blank where negative or not `given`."""
    missing = positions < 0
    picked = pl.Series(list(names), dtype=pl.String).gather(np.where(missing, 0, positions))
    return _blank(picked, missing if given is None else missing | ~given)


def amounts(values: Floats, places: int, given: Mask | None = None) -> pl.Series:
    column = pl.Series(np.round(values, places), dtype=pl.Float64)
    return column if given is None else _blank(column, ~given)


def wholes(values: Numbers, given: Mask | None = None) -> pl.Series:
    column = pl.Series(values, dtype=pl.Int64)
    return column if given is None else _blank(column, ~given)


def texts(value: str, count: int) -> pl.Series:
    return pl.repeat(value, count, dtype=pl.String, eager=True)


def _blank(column: pl.Series, where: Mask) -> pl.Series:
    if not where.any():
        return column
    return pl.select(pl.when(pl.lit(pl.Series(where))).then(None).otherwise(pl.lit(column))).to_series()
