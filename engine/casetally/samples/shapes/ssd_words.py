"""Why: the dataset keeps outcomes as JSON of flags, one for each thing that can follow, and other codes in a system's own words.

The names of the flags are those of the published extracts of the Standard Safeguarding Dataset; an outcome for which they have
none is among the "other outcomes".
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from casetally.schemas import load_schemas

IN_WORDS = frozenset(
    (
        *("early_help_reason", "early_help_end", "immigration_status", "health_check_type", "health_check_status"),
        *(
            "care_leaver_eligibility",
            "order_type",
            "worker_role",
            "allocation_role",
            "pre_proceedings_outcome",
            "ehc_outcome",
        ),
    )
)
TEAM_NUMBERS = (
    *(("referrals", "team"), ("assessments", "team"), ("cin_plans", "team"), ("s47_enquiries", "team")),
    *(("cp_conferences", "team"), ("allocations", "team"), ("care_leavers", "team")),
)
_OTHER = "OTHER_OUTCOMES_EXIST_FLAG"
_FLAGS: Mapping[str, tuple[str, ...]] = {
    "cont_contact_outcome_json": (
        *("NEW_REFERRAL_FLAG", "EXISTING_REFERRAL_FLAG", "CP_ENQUIRY_FLAG", "NFA_FLAG", "NON_AGENCY_ADOPTION_FLAG"),
        *("PRIVATE_FOSTERING_FLAG", "ADVICE_FLAG", "MISSING_FLAG", "OLA_CP_FLAG", _OTHER),
    ),
    "cine_referral_outcome_json": (
        *(
            "SINGLE_ASSESSMENT_FLAG",
            "NFA_FLAG",
            "STRATEGY_DISCUSSION_FLAG",
            "CLA_REQUEST_FLAG",
            "NON_AGENCY_ADOPTION_FLAG",
        ),
        *("PRIVATE_FOSTERING_FLAG", "CP_TRANSFER_IN_FLAG", "CP_CONFERENCE_FLAG", "CARE_LEAVER_FLAG", _OTHER),
    ),
    "cina_assessment_outcome_json": (
        *("NFA_FLAG", "NFA_S47_END_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG", "PRIVATE_FOSTERING_FLAG"),
        *("LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG", "SPECIALIST_ASSESSMENT_FLAG"),
        *("REFERRAL_TO_OTHER_AGENCY_FLAG", "OTHER_ACTIONS_FLAG", _OTHER),
    ),
    "s47e_s47_outcome_json": (
        *("NFA_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG", "CP_CONFERENCE_FLAG"),
        *("NFA_CONTINUE_SINGLE_FLAG", "MONITOR_FLAG", _OTHER),
    ),
    "lacp_cla_care_plan_json": (
        *(
            "REMAINSUP",
            "RETURN1M",
            "RETURN6M",
            "RETURNEV",
            "LTRELFR",
            "LTFOST18",
            "RESPLMT",
            "SUPPLIV",
            "ADOPTION",
            "OTHERPLN",
        ),
    ),
}
_FLAG_OF: Mapping[str, Mapping[str, str]] = {
    "cont_contact_outcome_json": {
        "no_further_action": "NFA_FLAG",
        "information_advice": "ADVICE_FLAG",
        "social_care": "NEW_REFERRAL_FLAG",
        "open_case": "EXISTING_REFERRAL_FLAG",
        **dict.fromkeys(("early_help", "early_help_continues", "enquiry"), _OTHER),
    },
    "cine_referral_outcome_json": {
        "no_further_action": "NFA_FLAG",
        "assessment": "SINGLE_ASSESSMENT_FLAG",
        "strategy_discussion": "STRATEGY_DISCUSSION_FLAG",
        **dict.fromkeys(("information_advice", "early_help", "other"), _OTHER),
    },
    "cina_assessment_outcome_json": {
        "no_further_action": "NFA_FLAG",
        "child_in_need": "PROV_OF_SERVICES_FLAG",
        "strategy_discussion": "STRATEGY_DISCUSSION_FLAG",
        "looked_after": "CLA_REQUEST_FLAG",
        **dict.fromkeys(("early_help", "other"), _OTHER),
    },
    "s47e_s47_outcome_json": {
        "no_further_action": "NFA_FLAG",
        "icpc": "CP_CONFERENCE_FLAG",
        "legal_action": "LEGAL_ACTION_FLAG",
        "child_in_need": "PROV_OF_SERVICES_FLAG",
        "assessment_continues": "NFA_CONTINUE_SINGLE_FLAG",
        "other_agency": "MONITOR_FLAG",
        "other": _OTHER,
    },
    "lacp_cla_care_plan_json": {
        "return_home": "RETURNEV",
        "adoption": "ADOPTION",
        "special_guardianship": "OTHERPLN",
        "kinship": "LTRELFR",
        "long_term_fostering": "LTFOST18",
        "residential": "RESPLMT",
        "independence": "SUPPLIV",
    },
}


def as_json(column: str, outcome: pl.Expr) -> pl.Expr:
    """The outcome as the column's JSON: all its flags, Y for the one that holds, N for the others; blank where none is known."""
    flags, flag_of = _FLAGS[column], _FLAG_OF[column]
    written = {code: _json(flags, flag) for code, flag in flag_of.items()}
    return outcome.replace_strict(written, default=pl.lit(_json(flags, None)), return_dtype=pl.String)


def _json(flags: tuple[str, ...], holds: str | None) -> str:
    return json.dumps({flag: "" if holds is None else "Y" if flag == holds else "N" for flag in flags})


def in_words(codes: str, value: pl.Expr) -> pl.Expr:
    """Codes of one list as the words that the code lists give for them; an unknown code stays as it is."""
    return value.replace(dict(load_schemas().codes[codes]))
