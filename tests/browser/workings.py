"""Why: changes, averages and limits stand on a page too, and nobody can look them up in a file; so they are worked out again.

From the file's single months and what docs/control_charts.md says of limits; nothing of the engine is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from lxml import html

from tests.browser.cells import Cell, Figures, as_shown, cells_in, month_back, months_of, read

MONTHS_CHARTED = 36
OF_RANGES = Fraction("2.66")
UNBOUNDED = ("change_on_year", "fall_on_year")


@dataclass(frozen=True)
class Derived:
    """A number on a page that is made from several figures: of which kind, and the figures of its row and of its line."""

    kind: str
    value: str
    text: str
    row: tuple[Cell, ...]
    line: tuple[Cell, ...]


def derived_of(page: Path) -> Iterator[Derived]:
    """Every such number on a page, in its order."""
    cards: dict[html.HtmlElement, tuple[Cell, ...]] = {}
    for one in html.fromstring(page.read_bytes()).xpath("//data[@class='derived']"):
        row = next(one.iterancestors("tr"), None)
        card = next((up for up in one.iterancestors("section") if up.get("class") == "card"), None)
        if card is not None and card not in cards:
            cards[card] = tuple(cells_in(card))
        line = cards[card] if card is not None else ()
        of_row = tuple(cells_in(row)) if row is not None else line
        yield Derived(one.attrib["data-kind"], one.attrib["value"], " ".join(one.text_content().split()), of_row, line)


def fault_of(figures: Figures, one: Derived, month: str) -> str:
    """What is wrong with a number ('' for nothing), in a report for a month."""
    value, unit = _change(figures, one) if one.kind == "change" else _of_months(figures, one, month)
    if value is None:
        return f"{one.kind} can't be worked out"
    if one.value != repr(float(value)):
        return f"{one.kind} is {float(value)!r}, not {one.value}"
    if one.kind == "change":
        return _change_text(one, value, unit)
    shown = {as_shown(value, unit, places) for places in range(4)}
    return "" if one.text in shown else f"{one.kind} {float(value)!r} is shown as {one.text}"


def _change(figures: Figures, one: Derived) -> tuple[Fraction | None, str]:
    now = one.row[0]
    alike = [cell for cell in one.row if _same_but_period(cell, now) and cell.period != now.period]
    if not alike:
        return None, ""
    (value, unit), (before, _) = read(figures, now), read(figures, alike[0])
    return (None if value is None or before is None else value - before), unit


def _same_but_period(one: Cell, other: Cell) -> bool:
    return replace(one, period="", value="", text="") == replace(other, period="", value="", text="")


def _change_text(one: Derived, value: Fraction, unit: str) -> str:
    decimals = len(one.row[0].text.rstrip("%").partition(".")[2])
    size = as_shown(abs(value), "", decimals)
    if not float(size.replace(",", "")):
        return "" if one.text == "no change" else f"{one.text}: it does not change"
    expected = f"{'up' if value > 0 else 'down'} {size}" + (" points" if unit == "percent" else "")
    return "" if one.text == expected else f"{one.text}: it goes {expected}"


def _of_months(figures: Figures, one: Derived, month: str) -> tuple[Fraction | None, str]:
    main = one.line[0]
    if one.kind in ("mean", "lower", "upper"):
        return _limits(figures, one)
    quarter_ends = month_back(month, -((3 - int(month[5:])) % 3))
    months = {
        "three_month_average": [month_back(month, back) for back in range(3)],
        "twelve_month_average": [month_back(month, back) for back in range(12)],
        "quarter_average": [month_back(quarter_ends, back) for back in range(3)],
        "three_year_average": [month_back(month, 12 * back) for back in range(3)],
    }[one.kind]
    values = [read(figures, replace(main, basis="month", period=at)) for at in months]
    known = [value for value, _ in values if value is not None]
    return (sum(known, Fraction(0)) / len(known) if len(known) == len(values) else None), values[0][1]


def _limits(figures: Figures, one: Derived) -> tuple[Fraction | None, str]:
    """Of the single months since the last suppressed one, without those of short history; moving ranges between neighbours."""
    main = one.line[0]
    last = months_of(main.basis, main.period)[-1] if main.basis != "year" else max(figures.months)
    months = [at for at in figures.months if at <= last][-MONTHS_CHARTED:]
    monthly = replace(main, basis="month")
    hidden = [cell.period for cell in one.line if cell.text == "suppressed" and _same_but_period(cell, monthly)]
    single = {at: replace(main, basis="month", period=at) for at in months if at > max(hidden, default="")}
    values = {
        at: value
        for at, cell in single.items()
        if (value := read(figures, cell)[0]) is not None and not _short(figures, cell)
    }
    unit = read(figures, replace(monthly, period=months[-1]))[1]
    ranges = [abs(value - values[before]) for at, value in values.items() if (before := month_back(at, 1)) in values]
    mean = sum(values.values(), Fraction(0)) / len(values)
    if one.kind == "mean" or not ranges:
        return mean, unit
    reach = OF_RANGES * sum(ranges, Fraction(0)) / len(ranges)
    if one.kind == "lower":
        return (mean - reach if main.shows in UNBOUNDED else max(mean - reach, Fraction(0))), unit
    is_share = unit == "percent" and main.shows not in UNBOUNDED and all(value <= 100 for value in values.values())
    return (min(mean + reach, Fraction(100)) if is_share else mean + reach), unit


def _short(figures: Figures, cell: Cell) -> bool:
    part = figures.whole(cell)
    return part is not None and part.maturity == "short_history"
