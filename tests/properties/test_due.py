"""Why: what `due` calls overdue and what a figure calls not in time are one clock, so the two lists are the same children."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from casetally.figures.cases import list_cases
from casetally.figures.due import due_lists, list_due
from casetally.periods import period_of

from properties.authority import AS_AT, LIBRARY, Authority

# the stock indicator and what the due list calls the same clock
SAME_CLOCK = {
    "cp_visit_10wd": "Child protection visit",
    "cin_visit_6w": "Child in need visit",
    "cla_visit_up_to_date": "Visit to a looked after child",
    "cla_reviews_up_to_date": "Review of a looked after child's case",
    "assessments_open_over_45wd": "Assessment to be completed",
}


@pytest.fixture(scope="module")
def due(authority: Authority) -> pl.DataFrame:
    return list_due(authority.store, LIBRARY, AS_AT, within=10)


@pytest.mark.parametrize(("indicator", "what"), SAME_CLOCK.items(), ids=SAME_CLOCK)
def test_overdue_is_what_the_figure_counts_as_not_in_time_today_and_on_past_days(
    authority: Authority, indicator: str, what: str
) -> None:
    one = LIBRARY.indicator(indicator)
    assert one.record_set is not None
    key, found = one.record_set.text.id[0], 0
    for month in (dt.date(2022, 12, 1), dt.date(2023, 3, 1), AS_AT):
        period = period_of("month", month)
        rows = list_cases(authority.store, LIBRARY, one, period).rows
        if "in_numerator" in rows.columns:
            rows = rows.filter(~pl.col("in_numerator"))
        late = rows.select(pl.col(key).alias("record"), "child_id").sort("record")
        due = list_due(authority.store, LIBRARY, period.end, within=0)
        overdue = due.filter(what=what, state="overdue").select("record", "child_id").sort("record")
        assert overdue.rows() == late.rows()
        found += late.height
    assert found  # else the sample would prove nothing


def test_an_overdue_review_of_a_plan_is_never_counted_as_up_to_date(authority: Authority, due: pl.DataFrame) -> None:
    rows = list_cases(
        authority.store, LIBRARY, LIBRARY.indicator("cp_reviews_up_to_date"), period_of("month", AS_AT)
    ).rows
    overdue = set(due.filter(what="Child protection review", state="overdue")["record"])
    assert overdue
    assert not overdue & set(rows.filter(pl.col("in_numerator"))["plan_id"])


def test_every_list_has_something_and_names_child_record_team_and_days(due: pl.DataFrame) -> None:
    assert set(due["list"]) == set(due_lists(LIBRARY))
    for name in ("what", "child_id", "record", "team", "clock_starts_on", "due_on", "working_days_left", "state"):
        assert due[name].null_count() == 0
    assert due.filter(pl.col("clock_starts_on") > pl.col("due_on")).is_empty()
    assert due.equals(due.sort("due_on", "list", "what", "child_id", "record"))


def test_a_due_day_before_the_day_is_overdue_with_days_below_zero_and_the_day_itself_is_due_with_none_left(
    authority: Authority,
) -> None:
    for on in (AS_AT, dt.date(2024, 3, 28)):
        found = list_due(authority.store, LIBRARY, on, within=5)
        late, left = pl.col("due_on") < on, pl.col("working_days_left")
        assert found.filter((pl.col("state") == "overdue") != late).is_empty()
        assert found.filter(late != (left < 0)).is_empty()
        assert found.filter((pl.col("due_on") == on) & (left != 0)).is_empty()
        assert found.filter(left > 5).is_empty()


def test_looking_further_ahead_adds_to_the_list_and_takes_nothing_away(authority: Authority) -> None:
    near, far = (list_due(authority.store, LIBRARY, AS_AT, within=days) for days in (0, 20))
    assert far.height > near.height
    assert near.join(far, on=near.columns, how="anti", nulls_equal=True).is_empty()


def test_one_list_alone_is_that_part_of_all(authority: Authority, due: pl.DataFrame) -> None:
    visits = list_due(authority.store, LIBRARY, AS_AT, 10, ["visits"])
    assert visits.equals(due.filter(pl.col("list") == "visits"))
