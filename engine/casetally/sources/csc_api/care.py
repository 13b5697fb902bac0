"""Why: what the API calls a placement is what the SSDA903 calls an episode; figures need placements and periods of care.

A new one begins whenever the legal status, the placement or the carer changes, and its start reason says which (S starts
care; P and B a new carer; L, T and U the same carer). So a period of care is a run of them without a break and a placement
a run of them with one carer. Source: the API's description of child_looked_after_placements; the SSDA903 guide for reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from casetally.sources.building import numbered, table_of
from casetally.sources.csc_api.merged import Standing
from casetally.sources.dates import iso_days
from casetally.sources.delivery import SourceTable

_NEW_CARER = ("S", "P", "B")
_SAME_CARER = ("L", "T", "U")
_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_CONTINUES = "X1"
_OPEN = pl.lit("9999-12-31").str.to_date()


@dataclass(frozen=True)
class Care:
    """`periods`: child, care_period_id, started and ended (dates), reason. `tables`: care_periods and placements."""

    tables: tuple[SourceTable, ...]
    periods: pl.DataFrame
    rows: pl.DataFrame


def read_care(told: Standing) -> Care:
    """Periods of care and placements. Where a start can't be read the building block is a placement and a period of its own, for
    the checks to set aside.
    """
    blocks = _with_days(told.frame)
    dated = _in_runs(blocks.filter(pl.col("_start").is_not_null()))
    undated = blocks.filter(pl.col("_start").is_null())
    periods = _periods(dated)
    dated = dated.join(periods.select("_period", "care_period_id"), on="_period", how="left", maintain_order="left")
    placements = _placements(dated, undated).with_row_index("_record")
    first = dated.group_by("_placement").agg(pl.col("_key"))
    of_key = pl.concat([
        first.join(placements.select("_placement", "_record"), on="_placement").explode("_key").select("_key", "_record"),
        undated.join(placements.select("placement_id", "_record", "_key"), on="_key").select("_key", "_record"),
    ])  # fmt: skip
    made = periods.with_row_index("_record").select(
        "care_period_id", pl.col("child").alias("child_id"), pl.col("started").alias("started_on"),
        pl.col("ended").alias("ended_on"), pl.col("reason").alias("end_reason"), "_record", "_file", "_row",
    )  # fmt: skip
    tables = (table_of("care_periods", made), table_of("placements", placements))
    return Care(tables, periods, pl.concat([told.gone, told.carried(of_key, "placements")]))


def _with_days(blocks: pl.DataFrame) -> pl.DataFrame:
    codes = ("start_reason", "placement_type", "end_reason", "change_reason")
    return blocks.with_columns(
        *(pl.col(code).str.to_uppercase() for code in codes),
        iso_days(blocks["start_date"]).str.to_date("%Y-%m-%d", strict=False).alias("_start"),
        iso_days(blocks["end_date"]).str.to_date("%Y-%m-%d", strict=False).alias("_end"),
    )


def _in_runs(blocks: pl.DataFrame) -> pl.DataFrame:
    """Each child's building blocks in order, with the number of their period of care (`_period`) and placement (`_placement`).

    `_until` is the end that counts: an open block ends where the next begins.
    """
    restarts = (pl.col("start_reason") != "S").fill_null(value=True)
    blocks = blocks.with_columns(restarts.alias("_restart")).sort(
        "child", "_start", pl.col("_end").fill_null(_OPEN), "_restart", "id", maintain_order=True
    )
    following = pl.col("_start").shift(-1).over("child")
    blocks = blocks.with_columns(pl.coalesce("_end", following).alias("_until"))
    goes_on = (pl.col("end_reason") == _CONTINUES).fill_null(value=True) | pl.col("_end").is_null()
    # the latest end so far and, in its last bit, whether care went on there
    reach = pl.col("_until").fill_null(_OPEN).dt.epoch("d").cast(pl.Int64) * 2 + goes_on.cast(pl.Int64)
    before = reach.cum_max().shift(1).over("child")
    ended = pl.from_epoch(before // 2, time_unit="d")
    starts = (pl.col("start_reason") == "S").fill_null(value=False)
    broken = (pl.col("_start") > ended) & (starts | (before % 2 == 0))
    broken |= (pl.col("_start") == ended) & starts & (before % 2 == 0)
    blocks = blocks.with_columns((before.is_null() | broken).fill_null(value=True).cum_sum().alias("_period"))
    same_period = pl.col("_period") == pl.col("_period").shift(1)
    follows = (same_period & (pl.col("_start") == pl.col("_until").shift(1))).fill_null(value=False)
    other = pl.col("placement_type").ne_missing(pl.col("placement_type").shift(1))
    moved = pl.when(pl.col("start_reason").is_in(_NEW_CARER)).then(True).when(pl.col("start_reason").is_in(_SAME_CARER))
    return blocks.with_columns((~follows | moved.then(False).otherwise(other)).cum_sum().alias("_placement"))


def _periods(blocks: pl.DataFrame) -> pl.DataFrame:
    """One row a period of care: its dates and, where it ended, why."""
    until = pl.col("_until").fill_null(_OPEN)
    why = pl.when(pl.col("end_reason") != _CONTINUES).then("end_reason")
    periods = blocks.group_by("_period", maintain_order=True).agg(
        pl.col("child", "_start").first(),
        until.max().alias("_last"),
        why.filter(until == until.max()).drop_nulls().last().alias("reason"),
        pl.col("_file", "_row").first(),
    )
    open_still = pl.col("_last") == _OPEN
    named = pl.concat_str([pl.col("child"), pl.col("_start").cast(pl.String)], separator="-")
    return periods.with_columns(
        pl.when(~open_still).then("_last").alias("ended"),
        pl.when(~open_still).then("reason").alias("reason"),
        numbered(named, ["child", "_start"]).alias("care_period_id"),
    ).rename({"_start": "started"})


def _placements(blocks: pl.DataFrame, undated: pl.DataFrame) -> pl.DataFrame:
    """One row a placement under the id of its first block; type is that of its last one that is no temporary move, and the reason
    for the change that of its last.
    """
    lasting = pl.when(~pl.col("placement_type").is_in(_TEMPORARY)).then("placement_type")
    made = blocks.group_by("_placement", maintain_order=True).agg(
        pl.col("id").first().alias("placement_id"), pl.col("care_period_id").first(), pl.col("child").first().alias("child_id"),
        pl.col("_start").first().cast(pl.String).alias("started_on"),
        _written_end().last().alias("ended_on"),
        pl.coalesce(lasting.drop_nulls().last(), pl.col("placement_type").last()).alias("type"),
        pl.col("change_reason").last(),
        pl.col("_file", "_row", "_key").first(),
    )  # fmt: skip
    rest = undated.select(
        pl.lit(None, dtype=made.schema["_placement"]).alias("_placement"), pl.col("id").alias("placement_id"),
        pl.lit(None, dtype=pl.String).alias("care_period_id"), pl.col("child").alias("child_id"),
        pl.col("start_date").alias("started_on"), pl.col("end_date").alias("ended_on"),
        pl.col("placement_type").alias("type"), "change_reason", "_file", "_row", "_key",
    )  # fmt: skip
    return pl.concat([made, rest]).sort("child_id", "started_on", "placement_id", nulls_last=True, maintain_order=True)


def _written_end() -> pl.Expr:
    """The end that counts; one that can't be read stays as written, for the checks to say."""
    return pl.coalesce(
        pl.when(pl.col("_end").is_null() & pl.col("end_date").is_not_null()).then("end_date"),
        pl.col("_until").cast(pl.String),
    )
