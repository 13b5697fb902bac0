"""Why: a value read wrongly is a figure gone wrong, so each kind of text is shown with what it is read as."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

DAY = dt.date(2023, 4, 3)


def visit(text: str) -> str:
    return f"visit_id,child_id,visited_on\nv1,c1,{text}"


def missing(text: str) -> str:
    return f"episode_id,child_id,started_at\nm1,c1,{text}"


@pytest.mark.parametrize(
    "text",
    ["2023-04-03", "03/04/2023", "3/4/2023", "2023-04-03T14:30", "2023-04-03 14:30:05", "2023-04-03T14:30:05.123Z",
     "03/04/2023 14:30", " 2023-04-03 "],
)  # fmt: skip
def test_a_date_is_read_in_three_forms_and_loses_its_time(check, text):
    result = check(cin_visits=visit(text))
    assert result.tables["cin_visits"]["visited_on"].to_list() == [DAY]
    assert result.findings.is_empty()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-04-03", dt.datetime(2023, 4, 3)),
        ("3/4/2023 9:05", dt.datetime(2023, 4, 3, 9, 5)),
        ("2023-04-03T23:59:58", dt.datetime(2023, 4, 3, 23, 59, 58)),
        ("2023-04-03T23:59:58.25Z", dt.datetime(2023, 4, 3, 23, 59, 58, 250000)),
    ],
)
def test_a_date_with_a_time_keeps_it_and_a_date_alone_is_midnight(check, text, moment):
    assert check(missing_episodes=missing(text)).tables["missing_episodes"]["started_at"].to_list() == [moment]


@pytest.mark.parametrize("text", ["31/02/2024", "2023-02-29", "2023-13-01", "soon", "03-04-2023", "3/4/23", "45019"])
def test_a_date_that_is_not_in_the_calendar_or_not_in_a_known_form_sets_the_row_aside(check, found, fates, text):
    result = check(cin_visits=visit(text))
    assert found(result) == [("v1", "date_unreadable", "error", "visited_on")]
    assert fates(result, "cin_visits.csv")["set_aside"] == 1


def test_an_unreadable_end_sets_the_row_aside_for_it_would_look_like_an_open_plan(check, found):
    result = check(cin_plans="plan_id,child_id,started_on,ended_on\np1,c1,2023-01-01,??/06/2023")
    assert found(result) == [("p1", "date_unreadable", "error", "ended_on")]
    assert result.tables["cin_plans"].is_empty()


def test_an_impossible_time_is_unreadable_where_the_time_counts(check, found):
    assert found(check(missing_episodes=missing("2023-04-03 25:10"))) == [
        ("m1", "date_unreadable", "error", "started_at")
    ]


@pytest.mark.parametrize("text", ["1899-12-31", "2101-01-01", "31/12/9999", "0023-04-03"])
def test_a_date_beyond_reason_is_an_error_and_not_news_from_the_future(check, found, text):
    result = check(cin_visits=visit(text))
    assert found(result) == [("v1", "date_beyond_reason", "error", "visited_on")]


def test_the_first_and_last_reasonable_days_pass(check):
    children = "child_id,date_of_birth,expected_date_of_birth\nc1,1900-01-01,2100-12-31"
    result = check(children=children)
    assert result.tables["children"].select("date_of_birth", "expected_date_of_birth").row(0) == (
        dt.date(1900, 1, 1),
        dt.date(2100, 12, 31),
    )


@pytest.mark.parametrize("text", ["true", "Y", "yes", "T", "1", "YES", "True"])
def test_yes_in_any_form(check, text):
    result = check(cin_visits=f"visit_id,child_id,visited_on,seen\nv1,c1,2023-04-03,{text}")
    assert result.tables["cin_visits"]["seen"].to_list() == [True]


@pytest.mark.parametrize("text", ["false", "n", "No", "F", "0"])
def test_no_in_any_form(check, text):
    result = check(cin_visits=f"visit_id,child_id,visited_on,seen\nv1,c1,2023-04-03,{text}")
    assert result.tables["cin_visits"]["seen"].to_list() == [False]


def test_an_unreadable_yes_or_no_is_reported_and_counts_as_unknown(check, found):
    result = check(cin_visits="visit_id,child_id,visited_on,seen\nv1,c1,2023-04-03,perhaps")
    assert found(result) == [("v1", "value_unreadable", "warning", "seen")]
    assert result.tables["cin_visits"]["seen"].to_list() == [None]


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("3.0", 3), ("+3", 3), ("0", 0), ("-2", -2)])
def test_whole_numbers(check, text, number):
    result = check(cp_plans=f"plan_id,child_id,started_on,previous_plans\np1,c1,2023-01-01,{text}")
    assert result.tables["cp_plans"]["previous_plans"].to_list() == [number]


def test_an_unreadable_whole_number_is_an_error_only_where_it_is_needed(check, found):
    plans = "plan_id,child_id,started_on,previous_plans\np1,c1,2023-01-01,2.5"
    intervals = "child_id,kind,interval_days,started_on\nc1,cla,six weeks,2023-01-01"
    assert found(check(cp_plans=plans)) == [("p1", "value_unreadable", "warning", "previous_plans")]
    assert found(check(visit_plans=intervals)) == [("c1/cla", "value_unreadable", "error", "interval_days")]


def test_numbers_are_exact_and_an_unknown_distance_is_null(check):
    rows = """placement_id,care_period_id,child_id,started_on,distance_miles
        p1,k1,c1,2023-01-01,0.1
        p2,k1,c1,2023-02-01,999.9
        p3,k1,c1,2023-03-01,12"""
    result = check(placements=rows)
    assert result.tables["placements"]["distance_miles"].to_list() == [Decimal("0.1"), None, Decimal(12)]
    assert result.findings.is_empty()


def test_a_code_is_read_whatever_the_case_of_its_letters(check):
    result = check(
        care_periods="care_period_id,child_id,started_on,ended_on,end_reason\nk1,c1,2023-01-01,2023-05-01, e11 "
    )
    assert result.tables["care_periods"]["end_reason"].to_list() == ["E11"]


def test_a_code_on_no_list_is_reported_and_counts_as_unknown(check, found):
    result = check(contacts="contact_id,child_id,received_on,outcome\nk1,c1,2023-01-01,mystery")
    assert found(result) == [("k1", "code_out_of_list", "warning", "outcome")]
    assert result.tables["contacts"]["outcome"].to_list() == [None]


def test_an_id_stays_as_it_is_but_for_blanks_around_it(check):
    result = check(children="child_id\n 123.0 \n0042")
    assert result.tables["children"]["child_id"].to_list() == ["123.0", "0042"]


def test_a_column_the_source_lacks_stays_absent(check):
    result = check(contacts="contact_id,child_id,received_on\nk1,c1,2023-01-01")
    assert result.present["contacts"] == {"contact_id", "child_id", "received_on"}
    assert result.tables["contacts"].columns == ["contact_id", "child_id", "received_on", "_record", "_file", "_row"]


def test_a_table_without_rows_passes(check, fates):
    result = check(
        placements="placement_id,care_period_id,child_id,started_on,ended_on,distance_miles,type,in_authority"
    )
    assert result.tables["placements"].height == 0
    assert fates(result, "placements.csv")["rows"] == 0
