"""Why: a hidden count is worked out from what adds up to it, so every sum that a reader of the report can make must be known.

Each kind of sum is one function of the visible tuple `SUMS`. A count that the report does not show but that ties shown ones
together (the children of a month who were counted in an earlier one) is an unseen helper: it may be anything from nought.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise

from casetally.definitions.models import ACROSS
from casetally.figures.suppression import HIGH, LOW, Relation
from casetally.figures.suppression.report_cells import Cells
from casetally.figures.suppression.report_counted import Cell, left_of

_DAY = dt.timedelta(1)


@dataclass
class Sums:
    """What adds up among named counts. `unseen`: those that stand nowhere in the report."""

    counts: dict[str, int]
    unseen: set[str] = field(default_factory=set)
    relations: list[Relation] = field(default_factory=list)

    def helper(self, why: str, count: int) -> str:
        """A count that is shown nowhere."""
        name = f"~{len(self.counts)} {why}"
        self.counts[name] = count
        self.unseen.add(name)
        return name

    def known(self, name: str, count: int) -> str:
        """A count by its own name; one that the report does not show is unseen."""
        if name not in self.counts:
            self.counts[name] = count
            self.unseen.add(name)
        return name

    def equal(self, one: Sequence[str], other: Sequence[str], why: str) -> None:
        """Two sums that are the same; passed over if they are not."""
        one, other = _without_common(one, other)
        if not one or not other or sum(self.counts[name] for name in one) != sum(self.counts[name] for name in other):
            return
        if len(other) == 1:
            one, other = other, one
        if len(one) > 1:
            both = self.helper(why, sum(self.counts[name] for name in one))
            self.relations.append(Relation(both, tuple(one)))
            one = [both]
        self.relations.append(Relation(one[0], tuple(other)))

    def at_most(self, parts: Sequence[str], whole: Sequence[str], why: str) -> str | None:
        """Counts that come to no more than others; gives the helper that is left over. Passed over where they do."""
        left = sum(self.counts[name] for name in whole) - sum(self.counts[name] for name in parts)
        if left < 0:
            return None
        rest = self.helper(why, left)
        self.equal([*parts, rest], whole, why)
        return rest

    def met(self, one: str, other: str, both: str) -> None:
        """Two stretches side by side that make one, of things counted once in each: some are in both."""
        again = self.counts[one] + self.counts[other] - self.counts[both]
        if not 0 <= again <= min(self.counts[one], self.counts[other]):
            return
        shared = self.helper("in both", again)
        fresh = [self.helper("in one", self.counts[name] - again) for name in (one, other)]
        self.equal([shared, fresh[0]], [one], "one")
        self.equal([shared, fresh[1]], [other], "other")
        self.equal([*fresh, shared], [both], "both")


def _without_common(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    common = set(one) & set(other)
    return [name for name in one if name not in common], [name for name in other if name not in common]


def sums_of(cells: Cells, shown: Collection[Cell]) -> Sums:
    """Every sum among the shown counts of a report."""
    ordered = sorted(shown, key=lambda cell: cell.name)
    sums = Sums({cell.name: cells.counts[cell] for cell in ordered})
    for sums_among in SUMS:
        sums_among(cells, ordered, sums)
    return sums


def _by(shown: Iterable[Cell], key: Callable[[Cell], object]) -> list[list[Cell]]:
    found: dict[object, list[Cell]] = defaultdict(list)
    for cell in shown:
        found[key(cell)].append(cell)
    return list(found.values())


def over_time(cells: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """A flow that adds up: stretches of days that hang together, each the sum of those that no boundary crosses."""
    flows = [cell for cell in shown if cell.what.adds_up]
    for among in _by(flows, lambda cell: (cell.what, cell.breakdown, cell.groups, cell.also)):
        _stretches(cells, among, sums)


def _stretches(cells: Cells, among: Sequence[Cell], sums: Sums) -> None:
    seen = {(cell.start, cell.end + _DAY): cells.counts[cell] for cell in among}
    if len(seen) < 2:
        return
    heights = _heights(seen | _months_behind(cells, among[0], seen))
    at: dict[int, list[dt.date]] = defaultdict(list)
    for day in sorted({day for stretch in seen for day in stretch}):
        at[heights[day][0]].append(day)
    names = {(cell.start, cell.end + _DAY): cell.name for cell in among}
    for days in at.values():
        pieces: dict[tuple[dt.date, dt.date], str] = {}
        for piece in pairwise(days):
            grown = heights[piece[1]][1] - heights[piece[0]][1]
            pieces[piece] = names[piece] if seen.get(piece) == grown else sums.helper("stretch", max(grown, 0))
        for start, end in sorted(stretch for stretch in seen if stretch[0] in days):
            parts = [name for piece, name in pieces.items() if start <= piece[0] and piece[1] <= end]
            sums.equal([names[start, end]], parts, "stretches")


def _heights(stretches: Mapping[tuple[dt.date, dt.date], int]) -> dict[dt.date, tuple[int, int]]:
    """By day: which stretches hang together with it, and what is counted from the first of their days up to it."""
    beside: dict[dt.date, list[tuple[dt.date, int]]] = defaultdict(list)
    for (start, end), count in stretches.items():
        beside[start].append((end, count))
        beside[end].append((start, -count))
    found: dict[dt.date, tuple[int, int]] = {}
    for number, first in enumerate(sorted(beside)):
        rest = [] if first in found else [first]
        found.setdefault(first, (number, 0))
        while rest:
            day = rest.pop()
            for other, count in beside[day]:
                if other not in found:
                    found[other] = number, found[day][1] + count
                    rest.append(other)
    return found


def _months_behind(
    cells: Cells, cell: Cell, seen: Mapping[tuple[dt.date, dt.date], int]
) -> dict[tuple[dt.date, dt.date], int]:
    """Months of the figures that the report does not show: they tell how longer stretches lie to each other."""
    found: dict[tuple[dt.date, dt.date], int] = {}
    if cell.also:
        return found
    first, last = min(start for start, _ in seen), max(end for _, end in seen)
    for one in cells.months_between(first, last):
        stretch = one.start, one.as_at(cells.as_at) + _DAY
        if stretch not in seen:
            count = cells.look_up(cell.what, cell.breakdown, cell.groups, one)
            if count is not None:
                found[stretch] = count
    return found


def once_over_time(_: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """Children counted once in each period: a longer one has no fewer than any in it, and no more than all in it together."""
    flows = [cell for cell in shown if cell.what.first and not cell.what.is_stock and not cell.what.adds_up]
    for among in _by(flows, lambda cell: (cell.what, cell.breakdown, cell.groups, cell.also)):
        named = {(cell.start, cell.end): cell.name for cell in among}
        for whole in sorted(named):
            _inside(whole, named, sums)


Days = tuple[dt.date, dt.date]


def _inside(whole: Days, named: Mapping[Days, str], sums: Sums) -> None:
    inside = sorted(one for one in named if one != whole and whole[0] <= one[0] and one[1] <= whole[1])
    halves = [(one, other) for one in inside for other in inside
              if one[0] == whole[0] and other[1] == whole[1] and one[1] + _DAY == other[0]]  # fmt: skip
    for one, other in halves:
        sums.met(named[one], named[other], named[whole])
    for one in inside:
        between = any(one != other and other[0] <= one[0] and one[1] <= other[1] for other in inside)
        if not between and not any(one in half for half in halves):
            sums.at_most([named[one]], [named[whole]], "in the period")
    tiles = _tiles(whole, inside)
    if tiles and not halves:
        sums.at_most([named[whole]], [named[one] for one in tiles], "again")


def _tiles(whole: Days, inside: Sequence[Days]) -> list[Days]:
    """The shortest stretches that make up the whole side by side; none where some days are not there."""
    found, day = [], whole[0]
    while day <= whole[1]:
        following = min((one for one in inside if one[0] == day), default=None)
        if following is None:
            return []
        found.append(following)
        day = following[1] + _DAY
    return found


def over_groups(cells: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """The groups of a breakdown and the whole, a cross-tabulation and its margins, several groups as one and each."""
    present = [cell for cell in shown if not cell.also and cell.breakdown != "all"]
    groups = {cell: cell.name for cell in present if len(cell.groups) == 1}
    for cell in [cell for cell in present if len(cell.groups) > 1]:
        parts = {one: _named(cells, one, sums) for one in (replace(cell, groups=(group,)) for group in cell.groups)}
        found = {one: name for one, name in parts.items() if name is not None}
        if len(found) == len(cell.groups):
            sums.equal([cell.name], list(found.values()), "groups")
            groups |= found
    margins: dict[tuple[Cell, str], list[str]] = defaultdict(list)
    for cell, name in groups.items():
        for margin in _margins(cell):
            margins[margin, cell.breakdown].append(name)
    for (margin, _), names in margins.items():
        whole = _named(cells, margin, sums)
        if whole is not None:
            _to_the_whole(sums, sorted(names), whole)


def _to_the_whole(sums: Sums, parts: Sequence[str], whole: str) -> None:
    """What groups leave of a whole that is shown is told to anyone who subtracts: a few are hidden as if shown."""
    left = sums.counts[whole] - sum(sums.counts[part] for part in parts)
    if left == 0:
        sums.equal([whole], parts, "groups")
    elif left > 0:
        rest = sums.at_most(parts, [whole], "other groups")
        if rest is not None and _is_small(left) and whole not in sums.unseen:
            sums.unseen.remove(rest)
    else:
        sums.at_most([whole], parts, "in several groups")
        for part in parts:
            sums.at_most([part], [whole], "not in the group")


def _margins(cell: Cell) -> Iterator[Cell]:
    yield cell.of_all
    names, groups = cell.breakdown.split(ACROSS), cell.groups[0].split(ACROSS)
    if len(names) == 2 and len(groups) == 2:
        for name, group in zip(names, groups, strict=True):
            yield replace(cell, breakdown=name, groups=(group,))


def _named(cells: Cells, cell: Cell, sums: Sums) -> str | None:
    """The name of a cell. One that the report does not show is looked up, and unseen."""
    if cell.name in sums.counts:
        return cell.name
    period = cells.period_of(cell)
    count = cells.look_up(cell.what, cell.breakdown, cell.groups, period) if period else None
    return sums.known(cell.name, count) if count is not None else None


def shares(cells: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """Above the line and left over make below the line. Where both are shown, so is what is left over: a few are hidden."""
    there = {cell.name for cell in shown}
    for share in sorted(cells.shares, key=lambda one: (one[0].name, one[1].name)):
        absent = [cell for cell in share if cell.name not in there]
        if len(absent) > 1:
            continue
        above, below, left = share
        for cell in absent:
            sums.known(cell.name, cells.counts[cell])
            if cell is left and _is_small(cells.counts[left]):
                sums.unseen.discard(cell.name)
        sums.equal([below.name], [above.name, left.name], "share")


def _is_small(count: int) -> bool:
    return LOW <= count <= HIGH


def narrower(cells: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """What meets more conditions is no more; a condition and its opposite make the whole."""
    plain = [cell for cell in shown if not cell.also and cell.what.first]
    in_shares = {(above.name, below.name) for above, below, _ in cells.shares}
    for among in _by(plain, lambda cell: (cell.what.kin, cell.breakdown, cell.groups, cell.start, cell.end)):
        by_conditions = {cell.what.conditions: cell for cell in among}
        for part, whole in combinations(sorted(by_conditions, key=lambda one: (-len(one), sorted(one))), 2):
            if not whole < part or any(whole < between < part for between in by_conditions):
                continue
            cell, of = by_conditions[part], by_conditions[whole]
            other = by_conditions.get(left_of(cell.what, of.what).conditions)
            if other is not None and cells.counts[cell] + cells.counts[other] == cells.counts[of]:
                sums.equal([of.name], [cell.name, other.name], "opposites")
            elif (cell.name, of.name) not in in_shares:
                sums.at_most([cell.name], [of.name], "narrower")


_COARSER = ("", "person_id", "family")  # what each row counts, the children of the rows, their families


def counted_once(_: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """Families are no more than their children, and children no more than their rows."""
    plain = [cell for cell in shown if not cell.also and cell.what.first]
    rows = _by(
        plain, lambda cell: (cell.what.kin[:3], cell.what.conditions, cell.breakdown, cell.groups, cell.start, cell.end)
    )
    for among in rows:
        by_distinct = {cell.what.distinct: cell.name for cell in among}
        ladder = [by_distinct[one] for one in _COARSER if one in by_distinct]
        for finer, coarser in pairwise(ladder):
            sums.at_most([coarser], [finer], "counted again")
        for one, name in by_distinct.items():
            if one not in _COARSER and "" in by_distinct:
                sums.at_most([name], [by_distinct[""]], "counted again")


def stocks_and_flows(_: Cells, shown: Sequence[Cell], sums: Sums) -> None:
    """Who is open is who was open before, more who came, less who went, where all are of the same rows and conditions."""
    plain = [cell for cell in shown if not cell.also]
    flows = _flows(plain)
    for stock in _by(
        [cell for cell in plain if cell.what.is_stock], lambda cell: (cell.what, cell.breakdown, cell.groups)
    ):
        days = {cell.end: cell for cell in stock}
        what = stock[0].what
        key = (what.rows, what.conditions, stock[0].breakdown, stock[0].groups)
        came, went = flows.get((what.first, *key), {}), flows.get((what.last, *key), {})
        for start, end in sorted(came.keys() | went.keys()):
            if start - _DAY in days and end in days:
                before, after = days[start - _DAY].name, days[end].name
                _balance(sums, before, after, came.get((start, end)), went.get((start, end)))


def _flows(plain: Iterable[Cell]) -> dict[tuple[object, ...], dict[Days, str]]:
    found: dict[tuple[object, ...], dict[Days, str]] = defaultdict(dict)
    for cell in plain:
        if cell.what.first and not cell.what.is_stock and not cell.what.distinct:
            key = (cell.what.first, cell.what.rows, cell.what.conditions, cell.breakdown, cell.groups)
            found[key][cell.start, cell.end] = cell.name
    return found


def _balance(sums: Sums, before: str, after: str, came: str | None, went: str | None) -> None:
    """One of the two flows may stand nowhere: then it is what is missing."""
    more = sums.counts[after] - sums.counts[before]
    if came is None and went is not None and more + sums.counts[went] >= 0:
        came = sums.helper("came", more + sums.counts[went])
    if went is None and came is not None and sums.counts[came] - more >= 0:
        went = sums.helper("went", sums.counts[came] - more)
    if came is not None and went is not None:
        sums.equal([after, went], [before, came], "stock")


SUMS: tuple[Callable[[Cells, Sequence[Cell], Sums], None], ...] = (
    over_time,
    once_over_time,
    over_groups,
    shares,
    narrower,
    counted_once,
    stocks_and_flows,
)
