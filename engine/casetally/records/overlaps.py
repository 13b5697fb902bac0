"""Why: a child is on one plan, or in one period of care, at a time; two at once would count the child twice.

Of two overlapping spells the later-starting one is set aside (rules: Measures). Spells are taken in the order of
their start and each is held against those that stay, so that every spell set aside overlaps one that counts, and no
two that count overlap.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from casetally.records.hold import Rule, broken, flag
from casetally.schemas import Spells, Table


def spell_failures(frame: pl.DataFrame, table: Table, standing: pl.Series) -> pl.DataFrame:
    """The spells that overlap an earlier one (`hold.FAILURE_COLUMNS`); only rows that are `standing` are compared.

    A spell covers the days from its start up to but not including its end, so one may end on the day another starts;
    without an end it covers all days that follow. Where the source has no ends at all, nothing can be said.
    """
    spells = table.spells
    if spells is None or not {spells.of, spells.from_, spells.until} <= set(frame.columns):
        return broken(frame.select("_record"), [])
    overlapping = set(_overlapping(_in_order(frame, table, spells, standing)))
    apart = pl.Series("apart", [at not in overlapping for at in range(frame.height)], dtype=pl.Boolean)
    says = f"It overlaps another row of {table.table} for the same child that started earlier or on the same day."
    rule = Rule("overlapping_spell", spells.overlap, "", says)
    return broken(apart.to_frame(), [flag("apart", rule)])


def _in_order(frame: pl.DataFrame, table: Table, spells: Spells, standing: pl.Series) -> pl.DataFrame:
    """The spells of whoever has two or more: `_at`, `who`, `kind`, `start`, `until`, by start, then key."""
    kind = pl.col(spells.apart).fill_null(False) if spells.apart in frame.columns else pl.lit(False)
    key = [name for name in table.key if name in frame.columns]
    several = (
        frame.with_row_index("_at")
        .filter(standing & frame[spells.of].is_not_null() & frame[spells.from_].is_not_null())
        .with_columns(kind.alias("_kind"))
        .filter(pl.struct(spells.of, "_kind").is_duplicated())
    )
    return several.sort([spells.from_, *key, "_file", "_row"], nulls_last=True).select(
        "_at",
        pl.col(spells.of).alias("who"),
        "_kind",
        pl.col(spells.from_).cast(pl.Date).alias("start"),
        pl.col(spells.until).cast(pl.Date).fill_null(dt.date.max).alias("until"),
    )


def _overlapping(spells: pl.DataFrame) -> list[int]:
    last: dict[
        tuple[str, bool], tuple[dt.date, dt.date]
    ] = {}  # the start and end of the longest-lasting spell that stays, by child
    found: list[int] = []
    for at, who, kind, start, until in spells.iter_rows():
        kept = last.get((who, kind))
        if kept and start < kept[1] and kept[0] < until:
            found.append(at)
        elif not kept or until > kept[1]:
            last[who, kind] = (start, until)
    return found
