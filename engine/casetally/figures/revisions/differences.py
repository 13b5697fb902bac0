"""Why: between two states a record was withdrawn, set aside, changed, recorded late or is news: one of these, and one only.

The later state is read as it stood on the common day (the earlier of the two as-at days), so that an end date which lies after that
day is no change but something that happened since. File, row and `person_id` are no content of a record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from casetally.figures.revisions.state import KnownState, Pieces
from casetally.records.as_at import hide_later, not_yet_known
from casetally.schemas import Table

BEFORE, AFTER = "_before_at", "_after_at"
OWN_STEP = frozenset({"populations"})  # a table that is a piece of its own, not records of anybody
_TIMES = "_times"


@dataclass(frozen=True)
class TableDifference:
    """What became of the rows of one table that both sources have.

    `before`: the earlier rows, `after`: the later ones, both as they stood on the common day, with all columns of the table.
    `aligned`: the later rows unhidden, with the columns that only one of the sources has as the earlier one told them.
    `withdrawn`, `newly_set_aside`: places in `before`. `no_longer_set_aside`, `late`: places in `after`. `changed`: places of both
    (`_before_at`, `_after_at`; the latter is null where the row now begins after the common day) and `columns`, the names of those
    that differ. `since`: places in `aligned` of rows that begin after the common day. `met`: the places of the
    records that stand in both.
    """

    table: Table
    key: tuple[str, ...]
    before: pl.DataFrame
    after: pl.DataFrame
    aligned: pl.DataFrame
    withdrawn: list[int]
    newly_set_aside: list[int]
    no_longer_set_aside: list[int]
    late: list[int]
    changed: pl.DataFrame
    since: list[int]
    met: pl.DataFrame


def common_day(before: KnownState, after: KnownState) -> dt.date:
    return min(before.store.as_at, after.store.as_at)


def hidden_at(frame: pl.DataFrame, table: Table, day: dt.date) -> pl.DataFrame:
    """The rows as they stood on a day, without those that begin after it."""
    return hide_later(frame.filter(~not_yet_known(frame, table, day)), table, day)


def all_differences(before: KnownState, after: KnownState, first: Pieces, last: Pieces) -> dict[str, TableDifference]:
    """What became of the rows of every table that both sources have. `first` and `last` are the two states taken apart."""
    both = sorted((set(first.frames) & set(last.frames)) - OWN_STEP)
    return {name: table_difference(before, after, name, first.frames[name], last.frames[name]) for name in both}


def table_difference(
    before: KnownState, after: KnownState, name: str, earlier: pl.DataFrame, later: pl.DataFrame
) -> TableDifference:
    """What became of the rows of one table."""
    table, day = before.store.schemas.tables[name], common_day(before, after)
    told = [
        column for column in table.columns
        if column in before.store.present[name] and column in after.store.present[name]
    ]  # fmt: skip
    one = hidden_at(earlier, table, day)
    begun = ~not_yet_known(later, table, day)
    other = hide_later(later, table, day)
    key = _sound_key(table, told, one, other.filter(begun))
    pairs = _paired(one, other.with_columns(_begun=begun), key or tuple(told), counted=not key)
    aligned = _aligned(later, one, pairs, table, told)
    hidden = hide_later(aligned, table, day)
    fates = _Fates(pairs, _hashes_in(before, name), _hashes_in(after, name), table)
    news = _news(aligned, table, told, day)
    gone, aside = fates.gone(one, after)
    back, late, since = fates.come(hidden, news, before)
    changed = fates.changed(one, hidden, told)
    return TableDifference(
        table, key or tuple(told), one, hidden, aligned, gone, aside, back, late, changed,
        sorted([*since, *aligned.with_row_index().filter(~begun)["index"]]),
        pairs.filter(pl.col("_begun")).drop_nulls(BEFORE).select(BEFORE, AFTER),
    )  # fmt: skip


def _sound_key(table: Table, told: Iterable[str], one: pl.DataFrame, other: pl.DataFrame) -> tuple[str, ...]:
    """The columns of the key that both sources have; none where they do not tell one row from another."""
    key = [name for name in table.key if name in told]
    if not key or any(frame.select(pl.struct(key).is_duplicated().any()).item() for frame in (one, other)):
        return ()
    return tuple(key)


def _paired(one: pl.DataFrame, other: pl.DataFrame, by: tuple[str, ...], *, counted: bool) -> pl.DataFrame:
    """`_before_at`, `_after_at` and `_begun` of every row of both, in one line where they are the same record.

    `counted`: the columns are no key but the whole content, and a content that stands twice is met twice. A row that begins later
    meets one that has begun only where no row that has begun does.
    """
    left = one.select(by).with_row_index(BEFORE)
    right = other.select(*by, "_begun").with_row_index(AFTER)
    on = list(by)
    if counted:
        left, right = (frame.with_columns(pl.int_range(pl.len()).over(by).alias(_TIMES)) for frame in (left, right))
        on.append(_TIMES)
        right = right.filter("_begun")
    else:
        right = right.sort("_begun", descending=True, maintain_order=True).unique(by, keep="first", maintain_order=True)
    joined = left.join(right, on=on, how="full", nulls_equal=True, coalesce=True)
    return joined.select(BEFORE, AFTER, "_begun").sort(BEFORE, AFTER, nulls_last=True)


def _aligned(
    later: pl.DataFrame, one: pl.DataFrame, pairs: pl.DataFrame, table: Table, told: list[str]
) -> pl.DataFrame:
    """The later rows with the columns that one of the sources lacks as the earlier one told them, null for rows it did not have."""
    others = [name for name in table.columns if name not in told]
    if not others:
        return later
    met = pairs.drop_nulls([BEFORE, AFTER]).select(BEFORE, AFTER)
    known = one.select(others).with_row_index(BEFORE).join(met, on=BEFORE).drop(BEFORE)
    placed = later.drop(others).with_row_index(AFTER).join(known, on=AFTER, how="left", maintain_order="left")
    return placed.select(later.columns)


def _hashes_in(state: KnownState, name: str) -> set[str]:
    return set(state.set_aside.filter(pl.col("table_name") == name)["key_hash"])


def _news(aligned: pl.DataFrame, table: Table, told: Iterable[str], day: dt.date) -> pl.Series:
    """Of a table whose rows have no first day: the rows all of whose days are later than the common day."""
    days = [
        name for name in told if table.columns[name].type in ("date", "datetime") and not table.columns[name].planned
    ]
    if table.begins in days or not days:
        return pl.Series("news", [False], dtype=pl.Boolean).new_from_index(0, aligned.height)
    return aligned.select(news=(pl.min_horizontal(pl.col(name).cast(pl.Date) for name in days) > day).fill_null(False))[
        "news"
    ]


@dataclass(frozen=True)
class _Fates:
    """Which of the rows that met, or met nothing, had which fate."""

    pairs: pl.DataFrame
    aside_before: set[str]
    aside_after: set[str]
    table: Table

    def gone(self, one: pl.DataFrame, after: KnownState) -> tuple[list[int], list[int]]:
        """Places in `one`: withdrawn, and newly set aside."""
        places = self.pairs.filter(pl.col(AFTER).is_null())[BEFORE]
        return self._parted(one, places, self.aside_after, after)

    def come(self, hidden: pl.DataFrame, news: pl.Series, before: KnownState) -> tuple[list[int], list[int], list[int]]:
        """Places in the later rows: no longer set aside, recorded late, and happened since though no first day says so."""
        places = self.pairs.filter(pl.col(BEFORE).is_null() & pl.col("_begun"))[AFTER]
        late, back = self._parted(hidden, places, self.aside_before, before)
        return back, [at for at in late if not news[at]], [at for at in late if news[at]]

    def _parted(
        self, frame: pl.DataFrame, places: pl.Series, aside: set[str], state: KnownState
    ) -> tuple[list[int], list[int]]:
        """The places not among those set aside in a state, and those among them."""
        if not aside or places.is_empty():
            return places.to_list(), []
        hashes = state.key_hash(frame[places], self.table.key)
        among = [one in aside for one in hashes]
        return (
            [at for at, inside in zip(places, among, strict=True) if not inside],
            [at for at, inside in zip(places, among, strict=True) if inside],
        )

    def changed(self, one: pl.DataFrame, hidden: pl.DataFrame, told: list[str]) -> pl.DataFrame:
        """The records that met and differ, with the columns in which they do."""
        met = self.pairs.drop_nulls([BEFORE, AFTER])
        left, right = one.select(told)[met[BEFORE]], hidden.select(told)[met[AFTER]]
        flags = pl.DataFrame([left[name].ne_missing(right[name]).alias(name) for name in told])
        kept = ~met["_begun"] | flags.select(pl.any_horizontal(told).alias("differs"))["differs"]
        columns = pl.Series(_names(flags.filter(kept)), dtype=pl.List(pl.String))
        return met.filter(kept).select(BEFORE, pl.when("_begun").then(pl.col(AFTER)).alias(AFTER), columns=columns)


def _names(flags: pl.DataFrame) -> list[list[str]]:
    """Of each row the names of the columns that are true."""
    found: list[list[str]] = [[] for _ in range(flags.height)]
    for name in flags.columns:
        for at in flags[name].arg_true():
            found[at].append(name)
    return found
