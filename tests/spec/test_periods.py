"""Why: a period has one name, one first day and one last day, and every basis counts the same rows (rules: Time, "Period")."""

from __future__ import annotations

import polars as pl

from spec.tables import expect, given


def test_every_basis_has_its_own_days() -> None:
    contacts = given("contacts\nreceived_on\n2024-01-31", as_at="2024-02-29").figures("contacts_received", months=2)
    expect(
        contacts,
        """
        basis             | period     | period_start | period_end | numerator
        month             | 2024-01    | 2024-01-01   | 2024-01-31 | 1
        month             | 2024-02    | 2024-02-01   | 2024-02-29 | 0
        quarter           | 2023-24 Q4 | 2024-01-01   | 2024-03-31 | 1
        year_to_date      | 2024-01    | 2023-04-01   | 2024-01-31 | 1
        year_to_date      | 2024-02    | 2023-04-01   | 2024-02-29 | 1
        rolling_12_months | 2024-01    | 2023-02-01   | 2024-01-31 | 1
        rolling_12_months | 2024-02    | 2023-03-01   | 2024-02-29 | 1
        year              | 2023-24    | 2023-04-01   | 2024-03-31 | 1
        week              | 2024-W05   | 2024-01-29   | 2024-02-04 | 1
        """,
    )
    assert set(contacts["basis"]) == {"month", "quarter", "year_to_date", "rolling_12_months", "year", "week"}


def test_weeks_run_from_monday_to_sunday_also_across_new_year_and_only_where_a_definition_asks() -> None:
    rows = given(
        """
        contacts
        received_on | outcome
        2022-12-25  | social_care
        2022-12-26  | social_care
        2023-01-01  | social_care
        2023-01-02  | social_care
        """,
        as_at="2023-01-08",
    )
    figures = rows.figures("contacts_received", "contacts_to_social_care")
    expect(
        figures,
        """
        indicator         | basis | period   | period_start | period_end | numerator
        contacts_received | week  | 2022-W51 | 2022-12-19   | 2022-12-25 | 1
        contacts_received | week  | 2022-W52 | 2022-12-26   | 2023-01-01 | 2
        contacts_received | week  | 2023-W01 | 2023-01-02   | 2023-01-08 | 1
        """,
    )
    assert "week" not in figures.filter(pl.col("indicator") == "contacts_to_social_care")["basis"]
    assert figures.filter(pl.col("basis") == "week", pl.col("breakdown") == "all").height == 104


def test_the_year_to_date_and_the_financial_year_begin_on_1_april() -> None:
    contacts = given(
        """
        contacts
        received_on
        2023-03-31
        2023-04-01
        2023-05-15
        """,
        as_at="2023-05-31",
    )
    expect(
        contacts.figures("contacts_received"),
        """
        basis        | period     | numerator
        year_to_date | 2023-03    | 1
        year_to_date | 2023-04    | 1
        year_to_date | 2023-05    | 2
        year         | 2022-23    | 1
        year         | 2023-24    | 2
        quarter      | 2022-23 Q4 | 1
        quarter      | 2023-24 Q1 | 2
        """,
    )


def test_the_rolling_12_months_are_calendar_months_so_a_leap_day_is_neither_lost_nor_counted_twice() -> None:
    contacts = given(
        """
        contacts
        received_on
        2023-02-28
        2024-02-29
        """,
        as_at="2025-02-28",
    )
    expect(
        contacts.figures("contacts_received", months=24),
        """
        basis             | period  | numerator
        rolling_12_months | 2024-01 | 1
        rolling_12_months | 2024-02 | 1
        rolling_12_months | 2025-01 | 1
        rolling_12_months | 2025-02 | 0
        """,
    )


def test_a_quarter_or_year_that_the_months_touch_is_counted_whole() -> None:
    contacts = given(
        """
        contacts
        received_on
        2023-04-15
        2023-06-15
        """,
        as_at="2023-06-30",
    )
    expect(  # asked for June alone, the quarter still begins in April
        contacts.figures("contacts_received", months=1),
        """
        basis   | period     | numerator
        month   | 2023-06    | 1
        quarter | 2023-24 Q1 | 2
        year    | 2023-24    | 2
        """,
    )
