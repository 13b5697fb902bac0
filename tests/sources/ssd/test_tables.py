"""Why: what each table of the dataset becomes is worked here by hand, a record at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from casetally.errors import InputError
from casetally.sources.delivery import Delivery

from tests.sources.ssd.conftest import Rows, Tables, authority, person, rows_of

Read = Callable[[Tables], Delivery]


def with_child(**tables: Rows) -> Tables:
    return {"ssd_person": [person("A1", "F", "2012-05-01", "02")], **tables}


def test_the_authority_written_by_hand_comes_out_as_its_tables_say(read: Read) -> None:
    made = read(authority())
    assert made.kind == "ssd"
    assert rows_of(made, "contacts") == [
        {"contact_id": "C1", "child_id": "A1", "received_on": "2022-01-03", "source": "6", "outcome": "social_care"}
    ]
    assert rows_of(made, "referrals") == [
        {
            "referral_id": "R1",
            "child_id": "A1",
            "received_on": "2022-01-04",
            "source": "6",
            "primary_need": "N1",
            "outcome": "assessment",
            "no_further_action": "N",
            "closed_on": None,
            "close_reason": None,
            "team": "North",
            "worker_id": "W1",
        }
    ]
    assert [row["family_id"] for row in rows_of(made, "children")] == ["FAM1", "FAM1", None]


def test_a_visit_that_names_no_child_takes_the_child_of_its_plan(read: Read) -> None:
    assert [row["child_id"] for row in rows_of(read(authority()), "cp_visits")] == ["B1"]


def test_a_missing_episode_keeps_its_times_and_an_interview_that_does_not_apply_is_not_recorded(read: Read) -> None:
    (row,) = rows_of(read(authority()), "missing_episodes")
    assert (row["started_at"], row["ended_at"]) == ("2022-06-01T22:15:00", "2022-06-02T01:05:00")
    assert (row["type"], row["interview_offered"], row["interview_accepted"]) == ("M", "Y", None)


@pytest.mark.parametrize(
    ("written", "sex"),
    [("F", "F"), ("Male", "M"), ("2", "F"), ("0", "U"), ("Unknown", "U"), ("X", "X"), ("f", "F")],
)
def test_sexes_are_read_in_the_ways_that_systems_write_them(read: Read, written: str, sex: str) -> None:
    (row,) = rows_of(read({"ssd_person": [person("A1", written, "2012-05-01", "02")]}), "children")
    assert (row["sex"], row["gender"]) == (sex, "F")


def test_placeholders_and_the_day_that_stands_for_a_blank_are_not_recorded(read: Read) -> None:
    rows: Rows = [
        {"csdq_person_id": "A1", "csdq_sdq_completed_date": "1900-01-01", "csdq_sdq_score": "PLACEHOLDER_DATA"},
        {"csdq_person_id": "A1", "csdq_sdq_completed_date": "2023-01-05", "csdq_sdq_score": "14"},
    ]
    scores = rows_of(read(with_child(ssd_sdq_scores=rows)), "sdq_scores")
    assert [(row["completed_on"], row["score"]) for row in scores] == [("2023-01-05", "14"), (None, None)]


def test_the_supplied_target_of_a_conference_is_kept_apart(read: Read) -> None:
    rows: Rows = [
        {
            "icpc_icpc_id": "I1",
            "icpc_person_id": "A1",
            "icpc_icpc_target_date": "2022-02-22",
            "icpc_icpc_date": "2022-02-18",
            "icpc_s47_enquiry_id": "-1",
            "icpc_icpc_transfer_in": "N",
            "icpc_icpc_outcome_json": '{"CP_FLAG":"Y","TOTAL_NO_OF_OUTCOMES":1}',
        },
        {
            "icpc_icpc_id": "I2",
            "icpc_person_id": "A1",
            "icpc_s47_enquiry_id": "S1",
            "icpc_icpc_date": "2023-02-18",
        },
    ]
    first, second = rows_of(read(with_child(ssd_initial_cp_conference=rows)), "cp_conferences")
    assert first == {
        "conference_id": "I1", "child_id": "A1", "enquiry_id": None, "transfer_in": "N",
        "supplied_target_on": "2022-02-22", "held_on": "2022-02-18", "plan_agreed": "true",
    }  # fmt: skip
    assert (second["enquiry_id"], second["plan_agreed"]) == ("S1", None)


CODED = [
    ("ssd_immigration_status", "immi_immigration_status", "Unaccompanied Asylum Seeking Child", "uasc"),
    ("ssd_immigration_status", "immi_immigration_status", "UASC", "uasc"),
    ("ssd_disability", "disa_disability_code", "AUT", "AUT"),
    ("ssd_cla_health", "clah_health_check_type", "Dental Check", "dental"),
    ("ssd_cla_health", "clah_health_check_type", "Initial Health Assessment", "initial_health"),
    ("ssd_cla_health", "clah_health_check_type", "Health Assessment", "Health Assessment"),
    ("ssd_legal_status", "lega_legal_status", "C1 - Interim care order", "C1"),
    ("ssd_legal_status", "lega_legal_status", "V3 Accommodated for short breaks", "V3"),
    ("ssd_legal_status", "lega_legal_status", "Full Care Order", "C2"),
    ("ssd_permanence", "perm_permanence_order_type", "Special Guardianship", "special_guardianship"),
    ("ssd_permanence", "perm_permanence_order_type", "Adoption", "adoption"),
    ("ssd_pre_proceedings", "prep_pre_pro_outcome", "Decision to step down", "stepped_down"),
]
# the model's table and column, and what a row needs beside the code
MODELLED: dict[str, tuple[str, str, dict[str, str | None]]] = {
    "ssd_immigration_status": ("immigration_statuses", "status", {"immi_person_id": "A1"}),
    "ssd_disability": ("disabilities", "disability", {"disa_person_id": "A1"}),
    "ssd_cla_health": ("health_checks", "type", {"clah_health_check_id": "1", "clah_person_id": "A1"}),
    "ssd_legal_status": (
        "legal_statuses", "status", {"lega_person_id": "A1", "lega_legal_status_start_date": "2020-01-01"},
    ),
    "ssd_permanence": ("permanence", "order_type", {"perm_person_id": "A1"}),
    "ssd_pre_proceedings": ("pre_proceedings", "outcome", {"prep_table_id": "1", "prep_person_id": "A1"}),
}  # fmt: skip


@pytest.mark.parametrize(("table", "told", "written", "code"), CODED)
def test_codes_become_those_of_the_lists_and_an_unknown_one_stays(
    read: Read, table: str, told: str, written: str, code: str
) -> None:
    model, column, rest = MODELLED[table]
    (made,) = rows_of(read(with_child(**{table: [rest | {told: written}]})), model)
    assert made[column] == code


def test_pre_proceedings_end_on_the_day_that_was_agreed(read: Read) -> None:
    row = {
        "prep_table_id": "1", "prep_person_id": "A1", "prep_pre_pro_decision_date": "01/02/2023",
        "prep_initial_pre_pro_meeting_date": "2023-02-10", "prep_agree_stepdown_issue_date": "20/06/2023",
    }  # fmt: skip
    (made,) = rows_of(read(with_child(ssd_pre_proceedings=[row])), "pre_proceedings")
    assert (made["decided_on"], made["started_on"], made["ended_on"]) == ("2023-02-01", "2023-02-10", "2023-06-20")


def test_workers_and_who_holds_whom(read: Read) -> None:
    tables = with_child(
        ssd_professionals=[
            {"prof_professional_id": "W1", "prof_professional_name": "ZQXMARK", "prof_professional_job_title": "Social Worker",
             "prof_full_time_equivalency": "0.6", "prof_agency_worker_flag": "N"},
        ],
        ssd_involvements=[
            {"invo_involvements_id": "1", "invo_professional_id": "W1", "invo_person_id": None, "invo_referral_id": "R1",
             "invo_professional_role_id": "Allocated Case Worker", "invo_involvement_start_date": "2022-01-05",
             "invo_worker_change_reason": "LEFTRL"},
        ],
        ssd_cin_episodes=[{"cine_referral_id": "R1", "cine_person_id": "A1", "cine_referral_date": "2022-01-04"}],
    )  # fmt: skip
    made = read(tables)
    assert rows_of(made, "workers") == [{"worker_id": "W1", "role": "social_worker", "fte": "0.6", "agency": "N"}]
    (held,) = rows_of(made, "allocations")
    assert (held["child_id"], held["worker_id"], held["role"], held["change_reason"]) == (
        "A1", "W1", "social_worker", "LEFTRL",
    )  # fmt: skip


def test_a_link_is_made_only_to_another_child_here(read: Read) -> None:
    tables: Tables = {
        "ssd_person": [person("A1", "F", "2012-05-01", "02"), person("OLD1", "F", "2012-05-01", "02")],
        "ssd_linked_identifiers": [
            link("A1", "Case Number", "OLD1"),
            link("A1", "NHS Number", "9434765919"),
            link("A1", "Case Number", "A1"),
            link("A1", "Unique Pupil Number", "OLD1"),
            link("GONE", "Case Number", "OLD1"),
        ],
    }
    made = read(tables)
    assert rows_of(made, "child_links") == [
        {"child_id": "A1", "linked_child_id": "OLD1", "reason": "Case Number", "linked_on": "2020-02-01"}
    ]
    assert made.rows.filter(made.rows["disposition"] == "set_aside")["row"].to_list() == [6]
    assert made.findings["rule"].to_list() == ["ssd_child_not_listed"]


def link(child: str, kind: str, number: str) -> dict[str, str | None]:
    return {
        "link_person_id": child,
        "link_identifier_type": kind,
        "link_identifier_value": number,
        "link_valid_from_date": "2020-02-01",
    }


def test_an_education_health_and_care_assessment_finds_its_child_through_its_request(read: Read) -> None:
    tables = with_child(
        ssd_send=[{"send_table_id": "S1", "send_person_id": "A1", "send_upn": "ZQXMARK"}],
        ssd_ehcp_requests=[{"ehcr_ehcp_request_id": "Q1", "ehcr_send_table_id": "S1", "ehcr_ehcp_req_date": "2023-01-09"}],
        ssd_ehcp_assessment=[
            {"ehca_ehcp_assessment_id": "H1", "ehca_ehcp_request_id": "Q1", "ehca_ehcp_assessment_outcome": "Y",
             "ehca_ehcp_assessment_exceptions": "0"},
            {"ehca_ehcp_assessment_id": "H2", "ehca_ehcp_request_id": "Q9", "ehca_ehcp_assessment_outcome": "N"},
        ],
        ssd_ehcp_named_plan=[{"ehcn_named_plan_id": "N1", "ehcn_ehcp_asmt_id": "H1", "ehcn_named_plan_start_date": "2023-05-29"}],
    )  # fmt: skip
    made = read(tables)
    assert rows_of(made, "ehc_assessments") == [
        {"assessment_id": "H1", "child_id": "A1", "requested_on": "2023-01-09", "issued_on": "2023-05-29", "outcome": "issued",
         "exception": "0"}
    ]  # fmt: skip
    assert made.findings["rule"].to_list() == ["ssd_no_request"]


def test_a_table_that_can_not_say_whose_its_rows_are_is_refused(read: Read) -> None:
    visits: Rows = [{"cinv_cin_visit_id": "1", "cinv_cin_visit_date": "2023-01-01"}]
    with pytest.raises(InputError, match="The column 'cinv_person_id' is missing") as fault:
        read({"ssd_cin_visits": visits})
    assert fault.value.place is not None
    assert fault.value.place.file == "ssd_cin_visits.csv"


def test_two_teams_of_one_name_keep_their_numbers(read: Read) -> None:
    tables = with_child(
        ssd_department=[
            {"dept_team_id": "1", "dept_team_name": "East"}, {"dept_team_id": "2", "dept_team_name": "East"},
            {"dept_team_id": "3", "dept_team_name": "West"},
        ],
        ssd_cin_episodes=[
            {"cine_referral_id": f"R{n}", "cine_person_id": "A1", "cine_referral_date": "2022-01-04", "cine_referral_team": f"{n}"}
            for n in (1, 2, 3, 4)
        ],
    )  # fmt: skip
    teams = [row["team"] for row in rows_of(read(tables), "referrals")]
    assert teams == ["East (1)", "East (2)", "West", "4"]


def test_numbers_written_as_decimals_still_meet(read: Read) -> None:
    tables: Tables = {
        "ssd_cp_plans": [{"cppl_cp_plan_id": "12", "cppl_person_id": "7", "cppl_cp_plan_start_date": "2022-03-01"}],
        "ssd_cp_visits": [{"cppv_cp_visit_id": "1", "cppv_cp_plan_id": "12.0", "cppv_cp_visit_date": "2022-03-02"}],
    }
    (visit,) = rows_of(read(tables), "cp_visits")
    assert (visit["plan_id"], visit["child_id"]) == ("12", "7")
