"""Why: beside each figure stands whether it can still change, and whether its rule could look back far enough (rules: Counting)."""

from __future__ import annotations

from spec.tables import expect, given


def test_a_period_that_ends_after_the_as_at_date_is_provisional() -> None:
    contacts = given("contacts\nreceived_on\n2023-06-01", as_at="2023-06-29")
    expect(
        contacts.figures("contacts_received"),
        """
        basis             | period     | numerator | maturity
        month             | 2023-05    | 0         | final
        month             | 2023-06    | 1         | provisional
        quarter           | 2023-24 Q1 | 1         | provisional
        quarter           | 2022-23 Q4 | 0         | final
        year              | 2023-24    | 1         | provisional
        rolling_12_months | 2023-06    | 1         | provisional
        """,
    )
    expect(
        given("contacts\nreceived_on\n2023-06-01", as_at="2023-06-30").figures("contacts_received"),
        """
        basis   | period     | numerator | maturity
        month   | 2023-06    | 1         | final
        quarter | 2023-24 Q1 | 1         | final
        year    | 2023-24    | 1         | provisional
        """,
    )


def test_a_clock_still_running_makes_its_own_group_and_the_whole_provisional_but_no_other_group() -> None:
    # North's referral of 30 June is due on 3 July, the as-at date; South's was decided
    referrals = given(
        """
        referrals
        received_on | decided_on | team
        2023-06-30  |            | North
        2023-06-30  | 2023-06-30 | South
        """,
        as_at="2023-07-03",
    )
    expect(
        referrals.figures("referral_decision_1wd", months=2),
        """
        breakdown | group | period  | numerator | denominator | maturity
        all       | all   | 2023-06 | 1         | 2           | provisional
        team      | North | 2023-06 | 0         | 1           | provisional
        team      | South | 2023-06 | 1         | 1           | final
        """,
    )


def test_months_whose_20_working_days_have_not_passed_are_provisional() -> None:
    # 20 working days from Thursday 1 June end on Thursday 29 June
    care = "care_periods\nstarted_on\n2023-06-01"
    for as_at, maturity in (("2023-07-31", "final"), ("2023-06-30", "final"), ("2023-06-29", "provisional")):
        expect(
            given(care, as_at=as_at).figures("cla_iha_20wd"),
            f"""
            period  | numerator | denominator | maturity
            2023-06 | 0         | 1           | {maturity}
            """,
        )
    started_late = given("care_periods\nstarted_on\n2023-06-02", as_at="2023-06-30")
    expect(  # due on 30 June itself
        started_late.figures("cla_iha_20wd"),
        """
        period  | numerator | denominator | maturity
        2023-06 | 0         | 1           | provisional
        """,
    )


def test_a_rule_that_looks_back_12_months_is_short_of_history_in_the_first_year_of_the_records() -> None:
    # the first referral is of 15 May 2022: the rule can look back 12 months from 15 May 2023
    referrals = given(
        """
        referrals
        received_on
        2022-05-15
        2023-05-14
        2023-06-01
        """,
        as_at="2023-07-31",
    )
    expect(
        referrals.figures("rereferrals_12m", "referrals_received"),
        """
        indicator          | basis | period  | numerator | denominator | maturity
        rereferrals_12m    | month | 2023-04 | 0         | 0           | short_history
        rereferrals_12m    | month | 2023-05 | 1         | 1           | short_history
        rereferrals_12m    | month | 2023-06 | 1         | 1           | final
        referrals_received | month | 2023-04 | 0         |             | final
        referrals_received | month | 2023-05 | 1         |             | final
        referrals_received | month | 2023-06 | 1         |             | final
        """,
    )


def test_provisional_is_said_before_short_history() -> None:
    referrals = given("referrals\nreceived_on\n2023-06-01", as_at="2023-06-15")
    expect(
        referrals.figures("rereferrals_12m"),
        """
        period  | maturity
        2023-05 | short_history
        2023-06 | provisional
        """,
    )


def test_a_stock_looks_back_over_the_months_up_to_its_day() -> None:
    # records from 1 February 2022: the 12 months up to 31 January 2023 are the first that they cover
    care = given(
        """
        care_periods
        care_period_id | child_id | started_on
        k1             | c1       | 2022-02-01

        placements
        placement_id | care_period_id | child_id | started_on
        p1           | k1             | c1       | 2022-02-01
        """,
        as_at="2023-02-28",
    )
    expect(
        care.figures("cla_3plus_placements_12m"),
        """
        period  | numerator | denominator | maturity
        2022-12 | 0         | 1           | short_history
        2023-01 | 0         | 1           | final
        """,
    )
