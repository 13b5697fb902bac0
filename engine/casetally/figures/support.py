"""Why: before anyone reads a figure they should know what this source can and can't give, and what it lacks."""

from __future__ import annotations

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.lineage import lacking, needs_of, refines_of
from casetally.store import Store

SUPPORT_SCHEMA = {"indicator": pl.String, "title": pl.String, "support": pl.String, "lacking": pl.String}


def support_table(store: Store, library: Library) -> pl.DataFrame:
    """By indicator: `calculated`, `partly` (a refinement is lacking) or `not available`, and which tables or columns lack."""
    rows = []
    for one in library.indicators.values():
        needed = lacking(needs_of(library, one), store.present)
        refining = _refinements_lacking(store, library, one.record_set.name) if one.record_set else []
        support = "not available" if needed else "partly" if refining else "calculated"
        rows.append((one.id, one.text.title, support, ", ".join(needed or refining)))
    return pl.DataFrame(rows, schema=SUPPORT_SCHEMA, orient="row")


def _refinements_lacking(store: Store, library: Library, record_set: str) -> list[str]:
    named = {
        tuple(name.split(".", 1)) if "." in name else (name, "*")
        for name in refines_of(library, library.record_sets[record_set])
    }
    return lacking(frozenset(named), store.present)  # type: ignore[arg-type]


def given_without(store: Store, library: Library) -> list[str]:
    """The refinements that did not apply because the source lacks them, each once."""
    found: set[str] = set()
    for one in library.indicators.values():
        if one.record_set is not None and not lacking(needs_of(library, one), store.present):
            found |= set(_refinements_lacking(store, library, one.record_set.name))
    return sorted(found)
