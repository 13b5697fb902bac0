"""Why: every figure speaks of a period; these are the periods by name, to the day, with the ends where a slip would hide."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from casetally.errors import CallError
from casetally.periods import BASES, WEEKS_KEPT, Period, grid_of, make_grid, period_of, read_month
from hypothesis import given, settings
from hypothesis import strategies as st

Day = dt.date
DAYS = st.dates(Day(1990, 1, 1), Day(2060, 12, 31))
ONE = dt.timedelta(1)


@pytest.mark.parametrize(
    ("basis", "day", "name", "start", "end"),
    [
        ("month", "2023-09-30", "2023-09", "2023-09-01", "2023-09-30"),
        ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        ("month", "2023-02-01", "2023-02", "2023-02-01", "2023-02-28"),
        ("month", "2023-12-31", "2023-12", "2023-12-01", "2023-12-31"),
        ("quarter", "2023-04-01", "2023-24 Q1", "2023-04-01", "2023-06-30"),
        ("quarter", "2023-06-30", "2023-24 Q1", "2023-04-01", "2023-06-30"),
        ("quarter", "2023-07-01", "2023-24 Q2", "2023-07-01", "2023-09-30"),
        ("quarter", "2023-12-31", "2023-24 Q3", "2023-10-01", "2023-12-31"),
        ("quarter", "2024-01-01", "2023-24 Q4", "2024-01-01", "2024-03-31"),
        ("quarter", "2024-02-29", "2023-24 Q4", "2024-01-01", "2024-03-31"),
        ("quarter", "2000-03-31", "1999-00 Q4", "2000-01-01", "2000-03-31"),
        ("year", "2024-03-31", "2023-24", "2023-04-01", "2024-03-31"),
        ("year", "2024-04-01", "2024-25", "2024-04-01", "2025-03-31"),
        ("year", "1999-12-31", "1999-00", "1999-04-01", "2000-03-31"),
        ("year", "2009-04-01", "2009-10", "2009-04-01", "2010-03-31"),
        ("year_to_date", "2023-04-01", "2023-04", "2023-04-01", "2023-04-30"),
        ("year_to_date", "2024-02-10", "2024-02", "2023-04-01", "2024-02-29"),
        ("year_to_date", "2024-03-31", "2024-03", "2023-04-01", "2024-03-31"),
        ("rolling_12_months", "2024-03-15", "2024-03", "2023-04-01", "2024-03-31"),
        ("rolling_12_months", "2024-02-29", "2024-02", "2023-03-01", "2024-02-29"),
        ("rolling_12_months", "2023-02-28", "2023-02", "2022-03-01", "2023-02-28"),
        ("rolling_12_months", "2023-01-31", "2023-01", "2022-02-01", "2023-01-31"),
        ("week", "2023-09-30", "2023-W39", "2023-09-25", "2023-10-01"),  # a Saturday
        ("week", "2023-10-01", "2023-W39", "2023-09-25", "2023-10-01"),  # a Sunday ends its week
        ("week", "2023-10-02", "2023-W40", "2023-10-02", "2023-10-08"),
        ("week", "2021-01-01", "2020-W53", "2020-12-28", "2021-01-03"),  # the last week of a year of 53
        ("week", "2024-12-31", "2025-W01", "2024-12-30", "2025-01-05"),
        ("week", "2023-01-01", "2022-W52", "2022-12-26", "2023-01-01"),
    ],
)
def test_a_period_by_name_and_to_the_day(basis: str, day: str, name: str, start: str, end: str) -> None:
    assert period_of(basis, Day.fromisoformat(day)) == Period(
        basis,
        name,
        Day.fromisoformat(start),
        Day.fromisoformat(end),  # type: ignore[arg-type]
    )


@given(DAYS, st.sampled_from(BASES))
def test_a_period_holds_the_day_it_was_asked_for(day: Day, basis: str) -> None:
    period = period_of(basis, day)
    assert period.start <= day <= period.end


@given(DAYS, st.sampled_from(["month", "quarter", "week", "year"]))
def test_a_period_follows_on_the_one_before(day: Day, basis: str) -> None:
    period = period_of(basis, day)
    assert period_of(basis, period.start - ONE).end == period.start - ONE
    assert period_of(basis, period.end + ONE).start == period.end + ONE
    assert period_of(basis, period.start) == period_of(basis, period.end) == period


@given(DAYS)
def test_twelve_months_and_the_year_end_with_the_same_march(day: Day) -> None:
    march = Day(day.year, 3, 31)
    ends = {(p.start, p.end) for p in (period_of(b, march) for b in ("rolling_12_months", "year", "year_to_date"))}
    assert ends == {(Day(day.year - 1, 4, 1), march)}


def test_a_stock_is_read_on_the_periods_last_day_or_on_the_runs_day_if_that_is_earlier() -> None:
    september = period_of("month", Day(2023, 9, 1))
    assert september.as_at(Day(2023, 12, 31)) == Day(2023, 9, 30)
    assert september.as_at(Day(2023, 9, 12)) == Day(2023, 9, 12)


@pytest.mark.parametrize(
    "text", ["2023-13", "2023-00", "2023", "2023-9", "09-2023", "2023-09-01", "September", "", "2023/09"]
)
def test_what_is_no_month_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(CallError) as wrong:
        read_month(text)
    assert wrong.value.render() == f"'{text}' is not a month.\nWrite a month as 2023-09."


def test_a_month_is_read() -> None:
    assert read_month("2024-02") == Day(2024, 2, 1)
    assert read_month(" 2024-02 ") == Day(2024, 2, 1)


def test_an_unknown_basis_is_refused_with_those_there_are() -> None:
    with pytest.raises(CallError) as wrong:
        period_of("fortnight", Day(2023, 9, 1))
    assert wrong.value.render() == (
        "'fortnight' is not a basis.\nUse one of: month, quarter, rolling_12_months, week, year, year_to_date."
    )


def test_the_grid_of_24_months_to_september() -> None:
    """October 2021 to September 2023 lies in eight quarters and in three financial years."""
    grid = make_grid(Day(2023, 9, 30), 24)
    counts = {basis: len(list(grid.of_basis(basis))) for basis in BASES}
    assert counts == {
        "month": 24, "quarter": 8, "rolling_12_months": 24, "week": 104, "year": 3, "year_to_date": 24,
    }  # fmt: skip
    assert [p.name for p in grid.of_basis("year")] == ["2021-22", "2022-23", "2023-24"]
    assert [p.name for p in grid.of_basis("quarter")] == [
        "2021-22 Q3", "2021-22 Q4", "2022-23 Q1", "2022-23 Q2", "2022-23 Q3", "2022-23 Q4", "2023-24 Q1", "2023-24 Q2",
    ]  # fmt: skip
    months = [p.name for p in grid.of_basis("month")]
    assert (months[0], months[-1]) == ("2021-10", "2023-09")


def test_quarters_and_years_that_only_overlap_the_months_are_there() -> None:
    grid = make_grid(Day(2023, 5, 15), 3)  # March, April, May 2023
    assert [p.name for p in grid.of_basis("quarter")] == ["2022-23 Q4", "2023-24 Q1"]
    assert [p.name for p in grid.of_basis("year")] == ["2022-23", "2023-24"]
    assert grid.flows_from == min(p.start for p in grid.periods)


def test_weeks_are_the_last_104_with_the_one_under_way_last() -> None:
    weeks = list(make_grid(Day(2023, 9, 30), 1).of_basis("week"))
    assert len(weeks) == WEEKS_KEPT == 104
    assert weeks[-1] == Period("week", "2023-W39", Day(2023, 9, 25), Day(2023, 10, 1))
    assert weeks[0].start == Day(2023, 9, 25) - dt.timedelta(7 * 103)
    assert all(earlier.end + ONE == later.start for earlier, later in pairwise(weeks))


def test_only_the_bases_asked_for() -> None:
    assert {p.basis for p in make_grid(Day(2023, 9, 30), 12, ["month", "year"]).periods} == {"month", "year"}


def test_no_months_at_all_is_refused() -> None:
    with pytest.raises(CallError, match="0 months is too few"):
        make_grid(Day(2023, 9, 30), 0)


@settings(max_examples=50, deadline=None)
@given(DAYS, st.integers(1, 40))
def test_segments_cover_each_period_exactly_and_stocks_have_their_days(run_as_at: Day, months: int) -> None:
    """Every period is a whole number of segments, so a flow over it is their sum; every stock day is one of the grid's."""
    grid = make_grid(run_as_at, months)
    assert list(grid.segments) == sorted(set(grid.segments))
    firsts = set(grid.segments)
    for period in grid.periods:
        assert period.start in firsts
        assert period.end + ONE in firsts
        assert period.as_at(run_as_at) in grid.as_at_days
    assert max(grid.as_at_days) <= run_as_at
    assert set(grid.segments) == {p.start for p in grid.periods} | {p.end + ONE for p in grid.periods}


def test_without_stock_weeks_every_other_day_is_kept() -> None:
    grid = make_grid(Day(2023, 9, 12), 2)
    plain = grid.without_stock_weeks()
    assert plain.periods == grid.periods
    assert plain.segments == grid.segments
    assert plain.as_at_days == (Day(2023, 8, 31), Day(2023, 9, 12))
    assert len(grid.as_at_days) > len(plain.as_at_days)


def test_a_grid_of_weeks_only_keeps_its_days() -> None:
    grid = make_grid(Day(2023, 9, 12), 1, ["week"])
    assert grid.without_stock_weeks() == grid


def test_the_order_and_repetition_of_periods_do_not_matter() -> None:
    september, august = period_of("month", Day(2023, 9, 1)), period_of("month", Day(2023, 8, 1))
    one, other = grid_of(Day(2023, 9, 30), [september, august]), grid_of(Day(2023, 9, 30), [august, september, august])
    assert one == other
    assert one.segments == (Day(2023, 8, 1), Day(2023, 9, 1), Day(2023, 10, 1))
