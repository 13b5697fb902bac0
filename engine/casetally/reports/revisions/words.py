"""Why: exact parts are shown in the field's words: signed, rounded half up, and with the exact numbers beside them for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.revisions import CAUSES, FigureSplit, KnownState, Part
from casetally.figures.revisions.seen import Number, Seen

MINUS = "\N{MINUS SIGN}"
_PLACES = 2  # one more than a figure is shown with, so that small parts do not look like nothing


def number_text(number: Number, places: int = _PLACES, *, signed: bool = False) -> str:
    """A number as people read it: whole where it is, a sign before what is added or taken away."""
    if number is None:
        return ""
    rounded = half_up(abs(number), 0 if number.denominator == 1 else places)
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return f"{sign}{rounded:,}"


def figure_text(seen: Seen) -> str:
    """A figure as people read it: its value in its unit, or its status in words."""
    if seen.value is None:
        return seen.status.replace("_", " ")
    places = 0 if seen.unit == "number" and seen.denominator is None else 1  # as everywhere else a figure is shown
    return f"{half_up(seen.value, places):,}{unit_text(seen.unit)}"


def unit_text(unit: str) -> str:
    return "%" if unit == "percent" else ""


def points_text(part: Part, unit: str) -> str:
    """What a cause moved the value by."""
    if part.value is None:
        return ""
    return number_text(part.value, signed=True) + (" points" if unit == "percent" else "")


def rows_of(split: FigureSplit, before: str, after: str) -> list[tuple[str, str, str, str]]:
    """A split as lines for people: what, numerator, denominator, value; the two ends and the parts between them."""
    parts = [
        (CAUSES[one.cause], number_text(one.numerator, signed=True), number_text(one.denominator, signed=True),
         points_text(one, split.after.unit))
        for one in split.parts
    ]  # fmt: skip
    first, last = ((label, number_text(seen.numerator), number_text(seen.denominator), figure_text(seen))
                   for label, seen in ((before, split.before), (after, split.after)))  # fmt: skip
    return [first, *parts, last]


def as_data(split: FigureSplit) -> dict[str, Any]:
    """A split for programs: numbers as numbers, and the values exactly, as fractions."""
    return {
        "indicator": split.indicator, "basis": split.period.basis, "period": split.period.name,
        "before": _seen(split.before), "after": _seen(split.after),
        "parts": [{"cause": one.cause, **_numbers(one.numerator, one.denominator, one.value)} for one in split.parts],
    }  # fmt: skip


def _seen(seen: Seen) -> dict[str, Any]:
    return {**_numbers(seen.numerator, seen.denominator, seen.value), "status": seen.status, "unit": seen.unit}


def _numbers(top: Number, below: Number, value: Number) -> dict[str, Any]:
    exactly = None if value is None else str(value)
    return {"numerator": plain(top), "denominator": plain(below), "value": plain(value), "value_exactly": exactly}


def plain(number: Number) -> int | float | None:
    if number is None:
        return None
    return int(number) if number.denominator == 1 else float(number)


def forgotten_words(before: KnownState, after: KnownState) -> str:
    """What to say where a child was forgotten since one of the two, which the figures of then still have; '' where none was."""
    told = [f"{one.forgotten} of {one.label}" for one in (before, after) if one.forgotten]
    if not told:
        return ""
    return (f"Children forgotten since: {', '.join(told)}. They are in the figures of the history and in no part of a split: "
            "what they moved can't be told any more.")  # fmt: skip


def largest_first(splits: Iterable[FigureSplit], day: dt.date) -> list[FigureSplit]:
    """Periods that were over by a day before those that still ran, of which nobody thought that they stood; of each those that
    moved most children first, then by how far their value moved.
    """

    def size(one: FigureSplit) -> tuple[bool, Fraction, Fraction, str, str]:
        moved = one.difference
        below = moved.denominator if one.after.unit == "percent" else None  # of a rate it is the population
        much = abs(moved.numerator or Fraction(0)) + abs(below or Fraction(0))
        return (one.period.end > day, -much, -abs(moved.value or Fraction(0)), one.indicator, one.period.name)

    return sorted(splits, key=size)
