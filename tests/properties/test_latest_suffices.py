"""Why: an inspection list holds the latest visit of each child and no other; where a record set says that this suffices on the
as-at date, the figures must be those of all visits.
"""

from __future__ import annotations

import polars as pl
import pytest
from casetally.definitions.indicators import Indicator
from casetally.figures.lacks import lacks
from casetally.periods import grid_of, month
from casetally.records.validate import CheckedRecords
from casetally.sources.delivery import Reach
from casetally.store import Store, store_of_frames
from casetally.store.database import calendar_of

from properties.authority import AS_AT, INDICATORS, LIBRARY, Authority, figures_of, stored

# of whom the latest row is, and by which day it is the latest
LATEST = {
    "care_leaver_contacts": (["child_id"], "recorded_on"),
    "care_visits": (["child_id"], "visited_on"),
    "cin_visits": (["child_id"], "visited_on"),
    "cp_visits": (["plan_id"], "visited_on"),
    "health_checks": (["child_id", "type", "status"], "completed_on"),
    "legal_statuses": (["child_id"], "started_on"),
    "placements": (["child_id"], "started_on"),
}
OPEN = {"care_leavers"}  # a list of those supported on the day
DECLARED = sorted({t for one in LIBRARY.record_sets.values() for t in one.text.latest_suffices})


def only_the_latest(checked: CheckedRecords, table: str) -> Store:
    """The authority with the latest rows of one table alone: all rows of each one's latest day."""
    tables = dict(checked.tables)
    rows = tables[table]
    if table in OPEN:
        tables[table] = rows.filter(pl.col("ended_on").is_null() | (pl.col("ended_on") > AS_AT))
    else:
        whose, day = LATEST[table]
        tables[table] = rows.filter(pl.col(day) == pl.col(day).max().over(whose))
    assert tables[table].height < rows.height
    reach = {table: Reach(latest_only=True)}
    whole = stored(checked)
    return store_of_frames(
        tables, whole.schemas, calendar_of(whole), AS_AT, present=checked.present, reach=reach
    )  # fmt: skip


def given_from_the_latest(store: Store, table: str) -> list[Indicator]:
    return [
        one
        for one in INDICATORS
        if table in one.record_set.text.latest_suffices and not lacks(store, LIBRARY, one)  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize("table", DECLARED)
def test_the_latest_rows_give_the_same_figures_on_the_as_at_date(authority: Authority, table: str) -> None:
    cut = only_the_latest(authority.checked, table)
    of_them = [one.id for one in given_from_the_latest(cut, table)]
    assert of_them
    grid = grid_of(AS_AT, [month(AS_AT)])
    keys = ["indicator", "breakdown", "group", "numerator", "denominator", "status"]
    asked = pl.col("indicator").is_in(of_them)
    of_all = figures_of(authority.store, authority.name, grid).filter(asked).select(keys)
    of_latest = figures_of(cut, authority.name, grid).filter(asked).select(keys)
    assert of_all.filter(breakdown="all")["denominator"].sum() > 0
    assert of_latest.equals(of_all)


def test_every_table_that_suffices_is_tried() -> None:
    assert set(DECLARED) <= set(LATEST) | OPEN
