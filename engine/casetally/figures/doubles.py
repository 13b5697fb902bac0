"""Why: a join that finds two rows where one was meant doubles every figure above it, and nobody would see it.

A record set says which record a row is (`id`). In a flow each record may stand there once, in a stock once on any day.
"""

from __future__ import annotations

from collections.abc import Iterable

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.engines.duckdb import prepare
from casetally.errors import DefinitionError
from casetally.evidence import Pass, plan_passes
from casetally.figures.lacks import lacks
from casetally.language import Lookups, render
from casetally.periods import grid_of, month
from casetally.store import Store


def refuse_doubles(store: Store, library: Library, indicators: Iterable[Indicator]) -> None:
    """Raises DefinitionError, with the record's id, where a record counts more than once on a day."""
    given = [one for one in indicators if one.record_set is not None and not lacks(store, library, one)]
    passes = plan_passes(given)
    limits = {name: limit.values for name, limit in library.limits.items()}
    prepare(
        store,
        library,
        grid_of(store.as_at, [month(store.as_at)]),
        library.record_sets_for({p.record_set.name for p in passes}),
    )
    asked = {(one.record_set.name, _sql(one, Lookups("dating", limits), store)): one for one in passes}
    for (name, sql), one in asked.items():
        found = store.rows(sql)
        if found:
            record = "/".join(str(value) for value in found[0])
            raise DefinitionError(
                f"The record set '{name}' counts a record of {one.record_set.text.base} more than once: {record}.",
                hint="Join so that each id stands once, or in a stock once on any day: count or choose one in an earlier 'with'.",
            )


def _sql(one: Pass, lookups: Lookups, store: Store) -> str:
    ids = ", ".join(f'"{name}"' for name in one.record_set.text.id)
    if one.open is None:
        return f"SELECT {ids} FROM {one.record_set.table} GROUP BY {ids} HAVING count(*) > 1 ORDER BY {ids} LIMIT 1"
    first, last = (render(day, lookups, run_as_at=store.as_at) for day in one.open)
    return f"""
SELECT {ids} FROM (
  SELECT {ids}, until_day, lead(from_day) OVER (PARTITION BY {ids} ORDER BY from_day) AS next_day
  FROM (SELECT {ids}, {first} AS from_day, {last} AS until_day FROM {one.record_set.table} {lookups.joins()})
  WHERE from_day IS NOT NULL AND (until_day IS NULL OR until_day > from_day)
)
WHERE next_day IS NOT NULL AND (until_day IS NULL OR next_day < until_day)
ORDER BY {ids} LIMIT 1"""
