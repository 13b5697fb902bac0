"""Why: two engines written apart can only be wrong alike by accident: for made-up authorities the figures must be equal.

The first test tries what ships, the second indicators that nobody has written yet. `CASETALLY_TRIALS=500` tries that many
authorities for each part of the rules; the short run is a few, always the same ones. A failure shows the smallest authority
that still fails, and its seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

import pytest
from casetally.definitions import Library, load_library
from casetally.definitions.indicators import Indicator
from casetally.definitions.lineage import needs_of, refinements_of
from reference.record_sets import ROWS_OF, ROWS_ON

from generative.agreement import differences
from generative.cases import BESIDE, SUBJECTS, Authority, authority_of, smallest
from generative.definitions import library_of, random_definitions

TRIALS = int(os.environ.get("CASETALLY_TRIALS", "12"))


@cache
def shipped(subject: str) -> list[str]:
    """The shipped indicators that count records of the subject's tables."""
    indicators = load_library().indicators.values()
    return [one.id for one in indicators if one.record_set and one.record_set.text.base in SUBJECTS[subject]]


@cache
def at_home(subject: str) -> list[str]:
    """Those of the subject's indicators of whose tables no other subject makes more."""
    library = load_library()
    return [name for name in shipped(subject) if subject in _homes(library, library.indicators[name])]


def _homes(library: Library, indicator: Indicator) -> set[str]:
    read = {table for table, _ in needs_of(library, indicator) | refinements_of(library, indicator)}
    made = {one: len(read & {*tables, *BESIDE.get(one, ())}) for one, tables in SUBJECTS.items()}
    counted = [one for one in SUBJECTS if indicator.id in shipped(one)]
    return {one for one in counted if made[one] == max(made[other] for other in counted)}


def check(authority: Authority, library: Library, indicators: Iterable[str], seed: int) -> None:
    """Fail with the smallest authority for which one of the indicators that differ still does."""
    found = differences(authority, library, indicators)
    if not found:
        return
    name = found[0].split("'")[1]
    small = smallest(authority, lambda one: bool(differences(one, library, [name])))
    lines = [f"seed {seed}: {len(found)} figures differ.", *differences(small, library, [name])[:4], repr(small)]
    pytest.fail("\n".join([f"{name}: {library.indicators[name].text!r}", *lines]), pytrace=False)


def test_every_record_set_has_a_reference_and_every_shipped_indicator_is_tried() -> None:
    """A new record set or indicator can't ship without being held against the reference."""
    library = load_library()
    assert sorted([*ROWS_OF, *ROWS_ON]) == sorted(library.record_sets)
    tried = {name for subject in SUBJECTS for name in shipped(subject)}
    assert tried == {name for name, one in library.indicators.items() if one.kind not in ("ratio", "supplied")}
    assert tried == {name for subject in SUBJECTS for name in at_home(subject)}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_shipped_indicators_give_the_figures_of_the_reference(subject: str) -> None:
    """Every period, group, numerator, denominator, value, status and maturity is the same.

    Every authority tries the indicators whose tables it has; one in four also those that here find most tables empty.
    """
    for seed in range(TRIALS):
        names = at_home(subject) if seed % 4 else shipped(subject)
        check(authority_of(subject, seed), load_library(), names, seed)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_made_up_indicators_give_the_figures_of_the_reference(subject: str) -> None:
    """Whatever an analyst may write means the same to the engine and to the reference."""
    for seed in range(TRIALS):
        texts = random_definitions(subject, seed)
        check(authority_of(subject, 10_000 + seed), library_of(texts), texts, seed)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_made_up_authority_knows_nothing_after_its_day(subject: str) -> None:
    """The made-up rows are as a run would keep them: no day after the run's, save planned ones."""
    tables = load_library().schemas.tables
    for authority in (authority_of(subject, seed) for seed in range(20)):
        for name, rows in authority.rows.items():
            days = [
                column for column, about in tables[name].columns.items() if about.type == "date" and not about.planned
            ]
            assert all(row[day] is None or row[day] <= authority.run_as_at for row in rows for day in days)
