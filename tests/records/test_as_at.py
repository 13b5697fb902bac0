"""Why: last year's figure must be had from this year's export, so what was not known on the day must not show."""

from __future__ import annotations

import datetime as dt

PLANS = """plan_id,child_id,started_on,ended_on
    p1,c1,2023-01-01,2023-06-30
    p2,c2,2023-07-01,"""


def test_a_row_that_begins_later_is_not_yet_known_and_no_finding(check, fates):
    result = check(as_at="2023-06-30", cin_plans=PLANS)
    assert fates(result, "cin_plans.csv") == {
        "rows": 2, "accepted": 1, "superseded": 0, "not_yet_known": 1, "set_aside": 0}  # fmt: skip
    assert result.findings.is_empty()


def test_what_is_wrong_with_a_row_not_yet_known_is_no_finding_either(check, fates):
    result = check(as_at="2023-06-30", cin_plans="plan_id,child_id,started_on,ended_on\np1,,2023-07-01,never")
    assert fates(result, "cin_plans.csv")["not_yet_known"] == 1
    assert result.findings.is_empty()


def test_a_later_end_of_an_earlier_row_reads_as_open(check):
    ends = {
        day: check(as_at=day, cin_plans=PLANS).tables["cin_plans"]["ended_on"][0]
        for day in ("2023-06-29", "2023-06-30")
    }
    assert ends == {"2023-06-29": None, "2023-06-30": dt.date(2023, 6, 30)}


def test_a_time_on_the_day_itself_is_known(check):
    rows = "episode_id,child_id,started_at,ended_at\nm1,c1,2023-06-29 22:00,2023-06-30 23:15"
    assert check(as_at="2023-06-30", missing_episodes=rows).tables["missing_episodes"]["ended_at"].null_count() == 0
    assert check(as_at="2023-06-29", missing_episodes=rows).tables["missing_episodes"]["ended_at"].null_count() == 1


def test_a_planned_date_may_lie_ahead(check):
    rows = "review_id,plan_id,child_id,supplied_due_on,held_on\nr1,p1,c1,2023-09-01,2023-09-04"
    table = check(as_at="2023-06-30", cp_reviews=rows).tables["cp_reviews"]
    assert table.select("supplied_due_on", "held_on").row(0) == (dt.date(2023, 9, 1), None)


def test_a_child_not_yet_born_has_no_date_of_birth(check):
    result = check(as_at="2023-06-30", children="child_id,date_of_birth\nc1,2023-08-01")
    assert result.tables["children"]["date_of_birth"].to_list() == [None]


def test_a_record_that_names_one_not_yet_known_is_not_told_that_it_is_missing(check):
    result = check(
        as_at="2023-06-30",
        referrals="referral_id,child_id,received_on\nr1,c1,2023-07-02",
        assessments="assessment_id,child_id,referral_id,started_on\na1,c1,r1,2023-06-01",
    )
    assert result.findings.is_empty()
