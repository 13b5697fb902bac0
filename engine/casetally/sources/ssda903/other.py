"""Why: besides episodes and headers the return has reviews, health outcomes, missing episodes, asylum and social
workers.

Each function takes the rows of one file of all returns (columns of the collection, `_file`, `_row`, `_year`) and gives
the table that they make.
"""

from __future__ import annotations

import polars as pl

from casetally.sources.building import Made, Problem, lines, numbered, table_of
from casetally.sources.ssda903.files import day, year_end
from casetally.sources.ssda903.linked import bad_end, bad_start, findings_of, have, no_child, settle, warnings_of

_OUTCOMES = {
    "HEALTH_ASSESSMENT": "health_assessment",
    "TEETH_CHECK": "dental_check",
    "HEALTH_CHECK": "health_check",
    "IMMUNISATIONS": "immunisations",
    "SDQ_SCORE": "sdq_score",
    "SDQ_REASON": "sdq_reason",
    "CONVICTED": "convicted",
    "SUBSTANCE_MISUSE": "substance_misuse",
}


def read_reviews(frame: pl.DataFrame, periods: pl.DataFrame) -> Made:
    """Reviews, each in the period of care on its day (first and last day included; of two, the one that starts there).

    A review outside every known period is set aside, for the return tells nothing of the care that it reviewed.
    """
    table = "care_reviews"
    problems = (no_child(), *bad_start("REVIEW", "the review"))
    settled = settle(frame.with_columns(day("REVIEW").alias("_day")), table, ("CHILD", "_day"), problems)
    met = _with_period(settled.standing, periods)
    outside = met.filter(~pl.col("_within"))
    order = ["CHILD", "_day", *(["REVIEW_CODE"] if "REVIEW_CODE" in met.columns else [])]
    kept = met.filter("_within").sort(order, nulls_last=True, maintain_order=True).with_row_index("_record")
    twice = Problem(
        "ssda903_two_reviews_on_a_day",
        "warning",
        "REVIEW",
        "The return lists two different reviews of this child on one day; both are kept.",
        pl.len().over("CHILD", "_day") > 1,
    )
    review_id = numbered(pl.concat_str(["CHILD", pl.col("_day").cast(pl.String)], separator="-"), ["CHILD", "_day"])
    frame = kept.select(
        review_id.alias("review_id"),
        "care_period_id",
        pl.col("CHILD").alias("child_id"),
        pl.col("_day").alias("held_on"),
        have(kept, "REVIEW_CODE").alias("participation"),
        "_record",
        "_file",
        "_row",
    )
    rows = pl.concat([settled.gone, lines(outside, "set_aside"), lines(kept, "carried", table)])
    said = [settled.findings, findings_of(outside, table, _OUTSIDE_CARE), warnings_of(kept, table, (twice,))]
    return Made((table_of(table, frame),), rows, pl.concat(said))


def _with_period(reviews: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """The reviews with the latest period of care begun by their day, and `_within`: whether it had not ended before."""
    spells = periods.select("CHILD", "care_period_id", "started", "ended").sort("started", "CHILD")
    met = reviews.sort("_day", "CHILD", maintain_order=True).join_asof(
        spells, left_on="_day", right_on="started", by="CHILD", check_sortedness=False
    )
    within = pl.col("care_period_id").is_not_null() & (pl.col("ended").is_null() | (pl.col("_day") <= pl.col("ended")))
    return met.with_columns(within.fill_null(value=False).alias("_within"))


_OUTSIDE_CARE = Problem(
    "ssda903_review_outside_care",
    "error",
    "REVIEW",
    "The review was held on a day on which no episode in the returns shows the child in care.",
    pl.lit(True),
)


def read_outcomes(frame: pl.DataFrame) -> Made:
    """Health outcomes: one record for each child and return, dated 31 March of the year reported on."""
    table = "annual_health_outcomes"
    settled = settle(frame, table, ("CHILD", "_year"), (no_child(),))
    kept = settled.standing.sort("CHILD", "_year", maintain_order=True).with_row_index("_record")
    made = kept.select(
        pl.col("CHILD").alias("child_id"),
        year_end(pl.col("_year")).alias("year_ending"),
        *(pl.col(column).alias(name) for column, name in _OUTCOMES.items() if column in kept.columns),
        "_record",
        "_file",
        "_row",
    )
    rows = pl.concat([settled.gone, lines(kept, "carried", table)])
    return Made((table_of(table, made),), rows, settled.findings)


def read_missing(frame: pl.DataFrame) -> Made:
    """Missing and away episodes, to the day, for the return has no times.

    An open one comes again in the next return.
    """
    table = "missing_episodes"
    problems = (no_child(), *bad_start("MIS_START", "going missing"), *bad_end(frame, "MIS_END", "MIS_START", "return"))
    settled = settle(frame.with_columns(day("MIS_START").alias("_day")), table, ("CHILD", "_day"), problems)
    ended = day("MIS_END") if "MIS_END" in frame.columns else pl.lit(None, dtype=pl.Date)
    kept = settled.standing.with_columns(ended.alias("_end")).sort(
        "CHILD", "_day", "_end", nulls_last=True, maintain_order=True
    )
    kept = kept.with_row_index("_record")
    episode_id = numbered(pl.concat_str(["CHILD", pl.col("_day").cast(pl.String)], separator="-"), ["CHILD", "_day"])
    made = kept.select(
        episode_id.alias("episode_id"),
        pl.col("CHILD").alias("child_id"),
        have(kept, "MISSING").alias("type"),
        pl.col("_day").alias("started_at"),
        pl.col("_end").alias("ended_at"),
        "_record",
        "_file",
        "_row",
    )
    rows = pl.concat([settled.gone, lines(kept, "carried", table)])
    return Made((table_of(table, made),), rows, settled.findings)


def read_uasc(frame: pl.DataFrame, periods: pl.DataFrame) -> Made:
    """Spells as an unaccompanied asylum-seeking child: from the first known day in care to DUC, the date the status
    ceased.

    The return does not date the start; where the first known care begins after the status ceased, the start stays
    unknown.
    """
    table = "immigration_statuses"
    unreadable = Problem(
        "ssda903_unreadable_duc",
        "error",
        "DUC",
        "The date on which the status ceased can't be read; dd/mm/yyyy is expected.",
        pl.col("DUC").is_not_null() & day("DUC").is_null(),
    )
    settled = settle(frame, table, ("CHILD",), (no_child(), unreadable))
    care = periods.group_by("CHILD").agg(pl.col("started").min().alias("_care"))
    kept = settled.standing.join(care, on="CHILD", how="left").with_columns(day("DUC").alias("_end"))
    kept = kept.sort("CHILD", "_end", nulls_last=True, maintain_order=True).with_row_index("_record")
    known = pl.when(pl.col("_end").is_null() | (pl.col("_care") <= pl.col("_end"))).then("_care")
    made = kept.select(
        pl.col("CHILD").alias("child_id"),
        pl.lit("uasc").alias("status"),
        known.alias("started_on"),
        pl.col("_end").alias("ended_on"),
        "_record",
        "_file",
        "_row",
    )
    rows = pl.concat([settled.gone, lines(kept, "carried", table)])
    return Made((table_of(table, made),), rows, settled.findings)


def read_social_workers(frame: pl.DataFrame) -> Made:
    """Allocations of social workers (2024 on), and one worker a number; the return says nothing of their posts.

    It lists the workers of those looked after on 31 March: an open allocation that the next return does not list ends after it.
    """
    table = "allocations"
    problems = (
        no_child(),
        Problem("ssda903_no_sw_id", "error", "SW_ID", "The row has no worker's number.", pl.col("SW_ID").is_null()),
        *bad_start("SW_DECOM", "the allocation's start"),
        *bad_end(frame, "SW_DEC", "SW_DECOM", "its end"),
    )
    settled = settle(frame.with_columns(day("SW_DECOM").alias("_day")), table, ("CHILD", "SW_ID", "_day"), problems)
    ended = day("SW_DEC") if "SW_DEC" in frame.columns else pl.lit(None, dtype=pl.Date)
    told_on = pl.col("_year") < pl.lit(frame["_year"].max(), dtype=pl.Int32)
    no_longer = ended.is_null() & told_on
    kept = settled.standing.with_columns(
        pl.coalesce(ended, pl.when(no_longer).then(year_end(pl.col("_year")).dt.offset_by("1d"))).alias("_end"),
        no_longer.alias("_no_longer"),
    )
    kept = kept.sort("CHILD", "_day", "_end", "SW_ID", nulls_last=True, maintain_order=True).with_row_index("_record")
    allocation_id = numbered(pl.concat_str(["CHILD", pl.col("_day").cast(pl.String)], separator="-"), ["CHILD", "_day"])
    made = kept.select(
        allocation_id.alias("allocation_id"),
        pl.col("CHILD").alias("child_id"),
        pl.col("SW_ID").alias("worker_id"),
        pl.lit("social_worker").alias("role"),
        pl.col("_day").alias("started_on"),
        pl.col("_end").alias("ended_on"),
        have(kept, "SW_REASON").alias("change_reason"),
        "_record",
        "_file",
        "_row",
    )
    workers = kept.sort("SW_ID", "_day", "CHILD", maintain_order=True).unique(
        "SW_ID", keep="first", maintain_order=True
    )
    named = workers.drop("_record").with_row_index("_record")
    people = named.select(
        pl.col("SW_ID").alias("worker_id"), pl.lit("social_worker").alias("role"), "_record", "_file", "_row"
    )
    rows = pl.concat([settled.gone, lines(kept, "carried", table)])
    said = [settled.findings, findings_of(kept, table, _NO_LONGER_TOLD)]
    return Made((table_of(table, made), table_of("workers", people)), rows, pl.concat(said))


_NO_LONGER_TOLD = Problem(
    "ssda903_worker_no_longer_told",
    "note",
    "SW_DEC",
    "The allocation was open on 31 March, and no later return lists it; it is taken to end the day after.",
    pl.col("_no_longer"),
)
