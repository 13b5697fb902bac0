"""Why: a report is trusted for its figures, so every one on the page is compared with the file that the run wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest

from tests.browser.cells import (
    NUMBER,
    Cell,
    Figures,
    as_shown,
    cells_of,
    figures_of,
    month_back,
    months_of,
    places_of_lines,
    read,
)
from tests.browser.made import RECIPES, Made
from tests.browser.workings import derived_of, fault_of

# how many figures a page shows at the least, so that a page that lost most of them is not praised
AT_LEAST = {
    "darlington-2023-09_internal": 2000,
    "darlington-2023-09_published": 800,
    "southampton-2024-08_internal": 2000,
    "core_internal": 3500,
}
COUNTS = {"value", "numerator", "denominator", "remainder", "groups_at_least"}
MOST_BYTES = 2_000_000


@pytest.mark.parametrize("key", RECIPES)
def test_every_figure_is_that_of_the_run_to_the_last_digit(made: Callable[[str], Made], key: str) -> None:
    report = made(key)
    figures, asked = figures_of(report.figures), places_of_lines(report.recipe.report)
    faults: list[str] = []
    held: Counter[str] = Counter()
    for cell in cells_of(report.page):
        how, fault = compare(figures, cell, report.recipe.edition, asked.get(cell.indicator, {None}))
        held[how] += 1
        faults += [f"{fault}: {cell}"] if fault else []
    assert faults[:10] == []
    assert held["shown"] >= AT_LEAST[key], held
    assert held["suppressed"] > 0 or report.recipe.edition == "internal"


def compare(figures: Figures, cell: Cell, edition: str, places: set[int | None]) -> tuple[str, str]:
    """How a cell of the page was held against the file, and what is wrong with it ('' for nothing)."""
    value, unit = read(figures, cell)
    if cell.value == "":
        return cell.text, _without_value(figures, cell, edition, value)
    if value is None:
        return "shown", "the file has no such figure"
    if cell.value != repr(float(value)):
        return "shown", f"the file gives {float(value)!r}"
    found = NUMBER.fullmatch(cell.text)
    decimals = len(found[2] or "") if found else 0
    if cell.text != as_shown(value, unit, decimals):
        return "shown", f"{float(value)!r} is {as_shown(value, unit, decimals)}"
    return "shown", "" if decimals in _decimals(figures, cell, unit, places) else f"shown to {decimals} places"


def _decimals(figures: Figures, cell: Cell, unit: str, asked: set[int | None]) -> set[int]:
    """To how many places a figure may be shown: as its report asks, else none for counts and one for all others."""
    whole = figures.whole(cell)
    if cell.shows in ("numerator", "denominator"):
        return {0 if Fraction(cell.value).denominator == 1 else 1}  # a sum of full-time equivalents has a part
    usual = (
        0
        if unit == "number" and (whole is None or whole.denominator is None or cell.shows in COUNTS - {"value"})
        else 1
    )
    return {usual if places is None else places for places in asked}


def _without_value(figures: Figures, cell: Cell, edition: str, value: Fraction | None) -> str:
    if cell.text == "suppressed":
        return "" if edition == "published" else "suppressed where nothing may be hidden"
    if value is None:
        return "" if cell.text in ("not available", "not applicable") else "no value, and no word why"
    first = figures.months[0]
    needed = [*months_of(cell.basis, cell.period)]
    if cell.shows in ("change_on_year", "fall_on_year"):
        needed.append(month_back(needed[-1], 12))
    return "" if cell.text == "not available" and min(needed) < first else f"the file gives {float(value)!r}"


@pytest.mark.parametrize("key", RECIPES)
def test_every_change_average_and_limit_follows_from_the_figures(made: Callable[[str], Made], key: str) -> None:
    report = made(key)
    figures, found = figures_of(report.figures), list(derived_of(report.page))
    faults = [(fault, one.row[0], one.kind) for one in found if (fault := fault_of(figures, one, report.recipe.month))]
    assert faults[:10] == []
    kinds = Counter(one.kind for one in found)
    assert kinds["change"] > 30
    assert min(kinds["mean"], kinds["lower"], kinds["upper"]) > 10


@pytest.mark.parametrize("key", [key for key, one in RECIPES.items() if one.edition == "published"])
def test_the_published_edition_shows_no_count_from_one_to_five(made: Callable[[str], Made], key: str) -> None:
    report = made(key)
    figures = figures_of(report.figures)
    cells = list(cells_of(report.page))
    counts = [cell for cell in cells if cell.shows in COUNTS and read(figures, cell)[1] == "number"]
    assert len(counts) > 100
    assert [cell for cell in counts if cell.text in {"1", "2", "3", "4", "5"}] == []
    assert {cell.text for cell in counts if cell.value == ""} <= {"suppressed", "not available", "not applicable"}


@pytest.mark.parametrize("key", RECIPES)
def test_a_page_is_small_enough_to_send(made: Callable[[str], Made], key: str) -> None:
    assert made(key).page.stat().st_size <= MOST_BYTES
