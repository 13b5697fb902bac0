"""Why: one place holds the engine's figures against the reference's and says the first differences in words."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from casetally.definitions import Library
from casetally.figures import calculate_figures
from casetally.store import store_of_frames
from reference.figures import reference_figures

from generative.cases import AUTHORITY, Authority
from generative.days import CALENDAR

Key = tuple[str, str, str, str, str]
KEY = ("indicator", "basis", "period", "breakdown", "group")
WORDS = ("status", "maturity")
NUMBERS = ("numerator", "denominator", "value")


def differences(authority: Authority, library: Library, indicators: Iterable[str]) -> list[str]:
    """A line for each figure that the engine and the reference do not give alike."""
    names = sorted(indicators)
    engine, reference = of_engine(authority, library, names), of_reference(authority, library, names)
    found = []
    for key in sorted(set(engine) | set(reference)):
        if key not in engine or key not in reference:
            found.append(
                f"{key}: only the {'reference' if key in reference else 'engine'} has it: "
                f"{said(reference.get(key) or engine[key])}"
            )
        elif not alike(engine[key], reference[key]):
            found.append(f"{key}: engine {said(engine[key])}, reference {said(reference[key])}")
    return found


def of_engine(authority: Authority, library: Library, names: list[str]) -> dict[Key, dict[str, Any]]:
    """The engine's figures by their key."""
    store = store_of_frames(authority.frames(library), library.schemas, CALENDAR, authority.run_as_at)
    try:
        figures = calculate_figures(store, library, authority.grid(), authority=AUTHORITY, indicators=names)
    finally:
        store.close()
    return by_key(figures.rows(named=True))


def of_reference(authority: Authority, library: Library, names: list[str]) -> dict[Key, dict[str, Any]]:
    """The reference's figures by their key."""
    world, grid = authority.world(library), authority.grid()
    return by_key(reference_figures(world, library, grid, authority=AUTHORITY, indicators=names))


def by_key(figures: Iterable[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Figures by indicator, period and group; each may stand only once."""
    found: dict[Key, dict[str, Any]] = {}
    for figure in figures:
        key = tuple(figure[name] for name in KEY)
        assert key not in found, f"{key} stands twice"
        found[key] = figure
    return found


def alike(engine: dict[str, Any], reference: dict[str, Any]) -> bool:
    """Whether whole numbers and words are equal, and the value is the fraction as near as a float can be."""
    if any(engine[name] != reference[name] for name in WORDS):
        return False
    return all(equal(engine[name], reference[name]) for name in NUMBERS)


def equal(given: Any, right: Any) -> bool:
    """Whether a float is the number meant: a whole number to the last digit, a fraction as near as a float comes."""
    if given is None or right is None:
        return given is None and right is None
    if given == right:  # to the last digit, which is nearly always
        return True
    return abs(Fraction(given) - Fraction(right)) <= abs(Fraction(right)) * Fraction(1, 10**12)


def said(figure: dict[str, Any]) -> str:
    return (
        f"{figure['numerator']} of {figure['denominator']} = {figure['value']} {figure['status']}, {figure['maturity']}"
    )
