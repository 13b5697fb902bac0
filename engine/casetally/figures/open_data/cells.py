"""Why: one count can stand in several figures, and hidden in one of them it must be hidden in all.

A count is known by what it counts (rows, dating, conditions), not by the indicator that shows it: the referrals below the line of
the re-referrals are the referrals received. Cells of one count add up over groups and, in a flow, over months.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.models import ACROSS
from casetally.figures.suppression import HIGH, Relation

Place = tuple[str, str, str, str, str]  # what, basis, start, breakdown, group

_FAR = 10  # a share that leaves so many bounds nothing (what is hidden moves by a few), nor does one of a hidden few

_BY_SELF = ("clock_from", "due", "met", "share")  # the parts that narrow the denominator to the numerator


@dataclass(frozen=True)
class Cell:
    """Where a count stands: what is counted, when, and of which group. `adds_up`: months of it make a year."""

    what: str
    basis: str
    start: str
    end: str
    breakdown: str
    group: str
    adds_up: bool

    @property
    def name(self) -> str:
        return "|".join((self.what, self.basis, self.start, self.breakdown, self.group))


@dataclass(frozen=True)
class Counted:
    """Every count by the name of its cell; which indicators show a cell; and of shares, (above, below) the line."""

    counts: Mapping[str, int | None]
    cells: Mapping[str, Cell]
    shown_by: Mapping[str, frozenset[str]]
    within: frozenset[tuple[str, str]] = frozenset()

    def cells_of(self, indicators: Collection[str]) -> set[str]:
        """The cells that one of these indicators shows."""
        return {name for name, by in self.shown_by.items() if by & set(indicators)}


def counted_of(figures: pl.DataFrame, library: Library) -> Counted:
    """Every count that stands in some figures. A figure without status `calculated` counts nought rows or is none."""
    counts: dict[str, int | None] = {}
    cells: dict[str, Cell] = {}
    shown: dict[str, set[str]] = {}
    within: set[tuple[str, str]] = set()
    columns = ("indicator", "basis", "period_start", "period_end", "breakdown", "group", "numerator", "denominator")
    for row in figures.select(*columns, "value").iter_rows(named=True):
        indicator = library.indicators[row["indicator"]]
        top = row["value"] if indicator.kind == "supplied" else row["numerator"]
        above, below = cells_of_row(row, indicator, library)
        if above is not None and below is not None and indicator.kind == "share":
            within.add((above.name, below.name))
        for cell, number in zip((above, below), (top, row["denominator"]), strict=True):
            if cell is not None:
                count = _whole(number)
                counts[cell.name] = count if count is not None else counts.get(cell.name)
                cells[cell.name] = cell
                shown.setdefault(cell.name, set()).add(indicator.id)
    return Counted(counts, cells, {name: frozenset(by) for name, by in shown.items()}, frozenset(within))


def rests_of(counted: Counted, names: Collection[str]) -> tuple[dict[str, int], list[Relation]]:
    """What each share leaves: its cell, shown nowhere, and that it and the numerator make the denominator."""
    rests: dict[str, int] = {}
    relations = []
    for above, below in sorted(counted.within):
        top, whole = counted.counts[above], counted.counts[below]
        if above in names and below in names and top and whole and whole > HIGH and 0 <= whole - top < _FAR:
            rests[f"{above}|rest"] = whole - top
            relations.append(Relation(below, (above, f"{above}|rest")))
    return rests, relations


def cells_of_row(row: Mapping[str, object], indicator: Indicator, library: Library) -> tuple[Cell | None, Cell | None]:
    """The counts that a figure shows or rests on, above and below the line; None where that is no count."""
    above, below = (
        Cell(what, str(row["basis"]), str(row["period_start"]), str(row["period_end"]), str(row["breakdown"]),
             str(row["group"]), _adds_up(indicator)) if what else None
        for what in what_is_counted(indicator, library)
    )  # fmt: skip
    return above, below


def _whole(number: object) -> int | None:
    if number is None or float(str(number)) < 0 or float(str(number)) % 1:
        return None
    return int(float(str(number)))


def _adds_up(indicator: Indicator) -> bool:
    return indicator.when is not None and indicator.distinct is None


def what_is_counted(indicator: Indicator, library: Library) -> tuple[str, str]:
    """Names for what stands above and below the line of a figure; '' for what is no count (days added up, a population)."""
    kind = indicator.kind
    if kind == "ratio" and indicator.text.ratio is not None:
        of, to = (library.indicators[name] for name in (indicator.text.ratio.of, indicator.text.ratio.to))
        return what_is_counted(of, library)[0], what_is_counted(to, library)[0]
    if kind == "supplied":
        return (f"supplied:{indicator.id}" if indicator.unit == "number" else ""), ""
    own = _digest(indicator, leave_out=())
    if kind in ("count", "distinct", "rate"):
        return own, ""
    rows = _digest(indicator, leave_out=_BY_SELF)
    return (own, rows) if kind == "share" else ("", rows)


def _digest(indicator: Indicator, leave_out: tuple[str, ...]) -> str:
    """What is counted, in twelve characters. Of a share's numerator the conditions are part; below the line they are not."""
    without = (*leave_out, "amount", "unsettled")
    parts = {part: one.canonical for part, one in indicator.parts().items() if part not in without}
    clock = indicator.clock.met_before_start if indicator.clock and "met" not in leave_out else None
    record_set = indicator.record_set.name if indicator.record_set else ""
    text = json.dumps([record_set, indicator.distinct, clock, parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def relations_of(counted: Counted, names: Collection[str]) -> list[Relation]:
    """What adds up among some cells: groups to the whole, cross-tabulations to their margins, shorter periods to longer."""
    cells = [counted.cells[name] for name in sorted(names)]
    found: dict[tuple[Place, str], list[str]] = {}
    for cell in cells:
        for parent in _parents(cell):
            found.setdefault((parent, cell.breakdown), []).append(cell.name)
    known = {(one.what, one.basis, one.start, one.breakdown, one.group): one.name for one in cells}
    over_groups = [Relation(known[place], tuple(parts)) for (place, _), parts in found.items() if place in known]
    return over_groups + list(_over_time(cells))


def _parents(cell: Cell) -> Iterator[Place]:
    """The cells that a cell is a part of: the whole, and for a cross-tabulation each of its margins."""
    if cell.breakdown == "all":
        return
    names, groups = cell.breakdown.split(ACROSS), cell.group.split(ACROSS)
    yield cell.what, cell.basis, cell.start, "all", "all"
    if len(names) == 2 and len(groups) == 2:
        for at in (0, 1):
            yield cell.what, cell.basis, cell.start, names[at], groups[at]


def _over_time(cells: list[Cell]) -> Iterator[Relation]:
    """Months to quarters and years, quarters to years, where all of them are there and what is counted adds up."""
    by_count: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        if cell.adds_up:
            by_count.setdefault((cell.what, cell.breakdown, cell.group), []).append(cell)
    for group in by_count.values():
        for whole in group:
            for basis, most in (("month", {"year": 12, "quarter": 3}), ("quarter", {"year": 4})):
                parts = [c for c in group if c.basis == basis and whole.start <= c.start and c.end <= whole.end]
                if len(parts) == most.get(whole.basis):
                    yield Relation(whole.name, tuple(sorted(one.name for one in parts)))
