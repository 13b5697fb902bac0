"""Why: a difference is explained when each child behind it is named, with what moved it; the children's changes sum to the parts.

Counts, shares, rates, averages and distinct children add up child by child. What is counted once by another key (a family, a
meeting) is told by that key. A ratio is told as its two parts. A median has no sum: its denominator is told by child, its value by
step. A supplied figure has no records behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.errors import CallError
from casetally.figures.revisions.contributions import (
    NOUGHT,
    OF_CHILDREN,
    Brought,
    Contributions,
    contributions,
    keyed_by,
)
from casetally.figures.revisions.reasons import ROW_CAUSES, Reasons, Record
from casetally.figures.revisions.seen import Number, Seen
from casetally.figures.revisions.split import FigureSplit, figures_along, split_of
from casetally.figures.revisions.state import KnownState
from casetally.figures.revisions.steps import CAUSES, TIME, Telescope, telescope
from casetally.periods import Period

CHILDREN_SCHEMA: dict[str, type[pl.DataType]] = {
    "cause": pl.String, "counted": pl.String, "numerator": pl.Float64, "denominator": pl.Float64, "table": pl.String,
    "record": pl.String, "columns": pl.String, "begins": pl.Date, "days_late": pl.Int64, "why": pl.String,
}  # fmt: skip
_NO_VALUE = "It has no value in one of the two, so there is no difference to split by child."
_CHANGED_ELSEWHERE = "another record of no child, or of another"


@dataclass(frozen=True)
class ChildChange:
    """What one child (or what else is counted) moved by one cause. `key` is None for rows that are about no child; `records`: the
    rows behind it, empty where a step other than of rows moved it, or rows about no child or another.
    """

    cause: str
    key: str | None
    numerator: Number
    denominator: Number
    records: tuple[Record, ...]

    def why(self) -> str:
        """The cause of this change in a few words."""
        if not self.records:
            return CAUSES[self.cause] if self.cause not in ROW_CAUSES or self.cause == TIME else _CHANGED_ELSEWHERE
        return "; ".join(words_of(record) for record in self.records)


@dataclass(frozen=True)
class Split:
    """The difference of one figure between two states: by cause, and by child.

    `keyed_by`: the column whose values `children` are told by. `parts_of`: of a ratio, those of the two indicators it is made of.
    `note`: why there are no children, or what they do not say.
    """

    figure: FigureSplit
    keyed_by: str
    children: tuple[ChildChange, ...]
    parts_of: tuple[Split, ...] = ()
    note: str = ""

    def frame(self) -> pl.DataFrame:
        """The children as CHILDREN_SCHEMA, a line for each record behind a change; the numbers stand in the first of a change."""
        rows = []
        for one in self.children:
            numbers = (_float(one.numerator), _float(one.denominator))
            for record in one.records or (None,):
                why = words_of(record) if record else one.why()
                rows.append((one.cause, one.key or "", *numbers, *_told(record), why))
                numbers = (None, None)
        return pl.DataFrame(rows, schema=CHILDREN_SCHEMA, orient="row")


def _told(record: Record | None) -> tuple[object, ...]:
    if record is None:
        return (None,) * 5
    return record.table, record.record, ", ".join(record.columns), record.begins, record.days_late


def words_of(record: Record) -> str:
    """A record in words: table and key, its first day, and what of it changed or how late it came."""
    said = f"{record.table} {record.record}".rstrip()
    if record.begins is not None:
        said += f" of {record.begins}"
    if record.columns:
        return f"{said}: {', '.join(record.columns)}"
    if record.days_late is not None:
        return f"{said}, known {record.days_late} day{'' if record.days_late == 1 else 's'} later"
    return said


def split_children(before: KnownState, after: KnownState, indicator: str, period: Period) -> Split:
    """Why one figure moved between two states, by cause and child by child. Raises CallError where neither state gives it."""
    return split_along(telescope(before, after, [indicator]), indicator, period, after)


def split_along(way: Telescope, indicator: str, period: Period, after: KnownState) -> Split:
    """As `split_children`, along steps that were made before."""
    one = way.last.library.indicators.get(indicator) or way.first.library.indicators[indicator]
    ratio = one.text.ratio
    with way.narrowed([indicator]).opened() as here:
        key = (indicator, period.basis, period.name)
        seen = [figures.get(key) for figures in figures_along(here, [indicator], [period])]
        figure = split_of(here, indicator, period, seen)
        if figure is None:
            raise CallError(
                f"'{indicator}' has no figure for {period.name} on the basis {period.basis} in either edition.",
                hint="Ask for another period or basis, or see 'casetally indicators list'.",
            )
        if ratio is not None:
            parts = tuple(split_along(here, part, period, after) for part in (ratio.of, ratio.to))
            return Split(figure, "", (), parts, "A ratio is split by what it is made of.")
        if one.record_set is None:
            return Split(figure, "", (), note="It is supplied as a figure: there are no records behind it.")
        return _by_child(here, one, figure, seen, after)


def _by_child(
    way: Telescope, one: Indicator, figure: FigureSplit, seen: Sequence[Seen | None], after: KnownState
) -> Split:
    key = keyed_by(one)
    if any(not _counts(end, one) for end in (figure.before, figure.after)):
        return Split(figure, key, (), note=_NO_VALUE)
    changes = tuple(_changes(way, one, figure.period, seen, Reasons(way, one, after)))
    note = "A median has no sum: the children told are those in its denominator." if one.kind == "median" else ""
    if key not in OF_CHILDREN:
        note = f"Each {key} counts once: told is which came and went, with the children's records behind it."
    return Split(figure, key, changes, note=note)


def _counts(seen: Seen | None, one: Indicator) -> bool:
    """Whether a figure has numbers that children bring something to."""
    return seen is not None and (seen.denominator if one.kind == "median" else seen.numerator) is not None


def _changes(
    way: Telescope, one: Indicator, period: Period, seen: Sequence[Seen | None], reasons: Reasons
) -> Iterator[ChildChange]:
    """What each step moved of each child, and of the population behind a rate as a line of its own."""
    rate = one.kind == "rate"
    known, below = contributions(way.first, one, period), seen[0].denominator if seen[0] else None
    for step, figure in zip(way.steps, seen[1:], strict=True):
        here = step.after.library.indicators.get(one.id)
        if (
            here is None
            or figure is None
            or not _counts(figure, here)
            or (step.touched is not None and one.id not in step.touched)
        ):
            continue
        if rate and figure.denominator is not None and below is not None and figure.denominator != below:
            yield ChildChange(step.cause, None, NOUGHT, figure.denominator - below, ())
        brought = contributions(step.after, here, period)
        yield from _between(step.cause, known, brought, reasons, rate=rate)
        known, below = brought, below if figure.denominator is None else figure.denominator


def _between(
    cause: str, before: Contributions, after: Contributions, reasons: Reasons, *, rate: bool
) -> Iterator[ChildChange]:
    keys = {*before.by_key, *after.by_key}
    for key in sorted(keys, key=lambda one: (one is None, one or "")):
        one, other = before.by_key.get(key), after.by_key.get(key)
        if one == other:
            continue
        top, below = _moved(one, other, "numerator"), _moved(one, other, "denominator")
        if not top and not below:
            continue
        children = before.children.get(key, frozenset()) | after.children.get(key, frozenset())
        yield ChildChange(cause, key, top, NOUGHT if rate else below, reasons.of(cause, children))


def _moved(one: Brought | None, other: Brought | None, part: str) -> Number:
    """What a key brings more than before; what is not there brings nothing."""
    first, second = (getattr(side, part) if side is not None else NOUGHT for side in (one, other))
    if first is None or second is None:
        return None
    moved: Fraction = second - first
    return moved


def sums_by_cause(children: Sequence[ChildChange]) -> Mapping[str, tuple[Fraction, Fraction]]:
    """What the children's changes come to, by cause: numerator and denominator."""
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for one in children:
        top, below = found.get(one.cause, (NOUGHT, NOUGHT))
        found[one.cause] = (top + (one.numerator or NOUGHT), below + (one.denominator or NOUGHT))
    return found


def _float(number: Number) -> float | None:
    return None if number is None else float(number)
