"""How late records arrive, counted by hand; every date is followed for the same number of days."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from casetally.figures.settling import lateness
from casetally.figures.settling.lateness import last_that_lags
from hypothesis import given, settings
from hypothesis import strategies as st
from settling_histories import after, every_night, nights

SEEN = {"table": pl.String, "column": pl.String, "on": pl.Date, "known_on": pl.Date, "first_edition": pl.Boolean}
START = dt.date(2023, 1, 1)


def seen(
    *rows: tuple[dt.date, int], table: str = "cp_visits", column: str = "visited_on", first: bool = False
) -> pl.DataFrame:
    every = [(table, column, on, after(on, late), first) for on, late in rows]
    return pl.DataFrame(every, schema=SEEN, orient="row")


def told(found: pl.DataFrame) -> list[tuple[object, ...]]:
    return found.select("rows", "within_1", "within_5", "within_10", "within_30", "median").rows()


YEAR = nights(every_night(START, after(START, 364)))


def test_shares_are_of_rows_known_within_90_days_of_dates_followed_for_90() -> None:
    day = dt.date(2023, 3, 1)
    # 0, 1, 1, 4, 7, 29, 31, 90 are counted, 91 is not: 3 of 8 within a day, 4 within 5, 5 within 10, 6 within 30
    rows = seen(*((day, late) for late in (0, 1, 1, 4, 7, 29, 31, 90, 91)))
    (found,) = lateness(rows, YEAR).rows(named=True)
    assert (found["table"], found["column"], found["rows"], found["followed_for"]) == ("cp_visits", "visited_on", 8, 90)
    assert [found[f"within_{days}"] for days in (1, 5, 10, 30)] == [3 / 8, 4 / 8, 5 / 8, 6 / 8]
    assert found["median"] == 5.5  # between 4 and 7
    assert (found["since"], found["until"]) == (dt.date(2023, 1, 2), dt.date(2023, 10, 2))  # 31 December less 90 days


def test_dates_up_to_the_first_night_and_what_that_night_brought_tell_nothing() -> None:
    rows = pl.concat([seen((START, 2)), seen((after(START, 1), 0), first=True), seen((after(START, 1), 3))])
    assert told(lateness(rows, YEAR)) == [(1, 0.0, 1.0, 1.0, 1.0, 3.0)]


def test_recent_dates_are_not_counted_as_only_their_quick_records_are_known() -> None:
    old, recent = dt.date(2023, 10, 2), dt.date(2023, 10, 3)
    assert told(lateness(seen((old, 20), (recent, 0)), YEAR)) == [(1, 0.0, 0.0, 0.0, 1.0, 20.0)]


@pytest.mark.parametrize(
    ("last", "followed", "shares"),
    [
        (35, None, None),
        (36, 8, (0.5, 0.75, None, None)),
        (48, 20, (0.4, 0.6, 0.8, None)),
        (73, 45, (2 / 6, 3 / 6, 4 / 6, 5 / 6)),
        (118, 90, (2 / 7, 3 / 7, 4 / 7, 5 / 7)),
    ],
)
def test_a_short_history_gives_shares_for_shorter_times_only(
    last: int, followed: int | None, shares: tuple[float | None, ...] | None
) -> None:
    """The same day's rows, known after 0, 1, 5, 8, 20, 40 and 80 days: the longer dates are followed, the more are counted."""
    rows = seen(*((after(START, 2), late) for late in (0, 1, 5, 8, 20, 40, 80)))
    rows = rows.filter(pl.col("known_on") <= after(START, last))
    shares = None if shares is None else shares
    found = lateness(rows, nights(every_night(START, after(START, last))))
    if shares is None:
        assert found.is_empty()
        return
    assert found["followed_for"].to_list() == [followed]
    values = [found[f"within_{days}"][0] for days in (1, 5, 10, 30)]
    assert values == list(shares)


def test_tables_and_columns_stand_apart_in_order() -> None:
    day = dt.date(2023, 3, 1)
    rows = pl.concat([seen((day, 9), column="ended_on", table="cp_plans"), seen((day, 1)), seen((day, 2), table="cp_plans",
                                                                                             column="started_on")])  # fmt: skip
    found = lateness(rows, YEAR)
    assert found.select("table", "column", "median").rows() == [
        ("cp_plans", "ended_on", 9.0), ("cp_plans", "started_on", 2.0), ("cp_visits", "visited_on", 1.0)
    ]  # fmt: skip


def test_nothing_seen_or_no_nights_gives_no_rows() -> None:
    nothing = pl.DataFrame(schema=SEEN)
    assert lateness(nothing, YEAR).is_empty()
    assert lateness(seen((START, 0)), nights([])).is_empty()


def lagging(on: dt.date, by: int) -> pl.DataFrame:
    """A year of nights, of which one speaks for a day `by` days before it."""
    lags = pl.when(pl.col("known_on") == on).then(pl.lit(on - dt.timedelta(by)))
    return YEAR.with_columns(as_at=lags.otherwise(pl.col("as_at")))


def test_nights_that_speak_for_last_months_end_tell_nothing() -> None:
    """A visit of 1 March is first kept on 1 April, typed in on the day."""
    ends = YEAR.with_columns(as_at=pl.col("known_on").dt.month_start() - pl.duration(days=1))
    rows = seen((dt.date(2023, 3, 1), 31), (dt.date(2023, 3, 30), 2))
    assert lateness(rows, ends).is_empty()


@pytest.mark.parametrize(("lag", "since"), [(0, 2), (1, 2), (2, 61)])
def test_dates_are_counted_after_the_last_night_that_lags_by_more_than_a_day(lag: int, since: int) -> None:
    """The night of 1 March lags: a visit of the day before was late for that alone, one of the day after was not."""
    lags = dt.date(2023, 3, 1)
    rows = seen((after(lags, -1), 2), (after(lags, 1), 0))
    found = lateness(rows, lagging(lags, lag))
    assert found["since"].to_list() == [after(START, since - 1)]
    assert found["rows"].to_list() == [2 if lag < 2 else 1]


def test_after_a_night_that_lags_it_takes_five_weeks_again() -> None:
    last = dt.date(2023, 12, 31)
    rows = seen((after(last, -20), 1))
    assert lateness(rows, lagging(after(last, -35), 9)).is_empty()
    assert lateness(rows, lagging(after(last, -36), 9))["followed_for"].to_list() == [8]


def test_nights_on_the_first_of_months_that_follow_a_lagging_one_are_as_at_month_end_too() -> None:
    """Each speaks for the day before by chance; what was recorded between them was kept by the first of the next month alone."""
    days = [dt.date(2023, 4, 1), dt.date(2023, 4, 10), *(dt.date(2023, month, 1) for month in range(5, 11))]
    ends = nights(days).with_columns(as_at=pl.col("known_on").dt.month_start() - pl.duration(days=1))
    rows = seen((dt.date(2023, 4, 12), 19), (dt.date(2023, 5, 12), 20))
    assert lateness(rows, ends).is_empty()
    assert last_that_lags(ends) == (dt.date(2023, 4, 10), dt.date(2023, 3, 31))


def test_a_first_night_that_lags_takes_no_date_away() -> None:
    """What it brought is not counted in any case."""
    rows = seen((after(START, 1), 3))
    assert told(lateness(rows, lagging(START, 40))) == told(lateness(rows, YEAR)) != []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-20, 300), st.integers(0, 120), st.booleans()), max_size=40),
    st.integers(20, 260),
    st.randoms(use_true_random=False),
)
def test_lateness_is_as_a_slow_count_has_it_whatever_the_order(
    rows: list[tuple[int, int, bool]], last: int, draws: object
) -> None:
    known = [(on, late, first) for on, late, first in rows if on + late <= last]
    frame = pl.concat(
        [pl.DataFrame(schema=SEEN), *(seen((after(START, on), late), first=first) for on, late, first in known)]
    )
    shuffled = list(range(frame.height))
    draws.shuffle(shuffled)  # type: ignore[attr-defined]
    every = nights(every_night(START, after(START, last)))
    found = lateness(frame[shuffled] if shuffled else frame, every)
    follow = [days for days in (90, 45, 20, 8) if last - days >= 28][:1]
    counted = [
        late for on, late, first in known for days in follow if not first and 1 <= on <= last - days and late <= days
    ]
    if not counted:
        assert found.is_empty()
        return
    for days in (1, 5, 10, 30):
        share = sum(late <= days for late in counted) / len(counted) if days < follow[0] else None
        assert found[f"within_{days}"].to_list() == [pytest.approx(share) if share is not None else None]
    assert found["rows"].to_list() == [len(counted)]
