"""Why: every figure the slow way: for each indicator, period and group, take the rows that count and count them.

A stock asks which rows are open on the period's day; a flow asks which rows are dated in the period and no later than the
run's day. Nothing is summed over time and nothing is shared between indicators but the rows themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from casetally.definitions import Library
from casetally.definitions.indicators import Indicator
from casetally.periods import Grid, Period

from reference.evaluate import Reading
from reference.groups import group_of
from reference.record_sets import ROWS_OF, ROWS_ON
from reference.world import Row, World

ALL = ("all", "all")
PLACE = ("basis", "period", "breakdown", "group")
Figure = dict[str, Any]
Group = tuple[str, str]


@dataclass(frozen=True)
class Counted:
    """One row that counts in a period: whether it is in the numerator, may still change, its amount, key and groups."""

    in_numerator: bool
    unsettled: bool
    amount: Decimal | int | None
    key: Any
    groups: frozenset[Group]


@dataclass
class Rows:
    """The rows of record sets, kept once they have been asked for."""

    world: World
    _standing: dict[str, list[Row]] = field(default_factory=dict)
    _by_day: dict[tuple[str, dt.date], list[Row]] = field(default_factory=dict)

    def standing(self, name: str) -> list[Row]:
        if name not in self._standing:
            self._standing[name] = ROWS_OF[name](self.world)
        return self._standing[name]

    def on(self, name: str, day: dt.date) -> list[Row]:
        if (name, day) not in self._by_day:
            self._by_day[name, day] = ROWS_ON[name](self.world, day)
        return self._by_day[name, day]


def reference_figures(
    world: World, library: Library, grid: Grid, *, authority: str, indicators: Iterable[str] | None = None
) -> list[Figure]:
    """One figure for each indicator, period of the grid and group, with the same columns as the engine's.

    `value` is a Fraction in the indicator's unit (a percentage for a share), or None.
    """
    rows = Rows(world)
    found: list[Figure] = []
    for name in sorted(library.indicators if indicators is None else indicators):
        indicator = library.indicators[name]
        periods = [period for period in grid.periods if period.basis != "week" or indicator.text.weeks]
        if indicator.kind == "ratio":
            found += ratio_figures(indicator, library.indicators, rows, periods, grid, authority)
        else:
            counted = {period: counted_rows(indicator, rows, period) for period in periods}
            found += [
                figure for period in periods for figure in figures_of(indicator, rows, period, counted, authority)
            ]
    return found


def counted_rows(indicator: Indicator, rows: Rows, period: Period) -> list[Counted]:
    """The rows of an indicator in a period: its denominator."""
    world = rows.world
    days = {
        "as_at": period.as_at(world.run_as_at),
        "run_as_at": world.run_as_at,
        "period_start": period.start,
        "period_end": period.end,
    }
    reading = Reading(world, days)
    found = []
    for row, day in dated_rows(indicator, rows, period, reading):
        if indicator.where is not None and not reading.holds(indicator.where.tree, row):
            continue
        if has_no_limit(indicator, reading, row):
            continue
        if indicator.kind == "share" and indicator.distinct and row[indicator.distinct] is None:
            continue  # a share of keys: a row without one is no part of it
        amount = reading.value(indicator.amount.tree, row) if indicator.amount else None
        if indicator.amount is not None and amount is None:
            continue
        found.append(
            Counted(
                in_numerator=in_numerator(indicator, reading, row),
                unsettled=is_unsettled(indicator, reading, row),
                amount=amount,
                key=row[indicator.distinct] if indicator.distinct else None,
                groups=frozenset(
                    {
                        ALL,
                        *((name, groups(indicator, name, row, day, reading)) for name in indicator.breakdowns),
                    }
                ),
            )
        )
    return found


def groups(indicator: Indicator, breakdown: str, row: Row, day: dt.date, reading: Reading) -> str:
    """The group of a row, in a cross-tabulation both groups; a breakdown of the record set's own is worked out from the row."""
    found = []
    for name in breakdown.split(";"):
        own = indicator.record_set.breakdowns.get(name) if indicator.record_set else None
        text = reading.value(own.tree, row) if own else None
        found.append((text or "unknown") if own else group_of(reading.world, name, row, day, indicator.is_stock))
    return ";".join(found)


def dated_rows(indicator: Indicator, rows: Rows, period: Period, reading: Reading) -> Iterable[tuple[Row, dt.date]]:
    """The rows of the record set that belong to a period, each with the day on which it is read."""
    assert indicator.record_set is not None
    name = indicator.record_set.name
    if indicator.open is not None:
        as_at = reading.days["as_at"]
        if name in ROWS_ON:
            return [(row, as_at) for row in rows.on(name, as_at)]
        first, last = indicator.open
        found = []
        for row in rows.standing(name):
            from_day, until_day = reading.value(first.tree, row), reading.value(last.tree, row)
            if from_day is not None and from_day <= as_at and (until_day is None or until_day > as_at):
                found.append((row, as_at))
        return found
    assert indicator.when is not None
    dated = [(row, reading.value(indicator.when.tree, row)) for row in rows.standing(name)]
    run_as_at = reading.world.run_as_at
    return [(row, day) for row, day in dated if day is not None and period.start <= day <= min(period.end, run_as_at)]


def has_no_limit(indicator: Indicator, reading: Reading, row: Row) -> bool:
    """Whether the row's clock has started on a day on which its limit is not defined: then it can't be judged."""
    if indicator.clock is None:
        return False
    started = reading.value(indicator.clock.from_.tree, row)
    return started is not None and reading.value(indicator.clock.due.tree, row) is None


def in_numerator(indicator: Indicator, reading: Reading, row: Row) -> bool:
    """Whether a row is in the numerator: its share condition is true, or its clock is in time; without either always."""
    if indicator.share is not None:
        return reading.holds(indicator.share.tree, row)
    clock = indicator.clock
    if clock is None:
        return True
    due = reading.value(clock.due.tree, row)
    met = reading.value(clock.met.tree, row) if clock.met else None
    if due is None:
        return False
    if indicator.is_stock and clock.met is None:
        return bool(reading.days["as_at"] <= due)
    started = reading.value(clock.from_.tree, row)
    if met is None or (clock.met_before_start == "late" and met < started):
        return False
    return bool(met <= due)


def is_unsettled(indicator: Indicator, reading: Reading, row: Row) -> bool:
    """Whether a row's answer may still change by itself after the run's day."""
    if indicator.unsettled is not None and reading.holds(indicator.unsettled.tree, row):
        return True
    clock = indicator.clock
    if indicator.is_stock or clock is None or clock.met is None:
        return False
    due = reading.value(clock.due.tree, row)
    return reading.value(clock.met.tree, row) is None and due is not None and reading.world.run_as_at <= due


def figures_of(
    indicator: Indicator, rows: Rows, period: Period, counted: Mapping[Period, list[Counted]], authority: str
) -> list[Figure]:
    """The figures of one period: one for each group that occurs in any period, and for all."""
    occurring = {ALL}
    for of_period in counted.values():
        for one in of_period:
            occurring |= one.groups
    found = []
    for breakdown, group in sorted(occurring):
        mine = [one for one in counted[period] if (breakdown, group) in one.groups]
        found.append(
            {
                "indicator": indicator.id,
                "basis": period.basis,
                "period": period.name,
                "breakdown": breakdown,
                "group": group,
                **measured(indicator, mine, rows.world, period, authority),
                "maturity": maturity(indicator, rows.world, period, mine),
            }
        )
    return found


def measured(indicator: Indicator, mine: list[Counted], world: World, period: Period, authority: str) -> Figure:
    """Numerator, denominator, value and status of the rows of one period and group."""
    upper = [one for one in mine if one.in_numerator]
    if indicator.kind in ("count", "distinct"):
        return result(size(indicator, upper), None, Fraction(size(indicator, upper)), "calculated")
    if indicator.kind == "share":
        return divided(size(indicator, upper), size(indicator, mine), scale_of(indicator))
    if indicator.kind == "rate":
        people = population(world, authority, period)
        if people is None:
            return result(size(indicator, upper), None, None, "not_available")
        return divided(size(indicator, upper), people, scale_of(indicator))
    return of_amounts(indicator, sorted(one.amount for one in mine if one.amount is not None))


def of_amounts(indicator: Indicator, ordered: list[Decimal | int]) -> Figure:
    """An average keeps its sum and the number of rows, a median the number of rows."""
    if indicator.kind == "average":
        return divided(sum(ordered), len(ordered), 1)
    if not ordered:
        return result(None, 0, None, "not_applicable")
    return result(None, len(ordered), median(ordered), "calculated")


def scale_of(indicator: Indicator) -> int:
    """What numerator / denominator is multiplied by to be in the indicator's unit."""
    return indicator.text.rate or (100 if indicator.unit == "percent" else 1)


def size(indicator: Indicator, mine: list[Counted]) -> int:
    """How many rows, or how many different known keys."""
    if indicator.distinct is None:
        return len(mine)
    return len({one.key for one in mine if one.key is not None})


def median(ordered: list[Decimal | int]) -> Fraction:
    """The middle of the ordered amounts, or half-way between the two in the middle."""
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return (Fraction(ordered[middle - 1]) + Fraction(ordered[middle])) / 2


def divided(numerator: Decimal | int, denominator: Decimal | int, scale: int) -> Figure:
    """A quotient; no denominator is not zero but not applicable."""
    if not denominator:
        return result(numerator, denominator, None, "not_applicable")
    return result(numerator, denominator, Fraction(numerator) * scale / Fraction(denominator), "calculated")


def result(numerator: Any, denominator: Any, value: Fraction | None, status: str) -> Figure:
    return {"numerator": numerator, "denominator": denominator, "value": value, "status": status}


def population(world: World, authority: str, period: Period) -> int | None:
    """Children aged 0 to 17 for a period: the estimate of the middle of the year before the financial year's end year."""
    year_ends_in = period.end.year + (1 if period.end.month >= 4 else 0)
    known = [
        row
        for row in world.tables["populations"]
        if row["authority"] == authority and row["mid_year"] <= year_ends_in - 1
    ]
    newest = max(known, key=lambda row: (row["mid_year"], row["vintage"] or ""), default=None)
    return newest["population"] if newest else None


def maturity(indicator: Indicator, world: World, period: Period, mine: list[Counted]) -> str:
    """Provisional while it may still change, of short history where the rule looks back before the records begin."""
    if period.end > world.run_as_at or any(one.unsettled for one in mine):
        return "provisional"
    looks_back, first = indicator.text.looks_back, first_day_of_records(indicator, world)
    # a flow looks back from the period's first day, a stock over the months up to its day, that day included
    looks_from = period.as_at(world.run_as_at) + dt.timedelta(1) if indicator.is_stock else period.start
    if looks_back is not None and first is not None and looks_from < world.call("months_after", first, looks_back):
        return "short_history"
    return "final"


def first_day_of_records(indicator: Indicator, world: World) -> dt.date | None:
    """The earliest dating day in the table that the record set's rows are records of; None where it has no dating column."""
    assert indicator.record_set is not None
    base = indicator.record_set.text.base
    begins = world.begins[base]
    days = [row[begins] for row in world.tables[base] if begins is not None and row[begins] is not None]
    return min((day.date() if isinstance(day, dt.datetime) else day for day in days), default=None)


def ratio_figures(
    indicator: Indicator, known: Mapping[str, Indicator], rows: Rows, periods: list[Period], grid: Grid, authority: str
) -> list[Figure]:
    """One indicator's numerator over another's, for the groups that the other one (a ratio's denominator) has."""
    ratio = indicator.text.ratio
    assert ratio is not None
    parts = []
    for part in (known[ratio.of], known[ratio.to]):
        own = [period for period in grid.periods if period.basis != "week" or part.text.weeks]
        counted = {period: counted_rows(part, rows, period) for period in own}
        figures = [figure for period in periods for figure in figures_of(part, rows, period, counted, authority)]
        parts.append({tuple(figure[name] for name in PLACE): figure for figure in figures})
    above, below = parts
    found = []
    for place, under in below.items():
        breakdown = place[2]
        if breakdown != "all" and breakdown not in indicator.breakdowns:
            continue
        period = next(one for one in periods if (one.basis, one.name) == (under["basis"], under["period"]))
        of_no_rows = maturity(known[ratio.of], rows.world, period, [])
        over = above.get(place, {"numerator": 0, "maturity": of_no_rows})
        both = {over["maturity"], under["maturity"]}
        found.append(
            {
                **under,
                "indicator": indicator.id,
                **divided(over["numerator"], under["numerator"], scale_of(indicator)),
                "maturity": next((m for m in ("provisional", "short_history") if m in both), "final"),
            }
        )
    return found
