"""Axes have round numbers, and words are moved apart no further than they must be."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from casetally.reports.charts.scale import around, labelled, spread, ticks
from hypothesis import given, settings
from hypothesis import strategies as st

NUMBERS = st.fractions(min_value=-1_000_000, max_value=1_000_000, max_denominator=1000)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("61", "97", [60, 70, 80, 90, 100]),
        ("0", "3", [0, 1, 2, 3]),
        ("12", "40", [0, 10, 20, 30, 40]),  # 12 is not far from nought
        ("84.1", "93.9", [84, 86, 88, 90, 92, 94]),
        ("-9", "9", [-10, -5, 0, 5, 10]),
        ("20844", "23918", [20000, 21000, 22000, 23000, 24000]),
        ("0.98", "1.02", [0.98, 0.99, 1, 1.01, 1.02]),
    ],
)
def test_ticks_are_round_numbers(low: str, high: str, expected: list[float]) -> None:
    assert [float(tick) for tick in ticks(Fraction(low), Fraction(high))] == expected


def test_whole_numbers_have_no_halves_between_them() -> None:
    assert ticks(Fraction(0), Fraction(1), whole=True) == [0, 1]
    assert ticks(Fraction(41, 2), Fraction(43, 2), whole=True) == [20, 21, 22]


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.booleans())
def test_ticks_span_what_is_drawn_and_are_few_and_evenly_apart(one: Fraction, other: Fraction, whole: bool) -> None:
    low, high = sorted((one, other))
    if low == high:
        high += 1
    found = ticks(low, high, whole=whole)
    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 6
    assert len({after - before for before, after in pairwise(found)}) == 1
    assert not whole or all(tick.denominator == 1 for tick in found)


def test_a_small_change_does_not_fill_the_height() -> None:
    assert around(Fraction(98), Fraction(99)) == (Fraction("88.6"), Fraction("108.4"))  # a fifth of 99 about 98.5
    assert around(Fraction(20), Fraction(40)) == (20, 40)
    assert around(Fraction(0), Fraction(0)) == (0, 1)
    assert around(Fraction(-5), Fraction(-5)) == (Fraction("-5.5"), Fraction("-4.5"))


def test_words_that_are_apart_stay_where_they_are() -> None:
    assert spread([30, 90, 60], 14, 20, 180) == [30, 90, 60]


def test_words_that_would_meet_move_as_far_as_they_must() -> None:
    assert spread([50, 52, 100], 14, 20, 180) == [50, 64, 100]
    assert spread([180, 180, 180], 14, 20, 180) == [152, 166, 180]


@settings(deadline=None)
@given(st.lists(st.floats(20, 180), min_size=1, max_size=8))
def test_words_never_meet_nor_change_places_nor_leave_the_plot(wanted: list[float]) -> None:
    found = spread(wanted, 14, 20, 180)
    assert all(20 - 1e-9 <= at <= 180 + 1e-9 for at in found)
    assert all(after - before >= 14 - 1e-9 for before, after in pairwise(sorted(found)))
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    assert sorted(range(len(found)), key=lambda at: found[at]) == order


@pytest.mark.parametrize(
    ("months", "named"),
    [(1, [0]), (6, [0, 1, 2, 3, 4, 5]), (13, [0, 2, 4, 6, 8, 10, 12]), (36, [5, 11, 17, 23, 29, 35])],
)
def test_as_many_months_are_named_as_there_is_room_for_and_the_last_one_always(months: int, named: list[int]) -> None:
    assert labelled(months, 284 / months, 29) == named
