"""Why: what no child-level record gives is supplied as figures: carried through as given, checked, and told apart."""

from __future__ import annotations

import pytest
from casetally.errors import DefinitionError
from casetally.figures.supplied import supplied_findings

from spec.tables import expect, given, library_with

DEFINED = """
agency_share:
  title: Agency staff
  meaning: As supplied.
  source: test
  supplied: true
  unit: percent
calls_year_to_date:
  title: Calls since April
  meaning: As supplied.
  source: test
  supplied: true
  basis: year_to_date
"""
ROWS = """
children
child_id
ann

supplied_figures
indicator          | period     | breakdown  | numerator | denominator | value
agency_share       | 2023-06    |            | 12        | 96          |
agency_share       | 2023-06    | team=North |           |             | 10.5
agency_share       | 2023-05    |            |           |             | 13
calls_year_to_date | 2023-06    |            |           |             | 512
"""


def test_a_supplied_figure_is_given_as_it_came_and_is_not_available_where_it_did_not() -> None:
    expect(
        given(ROWS, as_at="2023-06-30", defined=DEFINED).figures("agency_share"),
        """
        period  | numerator | denominator | value | status
        2023-06 | 12        | 96          | 12.5  | calculated
        2023-05 |           |             | 13    | calculated
        2023-04 |           |             |       | not_available
        """,
    )


def test_a_supplied_figure_may_have_groups() -> None:
    expect(
        given(ROWS, as_at="2023-06-30", defined=DEFINED).figures("agency_share"),
        """
        breakdown | group | period  | value | status
        team      | North | 2023-06 | 10.5  | calculated
        """,
    )


def test_a_supplied_figure_stands_on_its_own_basis_alone() -> None:
    expect(
        given(ROWS, as_at="2023-06-30", defined=DEFINED).figures("calls_year_to_date"),
        """
        basis        | period  | value | status
        year_to_date | 2023-06 | 512   | calculated
        month        | 2023-06 |       | not_available
        """,
    )


def test_what_is_wrong_with_supplied_figures_is_found_row_by_row() -> None:
    rows = given(
        """
        children
        child_id
        ann

        supplied_figures
        indicator    | period  | breakdown | value
        agency_shore | 2023-06 |           | 1
        agency_share | June    |           | 1
        agency_share | 2023-06 | North     | 1
        agency_share | 2023-06 |           | 101
        """,
        as_at="2023-06-30",
        defined=DEFINED,
    )
    found = supplied_findings(rows.store, rows.library)
    assert sorted(found["rule"].to_list()) == [
        "supplied_figures_breakdown",
        "supplied_figures_indicator",
        "supplied_figures_percent",
        "supplied_figures_period",
    ]
    nearest = [message for message in found["message"] if "agency_share" in message]
    assert len(nearest) == 1


def test_a_supplied_figure_has_no_rows_so_nothing_that_speaks_of_rows_stands_beside_it() -> None:
    with pytest.raises(DefinitionError, match="'when' can't stand beside 'supplied'"):
        library_with(DEFINED + "  when: started_on\n")
