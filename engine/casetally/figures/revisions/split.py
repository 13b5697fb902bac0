"""Why: a figure that moved between two states is split by cause: what each step of the way moved it, summing to the difference.

A part is the figure after a step less the figure before it, so the parts sum exactly by construction. Where a figure has no
value on the way (a column lacking, nothing in the denominator), the step at which it has one again carries the whole way since
it had the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from casetally.figures.revisions.seen import (
    NOT_BEGUN,
    NOT_DEFINED,
    FigureKey,
    Number,
    Seen,
    minus,
    seen_figures,
)
from casetally.figures.revisions.state import KnownState, Pieces
from casetally.figures.revisions.steps import Telescope, telescope
from casetally.periods import Period

Figures = Mapping[FigureKey, Seen]
SPLIT_SCHEMA: dict[str, type[pl.DataType]] = {
    "indicator": pl.String, "basis": pl.String, "period": pl.String, "cause": pl.String, "numerator": pl.Float64,
    "denominator": pl.Float64, "value": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one cause moved a figure: numerator, denominator and value after it less those before it; None where not known."""

    cause: str
    numerator: Number
    denominator: Number
    value: Number

    @property
    def is_nothing(self) -> bool:
        return not any((self.numerator, self.denominator, self.value))


@dataclass(frozen=True)
class FigureSplit:
    """A figure in two states, and the parts that lead from one to the other. `parts`: a line for each cause that moved it."""

    indicator: str
    period: Period
    before: Seen
    after: Seen
    parts: tuple[Part, ...]

    @property
    def moved(self) -> bool:
        return (self.before.numerator, self.before.denominator, self.before.value, self.before.status) != (
            self.after.numerator, self.after.denominator, self.after.value, self.after.status
        )  # fmt: skip

    @property
    def difference(self) -> Part:
        return _part("difference", self.before, self.after)


def split_exactly(way: Telescope, indicators: Iterable[str], periods: Iterable[Period]) -> tuple[FigureSplit, ...]:
    """Every figure of these indicators and periods, split. A period that has not begun in a state, and an indicator that its
    definitions do not have, have a status that says so there, and no number.
    """
    names, periods = sorted(set(indicators)), sorted(set(periods))
    seen = figures_along(way, names, periods)
    keys = [(name, period) for name in names for period in periods]
    splits = (
        split_of(way, name, period, [figures.get(_key(name, period)) for figures in seen]) for name, period in keys
    )
    return tuple(one for one in splits if one is not None)


def figures_along(way: Telescope, names: Sequence[str], periods: Sequence[Period]) -> list[Figures]:
    """The figures of the first state and after each step; a figure that a step can't move is not counted again."""
    found: list[Figures] = [seen_figures(way.first, names, periods)]
    for step in way.steps:
        asked = names if step.touched is None else [name for name in names if name in step.touched]
        counted = seen_figures(step.after, asked, periods)
        kept = {key: one for key, one in found[-1].items() if key[0] not in set(asked)}
        found.append({**kept, **counted})
    return found


def _key(name: str, period: Period) -> FigureKey:
    return name, period.basis, period.name


def split_of(way: Telescope, name: str, period: Period, seen: Sequence[Seen | None]) -> FigureSplit | None:
    """One figure split, from what it was in the first state and after each step; None where neither state gives it."""
    if seen[0] is None and seen[-1] is None:  # not given on this basis, or in neither state
        return None
    first, *others = (one if one is not None else _absent(way.first, name, period) for one in seen)
    last = others[-1] if others else first
    if seen[-1] is None:
        last = _absent(way.last, name, period)
    causes = [step.cause for step in way.steps]
    tops = _differences([one.numerator for one in (first, *others)])
    belows = _differences([one.denominator for one in (first, *others)])
    values = _differences([one.value for one in (first, *others)])
    parts = [Part(*four) for four in zip(causes, tops, belows, values, strict=True)]
    unit = last.unit or first.unit
    return FigureSplit(name, period, replace(first, unit=unit), replace(last, unit=unit), _by_cause(parts))


def _absent(pieces: Pieces, name: str, period: Period) -> Seen:
    """What stands for a figure that a state does not have."""
    unknown = name not in pieces.library.indicators
    return Seen(None, None, None, NOT_DEFINED if unknown or period.start <= pieces.as_at else NOT_BEGUN)


def _differences(numbers: Sequence[Number]) -> Iterator[Number]:
    """From each number to the next: nought where it is unknown still or again, and where it is known again all since it last was.

    Where the first or the last is not known there is no difference to split.
    """
    split = numbers[0] is not None and numbers[-1] is not None
    known = numbers[0]
    for number in numbers[1:]:
        yield minus(number if number is not None else known, known) if split else None
        known = number if number is not None else known


def _by_cause(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts that are not nothing."""
    return tuple(one for one in parts if not one.is_nothing)


def _part(cause: str, before: Seen, after: Seen) -> Part:
    return Part(
        cause,
        minus(after.numerator, before.numerator),
        minus(after.denominator, before.denominator),
        minus(after.value, before.value),
    )


def split_figures(
    before: KnownState, after: KnownState, indicators: Iterable[str], periods: Iterable[Period]
) -> pl.DataFrame:
    """Every figure that both states can give, split by cause: SPLIT_SCHEMA, a line for each cause that moved it, between one
    whose cause is `before` and one whose cause is `after`, which have the figures themselves.

    Numbers are floats for showing; whole numbers are exact, and `split_exactly` gives all as fractions.
    """
    names = sorted(set(indicators))
    return frame_of(split_exactly(telescope(before, after, names), names, periods))


def frame_of(splits: Iterable[FigureSplit]) -> pl.DataFrame:
    """Splits as a frame of SPLIT_SCHEMA."""
    rows = [
        (one.indicator, one.period.basis, one.period.name, cause, *map(_float, numbers))
        for one in splits
        for cause, *numbers in (
            ("before", one.before.numerator, one.before.denominator, one.before.value),
            *((part.cause, part.numerator, part.denominator, part.value) for part in one.parts),
            ("after", one.after.numerator, one.after.denominator, one.after.value),
        )
    ]
    return pl.DataFrame(rows, schema=SPLIT_SCHEMA, orient="row")


def _float(number: Number) -> float | None:
    return None if number is None else float(number)
