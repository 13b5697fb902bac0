"""Why: each rule is shown once with a row that breaks it, what becomes of the row, and the sentence a manager reads."""

from __future__ import annotations

import polars as pl
import pytest

CHILDREN = "child_id,date_of_birth\nc1,2020-05-10\nc2,"


def test_something_needed_is_blank(check, found, fates):
    result = check(contacts="contact_id,child_id,received_on\nk1,,2023-01-01\nk2,c1,")
    assert found(result) == [
        ("k1", "required_missing", "error", "child_id"),
        ("k2", "required_missing", "error", "received_on"),
    ]
    assert fates(result, "contacts.csv")["set_aside"] == 2
    assert result.findings["message"][0] == "'child_id' is blank; a row of contacts can't count without it."


def test_the_row_is_the_one_a_spreadsheet_shows(check_files):
    result = check_files({"contacts.csv": "contact_id,child_id,received_on\nk1,c1,2023-01-01\n\nk2,,2023-01-01"})
    assert result.findings.select("file", "row", "table").rows() == [("contacts.csv", 4, "contacts")]


def test_several_errors_are_several_findings_but_one_row(check, found, fates):
    result = check(cin_plans="plan_id,child_id,started_on,ended_on\np1,,2023-05-01,2023-04-01\np2,,x,")
    assert found(result) == [
        ("p1", "ended_before_started", "error", ""),
        ("p1", "required_missing", "error", "child_id"),
        ("p2", "date_unreadable", "error", "started_on"),
        ("p2", "required_missing", "error", "child_id"),
    ]
    assert fates(result, "cin_plans.csv")["set_aside"] == 2


def test_a_warning_keeps_the_row(check, fates):
    result = check(workers="worker_id,fte\nw1,1.2")
    assert result.findings["message"].to_list() == ["The full-time equivalent is above 1, more than full time."]
    assert fates(result, "workers.csv")["accepted"] == 1


# rule, severity; table: columns; values. c1 was born on 2020-05-10, c2 on a day not known
EXAMPLES = """
completed_before_received, error
    contacts: contact_id,child_id,received_on,completed_on
    x,c2,2023-05-02,2023-05-01
decided_before_received, error
    referrals: referral_id,child_id,received_on,decided_on
    x,c2,2023-05-02,2023-05-01
closed_before_received, error
    referrals: referral_id,child_id,received_on,closed_on
    x,c2,2023-05-02,2023-05-01
completed_before_started, error
    assessments: assessment_id,child_id,started_on,completed_on
    x,c2,2023-05-02,2023-05-01
discussion_after_start, warning
    s47_enquiries: enquiry_id,child_id,started_on,strategy_discussion_on
    x,c2,2023-05-02,2023-05-03
without_enquiry, warning
    cp_conferences: conference_id,child_id,enquiry_id,transfer_in,held_on
    x,c2,,no,2023-05-02
previous_plans_negative, warning
    cp_plans: plan_id,child_id,started_on,previous_plans
    x,c2,2023-05-02,-1
seen_alone_but_not_seen, warning
    cp_visits: visit_id,child_id,visited_on,seen,seen_alone
    x,c2,2023-05-02,n,y
before_birth, error
    care_periods: care_period_id,child_id,started_on
    x,c1,2020-05-09
before_birth, error
    placements: placement_id,care_period_id,child_id,started_on
    x,k,c1,2020-05-09
before_birth, error
    care_visits: visit_id,child_id,visited_on
    x,c1,2020-05-09
before_birth, error
    health_checks: check_id,child_id,type,completed_on
    x,c1,dental,2020-05-09
before_birth, error
    missing_episodes: episode_id,child_id,started_at
    x,c1,2020-05-09 23:59
long_before_birth, warning
    cp_plans: plan_id,child_id,started_on
    x,c1,2019-08-03
long_before_birth, warning
    s47_enquiries: enquiry_id,child_id,started_on
    x,c1,2019-08-03
distance_negative, warning
    placements: placement_id,care_period_id,child_id,started_on,distance_miles
    x,k,c1,2023-05-02,-0.5
interval_not_positive, error
    visit_plans: child_id,kind,interval_days,started_on
    c1,cla,0,2023-05-02
ended_before_started, error
    missing_episodes: episode_id,child_id,started_at,ended_at
    x,c1,2023-05-02 10:00,2023-05-02 09:59
interview_before_return, warning
    missing_episodes: episode_id,child_id,started_at,ended_at,interview_completed_on
    x,c1,2023-05-02,2023-05-04,2023-05-03
score_out_of_range, warning
    sdq_scores: child_id,completed_on,score
    c1,2023-05-02,41
year_not_ending_31_march, warning
    annual_health_outcomes: child_id,year_ending
    c1,2023-03-30
fte_negative, error
    workers: worker_id,fte
    w1,-0.5
population_not_positive, error
    populations: authority,mid_year,population
    X,2022,0
denominator_negative, warning
    supplied_figures: indicator,period,denominator
    x,2023-05,-1
linked_to_itself, error
    child_links: child_id,linked_child_id
    c1,c1
"""


def examples():
    lines = [line.strip() for line in EXAMPLES.strip().splitlines()]
    for rule, columns, values in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        table, head = columns.split(": ")
        yield pytest.param(table, f"{head}\n{values}", tuple(rule.split(", ")), id=f"{table} {rule}")


@pytest.mark.parametrize(("table", "rows", "broken"), list(examples()))
def test_a_row_that_contradicts_itself_or_its_child(check, table, rows, broken):
    result = check(children=CHILDREN, **{table: rows})
    assert result.findings.select("rule", "severity").rows() == [broken]
    assert result.tables[table].height == (0 if broken[1] == "error" else 1)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("contacts", "contact_id,child_id,received_on,completed_on\nx,c2,2023-05-02,2023-05-02"),
        ("care_periods", "care_period_id,child_id,started_on\nx,c1,2020-05-10"),  # the day of birth
        ("cp_plans", "plan_id,child_id,started_on\nx,c1,2019-08-04"),  # 280 days before birth
        ("care_periods", "care_period_id,child_id,started_on\nx,c2,1999-01-01"),  # date of birth unknown
        ("missing_episodes", "episode_id,child_id,started_at,ended_at\nx,c1,2023-05-02 10:00,2023-05-02 10:00"),
    ],
)
def test_the_last_day_that_is_right_and_what_is_unknown_pass(check, table, rows):
    assert check(children=CHILDREN, **{table: rows}).findings.is_empty()


def test_a_child_that_died_before_birth_is_set_aside(check, found):
    result = check(children="child_id,date_of_birth,date_of_death\nc1,2020-05-10,2020-05-09")
    assert found(result) == [("c1", "death_before_birth", "error", "")]


def test_a_conference_before_its_enquiry_stays_with_a_warning(check, found, fates):
    result = check(
        s47_enquiries="enquiry_id,child_id,started_on\ne1,c1,2023-05-02\ne2,c2,2023-05-02",
        cp_conferences="conference_id,child_id,enquiry_id,held_on\ni1,c1,e1,2023-05-01\ni2,c2,e2,2023-05-02",
    )
    assert found(result) == [("i1", "before_its_enquiry", "warning", "")]
    assert fates(result, "cp_conferences.csv")["accepted"] == 2


def test_a_placement_outside_its_period_of_care_stays_with_a_warning(check, found):
    result = check(
        care_periods="care_period_id,child_id,started_on,ended_on\nk1,c1,2023-02-01,2023-03-01\nk2,c1,2023-03-01,",
        placements="""placement_id,care_period_id,child_id,started_on,ended_on
            early,k1,c1,2023-01-31,2023-03-01
            late,k1,c1,2023-02-01,2023-03-02
            left open,k1,c1,2023-02-01,
            right,k1,c1,2023-02-01,2023-03-01
            right as well,k2,c1,2023-03-01,""",
    )
    assert found(result) == [
        ("early", "before_its_care_period", "warning", ""),
        ("late", "after_its_care_period", "warning", ""),
        ("left open", "open_after_its_care_period", "warning", ""),
    ]


def test_a_visit_and_a_review_before_their_plan_stay_with_a_warning(check, found):
    result = check(
        cp_plans="plan_id,child_id,started_on\np1,c1,2023-02-01",
        cp_visits="visit_id,child_id,plan_id,visited_on\nv1,c1,p1,2023-01-31\nv2,c1,p1,2023-02-01",
        cp_reviews="review_id,child_id,plan_id,held_on\nr1,c1,p1,2023-01-31\nr2,c1,p1,2023-02-01",
    )
    assert found(result) == [("r1", "before_its_plan", "warning", ""), ("v1", "before_its_plan", "warning", "")]


def test_a_reference_to_nothing_stays_with_a_warning(check, found, fates):
    result = check(children=CHILDREN, contacts="contact_id,child_id,received_on\nk1,c9,2023-01-01")
    assert found(result) == [("k1", "reference_missing", "warning", "child_id")]
    assert fates(result, "contacts.csv")["accepted"] == 1


def test_a_table_that_was_not_delivered_is_not_missed(check):
    assert check(contacts="contact_id,child_id,received_on\nk1,c9,2023-01-01").findings.is_empty()


def test_a_parent_that_is_set_aside_does_not_take_its_children_with_it(check, found, fates):
    result = check(
        referrals="referral_id,child_id,received_on,closed_on\nr1,c1,2023-05-02,2023-05-01",
        assessments="assessment_id,child_id,referral_id,started_on\na1,c1,r1,2023-05-01",
    )
    assert found(result) == [
        ("a1", "reference_set_aside", "warning", "referral_id"),
        ("r1", "closed_before_received", "error", ""),
    ]
    assert fates(result, "assessments.csv")["accepted"] == 1


def test_a_parent_of_which_one_copy_counts_is_not_set_aside(check, found):
    result = check(
        children="child_id,date_of_birth\nc1,2020-05-10\nc1,2020-05-11",
        contacts="contact_id,child_id,received_on\nk1,c1,2023-01-01",
    )
    assert found(result) == [("c1", "duplicate_key", "error", "")]


def test_a_set_aside_parent_says_nothing_of_its_childs_dates(check, found):
    result = check(
        children="child_id,date_of_birth,date_of_death\nc1,2020-05-10,2020-05-09",
        care_visits="visit_id,child_id,visited_on\nv1,c1,2020-05-09",
    )
    assert found(result) == [
        ("v1", "reference_set_aside", "warning", "child_id"),
        ("c1", "death_before_birth", "error", ""),
    ]


def test_a_worker_with_two_posts_can_be_named(check):
    result = check(
        workers="worker_id,started_on\nw1,2022-01-01\nw1,2023-01-01",
        allocations="allocation_id,child_id,worker_id,started_on\na1,c1,w1,2023-02-01",
    )
    assert result.findings.is_empty()
    assert result.tables["allocations"].height == 1


def test_the_scorecard_counts_rows_by_team(check):
    rows = """contact_id,child_id,received_on,team
        k1,,2023-01-01,North
        k2,c1,2023-01-01,North
        k3,c1,,South
        k4,,,South
        k5,c1,2023-01-01,"""
    card = check(contacts=rows).scorecard()
    assert card.select("rule", "team", "findings", "rows_found", "rows", "share").rows() == [
        ("required_missing", "North", 1, 1, 2, 0.5),
        ("required_missing", "South", 3, 2, 2, 1.0),
    ]


def test_findings_stand_in_the_order_of_files_and_rows(check):
    result = check(
        contacts="contact_id,child_id,received_on\nk2,,2023-01-01\nk1,,2023-01-01",
        assessments="assessment_id,child_id,started_on\na1,,2023-01-01",
    )
    places = result.findings.select("file", "row").rows()
    assert places == [("assessments.csv", 2), ("contacts.csv", 2), ("contacts.csv", 3)]
    assert result.findings.schema["row"] == pl.UInt32
