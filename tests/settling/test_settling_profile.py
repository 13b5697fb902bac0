"""Until when figures usually still move, and how far: worked by hand from what was seen on which night."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from casetally.figures.settling import settling_profile
from casetally.figures.settling.profile import exact_value
from settling_histories import after, count, every_night, history, nights, share

JAN, FEB, MAR, APR, MAY = (dt.date(2023, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31)))
DAYS = every_night(dt.date(2023, 1, 30), dt.date(2024, 3, 1))


def ages_of(profile: Mapping[str, Any]) -> dict[int, tuple[int, int, str | None, str | None]]:
    (one,) = profile["indicators"]
    return {age["age"]: (age["periods"], age["moved"], age["least"], age["greatest"]) for age in one["ages"]}


def profile_of(
    seen: Mapping[dt.date, Mapping[dt.date, Mapping[str, Any]]], days: list[dt.date] = DAYS
) -> dict[str, Any]:
    return settling_profile(history(days, seen), nights(days))


def late(end: dt.date) -> dict[dt.date, dict[str, Any]]:
    """30 of 40 in time on the day after the month, 33 from its 6th day on and 34 from its 15th."""
    return {end: share(30, 40), after(end, 6): share(33, 40), after(end, 15): share(34, 40)}


def test_a_figure_that_always_moves_until_the_15th_day_is_settling_until_the_next_age_that_is_looked_at() -> None:
    found = profile_of({end: late(end) for end in (JAN, FEB, MAR, APR)})
    (one,) = found["indicators"]
    assert (one["indicator"], one["basis"], one["until"]) == ("cp_visits_made_10wd", "month", 21)
    first, then = (4, 4, "10", "10"), (4, 4, "5/2", "5/2")  # 34 of 40 is 85; 30 are 75 and 33 are 82.5
    assert ages_of(found) == {0: first, 1: first, 2: first, 3: first, 5: first, 7: then, 10: then, 14: then}


def test_a_profile_can_be_written_as_json_and_read_back() -> None:
    found = profile_of({end: late(end) for end in (JAN, FEB, MAR)})
    assert json.loads(json.dumps(found)) == found


def test_a_rate_is_held_only_against_itself_with_the_same_population() -> None:
    """An estimate that is revised in October moves every month there is, and tells nothing of late records."""
    revised = dt.date(2023, 10, 1)
    seen = {end: {end: share(30, 40_000), revised: share(30, 41_000)} for end in (JAN, FEB, MAR, APR)}
    about = history(DAYS, seen, indicator="referral_rate"), nights(DAYS)
    assert settling_profile(*about)["indicators"] != []
    assert settling_profile(*about, {"another_rate"})["indicators"] != []
    assert settling_profile(*about, {"referral_rate"}) == {"indicators": []}


def test_a_rate_moves_as_its_records_arrive_under_one_population() -> None:
    revised = dt.date(2023, 10, 1)
    seen = {
        end: {end: share(30, 40_000), after(end, 6): share(33, 40_000), revised: share(33, 41_000)}
        for end in (JAN, FEB, MAR)
    }
    found = settling_profile(history(DAYS, seen, indicator="referral_rate"), nights(DAYS), {"referral_rate"})
    assert ages_of(found) == dict.fromkeys((0, 1, 2, 3, 5), (3, 3, "3/400", "3/400"))


def test_half_of_the_periods_moving_is_not_usually_and_more_than_half_is() -> None:
    moved, still = ({end: late(end) for end in (JAN, FEB)}, {end: {end: share(30, 40)} for end in (MAR, APR)})
    assert profile_of({**moved, **still}) == {"indicators": []}
    found = ages_of(profile_of({**moved, **still, MAY: late(MAY)}))
    assert found[0] == (5, 3, "0", "10")


def test_two_periods_are_too_few_to_say_what_is_usual() -> None:
    assert profile_of({end: late(end) for end in (JAN, FEB)}) == {"indicators": []}
    assert profile_of({end: late(end) for end in (JAN, FEB, MAR)})["indicators"]


def test_a_month_that_never_moves_is_never_settling() -> None:
    assert profile_of({end: {end: share(30, 40)} for end in (JAN, FEB, MAR, APR)}) == {"indicators": []}


def test_a_count_that_moves_back_to_where_it_was_has_not_moved() -> None:
    back = {end: {end: count(7), after(end, 4): count(9), after(end, 9): count(7)} for end in (JAN, FEB, MAR)}
    assert ages_of(profile_of(back)) == {5: (3, 3, "-2", "-2"), 7: (3, 3, "-2", "-2")}


def test_numerator_and_denominator_moving_together_is_a_move_though_the_value_stands() -> None:
    seen = {end: {end: share(10, 20), after(end, 2): share(20, 40)} for end in (JAN, FEB, MAR)}
    assert ages_of(profile_of(seen)) == {0: (3, 3, "0", "0"), 1: (3, 3, "0", "0")}


@pytest.mark.parametrize(("periods", "least", "greatest"), [(9, "1", "9"), (10, "2", "9"), (20, "3", "18")])
def test_of_ten_periods_or_more_the_range_is_that_of_the_middle_80_percent(
    periods: int, least: str, greatest: str
) -> None:
    """The n-th month moves by n: of 9 the range is 1 to 9, of 10 without one at either end 2 to 9, of 20 without two 3 to 18."""
    ends = [dt.date(2021, 2, 1) + dt.timedelta(31 * at) for at in range(periods)]
    days = every_night(ends[0], after(ends[-1], 60))
    seen = {end: {end: count(100), after(end, 1): count(101 + at)} for at, end in enumerate(ends)}
    assert ages_of(profile_of(seen, days)) == {0: (periods, periods, least, greatest)}


def test_a_changed_definition_is_no_late_recording() -> None:
    changed = {end: {end: share(30, 40), after(end, 40): share(5, 40, definition="d2")} for end in (JAN, FEB, MAR)}
    assert profile_of(changed) == {"indicators": []}


def test_what_came_late_before_a_definition_changed_is_held_against_the_last_figure_of_the_old_one() -> None:
    seen = {
        end: {end: share(30, 40), after(end, 1): share(33, 40), after(end, 40): share(1, 40, definition="d2")}
        for end in (JAN, FEB, MAR)
    }
    assert ages_of(profile_of(seen)) == {0: (3, 3, "15/2", "15/2")}


def test_a_figure_seen_under_a_definition_for_less_than_31_days_tells_nothing() -> None:
    """Seen at its end and moved on the day after; the definition then changes on the 31st or the 32nd day."""

    def seen(days: int) -> dict[dt.date, dict[dt.date, dict[str, Any]]]:
        return {
            end: {end: share(30, 40), after(end, 1): share(33, 40), after(end, days): share(33, 40, definition="d2")}
            for end in (JAN, FEB, MAR)
        }  # fmt: skip

    assert profile_of(seen(31)) == {"indicators": []}  # last seen so on the 30th day
    assert ages_of(profile_of(seen(32))) == {0: (3, 3, "15/2", "15/2")}


def test_a_provisional_figure_says_of_itself_that_it_moves_and_is_not_counted() -> None:
    seen = {
        end: {end: share(30, 40, maturity="provisional"), after(end, 3): share(33, 40), after(end, 8): share(34, 40)}
        for end in (JAN, FEB, MAR)
    }
    assert ages_of(profile_of(seen)) == dict.fromkeys((3, 5, 7), (3, 3, "5/2", "5/2"))


def test_a_period_without_a_denominator_that_gets_one_has_moved_by_nothing_that_can_be_said() -> None:
    seen = {end: {end: share(0, 0), after(end, 1): share(1, 2)} for end in (JAN, FEB, MAR)}
    assert ages_of(profile_of(seen)) == {0: (3, 3, None, None)}


def test_a_column_that_was_lacking_for_a_while_is_no_move() -> None:
    lacking = {"numerator": None, "denominator": None, "value": None, "status": "not_available", "maturity": "final",
               "definition": "d1"}  # fmt: skip
    seen = {end: {end: share(30, 40), after(end, 60): lacking} for end in (JAN, FEB, MAR)}
    assert profile_of(seen) == {"indicators": []}
    early = {end: {end: lacking, after(end, 1): share(30, 40)} for end in (JAN, FEB, MAR)}
    assert profile_of(early) == {"indicators": []}


def test_with_a_night_a_week_a_period_is_seen_on_the_first_night_of_each_stretch_of_ages() -> None:
    """Ends on Mondays; nights on Thursdays, so at ages 3, 10, 17, 24: of 5 and 7 none is seen, and 17 is seen as 14."""
    ends = [dt.date(2023, 1, 2) + dt.timedelta(28 * at) for at in range(4)]
    days = [dt.date(2023, 1, 5) + dt.timedelta(7 * at) for at in range(52)]
    seen = {end: {after(end, 3): count(5), after(end, 17): count(6), after(end, 24): count(8)} for end in ends}
    found = profile_of(seen, days)
    assert ages_of(found) == {3: (4, 4, "3", "3"), 10: (4, 4, "3", "3"), 14: (4, 4, "2", "2")}
    assert found["indicators"][0]["until"] == 21


def test_ages_at_which_no_night_fell_do_not_end_the_settling() -> None:
    """Nights at ages 0, 20 and from 50 on; moved between 20 and 50: at 21 and 30 nothing was seen, at 45 nothing moved."""
    days = sorted(
        {day for end in (JAN, MAR, MAY) for day in (end, after(end, 20), *(after(end, 50 + n) for n in (0, 9)))}
    )
    days = [*days, *every_night(dt.date(2023, 10, 1), dt.date(2023, 12, 31))]
    seen = {end: {end: count(5), after(end, 50): count(6)} for end in (JAN, MAR, MAY)}
    found = profile_of(seen, days)
    assert set(ages_of(found)) == {0, 14}
    assert found["indicators"][0]["until"] == 45


def test_months_older_than_the_first_night_are_seen_at_the_age_they_then_have() -> None:
    days = every_night(dt.date(2023, 6, 29), dt.date(2023, 9, 30))  # January's end is then 149 days past, April's 60
    seen = {end: {days[0]: count(5), days[3]: count(6)} for end in (JAN, FEB, MAR, APR)}
    # at 120: January (149 days) and February (121), two alone; at 90: March (90); at 60: April (60)
    assert profile_of(seen, days) == {"indicators": []}


def test_no_nights_and_no_figures_give_an_empty_profile() -> None:
    nothing = history(DAYS, {})
    assert settling_profile(nothing, nights(DAYS)) == {"indicators": []}
    assert settling_profile(nothing, nights([])) == {"indicators": []}


def test_indicators_and_bases_are_told_apart_and_sorted() -> None:
    seen = {end: late(end) for end in (JAN, FEB, MAR)}
    still = {end: {end: share(30, 40)} for end in (JAN, FEB, MAR)}
    every = [history(DAYS, seen, "b", "year_to_date"), history(DAYS, still, "a", "month"), history(DAYS, seen, "b", "month"),
             history(DAYS, seen, "a", "rolling_12_months")]  # fmt: skip
    found = settling_profile(pl.concat(every), nights(DAYS))["indicators"]
    assert [(one["indicator"], one["basis"]) for one in found] == [
        ("a", "rolling_12_months"), ("b", "month"), ("b", "year_to_date")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "exact"),
    [
        ((2.0, 3.0, 200 / 3), Fraction(200, 3)),
        ((7.0, 30001.0, 70000 / 30001), Fraction(70000, 30001)),
        ((5.5, 2.0, 2.75), Fraction(11, 4)),  # a mean
        ((0.0, 9.0, 0.0), Fraction(0)),
        ((12.0, None, 12.0), Fraction(12)),
        ((None, 4.0, 3.5), Fraction(7, 2)),  # a median
        ((0.0, 0.0, None), None),
        ((3.0, 7.0, 1.1), Fraction(11, 10)),  # no quotient of the two: as it is written
    ],
)
def test_a_value_is_taken_as_it_was_before_it_was_divided(
    numbers: tuple[float | None, float | None, float | None], exact: Fraction | None
) -> None:
    assert exact_value(*numbers) == exact
