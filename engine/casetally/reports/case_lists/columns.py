"""Why: a list that leaves the performance team holds of a child its id, dates and what is to be done, and nothing else.

Names are in no record here. A date of birth, and whatever else stands in the table of children, is left out by where a column comes
from and not by what it is called, so that definitions of one's own can't bring it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.lineage import needs_of_columns, refinements_of
from casetally.definitions.record_sets import RecordSet
from casetally.engines.duckdb import prepare
from casetally.engines.duckdb.prepare import UNKNOWN
from casetally.periods import grid_of, month
from casetally.store import Store
from casetally.store.layout import has_child

TEAM, WORKER, BY_HOLDER = "team", "worker_id", "by_holder"
_OF_NOBODY = ("child_id", "*")  # of the table of children: what may be told
_CLOCK = ("clock_starts_on", "clock_due_on", "clock_met_on", "working_days_taken")
_DATES = ("date", "datetime")
_MAY_BE_TEXT = ("team",)  # free text is not told, but the name of a team


def for_a_team(store: Store, library: Library, indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """Case list rows as a team gets them, the children in order.

    Columns: child_id, worker_id (who holds the child on the day the records speak for), the record's id, the clock's days, its
    other dates, why, file, row; `team`, whose row it is, and `by_holder`, whether that is so because its record names no team
    (rules: "Whose figure") and the team holds the child on that day.
    """
    told = _Told(store, library, indicator)
    held = rows.join(_persons(store, indicator, rows), on="child_id", how="left", maintain_order="left")
    held = held.join(current_holders(store, library), on="person_id", how="left", maintain_order="left")
    named = pl.col("team_group").fill_null(UNKNOWN)
    holder = "held_by" if WORKER not in told.ids() else WORKER  # a record that is of a worker names that one
    held = held.with_columns(
        pl.when(named == UNKNOWN).then(pl.col("held_in").fill_null(UNKNOWN)).otherwise(named).alias(TEAM),
        ((named == UNKNOWN) & pl.col("held_in").is_not_null()).alias(BY_HOLDER),
        pl.col(holder).alias(WORKER),
        pl.Series("why", [told.why(row) for row in rows.to_dicts()], dtype=pl.String),
    )
    clock = [name for name in told.clock() if name in held.columns]
    dates = [name for name in told.dates() if not any(held[name].equals(held[one]) for one in clock)]
    amount = ["amount"] if indicator.amount else []
    child, *record = told.ids()
    kept = (child, WORKER, *record, *clock, *dates, *amount, "why", "file", "row", TEAM, BY_HOLDER)
    return held.select(list(dict.fromkeys(kept))).sort("child_id", maintain_order=True)


def current_holders(store: Store, library: Library) -> pl.DataFrame:
    """`person_id`, `held_in`, `held_by`: the team and worker that hold each child on the day the records speak for."""
    prepare(store, library, grid_of(store.as_at, [month(store.as_at)]), ())
    return store.frame("SELECT person_id, team AS held_in, worker_id AS held_by FROM team_on_day WHERE day_number = 0")


def _persons(store: Store, indicator: Indicator, rows: pl.DataFrame) -> pl.DataFrame:
    """The person that each child of these rows is, linked identities being one."""
    assert indicator.record_set is not None
    tables = dict.fromkeys([indicator.record_set.text.base, "children", "allocations"])
    parts = [f'SELECT child_id, person_id FROM "{name}"' for name in tables if has_child(store.schemas.tables[name])]
    known = store.frame(" UNION ".join(parts))
    return known.unique(subset="child_id", keep="first").join(
        rows.select("child_id").unique(), on="child_id", how="semi"
    )


class _Told:
    """What of the rows of an indicator may be told."""

    def __init__(self, store: Store, library: Library, indicator: Indicator) -> None:
        assert indicator.record_set is not None
        self.indicator, self.record_set = indicator, indicator.record_set
        self.base = store.schemas.tables[indicator.record_set.text.base]
        self._unsure = any(_is_private(library, *one) for one in refinements_of(library, indicator))
        self._private = {name for name in self.record_set.types if _touches(library, self.record_set, name)}

    def _may_be_told(self, name: str) -> bool:
        return not self._unsure and name not in self._private

    def ids(self) -> list[str]:
        return ["child_id", *(name for name in self.record_set.text.id if self._may_be_told(name))]

    def dates(self) -> list[str]:
        """The dates and times that decide how a row counts."""
        own = self.record_set.types
        deciding = {
            name for part, one in self.indicator.parts().items() for name in one.columns if self._tells(part, name)
        }
        return [name for name in own if name in deciding and own[name] in _DATES and self._may_be_told(name)]

    def _tells(self, part: str, name: str) -> bool:
        """The days over which a stock's row stands are worth telling where a record holds them, not where we cut them."""
        return part not in ("open", "until") or name in self.base.columns

    def clock(self) -> list[str]:
        if self.indicator.clock is None:
            return []
        return [name for name in _CLOCK if name != "clock_starts_on" or self._clock_start_may_be_told()]

    def _clock_start_may_be_told(self) -> bool:
        clock = self.indicator.clock
        return clock is not None and all(map(self._may_be_told, clock.from_.columns))

    def why(self, row: Mapping[str, Any]) -> str:
        """Why a row counts as it does, less what may not be told."""
        says, share, when = str(row["why"]), self.indicator.share, self.indicator.when
        if self.indicator.clock is not None:
            return says if self._clock_start_may_be_told() else says.partition(":")[0]
        if share is not None and not all(map(self._may_be_told, share.columns)):
            facts = [f"{name} {_plain(row.get(name))}" for name in sorted(share.columns) if self._may_be_told(name)]
            return says.partition(":")[0] + (": " + ", ".join(facts) if facts else "")
        if share is None and when is not None and not all(map(self._may_be_told, when.columns)):
            return "counted"
        return says


def _touches(library: Library, record_set: RecordSet, name: str) -> bool:
    needed: Iterable[tuple[str, str]] = needs_of_columns(library, record_set, [name])
    return any(_is_private(library, table, column) for table, column in needed)


def _is_private(library: Library, table: str, column: str) -> bool:
    """Whether a column of the data model says who a child is, or is text that anything may stand in."""
    if table == "children":
        return column not in _OF_NOBODY
    found = library.schemas.tables[table].columns.get(column)
    return found is not None and found.type == "text" and column not in _MAY_BE_TEXT


def _plain(value: object) -> str:
    return "not recorded" if value is None else str(value)
