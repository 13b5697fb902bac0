"""The profile of made-up histories against a count that goes night by night, and what holds whatever the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl
from casetally.figures.settling import settling_profile
from hypothesis import given, settings
from hypothesis import strategies as st
from settling_histories import after, history, nights, share

GRID = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 210)
START = dt.date(2023, 3, 1)
Seen = dict[dt.date, dict[dt.date, dict[str, Any]]]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[dt.date], Seen]:
    """Nights with gaps, and a few periods whose figures move, change their definition or are not available for a while."""
    gaps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 7, 20]), min_size=20, max_size=60))
    days = [START]
    for gap in gaps:
        days.append(after(days[-1], gap))
    seen: Seen = {}
    for start in draw(st.lists(st.integers(-30, 60), min_size=1, max_size=6, unique=True)):
        changes = draw(st.lists(st.integers(0, len(days) - 1), min_size=1, max_size=6, unique=True))
        seen[after(START, start)] = {days[at]: draw(figures()) for at in sorted(changes)}
    return days, seen


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    below = draw(st.integers(0, 3))
    found = share(float(draw(st.integers(0, below))), float(below), definition=draw(st.sampled_from(["d1", "d1", "d1", "d2"])),
                  maturity=draw(st.sampled_from(["final", "final", "final", "settling", "provisional"])))  # fmt: skip
    lacking = {"numerator": None, "denominator": None, "value": None, "status": "not_available"}
    return {**found, **lacking} if draw(st.integers(0, 9)) == 0 else found


def slowly(days: list[dt.date], seen: Seen) -> dict[str, Any]:
    """By the words of `docs/settling.md`, night by night."""
    by_age: dict[int, list[tuple[bool, Fraction | None]]] = {}
    for end, changes in seen.items():
        states = {day: changes[max(known)] for day in days if (known := [one for one in changes if one <= day])}
        for age, below in pairwise(GRID):
            at_age = [day for day in days if age <= (day - end).days < below]
            if not at_age or at_age[0] not in states:
                continue
            then = states[at_age[0]]
            if then["status"] == "not_available" or then["maturity"] == "provisional":
                continue
            alike = [day for day, one in states.items()
                     if one["status"] != "not_available" and one["definition"] == then["definition"]]  # fmt: skip
            if (max(alike) - at_age[0]).days < 31:
                continue
            last = states[max(alike)]
            moved = any(then[name] != last[name] for name in ("numerator", "denominator", "value"))
            both = then["denominator"] and last["denominator"]
            far = percent(last) - percent(then) if both else None
            by_age.setdefault(age, []).append((moved, far))
    return told(by_age)


def percent(one: Mapping[str, Any]) -> Fraction:
    return Fraction(int(one["numerator"]) * 100, int(one["denominator"]))


def told(by_age: Mapping[int, list[tuple[bool, Fraction | None]]]) -> dict[str, Any]:
    looked_at = {age: found for age, found in sorted(by_age.items()) if len(found) >= 3}
    ages = [age for age, found in looked_at.items() if sum(moved for moved, _ in found) * 2 > len(found)]
    if not ages:
        return {"indicators": []}
    rows = []
    for age in ages:
        moves = sorted(far for _, far in looked_at[age] if far is not None)  # of fewer than ten periods
        ends = (str(moves[0]), str(moves[-1])) if moves else (None, None)
        moved = sum(moved for moved, _ in looked_at[age])
        rows.append({"age": age, "periods": len(looked_at[age]), "moved": moved, "least": ends[0], "greatest": ends[1]})
    later = [age for age in looked_at if age > ages[-1]]
    until = later[0] if later else GRID[GRID.index(ages[-1]) + 1]
    return {"indicators": [{"indicator": "cp_visits_made_10wd", "basis": "month", "until": until, "ages": rows}]}


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_a_profile_is_as_a_slow_count_has_it(world: tuple[list[dt.date], Seen]) -> None:
    days, seen = world
    assert settling_profile(named(days, seen), nights(days)) == slowly(days, seen)


def named(days: list[dt.date], seen: Seen) -> pl.DataFrame:
    """Periods that end in one month are told apart by the day."""
    return history(days, seen).with_columns(period=pl.col("period_end").cast(pl.String))


@settings(max_examples=60, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(world: tuple[list[dt.date], Seen], draws: Any) -> None:
    days, seen = world
    rows, editions = named(days, seen), nights(days)
    order, of_nights = list(range(rows.height)), list(range(editions.height))
    draws.shuffle(order)
    draws.shuffle(of_nights)
    assert settling_profile(rows[order], editions[of_nights]) == settling_profile(rows, editions)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 50), st.integers(1, 40))
def test_more_nights_on_which_nothing_happens_change_nothing_once_all_was_watched(
    world: tuple[list[dt.date], Seen], gap: int, more: int
) -> None:
    """The oldest age that is looked at is 210 days, and then 31 more are watched."""
    days, seen = world
    done = [*days, after(max(*seen, days[-1]), 210 + 31 + gap)]
    longer = [*done, *(after(done[-1], 1 + at) for at in range(more))]
    assert settling_profile(named(done, seen), nights(done)) == settling_profile(named(longer, seen), nights(longer))


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_what_never_moves_is_never_settling(world: tuple[list[dt.date], Seen]) -> None:
    days, seen = world
    still = {end: {min(changes): changes[min(changes)]} for end, changes in seen.items()}
    assert settling_profile(named(days, still), nights(days)) == {"indicators": []}
