"""Why: a difference of two children is a question about two children, so the ones nearest to moving are named.

Where the printed numerator is greater, children would have to move in: of those that are not in it, the ones that missed by least.
Where it is smaller, children would have to move out: of those in it, the ones that made it by least.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.reports import OverGroups, View
from casetally.errors import CasetallyError
from casetally.figures.cases import list_cases
from casetally.periods import Period
from casetally.store import Store

MOST_NAMED = 20
_READ_BY_CASES = ("value", "fraction", "numerator", "remainder")


def movers(store: Store, library: Library, view: View, period: Period, moves: int) -> list[str]:
    """Ids of the records that would have to move, each with why it counts as it does; empty where the figure has no such rows."""
    if not moves or isinstance(view.shows, OverGroups) or view.shows not in _READ_BY_CASES or len(view.groups) > 1:
        return []
    try:
        rows = list_cases(
            store, library, library.indicator(view.indicator), period, breakdown=view.breakdown, group=view.groups[0]
        ).rows
    except CasetallyError:
        return []
    if "in_numerator" not in rows.columns:
        return _named(rows, library, view) if moves < 0 and rows.height <= MOST_NAMED else []
    inward = (moves > 0) != (view.shows == "remainder")
    candidates = rows.filter(~pl.col("in_numerator") if inward else pl.col("in_numerator"))
    return _named(_nearest_first(candidates, period.as_at(store.as_at)).head(MOST_NAMED), library, view)


def _nearest_first(rows: pl.DataFrame, as_at: dt.date) -> pl.DataFrame:
    """By the days between what was due and what was done, the fewest first; as they stand where there is no clock."""
    if "clock_due_on" not in rows.columns:
        return rows
    done = pl.coalesce(pl.col("clock_met_on"), pl.lit(as_at))
    return rows.with_columns(_off=(done - pl.col("clock_due_on")).dt.total_days().abs()).sort(
        "_off", nulls_last=True, maintain_order=True
    )


def _named(rows: pl.DataFrame, library: Library, view: View) -> list[str]:
    record_set = library.indicator(view.indicator).record_set
    keys = [*dict.fromkeys(["child_id", *(record_set.text.id if record_set else ())])]
    return [", ".join(str(row[key]) for key in keys) + f": {row['why']}" for row in rows.iter_rows(named=True)]
