"""Why: a row before the first date of a limit is left out and not guessed, and nothing is left out in silence (rules: Time)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.engines.duckdb import Workspace, prepare
from casetally.figures.lacks import lacks
from casetally.language import Lookups, render
from casetally.periods import grid_of, month
from casetally.sources.delivery import FINDING_COLUMNS, no_findings
from casetally.store import Store


def limit_findings(store: Store, library: Library, indicators: Iterable[Indicator]) -> pl.DataFrame:
    """One warning for each record and clock that started on a day without a limit (`FINDING_COLUMNS`)."""
    clocks: dict[tuple[str, str, str], Indicator] = {}
    for one in indicators:
        reads_limits = one.clock is not None and one.clock.due.limits
        if one.record_set is not None and one.clock is not None and reads_limits and not lacks(store, library, one):
            clocks.setdefault((one.record_set.name, one.clock.from_.canonical, one.clock.due.canonical), one)
    work = prepare(
        store, library, grid_of(store.as_at, [month(store.as_at)]), library.record_sets_for({key[0] for key in clocks})
    )
    found = [_without_limit(work, one) for one in clocks.values()]
    return pl.concat([no_findings(), *found]).sort("file", "row", "table", "message", nulls_last=True)


def _without_limit(work: Workspace, one: Indicator) -> pl.DataFrame:
    assert one.record_set is not None
    assert one.clock is not None
    lookups = Lookups("looked_up", work.limits)
    starts = render(one.clock.from_, lookups, run_as_at=work.run_as_at)
    due = render(one.clock.due, lookups, run_as_at=work.run_as_at)
    base = one.record_set.text.base
    keys = [name for name in one.record_set.text.id if name in work.library.schemas.tables[base].columns]
    same = " AND ".join(f'b."{name}" IS NOT DISTINCT FROM r."{name}"' for name in keys)
    record = " || '/' || ".join(f'CAST(r."{name}" AS VARCHAR)' for name in keys)
    title = one.text.title.replace("'", "")
    message = f"No limit is known on the day this clock starts, so the row is left out of ''{title}''."
    rows = work.store.frame(f"""
SELECT DISTINCT b._file AS file, b._row AS "row", '{base}' AS "table", 'limit_not_known' AS rule, 'warning' AS severity,
  '' AS "column", '{message}' AS message, {record} AS record_id
FROM (SELECT * FROM {one.record_set.table} {lookups.joins()} WHERE {starts} IS NOT NULL AND {due} IS NULL) AS r
LEFT JOIN "{base}" AS b ON {same}""")
    return rows.select(pl.col(name).cast(kind) for name, kind in FINDING_COLUMNS.items())
