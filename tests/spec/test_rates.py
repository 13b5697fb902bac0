"""Why: a rate rests on one estimate of the population, and which one is decided by rule and can be named (rules: Counting)."""

from __future__ import annotations

from spec.tables import expect, given

REFERRALS = """
    referrals
    received_on
    2023-04-01
    2023-06-30
    2024-03-31
    2024-04-01
    """


def _with_populations(rows: str, as_at: str = "2024-04-30"):  # type: ignore[no-untyped-def]
    return given(f"{REFERRALS}\n\npopulations\nmid_year | vintage | population\n{rows}", as_at=as_at)


def test_the_year_ending_31_march_rests_on_the_middle_of_the_year_before() -> None:
    figures = _with_populations("2023 | | 50000\n2024 | | 40000").figures("referrals_rate")
    expect(  # 3 in the year to March 2024 for 50,000 children; 1 in April for 40,000
        figures,
        """
        basis | period  | numerator | denominator | value | unit      | shown
        month | 2024-03 | 1         | 50000       | 0.2   | per_10000 | 0.2
        month | 2024-04 | 1         | 40000       | 0.25  | per_10000 | 0.3
        year  | 2023-24 | 3         | 50000       | 0.6   | per_10000 | 0.6
        """,
    )


def test_the_year_to_date_is_not_annualised() -> None:
    expect(
        _with_populations("2023 | | 50000").figures("referrals_rate"),
        """
        basis        | period  | numerator | denominator | value
        year_to_date | 2023-06 | 2         | 50000       | 0.4
        """,
    )


def test_without_the_years_own_estimate_the_latest_before_it_serves_and_without_any_there_is_no_rate() -> None:
    expect(
        _with_populations("2023 | | 50000").figures("referrals_rate"),
        """
        period  | numerator | denominator | value | status
        2024-04 | 1         | 50000       | 0.2   | calculated
        2023-03 | 0         |             |       | not_available
        """,
    )


def test_of_several_vintages_the_last_by_name_serves_unless_one_is_named() -> None:
    rows = _with_populations("2023 | 2024 release | 50000\n2023 | 2025 release | 40000")
    for vintage, population, rate in ((None, 40000, 0.25), ("2024 release", 50000, 0.2)):
        expect(
            rows.figures("referrals_rate", vintage=vintage),
            f"""
            period  | numerator | denominator  | value
            2024-03 | 1         | {population} | {rate}
            """,
        )


def test_a_stocks_rate_counts_what_is_open_and_each_child_once_where_the_definition_says_so() -> None:
    care = given(
        """
        care_periods
        care_period_id | child_id | started_on
        1              | old-ann  | 2023-01-01
        2              | ann      | 2023-02-01

        child_links
        child_id | linked_child_id
        ann      | old-ann

        populations
        mid_year | population
        2023     | 50000
        """,
        as_at="2023-06-30",
    )
    expect(
        care.figures("cla_rate", "cla_open"),
        """
        indicator | period  | numerator | denominator | value
        cla_open  | 2023-06 | 1         |             | 1
        cla_rate  | 2023-06 | 1         | 50000       | 0.2
        """,
    )


def test_a_rate_is_given_for_the_whole_authority_only() -> None:
    breakdowns = _with_populations("2023 | | 50000").figures("referrals_rate")["breakdown"].unique().to_list()
    assert breakdowns == ["all"]
