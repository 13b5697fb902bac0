"""Why: one state becomes another step by step, each step changing one thing, so that what a step moves is what that thing moved.

The causes stand in one visible order. A step that changes nothing is left out. Each state on the way is put together as an ordinary
store, and the last is the later state itself, so the parts of a difference sum to it exactly, whatever the order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import polars as pl

from casetally.definitions.library import Library
from casetally.figures.revisions.between import (
    indicators_defined_otherwise,
    indicators_with_other_limits,
    tables_behind,
    with_limits_of,
)
from casetally.figures.revisions.differences import (
    AFTER,
    BEFORE,
    OWN_STEP,
    TableDifference,
    all_differences,
    common_day,
    hidden_at,
)
from casetally.figures.revisions.state import KnownState, Pieces, pieces_of

T = TypeVar("T")

WITHDRAWN, NEWLY_SET_ASIDE, NO_LONGER_SET_ASIDE = "rows_withdrawn", "rows_newly_set_aside", "rows_no_longer_set_aside"
CHANGED, LATE, TIME = "rows_changed", "rows_recorded_late", "time_passed"
TOLD, POPULATIONS, CALENDAR = "what_the_source_tells", "populations", "calendar"
LIMITS, DEFINITION = "limit", "definition"

CAUSES: Mapping[str, str] = {
    WITHDRAWN: "rows withdrawn",
    NEWLY_SET_ASIDE: "rows newly set aside",
    NO_LONGER_SET_ASIDE: "rows no longer set aside",
    CHANGED: "rows changed",
    LATE: "rows recorded late",
    TIME: "time passed: what happened since",
    TOLD: "what the source tells",
    POPULATIONS: "population estimates",
    CALENDAR: "working-day calendar",
    LIMITS: "a limit",
    DEFINITION: "the definition",
}


_OF_EVERYBODY = frozenset({"children", "child_links", "allocations", "populations"})  # read by every pass


@dataclass(frozen=True)
class Step:
    """One thing that changed: the state before and after it. `touched`: the indicators it can move; None where it may move any."""

    cause: str
    before: Pieces
    after: Pieces
    touched: frozenset[str] | None


@dataclass(frozen=True)
class Telescope:
    """The steps from one state to another, and what became of each table's rows.

    `arrived` is what the steps make of the first state: the last one again, put together from its pieces.
    """

    first: Pieces
    last: Pieces
    arrived: Pieces
    day: dt.date  # the common day
    steps: tuple[Step, ...]
    differences: Mapping[str, TableDifference]

    def narrowed(self, indicators: Iterable[str]) -> Telescope:
        """The same steps with the rows of those tables alone that these indicators count from."""
        tables = _tables_of(indicators, self.first.library, self.last.library)
        ends = {id(pieces): pieces for one in self.steps for pieces in (one.before, one.after)}
        only = {
            at: _only(pieces, tables) for at, pieces in ends.items()
        }  # a state stays one, after a step and before the next
        steps = tuple(replace(one, before=only[id(one.before)], after=only[id(one.after)]) for one in self.steps)
        return replace(self, first=_only(self.first, tables), last=_only(self.last, tables), steps=steps)

    @contextmanager
    def opened(self) -> Iterator[Telescope]:
        """The same steps, each of their states an open store as long as this lasts, for whoever asks several things of each."""
        made: dict[int, Pieces] = {}

        def ready(pieces: Pieces) -> Pieces:
            if pieces.ready is not None:
                return pieces
            return made.setdefault(id(pieces), made.get(id(pieces)) or replace(pieces, ready=pieces.store()))

        try:
            steps = tuple(replace(step, before=ready(step.before), after=ready(step.after)) for step in self.steps)
            yield replace(self, steps=steps)
        finally:
            for pieces in made.values():
                if pieces.ready is not None:
                    pieces.ready.close()


def _tables_of(indicators: Iterable[str], *libraries: Library) -> frozenset[str]:
    """The tables that these indicators count from, by any of these definitions."""
    names = set(indicators)
    return _OF_EVERYBODY.union(*(
        tables_behind(one, name) for one in libraries for name in names & set(one.indicators)
    ))  # fmt: skip


def _only(pieces: Pieces, tables: frozenset[str]) -> Pieces:
    return replace(pieces, frames={name: frame for name, frame in pieces.frames.items() if name in tables})


@dataclass(frozen=True)
class _Way:
    """Two states on the way from one to the other."""

    now: Pieces
    last: Pieces
    day: dt.date
    differences: Mapping[str, TableDifference]
    gone: Mapping[str, set[int]] = field(default_factory=dict)  # places in `before` that stand no longer
    come: Mapping[str, list[pl.DataFrame]] = field(default_factory=dict)
    touched: frozenset[str] | None = None

    def with_rows(self, table_rows: Mapping[str, tuple[list[int], pl.DataFrame | None]]) -> _Way:
        """Without some of the first rows and with others, by table."""
        moved = {name: rows for name, rows in table_rows.items() if rows[0] or rows[1] is not None}
        if not moved:
            return self
        gone = {**self.gone, **{name: {*self.gone.get(name, ()), *places} for name, (places, _) in moved.items()}}
        come = dict(self.come)
        for name, (_, rows) in moved.items():
            come[name] = [*come.get(name, []), *([rows] if rows is not None else [])]
        frames = {**self.now.frames, **{name: self._frame(name, gone[name], come[name]) for name in moved}}
        return replace(self, now=replace(self.now, frames=frames, ready=None), gone=gone, come=come,
                       touched=self._reading(frozenset(moved)))  # fmt: skip

    def _frame(self, name: str, gone: set[int], come: list[pl.DataFrame]) -> pl.DataFrame:
        frame = self.differences[name].before
        stays = ~pl.Series(range(frame.height), dtype=pl.Int64).is_in(pl.Series(sorted(gone), dtype=pl.Int64).implode())
        return pl.concat([frame.filter(stays), *come])

    def _reading(self, tables: frozenset[str]) -> frozenset[str]:
        library = self.now.library
        return frozenset(name for name in library.indicators if tables & tables_behind(library, name))


def _went_back(way: _Way) -> _Way:
    """Where the later state speaks for an earlier day: first the earlier one as it stood on that day."""
    if way.day == way.now.as_at:
        return way
    frames = {**way.now.frames, **{name: one.before for name, one in way.differences.items()}}
    alone = set(frames) - set(way.differences) - OWN_STEP
    frames |= {name: hidden_at(frames[name], way.now.library.schemas.tables[name], way.day) for name in alone}
    return replace(way, now=replace(way.now, frames=frames, as_at=way.day, ready=None), touched=None)


def _withdrawn(way: _Way) -> _Way:
    return way.with_rows({name: (one.withdrawn, None) for name, one in way.differences.items()})


def _newly_set_aside(way: _Way) -> _Way:
    return way.with_rows({name: (one.newly_set_aside, None) for name, one in way.differences.items()})


def _no_longer_set_aside(way: _Way) -> _Way:
    return way.with_rows({name: ([], _some(one, one.no_longer_set_aside)) for name, one in way.differences.items()})


def _changed(way: _Way) -> _Way:
    return way.with_rows({
        name: (one.changed[BEFORE].to_list(), _some(one, one.changed[AFTER].drop_nulls().to_list()))
        for name, one in way.differences.items()
    })  # fmt: skip


def _recorded_late(way: _Way) -> _Way:
    return way.with_rows({name: ([], _some(one, one.late)) for name, one in way.differences.items()})


def _some(one: TableDifference, places: list[int]) -> pl.DataFrame | None:
    return one.after[places] if places else None


def _time_passed(way: _Way) -> _Way:
    """The day that the later state speaks for, and all that had happened by then."""
    since = any(one.since for one in way.differences.values())
    if way.now.as_at == way.last.as_at and not since:
        return way
    frames = {**way.now.frames, **{name: one.aligned for name, one in way.differences.items()}}
    return replace(way, now=replace(way.now, frames=frames, as_at=way.last.as_at, ready=None), touched=None)


def _told(way: _Way) -> _Way:
    """Tables and columns that the source has now, or has no longer, and how far it tells."""
    now, last = way.now, way.last
    present = _records_only(now.present), _records_only(last.present)
    if present[0] == present[1] and dict(now.reach) == dict(last.reach):
        return way
    frames = {**{name: last.frames[name] for name in _records_only(last.frames)},
              **{name: now.frames[name] for name in OWN_STEP & set(now.frames)}}  # fmt: skip
    told = {**present[1], **{name: now.present[name] for name in OWN_STEP & set(now.present)}}
    return replace(way, now=replace(now, frames=frames, present=told, reach=last.reach, ready=None), touched=None)


def _records_only(by_table: Mapping[str, T]) -> dict[str, T]:
    return {name: one for name, one in by_table.items() if name not in OWN_STEP}


def _populations(way: _Way) -> _Way:
    now, last = way.now, way.last
    same = all(_same_rows(now.frames.get(name), last.frames.get(name)) for name in OWN_STEP)
    if same and (now.authority, now.vintage) == (last.authority, last.vintage):
        return way
    frames = {**_records_only(now.frames), **{name: last.frames[name] for name in OWN_STEP & set(last.frames)}}
    present = {**_records_only(now.present), **{name: last.present[name] for name in OWN_STEP & set(last.present)}}
    other = replace(now, frames=frames, present=present, authority=last.authority, vintage=last.vintage, ready=None)
    return replace(way, now=other, touched=way._reading(OWN_STEP))


def _same_rows(one: pl.DataFrame | None, other: pl.DataFrame | None) -> bool:
    if one is None or other is None:
        return one is other
    content = [name for name in one.columns if not name.startswith("_")]
    return one.select(content).sort(content).equals(other.select(content).sort(content))


def _calendar(way: _Way) -> _Way:
    if way.now.calendar.days().equals(way.last.calendar.days()):
        return way
    return replace(way, now=replace(way.now, calendar=way.last.calendar, ready=None), touched=None)


def _limits(way: _Way) -> _Way:
    moved = indicators_with_other_limits(way.now.library, way.last.library)
    if not moved:
        return way
    library = with_limits_of(way.now.library, way.last.library)
    return replace(way, now=replace(way.now, library=library, ready=None), touched=moved)


def _definition(way: _Way) -> _Way:
    """Definitions that count otherwise. Only those whose fingerprint differs can move anything."""
    moved = indicators_defined_otherwise(way.now.library, way.last.library)
    if way.now.library is way.last.library or not moved:
        return way
    return replace(way, now=replace(way.now, library=way.last.library, ready=None), touched=moved)


PASSES: tuple[tuple[str, Callable[[_Way], _Way]], ...] = (
    (TIME, _went_back),  # only where the later state speaks for an earlier day
    (WITHDRAWN, _withdrawn),
    (NEWLY_SET_ASIDE, _newly_set_aside),
    (NO_LONGER_SET_ASIDE, _no_longer_set_aside),
    (CHANGED, _changed),
    (LATE, _recorded_late),
    (TIME, _time_passed),
    (TOLD, _told),
    (POPULATIONS, _populations),
    (CALENDAR, _calendar),
    (LIMITS, _limits),  # the earlier definitions with the later limits, then the later definitions
    (DEFINITION, _definition),
)


def telescope(before: KnownState, after: KnownState, indicators: Iterable[str] | None = None) -> Telescope:
    """The steps that lead from one state to another. The last step ends in the later state itself.

    `indicators`: where only these are asked about; the tables that none of them counts from are then not compared.
    """
    tables = None if indicators is None else _tables_of(indicators, before.library, after.library)
    first, last = pieces_of(before, tables), pieces_of(after, tables)
    differences = all_differences(before, after, first, last)
    way = _Way(first, last, common_day(before, after), differences)
    steps: list[Step] = []
    for cause, change in PASSES:
        changed = change(way)
        if changed is not way:
            steps.append(Step(cause, way.now, changed.now, changed.touched))
            way = changed
    if steps:
        steps[-1] = replace(steps[-1], after=last)
    return Telescope(first, last, way.now, way.day, tuple(steps), differences)
