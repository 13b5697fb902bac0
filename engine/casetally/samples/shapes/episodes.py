"""Why: returns tell a child's time in care as episodes, a new one whenever the placement or the legal status changes.

The data model keeps periods of care, placements and legal statuses apart; three of the shapes need them laid over one another.
"""

from __future__ import annotations

import polars as pl

from casetally.samples.shapes.records import Records

_PERIOD = ("care_period_id", "child_id", "period_from", "period_to", "end_reason", "primary_need")
_CONTINUES = "X1"


def care_episodes(records: Records) -> pl.DataFrame:
    """One row per episode, by period and start.

    `care_period_id`, `child_id`, `period_from`, `started_on`, `ended_on` (null while it lasts), `reason` (X1 where care goes on),
    `start_reason` (RNE: S, L, P, T, B, U), `status`, `primary_need`, the columns of its placement, and `number` from 1 within the
    period. Days of care on which no placement or status is known have neither.
    """
    periods = records.table("care_periods").rename({"started_on": "period_from", "ended_on": "period_to"})
    periods = periods.select(_PERIOD).filter(pl.col("period_from").is_not_null())
    placements = _in_period(records.table("placements"), periods, "care_period_id")
    statuses = _in_period(records.table("legal_statuses"), periods, "child_id")
    days = _turning_days(periods, placements, statuses)
    days = _with(days, placements, _PLACEMENT)
    days = _with(days, statuses, ("status",))
    return _as_episodes(days)


_PLACEMENT = (
    *("placement_id", "type", "provider", "urn", "distance_miles", "in_authority", "change_reason", "carer_id"),
    "placement_to",
)


def _in_period(spells: pl.DataFrame, periods: pl.DataFrame, by: str) -> pl.DataFrame:
    """The spells that begin within a period of care of theirs, with that period."""
    spells = spells.rename({"started_on": "day", "ended_on": "until"}).filter(pl.col("day").is_not_null())
    spells = spells.with_columns(pl.col("until").alias("placement_to"))
    joined = spells.drop([name for name in ("care_period_id", "child_id") if name != by and name in spells.columns])
    met = joined.join(periods, on=by, how="inner")
    within = (
        pl.col("period_to").is_null() | (pl.col("day") < pl.col("period_to")) | (pl.col("day") == pl.col("period_from"))
    )
    reaches = (
        pl.col("until").is_null() | (pl.col("until") > pl.col("period_from")) | (pl.col("day") >= pl.col("period_from"))
    )
    # a status may have begun before care did
    return met.filter(within & reaches).with_columns(pl.max_horizontal("day", "period_from").alias("day"))


def _turning_days(periods: pl.DataFrame, *spells: pl.DataFrame) -> pl.DataFrame:
    """Every day of a period on which something begins or ends, the period's first day among them."""
    days = [periods.select("care_period_id", pl.col("period_from").alias("day"))]
    for frame in spells:
        days += [frame.select("care_period_id", pl.col(name).alias("day")) for name in ("day", "until")]
    every = pl.concat(days).drop_nulls().unique().join(periods, on="care_period_id")
    before_end = (
        pl.col("period_to").is_null() | (pl.col("day") < pl.col("period_to")) | (pl.col("day") == pl.col("period_from"))
    )
    return every.filter((pl.col("day") >= pl.col("period_from")) & before_end).sort("care_period_id", "day")


def _with(days: pl.DataFrame, spells: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The columns of the spell that runs on each day, the latest begun of several."""
    ranked = spells.sort("care_period_id", "day", "until", nulls_last=True).select(
        "care_period_id", "day", "until", *columns
    )
    latest = ranked.unique(["care_period_id", "day"], keep="last", maintain_order=True).sort("day", maintain_order=True)
    met = days.sort("day", maintain_order=True).join_asof(latest, on="day", by="care_period_id", check_sortedness=False)
    runs = pl.col("until").is_null() | (pl.col("until") > pl.col("day")) | (pl.col("until") == pl.col("period_to"))
    return met.with_columns(pl.when(runs).then(pl.col(name)).alias(name) for name in columns).drop("until")


def _as_episodes(days: pl.DataFrame) -> pl.DataFrame:
    days = days.sort("child_id", "period_from", "care_period_id", "day")
    period = pl.col("care_period_id")
    moved = pl.col("placement_id").ne_missing(pl.col("placement_id").shift(1).over(period))
    ruled = pl.col("status").ne_missing(pl.col("status").shift(1).over(period))
    first = pl.col("day") == pl.col("period_from")
    same_carer = (pl.col("carer_id") == pl.col("carer_id").shift(1).over(period)).fill_null(value=False)
    days = days.with_columns(
        moved.alias("_moved"), ruled.alias("_ruled"), first.alias("_first"), same_carer.alias("_same")
    )
    days = days.filter(pl.col("_first") | pl.col("_moved") | pl.col("_ruled"))
    following = pl.col("day").shift(-1).over(period)
    stays = (pl.col("placement_id") == pl.col("placement_id").shift(-1).over(period)).fill_null(value=False)
    return days.select(
        "care_period_id",
        "child_id",
        "period_from",
        pl.col("day").alias("started_on"),
        pl.coalesce(following, "period_to").alias("ended_on"),
        pl.when(following.is_not_null()).then(pl.lit(_CONTINUES)).otherwise("end_reason").alias("reason"),
        _start_reason().alias("start_reason"),
        *(
            "status",
            "primary_need",
            "placement_id",
            "type",
            "provider",
            "urn",
            "distance_miles",
            "in_authority",
            "carer_id",
        ),
        pl.when(~stays).then("change_reason").alias("change_reason"),
        pl.int_range(1, pl.len() + 1).over(period).alias("number"),
    )


def _start_reason() -> pl.Expr:
    """S starts care; L status; P placement and carer, T placement, same carer; B and U the same with a new status."""
    alone = pl.when("_same").then(pl.lit("T")).otherwise(pl.lit("P"))
    both = pl.when("_same").then(pl.lit("U")).otherwise(pl.lit("B"))
    return (
        pl.when("_first").then(pl.lit("S"))
        .when(pl.col("_moved") & pl.col("_ruled")).then(both)
        .when("_moved").then(alone)
        .otherwise(pl.lit("L"))
    )  # fmt: skip
