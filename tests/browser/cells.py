"""Why: a figure on a page is right if somebody who reads `figures.parquet` alone comes to the same number.

Nothing of the engine is used here: what each side of a figure means is worked out again from the rows of the file, as
docs/published.md and docs/figures.md tell it, with whole numbers kept exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path

import polars as pl
import yaml
from lxml import html

KEY = ("indicator", "basis", "period", "breakdown", "group")
REPORTS = Path(__file__).parents[2] / "definitions" / "reports"


@dataclass(frozen=True)
class Cell:
    """A figure as it stands on a page: where it says it comes from, its exact value ('' for none) and what people read."""

    indicator: str
    basis: str
    period: str
    breakdown: str
    groups: tuple[str, ...]
    shows: str
    number: str  # of those made over groups: how many, or at least how much
    value: str
    text: str


@dataclass(frozen=True)
class Part:
    """A figure as the file gives it, its whole numbers exact."""

    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    unit: str
    status: str
    maturity: str = "final"


def cells_of(page: Path) -> Iterator[Cell]:
    """Every figure on a page, in its order."""
    return cells_in(html.fromstring(page.read_bytes()))


def cells_in(part: html.HtmlElement) -> Iterator[Cell]:
    """The figures in a part of a page."""
    for one in part.iter("data"):
        if one.get("class") == "figure":
            yield Cell(
                *(one.attrib[f"data-{name}"] for name in ("indicator", "basis", "period", "breakdown")),
                groups=tuple(one.attrib["data-group"].split("|")), shows=one.attrib["data-shows"],
                number=one.get("data-number", ""), value=one.attrib["value"], text=" ".join(one.text_content().split()),
            )  # fmt: skip


@cache
def figures_of(path: Path) -> Figures:
    """The figures of a run, read once for all tests of a file."""
    return Figures(path)


class Figures:
    """The figures of a run by where they stand."""

    def __init__(self, path: Path) -> None:
        columns = (*KEY, "numerator", "denominator", "value", "unit", "status", "maturity")
        rows = pl.read_parquet(path, columns=list(columns)).iter_rows()
        self._rows = {row[:5]: row[5:] for row in rows}  # made exact only when asked for
        self._groups: dict[tuple[str, ...], list[str]] = {}
        for row in self._rows:
            self._groups.setdefault(row[:4], []).append(row[4])

    @property
    def months(self) -> list[str]:
        """The months that the run gave, the first first."""
        return sorted({row[2] for row in self._rows if row[1] == "month"})

    def _part(self, key: tuple[str, ...]) -> Part | None:
        row = self._rows.get(key)
        return None if row is None else Part(*(_exact(number) for number in row[:3]), *row[3:])

    def one(self, *key: str) -> Part | None:
        """The figure of a group; one that never occurs counts nought of the whole's kind."""
        found, whole = self._part(key), self._part((*key[:3], "all", "all"))
        if found is not None or whole is None or whole.status == "not_available" or whole.numerator is None:
            return found
        nought = Fraction(0)
        if whole.denominator is None:
            return Part(nought, None, nought, whole.unit, "calculated")
        return Part(nought, nought, None, whole.unit, "not_applicable")

    def whole(self, cell: Cell, period: str = "", basis: str = "") -> Part | None:
        """The groups of a cell taken together, for its own period or another."""
        where = (cell.indicator, basis or cell.basis, period or cell.period, cell.breakdown)
        parts = [self.one(*where, group) for group in cell.groups]
        if len(parts) == 1:
            return parts[0] and _divided(parts[0])
        known = [part for part in parts if part is not None and part.numerator is not None]
        if len(known) < len(parts):
            return None
        top = sum((part.numerator for part in known if part.numerator is not None), Fraction(0))
        if known[0].denominator is None:
            return Part(top, None, top, known[0].unit, "calculated")
        below = sum((part.denominator for part in known if part.denominator is not None), Fraction(0))
        return _divided(Part(top, below, None, known[0].unit, "calculated" if below else "not_applicable"))

    def groups(self, cell: Cell) -> list[str]:
        found = self._groups.get((cell.indicator, cell.basis, cell.period, cell.breakdown), [])
        within = [group for group in found if cell.groups == ("all",) or group.split(";")[0] == cell.groups[0]]
        return [group for group in within if group != "unknown"]


def _exact(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))


def scale(unit: str) -> int:
    return 100 if unit == "percent" else int(unit[4:]) if unit.startswith("per_") else 1


def _divided(part: Part) -> Part:
    """A quotient made anew from its two numbers, so that it is exact."""
    if part.numerator is None or not part.denominator:
        return part
    value = part.numerator * scale(part.unit) / part.denominator
    return Part(part.numerator, part.denominator, value, part.unit, part.status, part.maturity)


def month_back(month: str, by: int) -> str:
    year, number = (int(part) for part in month.split("-"))
    at = year * 12 + number - 1 - by
    return f"{at // 12}-{at % 12 + 1:02d}"


def months_of(basis: str, period: str) -> list[str]:
    """The names of the months of a period, the first first."""
    year = int(period[:4])
    if basis == "quarter":
        return [month_back(f"{year}-04", -3 * (int(period[-1]) - 1) - at) for at in range(3)]
    if basis == "year":
        return [month_back(f"{year}-04", -at) for at in range(12)]
    last = period
    number = int(period[5:7])
    count = {"month": 1, "rolling_12_months": 12, "year_to_date": (number - 4) % 12 + 1}[basis]
    return [month_back(last, at) for at in reversed(range(count))]


Read = tuple[Fraction | None, str]  # an exact value and its unit


def read(figures: Figures, cell: Cell) -> Read:
    """What a cell must show, from the file alone. Raises KeyError for a side that has no reading here."""
    return SIDES[cell.shows](figures, cell)


def _part_of(side: Callable[[Part], Fraction | None], unit: str = "") -> Callable[[Figures, Cell], Read]:
    def reading(figures: Figures, cell: Cell) -> Read:
        part = figures.whole(cell)
        return (None, "") if part is None else (side(part), unit or part.unit)

    return reading


def _remainder(part: Part) -> Fraction | None:
    return None if part.numerator is None or part.denominator is None else part.denominator - part.numerator


def _share_of_all(figures: Figures, cell: Cell) -> Read:
    group, every = figures.whole(cell), figures.one(cell.indicator, cell.basis, cell.period, "all", "all")
    if group is None or every is None or group.numerator is None or not every.numerator:
        return None, "percent"
    return group.numerator * 100 / every.numerator, "percent"


def _of_months(over: Callable[[list[Fraction]], Fraction]) -> Callable[[Figures, Cell], Read]:
    def reading(figures: Figures, cell: Cell) -> Read:
        parts = [figures.whole(cell, month, "month") for month in months_of(cell.basis, cell.period)]
        values = [part.value for part in parts if part is not None and part.value is not None]
        unit = next((part.unit for part in parts if part is not None), "")
        return (over(values) if len(values) == len(parts) else None), unit

    return reading


def _on_year(sign: int) -> Callable[[Figures, Cell], Read]:
    def reading(figures: Figures, cell: Cell) -> Read:
        last = months_of(cell.basis, cell.period)[-1]
        now, before = (figures.whole(cell, month, "month") for month in (last, month_back(last, 12)))
        if now is None or before is None or now.value is None or before.value is None:
            return None, now.unit if now else ""
        return sign * (now.value - before.value), now.unit

    return reading


def _sizes(figures: Figures, cell: Cell) -> list[Fraction]:
    parts = [
        figures.one(cell.indicator, cell.basis, cell.period, cell.breakdown, group) for group in figures.groups(cell)
    ]
    return sorted((part.value for part in parts if part is not None and part.value is not None), reverse=True)


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _groups_at_least(figures: Figures, cell: Cell) -> Read:
    if figures.one(cell.indicator, cell.basis, cell.period, "all", "all") is None:
        return None, "number"
    return Fraction(sum(size >= int(cell.number) for size in _sizes(figures, cell))), "number"


def _mean_of(chosen: Callable[[list[Fraction], int], list[Fraction]]) -> Callable[[Figures, Cell], Read]:
    def reading(figures: Figures, cell: Cell) -> Read:
        sizes = chosen(_sizes(figures, cell), int(cell.number))
        return (_mean(sizes) if sizes else None), "number"

    return reading


SIDES: dict[str, Callable[[Figures, Cell], Read]] = {
    "value": _part_of(lambda part: part.value),
    "numerator": _part_of(lambda part: part.numerator, "number"),
    "denominator": _part_of(lambda part: part.denominator, "number"),
    "remainder": _part_of(_remainder, "number"),
    "share_of_all": _share_of_all,
    "mean_of_months": _of_months(_mean),
    "highest_of_months": _of_months(max),
    "lowest_of_months": _of_months(min),
    "change_on_year": _on_year(1),
    "fall_on_year": _on_year(-1),
    "groups_at_least": _groups_at_least,
    "mean_of_groups_at_least": _mean_of(lambda sizes, least: [size for size in sizes if size >= least]),
    "mean_of_largest": _mean_of(lambda sizes, count: sizes[:count]),
}

NUMBER = re.compile(r"(-?[\d,]*\d(?:\.(\d+))?)(%?)")


def as_shown(value: Fraction, unit: str, places: int) -> str:
    """A value as people read it: rounded half up, thousands set off, with its sign of per cent."""
    step = Fraction(1, 10**places)
    rounded = floor(value / step + Fraction(1, 2)) * step
    return f"{Decimal(rounded.numerator) / Decimal(rounded.denominator):,.{places}f}" + (
        "%" if unit == "percent" else ""
    )


def places_of_lines(report: str) -> dict[str, set[int | None]]:
    """The decimals that a report's own file asks for, by indicator; None for a line that leaves it to the kind of figure."""
    text = yaml.safe_load((REPORTS / f"{report}.yaml").read_text(encoding="utf-8"))
    found: dict[str, set[int | None]] = {}
    for line in (line for section in text["sections"] for line in section["lines"] if isinstance(line, dict)):
        named = {line["indicator"]} | {
            cell["indicator"] for cell in line.get("cells", {}).values() if "indicator" in cell
        }
        for indicator in named:
            found.setdefault(indicator, set()).add(line.get("places"))
    return found
