"""Why: nothing is ever silently absent: every indicator, period and group has a line (rules: Counting)."""

from __future__ import annotations

import itertools

from spec.tables import expect, given


def test_a_group_that_occurs_once_has_a_line_in_every_period() -> None:
    referrals = given(
        """
        referrals
        received_on | team  | no_further_action
        2023-04-10  | North | true
        2023-06-10  | South | false
        """,
        as_at="2023-06-30",
    )
    expect(
        referrals.figures("referrals_nfa", months=3),
        """
        breakdown | group | period  | numerator | denominator | status
        team      | North | 2023-04 | 1         | 1           | calculated
        team      | North | 2023-05 | 0         | 0           | not_applicable
        team      | North | 2023-06 | 0         | 0           | not_applicable
        team      | South | 2023-04 | 0         | 0           | not_applicable
        team      | South | 2023-05 | 0         | 0           | not_applicable
        team      | South | 2023-06 | 0         | 1           | calculated
        """,
    )


def test_an_indicator_without_any_row_has_its_line_for_the_whole_authority() -> None:
    nothing = given("contacts\nreceived_on\n2023-06-01", as_at="2023-06-30")
    expect(
        nothing.figures("cp_plans_open", "cp_visit_10wd", "missing_children", months=1),
        """
        indicator        | basis | period  | numerator | denominator | value | status
        cp_plans_open    | month | 2023-06 | 0         |             | 0     | calculated
        cp_visit_10wd    | month | 2023-06 | 0         | 0           |       | not_applicable
        missing_children | month | 2023-06 | 0         |             | 0     | calculated
        """,
    )


def test_figures_are_sorted_and_no_line_stands_twice() -> None:
    figures = given(
        """
        referrals
        received_on | team
        2023-04-10  | South
        2023-06-10  | North
        """,
        as_at="2023-06-30",
    ).figures("referrals_nfa", "referrals_received")
    keys = figures.select("authority", "indicator", "basis", "period_start", "period_end", "breakdown", "group").rows()
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)


def test_a_group_is_listed_only_where_some_row_counted_by_the_indicator_has_it() -> None:
    # West is the team of a contact that was never completed
    contacts = given(
        """
        contacts
        received_on | completed_on | team
        2023-06-01  | 2023-06-01   | East
        2023-06-01  |              | West
        """,
        as_at="2023-06-30",
    )
    found = contacts.figures("contacts_received", "contact_decision_1wd", months=1)
    teams = {(row["indicator"], row["group"]) for row in found.to_dicts() if row["breakdown"] == "team"}
    assert teams == {*itertools.product(["contacts_received"], ["East", "West"]), ("contact_decision_1wd", "East")}
