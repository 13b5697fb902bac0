"""Why: a rate rests on the mid-year estimate of the year before its financial year ends (rules: Counting, "Rate per 10,000")."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.figures.populations import authorities_of, populations_of
from casetally.periods import month, year
from casetally.schemas import load_schemas
from casetally.store import Store, store_of_frames

AS_AT = dt.date(2024, 4, 30)


def _store(*rows: tuple[str, int, str | None, int]) -> Store:
    schema = {"authority": pl.String, "mid_year": pl.Int64, "vintage": pl.String, "population": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return store_of_frames({"populations": frame}, load_schemas(), Calendar.england(), AS_AT)


@pytest.mark.parametrize(
    ("day", "population"),
    [(dt.date(2023, 3, 31), 22), (dt.date(2023, 4, 1), 23), (dt.date(2024, 3, 31), 23), (dt.date(2024, 4, 1), 23)],
)
def test_the_year_that_ends_on_31_march_takes_the_estimate_of_the_year_before(day: dt.date, population: int) -> None:
    store = _store(("here", 2022, None, 22), ("here", 2023, None, 23))
    assert populations_of(store, "here", [month(day), year(day)]).tolist() == [population, population]


def test_without_an_estimate_that_early_there_is_none() -> None:
    store = _store(("here", 2023, None, 23))
    assert np.isnan(populations_of(store, "here", [month(dt.date(2022, 6, 1))])).all()


def test_only_the_authoritys_own_estimates_serve() -> None:
    store = _store(("here", 2022, None, 22), ("there", 2023, None, 99))
    assert populations_of(store, "here", [month(AS_AT)]).tolist() == [22]


def test_a_named_vintage_serves_alone_and_else_the_last_by_name_with_an_unnamed_one_before_all() -> None:
    store = _store(("here", 2023, "b", 2), ("here", 2023, None, 1), ("here", 2023, "c", 3), ("here", 2022, "b", 4))
    periods = [month(dt.date(2024, 3, 1))]
    assert populations_of(store, "here", periods).tolist() == [3]
    assert populations_of(store, "here", periods, "b").tolist() == [2]
    assert np.isnan(populations_of(store, "here", periods, "a")).all()


def test_the_authorities_are_those_in_populations() -> None:
    assert authorities_of(_store(("here", 2022, None, 22), ("here", 2023, None, 23))) == ["here"]
    assert authorities_of(_store(("there", 2022, None, 22), ("here", 2022, None, 22))) == ["here", "there"]
    assert authorities_of(_store()) == []
