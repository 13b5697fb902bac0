"""Why: a report shows more of a figure than its value, and each side is worked out from whole numbers."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import polars as pl
import pytest
from casetally.definitions.reports import Line, NoView, OverGroups, View, view_of
from casetally.figures.values import FIGURE_SCHEMA
from casetally.figures.views import FigureBook, see
from casetally.periods import month, rolling_12_months

SEPTEMBER = month(dt.date(2023, 9, 1))


def book(*rows: tuple[str, str, str, float | None, float | None, float | None, str]) -> FigureBook:
    """Figures of an indicator 'x': period, breakdown, group, numerator, denominator, value, unit."""
    made = []
    for period, breakdown, group, top, below, value, unit in rows:
        status = "calculated" if value is not None else "not_applicable"
        made.append({"indicator": "x", "basis": "month", "period": period, "breakdown": breakdown, "group": group, "numerator": top,
                     "denominator": below, "value": value, "unit": unit, "status": status, "maturity": "final"})  # fmt: skip
    return FigureBook(
        pl.DataFrame(made, schema={name: kind for name, kind in FIGURE_SCHEMA.items() if name in made[0]})
    )


SHARE = book(("2023-09", "all", "all", 26, 31, 26 * 100 / 31, "percent"))
COUNTS = book(
    ("2023-09", "all", "all", 90, None, 90, "number"),
    ("2023-09", "worker", "ann", 40, None, 40, "number"),
    ("2023-09", "worker", "ben", 30, None, 30, "number"),
    ("2023-09", "worker", "cat", 20, None, 20, "number"),
    ("2022-09", "all", "all", 100, None, 100, "number"),
)


def value(figures: FigureBook, shows: object, **more: object) -> Fraction | None:
    return see(figures, View("x", shows, **more), SEPTEMBER).value  # type: ignore[arg-type]


def test_the_sides_of_a_share() -> None:
    assert value(SHARE, "value") == Fraction(2600, 31)
    assert value(SHARE, "numerator") == 26
    assert value(SHARE, "denominator") == 31
    assert value(SHARE, "remainder") == 5


def test_a_share_of_all_is_a_groups_count_over_that_of_all() -> None:
    assert value(COUNTS, "share_of_all", breakdown="worker", groups=("ann",)) == Fraction(4000, 90)
    assert value(COUNTS, "share_of_all", breakdown="worker", groups=("ann", "cat")) == Fraction(6000, 90)


def test_a_group_that_does_not_occur_counts_nought() -> None:
    assert value(COUNTS, "value", breakdown="worker", groups=("dan",)) == 0


def test_groups_are_counted_by_their_size() -> None:
    assert value(COUNTS, OverGroups(groups_at_least=30), breakdown="worker") == 2
    assert value(COUNTS, OverGroups(mean_of_groups_at_least=30), breakdown="worker") == 35
    assert value(COUNTS, OverGroups(mean_of_largest=2), breakdown="worker") == 35
    assert value(COUNTS, OverGroups(mean_of_largest=40), breakdown="worker") == 30
    assert value(COUNTS, OverGroups(mean_of_groups_at_least=50), breakdown="worker") is None


def test_a_change_on_the_year_and_a_fall() -> None:
    assert value(COUNTS, "change_on_year") == -10
    assert value(COUNTS, "fall_on_year") == 10


def test_means_and_extremes_of_the_months_of_a_period() -> None:
    year = rolling_12_months(dt.date(2023, 9, 1))
    months = [(2022 + (9 + at) // 12, (9 + at) % 12 + 1) for at in range(12)]
    figures = book(
        *((f"{y}-{m:02d}", "all", "all", at + 1, None, at + 1, "number") for at, (y, m) in enumerate(months))
    )
    assert see(figures, View("x", "mean_of_months"), year).value == Fraction(13, 2)
    assert see(figures, View("x", "highest_of_months"), year).value == 12
    assert see(figures, View("x", "lowest_of_months"), year).value == 1
    assert see(SHARE, View("x", "mean_of_months"), year).status == "not_available"  # eleven months have no figure


LINE = Line.model_validate(
    {
        "indicator": "x",
        "breakdown": {"method": "method", "source": "source"},
        "labels": {"Grand Total": "all", "MARF": "referral_form"},
        "cells": {
            "kind=projection": {"not_comparable": "a forecast"},
            "age=under 1": {"indicator": "y", "breakdown": "age_band", "group": "under 1"},
            "basis=quarter": {"shows": "mean_of_months"},
            "basis=year": {"basis": "month", "periods": {"2023-24": "2023-09"}},
        },
    }
)


@pytest.mark.parametrize(
    ("printed", "view"),
    [
        ("", View("x", "value")),
        ("method=MARF;source=Police", View("x", "value", "method;source", ("referral_form;Police",))),
        ("method=MARF;source=Grand Total", View("x", "value", "method", ("referral_form",))),
        ("method=Grand Total;source=Grand Total", View("x", "value")),
        ("source=Police;method=MARF", View("x", "value", "method;source", ("referral_form;Police",))),
        ("age=under 1", View("y", "value", "age_band", ("under 1",))),
        ("kind=projection", NoView("a forecast")),
        ("weather=rain", NoView("the line does not say what 'weather' is")),
    ],
)
def test_a_printed_group_finds_its_view(printed: str, view: View | NoView) -> None:
    assert view_of(LINE, printed, "month", "2023-09") == view


def test_a_printed_basis_may_be_read_in_its_own_way() -> None:
    assert view_of(LINE, "", "quarter", "2023-24-Q2") == View("x", "mean_of_months")
    assert view_of(LINE, "", "year", "2023-24") == View("x", "value", basis="month", period="2023-09")


def test_where_a_figure_is_printed_again_is_no_group() -> None:
    plain = Line(indicator="x")
    assert view_of(plain, "table=Family Safeguarding") == View("x", "value")
    assert view_of(plain, "source=narrative") == View("x", "value")
