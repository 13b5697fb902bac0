"""Why: the census's elements in their order, and its codes of each year, written down in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from casetally.samples.shapes.xml_text import Row, element, wrapped
from casetally.samples.shapes.years import Year

_LETTERS_SINCE = 2025  # Sex (M, F, U) instead of GenderCurrent
_NUMBERED = {"M": "1", "F": "2", "U": "9"}
_LETTERED = {"M": "M", "F": "F"}
# codes by the first year that has them, and what stood for them before
_SINCE: Mapping[str, tuple[int, str]] = {
    "5D": (2023, "5B"),
    "RC9": (2023, "RC8"),
    **dict.fromkeys(("18B", "18C"), (2021, "18A")),
    **dict.fromkeys(("19B", "19C"), (2021, "19A")),
    "24A": (2022, "20"),
}
_UPN = re.compile(r"[A-Za-z]\d{11}[\dA-Za-z]")


def as_returned(frame: pl.DataFrame, year: Year) -> pl.DataFrame:
    """A frame in text, as the year's return knew it: later dates blank, flags 1 and 0."""
    ahead = ("target", "expected_date_of_birth")
    days = [year.told(name) for name, kind in frame.schema.items() if kind == pl.Date and name not in ahead]
    frame = frame.with_columns(days)
    written = []
    for name, kind in frame.schema.items():
        value = pl.col(name)
        written.append(value.cast(pl.Int8).cast(pl.String) if kind == pl.Boolean else value.cast(pl.String))
    return frame.with_columns(written)


def identifiers(child: Row, disabilities: Sequence[Row], year: Year) -> list[str]:
    """The child's identifiers and characteristics."""
    sex = child["sex"] or child["gender"] or ""
    upn = child["upn"] if _UPN.fullmatch(child["upn"] or "") else None
    of_sex = (
        element("Sex", _LETTERED.get(sex, "U"))
        if year.end >= _LETTERS_SINCE
        else element("GenderCurrent", _NUMBERED.get(sex, "0"))
    )
    known = [
        element("LAchildID", child["child_id"]),
        element("UPN", upn),
        element("PersonBirthDate", child["date_of_birth"]),
        element("ExpectedPersonBirthDate", child["expected_date_of_birth"]),
        of_sex,
        element("PersonDeathDate", child["date_of_death"]),
    ]
    codes = [element("Disability", row["disability"]) for row in disabilities]
    if not codes and child["disabled"] == "0":
        codes = [element("Disability", "NONE")]
    about = [element("Ethnicity", child["ethnicity"]), wrapped("Disabilities", codes) if codes else ""]
    return [wrapped("ChildIdentifiers", known), wrapped("ChildCharacteristics", about)]


def episode(
    referral: Row,
    parts: Mapping[str, Sequence[Row]],
    factors: Mapping[str, Sequence[Row]],
    reviews: Mapping[str, Sequence[Row]],
    year: Year,
) -> str:
    """One episode of need (CINdetails) with its modules, in the order of the schema."""
    closed = referral["closed_on"]
    return wrapped(
        "CINdetails",
        [
            element("CINreferralDate", referral["received_on"]),
            element("ReferralSource", _code(referral["source"], year)),
            element("PrimaryNeedCode", referral["primary_need"]),
            element("CINclosureDate", closed),
            element("ReasonForClosure", _code(referral["close_reason"], year) if closed else None),
            *(element("DateOfInitialCPC", row["held_on"]) for row in parts["alone"][:1]),
            *(_assessment(row, factors.get(row["assessment_id"] or "", []), year) for row in parts["assessments"]),
            *(_spell("CINPlanDates", "CINPlan", row) for row in parts["plans"]),
            *(_enquiry(row) for row in parts["enquiries"]),
            element("ReferralNFA", referral["no_further_action"] or "0"),
            *(_protection(row, reviews.get(row["plan_id"] or "", [])) for row in parts["protection"]),
        ],
    )


def _code(code: str | None, year: Year) -> str | None:
    since, before = _SINCE.get(code or "", (0, ""))
    return before if year.end < since else code


def _assessment(row: Row, factors: Sequence[Row], year: Year) -> str:
    codes = sorted({_code(factor["factor"], year) or "" for factor in factors}) if row["completed_on"] else []
    listed = wrapped("FactorsIdentifiedAtAssessment", [element("AssessmentFactors", code) for code in codes])
    return wrapped(
        "Assessments",
        [
            element("AssessmentActualStartDate", row["started_on"]),
            element("AssessmentAuthorisationDate", row["completed_on"]),
            listed if codes else "",
        ],
    )


def _spell(tag: str, prefix: str, row: Row) -> str:
    return wrapped(
        tag, [element(f"{prefix}StartDate", row["started_on"]), element(f"{prefix}EndDate", row["ended_on"])]
    )


def _enquiry(row: Row) -> str:
    held = row["conference_on"]
    not_required = not held and row["completed_on"] is not None and row["outcome"] != "icpc"
    return wrapped(
        "Section47",
        [
            element("S47ActualStartDate", row["started_on"]),
            element("InitialCPCtarget", row["target"]),
            element("DateOfInitialCPC", held),
            element("ICPCnotRequired", "1" if not_required else "0"),
        ],
    )


def _protection(row: Row, reviews: Sequence[Row]) -> str:
    dates = [element("CPPreviewDate", review["held_on"]) for review in reviews]
    return wrapped(
        "ChildProtectionPlans",
        [
            element("CPPstartDate", row["started_on"]),
            element("CPPendDate", row["ended_on"]),
            element("InitialCategoryOfAbuse", row["initial_category"]),
            element("LatestCategoryOfAbuse", row["latest_category"]),
            element("NumberOfPreviousCPP", row["previous_plans"]),
            wrapped("Reviews", dates) if dates else "",
        ],
    )
