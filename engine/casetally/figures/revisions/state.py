"""Why: two states of knowledge are compared only when each is told in full: rows, day, calendar, definitions, what was set aside.

`KnownState` is what a store and its definitions say, as anybody opens them. `Pieces` is the same taken apart, so that one piece
after another can be taken from a later state; put together again it is an ordinary store, and its figures are made as any others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from casetally.calendar import Calendar
from casetally.definitions.library import Library
from casetally.records.set_aside import KEY_COLUMNS, key_hashes
from casetally.schemas import Table
from casetally.sources.delivery import Reach
from casetally.store import Store, store_of_frames
from casetally.store.database import calendar_of
from casetally.store.layout import ROW_COLUMNS

Frames = Mapping[str, pl.DataFrame]
KeyHash = Callable[[pl.DataFrame, Sequence[str]], pl.Series]
NightsKnown = Callable[[Table], pl.DataFrame]

NONE_SET_ASIDE = pl.DataFrame(schema=KEY_COLUMNS)


@dataclass(frozen=True)
class KnownState:
    """What was known at one time. `set_aside`: `table_name` and `key_hash` of the rows in error, hashed as `key_hash` does;
    `known_on`: the day on which it was known (the as-at day where nothing says another); `label` names it for people;
    `nights_known`: of a table its key and `known_on`, the night on which a record was first known since the state before;
    `forgotten`: how many children were known in it and have been forgotten since, so that nothing here tells of them.
    """

    store: Store
    library: Library
    set_aside: pl.DataFrame = field(default_factory=lambda: NONE_SET_ASIDE)
    authority: str = "unnamed"
    vintage: str | None = None
    known_on: dt.date | None = None
    key_hash: KeyHash = key_hashes
    nights_known: NightsKnown | None = None
    label: str = ""
    forgotten: int = 0

    @property
    def day_known(self) -> dt.date:
        return self.known_on or self.store.as_at


@dataclass(frozen=True)
class Pieces:
    """A state taken apart: every piece that decides a figure, and nothing else."""

    frames: Frames
    as_at: dt.date
    present: Mapping[str, frozenset[str]]
    reach: Mapping[str, Reach]
    calendar: Calendar
    library: Library
    authority: str
    vintage: str | None
    ready: Store | None = field(default=None, compare=False)  # a store that is open already and holds exactly this

    def store(self) -> Store:
        """The store of these pieces: the one that is open already, else one made in memory."""
        if self.ready is not None:
            return self.ready
        return store_of_frames(
            self.frames, self.library.schemas, self.calendar, self.as_at, present=self.present, reach=self.reach
        )

    def let_go(self, store: Store) -> None:
        """Close a store that `store()` made; one that was open before stays open."""
        if store is not self.ready:
            store.close()


def pieces_of(state: KnownState, tables: Collection[str] | None = None) -> Pieces:
    """A state taken apart. Its tables (or only those named) are read whole."""
    store = state.store
    return Pieces(
        rows_of(store, tables),
        store.as_at,
        store.present,
        store.reach,
        calendar_of(store),
        state.library,
        state.authority,
        state.vintage,
        ready=store,
    )


def rows_of(store: Store, tables: Collection[str] | None = None) -> dict[str, pl.DataFrame]:
    """The accepted rows of every table that the source has (of those named, where some are), without `person_id`, which follows
    from `child_links`.
    """
    wanted = store.schemas.tables if tables is None else tables
    return {
        name: rows_of_table(store, name)
        for name in sorted(store.present)
        if name in store.schemas.tables and name in wanted
    }


def rows_of_table(store: Store, table: str) -> pl.DataFrame:
    columns = ", ".join(f'"{name}"' for name in (*store.schemas.tables[table].columns, *ROW_COLUMNS))
    return store.frame(f'SELECT {columns} FROM store.main."{table}"')
