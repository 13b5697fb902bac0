"""Why: each kind of indicator becomes columns of its own, and each figure text: a number as the rules round it, or a symbol."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from casetally.definitions.indicators import Indicator
from casetally.definitions.open_data import Theme
from casetally.figures.open_data.table import Column
from casetally.figures.reconcile.outcomes import half_up

TOTAL = "Total"
CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE, LOW = "c", "z", "x", "low"
_STATUS = {"not_applicable": NOT_APPLICABLE, "not_available": NOT_AVAILABLE, "suppressed": CONFIDENTIAL}


def columns_of(indicator: Indicator, theme: Theme) -> tuple[Column, ...]:
    """The columns of an indicator: counts (`ID_count`), what they are of (`ID_of_count`), and the value (`ID_percent` ...)."""
    title, name = indicator.text.title, indicator.id
    value = Column(
        _value_name(indicator), title, title, "%" if indicator.unit == "percent" else "", places_of(indicator, theme)
    )
    top, below = (
        Column(f"{name}_count", f"{title}: number", title),
        Column(f"{name}_of_count", f"{title}: out of", title),
    )
    if indicator.kind in ("count", "distinct"):
        return (Column(f"{name}_count", title, title),)
    if indicator.kind == "supplied":
        return (value,)
    if indicator.kind == "rate":
        return (top, value)
    return (below, value) if indicator.kind in ("average", "median") else (top, below, value)


def _value_name(indicator: Indicator) -> str:
    if indicator.unit == "percent":
        return f"{indicator.id}_percent"
    if indicator.kind == "supplied" and indicator.unit == "number":
        return f"{indicator.id}_count"
    return f"{indicator.id}_{'rate' if indicator.kind == 'rate' else 'value'}"


def places_of(indicator: Indicator, theme: Theme) -> int:
    """The decimals of its value: one, or none for percentages and rates of looked-after tables (rules: Publishing)."""
    whole = theme.rules == "looked_after" and (indicator.unit == "percent" or indicator.kind == "rate")
    return 0 if whole or (indicator.kind == "supplied" and indicator.unit == "number") else 1


def figure_text(
    row: Mapping[str, Any], indicator: Indicator, theme: Theme, level: str, secret: tuple[bool, bool]
) -> dict[str, str]:
    """The cells of one figure by column. `secret`: whether the count above and the one below the line are hidden.

    A value is hidden with each count that it is made of.
    """
    found = {}
    for column in columns_of(indicator, theme):
        if column.name == f"{indicator.id}_count":
            side = "value" if indicator.kind == "supplied" else "numerator"
            found[column.name] = CONFIDENTIAL if secret[0] else _count(row[side], row["status"], level)
        elif column.name == f"{indicator.id}_of_count":
            found[column.name] = CONFIDENTIAL if secret[1] else _count(row["denominator"], row["status"], level)
        else:
            found[column.name] = CONFIDENTIAL if any(secret) else _value(row, indicator, column.places, theme)
    return found


def _count(number: float | None, status: str, level: str) -> str:
    if status in ("not_available", "suppressed") or number is None:
        return _STATUS.get(status, NOT_AVAILABLE)
    return str(half_up(Fraction(number), 0) if level == "Local authority" else to_nearest_10(Fraction(number)))


def to_nearest_10(number: Fraction) -> int:
    """Rounded half up to a multiple of ten, as England and the regions are."""
    return int(half_up(number / 10, 0)) * 10


def _value(row: Mapping[str, Any], indicator: Indicator, places: int, theme: Theme) -> str:
    if row["status"] != "calculated" or row["value"] is None:
        return _STATUS.get(row["status"], NOT_AVAILABLE)
    exact = _exact(row, indicator)
    rounded = half_up(exact, places)
    if theme.rules == "looked_after" and indicator.unit == "percent" and exact > 0 and rounded == 0:
        return LOW
    return str(rounded)


def _exact(row: Mapping[str, Any], indicator: Indicator) -> Fraction:
    """From the whole numbers where the figure has them, so that nothing is rounded twice."""
    top, below = row["numerator"], row["denominator"]
    if indicator.kind in ("share", "rate", "ratio") and top is not None and below:
        times = indicator.text.rate or (100 if indicator.unit == "percent" else 1)
        return Fraction(top) * times / Fraction(below)
    return Fraction(str(row["value"]))
