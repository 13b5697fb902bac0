"""Why: two indicators with nearly the same name count nearly the same children, and an analyst must see in what they differ.

What is compared is what decides a figure: the record set, dating, conditions, clock and limits with their dated values. Two that
differ in nothing that decides have the same fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.figures.explain import limits_read, rule_of

_WORDS_ONLY = ("title", "meaning", "source")


@dataclass(frozen=True)
class Difference:
    """One part of two definitions that is not the same; empty where one of them has no such part."""

    part: str
    first: str
    second: str


def diff(library: Library, first: Indicator, second: Indicator, *, other: Library | None = None) -> list[Difference]:
    """Every part in which two definitions differ, words before what decides; nothing where they are one and the same.

    `other`: the definitions that the second one stands in, where they are not the same.
    """
    parts, others = _parts(library, first), _parts(other or library, second)
    found = [
        Difference(name, parts.get(name, ""), others.get(name, ""))
        for name in dict.fromkeys([*parts, *others])
        if parts.get(name) != others.get(name)
    ]
    return sorted(found, key=lambda one: one.part not in _WORDS_ONLY)


def alike(library: Library, first: Indicator, second: Indicator) -> bool:
    """Whether they differ in words alone: the same rows are counted in the same way."""
    return all(one.part in (*_WORDS_ONLY, "definition", "good") for one in diff(library, first, second))


def _parts(library: Library, indicator: Indicator) -> dict[str, str]:
    parts = rule_of(indicator)
    if indicator.breakdowns:
        parts["broken down by"] = ", ".join(indicator.breakdowns)
    for name in limits_read(library, indicator):
        limit = library.limits[name]
        parts[f"limit {name}"] = "; ".join(f"{value} {limit.unit} from {since}" for since, value in limit.values)
    return parts
