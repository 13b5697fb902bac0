"""Why: whether a published edition is safe is decided by a reader who reckons, and not by the code that hides.

The reader sees every figure of the edition, knows the definitions as they are written, the calendar, and that a hidden count is not
nought. What follows is a linear program (solved by HiGHS in scipy): how large can each hidden count be? Nothing here is taken from
the code that hides: counts are known by the texts of the definitions, and periods by their days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np
from casetally.definitions.library import Library
from casetally.definitions.reports import OverGroups, View
from casetally.figures.views import Seen
from casetally.periods import Period
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

DAY = dt.timedelta(1)
ENOUGH = 6  # a count that may be six or more is not known to be small


class Meaning(NamedTuple):
    """What is counted, by the texts of its definition."""

    rows: str
    dated: tuple[str, ...]
    distinct: str
    conditions: frozenset[str]


class Count(NamedTuple):
    """One unknown of the reader: what, of which groups of a breakdown, on which days."""

    of: Meaning
    breakdown: str
    groups: tuple[str, ...]
    first: dt.date
    last: dt.date
    told_apart: str = ""


@dataclass
class Reader:
    """What a reader knows: counts with their true values, which of them are printed, and what must hold between them.

    `holds`: (signed counts, least, most) of their sum.
    """

    true: dict[Count, int] = field(default_factory=dict)
    printed: set[Count] = field(default_factory=set)
    hidden: set[Count] = field(default_factory=set)
    rests: set[Count] = field(default_factory=set)
    shares: set[tuple[Count, Count]] = field(default_factory=set)
    holds: list[tuple[dict[Count, int], float, float]] = field(default_factory=list)

    def sees(self, count: Count, value: Fraction | None, *, suppressed: bool) -> Count | None:
        if value is None or value.denominator != 1 or value < 0:
            return None
        if self.true.get(count, int(value)) != value:  # the same words, and another count
            count = count._replace(told_apart=f"{count.told_apart} {value}")
        self.true[count] = int(value)
        (self.hidden if suppressed else self.printed).add(count)
        return count

    def equal(self, one: Iterable[Count], other: Iterable[Count]) -> None:
        self._add(one, other, 0, 0)

    def at_most(self, part: Iterable[Count], whole: Iterable[Count]) -> None:
        self._add(part, whole, -np.inf, 0)

    def _add(self, one: Iterable[Count], other: Iterable[Count], least: float, most: float) -> None:
        signed: dict[Count, int] = defaultdict(int)
        for count in one:
            signed[count] += 1
        for count in other:
            signed[count] -= 1
        if least <= sum(sign * self.true[count] for count, sign in signed.items()) <= most:  # else the reader is wrong
            self.holds.append(({count: sign for count, sign in signed.items() if sign}, least, most))


def reads(
    figures: Mapping[tuple[View, Period], Seen],
    suppressed: Iterable[tuple[View, Period]],
    library: Library,
    as_at: dt.date,
) -> Reader:
    """Everything that the reader of an edition knows. `figures` are as they truly are, `suppressed` those not printed."""
    reader, not_printed = Reader(), set(suppressed)
    for (view, period), seen in figures.items():
        if seen.status != "not_available":
            _read_figure(reader, view, period, seen, library, as_at, (view, period) in not_printed)
    for know in (_side_by_side, _once_each, _groups, _conditions, _rows_and_children, _stocks, _left_over):
        know(reader)
    return reader


def _read_figure(
    reader: Reader, view: View, period: Period, seen: Seen, library: Library, as_at: dt.date, hidden: bool
) -> None:
    sides = meanings(view.indicator, library)
    if isinstance(view.shows, OverGroups):
        what = Meaning(f"groups of {view.indicator} {view.shows}", ("?",), "", frozenset())
        number = seen.numerator if view.shows.groups_at_least is not None else seen.denominator
        reader.sees(_placed(what, view, period, as_at), number, suppressed=hidden)
        return
    at = [_placed(what, view, period, as_at) if what else None for what in sides]
    top, below = at
    if view.shows in ("value", "fraction"):
        number = (
            seen.numerator
            if seen.numerator is not None
            else seen.value
            if seen.denominator is None and seen.unit == "number"
            else None
        )
        top = reader.sees(top, number, suppressed=hidden) if top else None
        below = reader.sees(below, seen.denominator, suppressed=hidden) if below else None
        if top and below and top.of[:3] == below.of[:3] and top.of.conditions > below.of.conditions:
            reader.shares.add((top, below))
    elif view.shows == "share_of_all" and top:
        whole = top._replace(breakdown="all", groups=("all",))
        part = reader.sees(top, seen.numerator, suppressed=hidden)
        every = reader.sees(whole, seen.denominator, suppressed=hidden)
        if part and every:
            reader.shares.add((part, every))
    elif view.shows == "remainder" and top and below:
        reader.sees(_rest(top, below), seen.numerator, suppressed=hidden)
    elif view.shows in ("numerator", "denominator"):
        count = top if view.shows == "numerator" else below
        if count:
            reader.sees(count, seen.numerator, suppressed=hidden)


def _rest(top: Count, below: Count) -> Count:
    more = top.of.conditions - below.of.conditions
    of = below.of._replace(conditions=below.of.conditions | {f"none of {sorted(more)}"})
    return top._replace(of=of, told_apart="" if more else "left of all")


def meanings(name: str, library: Library) -> tuple[Meaning | None, Meaning | None]:
    """What stands above and below the line, read from the text of the definition."""
    text = library.indicators[name].text
    if text.ratio is not None:
        return meanings(text.ratio.of, library)[0], meanings(text.ratio.to, library)[0]
    if text.supplied:
        given = Meaning(f"supplied {name}", ("?",), "", frozenset())
        return given._replace(conditions=frozenset({"given"})), given
    distinct = {"child_id": "person_id"}.get(text.distinct or "", text.distinct or "")
    dated = tuple(text.open) if text.open else (text.when or "",)
    rows = Meaning(
        str(text.count), tuple(" ".join(one.split()) for one in dated), distinct, frozenset(_all_of(text.where))
    )
    if text.average or text.median:
        return None, rows._replace(conditions=rows.conditions | {f"has {text.average or text.median}"})
    more = [*_all_of(text.share), *([f"clock {text.clock!r}"] if text.clock else [])]
    narrowed = rows._replace(conditions=rows.conditions | set(more))
    return narrowed, (rows if more and text.rate is None else None)


def _all_of(text: str | None) -> list[str]:
    """Conditions joined by `and`, where no bracket holds them together and no `between` or `or` is in sight."""
    flat = " ".join((text or "").split())
    if not flat or " or " in flat or " between " in flat or "case " in flat:
        return [flat] if flat else []
    parts, deep, start = [], 0, 0
    for at, sign in enumerate(flat):
        deep += (sign == "(") - (sign == ")")
        if not deep and flat.startswith(" and ", at):
            parts.append(flat[start:at])
            start = at + len(" and ")
    return [*parts, flat[start:]]


def _placed(what: Meaning, view: View, period: Period, as_at: dt.date) -> Count:
    last = min(period.end, as_at)
    return Count(what, view.breakdown, tuple(sorted(view.groups)), last if len(what.dated) == 2 else period.start, last)


def _same_but(reader: Reader, *leave_out: str) -> list[list[Count]]:
    found: dict[Any, list[Count]] = defaultdict(list)
    for count in sorted(reader.true, key=str):
        found[tuple(part for name, part in zip(count._fields, count, strict=True) if name not in leave_out)].append(
            count
        )
    return list(found.values())


def _is_flow(count: Count) -> bool:
    return len(count.of.dated) == 1 and count.of.dated != ("?",)


def _side_by_side(reader: Reader) -> None:
    """Events: each period is the sum of the stretches that lie in it (none of them below nought)."""
    days_of_a_period = ("as_at", "period_start", "period_end")
    for alike in _same_but(reader, "first", "last"):
        of = alike[0].of
        text = " ".join(of.conditions).replace("run_as_at", "")
        if not _is_flow(alike[0]) or of.distinct or any(day in text for day in days_of_a_period) or len(alike) < 2:
            continue
        edges = sorted({count.first for count in alike} | {count.last + DAY for count in alike})
        pieces = {}
        by_days = {(count.first, count.last + DAY): count for count in alike}
        for piece in pairwise(edges):
            pieces[piece] = by_days.get(piece) or alike[0]._replace(
                first=piece[0], last=piece[1] - DAY, told_apart="piece"
            )
        _true_pieces(reader, by_days, pieces)
        for (first, end), count in by_days.items():
            inside = [one for piece, one in pieces.items() if first <= piece[0] and piece[1] <= end]
            if all(one in reader.true for one in inside):
                reader.equal([count], inside)


def _true_pieces(
    reader: Reader, by_days: Mapping[tuple[dt.date, dt.date], Count], pieces: Mapping[tuple[dt.date, dt.date], Count]
) -> None:
    """What pieces that nobody prints truly are, as far as the figures tell: least squares over all of them."""
    order = [piece for piece, count in pieces.items()]
    rows = [[float(first <= piece[0] and piece[1] <= end) for piece in order] for first, end in by_days]
    want = [float(reader.true[count]) for count in by_days.values()]
    solved = linprog(np.zeros(len(order)), A_eq=np.array(rows), b_eq=np.array(want), method="highs")
    if not solved.success:
        return  # these do not add up after all
    for piece, number in zip(order, solved.x, strict=True):
        reader.true.setdefault(pieces[piece], round(float(number)))


def _once_each(reader: Reader) -> None:
    """Children counted once in a period: no fewer than in any part of it, no more than in its parts together."""
    for alike in _same_but(reader, "first", "last"):
        if not _is_flow(alike[0]) or not alike[0].of.distinct:
            continue
        for whole in alike:
            inside = [one for one in alike if one != whole and whole.first <= one.first and one.last <= whole.last]
            for one in inside:
                reader.at_most([one], [whole])
            for one, other in combinations(inside, 2):
                early, late = sorted((one, other), key=lambda count: count.first)
                if (early.first, late.last, early.last + DAY) == (whole.first, whole.last, late.first):
                    reader.at_most([whole], [early, late])
            months = sorted((one for one in inside if (one.last - one.first).days < 31), key=lambda count: count.first)
            if (
                months
                and months[0].first == whole.first
                and months[-1].last == whole.last
                and all(one.last + DAY == other.first for one, other in pairwise(months))
            ):
                reader.at_most([whole], months)


def _groups(reader: Reader) -> None:
    """Groups and the whole, several groups at once, cross-tabulations and their margins."""
    for alike in _same_but(reader, "breakdown", "groups"):
        if alike[0].told_apart:
            continue
        single = {(one.breakdown, one.groups[0]): one for one in alike if len(one.groups) == 1}
        for several in [one for one in alike if len(one.groups) > 1]:
            parts = [single.get((several.breakdown, group)) for group in several.groups]
            if all(parts):
                reader.equal([several], [part for part in parts if part])
        margins: dict[tuple[str, str, str], list[Count]] = defaultdict(list)
        for (breakdown, group), one in single.items():
            names, labels = breakdown.split(";"), group.split(";")
            if breakdown != "all":
                margins["all", "all", breakdown].append(one)
            for name, label in zip(names, labels, strict=False) if len(names) == 2 else ():
                margins[name, label, breakdown].append(one)
        for (breakdown, group, _), parts_of_it in margins.items():
            whole = single.get((breakdown, group))
            if whole:
                reader.equal([whole], parts_of_it)
                reader.at_most(parts_of_it, [whole])
                reader.at_most([whole], parts_of_it)
                for part in parts_of_it:
                    reader.at_most([part], [whole])


def _conditions(reader: Reader) -> None:
    """What meets more conditions is no more; what meets one and what meets its opposite make the whole."""
    for alike in _same_but(reader, "of"):
        kin: dict[Any, list[Count]] = defaultdict(list)
        for count in alike:
            kin[count.of._replace(conditions=frozenset())].append(count)
        for counts in kin.values():
            for one, other in combinations(counts, 2):
                narrow, wide = (one, other) if one.of.conditions > other.of.conditions else (other, one)
                if narrow.of.conditions > wide.of.conditions:
                    reader.at_most([narrow], [wide])
                for whole in counts:
                    mine, yours = one.of.conditions - whole.of.conditions, other.of.conditions - whole.of.conditions
                    if (
                        whole.of.conditions < one.of.conditions
                        and whole.of.conditions < other.of.conditions
                        and ({f"not {said}" for said in mine} == yours or {f"not {said}" for said in yours} == mine)
                    ):
                        reader.equal([whole], [one, other])


def _rows_and_children(reader: Reader) -> None:
    """Children are no more than the rows about them, families no more than children."""
    found: dict[Any, dict[str, Count]] = defaultdict(dict)
    for count in reader.true:
        found[count._replace(of=count.of._replace(distinct=""))][count.of.distinct] = count
    for by_distinct in found.values():
        for distinct, count in by_distinct.items():
            if distinct and "" in by_distinct:
                reader.at_most([count], [by_distinct[""]])
        if "family" in by_distinct and "person_id" in by_distinct:
            reader.at_most([by_distinct["family"]], [by_distinct["person_id"]])


def _stocks(reader: Reader) -> None:
    """Open on a day: those open before, more those who came, less those who went in between."""
    flows = {count: count for count in reader.true if len(count.of.dated) == 1 and not count.of.distinct}
    for alike in _same_but(reader, "first", "last"):
        if len(alike[0].of.dated) != 2:
            continue
        came, went = (alike[0].of._replace(dated=(day,), distinct="") for day in alike[0].of.dated)
        for before, after in combinations(sorted(alike, key=lambda count: count.last), 2):
            days = {"first": before.last + DAY, "last": after.last}
            into, out = (flows.get(before._replace(of=of, **days)) for of in (came, went))
            if into and out:
                reader.equal([after, out], [before, into])
            elif into:
                reader.at_most([after], [before, into])
            elif out:
                reader.at_most([before], [after, out])


def _left_over(reader: Reader) -> None:
    """Of a share: above the line and left over make below the line; known where any two of them are."""
    for top, below in sorted(reader.shares, key=str):
        rest = _rest(top, below)
        if reader.true.get(rest, reader.true[below] - reader.true[top]) != reader.true[below] - reader.true[top]:
            rest = rest._replace(told_apart=f"{rest.told_apart} rest")
        reader.true.setdefault(rest, reader.true[below] - reader.true[top])
        reader.rests.add(rest)
        reader.equal([below], [top, rest])


def known_too_well(reader: Reader) -> dict[Count, float]:
    """The counts of one to five that the reader can tell to be below six, with the greatest value that they can have."""
    small = {count for count, number in reader.true.items() if 1 <= number < ENOUGH and count.told_apart != "piece"}
    wanted = small & (reader.hidden | reader.printed | reader.rests)
    found = {count: float(reader.true[count]) for count in wanted & reader.printed}
    for counts, rows in _apart(reader):
        targets = sorted(wanted & set(counts) - reader.printed, key=str)
        if targets:
            found |= _greatest(reader, counts, rows, targets)
    return found


Row = tuple[dict[Count, int], float, float]


def _apart(reader: Reader) -> list[tuple[list[Count], list[Row]]]:
    """Unknown counts that hang together by what holds, printed ones put in."""
    rows: list[Row] = []
    for signed, least, most in reader.holds:
        known = sum(sign * reader.true[count] for count, sign in signed.items() if count in reader.printed)
        unknown = {count: sign for count, sign in signed.items() if count not in reader.printed}
        if unknown:
            rows.append((unknown, least - known, most - known))
    leader: dict[Count, Count] = {}

    def lead(count: Count) -> Count:
        while leader.setdefault(count, count) != count:
            leader[count] = leader[leader[count]]
            count = leader[count]
        return count

    for count in reader.true:
        if count not in reader.printed:
            lead(count)
    for unknown, _, _ in rows:
        first, *others = unknown
        for other in others:
            leader[lead(other)] = lead(first)
    counts: dict[Count, list[Count]] = defaultdict(list)
    for count in sorted(leader, key=str):
        counts[lead(count)].append(count)
    rows_of: dict[Count, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[lead(next(iter(row[0])))].append(row)
    return [(members, rows_of[leading]) for leading, members in counts.items()]


def _greatest(
    reader: Reader, counts: Sequence[Count], rows: Sequence[Row], targets: Sequence[Count]
) -> dict[Count, float]:
    """Those of the targets that can't be six. Many at once first: what reaches six together need not be asked alone."""
    at = {count: number for number, count in enumerate(counts)}
    bounds = [_bounds(reader, count) for count in counts]
    left = list(targets)
    while left:
        solved = _solve(rows, at, bounds, {at[count]: 1 for count in left}, cap={at[count] for count in left})
        reached = [count for count in left if solved[at[count]] >= ENOUGH - 1e-6]
        if not reached:
            break
        left = [count for count in left if count not in set(reached)]
    found = {}
    for count in left:
        value = _solve(rows, at, bounds, {at[count]: 1}, cap={at[count]})[at[count]]
        if value < ENOUGH - 1e-6:
            found[count] = float(value)
    return found


def _bounds(reader: Reader, count: Count) -> tuple[float, float]:
    """A count that is hidden and printed nowhere is not nought, and nought is printed."""
    if count in reader.hidden:
        return (1, np.inf) if reader.true[count] else (0, 0)
    return 0, np.inf


def _solve(
    rows: Sequence[Row], at: Mapping[Count, int], bounds: Sequence[tuple[float, float]], goal: Mapping[int, float],
    cap: set[int],
) -> np.ndarray[Any, Any]:  # fmt: skip
    capped = [(low, min(high, ENOUGH)) if number in cap else (low, high) for number, (low, high) in enumerate(bounds)]
    aim = np.zeros(len(bounds))
    for number, weight in goal.items():
        aim[number] = -weight
    upper, most, level, exact = [], [], [], []
    for signed, least, greatest in rows:
        if least == greatest:
            level.append(signed)
            exact.append(least)
        else:
            upper.append(signed)
            most.append(greatest)
    solved = linprog(
        aim,
        A_ub=_matrix(upper, at),
        b_ub=most or None,
        A_eq=_matrix(level, at),
        b_eq=exact or None,
        bounds=capped,
        method="highs",
    )
    assert solved.success, f"what is printed holds of no table: {solved.message}"
    return solved.x


def _matrix(rows: Sequence[Mapping[Count, int]], at: Mapping[Count, int]) -> csr_matrix | None:
    if not rows:
        return None
    cells = [(number, at[count], sign) for number, row in enumerate(rows) for count, sign in row.items()]
    lines, columns, signs = zip(*cells, strict=True)
    return csr_matrix((signs, (lines, columns)), shape=(len(rows), len(at)))
