"""Why: one made-up authority serves all tests of this room; each pair of nights is edited from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from casetally.figures.revisions import split_exactly, telescope
from casetally.samples import write_sample
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source

from revisions.histories import (
    CORE,
    FIRST_DAY,
    LIBRARY,
    PERIODS,
    SECOND_DAY,
    Nights,
    known,
    overlay,
    two_nights,
)  # fmt: skip


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    """What a made-up authority delivers, without faults of its own."""
    folder: Path = tmp_path_factory.mktemp("revisions") / "records"
    write_sample(folder, children=400, years=2, as_at=SECOND_DAY, seed=3, dirt=0)
    return read_source(folder)


LIMIT = """
assessment_working_days:
  title: An assessment is completed within this many working days
  unit: working days
  values:
    - {from: 2013-04-15, value: 30, source: a proposal}
"""
DEFINITION = """
contacts_to_social_care:
  title: Contacts that became a referral
  meaning: Of all contacts, those not passed to social care.
  source: a proposal
  count: contacts
  when: received_on
  share: outcome <> 'social_care'
"""


@pytest.fixture(scope="session", params=["records", "records and rules"])
def nights(
    request: pytest.FixtureRequest, delivery: Delivery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nights]:
    """Two nights of it with edits of every kind between them, and every core figure split; of the second pair the calendar, a limit
    and a definition change as well.
    """
    rules = request.param != "records"
    first, second = two_nights(delivery, 2 if rules else 1)
    library, closures = LIBRARY, tuple[dt.date, ...]()
    if rules:
        library = overlay(tmp_path_factory.mktemp("rules"), limits=LIMIT, indicators=DEFINITION)
        closures = (dt.date(2024, 1, 5), dt.date(2023, 11, 14))
    before, after = known(first, FIRST_DAY), known(second, SECOND_DAY, library=library, closures=closures)
    with telescope(before, after).opened() as way:  # the stores of all steps stay open for all tests
        yield Nights(before, after, way, split_exactly(way, CORE, PERIODS))
