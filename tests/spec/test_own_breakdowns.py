"""Why: a record set offers groups of its own beside team, age, sex and ethnicity, alone or across one another."""

from __future__ import annotations

import pytest
from casetally.errors import DefinitionError

from spec.tables import expect, given, library_with

BY_LENGTH = """
by_initiator:
  title: Assessments by who began them
  meaning: All.
  source: test
  count: early_help_assessments
  when: started_on
  breakdowns: [{names}]
"""


def _assessments(names: str) -> str:
    return BY_LENGTH.format(names=names)


def test_an_unknown_breakdown_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DefinitionError, match="offers no breakdown 'teem'"):
        library_with(_assessments("teem"))


def test_more_than_four_breakdowns_are_refused() -> None:
    with pytest.raises(DefinitionError, match="5 breakdowns are too many"):
        library_with(_assessments("sex, ethnicity, age_band, 'sex;ethnicity', 'sex;age_band'"))


def test_a_cross_tabulation_has_a_group_for_each_pair_that_occurs() -> None:
    rows = given(
        """
        early_help_assessments
        child_id | started_on
        ann      | 2023-06-01
        ben      | 2023-06-02
        cat      | 2023-06-03

        children
        child_id | sex | date_of_birth
        ann      | F   | 2010-01-01
        ben      | M   | 2021-01-01
        cat      | F   |
        """,
        as_at="2023-06-30",
        defined=_assessments("'sex;age_band'"),
    )
    expect(
        rows.figures("by_initiator"),
        """
        breakdown    | group      | period  | numerator
        sex;age_band | F;10 to 15 | 2023-06 | 1
        sex;age_band | F;unknown  | 2023-06 | 1
        sex;age_band | M;1 to 4   | 2023-06 | 1
        """,
    )


def test_a_group_is_unknown_where_the_source_lacks_what_it_rests_on() -> None:
    plans = given(
        """
        cp_plans
        plan_id | child_id | started_on
        one     | ann      | 2021-04-01
        two     | ann      | 2023-06-01
        """,
        as_at="2023-06-30",
        only_these_columns=True,
    )
    expect(  # whether the earlier plan ended within two years can't be known without the day it ended
        plans.figures("cp_plans_started_again"),
        """
        breakdown    | group   | period  | numerator
        earlier_plan | unknown | 2023-06 | 1
        """,
    )
