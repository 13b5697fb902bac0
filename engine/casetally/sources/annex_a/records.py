"""Why: one row of a list is several records (a plan, its latest visit, its latest review); what becomes what stands in one table.

Records get their ids from the child and the day that dates them, so that links need no id in the list and neither the order of
rows nor of sheets changes anything. A day that can't be read gives no part of an id: ids are shown in findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from casetally.sources.annex_a.listed import CHILD

Complete = Literal["window", "conferences", "own_day"]


@dataclass(frozen=True)
class Record:
    """One table's records from one list. `id_column`: its own id, None where the key is made of other columns.

    `dated`: the header of the day that makes the id; where `optional`, rows without that day make no record. `columns`: a
    column of the table -> its header. `links`: an id column -> the header of the day that makes that id. `suffix`: ends the id,
    where a child has several kinds in one table. `numbered`: a child may have two on one day. `where`: a header and the code
    that it must have. `complete`: of which days the table tells everything: those of the list's window, those by which a
    conference follows its enquiry, or the list's own day (only the latest of each child is there). `main`: the record that
    carries the row's fate.
    """

    table: str
    number: int
    id_column: str | None
    dated: str
    columns: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""
    numbered: bool = False
    optional: bool = False
    where: tuple[str, str] | None = None
    complete: Complete = "window"
    main: bool = False
    latest_only: bool = False


_TEAM = {"team": "Allocated Team", "worker_id": "Allocated Worker"}
_S47 = "Strategy discussion initiating Section 47 Enquiry Start Date"
_ICPC = "Date of Initial Child Protection Conference"
_CIN = "CIN Start Date"
_CP = "Child Protection Plan Start Date"
_CLA = "Date Started to be Looked After"
_CEASED = "Date Ceased to be Looked After"
_ON_A_PLAN = ("Case Status", "child_in_need")
# the day last seen in list 6 makes no visit: the child may have been seen by anyone, and a later visit have missed it

RECORDS: tuple[Record, ...] = (
    Record(
        "contacts", 1, "contact_id", "Date of Contact",
        {"received_on": "Date of Contact", "source": "Contact Source"}, numbered=True, main=True,
    ),
    Record(
        "early_help_assessments", 2, "assessment_id", "Assessment start date",
        {"started_on": "Assessment start date", "completed_on": "Assessment completion date",
         "organisation": "Organisation completing assessment"}, numbered=True, main=True,
    ),
    Record(
        "referrals", 3, "referral_id", "Date of referral",
        {"received_on": "Date of referral", "source": "Referral Source", "no_further_action": "Referral NFA?", **_TEAM},
        numbered=True, main=True,
    ),
    Record(
        "assessments", 4, "assessment_id", "Continuous Assessment Start Date",
        {"started_on": "Continuous Assessment Start Date", "completed_on": "Continuous Assessment Date of Authorisation",
         "child_seen": "Child Seen During Continuous Assessment", "no_further_action": "_needs_no_support", **_TEAM},
        numbered=True, main=True,
    ),
    Record(
        "s47_enquiries", 5, "enquiry_id", _S47,
        {"started_on": _S47, "strategy_discussion_on": _S47, "outcome": "_outcome", **_TEAM}, main=True,
    ),
    Record(
        "cp_conferences", 5, "conference_id", _ICPC,
        {"held_on": _ICPC, "plan_agreed": "Did the Initial Child Protection Conference Result in a Child Protection Plan"},
        {"enquiry_id": _S47}, optional=True, complete="conferences",  # the row's team is the enquiry's
    ),
    Record(
        "cin_plans", 6, "plan_id", _CIN, {"started_on": _CIN, "ended_on": "CIN Closure Date", **_TEAM},
        where=_ON_A_PLAN, complete="own_day", main=True,
    ),
    Record(
        "cp_plans", 7, "plan_id", _CP,
        {"started_on": _CP, "ended_on": "Child Protection Plan End Date", "initial_category": "Initial Category of Abuse",
         "latest_category": "Latest Category of Abuse", "previous_plans": "Number of Previous Child Protection Plans", **_TEAM},
        main=True,
    ),
    Record(
        "cp_visits", 7, "visit_id", "Date of the Last Statutory Visit",
        {"visited_on": "Date of the Last Statutory Visit", "seen_alone": "Was the Child Seen Alone?"}, {"plan_id": _CP},
        optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "cp_reviews", 7, "review_id", "Date of latest review conference", {"held_on": "Date of latest review conference"},
        {"plan_id": _CP}, optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "care_periods", 8, "care_period_id", _CLA,
        {"started_on": _CLA, "ended_on": _CEASED, "end_reason": "Reason Ceased to be Looked After",
         "primary_need": "Child's Category of Need", **_TEAM}, main=True,
    ),
    Record(
        "placements", 8, "placement_id", "Start Date of Most Recent Placement",
        {"started_on": "Start Date of Most Recent Placement", "ended_on": _CEASED, "type": "Placement Type",
         "provider": "Placement Provider", "in_authority": "Placement Location", "urn": "URN of Placement"},
        {"care_period_id": _CLA}, optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "legal_statuses", 8, None, "Start date of current legal status",
        {"status": "Child's Legal Status", "started_on": "Start date of current legal status", "ended_on": _CEASED},
        optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "care_visits", 8, "visit_id", "Date of Last Social Work Visit", {"visited_on": "Date of Last Social Work Visit"},
        {"care_period_id": _CLA}, optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "care_reviews", 8, "review_id", "Date of Latest Statutory Review", {"held_on": "Date of Latest Statutory Review"},
        {"care_period_id": _CLA}, optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "health_checks", 8, "check_id", "Date of Last Health Assessment",
        {"completed_on": "Date of Last Health Assessment", "type": "_health_type"}, suffix="health",
        optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "health_checks", 8, "check_id", "Date of Last Dental Check",
        {"completed_on": "Date of Last Dental Check", "type": "_dental"},
        suffix="dental", optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "care_leavers", 9, None, "_own_day",
        {"started_on": "_own_day", "ended_on": "_still_open", "eligibility": "Eligibility Category",
         "personal_adviser": "Allocated Personal Advisor",
         "team": "Allocated Team",
         "formerly_uasc": "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"},
        complete="own_day", main=True,
    ),
    Record(
        "care_leaver_contacts", 9, None, "_recorded_on",
        {"recorded_on": "_recorded_on", "in_touch": "LA in Touch", "accommodation": "_accommodation",
         "suitable": "Suitability of Accommodation", "activity": "Activity Status"},
        optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "pathway_plans", 9, "pathway_plan_id", "Latest Pathway Plan Review Date",
        {"reviewed_on": "Latest Pathway Plan Review Date"},
        optional=True, complete="own_day", latest_only=True,
    ),
    Record(
        "permanence", 10, None, "Date of Decision that Child Should be Placed for Adoption",
        {"decided_on": "Date of Decision that Child Should be Placed for Adoption", "placement_order_on": "Date of Placement Order",
         "matched_on": "Date of Matching Child and Prospective Adopters", "placed_on": "Date Placed for Adoption",
         "order_on": "Date of Adoption Order", "order_type": "_order_type",
         "reversed_on": "Date of Decision that Child Should No Longer be Placed for Adoption", "care_period_id": "_period"},
        main=True,
    ),
)  # fmt: skip


def id_of(header: str, suffix: str = "") -> pl.Expr:
    """The id of what a child has on a day: the child's id and the day, or `undated` where no day can be read."""
    day = pl.col(header).str.extract(r"^(\d{4}-\d{2}-\d{2})$")
    return pl.concat_str(
        [pl.col(CHILD), day.fill_null("undated"), *([pl.lit(suffix)] if suffix else [])], separator="-"
    )
