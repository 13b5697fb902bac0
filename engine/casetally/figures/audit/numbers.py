"""Why: whether a printed figure agrees is a question of rounding, so every comparison is made in fractions, never in floats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil, floor

_MOST = 1000  # whole numbers looked at are next to each other: so many are as good as any


@dataclass(frozen=True)
class Amount:
    """A number of the report: as printed, with its decimals and the lines it stands in, or made of several such."""

    value: Fraction
    places: int
    lines: tuple[int, ...]
    name: str
    printed: str = ""
    beside: tuple[int, ...] = ()  # lines of benchmarks.csv

    @property
    def unit(self) -> Fraction:
        """One of the last printed digit."""
        return Fraction(1, 10**self.places)

    @property
    def low(self) -> Fraction:
        """The least number that rounds half up to this one."""
        return self.value - self.unit / 2

    @property
    def high(self) -> Fraction:
        """The least number that rounds half up to the next one."""
        return self.value + self.unit / 2

    def __str__(self) -> str:
        return self.printed or show(self.value, self.places)


def half_up(number: Fraction, places: int) -> Fraction:
    """Rounded half up, away from nought: 12.5 to 13, -12.5 to -13."""
    scale = 10**places
    whole = floor(abs(number) * scale + Fraction(1, 2))
    return Fraction(whole if number >= 0 else -whole, scale)


def show(number: Fraction, places: int) -> str:
    """With so many decimals, rounded half up."""
    rounded = half_up(number, places)
    whole = abs(rounded.numerator) * (10**places // rounded.denominator)
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if rounded < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def brief(number: Fraction) -> str:
    """With up to three decimals, and none for a whole number."""
    text = show(number, 3)
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounds_to(number: Fraction, printed: Amount, allowance: Fraction) -> bool:
    """Whether a number is printed so: rounded half up, or within the allowance beyond that."""
    if half_up(number, printed.places) == printed.value:
        return True
    return bool(allowance) and abs(number - printed.value) <= printed.unit / 2 + allowance


def numerators(printed: Amount, over: Fraction, times: int, allowance: Fraction) -> list[int]:
    """The whole numbers that, over a denominator, are printed so; of very many, the first."""
    if over <= 0:
        return []
    low, high = ((end * over / times) for end in (printed.low - allowance, printed.high + allowance))
    near = range(max(floor(low), 0), ceil(high) + 1)
    return _first(one for one in near if rounds_to(Fraction(one * times) / over, printed, allowance))


def denominators(count: Fraction, printed: Amount, times: int, allowance: Fraction) -> list[int]:
    """The whole numbers over which a count is printed so, of very many the first; none for a figure that rounds to nought."""
    low, high = printed.low - allowance, printed.high + allowance
    if low <= 0:
        return []
    near = range(max(floor(count * times / high), 1), ceil(count * times / low) + 1)
    return _first(one for one in near if rounds_to(count * times / one, printed, allowance))


def _first(found: Iterator[int]) -> list[int]:
    return list(islice(found, _MOST))
