"""Why: a clock runs from a day to a due day; in time is met on or before it (rules: Time, "Working day" and after).

Working days in England around the dates used here: 7 and 10 April 2023 (Easter), 29 May 2023 and 25 December 2023 are bank
holidays; 3 June 2023 is a Saturday.
"""

from __future__ import annotations

import datetime as dt

import pytest
from casetally.calendar import Calendar

from spec.tables import expect, given

OUR_LIMIT = """
our_limit:
  title: Decided within so many working days
  unit: working days
  values:
    - {from: 2023-06-01, value: 10, source: ours}
    - {from: 2023-07-01, value: 5, source: ours}
"""
WITH_OUR_LIMIT = """
decided_in_our_limit:
  title: Decided within our limit
  meaning: Of the contacts received, those decided within our limit.
  source: ours
  count: contacts
  when: received_on
  clock:
    from: received_on
    due: add_working_days(received_on, limit('our_limit', received_on))
    met: completed_on
conferences_in_time_however_early:
  title: Conferences within 15 working days, however early
  meaning: Of the conferences held, those held by the due day, before the start included.
  source: ours
  count: cp_conferences
  when: held_on
  clock:
    from: clock_from
    due: add_working_days(clock_from, limit('icpc_working_days', clock_from))
    met: held_on
"""


def test_day_zero_is_the_first_working_day_and_the_due_day_counts_working_days_after_it() -> None:
    contacts = given(
        """
        contacts
        team              | received_on | completed_on
        over Easter due  | 2023-04-06  | 2023-04-11
        over Easter late | 2023-04-06  | 2023-04-12
        Saturday due     | 2023-06-03  | 2023-06-06
        Saturday late    | 2023-06-03  | 2023-06-07
        """,
        as_at="2023-06-30",
    )
    expect(
        contacts.figures("contact_decision_1wd"),
        """
        breakdown | group             | period  | numerator | denominator
        team      | over Easter due  | 2023-04 | 1         | 1
        team      | over Easter late | 2023-04 | 0         | 1
        team      | Saturday due     | 2023-04 | 0         | 0
        team      | Saturday late    | 2023-04 | 0         | 0
        team      | over Easter due  | 2023-06 | 0         | 0
        team      | over Easter late | 2023-06 | 0         | 0
        team      | Saturday due     | 2023-06 | 1         | 1
        team      | Saturday late    | 2023-06 | 0         | 1
        """,
    )


@pytest.mark.parametrize(
    ("calendar", "in_time"),
    [
        # received on Saturday 3 June, to be decided within 1 working day
        pytest.param(Calendar.england(), 2, id="day zero is the next working day, Monday: due on Tuesday"),
        pytest.param(Calendar.england((), "previous"), 1, id="day zero is Saturday itself: due on Monday"),
        pytest.param(Calendar.england([dt.date(2023, 6, 6)]), 3, id="Tuesday closed here: due on Wednesday"),
    ],
)
def test_how_day_zero_is_counted_and_closure_days_are_the_authoritys_own(calendar: Calendar, in_time: int) -> None:
    contacts = given(
        """
        contacts
        received_on | completed_on
        2023-06-03  | 2023-06-05
        2023-06-03  | 2023-06-06
        2023-06-03  | 2023-06-07
        """,
        as_at="2023-06-30",
        calendar=calendar,
    )
    expect(
        contacts.figures("contact_decision_1wd"),
        f"""
        period  | numerator | denominator
        2023-06 | {in_time} | 3
        """,
    )


def test_months_from_a_day_are_calendar_months_with_the_end_of_the_month_clamped() -> None:
    # 3 months after 30 November is 28 February; 6 months after 31 August is 29 February in a leap year
    reviews = given(
        """
        cp_plans
        plan_id | child_id | started_on
        1       | ann      | 2022-11-30
        2       | ben      | 2022-11-30

        cp_reviews
        plan_id | child_id | held_on
        1       | ann      | 2023-02-28
        2       | ben      | 2023-03-01
        1       | ann      | 2023-08-31
        1       | ann      | 2024-02-29
        2       | ben      | 2023-08-31
        2       | ben      | 2024-03-01
        """,
        as_at="2024-03-31",
    )
    expect(
        reviews.figures("cp_reviews_held_in_time"),
        """
        period  | numerator | denominator
        2023-02 | 1         | 1
        2023-03 | 0         | 1
        2023-08 | 1         | 2
        2024-02 | 1         | 1
        2024-03 | 0         | 1
        """,
    )


def test_what_is_not_yet_done_is_not_in_time_and_the_figure_is_provisional_until_its_due_day_has_passed() -> None:
    referral = """
        referrals
        received_on | decided_on
        2023-06-29  | 2023-06-30
        2023-06-29  |
        """
    on_the_due_day = given(referral, as_at="2023-06-30").figures("referral_decision_1wd")
    after_it = given(referral, as_at="2023-07-01").figures("referral_decision_1wd")
    for figures, maturity in ((on_the_due_day, "provisional"), (after_it, "final")):
        expect(
            figures,
            f"""
            period  | numerator | denominator | maturity
            2023-06 | 1         | 2           | {maturity}
            """,
        )


def test_in_a_stock_the_clock_is_in_time_up_to_and_on_its_due_day() -> None:
    # 10 working days after Thursday 1 June is Thursday 15 June; after a visit on the 15th, Thursday 29 June
    plans = """
        cp_plans
        plan_id | child_id | started_on
        1       | ann      | 2023-06-01
        2       | ben      | 2023-06-01

        cp_visits
        plan_id | child_id | visited_on
        1       | ann      | 2023-06-15
        """
    for day, seen in (("2023-06-15", 2), ("2023-06-16", 1), ("2023-06-29", 1), ("2023-06-30", 0)):
        expect(
            given(plans, as_at=day).figures("cp_visit_10wd"),
            f"""
            period  | numerator | denominator
            2023-06 | {seen}    | 2
            """,
        )


def test_a_limit_is_read_on_the_day_its_clock_starts_and_before_its_first_day_the_row_is_left_out_with_a_finding() -> (
    None
):
    contacts = given(
        """
        contacts
        contact_id   | received_on | completed_on
        before       | 2023-05-31  | 2023-06-01
        ten in time  | 2023-06-30  | 2023-07-14
        ten late     | 2023-06-30  | 2023-07-17
        five in time | 2023-07-03  | 2023-07-10
        five late    | 2023-07-03  | 2023-07-11
        """,
        as_at="2023-07-31",
        defined=WITH_OUR_LIMIT,
        limits=OUR_LIMIT,
    )
    expect(
        contacts.figures("decided_in_our_limit"),
        """
        period  | numerator | denominator | status
        2023-05 | 0         | 0           | not_applicable
        2023-06 | 1         | 2           | calculated
        2023-07 | 1         | 2           | calculated
        """,
    )
    assert contacts.limit_findings("decided_in_our_limit") == ["before"]


def test_met_before_the_clock_started_is_in_time_but_a_conference_held_before_its_base_is_not() -> None:
    conferences = given(
        """
        s47_enquiries
        enquiry_id | started_on
        1          | 2023-06-12

        cp_conferences
        enquiry_id | held_on
        1          | 2023-06-09
        1          | 2023-06-12
        1          | 2023-07-03
        1          | 2023-07-04
                   | 2023-06-12
        """,
        as_at="2023-07-31",
        defined=WITH_OUR_LIMIT,
        limits=OUR_LIMIT,
    )
    # 15 working days after Monday 12 June is Monday 3 July; a conference without an enquiry stays in the denominator
    expect(
        conferences.figures("icpc_15wd", "conferences_in_time_however_early"),
        """
        indicator                         | basis        | period  | numerator | denominator
        icpc_15wd                         | year_to_date | 2023-07 | 2         | 5
        conferences_in_time_however_early | year_to_date | 2023-07 | 3         | 5
        """,
    )


def test_days_are_counted_as_days_where_the_limit_says_days() -> None:
    # 42 days after 1 June is 13 July
    plans = """
        cin_plans
        started_on
        2023-06-01
        """
    for day, seen in (("2023-07-13", 1), ("2023-07-14", 0)):
        expect(
            given(plans, as_at=day).figures("cin_visit_6w"),
            f"""
            period  | numerator | denominator
            2023-07 | {seen}    | 1
            """,
        )
