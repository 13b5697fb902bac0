"""Why: a printed figure and a calculated one are held against each other at the printed precision, by whole numbers, once.

Outcomes: equal; equal but for rounding; differs (by how many of the numerator); not attainable (no whole numerator gives
the printed figure over that denominator); not comparable (with the reason).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from casetally.figures.views import Seen

Kind = Literal["equal", "equal_but_for_rounding", "differs", "not_attainable", "not_comparable"]
KINDS: tuple[Kind, ...] = ("equal", "equal_but_for_rounding", "differs", "not_attainable", "not_comparable")


_NO_FIGURE = {"not_available": "the records can't give it", "suppressed": "the calculated figure is suppressed"}


@dataclass(frozen=True)
class PrintedFigure:
    """One figure as printed: whole numbers where they are printed, the value with its decimals."""

    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    places: int

    @property
    def empty(self) -> bool:
        return self.value is None and self.numerator is None


@dataclass(frozen=True)
class Outcome:
    """`moves`: how many more (or, negative, fewer) the numerator would need for the printed figure; 0 where that says nothing."""

    kind: Kind
    says: str = ""
    moves: int = 0


def compare(printed: PrintedFigure, seen: Seen, tolerance: Fraction = Fraction(0)) -> Outcome:
    """The outcome for one figure. `tolerance` is in the printed unit: a difference up to it counts as rounding."""
    if printed.empty:
        return Outcome("not_comparable", "no number is printed")
    if seen.status in _NO_FIGURE:
        return Outcome("not_comparable", _NO_FIGURE[seen.status])
    whole = _of_whole_numbers(printed, seen)
    if whole is not None:
        return whole
    if printed.value is None:
        return Outcome("equal")
    if seen.value is None:
        return Outcome("differs", f"printed {printed.value}, but nothing is counted below the line")
    return _of_value(printed, printed.value, seen, seen.value, tolerance)


def half_up(value: Fraction, places: int) -> Decimal:
    """Rounded half up from the exact value (rules: Counting)."""
    step = Fraction(1, 10**places)
    return Decimal(floor(value / step + Fraction(1, 2))) * Decimal(1).scaleb(-places)


def numerator_for(value: Decimal, denominator: Fraction, scale: int, places: int) -> int | None:
    """The whole numerator that gives a printed value over a denominator, the least of several; None where none does."""
    if not denominator:
        return None
    half = Fraction(1, 2 * 10**places)
    least = (Fraction(value) - half) * denominator / scale  # half up: the lower edge counts, the upper does not
    number = max(ceil(least), 0)
    return number if half_up(Fraction(number) * scale / denominator, places) == value else None


def _of_whole_numbers(printed: PrintedFigure, seen: Seen) -> Outcome | None:
    """Where a fraction is printed it decides first; None where it agrees or none is printed."""
    gaps = []
    for name, wanted, found in (("numerator", printed.numerator, seen.numerator),
                                ("denominator", printed.denominator, seen.denominator)):  # fmt: skip
        if wanted is not None and found is not None and Fraction(wanted) != found:
            gaps.append(f"{name} printed {wanted}, calculated {_plain(found)}")
    if not gaps:
        return None
    moves = 0
    if printed.numerator is not None and seen.numerator is not None:
        moves = int(Fraction(printed.numerator) - seen.numerator)
    return Outcome("differs", "; ".join(gaps), moves)


def _of_value(printed: PrintedFigure, value: Decimal, seen: Seen, exact: Fraction, tolerance: Fraction) -> Outcome:
    if half_up(exact, printed.places) == value:
        return Outcome("equal")
    shown, gap = _plain(exact, printed.places + 2), Fraction(value) - exact
    is_quotient = seen.denominator is not None
    if is_quotient and abs(gap) < Fraction(1, 10**printed.places):
        return Outcome("equal_but_for_rounding", f"calculated {shown} is printed as {value}")
    if abs(gap) <= tolerance:
        return Outcome("equal_but_for_rounding", f"within the tolerance: printed {value}, calculated {shown}")
    return _differing(printed, value, seen, shown, gap)


def _differing(printed: PrintedFigure, value: Decimal, seen: Seen, shown: str, gap: Fraction) -> Outcome:
    """By how many of the numerator, where whole numbers can say; not attainable where none gives the printed figure."""
    says = f"printed {value}, calculated {shown}"
    if seen.denominator is None:
        return Outcome("differs", says, int(gap) if gap.denominator == 1 and printed.places == 0 else 0)
    over = _plain(seen.denominator)
    wanted = numerator_for(value, seen.denominator, seen.scale, printed.places)
    if wanted is None:
        return Outcome("not_attainable", f"no whole number over {over} gives {value}; calculated {shown}")
    if seen.numerator is None:
        return Outcome("differs", says)
    says = f"printed {value} is {wanted} of {over}; calculated {_plain(seen.numerator)} ({shown})"
    return Outcome("differs", says, int(wanted - seen.numerator))


def _plain(number: Fraction, places: int = 2) -> str:
    if number.denominator == 1:
        return f"{int(number):,}"
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
