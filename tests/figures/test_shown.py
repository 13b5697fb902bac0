"""Why: printed values round half up from the whole numbers, not from a float and not half to even (rules: Counting)."""

from __future__ import annotations

import pytest
from casetally.figures.values import shown
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("numerator", "denominator", "unit", "places", "reads"),
    [
        (1, 8, "percent", 0, "13%"),  # 12.5
        (5, 8, "percent", 0, "63%"),  # 62.5: half to even would say 62
        (1, 16, "percent", None, "6.3%"),  # 6.25
        (3, 16, "percent", None, "18.8%"),  # 18.75
        (0, 7, "percent", None, "0.0%"),
        (7, 7, "percent", None, "100.0%"),
        (2675, 1000, "number", 2, "2.68"),  # the float 2.675 lies below its half
        (1005, 1000, "number", 2, "1.01"),
        (1, 50000, "per_10000", None, "0.2"),
        (1, 40000, "per_10000", None, "0.3"),  # 0.25
        (612, 50000, "per_10000", None, "122.4"),
        (1234, None, "number", None, "1,234"),
        (7, 2, "number", None, "3.5"),
    ],
)
def test_a_figure_reads_as_its_whole_numbers_say(
    numerator: float, denominator: float | None, unit: str, places: int | None, reads: str
) -> None:
    assert shown(numerator, denominator, unit, places) == reads


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_percentage_is_the_tenth_that_whole_number_arithmetic_gives(numerator: int, denominator: int) -> None:
    tenths = (2 * 1000 * numerator + denominator) // (2 * denominator)  # half up, without a fraction anywhere
    assert shown(float(numerator), float(denominator), "percent").replace(",", "") == f"{tenths // 10}.{tenths % 10}%"
