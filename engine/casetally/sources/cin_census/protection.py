"""Why: what protects a child is told in three places of a census: enquiries with their conferences, transfers in, and plans.

A conference is no element of its own. `Section47/DateOfInitialCPC` is the conference that the enquiry led to;
`CINdetails/DateOfInitialCPC` is the one that takes over a child who was on another authority's plan. A date told in both places is
one conference, the enquiry's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, numbered, table_of
from casetally.sources.cin_census.copies import Copies, Kind, as_day, id_of, settle
from casetally.sources.cin_census.episodes import apart, blank_value, lost_parent, with_referral
from casetally.sources.cin_census.fates import fates
from casetally.sources.code_words import coded

ENQUIRY = Kind(
    "Section47", "s47_enquiries", "started_on", "started_on", "enquiry_id", "section 47 enquiry", "S47ActualStartDate",
    "S47ActualStartDate",
)  # fmt: skip
PLAN = Kind(
    "ChildProtectionPlans", "cp_plans", "started_on", "ended_on", "plan_id", "child protection plan", "CPPstartDate",
    "CPPendDate",
)  # fmt: skip
_FLAGS = {"1": "yes", "true": "yes", "Y": "yes", "0": "no", "false": "no", "N": "no"}


def read_protection(frames: Mapping[str, pl.DataFrame], referrals: Copies, since: dt.date) -> Made:
    """Enquiries, initial conferences, child protection plans and their reviews."""
    enquiries = settle(with_referral(frames["Section47"], referrals), ENQUIRY)
    plans = settle(with_referral(frames["ChildProtectionPlans"], referrals), PLAN, [frames["CPPreviewDate"]])
    conferences = _conferences(enquiries, referrals, plans)
    reviews = _read_reviews(frames["CPPreviewDate"], plans, since)
    tables = (
        table_of("s47_enquiries", _enquiries(enquiries), since=since),
        table_of("cp_conferences", conferences, since=since),
        table_of("cp_plans", _plans(plans, conferences), since=since),
        *reviews.tables,
    )
    said = [enquiries.findings, _doubts(enquiries, referrals), plans.findings, reviews.findings]
    return Made(tables, pl.concat([enquiries.rows, plans.rows, reviews.rows]), pl.concat(said))


def _enquiries(copies: Copies) -> pl.DataFrame:
    """The outcome is told only where a conference was held and nothing denies it: why none was needed is not in the census."""
    held = pl.col("_conference_on").is_not_null() & (pl.col("_flag").fill_null("no") == "no")
    return _flagged(copies.standing).select(
        pl.col("_id").alias("enquiry_id"), "child_id", "referral_id", "started_on",
        pl.when(held).then(pl.lit("icpc")).alias("outcome"),
        "_record", "_file", "_row",
    )  # fmt: skip


def _flagged(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(coded(frame["_not_required"].cast(pl.String), _FLAGS).alias("_flag"))


def _doubts(enquiries: Copies, referrals: Copies) -> pl.DataFrame:
    """What is to be said of the conferences of enquiries; all of them are kept."""
    own = pl.col("_conference_on").is_not_null() & pl.col("_latest")
    told = referrals.every.filter(own).select(pl.col("_id").alias("referral_id"), pl.lit(value=True).alias("_also"))
    standing = _flagged(enquiries.standing.filter(pl.col("_conference_on").is_not_null()))
    standing = standing.join(told, on="referral_id", how="left", maintain_order="left")
    problems = (
        Problem(
            "cin_conference_not_required", "warning", "ICPCnotRequired",
            "The enquiry says that no initial conference was required, and gives the date of one; the conference is kept, the "
            "enquiry's outcome is not known.", pl.col("_flag") == "yes",
        ),
        Problem(
            "cin_conference_told_twice", "warning", "DateOfInitialCPC",
            "An initial conference is told both of the enquiry and of the referral around it, where only one of them should: the "
            "referral's is read as one that takes over another authority's plan, unless the days are the same.", pl.col("_also"),
        ),
        Problem(
            "cin_after_the_year", "warning", "DateOfInitialCPC",
            "The conference's date lies after the 31 March that the census speaks for; it is kept.",
            as_day("_conference_on") > pl.col("_end"),
        ),
    )  # fmt: skip
    return pl.concat([findings_of(standing, "cp_conferences", one, pl.col("child_id")) for one in problems])


def _conferences(enquiries: Copies, referrals: Copies, plans: Copies) -> pl.DataFrame:
    """One a child and day, with `_record`, `_file` and `_row` of the element that tells of it."""
    of_enquiries = enquiries.standing.filter(pl.col("_conference_on").is_not_null()).with_columns(
        pl.col("_id").alias("enquiry_id"), as_day("_conference_on").alias("_held")
    )
    # of several enquiries before one conference the latest led to it
    led = (pl.col("_start") <= pl.col("_held")).fill_null(value=False)
    of_enquiries = of_enquiries.sort(
        "child_id",
        "_conference_on",
        led,
        "_start",
        "_id",
        descending=[False, False, True, True, False],
        nulls_last=True,
    ).unique(["child_id", "_conference_on"], keep="first", maintain_order=True)
    told = referrals.every.filter(pl.col("_conference_on").is_not_null())
    latest = pl.col("_turn") == pl.col("_turn").max().over("_id")
    transfers = told.filter(latest).sort("child_id", "_conference_on", "_id")
    transfers = transfers.unique(["child_id", "_conference_on"], keep="first", maintain_order=True)
    transfers = transfers.join(of_enquiries, on=["child_id", "_conference_on"], how="anti", maintain_order="left")
    both = pl.concat([_as_conferences(of_enquiries, transfer_in=False), _as_conferences(transfers, transfer_in=True)])
    agreed = plans.standing.select(
        "child_id", pl.col("started_on").alias("held_on"), pl.lit("true").alias("plan_agreed")
    )
    both = both.join(agreed.unique(), on=["child_id", "held_on"], how="left", maintain_order="left")
    return both.sort("child_id", "held_on").with_columns(
        numbered(id_of(as_day("held_on")), ["child_id", as_day("held_on").cast(pl.String).fill_null("")]).alias("conference_id")
    ).with_row_index("_record").select("conference_id", pl.exclude("conference_id"))  # fmt: skip


def _as_conferences(frame: pl.DataFrame, *, transfer_in: bool) -> pl.DataFrame:
    none = pl.lit(None, dtype=pl.String)
    return frame.select(
        "child_id",
        (none if transfer_in else pl.col("enquiry_id")).alias("enquiry_id"),
        pl.col("_id").alias("referral_id") if transfer_in else pl.col("referral_id"),
        pl.lit("true" if transfer_in else "false").alias("transfer_in"),
        (none if transfer_in else pl.col("_target_on").cast(pl.String)).alias("supplied_target_on"),
        pl.col("_conference_on").alias("held_on"),
        "_file", "_row",
    )  # fmt: skip


def _plans(plans: Copies, conferences: pl.DataFrame) -> pl.DataFrame:
    """Each plan with the conference held on the day it began, if one is told."""
    held = conferences.select("conference_id", "child_id", pl.col("held_on").alias("started_on"))
    met = plans.standing.join(held, on=["child_id", "started_on"], how="left", maintain_order="left")
    return met.select(
        pl.col("_id").alias("plan_id"), "child_id", "referral_id", "conference_id", "started_on", "ended_on", "initial_category",
        "latest_category", "previous_plans", "_record", "_file", "_row",
    )  # fmt: skip


def _read_reviews(reviews: pl.DataFrame, plans: Copies, since: dt.date) -> Made:
    """The reviews of all copies of a plan together, one a day; the latest copy of each is believed."""
    known = plans.every.select(pl.col("_number").alias("_parent"), pl.col("_id").alias("plan_id"))
    problems = (
        blank_value("CPPreviewDate", "held_on"),
        lost_parent("CPPreviewDate", "plan_id", "child protection plan"),
        _late_review(),
    )
    reviews = reviews.join(known, on="_parent", how="left", maintain_order="left")
    bad, good, said = apart(reviews, "CPPreviewDate", problems)
    same = ["plan_id", "held_on"]
    good = good.sort(*same, "_turn", "_file", "_row").with_columns(
        (pl.col("_turn") == pl.col("_turn").max().over(same)).alias("_latest")
    )
    kept = good.filter("_latest").unique(same, keep="first", maintain_order=True)
    day = as_day("held_on").cast(pl.String).fill_null("unreadable")
    named = pl.concat_str([pl.col("plan_id"), day], separator="-")
    kept = kept.with_columns(numbered(named, ["plan_id", day]).alias("review_id")).with_row_index("_record")
    into = good.join(kept.select(*same, "_record"), on=same, how="left", maintain_order="left")
    carried = into.filter("_latest")
    rows = [
        fates(bad, "set_aside"), fates(into.filter(~pl.col("_latest")), "superseded"), fates(carried, "carried", "cp_reviews"),
    ]  # fmt: skip
    twice = findings_of(carried.filter(~pl.struct(same).is_first_distinct()), "cp_reviews", _TWICE, pl.col("child_id"))
    frame = kept.select("review_id", "child_id", "plan_id", "held_on", "_record", "_file", "_row")
    return Made((table_of("cp_reviews", frame, since=since),), pl.concat(rows), pl.concat([said, twice]))


def _late_review() -> Problem:
    says = "The review is dated after the day on which the census was made; correct the date."
    return Problem("cin_begins_after_the_census", "error", "CPPreviewDate", says, as_day("held_on") > pl.col("_made"))


_TWICE = Problem(
    "cin_review_twice", "warning", "CPPreviewDate",
    "The plan has another review on the same day; the two are taken as one.", pl.lit(True),
)  # fmt: skip
