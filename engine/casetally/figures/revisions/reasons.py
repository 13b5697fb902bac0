"""Why: a child's part of a difference names the records behind it: which table and record, which columns changed, how late it came.

Only rows and columns that the indicator reads are named (by lineage), and of a record never more than its key and its first day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.lineage import WHOLE_TABLE, needs_of, refinements_of
from casetally.figures.revisions.differences import AFTER, BEFORE, TableDifference
from casetally.figures.revisions.state import KnownState
from casetally.figures.revisions.steps import (
    CHANGED,
    LATE,
    NEWLY_SET_ASIDE,
    NO_LONGER_SET_ASIDE,
    TIME,
    WITHDRAWN,
    Telescope,
)
from casetally.records.keys import record_ids
from casetally.schemas import Table
from casetally.store.persons import person_ids

ROW_CAUSES = (WITHDRAWN, NEWLY_SET_ASIDE, NO_LONGER_SET_ASIDE, CHANGED, LATE, TIME)


@dataclass(frozen=True)
class Record:
    """A record behind a part. `columns`: those that changed; `begins`: its first day; `days_late`: from that day to the day on
    which it was first known, for a record that was recorded late.
    """

    table: str
    record: str
    columns: tuple[str, ...] = ()
    begins: dt.date | None = None
    days_late: int | None = None


@dataclass(frozen=True)
class Reasons:
    """The records that each step moved, of the tables and columns that one indicator reads, by the person they concern."""

    way: Telescope
    indicator: Indicator
    after: KnownState

    def of(self, cause: str, children: Iterable[str]) -> tuple[Record, ...]:
        """The records behind what a cause moved for these children, all identities of theirs included."""
        persons = sorted({self.person(child) for child in children})
        found = self._by_cause.get(cause, {})
        return tuple(dict.fromkeys(record for person in persons for record in found.get(person, ())))

    def person(self, child: str) -> str:
        return self._persons.get(child, child)

    @cached_property
    def _persons(self) -> Mapping[str, str]:
        """Whom each child is, by the links of both states."""
        links = [frame.select("child_id", "linked_child_id") for pieces in (self.way.first, self.way.last)
                 if (frame := pieces.frames.get("child_links")) is not None]  # fmt: skip
        pairs = [pair for frame in links for pair in frame.drop_nulls().iter_rows()]
        return dict(person_ids(pairs).iter_rows())

    @cached_property
    def _read(self) -> Mapping[str, frozenset[str]]:
        """The columns that the indicator reads, by table; what it needs to have at all, and what only refines it."""
        found: dict[str, set[str]] = {}
        for pieces in (self.way.first, self.way.last):
            one = pieces.library.indicators.get(self.indicator.id)
            for table, column in (needs_of(pieces.library, one) | refinements_of(pieces.library, one)) if one else ():
                found.setdefault(table, set()).update(() if column == WHOLE_TABLE else (column,))
        found.setdefault("child_links", set()).update(("child_id", "linked_child_id"))
        return {table: frozenset(columns) for table, columns in found.items()}

    @cached_property
    def _by_cause(self) -> Mapping[str, Mapping[str, list[Record]]]:
        found: dict[str, dict[str, list[Record]]] = {cause: {} for cause in ROW_CAUSES}
        for name in sorted(set(self._read) & set(self.way.differences)):
            one = self.way.differences[name]
            for cause, record, children in self._moved(one):
                for child in children:
                    found[cause].setdefault(self.person(child), []).append(record)
        return found

    def _moved(self, one: TableDifference) -> Iterator[tuple[str, Record, list[str]]]:
        """Every row of a table that a step moved, with the children it concerns."""
        yield from self._alone(one, WITHDRAWN, one.before, one.withdrawn)
        yield from self._alone(one, NEWLY_SET_ASIDE, one.before, one.newly_set_aside)
        yield from self._alone(one, NO_LONGER_SET_ASIDE, one.after, one.no_longer_set_aside)
        yield from self._alone(one, LATE, one.after, one.late)
        yield from self._alone(one, TIME, one.aligned, one.since)
        yield from self._both(one, CHANGED, one.changed)
        yield from self._both(one, TIME, self._ended(one))

    def _alone(
        self, one: TableDifference, cause: str, frame: pl.DataFrame, places: list[int]
    ) -> Iterator[tuple[str, Record, list[str]]]:
        rows = frame[places] if places else frame.clear()
        children = self._children(one.table, rows, self._other_tables(cause))
        nights = self._nights(rows, one.table) if cause == LATE else [None] * rows.height
        days = first_days(rows, one.table)
        for name, day, night, child in zip(self._names(rows, one.table), days, nights, children, strict=True):
            late = (night - day).days if day is not None and night is not None else None
            yield cause, Record(one.table.table, name, (), day, late), child

    def _nights(self, rows: pl.DataFrame, table: Table) -> list[dt.date | None]:
        """The night on which each row was first known; that of the later state where nothing says an earlier one."""
        if self.after.nights_known is None or rows.is_empty():
            return [self.after.day_known] * rows.height
        known = self.after.nights_known(table).unique(table.key, keep="first", maintain_order=True)
        met = rows.select(table.key).join(known, on=table.key, how="left", nulls_equal=True, maintain_order="left")
        found: list[dt.date | None] = met["known_on"].fill_null(self.after.day_known).to_list()
        return found

    def _both(self, one: TableDifference, cause: str, pairs: pl.DataFrame) -> Iterator[tuple[str, Record, list[str]]]:
        """Rows that stand in both states and differ in a column that is read; of the children of either state."""
        read = self._read[one.table.table]
        before = one.before[pairs[BEFORE]]
        at = pairs[AFTER].fill_null(0)
        after = one.aligned[at] if one.aligned.height else one.before[pairs[BEFORE]]
        firsts, others = (self._children(one.table, rows, frames) for rows, frames in (
            (before, self.way.first.frames), (after, self.way.last.frames)))  # fmt: skip
        days, names = first_days(before, one.table), self._names(before, one.table)
        for row, columns in enumerate(pairs["columns"]):
            shown = tuple(name for name in columns if name in read)
            if shown:
                record = Record(one.table.table, names[row], shown, days[row])
                came = others[row] if pairs[AFTER][row] is not None else []
                yield cause, record, [*dict.fromkeys([*firsts[row], *came])]

    def _ended(self, one: TableDifference) -> pl.DataFrame:
        """Rows known before in which a day after the common day stands now: what happened to them since."""
        days = [name for name, column in one.table.columns.items() if column.type in ("date", "datetime")]
        if not days:
            return one.changed.clear()
        flags = pl.DataFrame([one.aligned[name].ne_missing(one.after[name]).alias(name) for name in days])
        moved = flags.select(pl.any_horizontal(days)).to_series().arg_true()
        known = set(moved.to_list()) - set(one.since) - set(one.late) - set(one.no_longer_set_aside)
        places = sorted(known)
        columns = [[name for name in days if flags[name][at]] for at in places]
        met = pl.DataFrame(
            {AFTER: places, "columns": columns}, schema={AFTER: pl.UInt32, "columns": pl.List(pl.String)}
        )
        return met.join(one.met, on=AFTER).select(BEFORE, AFTER, "columns")

    def _names(self, rows: pl.DataFrame, table: Table) -> list[str]:
        """The key of each row, without days (one of them may be a birthday)."""
        found: list[str] = record_ids(rows, table, self.way.first.library.schemas.codes).to_list()
        return found

    def _other_tables(self, cause: str) -> Mapping[str, pl.DataFrame]:
        return (self.way.first if cause in (WITHDRAWN, NEWLY_SET_ASIDE) else self.way.last).frames

    def _children(self, table: Table, rows: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> list[list[str]]:
        """The children that each row concerns: those it names, else that of the record it belongs to."""
        named = [
            name for name, column in table.columns.items() if name == "child_id" or column.references == "children"
        ]
        if named:
            return [[one for one in row if one is not None] for row in rows.select(named).iter_rows()]
        for name, column in table.columns.items():
            parent = frames.get(column.references or "")
            key = None if parent is None else _only_key(self.way.first.library.schemas.tables[str(column.references)])
            if parent is not None and key is not None and "child_id" in parent.columns:
                child = dict(parent.select(key, "child_id").iter_rows())
                return [[child[one]] if child.get(one) is not None else [] for one in rows[name]]
        return [[] for _ in range(rows.height)]


def _only_key(table: Table) -> str | None:
    return table.key[0] if len(table.key) == 1 else None


def first_days(rows: pl.DataFrame, table: Table) -> list[dt.date | None]:
    """The first day of each row; where a table has none, the first of its days that are not planned. Of a child no day is told."""
    days = [
        name for name, column in table.columns.items() if column.type in ("date", "datetime") and not column.planned
    ]
    if table.table == "children" or not (table.begins or days):
        return [None] * rows.height
    return rows[table.begins or days[0]].cast(pl.Date).to_list()
