"""Why: examples hold totals; the printed lines also ask for groups (who holds the child, how a contact came): by hand here."""

from __future__ import annotations

from spec.tables import expect, given


def test_a_child_of_two_workers_counts_for_each_of_them_and_once_in_all() -> None:
    rows = given(
        """
        allocations
        child_id | worker_id | role          | team  | started_on | ended_on
        ann      | w1        | social_worker | North | 2023-01-10 |
        ann      | w2        | social_worker | South | 2023-02-10 |
        ben      | w1        | social_worker | North | 2023-01-10 |
        cat      | w1        | social_worker | North | 2023-01-10 | 2023-06-30
        dan      | w3        | early_help    | North | 2023-01-10 |
        """,
        as_at="2023-06-30",
    )
    expect(
        rows.figures("children_held_by_social_workers"),
        """
        breakdown           | group    | period  | numerator
        all                 | all      | 2023-06 | 2
        holding_team        | North    | 2023-06 | 2
        holding_team        | South    | 2023-06 | 1
        holding_team;worker | North;w1 | 2023-06 | 2
        holding_team;worker | South;w2 | 2023-06 | 1
        worker              | w1       | 2023-06 | 2
        worker              | w2       | 2023-06 | 1
        """,
    )


def test_the_children_of_a_team_are_divided_by_the_full_time_equivalent_of_its_workers() -> None:
    """North: 2 children by 1.5; South: 1 child by 1, an agency worker for whom none is recorded."""
    rows = given(
        """
        workers
        worker_id | team  | fte | agency | started_on
        w1        | North | 1   | false  | 2020-01-01
        w2        | North | 0.5 | false  | 2020-01-01
        w3        | South |     | true   | 2020-01-01

        allocations
        child_id | worker_id | role          | team  | started_on
        ann      | w1        | social_worker | North | 2023-01-10
        ben      | w2        | social_worker | North | 2023-01-10
        cat      | w3        | social_worker | South | 2023-01-10
        """,
        as_at="2023-06-30",
    )
    expect(
        rows.figures("children_per_social_worker_fte"),
        """
        breakdown    | group | period  | numerator | denominator
        all          | all   | 2023-06 | 3         | 2.5
        holding_team | North | 2023-06 | 2         | 1.5
        holding_team | South | 2023-06 | 1         | 1
        """,
    )


def test_completed_contacts_by_how_they_came_and_who_made_them() -> None:
    """A relative is family, the child itself self, a voluntary body code 8, an acquaintance other, else unknown."""
    rows = given(
        """
        contacts
        child_id | received_on | completed_on | method    | source | outcome
        ann      | 2023-06-01  | 2023-06-01   | email     | 1A     | early_help
        ben      | 2023-06-01  | 2023-06-01   | email     | 1C     | early_help
        cat      | 2023-06-01  | 2023-06-01   | telephone | 8      | social_care
        dan      | 2023-06-01  | 2023-06-01   | telephone | 1B     | social_care
        eve      | 2023-06-01  | 2023-06-01   | telephone |        | social_care
        """,
        as_at="2023-06-30",
    )
    expect(
        rows.figures("contacts_completed"),
        """
        breakdown      | group                              | period  | numerator
        all            | all                                | 2023-06 | 5
        method         | email                              | 2023-06 | 2
        method         | telephone                          | 2023-06 | 3
        method;source  | email;Family                       | 2023-06 | 1
        method;source  | email;Self                         | 2023-06 | 1
        method;source  | telephone;Other                    | 2023-06 | 1
        method;source  | telephone;Voluntary organisation   | 2023-06 | 1
        method;source  | telephone;unknown                  | 2023-06 | 1
        outcome;source | early_help;Family                  | 2023-06 | 1
        outcome;source | early_help;Self                    | 2023-06 | 1
        outcome;source | social_care;Other                  | 2023-06 | 1
        outcome;source | social_care;Voluntary organisation | 2023-06 | 1
        outcome;source | social_care;unknown                | 2023-06 | 1
        source         | Family                             | 2023-06 | 1
        source         | Other                              | 2023-06 | 1
        source         | Self                               | 2023-06 | 1
        source         | Voluntary organisation             | 2023-06 | 1
        source         | unknown                            | 2023-06 | 1
        """,
    )


def test_a_plan_of_which_nothing_is_recorded_is_not_held_by_the_disabled_children_team() -> None:
    rows = given(
        """
        cin_plans
        child_id | disabled_children_team | started_on
        ann      | true                   | 2023-01-10
        ben      | false                  | 2023-01-10
        cat      |                        | 2023-01-10

        cin_visits
        child_id | visited_on
        ben      | 2023-06-30
        """,
        as_at="2023-06-30",
    )
    figures = rows.figures("cin_visit_6w")
    expect(
        figures,
        """
        breakdown              | group | period  | numerator | denominator
        disabled_children_team | no    | 2023-06 | 1         | 2
        disabled_children_team | yes   | 2023-06 | 0         | 1
        """,
    )
