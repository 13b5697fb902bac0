"""Why: the tests of Annex A show records and the cells that come of them, so how a list is made and read stands here, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casetally.reports.annex_a.content import Sheet, sheet_of
from casetally.sources.annex_a.layout import list_number
from casetally.store import Store

Cells = dict[str, Any]

AGE = "Age of Child (Years)"
BORN = "Date of Birth"
CHILD = "Child Unique ID"
DISABLED = "Does the Child have a Disability"
TEAM, WORKER = "Allocated Team", "Allocated Worker"
YES, NO = "a) Yes", "b) No"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def sheet(store: Store, number: int, as_at: str = "") -> Sheet:
    """One list as at a day; the store's own if left out."""
    return sheet_of(list_number(number), store, day(as_at) if as_at else store.as_at)


def rows(store: Store, number: int, as_at: str = "") -> list[Cells]:
    """The rows of one list, blank cells left out."""
    found = sheet(store, number, as_at).rows
    assert found.columns == list(list_number(number).headers)
    return [{name: value for name, value in row.items() if value is not None} for row in found.to_dicts()]


def column(store: Store, number: int, header: str, as_at: str = "") -> dict[str, Any]:
    """One column of a list by child; no child may stand in it twice."""
    found = sheet(store, number, as_at).rows
    assert found[CHILD].n_unique() == found.height, "a child stands in the list twice"
    return dict(zip(found[CHILD].to_list(), found[header].to_list(), strict=True))
