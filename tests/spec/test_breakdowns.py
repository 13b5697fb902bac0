"""Why: an event belongs to the team on its own row, a stock to the team allocated on the day (rules: Counting, "Whose figure")."""

from __future__ import annotations

from spec.tables import expect, given


def test_an_event_belongs_to_the_team_on_its_own_row_whoever_holds_the_child() -> None:
    referrals = given(
        """
        referrals
        child_id | received_on | team
        ann      | 2023-06-01  | Front door
        ben      | 2023-06-01  |

        allocations
        child_id | worker_id | role          | team  | started_on
        ann      | w1        | social_worker | North | 2023-01-01
        """,
        as_at="2023-06-30",
    )
    expect(
        referrals.figures("referrals_received"),
        """
        breakdown | group      | period  | numerator
        team      | Front door | 2023-06 | 1
        team      | unknown    | 2023-06 | 1
        """,
    )


def test_a_stock_belongs_to_the_team_allocated_on_the_day_else_to_the_team_on_the_row() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on | team
        ann      | 2023-04-01 | First team
        ben      | 2023-04-01 |

        allocations
        child_id | worker_id | role          | team  | started_on | ended_on
        ann      | w1        | social_worker | North | 2023-05-01 | 2023-06-30
        ann      | w2        | social_worker | South | 2023-06-30 |
        """,
        as_at="2023-06-30",
    )
    expect(  # North ends on 30 June and does not hold ann on that day any more
        plans.figures("cp_plans_open"),
        """
        breakdown | group      | period  | numerator
        team      | First team | 2023-04 | 1
        team      | North      | 2023-04 | 0
        team      | South      | 2023-04 | 0
        team      | unknown    | 2023-04 | 1
        team      | First team | 2023-05 | 0
        team      | North      | 2023-05 | 1
        team      | South      | 2023-05 | 0
        team      | unknown    | 2023-05 | 1
        team      | First team | 2023-06 | 0
        team      | North      | 2023-06 | 0
        team      | South      | 2023-06 | 1
        team      | unknown    | 2023-06 | 1
        """,
    )


def test_of_several_social_workers_the_latest_decides_and_other_roles_or_no_team_do_not() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on | team
        ann      | 2023-04-01 | On the row

        allocations
        allocation_id | child_id | worker_id | role              | team     | started_on
        1             | ann      | w1        | social_worker     | Earlier  | 2023-04-01
        2             | ann      | w2        | social_worker     | Later    | 2023-05-01
        3             | ann      | w3        | social_worker     |          | 2023-06-01
        4             | ann      | w4        | reviewing_officer | Reviews  | 2023-06-01
        """,
        as_at="2023-06-30",
    )
    expect(
        plans.figures("cp_plans_open", months=1),
        """
        breakdown | group | period  | numerator
        team      | Later | 2023-06 | 1
        """,
    )


def test_a_linked_identitys_allocation_holds_the_child_too() -> None:
    plans = given(
        """
        cp_plans
        child_id | started_on
        ann      | 2023-04-01

        allocations
        child_id | worker_id | role          | team  | started_on
        unborn   | w1        | social_worker | North | 2023-01-01

        child_links
        child_id | linked_child_id
        ann      | unborn
        """,
        as_at="2023-06-30",
    )
    expect(
        plans.figures("cp_plans_open", months=1),
        """
        breakdown | group | period  | numerator
        team      | North | 2023-06 | 1
        """,
    )


def test_the_age_band_is_that_of_the_rows_day_and_changes_on_the_birthday() -> None:
    # ann is 5 on 15 June 2023; ben's date of birth is not known; cat is born after the contact
    rows = given(
        """
        children
        child_id | date_of_birth
        ann      | 2018-06-15
        ben      |
        cat      | 2023-06-25

        contacts
        child_id | received_on
        ann      | 2023-06-14
        ann      | 2023-06-15
        ben      | 2023-06-15
        cat      | 2023-06-15

        cp_plans
        child_id | started_on
        ann      | 2023-01-01
        """,
        as_at="2023-06-30",
    )
    expect(
        rows.figures("contacts_received", "cp_plans_open", months=2),
        """
        indicator         | breakdown | group   | period  | numerator
        contacts_received | age_band  | 1 to 4  | 2023-06 | 1
        contacts_received | age_band  | 5 to 9  | 2023-06 | 1
        contacts_received | age_band  | unknown | 2023-06 | 1
        contacts_received | age_band  | under 1 | 2023-06 | 1
        cp_plans_open     | age_band  | 1 to 4  | 2023-05 | 1
        cp_plans_open     | age_band  | 5 to 9  | 2023-05 | 0
        cp_plans_open     | age_band  | 1 to 4  | 2023-06 | 0
        cp_plans_open     | age_band  | 5 to 9  | 2023-06 | 1
        contacts_received | age_band  | 1 to 4  | 2023-05 | 0
        contacts_received | age_band  | 5 to 9  | 2023-05 | 0
        contacts_received | age_band  | unknown | 2023-05 | 0
        contacts_received | age_band  | under 1 | 2023-05 | 0
        """,
    )


def test_the_bands_begin_at_1_5_10_and_16_and_a_leap_day_child_has_the_birthday_on_1_march() -> None:
    contacts = given(
        """
        children
        child_id | date_of_birth
        a        | 2022-06-16
        b        | 2022-06-15
        c        | 2013-06-16
        d        | 2013-06-15
        e        | 2007-06-16
        f        | 2007-06-15

        contacts
        child_id | received_on
        a        | 2023-06-15
        b        | 2023-06-15
        c        | 2023-06-15
        d        | 2023-06-15
        e        | 2023-06-15
        f        | 2023-06-15
        """,
        as_at="2023-06-30",
    )
    expect(
        contacts.figures("contacts_received", months=1),
        """
        breakdown | group       | period  | numerator
        age_band  | under 1     | 2023-06 | 1
        age_band  | 1 to 4      | 2023-06 | 1
        age_band  | 5 to 9      | 2023-06 | 1
        age_band  | 10 to 15    | 2023-06 | 2
        age_band  | 16 and over | 2023-06 | 1
        """,
    )
    leap_day = given(
        """
        children
        child_id | date_of_birth
        child    | 2020-02-29

        contacts
        received_on
        2025-02-28
        2025-03-01
        """,
        as_at="2025-03-31",
    )
    expect(
        leap_day.figures("contacts_received", months=2),
        """
        breakdown | group  | period  | numerator
        age_band  | 1 to 4 | 2025-02 | 1
        age_band  | 5 to 9 | 2025-02 | 0
        age_band  | 1 to 4 | 2025-03 | 0
        age_band  | 5 to 9 | 2025-03 | 1
        """,
    )


def test_sex_and_ethnicity_come_from_the_rows_own_child_and_are_else_unknown() -> None:
    contacts = given(
        """
        children
        child_id | sex | ethnicity
        ann      | F   | WBRI
        ben      | M   |

        contacts
        child_id | received_on
        ann      | 2023-06-01
        ben      | 2023-06-01
        cat      | 2023-06-01
        """,
        as_at="2023-06-30",
    )
    expect(
        contacts.figures("contacts_received", months=1),
        """
        breakdown | group   | period  | numerator
        sex       | F       | 2023-06 | 1
        sex       | M       | 2023-06 | 1
        sex       | unknown | 2023-06 | 1
        ethnicity | WBRI    | 2023-06 | 1
        ethnicity | unknown | 2023-06 | 2
        """,
    )
