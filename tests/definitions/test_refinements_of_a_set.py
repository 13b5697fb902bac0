"""Why: what refines one record set may decide another that reads it: then its absence must be said and not pass for a nought."""

from __future__ import annotations

import pytest
from casetally.definitions import load_library
from casetally.definitions.lineage import needs_of, refinements_of


@pytest.mark.parametrize(
    ("indicator", "column"),
    [
        ("cla_section_20", ("legal_statuses", "status")),
        ("cla_health_refused_in_month", ("health_checks", "status")),
    ],
)
def test_a_column_that_refines_who_is_looked_after_is_needed_where_it_decides(
    indicator: str, column: tuple[str, str]
) -> None:
    library = load_library()
    assert column in needs_of(library, library.indicators[indicator])


def test_it_still_only_refines_what_reads_it_through_that_set_alone() -> None:
    library = load_library()
    column = ("legal_statuses", "status")
    for name in ("cla_open", "cla_rha_up_to_date", "cla_reviews_up_to_date", "cla_with_parents"):
        assert column not in needs_of(library, library.indicators[name]), name
        assert column in refinements_of(library, library.indicators[name]), name
