"""Why: an average, a median and a ratio each say from how many rows, and are counted again for every period."""

from __future__ import annotations

from spec.tables import expect, given

DEFINED = """
average_days:
  title: Average days of an assessment
  meaning: The average number of days from start to completion of the assessments completed in the period.
  source: ours
  count: assessments
  when: completed_on
  average: days(started_on, completed_on)
median_days:
  title: Median days of an assessment
  meaning: The median number of days from start to completion.
  source: ours
  count: assessments
  when: completed_on
  median: days(started_on, completed_on)
average_days_from_referral:
  title: Average days from referral
  meaning: The average number of days from the referral to completion, where a referral is linked.
  source: ours
  count: assessments
  when: completed_on
  average: days(referral_received_on, completed_on)
contacts_per_referral:
  title: Contacts for each referral
  meaning: Contacts received over referrals received.
  source: ours
  ratio: {of: contacts_received, to: referrals_received}
"""

ASSESSMENTS = """
    referrals
    referral_id | received_on
    1           | 2023-03-22

    assessments
    referral_id | started_on | completed_on
    1           | 2023-04-01 | 2023-04-11
                | 2023-04-01 | 2023-04-21
                | 2023-04-02 | 2023-05-02
                | 2023-04-01 | 2023-06-20
    """


def test_an_average_is_a_sum_over_the_rows_that_have_the_amount() -> None:
    # 10 and 20 days in April, 30 in May, 80 in June: 140 days over 4 in the quarter
    expect(
        given(ASSESSMENTS, as_at="2023-06-30", defined=DEFINED).figures("average_days"),
        """
        basis   | period     | numerator | denominator | value | unit   | status
        month   | 2023-04    | 30        | 2           | 15    | number | calculated
        month   | 2023-05    | 30        | 1           | 30    | number | calculated
        month   | 2023-06    | 80        | 1           | 80    | number | calculated
        quarter | 2023-24 Q1 | 140       | 4           | 35    | number | calculated
        """,
    )


def test_a_row_without_the_amount_is_in_neither_number() -> None:
    expect(  # from 22 March to 11 April are 20 days
        given(ASSESSMENTS, as_at="2023-06-30", defined=DEFINED).figures("average_days_from_referral"),
        """
        period  | numerator | denominator | value | status
        2023-04 | 20        | 1           | 20    | calculated
        2023-05 | 0         | 0           |       | not_applicable
        """,
    )


def test_a_median_lies_in_the_middle_and_has_a_number_of_rows_but_no_numerator() -> None:
    expect(  # of 10, 20, 30 and 80 the middle is 25
        given(ASSESSMENTS, as_at="2023-06-30", defined=DEFINED).figures("median_days"),
        """
        basis   | period     | numerator | denominator | value | shown
        month   | 2023-04    |           | 2           | 15    | 15.0
        quarter | 2023-24 Q1 |           | 4           | 25    | 25.0
        month   | 2023-03    |           | 0           |       | not applicable
        """,
    )


def test_a_ratio_is_one_figure_over_another_for_the_same_period_and_group() -> None:
    rows = given(
        """
        contacts
        received_on | team
        2023-06-01  | East
        2023-06-02  | East
        2023-06-03  | West
        2023-05-31  | West

        referrals
        received_on | team
        2023-06-01  | East
        2023-06-30  | North
        """,
        as_at="2023-06-30",
        defined=DEFINED,
    )
    expect(
        rows.figures("contacts_per_referral"),
        """
        period  | numerator | denominator | value | unit   | status
        2023-06 | 3         | 2           | 1.5   | number | calculated
        2023-05 | 1         | 0           |       | number | not_applicable
        """,
    )


def test_a_ratio_is_not_available_where_one_of_its_parts_is_not() -> None:
    rows = given(
        """
        contacts
        received_on
        2023-06-01
        """,
        as_at="2023-06-30",
        defined=DEFINED,
        only_these_columns=True,
    )
    expect(
        rows.figures("contacts_per_referral", "contacts_received"),
        """
        indicator             | period  | numerator | denominator | value | status
        contacts_per_referral | 2023-06 |           |             |       | not_available
        contacts_received     | 2023-06 | 1         |             | 1     | calculated
        """,
    )
