"""Why: a change of definition is judged before it is made: every month as it is beside what it would be, and who comes and goes.

The rows, the calendar and the day are the same on both sides; only the definitions differ, so every difference is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.figures.diff import Difference, diff
from casetally.figures.revisions.between import indicators_defined_otherwise
from casetally.figures.revisions.contributions import (
    NOUGHT,
    Contributions,
    contributions_by_period,
    keyed_by,
)
from casetally.figures.revisions.seen import NOTHING, Seen, seen_figures
from casetally.figures.revisions.state import KnownState, Pieces
from casetally.periods import Period
from casetally.store.database import calendar_of

NEW, GONE, OTHERWISE = "new", "gone", "defined otherwise"
IMPACT_SCHEMA: dict[str, type[pl.DataType]] = {
    "indicator": pl.String, "change": pl.String, "month": pl.String, "numerator": pl.Float64, "denominator": pl.Float64,
    "value": pl.Float64, "status": pl.String, "proposed_numerator": pl.Float64, "proposed_denominator": pl.Float64,
    "proposed_value": pl.Float64, "proposed_status": pl.String, "come": pl.Int64, "go": pl.Int64, "otherwise": pl.Int64,
}  # fmt: skip
_PARTS = ("numerator", "denominator")


@dataclass(frozen=True)
class KeyMoved:
    """A child (or what else is counted) that a change of definition moves: it comes, goes, or counts otherwise."""

    key: str | None
    how: str  # come, go, otherwise
    numerator: Fraction
    denominator: Fraction


@dataclass(frozen=True)
class MonthImpact:
    """One month of one indicator, as it is and as proposed. `moved`: whom it moves; None where that can't be told (a ratio, a
    supplied figure, a figure that one of the two can't give).
    """

    period: Period
    now: Seen
    proposed: Seen
    moved: tuple[KeyMoved, ...] | None

    @property
    def alike(self) -> bool:
        return self.now == self.proposed and not self.moved

    def number_of(self, how: str) -> int | None:
        return None if self.moved is None else sum(one.how == how for one in self.moved)


@dataclass(frozen=True)
class Impact:
    """What a proposed change does to one indicator. `differences`: in what the two definitions differ, where both have it."""

    indicator: str
    change: str
    differences: tuple[Difference, ...]
    months: tuple[MonthImpact, ...]
    keyed_by: str


def impacts(
    state: KnownState, proposed: Library, periods: Sequence[Period], indicators: Iterable[str] | None = None
) -> list[Impact]:
    """What proposed definitions do to every indicator that they define otherwise (of those named, or of all), sorted by id."""
    changed = indicators_defined_otherwise(state.library, proposed)
    wanted = sorted(changed if indicators is None else changed & set(indicators))
    sides = [_side(state, library, wanted, periods) for library in (state.library, proposed)]
    return [_impact(name, state.library, proposed, sides, periods) for name in wanted]


@dataclass(frozen=True)
class _Side:
    """The figures of one set of definitions, and what each key brings to them."""

    seen: Mapping[tuple[str, str, str], Seen]
    brought: Mapping[str, Mapping[Period, Contributions]]

    def figure(self, name: str, period: Period) -> Seen:
        return self.seen.get((name, period.basis, period.name), NOTHING)


def _side(state: KnownState, library: Library, wanted: Sequence[str], periods: Sequence[Period]) -> _Side:
    store = state.store
    store.prepared.clear()  # tables made by other definitions lie under the same names
    pieces = Pieces({}, store.as_at, store.present, store.reach, calendar_of(store), library, state.authority,
                    state.vintage, ready=store)  # fmt: skip
    seen = seen_figures(pieces, wanted, periods)
    brought: dict[str, Mapping[Period, Contributions]] = {}
    for name in wanted:
        one = library.indicators.get(name)
        given = any(key[0] == name and figure.status != "not_available" for key, figure in seen.items())
        if one is not None and one.record_set is not None and given:
            brought[name] = contributions_by_period(pieces, one, periods)
    store.prepared.clear()
    return _Side(seen, brought)


def _impact(name: str, now: Library, proposed: Library, sides: Sequence[_Side], periods: Sequence[Period]) -> Impact:
    first, second = now.indicators.get(name), proposed.indicators.get(name)
    months = tuple(_month(name, period, sides) for period in periods)
    one = second or first
    assert one is not None
    if first is None or second is None:
        return Impact(name, NEW if first is None else GONE, (), months, _key(one))
    return Impact(name, OTHERWISE, tuple(_differences(now, proposed, first, second)), months, _key(one))


def _differences(now: Library, proposed: Library, first: Indicator, second: Indicator) -> Iterator[Difference]:
    """In what two definitions differ: its own parts and limits, and the SQL of the rows it counts."""
    found = diff(now, first, second, other=proposed)
    yield from found
    yield from _sql_differences(now, proposed, first, second)


def _sql_differences(now: Library, proposed: Library, first: Indicator, second: Indicator) -> Iterator[Difference]:
    if first.record_set is None or second.record_set is None:
        return
    sets = [{one.name: one.canonical for one in library.record_sets_for([of.record_set.name])}
            for library, of in ((now, first), (proposed, second)) if of.record_set is not None]  # fmt: skip
    for name in sorted({*sets[0], *sets[1]}):
        if sets[0].get(name) != sets[1].get(name):
            yield Difference(f"rows of {name}", sets[0].get(name, ""), sets[1].get(name, ""))


def _key(one: Indicator) -> str:
    return keyed_by(one) if one.record_set is not None else ""


def _month(name: str, period: Period, sides: Sequence[_Side]) -> MonthImpact:
    first, second = (side.figure(name, period) for side in sides)
    brought = [side.brought.get(name, {}).get(period) for side in sides]
    if brought[0] is None or brought[1] is None:
        return MonthImpact(period, first, second, None)
    return MonthImpact(period, first, second, tuple(_moved(brought[0], brought[1])))


def _moved(now: Contributions, proposed: Contributions) -> Iterator[KeyMoved]:
    keys = {*now.by_key, *proposed.by_key}
    for key in sorted(keys, key=lambda one: (one is None, one or "")):
        one, other = now.by_key.get(key), proposed.by_key.get(key)
        if one == other:
            continue
        top, below = (
            ((getattr(other, part) if other else None) or NOUGHT) - ((getattr(one, part) if one else None) or NOUGHT)
            for part in _PARTS
        )
        yield KeyMoved(key, "come" if one is None else "go" if other is None else "otherwise", top, below)


def frame_of(found: Iterable[Impact]) -> pl.DataFrame:
    """Impacts as a frame of IMPACT_SCHEMA, a line for each indicator and month."""
    rows = [
        (one.indicator, one.change, month.period.name, *_numbers(month.now), *_numbers(month.proposed),
         *(month.number_of(how) for how in ("come", "go", "otherwise")))
        for one in found for month in one.months
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=IMPACT_SCHEMA, orient="row")


def _numbers(seen: Seen) -> tuple[float | None, float | None, float | None, str]:
    top, below, value = (None if one is None else float(one) for one in (seen.numerator, seen.denominator, seen.value))
    return top, below, value, seen.status
