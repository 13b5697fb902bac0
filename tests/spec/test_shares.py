"""Why: a share keeps whole numbers, what is unknown is not in the numerator, and no denominator is not zero (rules: Counting)."""

from __future__ import annotations

from spec.tables import expect, given

NARROWED = """
north_to_social_care:
  title: Contacts of the north that led to social care
  meaning: Of the contacts received by the team North, those that led to social care.
  source: ours
  count: contacts
  when: received_on
  where: team = 'North'
  share: outcome = 'social_care'
"""


def test_what_is_unknown_is_not_in_the_numerator_and_stays_in_the_denominator() -> None:
    referrals = given(
        """
        referrals
        received_on | no_further_action
        2023-06-01  | true
        2023-06-01  | false
        2023-06-01  |
        """,
        as_at="2023-06-30",
    )
    expect(
        referrals.figures("referrals_nfa"),
        """
        period  | numerator | denominator | value     | unit    | shown
        2023-06 | 1         | 3           | 33.333333 | percent | 33.3%
        """,
    )


def test_a_row_for_which_the_narrowing_condition_is_unknown_is_left_out() -> None:
    contacts = given(
        """
        contacts
        received_on | team  | outcome
        2023-06-01  | North | social_care
        2023-06-01  | North |
        2023-06-01  | South | social_care
        2023-06-01  |       | social_care
        """,
        as_at="2023-06-30",
        defined=NARROWED,
    )
    expect(
        contacts.figures("north_to_social_care"),
        """
        period  | numerator | denominator
        2023-06 | 1         | 2
        """,
    )


def test_no_denominator_is_not_applicable_while_a_count_of_nothing_is_zero() -> None:
    referrals = given(
        """
        referrals
        received_on | no_further_action
        2023-05-01  | false
        """,
        as_at="2023-06-30",
    )
    expect(
        referrals.figures("referrals_nfa", "referrals_received"),
        """
        indicator          | period  | numerator | denominator | value | status         | shown
        referrals_nfa      | 2023-05 | 0         | 1           | 0     | calculated     | 0.0%
        referrals_nfa      | 2023-06 | 0         | 0           |       | not_applicable | not applicable
        referrals_received | 2023-05 | 1         |             | 1     | calculated     | 1
        referrals_received | 2023-06 | 0         |             | 0     | calculated     | 0
        """,
    )


def test_a_quarter_is_counted_again_and_is_no_average_of_its_months() -> None:
    referrals = given(
        """
        referrals
        received_on | no_further_action
        2023-04-15  | true
        2023-05-15  | false
        2023-05-16  | false
        2023-05-17  | false
        """,
        as_at="2023-06-30",
    )
    expect(
        referrals.figures("referrals_nfa"),
        """
        basis   | period     | numerator | denominator | value
        month   | 2023-04    | 1         | 1           | 100
        month   | 2023-05    | 0         | 3           | 0
        month   | 2023-06    | 0         | 0           |
        quarter | 2023-24 Q1 | 1         | 4           | 25
        """,
    )


def test_a_percentage_is_rounded_half_up_from_its_whole_numbers() -> None:
    # 1 of 16 is 6.25%, which reads 6.3%
    rows = "\n".join(f"2023-06-01 | {'true' if number == 0 else 'false'}" for number in range(16))
    referrals = given(f"referrals\nreceived_on | no_further_action\n{rows}", as_at="2023-06-30")
    expect(
        referrals.figures("referrals_nfa"),
        """
        period  | numerator | denominator | value | shown
        2023-06 | 1         | 16          | 6.25  | 6.3%
        """,
    )
