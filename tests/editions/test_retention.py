"""Why: a night goes when its rule says so and not before: expected lists are worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from casetally.store.editions import Edition
from casetally.store.editions.retention import too_old


def _nights(*days: str) -> list[Edition]:
    return [
        Edition(at, dt.date.fromisoformat(day), dt.date.fromisoformat(day), "", "", 24, None, None, 0, *[""] * 6)
        for at, day in enumerate(days, 1)
    ]


NIGHTS = _nights("2023-01-30", "2023-01-31", "2023-02-10", "2023-02-27", "2023-03-01", "2023-03-05")


@pytest.mark.parametrize(
    ("days", "months", "gone"),
    [
        (400, 12, []),
        (10, 0, [1, 2, 3]),  # 23 February is ten days before; no month end is kept longer
        (10, 12, [1, 3]),  # the last of January and of February stay
        (10, 1, [1, 2, 3]),  # February's last is the 27th, kept by days already; January lies before the months kept
        (1, 1, [1, 2, 3, 5]),  # the 27th stays as February's last; 1 March is neither within a day nor March's last
        (1, 0, [1, 2, 3, 4, 5]),
    ],
)
def test_old_nights_go_and_the_last_of_each_month_stays_longer(days: int, months: int, gone: list[int]) -> None:
    assert too_old(NIGHTS, dt.date(2023, 3, 5), days, months) == gone


def test_the_latest_stays_however_old_it_is() -> None:
    assert too_old(_nights("2020-01-01", "2020-01-02"), dt.date(2024, 1, 1), 30, 12) == [1]


def test_of_two_editions_of_one_night_the_last_is_the_months() -> None:
    nights = _nights("2023-01-31", "2023-01-31", "2023-03-01")
    assert too_old(nights, dt.date(2023, 3, 1), 5, 12) == [1]
