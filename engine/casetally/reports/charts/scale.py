"""Why: an axis is read by its numbers, and words at the ends of lines must not lie on one another; both are plain arithmetic.

It is done here, exactly and without measuring text, so that a chart is the same on each machine whatever fonts it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

_MOST_TICKS = 6
_NICE = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
_NEAR_NOUGHT = Fraction(1, 2)


def ticks(lowest: Fraction, highest: Fraction, *, whole: bool = False) -> list[Fraction]:
    """Two to six round numbers, evenly apart, from the lowest or below to the highest or above, which are not the same.

    They begin at nought where the lowest is positive and not far from it. `whole`: no parts of one.
    """
    if 0 < lowest <= (highest - lowest) * _NEAR_NOUGHT:
        lowest = Fraction(0)
    step = _step(lowest, highest, whole=whole)
    first, last = floor(lowest / step), ceil(highest / step)
    return [step * number for number in range(first, last + 1)]


def _step(lowest: Fraction, highest: Fraction, *, whole: bool) -> Fraction:
    """The least round step with which the ticks are few."""
    power = Fraction(1, 1000)
    while True:
        for nice in _NICE:
            step = nice * power
            fits = ceil(highest / step) - floor(lowest / step) < _MOST_TICKS
            if fits and not (whole and step.denominator > 1):
                return step
        power *= 10


def around(lowest: Fraction, highest: Fraction) -> tuple[Fraction, Fraction]:
    """The ends of an axis without numbers: a change of less than a fifth of the figure does not fill the height.

    Else a small chart would make a wave of a figure that stays between 98.1% and 98.4%. What is not negative gets no room below
    nought.
    """
    least = max(abs(lowest), abs(highest)) / 5 or Fraction(1)
    span = max(least, highest - lowest)
    low = (lowest + highest - span) / 2
    if low < 0 <= lowest:
        low = Fraction(0)
    return low, low + span


def spread(wanted: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Heights as near as can be to those wanted, at least so far apart, between top and bottom; in the order given.

    With more than fit, they keep their order and share the room.
    """
    apart = min(apart, (bottom - top) / max(len(wanted) - 1, 1))
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed = [0.0] * len(wanted)
    last = top - apart
    for at in order:
        last = placed[at] = max(wanted[at], last + apart, top)
    limit = bottom
    for at in reversed(order):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - apart
    return placed


def labelled(months: int, apart: float, room: float) -> list[int]:
    """The positions of the months that are named: the last one, and from there back as many as there is room for."""
    every = next((step for step in (1, 2, 3, 6, 12, 24) if step * apart >= room), 36)
    return list(range(months - 1, -1, -every))[::-1]
