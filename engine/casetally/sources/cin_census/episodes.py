"""Why: a child in need is told as episodes, each opened by a referral; assessments and plans lie within them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, table_of
from casetally.sources.cin_census.copies import Copies, Kind, settle
from casetally.sources.cin_census.fates import fates
from casetally.sources.cin_census.layout import TABLES

REFERRAL = Kind(
    "CINdetails",
    "referrals",
    "received_on",
    "closed_on",
    "referral_id",
    "referral",
    "CINreferralDate",
    "CINclosureDate",
)
ASSESSMENT = Kind(
    "Assessments", "assessments", "started_on", "completed_on", "assessment_id", "assessment",
    "AssessmentActualStartDate", "AssessmentAuthorisationDate",
)  # fmt: skip
CIN_PLAN = Kind(
    "CINPlanDates", "cin_plans", "started_on", "ended_on", "plan_id", "child in need plan", "CINPlanStartDate", "CINPlanEndDate"
)  # fmt: skip


def read_referrals(frames: dict[str, pl.DataFrame], since: dt.date) -> tuple[Copies, Made]:
    """One referral for each `CINdetails`, its latest copy believed. `frames`: as `loading` leaves them; its own is taken out."""
    within = [frames[name] for name in ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans")]
    copies = settle(frames.pop("CINdetails"), REFERRAL, within)
    frame = copies.standing.select(
        pl.col("_id").alias("referral_id"), "child_id", "received_on", "source", "primary_need", "no_further_action", "closed_on",
        "close_reason", "_record", "_file", "_row",
    )  # fmt: skip
    made = Made((table_of("referrals", frame, since=since),), copies.rows, copies.findings)
    return replace(copies, standing=copies.standing.clear()), made


def with_referral(frame: pl.DataFrame, referrals: Copies) -> pl.DataFrame:
    """Rows that stand within `CINdetails`, with the id of the referral made of it; none where that is set aside."""
    known = referrals.every.select(pl.col("_number").alias("_parent"), pl.col("_id").alias("referral_id"))
    return frame.join(known, on="_parent", how="left", maintain_order="left")


def read_assessments(assessments: pl.DataFrame, factors: pl.DataFrame, referrals: Copies, since: dt.date) -> Made:
    """Assessments with the factors that their believed copies list."""
    copies = settle(with_referral(assessments, referrals), ASSESSMENT, [factors])
    frame = copies.standing.select(
        pl.col("_id").alias("assessment_id"),
        "child_id",
        "referral_id",
        "started_on",
        "completed_on",
        "_record",
        "_file",
        "_row",
    )
    of_factors = _read_factors(factors, copies, since)
    return Made(
        (table_of("assessments", frame, since=since), *of_factors.tables),
        pl.concat([copies.rows, of_factors.rows]),
        pl.concat([copies.findings, of_factors.findings]),
    )


def read_cin_plans(plans: pl.DataFrame, referrals: Copies, since: dt.date) -> Made:
    """Child in need plans (collected for the year to 31 March 2022 and later)."""
    copies = settle(with_referral(plans, referrals), CIN_PLAN)
    frame = copies.standing.select(
        pl.col("_id").alias("plan_id"), "child_id", "referral_id", "started_on", "ended_on", "_record", "_file", "_row"
    )
    return Made((table_of("cin_plans", frame, since=since),), copies.rows, copies.findings)


def _read_factors(factors: pl.DataFrame, assessments: Copies, since: dt.date) -> Made:
    known = assessments.every.select(
        pl.col("_number").alias("_parent"), pl.col("_id").alias("assessment_id"), pl.col("_latest").alias("_of_latest")
    )
    factors = factors.join(known, on="_parent", how="left", maintain_order="left")
    blank = blank_value("AssessmentFactors", "factor")
    lost = lost_parent("AssessmentFactors", "assessment_id", "assessment")
    bad, good, said = apart(factors, "AssessmentFactors", (blank, lost))
    kept = good.filter("_of_latest").sort("assessment_id", "factor", "_file", "_row").with_row_index("_record")
    gone = good.filter(~pl.col("_of_latest"))
    rows = [fates(bad, "set_aside"), fates(gone, "superseded"), fates(kept, "carried", "assessment_factors")]
    frame = kept.select("assessment_id", "factor", "_record", "_file", "_row")
    return Made((table_of("assessment_factors", frame, since=since),), pl.concat(rows), said)


def blank_value(element: str, column: str) -> Problem:
    """An element that is a record by its value alone, without one."""
    says = f"'{element}' is blank, so no record can be made of it; fill it or leave it out."
    return Problem("cin_blank_record", "error", element, says, pl.col(column).is_null())


def lost_parent(element: str, column: str, called: str) -> Problem:
    """A record that can't be without the one around it, which is set aside."""
    says = f"The {called} that this '{element}' belongs to is set aside, and it can't stand without; mend that first."
    return Problem("cin_parent_set_aside", "error", element, says, pl.col(column).is_null())


def apart(
    frame: pl.DataFrame, element: str, problems: tuple[Problem, ...]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The rows with a problem, those without, and the findings: one a row, by the first problem that holds."""
    which = pl.coalesce(pl.when(problem.when).then(pl.lit(at)) for at, problem in enumerate(problems))
    frame = frame.with_columns(which.cast(pl.Int32).alias("_bad"))
    bad, good = frame.filter(pl.col("_bad").is_not_null()), frame.filter(pl.col("_bad").is_null())
    said = [
        findings_of(bad.filter(pl.col("_bad") == at), TABLES[element], problem, pl.col("child_id"))
        for at, problem in enumerate(problems)
    ]
    return bad, good, pl.concat(said)
