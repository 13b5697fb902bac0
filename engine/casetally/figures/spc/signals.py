"""Why: each rule for special cause variation is a small function of its own, so that anybody can hold it against the guidance.

A rule gets a stretch of neighbouring months that all have a figure, and says which of them it marks and which way they point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Literal

from casetally.figures.spc.chart import Signal

RUN = 7  # points of a shift or a trend
Direction = Literal["high", "low"]
Marks = Mapping[int, Direction]  # by position in the stretch


@dataclass(frozen=True)
class Limits:
    """The mean of the months, and how far from it the process limits lie (2.66 mean moving ranges)."""

    mean: Fraction
    reach: Fraction

    @property
    def lower(self) -> Fraction:
        return self.mean - self.reach

    @property
    def upper(self) -> Fraction:
        return self.mean + self.reach


def beyond_limits(values: Sequence[Fraction], limits: Limits) -> Marks:
    """Each month beyond a limit; one on it is not beyond it."""
    return _far(values, limits.mean, limits.reach)


def trend(values: Sequence[Fraction], _: Limits) -> Marks:
    """All months of 7 or more that each rise on the one before, or each fall. A month at a turn belongs to what follows."""
    moves = [_sign(after - before) for before, after in pairwise(values)]
    found: dict[int, Direction] = {}
    for first, last, sign in _runs(moves):
        if sign and last + 1 - first >= RUN - 1:  # 7 points make 6 moves
            found |= {at: _direction(sign) for at in range(first, last + 2)}
    return found


def two_of_three(values: Sequence[Fraction], limits: Limits) -> Marks:
    """Of three months in a row on one side of the mean those in the outer third or beyond, where there are two or more."""
    sides = [_sign(value - limits.mean) for value in values]
    far = _far(values, limits.mean, limits.reach * 2 / 3)
    found: dict[int, Direction] = {}
    for first in range(len(values) - 2):
        window = range(first, first + 3)
        if len({sides[at] for at in window}) == 1 and sum(at in far for at in window) >= 2:
            found |= {at: far[at] for at in window if at in far}
    return found


def shift(values: Sequence[Fraction], limits: Limits) -> Marks:
    """All months of 7 or more in a row on one side of the mean; one equal to the mean is on neither."""
    found: dict[int, Direction] = {}
    for first, last, sign in _runs([_sign(value - limits.mean) for value in values]):
        if sign and last + 1 - first >= RUN:
            found |= {at: _direction(sign) for at in range(first, last + 1)}
    return found


# the first that marks a month decides which way it points
RULES: tuple[tuple[Signal, Callable[[Sequence[Fraction], Limits], Marks]], ...] = (
    ("beyond_limits", beyond_limits),
    ("trend", trend),
    ("two_of_three", two_of_three),
    ("shift", shift),
)


def _far(values: Sequence[Fraction], mean: Fraction, reach: Fraction) -> Marks:
    return {at: _direction(_sign(value - mean)) for at, value in enumerate(values) if abs(value - mean) > reach}


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """The first and last position of each run of equal signs, and the sign."""
    first = 0
    for sign, run in groupby(signs):
        after = first + len(list(run))
        yield first, after - 1, sign
        first = after


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _direction(sign: int) -> Direction:
    return "high" if sign > 0 else "low"
