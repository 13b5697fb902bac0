"""Why: most of the dataset's columns are the data model's under another name, and `schemas/` says which, so that is not said again.

What the schemas can't say stands here: which columns are looked into beside them, and which a row can do without because
another table tells the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from casetally.schemas import load_schemas
from casetally.sources.ssd.layout import known_tables

# model table -> model column -> dataset column, where the schemas do not say it
_MORE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "children": {"upn": "pers_upn"},
        "care_plans": {"care_plan_id": "lacp_table_id"},
        "pre_proceedings": {"ended_on": "prep_agree_stepdown_issue_date"},
        "care_reviews": {"child_id": "clar_cla_person_id"},
    }
)
# dataset tables whose rows become records one by one: dataset table -> model table
ONE_TO_ONE: Mapping[str, str] = MappingProxyType(
    {
        table.ssd_table: name
        for name, table in load_schemas().tables.items()
        if table.ssd_table is not None
        and table.ssd_table in known_tables()
        and name not in ("care_leavers", "care_leaver_contacts", "assessment_factors", "child_links", "ehc_assessments")
    }
)
_ALSO_READ: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ssd_cin_visits": ("cinv_cin_plan_id",),
        "ssd_involvements": ("invo_referral_id",),
        "ssd_initial_cp_conference": ("icpc_icpc_outcome_json",),
        "ssd_cla_episodes": (
            *("clae_cla_episode_id", "clae_person_id", "clae_cla_episode_start_date", "clae_cla_primary_need_code"),
            *("clae_cla_episode_ceased_date", "clae_cla_episode_ceased_reason", "clae_cla_id", "clae_cla_placement_id"),
            *("clae_entered_care_date", "clae_cla_episode_start_reason"),
        ),
        "ssd_family": ("fami_family_id", "fami_person_id"),
        "ssd_linked_identifiers": (
            *("link_person_id", "link_identifier_type", "link_identifier_value", "link_valid_from_date"),
            *("link_valid_to_date",),
        ),
        "ssd_assessment_factors": ("cinf_assessment_id", "cinf_assessment_factors_json"),
        "ssd_care_leavers": (
            *("clea_person_id", "clea_care_leaver_eligibility", "clea_care_leaver_in_touch"),
            *("clea_care_leaver_latest_contact", "clea_care_leaver_accommodation", "clea_care_leaver_accom_suitable"),
            *("clea_care_leaver_activity", "clea_pathway_plan_review_date", "clea_care_leaver_personal_advisor"),
            *("clea_care_leaver_allocated_team",),
        ),
        "ssd_ehcp_assessment": (
            *("ehca_ehcp_assessment_id", "ehca_ehcp_request_id", "ehca_ehcp_assessment_outcome"),
            *("ehca_ehcp_assessment_exceptions",),
        ),
        "ssd_ehcp_requests": ("ehcr_ehcp_request_id", "ehcr_send_table_id", "ehcr_ehcp_req_date"),
        "ssd_ehcp_named_plan": ("ehcn_ehcp_asmt_id", "ehcn_named_plan_start_date"),
        "ssd_send": ("send_table_id", "send_person_id"),
        "ssd_department": ("dept_team_id", "dept_team_name"),
    }
)
# days in tables whose rows do not become records one by one
_ALSO_DAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ssd_cla_episodes": ("clae_cla_episode_start_date", "clae_cla_episode_ceased_date", "clae_entered_care_date"),
        "ssd_care_leavers": ("clea_care_leaver_latest_contact", "clea_pathway_plan_review_date"),
        "ssd_linked_identifiers": ("link_valid_from_date",),
    }
)
# without these a row means nothing, beside the columns that the data model requires
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ssd_cla_episodes": ("clae_person_id", "clae_cla_episode_start_date"),
        "ssd_family": ("fami_family_id", "fami_person_id"),
        "ssd_linked_identifiers": ("link_person_id", "link_identifier_value"),
        "ssd_assessment_factors": ("cinf_assessment_id", "cinf_assessment_factors_json"),
        "ssd_care_leavers": ("clea_person_id",),
        "ssd_ehcp_assessment": ("ehca_ehcp_assessment_id", "ehca_ehcp_request_id"),
    }
)
# another table tells whose row it is, or to which period it belongs
TOLD_ELSEWHERE = frozenset(
    {
        *("cinv_person_id", "cppv_person_id", "cppr_person_id", "invo_person_id", "clap_person_id", "clap_cla_id"),
        *("clav_person_id",),
    }
)


@cache
def columns_of(name: str) -> Mapping[str, str]:
    """Model column -> dataset column of a model table whose rows are those of one dataset table."""
    table = load_schemas().tables[name]
    known = known_tables()[table.ssd_table or ""]
    direct = {column: told.ssd for column, told in table.columns.items() if told.ssd in known and told.ssd}
    return MappingProxyType({**direct, **_MORE.get(name, {})})


@cache
def read_columns(ssd_table: str) -> tuple[str, ...]:
    """The dataset columns that are read of a table; the others (names, postcodes) are never taken up."""
    one_to_one = columns_of(ONE_TO_ONE[ssd_table]).values() if ssd_table in ONE_TO_ONE else ()
    return tuple(dict.fromkeys([*one_to_one, *_ALSO_READ.get(ssd_table, ())]))


@cache
def day_columns(ssd_table: str) -> frozenset[str]:
    """The columns of days, without a time, that something is made of. Those that are looked into for other tables stay as written:
    two ways of writing one day are two answers there.
    """
    days = list(_ALSO_DAYS.get(ssd_table, ()))
    if ssd_table in ONE_TO_ONE:
        columns = load_schemas().tables[ONE_TO_ONE[ssd_table]].columns
        days += [ssd for name, ssd in columns_of(ONE_TO_ONE[ssd_table]).items() if columns[name].type == "date"]
    return frozenset(days)


@cache
def repeated_columns(ssd_table: str) -> frozenset[str]:
    """The columns that say few texts many times: all but ids and days, in the tables whose rows become records."""
    if ssd_table not in ONE_TO_ONE and ssd_table not in ("ssd_cla_episodes", "ssd_care_leavers"):
        return frozenset()
    return frozenset(name for name in read_columns(ssd_table) if not name.endswith("_id")) - day_columns(ssd_table)


@cache
def needed_columns(ssd_table: str) -> tuple[str, ...]:
    """The dataset columns without which a table can't be read."""
    needed = list(_NEEDED.get(ssd_table, ()))
    if ssd_table in ONE_TO_ONE:
        name = ONE_TO_ONE[ssd_table]
        required = load_schemas().tables[name].columns
        needed += [ssd for column, ssd in columns_of(name).items() if required[column].required]
    return tuple(column for column in dict.fromkeys(needed) if column not in TOLD_ELSEWHERE)
