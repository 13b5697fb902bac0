"""Why: a changed limit and a changed definition are told apart, so the earlier definitions are first read with the later limits.

The definitions themselves are not read anew: a night's folder may be gone, and its checked trees say all that is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from casetally.definitions.library import Library
from casetally.definitions.limits import Limit
from casetally.definitions.record_sets import RecordSet
from casetally.definitions.record_sql import render_record_sql
from casetally.figures.explain import limits_read

_RENDERED_FOR = date(1899, 12, 31)  # the day that RecordSet.sql replaces


@cache
def with_limits_of(library: Library, other: Library) -> Library:
    """The definitions of one library with the dated limits of another; a limit that the other lacks stays as it is."""
    limits: dict[str, Limit] = {
        **library.limits,
        **{name: other.limits[name] for name in library.limits if name in other.limits},
    }
    changed = {name for name, limit in limits.items() if limit.values != library.limits[name].values}
    values = {name: limit.values for name, limit in limits.items()}
    rendered = {name: _rendered(one, changed, values) for name, one in library.record_sets.items()}
    return replace(library, limits=limits, record_sets=rendered)


def _rendered(
    one: RecordSet,
    changed: set[str],
    values: Mapping[str, tuple[tuple[date, int], ...]],
) -> RecordSet:
    if not one.limits & changed:
        return one
    return replace(one, rendered=render_record_sql(one.tree, _RENDERED_FOR, values, one.uses))


def indicators_with_other_limits(first: Library, second: Library) -> frozenset[str]:
    """The indicators of the first library that read a limit whose values the second has otherwise."""
    changed = {
        name for name, one in first.limits.items() if name in second.limits and second.limits[name].values != one.values
    }
    if not changed:
        return frozenset()
    return frozenset(name for name in first.indicators if changed & _limits_behind(first, name))


def _limits_behind(library: Library, name: str) -> set[str]:
    ratio = library.indicators[name].text.ratio
    parts = (name,) if ratio is None else (ratio.of, ratio.to)
    return {limit for part in parts for limit in limits_read(library, library.indicators[part])}


def indicators_defined_otherwise(first: Library, second: Library) -> frozenset[str]:
    """The indicators whose fingerprints differ, or that only one of two libraries has."""
    names = {*first.indicators, *second.indicators}
    return frozenset(name for name in names if _fingerprint(first, name) != _fingerprint(second, name))


def _fingerprint(library: Library, name: str) -> str:
    return library.indicators[name].fingerprint if name in library.indicators else ""


@cache
def tables_behind(library: Library, name: str) -> frozenset[str]:
    """Every table whose rows can move an indicator's figure for all children: those its record sets read, and linked children."""
    indicator = library.indicators[name]
    ratio = indicator.text.ratio
    if ratio is not None:
        return tables_behind(library, ratio.of) | tables_behind(library, ratio.to)
    if indicator.record_set is None:
        return frozenset({"supplied_figures"})
    sets = library.record_sets_for([indicator.record_set.name])
    tables = frozenset().union(*(one.tables for one in sets)) | {"child_links"}
    return tables | {"populations"} if indicator.text.rate is not None else tables
