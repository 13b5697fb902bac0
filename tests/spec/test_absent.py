"""Why: columns an authority lacks are absent, not invented: what needs them is not available, what they refine is given
without the refinement (rules: Counting, "Needed and refining columns")."""

from __future__ import annotations

import polars as pl
from casetally.figures.support import given_without, support_table

from spec.tables import Given, expect, given


def _support(rows: Given, indicator: str) -> tuple[str, str]:
    line = support_table(rows.store, rows.library).filter(pl.col("indicator") == indicator).row(0, named=True)
    return line["support"], line["lacking"]


def test_what_needs_an_absent_column_is_not_available_and_what_does_not_is_given() -> None:
    contacts = given(
        """
        contacts
        received_on | team
        2023-06-01  | North
        """,
        as_at="2023-06-30",
        only_these_columns=True,
    )
    expect(
        contacts.figures("contacts_received", "contacts_to_social_care", "contact_decision_1wd", "cp_plans_open"),
        """
        indicator               | period  | breakdown | group | numerator | denominator | value | status
        contacts_received       | 2023-06 | all       | all   | 1         |             | 1     | calculated
        contacts_to_social_care | 2023-06 | all       | all   |           |             |       | not_available
        contact_decision_1wd    | 2023-06 | all       | all   |           |             |       | not_available
        cp_plans_open           | 2023-06 | all       | all   |           |             |       | not_available
        """,
    )
    assert _support(contacts, "contacts_received")[0] == "calculated"
    assert _support(contacts, "contacts_to_social_care") == ("not available", "contacts.outcome")
    assert _support(contacts, "cp_plans_open") == ("not available", "cp_plans")


def test_an_absent_column_and_a_blank_one_are_not_the_same() -> None:
    blank = given(
        """
        contacts
        received_on | outcome
        2023-06-01  |
        """,
        as_at="2023-06-30",
        only_these_columns=True,
    )
    expect(
        blank.figures("contacts_to_social_care"),
        """
        period  | numerator | denominator | status
        2023-06 | 0         | 1           | calculated
        """,
    )


def test_an_exclusion_that_can_not_be_made_is_not_made_and_the_run_says_so() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on | ended_on
        ann      | 2023-06-01 |
        """,
        as_at="2023-06-30",
        only_these_columns=True,
    )
    expect(
        plans.figures("cp_plans_open", "cp_plan_repeat_ever"),
        """
        indicator           | period  | numerator | denominator | status
        cp_plans_open       | 2023-06 | 1         |             | calculated
        cp_plan_repeat_ever | 2023-06 | 0         | 1           | calculated
        """,
    )
    support, lacking = _support(plans, "cp_plans_open")
    assert support == "partly"
    assert "cp_plans.other_authority" in lacking
    assert "cp_plans.other_authority" in given_without(plans.store, plans.library)


def test_respite_is_left_out_where_legal_statuses_are_known_and_counted_where_that_table_is_absent() -> None:
    periods = """
        care_periods
        care_period_id | child_id | started_on | ended_on
        1              | ann      | 2023-06-01 |
        """
    statuses = "legal_statuses\nchild_id | status | started_on\nann | V4 | 2023-06-01"
    for tables, looked_after in ((periods, 1), (f"{periods}\n\n{statuses}", 0)):
        rows = given(tables, as_at="2023-06-30", only_these_columns=True)
        expect(
            rows.figures("cla_open"),
            f"""
            period  | numerator      | status
            2023-06 | {looked_after} | calculated
            """,
        )


def test_without_a_children_table_the_figures_stand_and_every_group_of_the_child_is_unknown() -> None:
    contacts = given("contacts\nreceived_on\n2023-06-01", as_at="2023-06-30", only_these_columns=True)
    expect(
        contacts.figures("contacts_received"),
        """
        breakdown | group   | period  | numerator
        all       | all     | 2023-06 | 1
        age_band  | unknown | 2023-06 | 1
        ethnicity | unknown | 2023-06 | 1
        sex       | unknown | 2023-06 | 1
        team      | unknown | 2023-06 | 1
        """,
    )
