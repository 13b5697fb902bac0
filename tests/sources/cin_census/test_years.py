"""Why: a case that is open for three years stands in three censuses; told once too often or lost, it spoils every count."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from casetally.errors import InputError

from cin_census.made_up import (
    assessment,
    case,
    census,
    child,
    cin_plan,
    cp_plan,
    enquiry,
    fates,
    names,
    read_files,
    read_text,
    rules,
    said,
    table,
)


def since(*years: int) -> set[dt.date | None]:
    delivery = read_text(*(census(child("c1", year=year), year=year) for year in years))
    return {one.since for one in delivery.tables if one.table == "referrals"}


def test_a_case_told_in_two_years_is_one_and_the_later_census_says_how_it_stands() -> None:
    delivery = read_text(
        census(child("c1", case("2022-05-02", need="N1"), year=2023), year=2023),
        census(child("c1", case("2022-05-02", need="N4", closed="2023-06-30", reason="RC7"))),
    )
    assert table(delivery, "referrals", "referral_id", "primary_need", "closed_on") == [
        ("c1-2022-05-02", "N4", "2023-06-30")
    ]
    assert fates(delivery) == {"superseded": 3, "carried": 3}
    assert delivery.covers == "CIN censuses for 2 years, to 31 March 2023 and 2024: 1 child."


def test_a_case_closed_in_the_first_year_stays_beside_the_next_referral() -> None:
    delivery = read_text(
        census(child("c1", case("2022-05-02", closed="2022-08-01"), year=2023), year=2023),
        census(child("c1", case("2023-07-01"))),
    )
    assert table(delivery, "referrals", "received_on", "closed_on") == [
        ("2022-05-02", "2022-08-01"),
        ("2023-07-01", None),
    ]
    assert rules(delivery) == []


def test_what_happened_in_the_first_year_is_kept_though_the_second_lists_the_case_without_it() -> None:
    first = case("2022-05-02", assessment("2022-05-03", "2022-06-20", ("3B",)), enquiry("2022-06-01", "2022-06-15"))
    second = case("2022-05-02", assessment("2023-05-03", "2023-06-20", ("4B",)), enquiry("2023-06-01"))
    delivery = read_text(census(child("c1", first, year=2023), year=2023), census(child("c1", second)))
    assert table(delivery, "assessments", "started_on", "referral_id") == [
        ("2022-05-03", "c1-2022-05-02"),
        ("2023-05-03", "c1-2022-05-02"),
    ]
    assert table(delivery, "assessment_factors") == [("c1-2022-05-03", "3B"), ("c1-2023-05-03", "4B")]
    assert table(delivery, "s47_enquiries", "started_on", "referral_id") == [
        ("2022-06-01", "c1-2022-05-02"),
        ("2023-06-01", "c1-2022-05-02"),
    ]
    assert table(delivery, "cp_conferences", "held_on") == [("2022-06-15",)]


def test_an_assessment_open_in_one_year_and_completed_in_the_next_is_one_with_the_later_factors() -> None:
    delivery = read_text(
        census(child("c1", case("2023-03-01", assessment("2023-03-02", None, ("3B",))), year=2023), year=2023),
        census(child("c1", case("2023-03-01", assessment("2023-03-02", "2023-04-20", ("4B", "20"))))),
    )
    assert table(delivery, "assessments", "completed_on") == [("2023-04-20",)]
    assert table(delivery, "assessment_factors", "factor") == [("20",), ("4B",)]


def test_the_reviews_of_all_years_stand_on_one_plan() -> None:
    first = case("2022-05-02", plans=(cp_plan("2022-06-01", reviews=("2022-08-25", "2023-02-20"), category="NEG"),))
    second = case(
        "2022-05-02",
        plans=(
            cp_plan("2022-06-01", "2023-09-01", reviews=("2023-02-20", "2023-08-15"), category="NEG", latest="PHY"),
        ),
    )
    delivery = read_text(census(child("c1", first, year=2023), year=2023), census(child("c1", second)))
    assert table(delivery, "cp_plans", "plan_id", "ended_on", "latest_category") == [
        ("c1-2022-06-01", "2023-09-01", "PHY")
    ]
    assert table(delivery, "cp_reviews", "plan_id", "held_on") == [
        ("c1-2022-06-01", "2022-08-25"),
        ("c1-2022-06-01", "2023-02-20"),
        ("c1-2022-06-01", "2023-08-15"),
    ]
    assert rules(delivery) == []


def test_a_transfer_in_told_in_the_first_year_only_is_kept_and_a_later_date_for_it_corrects_it() -> None:
    told, silent = case("2022-05-02", conference="2022-05-20"), case("2022-05-02")
    corrected = case("2022-05-02", conference="2022-05-27")
    for later, held in ((silent, "2022-05-20"), (corrected, "2022-05-27")):
        delivery = read_text(census(child("c1", told, year=2023), year=2023), census(child("c1", later)))
        assert table(delivery, "cp_conferences", "held_on", "transfer_in") == [(held, "true")]


def test_of_two_referrals_of_one_day_the_one_that_stayed_open_is_the_one_that_comes_again() -> None:
    open_one, closed_one = case("2022-05-02", source="6"), case("2022-05-02", source="2A", closed="2022-07-01")
    delivery = read_text(
        census(child("c1", closed_one, open_one, year=2023), year=2023),
        census(child("c1", case("2022-05-02", source="6", closed="2023-05-05"))),
    )
    assert table(delivery, "referrals", "referral_id", "source", "closed_on") == [
        ("c1-2022-05-02", "6", "2023-05-05"),
        ("c1-2022-05-02-2", "2A", "2022-07-01"),
    ]


def test_what_was_open_and_never_comes_again_is_kept_as_open_and_said() -> None:
    inside = (assessment("2022-05-03"), cin_plan("2022-06-01"))
    first = case("2022-05-02", *inside, plans=(cp_plan("2022-07-01"),))
    delivery = read_text(census(child("c1", first, year=2023), year=2023), census(child("c2", case("2023-05-02"))))
    columns = [row[3] for row in said(delivery, "cin_open_but_not_returned")]
    assert sorted(columns) == ["AssessmentAuthorisationDate", "CINPlanEndDate", "CINclosureDate", "CPPendDate"]
    assert ("2022-05-02", None) in table(delivery, "referrals", "received_on", "closed_on")


def test_a_referral_without_further_action_is_not_missed_in_the_next_census() -> None:
    for nfa, missed in (("1", 0), ("true", 0), ("0", 1)):
        first = census(child("c1", case("2022-05-02", nfa=nfa), year=2023), year=2023)
        delivery = read_text(first, census(child("c2", case("2023-05-02"))))
        assert len(said(delivery, "cin_open_but_not_returned")) == missed


def test_who_the_child_is_comes_from_the_latest_census_that_says_it() -> None:
    delivery = read_text(
        census(child("c1", year=2023, ethnicity="WBRI", UPN="A123456789123", disabilities=("LD",)), year=2023),
        census(child("c1", ethnicity="MWBC", disabilities=())),
    )
    assert table(delivery, "children", "ethnicity", "upn", "disabled") == [("MWBC", "A123456789123", "true")]
    assert table(delivery, "disabilities") == [("c1", "LD")]


def test_a_later_list_of_disabilities_replaces_the_earlier() -> None:
    delivery = read_text(
        census(child("c1", year=2023, disabilities=("LD", "HEAR")), year=2023),
        census(child("c1", disabilities=("NONE",))),
    )
    assert table(delivery, "disabilities") == [("c1", "NONE")]
    assert table(delivery, "children", "disabled") == [("false",)]


def test_dates_of_birth_and_death_that_a_later_census_leaves_out_do_not_come_back() -> None:
    delivery = read_text(
        census(
            child("c1", year=2023, born=None, ExpectedPersonBirthDate="2023-05-01", PersonDeathDate="2023-03-01"),
            year=2023,
        ),
        census(child("c1", born="2023-05-04")),
    )
    assert table(delivery, "children", "date_of_birth", "expected_date_of_birth", "date_of_death") == [
        ("2023-05-04", None, None)
    ]


def test_censuses_that_disagree_on_the_birth_or_the_sex_are_named() -> None:
    delivery = read_text(
        census(child("c1", year=2023, born="2012-06-15", sex="1"), year=2023),
        census(child("c1", born="2012-07-15", sex="2")),
    )
    assert table(delivery, "children", "date_of_birth", "sex") == [("2012-07-15", "F")]
    assert rules(delivery, "cin_date_of_birth") == ["cin_date_of_birth_differs"]
    assert rules(delivery, "cin_sex") == ["cin_sex_differs"]


def test_gender_in_numbers_and_sex_in_letters_are_one_answer() -> None:
    delivery = read_text(census(child("c1", sex="2"), year=2024), census(child("c1", year=2025, sex="F"), year=2025))
    assert table(delivery, "children", "sex", "gender") == [("F", "F")]
    assert rules(delivery, "cin_sex") == []


def test_neither_the_names_nor_the_order_of_files_decide() -> None:
    texts = [
        census(child("c1", case(f"{year - 1}-05-02"), case("2019-06-01", source=code), year=year), year=year)
        for year, code in ((2021, "1A"), (2022, "2A"), (2023, "6"))
    ]
    first = read_text(*texts)
    assert table(first, "referrals", "received_on", "source")[0] == ("2019-06-01", "6")
    for order in itertools.permutations(texts):
        again = read_text(*order)
        for name in names(first):
            assert table(again, name) == table(first, name)
        assert fates(again) == fates(first)


@pytest.mark.parametrize(
    ("years", "day"),
    [
        ((2024,), dt.date(2023, 4, 1)),
        ((2022, 2023, 2024), dt.date(2021, 4, 1)),
        ((2020, 2021, 2024), dt.date(2023, 4, 1)),
        ((2020, 2023, 2024), dt.date(2022, 4, 1)),
    ],
)
def test_everything_is_told_from_the_latest_unbroken_run_of_years_on(years: tuple[int, ...], day: dt.date) -> None:
    assert since(*years) == {day}


def test_a_missing_year_is_said() -> None:
    delivery = read_text(census(child("c1", year=2021), year=2021), census(child("c1"), year=2024))
    assert [row[0:3] for row in said(delivery, "cin_year_missing")] == [("2.xml", 0, "warning")]


def test_child_in_need_plans_are_told_from_the_census_of_2022_on() -> None:
    delivery = read_text(*(census(child("c1", year=year), year=year) for year in (2020, 2021, 2022, 2023)))
    told = {one.table: one.since for one in delivery.tables}
    assert told["cin_plans"] == dt.date(2021, 4, 1)
    assert told["referrals"] == dt.date(2019, 4, 1)
    assert "cin_plans" not in names(read_text(census(child("c1", year=2021), year=2021)))


def test_of_two_files_for_one_year_the_one_made_last_is_believed() -> None:
    early = census(child("c1", case("2023-05-02")), made="2024-05-01T09:00:00")
    late = census(child("c1", case("2023-05-02", closed="2023-09-01")), made="2024-06-01T09:00:00")
    for texts in ((early, late), (late, early)):
        delivery = read_text(*texts)
        assert table(delivery, "referrals", "closed_on") == [("2023-09-01",)]
        assert len(said(delivery, "cin_same_year_twice")) == 1
        assert delivery.covers.startswith("CIN census for the year to 31 March 2024")


@pytest.mark.parametrize(
    ("changed", "year", "rule"),
    [
        ({"Year": "2023", "ReferenceDate": "2024-03-31"}, 2024, "cin_year_disagrees"),
        ({"Year": "2024", "ReferenceDate": "2024-03-30"}, 2024, "cin_reference_date"),
        ({"Year": "2024", "ReferenceDate": None}, 2024, "cin_no_reference_date"),
        ({"Year": None, "ReferenceDate": "2023-12-01"}, 2024, "cin_reference_date"),
        ({"Year": None, "ReferenceDate": "2024-03-31"}, 2024, None),
        ({"Year": "2030", "ReferenceDate": "2030-03-31"}, 2030, "cin_year_without_rules"),
        ({"Year": "2016", "ReferenceDate": "2016-03-31"}, 2016, "cin_year_without_rules"),
    ],
)
def test_the_year_is_that_of_the_reference_date_and_doubts_are_said(
    changed: dict[str, str], year: int, rule: str | None
) -> None:
    sexed = 2025 if year >= 2025 else 2024
    delivery = read_text(census(child("c1", case("2015-05-02"), year=sexed), year=year, **changed))
    assert f"31 March {year}:" in delivery.covers
    assert rules(delivery) == ([rule] if rule else [])


NO_YEAR = [
    {"Year": None, "ReferenceDate": None},
    {"Year": "MMXX", "ReferenceDate": "x"},
    {"Year": "0000", "ReferenceDate": None},
    {"Year": "1066", "ReferenceDate": "1066-03-31"},
]


@pytest.mark.parametrize("changed", NO_YEAR)
def test_a_census_of_no_year_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"1\.xml: The header does not say for which year") as raised:
        read_text(census(child("c1"), **changed))
    assert "ReferenceDate" in raised.value.hint


def test_censuses_of_two_authorities_are_not_mixed() -> None:
    other = census(child("c1"), year=2023).replace("<LEA>201</LEA>", "<LEA>202</LEA>")
    with pytest.raises(InputError, match="different authorities"):
        read_files({"a.xml": census(child("c1")), "b.xml": other})


def test_the_last_census_ends_what_is_told_whenever_its_file_was_made() -> None:
    first, last = census(child("c1", year=2023), year=2023), census(child("c1"), year=2024, made="2024-06-01T09:00:00")
    until = {one.table: one.until for one in read_text(first, last).tables}
    assert until["children"] is None
    assert until["referrals"] == until["cp_plans"] == dt.date(2024, 3, 31)
