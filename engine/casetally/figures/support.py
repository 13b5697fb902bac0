"""Why: before anyone reads a figure they should know what this source can and can't give, and what it lacks."""

from __future__ import annotations

import datetime as dt

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.lineage import lacking, needs_of, refinements_of
from casetally.figures.lacks import lacks
from casetally.figures.reach import how_far
from casetally.store import Store

SUPPORT_SCHEMA = {"indicator": pl.String, "title": pl.String, "support": pl.String, "lacking": pl.String, "told": pl.String,
                  "source": pl.String}  # fmt: skip


def support_table(store: Store, library: Library) -> pl.DataFrame:
    """By indicator: `calculated`, `partly` (a refinement is lacking) or `not available`, and which tables or columns lack.

    `told`: how far the source tells, where that is limited; `source`: which kind of source the tables it needs come from.
    """
    rows = []
    for one in library.indicators.values():
        needed = lacks(store, library, one)
        refining = lacking(refinements_of(library, one), store.present)
        support = "not available" if needed else "partly" if refining else "calculated"
        told = "" if needed else how_far(store, library, one)
        rows.append(
            (one.id, one.text.title, support, ", ".join(needed or refining), told, _source(store, library, one))
        )
    return pl.DataFrame(rows, schema=SUPPORT_SCHEMA, orient="row")


def _source(store: Store, library: Library, one: Indicator) -> str:
    origins = store.about.get("origins", {})
    found = {kind for table, _ in needs_of(library, one) if table in origins for kind in origins[table].split(" + ")}
    return " + ".join(sorted(found))


def given_without(store: Store, library: Library) -> list[str]:
    """The refinements that did not apply because the source lacks them, each once."""
    found: set[str] = set()
    for one in library.indicators.values():
        if not lacks(store, library, one):
            found |= set(lacking(refinements_of(library, one), store.present))
    return sorted(found)


def last_record(store: Store) -> dt.date | None:
    """The day on which the latest record of any table begins: where it lies long before the as-at date, the export may be old."""
    dated = [(table.table, table.begins) for table in store.schemas.tables.values() if table.begins]
    days = [store.rows(f'SELECT max("{begins}")::DATE FROM "{name}"')[0][0] for name, begins in dated]
    return max((day for day in days if day is not None), default=None)
