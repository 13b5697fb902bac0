"""Why: before a figure is made it must be certain that the source can give it; what it lacks is said in words that name the table.

Each reason is a function of the store and the indicator, in one visible tuple. They follow from the columns, codes and ages that
the definition reads and from what the reader said of its tables (`sources.delivery.Reach`); no list is kept by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.lineage import lacking, needs_of
from casetally.definitions.record_sets import RecordSet
from casetally.sources.delivery import Reach
from casetally.store import Store


def lacks(store: Store, library: Library, indicator: Indicator) -> list[str]:
    """What an indicator needs and the source does not have, in words; a ratio lacks what either of its parts lacks."""
    ratio = indicator.text.ratio
    if ratio is not None:
        parts = [lacks(store, library, library.indicators[one]) for one in (ratio.of, ratio.to)]
        return list(dict.fromkeys([*parts[0], *parts[1]]))
    return [one for reason in REASONS for one in reason(store, library, indicator)]


def needed_reaches(store: Store, library: Library, indicator: Indicator) -> dict[str, Reach]:
    """How far the tables tell that an indicator needs, by table, those that tell everything apart."""
    tables = {table for table, _ in needs_of(library, indicator)} & set(store.reach)
    return {table: store.reach[table] for table in sorted(tables)}


def _tables_and_columns(store: Store, library: Library, indicator: Indicator) -> list[str]:
    return lacking(needs_of(library, indicator), store.present)


def _rows_before_the_latest(store: Store, library: Library, indicator: Indicator) -> list[str]:
    """Only the latest rows are told: enough on the as-at date where the record set says so, and none of them may lie after it."""
    return [
        f"{table} (only the latest of each is told{', and some after the as-at date' if reach.later else ''})"
        for table, reach in needed_reaches(store, library, indicator).items()
        if reach.latest_only and (reach.later or not _latest_suffices(indicator, table))
    ]


def _latest_suffices(indicator: Indicator, table: str) -> bool:
    """Whether the latest row alone decides on the as-at date: its record set must say so, and a flow never can."""
    if indicator.record_set is None or not indicator.is_stock:
        return False
    text = indicator.record_set.text
    read = {name for expression in indicator.expressions() for name in expression.columns}
    return table in text.latest_suffices and not read & set(text.not_from_latest)


def _hours(store: Store, library: Library, indicator: Indicator) -> list[str]:
    """Hours can't be counted from moments that are known to the day."""
    if not any("hours_after" in expression.text for expression in indicator.expressions()):
        return []
    columns = library.schemas.tables
    moments = {
        table
        for table, name in needs_of(library, indicator)
        if name in columns[table].columns and columns[table].columns[name].type == "datetime"
    }
    reaches = needed_reaches(store, library, indicator)
    return [f"{table} (moments are known to the day only)" for table, reach in reaches.items()
            if table in moments and reach.days_only]  # fmt: skip


def _codes(store: Store, _library: Library, indicator: Indicator) -> list[str]:
    """Codes that an indicator asks for in the rows it counts, and that the source has no way to say."""
    base, reach = _base(store, indicator)
    return [f"{base}.{column} (it never says '{code}')" for column, code in sorted(reach.untold)
            if any(column in one.columns and f"'{code}'" in one.text for one in indicator.expressions())]  # fmt: skip


def _beginnings(store: Store, _library: Library, indicator: Indicator) -> list[str]:
    """How long ago a spell began, averaged or as a group, where those open on the first day told may have begun earlier."""
    base, reach = _base(store, indicator)
    if not reach.starts_cut or indicator.record_set is None:
        return []
    groups = [indicator.record_set.breakdowns[name] for name in indicator.own_breakdowns()]
    measured = [one for one in (indicator.amount, *groups) if one is not None]
    says = f"{base}.started_on (what began before the first day told has no known start)"
    return [says] if any("started_on" in one.columns for one in measured) else []


# the lowest age that a condition asks for, on a day or on the 31 March before it
_FROM_AGE = re.compile(
    r"(?:>=\s*(?:financial_year_start\()?birthday\([\w.]+,\s*|age_on\([^)]*\)\s*(?:>=|between)\s*)(\d+)"
)


def _ages(store: Store, _library: Library, indicator: Indicator) -> list[str]:
    """People older than any of whom the source tells."""
    base, reach = _base(store, indicator)
    asked = [int(age) for age in _FROM_AGE.findall(indicator.where.text if indicator.where else "")]
    too_old = reach.oldest is not None and bool(asked) and min(asked) > reach.oldest
    return [f"{base} (nobody over {reach.oldest} is told)"] if too_old else []


def _others(store: Store, library: Library, indicator: Indicator) -> list[str]:
    """Children who are not looked after, where only those who are are told: what counts periods of care does without them, and
    what asks whether a child was looked after.
    """
    of_care = indicator.record_set is not None and indicator.record_set.text.base == "care_periods"
    asked = indicator.where is not None and "looked_after" in indicator.where.columns
    if of_care or asked:
        return []
    reaches = needed_reaches(store, library, indicator)
    return [f"{table} (only of looked after children)" for table, reach in reaches.items() if reach.looked_after_only]


def _base(store: Store, indicator: Indicator) -> tuple[str, Reach]:
    """The table whose records an indicator counts, and how far it tells."""
    record_set: RecordSet | None = indicator.record_set
    base = record_set.text.base if record_set else ""
    return base, store.reach.get(base, Reach())


REASONS: tuple[Callable[[Store, Library, Indicator], list[str]], ...] = (
    _tables_and_columns,
    _rows_before_the_latest,
    _hours,
    _codes,
    _beginnings,
    _ages,
    _others,
)
