"""Why: distinct counts are not additive: each period and each group is counted again (rules: Counting)."""

from __future__ import annotations

from spec.tables import expect, given


def test_a_child_missing_twice_is_one_child_in_each_month_and_one_in_the_quarter() -> None:
    episodes = given(
        """
        missing_episodes
        child_id | started_at
        ann      | 2023-04-02T10:00:00
        ann      | 2023-04-09T10:00:00
        ann      | 2023-05-02T10:00:00
        ben      | 2023-05-02T10:00:00
        """,
        as_at="2023-06-30",
    )
    expect(
        episodes.figures("missing_episodes", "missing_children"),
        """
        indicator        | basis   | period     | numerator
        missing_episodes | month   | 2023-04    | 2
        missing_episodes | month   | 2023-05    | 2
        missing_episodes | month   | 2023-06    | 0
        missing_episodes | quarter | 2023-24 Q1 | 4
        missing_children | month   | 2023-04    | 1
        missing_children | month   | 2023-05    | 2
        missing_children | month   | 2023-06    | 0
        missing_children | quarter | 2023-24 Q1 | 2
        """,
    )


def test_investigations_are_told_apart_by_their_own_number_and_an_enquiry_without_one_is_its_own() -> None:
    enquiries = given(
        """
        s47_enquiries
        child_id | investigation_id | started_on
        ann      | 1                | 2023-06-01
        ben      | 1                | 2023-06-01
        ann      |                  | 2023-06-30
        ben      |                  | 2023-06-30
        """,
        as_at="2023-06-30",
    )
    expect(
        enquiries.figures("s47_started_children", "s47_started_investigations"),
        """
        indicator                  | period  | numerator
        s47_started_children       | 2023-06 | 4
        s47_started_investigations | 2023-06 | 3
        """,
    )


def test_two_open_spells_of_one_child_are_one_child_in_all_and_one_in_each_of_two_teams() -> None:
    episodes = given(
        """
        early_help_episodes
        child_id | started_on | ended_on   | team
        ann      | 2023-05-01 | 2023-06-30 | East
        ann      | 2023-06-01 |            | West
        ben      | 2023-06-01 |            | West
        """,
        as_at="2023-06-30",
    )
    # on 31 May ann alone, with East; on 30 June East's episode has ended
    expect(
        episodes.figures("early_help_open"),
        """
        breakdown | group | period  | numerator
        all       | all   | 2023-05 | 1
        team      | East  | 2023-05 | 1
        team      | West  | 2023-05 | 0
        all       | all   | 2023-06 | 2
        team      | East  | 2023-06 | 0
        team      | West  | 2023-06 | 2
        """,
    )
    both_open = given(
        """
        early_help_episodes
        child_id | started_on | team
        ann      | 2023-05-01 | East
        ann      | 2023-06-01 | West
        """,
        as_at="2023-06-30",
    )
    expect(
        both_open.figures("early_help_open"),
        """
        breakdown | group | period  | numerator
        all       | all   | 2023-06 | 1
        team      | East  | 2023-06 | 1
        team      | West  | 2023-06 | 1
        """,
    )


def test_a_family_is_the_episodes_else_the_childs_else_the_child_alone() -> None:
    episodes = given(
        """
        children
        child_id | family_id
        ann      | f1
        ben      | f1
        cat      | f2
        dan      |

        early_help_episodes
        child_id | family_id | started_on
        ann      |           | 2023-06-01
        ben      | f1        | 2023-06-01
        cat      | f1        | 2023-06-01
        dan      |           | 2023-06-01
        """,
        as_at="2023-06-30",
    )
    # ann by her own family, ben and cat by the episode's: one family; dan alone
    expect(
        episodes.figures("early_help_families_open", "early_help_open"),
        """
        indicator                | period  | numerator
        early_help_families_open | 2023-06 | 2
        early_help_open          | 2023-06 | 4
        """,
    )
