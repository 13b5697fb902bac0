"""Why: a flow counts a row in the period that its date falls in, both ends inclusive (rules: Time, "Flow")."""

from __future__ import annotations

from spec.tables import expect, given


def test_the_first_and_the_last_day_of_a_period_belong_to_it_and_the_days_beside_them_do_not() -> None:
    contacts = given(
        """
        contacts
        contact_id | received_on
        1          | 2023-05-31
        2          | 2023-06-01
        3          | 2023-06-30
        4          | 2023-07-01
        """,
        as_at="2023-07-31",
    )
    expect(
        contacts.figures("contacts_received"),
        """
        period  | numerator | denominator | value | unit   | status
        2023-05 | 1         |             | 1     | number | calculated
        2023-06 | 2         |             | 2     | number | calculated
        2023-07 | 1         |             | 1     | number | calculated
        """,
    )


def test_one_contact_about_three_children_is_three_contacts() -> None:
    contacts = given(
        """
        contacts
        child_id | received_on
        ann      | 2023-06-14
        ben      | 2023-06-14
        cat      | 2023-06-14
        """,
        as_at="2023-06-30",
    )
    expect(
        contacts.figures("contacts_received"),
        """
        period  | numerator
        2023-06 | 3
        """,
    )


def test_the_same_rows_are_dated_by_receipt_in_one_indicator_and_by_completion_in_another() -> None:
    contacts = given(
        """
        contacts
        received_on | completed_on
        2023-05-31  | 2023-06-01
        2023-06-30  | 2023-07-03
        """,
        as_at="2023-07-31",
    )
    expect(
        contacts.figures("contacts_received", "contact_decision_1wd"),
        """
        indicator            | period  | numerator | denominator
        contacts_received    | 2023-05 | 1         |
        contacts_received    | 2023-06 | 1         |
        contacts_received    | 2023-07 | 0         |
        contact_decision_1wd | 2023-05 | 0         | 0
        contact_decision_1wd | 2023-06 | 1         | 1
        contact_decision_1wd | 2023-07 | 1         | 1
        """,
    )


def test_a_row_without_the_date_that_would_date_it_belongs_to_no_period() -> None:
    assessments = given(
        """
        assessments
        started_on | completed_on
        2023-05-01 | 2023-06-14
        2023-05-01 |
        """,
        as_at="2023-06-30",
    )
    expect(
        assessments.figures("assessments_completed"),
        """
        basis              | period     | numerator
        month              | 2023-06    | 1
        quarter            | 2023-24 Q1 | 1
        year               | 2023-24    | 1
        rolling_12_months  | 2023-06    | 1
        """,
    )


def test_a_moment_belongs_to_its_day_up_to_the_last_minute() -> None:
    episodes = given(
        """
        missing_episodes
        started_at
        2023-06-01T00:00:00
        2023-06-30T23:59:00
        2023-07-01T00:00:00
        """,
        as_at="2023-07-31",
    )
    expect(
        episodes.figures("missing_episodes"),
        """
        period  | numerator
        2023-06 | 2
        2023-07 | 1
        """,
    )
