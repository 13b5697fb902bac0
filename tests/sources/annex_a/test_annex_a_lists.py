"""Why: what one row of each list becomes, worked by hand: which tables, which ids, which codes, which day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from annex_a_workbooks import read_lists, table
from casetally.sources.delivery import Delivery

D = dt.date
CHILD = {"Child Unique ID": 501, "Gender": "b) Female", "Ethnicity": "k) APKN", "Date of Birth": D(2012, 2, 29)}
S47 = "Strategy discussion initiating Section 47 Enquiry Start Date"
ICPC = "Date of Initial Child Protection Conference"


def reach(delivery: Delivery, name: str) -> tuple[dt.date | None, dt.date | None, bool]:
    found = next(made for made in delivery.tables if made.table == name)
    return found.since, found.until, found.latest_only


def test_a_contact_is_known_by_its_child_and_day_and_a_second_one_of_the_day_is_another(tmp_path: Path) -> None:
    contact = {**CHILD, "Date of Contact": D(2024, 1, 5)}
    read = read_lists(
        tmp_path,
        list_1=[{**contact, "Contact Source": "q) 6: Police"}, {**contact, "Contact Source": "e) 2A: Schools"}],
    )
    assert table(read, "contacts") == [
        {"contact_id": "501-2024-01-05", "child_id": "501", "received_on": "2024-01-05", "source": "2A"},
        {"contact_id": "501-2024-01-05-2", "child_id": "501", "received_on": "2024-01-05", "source": "6"},
    ]
    # six months up to 31 January 2024 begin on 1 August 2023
    assert reach(read, "contacts") == (D(2023, 8, 1), D(2024, 1, 31), False)


def test_an_early_help_assessment(tmp_path: Path) -> None:
    row = {
        **CHILD,
        "Assessment start date": D(2023, 11, 1),
        "Assessment completion date": D(2023, 12, 4),
        "Organisation completing assessment": "Top Town Academy",
    }
    assert table(read_lists(tmp_path, list_2=[row]), "early_help_assessments") == [
        {
            "assessment_id": "501-2023-11-01",
            "child_id": "501",
            "started_on": "2023-11-01",
            "completed_on": "2023-12-04",
            "organisation": "Top Town Academy",
        }
    ]


def test_a_referral_has_the_team_and_the_worker_of_its_row(tmp_path: Path) -> None:
    row = {
        **CHILD,
        "Date of referral": D(2023, 12, 1),
        "Referral Source": "p1) 5D: LA services",
        "Referral NFA?": "a) Yes",
        "Number of Referrals in Last 12 Months": 2,
        "Allocated Team": "Duty Team",
        "Allocated Worker": "W\u00a012",
    }
    assert table(read_lists(tmp_path, list_3=[row]), "referrals") == [
        {
            "referral_id": "501-2023-12-01",
            "child_id": "501",
            "received_on": "2023-12-01",
            "source": "5D",
            "no_further_action": "true",
            "team": "Duty Team",
            "worker_id": "W 12",
        }
    ]


@pytest.mark.parametrize(("support", "nothing_more"), [("a) Yes", "false"), ("No", "true"), ("Unknown", None)])
def test_an_assessment_without_need_of_support_is_one_without_further_action(
    tmp_path: Path, support: str, nothing_more: str | None
) -> None:
    row = {
        **CHILD,
        "Continuous Assessment Start Date": D(2023, 10, 2),
        "Continuous Assessment Date of Authorisation": D(2023, 12, 4),
        "Child Seen During Continuous Assessment": "Yes",
        "Was the child assessed as requiring LA children's social care support?": support,
    }
    (found,) = table(read_lists(tmp_path, list_4=[row]), "assessments")
    assert found == {
        "assessment_id": "501-2023-10-02",
        "child_id": "501",
        "started_on": "2023-10-02",
        "completed_on": "2023-12-04",
        "child_seen": "true",
        "no_further_action": nothing_more,
    }


def test_an_enquiry_with_a_conference_makes_both_linked(tmp_path: Path) -> None:
    row = {
        **CHILD,
        S47: D(2023, 11, 6),
        "Was an Initial Child Protection Conference deemed unnecessary?": "b) No",
        ICPC: D(2023, 11, 24),
        "Did the Initial Child Protection Conference Result in a Child Protection Plan": "a) Yes",
        "Allocated Team": "North",
    }
    read = read_lists(tmp_path, list_5=[row])
    (enquiry,) = table(read, "s47_enquiries")
    assert enquiry["enquiry_id"] == "501-2023-11-06"
    assert (enquiry["started_on"], enquiry["strategy_discussion_on"]) == ("2023-11-06", "2023-11-06")
    assert enquiry["outcome"] == "icpc"
    assert table(read, "cp_conferences") == [
        {
            "conference_id": "501-2023-11-24",
            "child_id": "501",
            "enquiry_id": "501-2023-11-06",
            "held_on": "2023-11-24",
            "plan_agreed": "true",
        }
    ]
    assert enquiry["team"] == "North"  # that of the enquiry, and nobody says that it brought the child to conference
    # conferences of enquiries from before the window are not listed, so two months later all conferences are
    assert reach(read, "cp_conferences")[0] == D(2023, 10, 1)
    assert reach(read, "s47_enquiries")[0] == D(2023, 8, 1)


def test_an_enquiry_whose_conference_is_unnecessary_has_no_told_outcome_and_no_conference(tmp_path: Path) -> None:
    row = {**CHILD, S47: D(2023, 11, 6), "Was an Initial Child Protection Conference deemed unnecessary?": "Yes"}
    read = read_lists(tmp_path, list_5=[row])
    assert table(read, "s47_enquiries")[0]["outcome"] is None
    assert table(read, "cp_conferences") == []


def test_one_conference_of_two_enquiries_is_one_conference_of_the_later(tmp_path: Path) -> None:
    rows = [{**CHILD, S47: day, ICPC: D(2023, 11, 24)} for day in (D(2023, 11, 10), D(2023, 11, 6))]
    read = read_lists(tmp_path, list_5=rows)
    assert [one["enquiry_id"] for one in table(read, "cp_conferences")] == ["501-2023-11-10"]
    assert len(table(read, "s47_enquiries")) == 2


def test_list_6_makes_plans_of_children_in_need_and_of_nobody_else(tmp_path: Path) -> None:
    rows = [
        {"Child Unique ID": child, "CIN Start Date": D(2022, 5, 1), "Case Status": status,
         "Date Child Was Last Seen": D(2024, 1, 20), "Primary Need Code": "N1 - Abuse or neglect"}
        for child, status in ((1, "c) Child in need plan"), (2, "a) Looked after child"), (3, "e) Closed episode"), (4, None))
    ]  # fmt: skip
    read = read_lists(tmp_path, list_6=rows)
    assert [plan["plan_id"] for plan in table(read, "cin_plans")] == ["1-2022-05-01"]
    assert "cin_visits" not in {made.table for made in read.tables}  # last seen by whom is not told
    assert [child["child_id"] for child in table(read, "children")] == ["1", "2", "3", "4"]
    fates = read.rows.sort("row")["table"].to_list()
    assert fates == ["cin_plans", "children", "children", "children"]
    # the status is that of the list's day, so of earlier days no plan is told
    assert reach(read, "cin_plans") == (D(2024, 1, 31), D(2024, 1, 31), False)


def test_a_plan_with_its_latest_visit_and_review(tmp_path: Path) -> None:
    row = {
        **CHILD,
        "Child Protection Plan Start Date": D(2023, 3, 1),
        "Initial Category of Abuse": "Physical abuse",
        "Latest Category of Abuse": "e) Multiple/not recommended",
        "Date of the Last Statutory Visit": D(2024, 1, 22),
        "Was the Child Seen Alone?": "c) Unknown",
        "Date of latest review conference": D(2023, 11, 28),
        "Number of Previous Child Protection Plans": 1,
        "Allocated Team": "North",
    }
    read = read_lists(tmp_path, list_7=[row])
    (plan,) = table(read, "cp_plans")
    assert plan == {
        "plan_id": "501-2023-03-01",
        "child_id": "501",
        "started_on": "2023-03-01",
        "ended_on": None,
        "initial_category": "PHY",
        "latest_category": "MUL",
        "previous_plans": "1",
        "team": "North",
    }
    (visit,) = table(read, "cp_visits")
    assert (visit["plan_id"], visit["visited_on"], visit["seen_alone"]) == ("501-2023-03-01", "2024-01-22", None)
    (review,) = table(read, "cp_reviews")
    assert (review["plan_id"], review["held_on"]) == ("501-2023-03-01", "2023-11-28")
    assert reach(read, "cp_plans") == (D(2023, 8, 1), D(2024, 1, 31), False)
    assert reach(read, "cp_reviews") == (D(2024, 1, 31), D(2024, 1, 31), True)


CARE = {
    **CHILD,
    "Date Started to be Looked After": D(2023, 4, 1),
    "Child's Category of Need": "N8 - Absent parenting",
    "Start date of current legal status": D(2023, 6, 2),
    "Child's Legal Status": "C2: FCO",
    "Date of Latest Statutory Review": D(2024, 1, 9),
    "Date of Last Social Work Visit": D(2024, 1, 15),
    "Date of Last Dental Check": D(2023, 9, 9),
    "Start Date of Most Recent Placement": D(2023, 7, 1),
    "Placement Type": "z) T3: Temporary placement - carer holiday",
    "Placement Provider": "e) PR4 - Private provision",
    "Placement Location": "b) Out",
    "URN of Placement": 1234567,
}


def test_a_child_in_care_has_a_period_a_placement_a_status_a_visit_and_a_review(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_8=[CARE])
    (period,) = table(read, "care_periods")
    assert (period["care_period_id"], period["ended_on"], period["primary_need"]) == ("501-2023-04-01", None, "N8")
    (placement,) = table(read, "placements")
    assert placement == {
        "placement_id": "501-2023-07-01",
        "child_id": "501",
        "care_period_id": "501-2023-04-01",
        "started_on": "2023-07-01",
        "ended_on": None,
        "type": "T3",
        "provider": "PR4",
        "in_authority": "false",
        "urn": "1234567",
    }
    assert table(read, "legal_statuses") == [
        {"child_id": "501", "status": "C2", "started_on": "2023-06-02", "ended_on": None}
    ]
    assert [one["care_period_id"] for one in table(read, "care_visits")] == ["501-2023-04-01"]
    assert [one["held_on"] for one in table(read, "care_reviews")] == ["2024-01-09"]
    assert reach(read, "care_periods") == (D(2023, 8, 1), D(2024, 1, 31), False)
    assert reach(read, "placements") == (D(2024, 1, 31), D(2024, 1, 31), True)


def test_who_left_care_left_the_placement_and_the_legal_status_that_day(tmp_path: Path) -> None:
    reason = "k) E47: Special Guardianship Orders - relative/friend"
    row = {**CARE, "Date Ceased to be Looked After": D(2023, 10, 3), "Reason Ceased to be Looked After": reason}
    read = read_lists(tmp_path, list_8=[row])
    assert table(read, "care_periods")[0]["end_reason"] == "E47"
    ends = [table(read, name)[0]["ended_on"] for name in ("care_periods", "placements", "legal_statuses")]
    assert ends == ["2023-10-03"] * 3


@pytest.mark.parametrize(
    ("held", "kind"), [(D(2023, 9, 30), "initial_health"), (D(2023, 10, 1), "review_health"), (None, None)]
)
def test_a_health_assessment_of_the_first_six_months_of_care_is_the_initial_one(
    tmp_path: Path, held: dt.date | None, kind: str | None
) -> None:
    checks = table(read_lists(tmp_path, list_8=[{**CARE, "Date of Last Health Assessment": held}]), "health_checks")
    assert {one["type"] for one in checks} == {"dental"} | ({kind} if kind else set())
    assert len({one["check_id"] for one in checks}) == len(checks)


def test_a_health_assessment_and_a_dental_check_of_one_day_are_two_checks(tmp_path: Path) -> None:
    row = {**CARE, "Date of Last Health Assessment": D(2023, 9, 9)}
    checks = table(read_lists(tmp_path, list_8=[row]), "health_checks")
    assert [(one["check_id"], one["type"]) for one in checks] == [
        ("501-2023-09-09-dental", "dental"),
        ("501-2023-09-09-health", "initial_health"),
    ]


LEAVER = {
    **CHILD,
    "Eligibility Category": "b) Former relevant child",
    "Allocated Personal Advisor": "PA 3",
    "LA in Touch": "a) Yes",
    "Type of Accommodation": "U: Independent living",
    "Suitability of Accommodation": "b) Unsuitable",
    "Activity Status": "F2: Full time in education other than higher",
}


def test_a_care_leaver_is_supported_on_the_lists_day_and_spoken_of_at_the_latest_contact(tmp_path: Path) -> None:
    row = {**LEAVER, "Latest Date of Contact": D(2024, 1, 8), "Latest Pathway Plan Review Date": D(2023, 9, 4)}
    read = read_lists(tmp_path, list_9=[row])
    (spell,) = table(read, "care_leavers")
    assert (spell["started_on"], spell["ended_on"], spell["eligibility"]) == ("2024-01-31", None, "former_relevant")
    assert spell["personal_adviser"] == "PA 3"
    assert table(read, "care_leaver_contacts") == [
        {
            "child_id": "501",
            "recorded_on": "2024-01-08",
            "in_touch": "YES",
            "accommodation": "U2",
            "suitable": "false",
            "activity": "F2",
        }
    ]
    assert [one["reviewed_on"] for one in table(read, "pathway_plans")] == ["2023-09-04"]
    assert reach(read, "care_leavers") == (D(2024, 1, 31), D(2024, 1, 31), False)


def test_a_care_leaver_without_a_date_of_contact_is_spoken_of_on_the_lists_day(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_9=[LEAVER])
    assert table(read, "care_leaver_contacts")[0]["recorded_on"] == "2024-01-31"
    assert table(read, "pathway_plans") == []


def test_a_care_leaver_of_whom_nothing_is_said_has_no_record(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_9=[{**CHILD, "Eligibility Category": "Qualifying care leaver"}])
    assert table(read, "care_leaver_contacts") == []
    assert len(table(read, "care_leavers")) == 1


ADOPTED = {
    **CHILD,
    "Family identifier": "F9",
    "Date the Child Entered Care": D(2023, 4, 1),
    "Date of Decision that Child Should be Placed for Adoption": D(2023, 6, 1),
    "Date of Placement Order": D(2023, 7, 3),
    "Date of Matching Child and Prospective Adopters": D(2023, 8, 1),
    "Date Placed for Adoption": D(2023, 9, 1),
}


def test_the_path_to_adoption_is_linked_to_the_period_of_care_that_began_on_its_day(tmp_path: Path) -> None:
    read = read_lists(tmp_path, list_8=[CARE], list_10=[ADOPTED])
    (path,) = table(read, "permanence")
    assert path == {
        "child_id": "501",
        "decided_on": "2023-06-01",
        "placement_order_on": "2023-07-03",
        "matched_on": "2023-08-01",
        "placed_on": "2023-09-01",
        "order_on": None,
        "order_type": None,
        "reversed_on": None,
        "care_period_id": "501-2023-04-01",
    }
    # the other lists tell no family: with this one alone every other child would count as a family of its own
    assert "family_id" not in table(read, "children")[0]
    assert reach(read, "permanence")[0] == D(2023, 2, 1)  # twelve months up to 31 January 2024


def test_a_path_whose_period_of_care_is_not_listed_is_linked_to_none(tmp_path: Path) -> None:
    row = {**ADOPTED, "Date the Child Entered Care": D(2023, 4, 2), "Date of Adoption Order": D(2024, 1, 5)}
    (path,) = table(read_lists(tmp_path, list_8=[CARE], list_10=[row]), "permanence")
    assert path["care_period_id"] is None
    assert path["order_type"] == "adoption"


def test_prospective_adopters_are_not_read_and_that_is_said(tmp_path: Path) -> None:
    adopter = {"Individual adopter identifier": 9, "Date enquiry received": D(2023, 5, 5)}
    read = read_lists(tmp_path, list_1=[{**CHILD, "Date of Contact": D(2024, 1, 5)}], list_11=[adopter])
    unread = [file for file in read.files if not file.used]
    assert [(file.file, file.rows) for file in unread] == [("Annex A 2024-01-31.xlsx#List 11", 0)]
    said = read.findings.filter(read.findings["rule"] == "annex_a_sheet_not_read")
    assert said["file"].to_list() == ["Annex A 2024-01-31.xlsx#List 11"]
    assert [child["child_id"] for child in table(read, "children")] == ["501"]
