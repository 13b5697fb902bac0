"""Why: the reading that every page is compared with must itself be right, so it is worked out by hand for a few figures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from tests.browser.cells import KEY, Cell, Figures, as_shown, cells_of, months_of, read
from tests.browser.test_page_figures import compare

ROWS = [
    # indicator, basis, period, breakdown, group, numerator, denominator, value, unit, status
    ("in_time", "month", "2023-09", "all", "all", 113, 139, 81.2949640287769784, "percent", "calculated"),
    ("in_time", "month", "2023-09", "team", "North", 60, 70, 85.71, "percent", "calculated"),
    ("in_time", "month", "2023-09", "team", "South", 53, 69, 76.81, "percent", "calculated"),
    ("in_time", "quarter", "2023-24 Q2", "all", "all", 300, 400, 75.0, "percent", "calculated"),
    ("open", "month", "2023-07", "all", "all", 10, None, 10.0, "number", "calculated"),
    ("open", "month", "2023-08", "all", "all", 13, None, 13.0, "number", "calculated"),
    ("open", "month", "2023-09", "all", "all", 1200, None, 1200.0, "number", "calculated"),
    ("open", "month", "2022-09", "all", "all", 1204, None, 1204.0, "number", "calculated"),
    ("open", "month", "2023-09", "worker", "anna", 25, None, 25.0, "number", "calculated"),
    ("open", "month", "2023-09", "worker", "ben", 20, None, 20.0, "number", "calculated"),
    ("open", "month", "2023-09", "worker", "cem", 3, None, 3.0, "number", "calculated"),
    ("open", "month", "2023-09", "worker", "unknown", 99, None, 99.0, "number", "calculated"),
    ("rate", "month", "2023-09", "all", "all", 1, 3, 3333.3333333333335, "per_10000", "calculated"),
    ("none", "month", "2023-09", "all", "all", 0, 0, None, "percent", "not_applicable"),
]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    path = tmp_path_factory.mktemp("figures") / "figures.parquet"
    names = (*KEY, "numerator", "denominator", "value", "unit", "status", "maturity")
    floats = dict.fromkeys(("numerator", "denominator", "value"), pl.Float64)
    rows = [(*row, "final") for row in ROWS]
    pl.DataFrame(rows, schema=names, schema_overrides=floats, orient="row", strict=False).write_parquet(path)
    return Figures(path)


def cell(indicator: str, shows: str = "value", text: str = "", **other: str) -> Cell:
    groups = tuple(other.get("group", "all").split("|"))
    return Cell(
        indicator, other.get("basis", "month"), other.get("period", "2023-09"), other.get("breakdown", "all"), groups,
        shows, other.get("number", ""), other.get("value", ""), text,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "value", "unit"),
    [
        (cell("in_time"), Fraction(11300, 139), "percent"),
        (cell("in_time", "numerator"), 113, "number"),
        (cell("in_time", "denominator"), 139, "number"),
        (cell("in_time", "remainder"), 26, "number"),
        (cell("in_time", breakdown="team", group="North|South"), Fraction(11300, 139), "percent"),
        (cell("in_time", breakdown="team", group="West"), None, "percent"),
        (cell("in_time", "numerator", breakdown="team", group="West"), 0, "number"),
        (cell("in_time", "share_of_all", breakdown="team", group="North"), Fraction(6000, 113), "percent"),
        (cell("open", "mean_of_months", basis="quarter", period="2023-24 Q2"), Fraction(1223, 3), "number"),
        (cell("open", "highest_of_months", basis="quarter", period="2023-24 Q2"), 1200, "number"),
        (cell("open", "lowest_of_months", basis="quarter", period="2023-24 Q2"), 10, "number"),
        (cell("open", "mean_of_months", basis="rolling_12_months"), None, "number"),
        (cell("open", "change_on_year", basis="quarter", period="2023-24 Q2"), -4, "number"),
        (cell("open", "fall_on_year"), 4, "number"),
        (cell("open", "groups_at_least", breakdown="worker", number="20"), 2, "number"),
        (cell("open", "mean_of_groups_at_least", breakdown="worker", number="20"), Fraction(45, 2), "number"),
        (cell("open", "mean_of_largest", breakdown="worker", number="1"), 25, "number"),
        (cell("rate"), Fraction(10000, 3), "per_10000"),
        (cell("none"), None, "percent"),
    ],
)
def test_each_side_of_a_figure_is_read_as_worked_out_by_hand(
    figures: Figures, asked: Cell, value: Fraction, unit: str
) -> None:
    assert read(figures, asked) == (value, unit)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (cell("in_time", text="81.3%", value=repr(float(Fraction(11300, 139)))), ""),
        (cell("in_time", text="81.2%", value=repr(float(Fraction(11300, 139)))), "is 81.3%"),
        (cell("in_time", text="81.3", value=repr(float(Fraction(11300, 139)))), "is 81.3%"),
        (cell("in_time", text="81%", value=repr(float(Fraction(11300, 139)))), "shown to 0 places"),
        (cell("in_time", text="81.3%", value="81.3"), "the file gives 81.29"),
        (cell("in_time", text="not available"), "the file gives 81.29"),
        (cell("in_time", text="suppressed"), "nothing may be hidden"),
        (cell("none", text="not applicable"), ""),
        (cell("none", text="-"), "no word why"),
        (cell("none", text="0.0%", value="0.0"), "no such figure"),
        (cell("open", text="1,200", value="1200.0"), ""),
        (cell("open", text="1200", value="1200.0"), "is 1,200"),
        (cell("in_time", text="75.0%", value="75.0", basis="quarter", period="2023-24 Q2"), ""),
        (cell("open", "mean_of_months", text="not available", basis="rolling_12_months", period="2022-10"), ""),
    ],
)
def test_a_wrong_figure_on_a_page_is_found(figures: Figures, wrong: Cell, says: str) -> None:
    fault = compare(figures, wrong, "internal", {None})[1]
    assert says in fault
    assert bool(fault) is bool(says)


@pytest.mark.parametrize(
    ("basis", "period", "first", "last", "count"),
    [
        ("month", "2023-09", "2023-09", "2023-09", 1),
        ("quarter", "2023-24 Q4", "2024-01", "2024-03", 3),
        ("year", "2023-24", "2023-04", "2024-03", 12),
        ("year_to_date", "2024-01", "2023-04", "2024-01", 10),
        ("year_to_date", "2023-04", "2023-04", "2023-04", 1),
        ("rolling_12_months", "2023-09", "2022-10", "2023-09", 12),
    ],
)
def test_the_months_of_a_period(basis: str, period: str, first: str, last: str, count: int) -> None:
    found = months_of(basis, period)
    assert (found[0], found[-1], len(found)) == (first, last, count)


@pytest.mark.parametrize(
    ("value", "unit", "places", "text"),
    [
        (Fraction(25, 2), "number", 0, "13"),
        (Fraction(-25, 2), "number", 0, "-12"),
        (Fraction(8125, 100), "percent", 1, "81.3%"),
        (Fraction(22253), "number", 0, "22,253"),
        (Fraction(1, 3), "per_10000", 2, "0.33"),
    ],
)
def test_rounding_is_half_up_from_the_exact_value(value: Fraction, unit: str, places: int, text: str) -> None:
    assert as_shown(value, unit, places) == text


def test_cells_are_read_from_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<p><data class="figure" value="85.7" data-indicator="in_time" data-basis="month" data-period="2023-09" '
        'data-breakdown="team" data-group="North|South" data-shows="value">85.7%</data> <data class="derived" value="1">1</data>',
        encoding="utf-8",
    )
    expected = Cell("in_time", "month", "2023-09", "team", ("North", "South"), "value", "", "85.7", "85.7%")
    assert list(cells_of(page)) == [expected]
