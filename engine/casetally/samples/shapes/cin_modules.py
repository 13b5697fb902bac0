"""Why: which records belong into which year's census, and into which episode of need, is decided before a line of it is written.

A record that names no referral, or one that is not there, belongs to the child's latest referral up to its day, else to the
first; a child without any referral can't be returned.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from casetally.samples.shapes.records import Records
from casetally.samples.shapes.years import Year

PLANS_SINCE = 2022  # dates of child in need plans are asked for since then


@dataclass(frozen=True)
class Modules:
    """What one year's census holds. All but `referrals`, `factors` and `reviews` have `episode`, the referral they belong to."""

    referrals: pl.DataFrame
    assessments: pl.DataFrame
    factors: pl.DataFrame
    cin_plans: pl.DataFrame
    enquiries: pl.DataFrame  # with the conference that followed: `target`, `conference_on`
    conferences_alone: pl.DataFrame  # those that followed no enquiry
    cp_plans: pl.DataFrame
    reviews: pl.DataFrame


def modules_of(records: Records, year: Year) -> Modules:
    """The records that belong into a year's census."""
    referrals = (
        records.table("referrals")
        .filter(pl.col("received_on") <= year.last)
        .sort("child_id", "received_on", "referral_id")
    )
    assessments = _placed(records, "assessments", "started_on").filter(year.runs("started_on", "completed_on"))
    cin_plans = _placed(records, "cin_plans", "started_on").filter(year.runs("started_on", "ended_on"))
    cp_plans = _placed(records, "cp_plans", "started_on").filter(
        year.runs("started_on", "ended_on") & pl.col("other_authority").ne_missing(other=True)
    )
    enquiries, alone = _enquiries(records, year)
    modules = (assessments, cin_plans if year.end >= PLANS_SINCE else cin_plans.clear(), enquiries, alone, cp_plans)
    named = pl.concat([frame.select("episode") for frame in modules]).unique()
    without_action = pl.col("no_further_action").fill_null(value=False) & pl.col("closed_on").is_null()
    open_in_year = (
        pl.when(without_action).then(year.holds("received_on")).otherwise(year.runs("received_on", "closed_on"))
    )
    return Modules(
        referrals.filter(open_in_year | pl.col("referral_id").is_in(named["episode"].implode())),
        *modules[:1],
        records.table("assessment_factors").sort("assessment_id", "factor"),
        *modules[1:],
        records.table("cp_reviews").filter(year.holds("held_on")).sort("plan_id", "held_on"),
    )


def _placed(records: Records, name: str, day: str) -> pl.DataFrame:
    """The rows of a table with `episode`: the referral they belong to."""
    rows = records.table(name).filter(pl.col(day).is_not_null()).with_row_index("_at")
    referrals = records.table("referrals").filter(pl.col("received_on").is_not_null())
    own = referrals.select(pl.col("referral_id"), "child_id", pl.col("referral_id").alias("_own")).unique("referral_id")
    by_child = referrals.select(
        "child_id", pl.col("referral_id").alias("_by_day"), pl.col("received_on").alias("_from")
    ).sort("_from")
    rows = rows.join(own, on=["referral_id", "child_id"], how="left", maintain_order="left")
    rows = rows.sort(day, maintain_order=True).join_asof(
        by_child, left_on=day, right_on="_from", by="child_id", check_sortedness=False
    )
    first = by_child.unique("child_id", keep="first", maintain_order=True).select(
        "child_id", pl.col("_by_day").alias("_first")
    )
    rows = rows.join(first, on="child_id", how="left", maintain_order="left").sort("_at")
    placed = rows.with_columns(pl.coalesce("_own", "_by_day", "_first").alias("episode"))
    return placed.filter(pl.col("episode").is_not_null()).sort("episode", day, "_at")


def _enquiries(records: Records, year: Year) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Enquiries begun in the year, still open in it, or whose conference was held in it; and conferences that followed none."""
    held = records.table("cp_conferences").filter(pl.col("held_on").is_not_null() & (pl.col("held_on") <= year.last))
    first = (
        held.filter(pl.col("enquiry_id").is_not_null())
        .sort("held_on", "conference_id")
        .unique("enquiry_id", keep="first")
    )
    enquiries = _placed(records, "s47_enquiries", "started_on").filter(pl.col("started_on") <= year.last)
    enquiries = enquiries.join(
        first.select(
            "enquiry_id", pl.col("held_on").alias("conference_on"), pl.col("supplied_target_on").alias("target")
        ),
        on="enquiry_id",
        how="left",
        maintain_order="left",
    )
    of_year = year.holds("started_on") | year.holds("conference_on") | (
        pl.col("conference_on").is_null() & year.runs("started_on", "completed_on")
    )  # fmt: skip
    known = enquiries.filter(of_year)
    alone = _placed(records, "cp_conferences", "held_on").filter(year.holds("held_on"))
    alone = alone.join(enquiries, on="enquiry_id", how="anti", maintain_order="left")
    return known, alone
