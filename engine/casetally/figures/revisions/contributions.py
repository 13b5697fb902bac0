"""Why: a figure that adds up is the sum of what each child brings to it, and that is read from the very rows that were summed.

What is counted is whom the figure counts: the child of each row, or the key that is counted once (a child with linked identities, a
family, a meeting). Rows of no child (a worker's) stand under None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.engines.duckdb import evidence_rows, prepare
from casetally.figures.cases import pass_of
from casetally.figures.revisions.seen import Number, exact, without_breakdowns
from casetally.figures.revisions.state import Pieces
from casetally.periods import Period, grid_of

NOUGHT = Fraction(0)
OF_CHILDREN = ("child_id", "person_id")


@dataclass(frozen=True)
class Brought:
    """What one key brings to a figure: numerator and denominator, None where the figure has none of the kind."""

    numerator: Number
    denominator: Number


@dataclass(frozen=True)
class Contributions:
    """What every key brings. `children`: the children among whose rows each key was found."""

    by_key: Mapping[str | None, Brought]
    children: Mapping[str | None, frozenset[str]]


def keyed_by(indicator: Indicator) -> str:
    """The column whose values a figure is split by: 'child_id', or the column that is counted once."""
    return indicator.distinct or "child_id"


def contributions(pieces: Pieces, indicator: Indicator, period: Period) -> Contributions:
    """What each key brings to the figure of an indicator that counts rows, in one state."""
    return contributions_by_period(pieces, indicator, [period])[period]


def contributions_by_period(
    pieces: Pieces, indicator: Indicator, periods: Iterable[Period]
) -> Mapping[Period, Contributions]:
    """The same for several periods, from one reading of the evidence rows."""
    library = without_breakdowns(pieces.library)
    one, measure = pass_of(library.indicators[indicator.id])
    store = pieces.store()
    grid = grid_of(pieces.as_at, periods)
    work = prepare(store, library, grid, library.record_sets_for([one.record_set.name]))
    rows = evidence_rows(work, one, measure)
    pieces.let_go(store)
    if one.is_stock:
        return {
            period: _of_rows(rows.filter(pl.col("as_at") == period.as_at(pieces.as_at)), indicator)
            for period in grid.periods
        }
    return {
        period: _of_rows(rows.filter(pl.col("position") == at), indicator) for at, period in enumerate(grid.periods)
    }


def _of_rows(rows: pl.DataFrame, indicator: Indicator) -> Contributions:
    key = keyed_by(indicator)
    found = defaultdict[str | None, set[str]](set)
    for value, child in rows.select(
        pl.col(key).cast(pl.String).alias("key"), pl.col("child_id").alias("child")
    ).iter_rows():
        if child is not None:
            found[value].add(child)
    children = {value: frozenset(ids) for value, ids in found.items()}
    return Contributions(dict(_brought(rows, indicator, key)), children)


def _brought(rows: pl.DataFrame, indicator: Indicator, key: str) -> Iterable[tuple[str | None, Brought]]:
    keys = rows[key].cast(pl.String)
    if indicator.distinct is not None:
        return _distinct(rows, keys, indicator)
    if indicator.kind == "share":
        return _summed(keys, [_whole(one) for one in rows["in_numerator"]], [Fraction(1)] * rows.height)
    if indicator.kind in ("average", "median"):
        amounts = rows["amount"].cast(pl.Float64).to_list()
        tops = [exact(one) or NOUGHT for one in amounts] if indicator.kind == "average" else None
        return _summed(keys, tops, [_whole(one is not None) for one in amounts])
    return _summed(keys, [Fraction(1)] * rows.height, None)


def _distinct(rows: pl.DataFrame, keys: pl.Series, indicator: Indicator) -> Iterable[tuple[str | None, Brought]]:
    """Each key once; one of a share counts above the line where any of its rows does. A row without a key counts nowhere."""
    holds: dict[str, bool] = {}
    for key, row_holds in zip(keys, rows["in_numerator"], strict=True):
        if key is not None:
            holds[key] = holds.get(key, False) or bool(row_holds)
    of_share = indicator.kind == "share"
    for key, held in holds.items():
        yield key, Brought(_whole(held) if of_share else Fraction(1), Fraction(1) if of_share else None)


def _summed(
    keys: pl.Series, tops: list[Fraction] | None, belows: list[Fraction] | None
) -> Iterable[tuple[str | None, Brought]]:
    sums: dict[str | None, list[Fraction]] = {}
    for at, key in enumerate(keys):
        both = sums.setdefault(key, [NOUGHT, NOUGHT])
        both[0] += tops[at] if tops is not None else 0
        both[1] += belows[at] if belows is not None else 0
    for key, (top, below) in sums.items():
        yield key, Brought(top if tops is not None else None, below if belows is not None else None)


def _whole(held: object) -> Fraction:
    return Fraction(1 if held else 0)
