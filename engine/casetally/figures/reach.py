"""Why: a census of one year can't speak for the year before it, nor an inspection list for the visits before the latest.

A figure outside what its source tells would be a nought that looks like a fact, so it is `not_available` and says why. How
far a table reaches is said by the reader (`sources.delivery.SourceTable`) and travels with the store.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.lineage import Needed, lacking, needs_of
from casetally.figures.values import NOT_AVAILABLE, Values
from casetally.periods import Period
from casetally.sources.delivery import Reach
from casetally.store import Store

_A_DAY = dt.timedelta(1)


def lacks(store: Store, library: Library, indicator: Indicator) -> list[str]:
    """What an indicator needs and the source does not have, in words: tables, columns, or rows before the latest."""
    needed = needs_of(library, indicator)
    short = [
        f"{table} (only the latest of each is told{', and some after the as-at date' if store.reach[table].later else ''})"
        for table in sorted(_latest_only(store, library, indicator))
        if store.reach[table].later or not _latest_suffices(library, indicator, table)
    ]
    to_the_day = [f"{table} (moments are known to the day only)" for table in sorted(_hours_of(library, indicator, needed))
                  if table in store.reach and store.reach[table].days_only]  # fmt: skip
    return lacking(needed, store.present) + short + to_the_day + _untold(store, indicator) + _cut(store, indicator)


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
    reaches = _reaches(store, library, indicator)
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
    reaches = _reaches(store, library, indicator)
    since = first_day_told(store, library, indicator)
    until = min((one.until for one in reaches if one.until), default=None)
    said = [f"from {since}"] if since else []
    said += [f"to {until}"] if until else []
    said += ["on the as-at date only"] if any(one.latest_only for one in reaches) else []
    return " ".join(said)


def first_day_told(store: Store, library: Library, indicator: Indicator) -> dt.date | None:
    """The first day of which all tables that an indicator needs tell everything, where the reader knows it."""
    return max((one.since for one in _reaches(store, library, indicator) if one.since), default=None)


def _reaches(store: Store, library: Library, indicator: Indicator) -> list[Reach]:
    """How far the tables tell that an indicator needs, those that tell everything apart."""
    return [
        store.reach[table] for table in sorted({table for table, _ in needs_of(library, indicator)} & set(store.reach))
    ]


def _hours_of(library: Library, indicator: Indicator, needed: Needed) -> set[str]:
    """The tables whose times of day an indicator counts hours from."""
    if not any("hours_after" in expression.text for expression in indicator.expressions()):
        return set()
    tables = library.schemas.tables
    return {
        table
        for table, column in needed
        if column in tables[table].columns and tables[table].columns[column].type == "datetime"
    }


def _untold(store: Store, indicator: Indicator) -> list[str]:
    """The codes that an indicator asks for in the rows it counts, and that the source has no way to say."""
    base = indicator.record_set.text.base if indicator.record_set else ""
    untold = store.reach[base].untold if base in store.reach else frozenset()
    return [f"{base}.{column} (it never says '{code}')" for column, code in sorted(untold)
            if any(column in one.columns and f"'{code}'" in one.text for one in indicator.expressions())]  # fmt: skip


# the lowest age that a condition asks for, on a day or on the 31 March before it
_FROM_AGE = re.compile(
    r"(?:>=\s*(?:financial_year_start\()?birthday\([\w.]+,\s*|age_on\([^)]*\)\s*(?:>=|between)\s*)(\d+)"
)


def _cut(store: Store, indicator: Indicator) -> list[str]:
    """What the source leaves out of the rows an indicator counts: how long ago they began, or people over an age."""
    record_set = indicator.record_set
    reach = store.reach.get(record_set.text.base) if record_set else None
    if record_set is None or reach is None:
        return []
    groups = [record_set.breakdowns[name] for name in indicator.own_breakdowns()]
    measured = [one for one in (indicator.amount, *groups) if one is not None]
    found = []
    if reach.starts_cut and any("started_on" in one.columns for one in measured):
        found.append(f"{record_set.text.base}.started_on (what began before the first day told has no known start)")
    ages = [int(age) for age in _FROM_AGE.findall(indicator.where.text if indicator.where else "")]
    if reach.oldest is not None and ages and min(ages) > reach.oldest:
        found.append(f"{record_set.text.base} (nobody over {reach.oldest} is told)")
    return found


def _latest_only(store: Store, library: Library, indicator: Indicator) -> set[str]:
    tables = {table for table, _ in needs_of(library, indicator)}
    return {table for table in tables & set(store.reach) if store.reach[table].latest_only}


def _latest_suffices(library: Library, indicator: Indicator, table: str) -> bool:
    """Whether the latest row alone decides on the as-at date: its record set must say so, and a flow never can."""
    if indicator.text.ratio is not None:
        parts = (indicator.text.ratio.of, indicator.text.ratio.to)
        return all(_latest_suffices(library, library.indicators[one], table) for one in parts)
    if indicator.record_set is None or not indicator.is_stock:
        return False
    text = indicator.record_set.text
    read = {name for expression in indicator.expressions() for name in expression.columns}
    return table in text.latest_suffices and not read & set(text.not_from_latest)
