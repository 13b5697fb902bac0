"""Why: a census of one year can't speak for the year before it, nor an inspection list for any day but its own.

A figure outside what its source tells would be a nought that looks like a fact, so it is `not_available`. How far a table
reaches is said by the reader (`sources.delivery.SourceTable`) and travels with the store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.figures.lacks import needed_reaches
from casetally.figures.values import NOT_AVAILABLE, Values
from casetally.periods import Period
from casetally.sources.delivery import Reach
from casetally.store import Store

_A_DAY = dt.timedelta(1)


def within_reach(store: Store, library: Library, values: Values) -> Values:
    """The figures with those that the source can't tell made `not_available`: before its first day, after its last, or, where
    only the latest rows are told, on any day but the as-at date.
    """
    told = told_periods(store, library, values.indicator, values.periods)
    if told.all():
        return values
    keep = np.broadcast_to(told, values.status.shape)
    return replace(
        values,
        numerator=np.where(keep, values.numerator, np.nan),
        denominator=np.where(keep, values.denominator, np.nan),
        value=np.where(keep, values.value, np.nan),
        status=np.where(keep, values.status, np.int8(NOT_AVAILABLE)).astype(np.int8),
    )


def told_periods(
    store: Store, library: Library, indicator: Indicator, periods: Sequence[Period]
) -> npt.NDArray[np.bool_]:
    """For which of these periods the source can give an indicator, by how far the tables that it needs reach."""
    ratio = indicator.text.ratio
    if ratio is not None:
        parts = [told_periods(store, library, library.indicators[one], periods) for one in (ratio.of, ratio.to)]
        return parts[0] & parts[1]
    reaches = needed_reaches(store, library, indicator).values()
    stock = indicator.is_stock
    return np.array([all(_tells(one, period, store.as_at, stock=stock) for one in reaches) for period in periods], bool)


def _tells(reach: Reach, period: Period, run_as_at: dt.date, *, stock: bool) -> bool:
    day = period.as_at(run_as_at)
    if reach.until is not None and day > reach.until:
        return False
    if reach.latest_only and day != run_as_at:
        return False
    if reach.since is None:
        return True
    # whatever was open on the eve of the first day was open on it too, or ended on it, and is told
    return day >= reach.since - _A_DAY if stock else period.start >= reach.since


def how_far(store: Store, library: Library, indicator: Indicator) -> str:
    """From when to when, or on which days, the source can give an indicator; blank where nothing limits it."""
    reaches = needed_reaches(store, library, indicator).values()
    since = first_day_told(store, library, indicator)
    until = min((one.until for one in reaches if one.until), default=None)
    said = [f"from {since}"] if since else []
    said += [f"to {until}"] if until else []
    said += ["on the as-at date only"] if any(one.latest_only for one in reaches) else []
    return " ".join(said)


def first_day_told(store: Store, library: Library, indicator: Indicator) -> dt.date | None:
    """The first day of which all tables that an indicator needs tell everything, where the reader knows it."""
    reaches = needed_reaches(store, library, indicator).values()
    return max((one.since for one in reaches if one.since), default=None)
