"""Why: an own record set whose join finds two rows for one record must be refused, not summed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.definitions import load_library
from casetally.errors import DefinitionError
from casetally.figures.doubles import refuse_doubles
from casetally.store import store_of_frames

ABOUT = """
title: Referrals and contacts
one_row_is: one referral
base: referrals
id: [referral_id]
columns: {referral_id: the referral, child_id: the child, person_id: the person, received_on: received, until: until}
"""
INDICATOR = "mine: {title: Mine, meaning: Mine., source: ours, count: doubled, %s}\n"
SQL = """
select r.referral_id, r.child_id, r.person_id, r.received_on, %s as until
from referrals as r
left join contacts as c on c.person_id = r.person_id
"""


def library_with(folder: Path, dating: str, until: str) -> object:
    (folder / "records").mkdir()
    (folder / "indicators").mkdir()
    (folder / "records" / "doubled.sql").write_text(SQL % until, encoding="utf-8")
    (folder / "records" / "doubled.yaml").write_text(ABOUT, encoding="utf-8")
    (folder / "indicators" / "mine.yaml").write_text(INDICATOR % dating, encoding="utf-8")
    return load_library(folder)


def refused(library: object, contacts: int) -> None:
    day = dt.date(2024, 1, 10)
    frames = {
        "referrals": pl.DataFrame({"referral_id": ["r1"], "child_id": ["c1"], "received_on": [day]}),
        "contacts": pl.DataFrame({
            "contact_id": [f"k{n}" for n in range(contacts)], "child_id": ["c1"] * contacts, "received_on": [day] * contacts,
        }),
    }  # fmt: skip
    store = store_of_frames(frames, library.schemas, Calendar.england(), dt.date(2024, 1, 31))  # type: ignore[attr-defined]
    refuse_doubles(store, library, [library.indicator("mine")])  # type: ignore[attr-defined, arg-type]


@pytest.mark.parametrize("dating", ["when: received_on", "open: [received_on, until]"])
def test_a_join_that_doubles_a_record_is_refused(tmp_path: Path, dating: str) -> None:
    library = library_with(tmp_path, dating, "date '2024-03-01'")
    refused(library, contacts=1)
    with pytest.raises(DefinitionError, match="'doubled' counts a record of referrals more than once: r1"):
        refused(library, contacts=2)


def test_spells_that_follow_each_other_are_no_double(tmp_path: Path) -> None:
    """Two rows of one record that cover different days count once on each day."""
    (tmp_path / "records").mkdir()
    (tmp_path / "indicators").mkdir()
    sql = (
        "select referral_id, child_id, person_id, received_on, date '2024-02-01' as until from referrals union all "
        "select referral_id, child_id, person_id, date '2024-02-01' as received_on, date '2024-03-01' as until from referrals"
    )
    (tmp_path / "records" / "doubled.sql").write_text(sql, encoding="utf-8")
    (tmp_path / "records" / "doubled.yaml").write_text(ABOUT, encoding="utf-8")
    (tmp_path / "indicators" / "mine.yaml").write_text(INDICATOR % "open: [received_on, until]", encoding="utf-8")
    refused(load_library(tmp_path), contacts=0)
