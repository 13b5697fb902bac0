"""Why: which attribute of a payload becomes which column, and which is left out, is one page for an analyst to read.

A *kind* is an object of the payload that is told again by its id. Source: the DfE's OpenAPI description of its children's social
care API, version 1.0.1. Attributes in `not_read` are known and passed over; names and postcodes are never kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Holds = Literal["text", "flag", "whole", "texts", "id"]

TEXT: Holds = "text"
FLAG: Holds = "flag"
WHOLE: Holds = "whole"
TEXTS: Holds = "texts"  # a list of codes
ID: Holds = "id"

PURGE = "purge"


@dataclass(frozen=True)
class Kind:
    """One kind of object. `named`: its attribute in the payload; `id_attribute`: the one that tells it again, or "" where
    `told_by` (attributes together) or its place in the payload does. `holds`: the attributes read. `table`: what it becomes.
    """

    named: str
    table: str
    holds: Mapping[str, Holds]
    id_attribute: str = ""
    told_by: tuple[str, ...] = ()
    not_read: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()  # attributes that hold objects of other kinds

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in which an object of this kind is gathered: whose it is, what tells it again, and what it holds."""
        return ("child", "episode", "id", "seq", *self.holds)

    @property
    def known(self) -> frozenset[str]:
        own = {self.id_attribute} if self.id_attribute else set()
        return frozenset(self.holds) | own | self.not_read | frozenset(self.parts) | {PURGE}


CHILD = Kind(
    "children", "children", id_attribute="la_child_id",
    holds={
        "unique_pupil_number": TEXT, "date_of_birth": TEXT, "expected_date_of_birth": TEXT, "sex": TEXT, "ethnicity": TEXT,
        "disabilities": TEXTS, "uasc_flag": FLAG, "uasc_end_date": TEXT,
    },
    not_read=frozenset({"mis_child_id"}),
    parts=("child_details", "health_and_wellbeing", "social_care_episodes"),
)  # fmt: skip
# all that `holds` lists of a child stands in its details
DETAILS_NOT_READ = frozenset(
    {"former_unique_pupil_number", "unique_pupil_number_unknown_reason", "first_name", "surname", "postcode"}
)
SDQ = Kind("sdq_assessments", "sdq_scores", {"date": TEXT, "score": WHOLE}, told_by=("date",))
EPISODE = Kind(
    "social_care_episodes", "referrals", id_attribute="social_care_episode_id",
    holds={
        "referral_date": TEXT, "referral_source": TEXT, "referral_no_further_action_flag": FLAG, "closure_date": TEXT,
        "closure_reason": TEXT,
    },
    parts=(
        "care_worker_details", "child_and_family_assessments", "child_in_need_plans", "section_47_assessments",
        "child_protection_plans", "child_looked_after_placements", "adoption", "care_leavers",
    ),
)  # fmt: skip
WORKER = Kind(
    "care_worker_details", "allocations", {"worker_id": ID, "start_date": TEXT, "end_date": TEXT},
    told_by=("worker_id", "start_date"),
)  # fmt: skip
ASSESSMENT = Kind(
    "child_and_family_assessments", "assessments", id_attribute="child_and_family_assessment_id",
    holds={"start_date": TEXT, "authorisation_date": TEXT, "factors": TEXTS},
)  # fmt: skip
CIN_PLAN = Kind(
    "child_in_need_plans", "cin_plans", {"start_date": TEXT, "end_date": TEXT}, id_attribute="child_in_need_plan_id"
)
ENQUIRY = Kind(
    "section_47_assessments", "s47_enquiries", id_attribute="section_47_assessment_id",
    holds={"start_date": TEXT, "icpc_required_flag": FLAG, "icpc_date": TEXT, "end_date": TEXT},
)  # fmt: skip
CP_PLAN = Kind(
    "child_protection_plans",
    "cp_plans",
    {"start_date": TEXT, "end_date": TEXT},
    id_attribute="child_protection_plan_id",
)
PLACEMENT = Kind(
    "child_looked_after_placements", "placements", id_attribute="child_looked_after_placement_id",
    holds={
        "start_date": TEXT, "start_reason": TEXT, "placement_type": TEXT, "end_date": TEXT, "end_reason": TEXT,
        "change_reason": TEXT,
    },
    not_read=frozenset({"postcode"}),
)  # fmt: skip
# one of each an episode: the episode's id tells them again
ADOPTION = Kind("adoption", "permanence", {"initial_decision_date": TEXT, "matched_date": TEXT, "placed_date": TEXT})
LEAVER = Kind("care_leavers", "care_leaver_contacts", {"contact_date": TEXT, "activity": TEXT, "accommodation": TEXT})

KINDS: tuple[Kind, ...] = (
    CHILD, SDQ, EPISODE, WORKER, ASSESSMENT, CIN_PLAN, ENQUIRY, CP_PLAN, PLACEMENT, ADOPTION, LEAVER,
)  # fmt: skip
BY_NAME: Mapping[str, Kind] = {kind.named: kind for kind in KINDS}
ONE_AN_EPISODE = (ADOPTION.named, LEAVER.named)

# the list of the data model has one code for both
SEX = {"I": "U", "i": "U"}
