"""Why: one count stands in many figures of a report, and hidden in one of them it must be hidden in all.

So a count is known by what it counts (rows, dating, conditions), of whom and on which days, and not by the line that prints it:
April's year to date is April, the rows below the line of a share are those that another line counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from sqlglot import exp

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library

Side = Literal["above", "below"]


@dataclass(frozen=True)
class What:
    """What is counted: rows of a record set by how they are dated, each once or by `distinct`, those that meet all `conditions`.

    `first` and `last` date a stock; a flow has `first` alone. `adds_up`: two periods side by side make one.
    """

    rows: str
    first: str = ""
    last: str = ""
    distinct: str = ""
    conditions: frozenset[str] = frozenset()
    adds_up: bool = False

    @property
    def is_stock(self) -> bool:
        return bool(self.last)

    @cached_property
    def name(self) -> str:
        dated = "|".join((self.rows, self.first, self.last, self.distinct))
        return f"{dated}|{' and '.join(sorted(self.conditions))}"

    @cached_property
    def kin(self) -> tuple[str, str, str, str]:
        """Equal where only the conditions differ."""
        return self.rows, self.first, self.last, self.distinct

    def is_part_of(self, whole: What) -> bool:
        """Whether it is what else is counted, under more conditions."""
        return self.kin == whole.kin and self.conditions > whole.conditions


@dataclass(frozen=True)
class Cell:
    """A count: of what, in which groups of a breakdown taken together, on which days (of a stock the one day)."""

    what: What
    breakdown: str
    groups: tuple[str, ...]
    start: dt.date
    end: dt.date
    also: str = ""  # tells apart what bears one name and differs all the same, or what no definition names

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_hash", hash((self.what.name, self.breakdown, self.groups, self.start, self.end, self.also))
        )

    def __hash__(self) -> int:
        return int(self.__dict__["_hash"])

    @cached_property
    def name(self) -> str:
        return f"{self.end} {self.start} {self.breakdown}={'+'.join(self.groups)} {self.also} {self.what.name}"

    @property
    def of_all(self) -> Cell:
        return replace(self, breakdown="all", groups=("all",))


def counted_by(indicator: Indicator, library: Library) -> dict[Side, What]:
    """What stands above and below the line of an indicator's figures; a side that is no count (days, a population) is left out."""
    if indicator.text.ratio is not None:
        parts = library.indicator(indicator.text.ratio.of), library.indicator(indicator.text.ratio.to)
        tops = [counted_by(part, library).get("above") for part in parts]
        return {side: top for side, top in zip(("above", "below"), tops, strict=True) if top is not None}  # type: ignore[misc]
    if indicator.kind == "supplied":
        given = What(f"supplied {indicator.id}")
        return {"above": replace(given, conditions=frozenset({"given"})), "below": given}
    rows = _rows_of(indicator)
    if indicator.kind in ("count", "distinct", "rate"):
        return {"above": _narrowed(rows, indicator)}
    if indicator.kind == "share":
        return {"above": _narrowed(rows, indicator), "below": rows}
    amount = indicator.amount.canonical if indicator.amount else ""
    return {"below": replace(rows, conditions=rows.conditions | {f"amount {amount}"})}


def _rows_of(indicator: Indicator) -> What:
    """The rows that an indicator is about: below the line of a share all that count."""
    assert indicator.record_set is not None
    first, last = indicator.open or (indicator.when, None)
    days = {day for one in indicator.expressions() for day in one.days} - {"run_as_at"}
    return What(
        indicator.record_set.name,
        first.canonical if first else "",
        last.canonical if last else "",
        indicator.distinct or "",
        frozenset(_conditions(indicator.where.tree)) if indicator.where else frozenset(),
        indicator.when is not None and indicator.distinct is None and not days,
    )


def _narrowed(rows: What, indicator: Indicator) -> What:
    more = set(_conditions(indicator.share.tree)) if indicator.share else set()
    if clock := indicator.clock:
        parts = (clock.from_, clock.due, clock.met)
        more.add(f"clock {[part.canonical if part else '' for part in parts]} {clock.met_before_start}")
    return replace(rows, conditions=rows.conditions | more)


def _conditions(tree: exp.Expr) -> Iterator[str]:
    """A condition as those that must all hold."""
    if isinstance(tree, exp.Paren):
        yield from _conditions(tree.this)
    elif isinstance(tree, exp.And):
        yield from _conditions(tree.this)
        yield from _conditions(tree.expression)
    else:
        yield tree.sql(dialect="duckdb", comments=False)


def opposite(condition: str) -> str:
    """The condition that holds where another does not."""
    return condition[4:] if condition.startswith("NOT ") else f"NOT {condition}"


def left_of(part: What, whole: What) -> What:
    """What is in the whole and not in the part: where one condition makes the part, what its opposite makes."""
    more = sorted(part.conditions - whole.conditions)
    says = opposite(more[0]) if len(more) == 1 else f"NOT {more}"
    return replace(whole, conditions=whole.conditions | {says})
