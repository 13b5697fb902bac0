"""Which figures are marked, and with what range, by hand from a profile."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from casetally.figures.settling import with_settling
from casetally.figures.values import FIGURE_SCHEMA

END = dt.date(2023, 9, 30)


def band(age: int, least: str | None, greatest: str | None) -> dict[str, Any]:
    return {"age": age, "periods": 4, "moved": 3, "least": least, "greatest": greatest}


PROFILE = {
    "indicators": [
        {"indicator": "visits", "basis": "month", "until": 21, "ages": [band(0, "-2/5", "31/10"), band(5, "0", "3/2")]},
        {"indicator": "late_seen", "basis": "month", "until": 10, "ages": [band(3, "1", "2")]},
    ]
}


def figure(**said: Any) -> dict[str, Any]:
    usual = {
        "authority": "Anytown", "indicator": "visits", "basis": "month", "period": "2023-09", "period_start": END.replace(day=1),
        "period_end": END, "breakdown": "all", "group": "all", "numerator": 30.0, "denominator": 40.0, "value": 75.0,
        "unit": "percent", "status": "calculated", "maturity": "final", "definition": "d1", "edition": "e",
        "settles_from": None, "settles_to": None,
    }  # fmt: skip
    return {**usual, **said}


def marked(age: int, *figures: dict[str, Any], profile: dict[str, Any] = PROFILE) -> list[tuple[Any, ...]]:
    frame = pl.DataFrame(list(figures), schema=FIGURE_SCHEMA)
    found = with_settling(frame, profile, END + dt.timedelta(age))
    assert found.schema == FIGURE_SCHEMA
    return found.select("maturity", "settles_from", "settles_to").rows()


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, ("settling", 74.6, 78.1)),
        (4, ("settling", 74.6, 78.1)),
        (5, ("settling", 75.0, 76.5)),
        (20, ("settling", 75.0, 76.5)),
        (21, ("final", None, None)),
        (400, ("final", None, None)),
    ],
)
def test_a_figure_is_settling_up_to_the_age_from_which_it_usually_stands(age: int, expected: tuple[Any, ...]) -> None:
    assert marked(age, figure()) == [expected]


def test_before_the_first_age_that_was_ever_seen_there_is_no_range() -> None:
    """A figure may have further to go from there than from the age that was seen."""
    one = figure(indicator="late_seen", unit="number", denominator=None, value=30.0)
    assert marked(2, one) == [("settling", None, None)]
    assert marked(3, one) == [("settling", 31.0, 32.0)]


@pytest.mark.parametrize("maturity", ["provisional", "short_history"])
def test_what_is_said_already_says_more(maturity: str) -> None:
    assert marked(0, figure(maturity=maturity)) == [(maturity, None, None)]


def test_a_group_is_marked_as_the_whole_is_without_a_range() -> None:
    assert marked(0, figure(breakdown="team", group="North")) == [("settling", None, None)]


def test_other_bases_and_indicators_are_as_they_were() -> None:
    others = figure(basis="year"), figure(indicator="contacts")
    assert marked(0, *others) == [("final", None, None)] * 2


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"numerator": 39.0, "value": 97.5}, (97.1, 100.0)),
        ({"numerator": 0.0, "value": 0.0}, (0.0, 3.1)),
        ({"numerator": 2.0, "denominator": None, "value": 2.0, "unit": "number"}, (1.6, 5.1)),
        ({"numerator": 99.0, "denominator": None, "value": 99.0, "unit": "days"}, (98.6, 102.1)),
        ({"numerator": 45.0, "value": 112.5}, (112.1, 115.6)),  # a ratio may be more than all
    ],
)
def test_a_range_goes_no_further_than_a_figure_can(said: dict[str, Any], ends: tuple[float, float]) -> None:
    assert marked(0, figure(**said)) == [("settling", *ends)]


def test_without_a_denominator_a_figure_may_still_get_one_but_no_range_can_be_said() -> None:
    none = figure(numerator=0.0, denominator=0.0, value=None, status="not_applicable")
    assert marked(0, none) == [("settling", None, None)]


def test_what_is_not_available_does_not_settle() -> None:
    none = figure(numerator=None, denominator=None, value=None, status="not_available")
    assert marked(0, none) == [("final", None, None)]


def test_marks_stand_on_their_own_rows_and_the_order_stays() -> None:
    rows = [figure(indicator="contacts"), figure(), figure(breakdown="sex", group="F"), figure(basis="year"), figure()]
    frame = pl.DataFrame(rows, schema=FIGURE_SCHEMA)
    found = with_settling(frame, PROFILE, END)
    told = ["maturity", "settles_from", "settles_to"]
    assert found.drop(told).equals(frame.drop(told))
    assert found["maturity"].to_list() == ["final", "settling", "settling", "final", "settling"]
    assert found["settles_from"].to_list() == [None, 74.6, None, None, 74.6]


def test_a_range_is_exact_until_it_is_written() -> None:
    """2 of 3 and a third of a point: 200/3 + 1/3 is 67, which no sum of rounded numbers must miss."""
    third = {"indicators": [{"indicator": "visits", "basis": "month", "until": 1, "ages": [band(0, "1/3", "1/3")]}]}
    assert marked(0, figure(numerator=2.0, denominator=3.0, value=200 / 3), profile=third) == [("settling", 67.0, 67.0)]


@pytest.mark.parametrize("profile", [{"indicators": []}, {}])
def test_a_profile_of_nothing_marks_nothing(profile: dict[str, Any]) -> None:
    assert marked(0, figure(), profile=profile) == [("final", None, None)]
