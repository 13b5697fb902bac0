"""Why: what a manager counts later is decided here: which element becomes which record, and what is not made up."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from cin_census.made_up import (
    assessment,
    case,
    census,
    child,
    cin_plan,
    cp_plan,
    element,
    enquiry,
    fates,
    line_of,
    names,
    read_text,
    rules,
    said,
    table,
)


def test_a_whole_census_of_one_child() -> None:
    delivery = read_text(
        census(
            child(
                "c1",
                case(
                    "2023-05-02",
                    assessment("2023-05-03", "2023-06-20", ("3B", "4B")),
                    cin_plan("2023-07-01", "2023-09-01"),
                    enquiry("2023-09-04", "2023-09-20", target="2023-09-25"),
                    plans=(cp_plan("2023-09-20", reviews=("2023-12-01",), category="NEG", latest="EMO", before="1"),),
                ),
                UPN="A123456789123",
            )
        )
    )
    assert rules(delivery) == []
    assert table(
        delivery, "children", "child_id", "date_of_birth", "sex", "gender", "ethnicity", "disabled", "upn"
    ) == [("c1", "2012-06-15", "F", "F", "WBRI", "false", "A123456789123")]
    assert table(delivery, "disabilities") == [("c1", "NONE")]
    assert table(delivery, "referrals") == [("c1-2023-05-02", "c1", "2023-05-02", "2A", "N1", "0", None, None)]
    assert table(delivery, "assessments") == [("c1-2023-05-03", "c1", "c1-2023-05-02", "2023-05-03", "2023-06-20")]
    assert table(delivery, "assessment_factors") == [("c1-2023-05-03", "3B"), ("c1-2023-05-03", "4B")]
    assert table(delivery, "cin_plans") == [("c1-2023-07-01", "c1", "c1-2023-05-02", "2023-07-01", "2023-09-01")]
    assert table(delivery, "s47_enquiries") == [("c1-2023-09-04", "c1", "c1-2023-05-02", "2023-09-04", "icpc")]
    assert table(delivery, "cp_conferences") == [
        ("c1-2023-09-20", "c1", "c1-2023-09-04", "c1-2023-05-02", "false", "2023-09-25", "2023-09-20", "true")
    ]
    assert table(delivery, "cp_plans") == [
        ("c1-2023-09-20", "c1", "c1-2023-05-02", "c1-2023-09-20", "2023-09-20", None, "NEG", "EMO", "1")
    ]
    assert table(delivery, "cp_reviews") == [("c1-2023-09-20-2023-12-01", "c1", "c1-2023-09-20", "2023-12-01")]
    assert fates(delivery) == {"carried": 10}
    assert delivery.covers == "CIN census for the year to 31 March 2024: 1 child."


def test_each_record_element_is_a_row_at_its_own_line() -> None:
    text = census(
        child("c1", case("2023-05-02", assessment("2023-05-03", None, ("3B", "4B")), plans=(cp_plan("2023-06-01"),)))
    )
    delivery = read_text(text)
    expected = {
        (line_of(text, "<Child>"), "children"),
        (line_of(text, "<Disability>"), "disabilities"),
        (line_of(text, "<CINdetails>"), "referrals"),
        (line_of(text, "<Assessments>"), "assessments"),
        (line_of(text, "<AssessmentFactors>"), "assessment_factors"),
        (line_of(text, "<AssessmentFactors>", 2), "assessment_factors"),
        (line_of(text, "<ChildProtectionPlans>"), "cp_plans"),
    }
    assert set(delivery.rows.select("row", "table").rows()) == expected
    plans = next(one.frame for one in delivery.tables if one.table == "cp_plans")
    assert plans["_row"].to_list() == [line_of(text, "<ChildProtectionPlans>")]


def test_lines_beyond_65535_are_counted_rightly() -> None:
    children = [child(f"{number:05}", case("2023-05-02")) for number in range(5000)]
    text = census(*children, child("last", case("2023-05-02", nfa="maybe")))
    assert text.count("\n") > 70_000
    assert said(read_text(text), "cin_value_not_allowed") == [
        ("1.xml", line_of(text, "maybe"), "warning", "ReferralNFA", "last")
    ]


def test_what_the_census_does_not_hold_is_absent_and_not_blank() -> None:
    delivery = read_text(census(child("c1", case("2023-05-02", enquiry("2023-06-01")))))
    columns = {one.table: set(one.columns) for one in delivery.tables}
    assert "completed_on" not in columns["s47_enquiries"]
    assert "strategy_discussion_on" not in columns["s47_enquiries"]
    assert "outcome" not in columns["assessments"]
    assert "other_authority" not in columns["cp_plans"]
    assert "decided_on" not in columns["referrals"]
    assert not {"contacts", "cp_visits", "strategy_discussions", "care_periods"} & set(names(delivery))


def test_a_census_without_enquiries_says_that_there_were_none() -> None:
    delivery = read_text(census(child("c1", case("2023-05-02"))))
    assert table(delivery, "s47_enquiries") == []
    assert table(delivery, "cp_plans") == []


@pytest.mark.parametrize(
    ("year", "written", "sex", "gender"),
    [(2024, "1", "M", "M"), (2024, "2", "F", "F"), (2024, "0", "U", "U"), (2024, "9", "U", "U"), (2024, "7", "7", "7")],
)
def test_up_to_2024_the_gender_in_numbers_is_read_as_sex_too(year: int, written: str, sex: str, gender: str) -> None:
    delivery = read_text(census(child("c1", case("2023-05-02"), sex=written, year=year), year=year))
    assert table(delivery, "children", "sex", "gender") == [(sex, gender)]


def test_from_2025_on_the_census_has_a_sex_and_no_gender() -> None:
    delivery = read_text(census(child("c1", case("2024-05-02"), sex="M", year=2025), year=2025))
    assert table(delivery, "children", "sex") == [("M",)]
    assert "gender" not in next(one for one in delivery.tables if one.table == "children").columns
    assert rules(delivery) == []


@pytest.mark.parametrize(
    ("listed", "disabled"),
    [
        (("NONE",), "false"),
        (("HEAR",), "true"),
        (("NONE", "LD"), "true"),
        ((), None),
        (("QQQ",), None),
        (("aut",), "true"),
    ],
)
def test_a_child_is_disabled_if_any_disability_is_listed(listed: tuple[str, ...], disabled: str | None) -> None:
    delivery = read_text(census(child("c1", case("2023-05-02"), disabilities=listed)))
    assert table(delivery, "children", "disabled") == [(disabled,)]
    assert sorted(code for _, code in table(delivery, "disabilities")) == sorted(listed)


def test_an_unborn_child_has_an_expected_date_and_no_date_of_birth() -> None:
    born = child("c1", case("2023-05-02"), born=None, sex="0", ExpectedPersonBirthDate="2024-06-01")
    delivery = read_text(census(born))
    assert table(delivery, "children", "date_of_birth", "expected_date_of_birth", "sex") == [(None, "2024-06-01", "U")]
    assert rules(delivery) == []


def test_a_date_with_a_zone_is_the_day_that_it_says() -> None:
    delivery = read_text(census(child("c1", case("2023-05-02Z", closed="2023-06-30+01:00"))))
    assert table(delivery, "referrals", "received_on", "closed_on") == [("2023-05-02", "2023-06-30")]
    assert rules(delivery) == []


def test_a_date_in_another_form_is_read_and_said() -> None:
    delivery = read_text(census(child("c1", case("02/05/2023"))))
    assert table(delivery, "referrals", "referral_id", "received_on") == [("c1-2023-05-02", "2023-05-02")]
    assert rules(delivery) == ["cin_value_not_allowed"]


def test_a_code_on_no_list_stays_as_written() -> None:
    delivery = read_text(census(child("c1", case("2023-05-02", source="99Z", need="N1"))))
    assert table(delivery, "referrals", "source") == [("99Z",)]
    assert rules(delivery) == ["cin_value_not_allowed"]


# -- conferences -------------------------------------------------------------------------------------------------------------


def conferences(*cases: str) -> list[tuple[object, ...]]:
    return table(
        read_text(census(child("c1", *cases))), "cp_conferences", "held_on", "enquiry_id", "transfer_in", "plan_agreed"
    )


def test_a_conference_of_the_referral_takes_over_another_authoritys_plan() -> None:
    assert conferences(case("2023-05-02", conference="2023-05-20")) == [("2023-05-20", None, "true", None)]


def test_a_day_told_of_the_referral_and_of_the_enquiry_is_one_conference_the_enquirys() -> None:
    both = case("2023-05-02", enquiry("2023-05-04", "2023-05-20"), conference="2023-05-20")
    assert conferences(both) == [("2023-05-20", "c1-2023-05-04", "false", None)]
    delivery = read_text(census(child("c1", both)))
    assert [row[2:] for row in said(delivery, "cin_conference_told_twice")] == [("warning", "DateOfInitialCPC", "c1")]


def test_two_enquiries_before_one_conference_make_one_conference_led_to_by_the_later() -> None:
    inside = (
        enquiry("2023-05-04", "2023-05-20"),
        enquiry("2023-05-10", "2023-05-20"),
        enquiry("2023-05-22", "2023-05-20"),
    )
    assert conferences(case("2023-05-02", *inside)) == [("2023-05-20", "c1-2023-05-10", "false", None)]


def test_a_plan_that_begins_on_the_day_was_agreed_and_of_another_day_nothing_is_said() -> None:
    told = case("2023-05-02", enquiry("2023-05-04", "2023-05-20"), plans=(cp_plan("2023-05-20"),))
    assert conferences(told) == [("2023-05-20", "c1-2023-05-04", "false", "true")]
    other = case("2023-05-02", enquiry("2023-05-04", "2023-05-20"), plans=(cp_plan("2023-05-21"),))
    assert conferences(other) == [("2023-05-20", "c1-2023-05-04", "false", None)]


def test_a_target_without_a_conference_makes_none() -> None:
    assert conferences(case("2023-05-02", enquiry("2023-05-04", target="2023-05-25"))) == []


@pytest.mark.parametrize(
    ("conference", "not_required", "outcome"),
    [
        ("2023-05-20", "0", "icpc"),
        (None, "0", None),
        (None, "1", None),
        ("2023-05-20", "1", None),
        ("2023-05-20", "false", "icpc"),
    ],
)
def test_an_enquirys_outcome_is_told_only_where_it_is_sure(
    conference: str | None, not_required: str, outcome: str | None
) -> None:
    delivery = read_text(census(child("c1", case("2023-05-02", enquiry("2023-05-04", conference, not_required)))))
    assert table(delivery, "s47_enquiries", "outcome") == [(outcome,)]
    assert len(table(delivery, "cp_conferences")) == (conference is not None)
    assert ("cin_conference_not_required" in rules(delivery)) == (conference is not None and not_required == "1")


# -- what can't be a record ---------------------------------------------------------------------------------------------------


def test_a_child_without_an_id_is_set_aside_with_all_that_is_told_of_it() -> None:
    text = census(child(None, case("2023-05-02", assessment("2023-05-03"))), child("c2", case("2023-06-02")))
    delivery = read_text(text)
    assert table(delivery, "children", "child_id") == [("c2",)]
    assert [row[1:3] for row in said(delivery, "cin_no_child_id")] == [
        (line_of(text, "<Child>"), "error"),
        (line_of(text, "<Disability>"), "error"),
        (line_of(text, "<CINdetails>"), "error"),
        (line_of(text, "<Assessments>"), "error"),
    ]
    assert fates(delivery) == {"set_aside": 4, "carried": 3}


def test_a_referral_without_its_date_is_set_aside_and_what_stands_in_it_is_kept() -> None:
    text = census(
        child("c1", case(None, assessment("2023-05-03"), plans=(cp_plan("2023-06-01", reviews=("2023-07-01",)),)))
    )
    delivery = read_text(text)
    assert table(delivery, "referrals") == []
    assert said(delivery, "cin_no_received_on") == [
        ("1.xml", line_of(text, "<CINdetails>"), "error", "CINreferralDate", "c1")
    ]
    assert table(delivery, "assessments", "assessment_id", "referral_id") == [("c1-2023-05-03", None)]
    assert table(delivery, "cp_reviews", "plan_id") == [("c1-2023-06-01",)]


def test_a_plan_without_a_start_takes_its_reviews_and_an_assessment_its_factors() -> None:
    inside = assessment(None, None, ("3B",))
    text = census(child("c1", case("2023-05-02", inside, plans=(cp_plan(None, reviews=("2023-07-01",)),))))
    delivery = read_text(text)
    assert table(delivery, "cp_reviews") == table(delivery, "assessment_factors") == []
    assert [row[1] for row in said(delivery, "cin_parent_set_aside")] == [
        line_of(text, "<AssessmentFactors>"),
        line_of(text, "<CPPreviewDate>"),
    ]
    assert fates(delivery) == {"carried": 3, "set_aside": 4}


def test_what_begins_after_the_census_was_made_is_set_aside() -> None:
    cases = (case("2024-03-31"), case("2024-05-20"), case("2024-05-21"))
    delivery = read_text(census(child("c1", *cases), made="2024-05-20T10:00:00"))
    assert table(delivery, "referrals", "received_on") == [("2024-03-31",), ("2024-05-20",)]
    assert len(said(delivery, "cin_begins_after_the_census")) == 1
    assert len(said(delivery, "cin_after_the_year")) == 1  # 20 May: known, but of the next year


def test_a_date_that_cannot_be_read_stays_for_the_checks_and_is_not_in_the_id() -> None:
    delivery = read_text(census(child("c1", case("Jane Doe"), case("2023-02-30"))))
    assert table(delivery, "referrals", "referral_id", "received_on") == [
        ("c1-unreadable", "2023-02-30"),
        ("c1-unreadable-2", "Jane Doe"),
    ]


def test_two_referrals_on_one_day_stay_two_whatever_their_order() -> None:
    first = case("2023-05-02", assessment("2023-05-03"), source="6")
    second = case("2023-05-02", assessment("2023-05-09"), source="2A", closed="2023-06-01")
    one, other = read_text(census(child("c1", first, second))), read_text(census(child("c1", second, first)))
    assert table(one, "referrals", "referral_id", "source") == [("c1-2023-05-02", "6"), ("c1-2023-05-02-2", "2A")]
    assert table(one, "assessments", "assessment_id", "referral_id") == [
        ("c1-2023-05-03", "c1-2023-05-02"),
        ("c1-2023-05-09", "c1-2023-05-02-2"),
    ]
    for name in names(one):
        assert table(one, name) == table(other, name)
    assert len(said(one, "cin_same_start_twice")) == 1


def test_twins_that_differ_only_in_what_stands_in_them_keep_it_whatever_their_order() -> None:
    first, second = (case("2023-05-02", assessment(day)) for day in ("2023-05-03", "2023-05-09"))
    one, other = read_text(census(child("c1", first, second))), read_text(census(child("c1", second, first)))
    assert table(one, "assessments") == table(other, "assessments")
    assert {row[2] for row in table(one, "assessments")} == {"c1-2023-05-02", "c1-2023-05-02-2"}


def test_a_child_twice_in_one_file_is_one_child_with_all_that_is_told() -> None:
    text = census(
        child("c1", case("2023-05-02"), disabilities=("HEAR",), born=None),
        child("c1", case("2023-08-01"), disabilities=("HEAR", "VIS")),
    )
    delivery = read_text(text)
    assert table(delivery, "children", "child_id", "date_of_birth") == [("c1", "2012-06-15")]
    assert table(delivery, "disabilities") == [("c1", "HEAR"), ("c1", "VIS")]
    assert len(table(delivery, "referrals")) == 2
    assert said(delivery, "cin_child_twice")[0][1:] == (line_of(text, "<Child>"), "warning", "LAchildID", "c1")
    assert fates(delivery) == {"carried": 7}


def test_a_review_twice_on_one_day_is_one_review() -> None:
    delivery = read_text(
        census(child("c1", case("2023-05-02", plans=(cp_plan("2023-06-01", reviews=("2023-07-01",) * 2),))))
    )
    assert table(delivery, "cp_reviews", "held_on") == [("2023-07-01",)]
    assert len(said(delivery, "cin_review_twice")) == 1
    assert "set_aside" not in fates(delivery)


def test_a_record_where_the_schema_has_none_is_set_aside_with_all_records_in_it() -> None:
    text = census(child("c1", case("2023-05-02"), assessment("2023-05-03", None, ("3B",))))
    delivery = read_text(text)
    assert [row[1:4] for row in said(delivery, "cin_record_out_of_place")] == [
        (line_of(text, "<Assessments>"), "error", "Assessments"),
        (line_of(text, "<AssessmentFactors>"), "error", "AssessmentFactors"),
    ]
    assert fates(delivery) == {"carried": 3, "set_aside": 2}


def test_a_child_with_no_case_is_a_child_all_the_same() -> None:
    delivery = read_text(census(child("c1")))
    assert table(delivery, "children", "child_id") == [("c1",)]
    assert [row[3] for row in said(delivery, "cin_missing_element")] == ["CINdetails"]


def test_the_source_tells_everything_from_the_first_april_of_its_year_on() -> None:
    delivery = read_text(census(child("c1", case("2023-05-02"))))
    since = {one.table: one.since for one in delivery.tables}
    assert since.pop("children") is since.pop("disabilities") is None
    assert set(since.values()) == {dt.date(2023, 4, 1)}
    assert not any(one.latest_only for one in delivery.tables)


def test_every_set_aside_row_has_a_finding_at_its_line() -> None:
    text = census(
        child(None, case("2023-05-02", assessment(None, None, ("3B",)))),
        child(
            "c2", case(None, enquiry(None), plans=(cp_plan(None, reviews=("2023-07-01", "")),)), disabilities=("", "LD")
        ),
        child("c3", element("Section47", element("CPPreviewDate", "2023-07-01"))),
    )
    delivery = read_text(text)
    aside = set(delivery.rows.filter(pl.col("disposition") == "set_aside").select("file", "row").rows())
    errors = set(delivery.findings.filter(pl.col("severity") == "error").select("file", "row").rows())
    assert (
        len(aside) == 5 + 6 + 2
    )  # all of the first child; a referral, an enquiry, a plan, its reviews, a disability; two astray
    assert aside == errors
