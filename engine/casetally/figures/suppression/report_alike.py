"""Why: two lines can count the same children without sharing a record set, and whoever reads their definitions knows it.

The children looked after stand below the line of those placed far away: prepared by other SQL, in other words, and the same number
in every month. No comparison of definitions finds all such pairs; the figures show them. Counts that are the same wherever both
are known, or one of which is never more than the other and mostly the same, are tied to each other. Where that is chance more is
hidden than need be.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from casetally.figures.suppression import HIGH
from casetally.figures.suppression.report_cells import Cells
from casetally.figures.suppression.report_counted import Cell
from casetally.figures.suppression.report_sums import Sums

_FEWEST = 3  # periods with somebody in them, before two counts can be called alike
_MANY = 12  # periods, after which even small counts can
Series = Mapping[tuple[dt.date, dt.date], Cell]


def alike(cells: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """Counts of the same groups on the same days that are the same wherever both stand, or mostly so and never more."""
    by_place: dict[object, list[Series]] = defaultdict(list)
    for series in _series(shown):
        first = next(iter(series.values()))
        by_place[first.what.is_stock, first.breakdown, first.groups].append(series)
    for among in by_place.values():
        for one, other in combinations(among, 2):
            _tie(one, other, cells, sums)


def _series(shown: Sequence[Cell]) -> list[Series]:
    found: dict[object, dict[tuple[dt.date, dt.date], Cell]] = defaultdict(dict)
    for cell in shown:
        if not cell.also:
            found[cell.what, cell.breakdown, cell.groups][cell.start, cell.end] = cell
    return [series for series in found.values() if len(series) >= _FEWEST]


def _tie(one: Series, other: Series, cells: Cells, sums: Sums) -> None:
    days = sorted(one.keys() & other.keys())
    pairs = [(cells.counts[one[day]], cells.counts[other[day]]) for day in days]
    if not _are_alike(pairs):
        return
    same = all(left == right for left, right in pairs)
    part, whole = (one, other) if all(left <= right for left, right in pairs) else (other, one)
    for day in days:
        if same:
            sums.equal([part[day].name], [whole[day].name], "alike")
        else:
            sums.at_most([part[day].name], [whole[day].name], "of those alike")


def _are_alike(pairs: Sequence[tuple[int, int]]) -> bool:
    there = [pair for pair in pairs if max(pair)]
    if len(there) < _FEWEST or (max(map(max, there)) <= HIGH and len(there) < _MANY):
        return False
    one_way = all(left <= right for left, right in pairs) or all(left >= right for left, right in pairs)
    return one_way and 2 * sum(left == right for left, right in there) >= len(there)
