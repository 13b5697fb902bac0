"""Why: a stock is what is open on a day: started on or before it, not ended on or before it (rules: Time, "Stock")."""

from __future__ import annotations

from spec.tables import expect, given


def test_open_from_the_day_it_starts_and_no_longer_on_the_day_it_ends() -> None:
    plans = given(
        """
        cp_plans
        plan_id | child_id | started_on | ended_on
        1       | ann      | 2024-03-31 |
        2       | ben      | 2023-06-01 | 2024-03-31
        3       | cat      | 2023-06-01 | 2024-04-01
        4       | dan      | 2024-04-01 |
        """,
        as_at="2024-04-30",
    )
    expect(  # March: ann and cat; April: ann and dan
        plans.figures("cp_plans_open"),
        """
        period  | numerator
        2024-03 | 2
        2024-04 | 2
        2024-02 | 2
        """,
    )


def test_a_spell_counts_at_every_month_end_it_covers_and_only_there() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on | ended_on
        ann      | 2023-01-31 | 2023-03-31
        ben      | 2023-02-01 | 2023-02-27
        """,
        as_at="2023-04-30",
    )
    expect(
        plans.figures("cp_plans_open"),
        """
        period  | numerator
        2022-12 | 0
        2023-01 | 1
        2023-02 | 1
        2023-03 | 0
        2023-04 | 0
        """,
    )


def test_a_spell_that_starts_and_ends_on_one_day_is_never_open() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on | ended_on
        ann      | 2023-06-30 | 2023-06-30
        """,
        as_at="2023-06-30",
    )
    expect(
        plans.figures("cp_plans_open", "cp_plans_started", "cp_plans_ended"),
        """
        indicator        | period  | numerator
        cp_plans_open    | 2023-06 | 0
        cp_plans_started | 2023-06 | 1
        cp_plans_ended   | 2023-06 | 1
        """,
    )


def test_a_spell_without_a_start_is_never_open() -> None:
    leavers = given(
        """
        care_leavers
        child_id | started_on | ended_on
        ann      |            |
        ben      | 2023-06-30 |
        """,
        as_at="2023-06-30",
    )
    expect(
        leavers.figures("care_leavers"),
        """
        period  | numerator
        2023-06 | 1
        """,
    )


def test_a_period_in_progress_is_read_on_the_as_at_date_and_a_quarter_or_year_at_its_end() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on | ended_on
        ann      | 2023-06-01 | 2023-06-15
        ben      | 2023-06-01 | 2023-06-16
        cat      | 2023-04-30 | 2023-05-30
        """,
        as_at="2023-06-15",
    )
    expect(  # on 15 June ann's plan has ended and ben's has not
        plans.figures("cp_plans_open"),
        """
        basis             | period     | numerator | maturity
        month             | 2023-04    | 1         | final
        month             | 2023-05    | 0         | final
        month             | 2023-06    | 1         | provisional
        quarter           | 2023-24 Q1 | 1         | provisional
        year_to_date      | 2023-06    | 1         | provisional
        rolling_12_months | 2023-06    | 1         | provisional
        year              | 2023-24    | 1         | provisional
        """,
    )


def test_a_condition_on_the_day_is_asked_on_each_day() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on
        ann      | 2021-06-30
        """,
        as_at="2023-07-31",
    )
    expect(  # more than 24 months: the day is after 30 June 2023
        plans.figures("cp_plan_open_over_24m"),
        """
        period  | numerator | denominator
        2023-05 | 0         | 1
        2023-06 | 0         | 1
        2023-07 | 1         | 1
        """,
    )
