"""Why: the statutory returns tell one year each, from 1 April to 31 March, with what was known when it ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Year:
    """A year of a return: `end` is the year in which it ends; `last` its last day, or the as-at date in the last year."""

    end: int
    last: dt.date

    @property
    def first(self) -> dt.date:
        return dt.date(self.end - 1, 4, 1)

    @property
    def label(self) -> str:
        """As returns name it: 2023-24."""
        return f"{self.end - 1}-{self.end % 100:02}"

    def told(self, column: str) -> pl.Expr:
        """A date as the return knew it: blank where it had not come."""
        return pl.when(pl.col(column) <= self.last).then(pl.col(column)).alias(column)

    def runs(self, start: str, end: str) -> pl.Expr:
        """Whether a spell ran on any day of the year, its last day included."""
        return (pl.col(start) <= self.last) & (pl.col(end).is_null() | (pl.col(end) >= self.first))

    def holds(self, column: str) -> pl.Expr:
        """Whether a date falls in the year."""
        return pl.col(column).is_between(self.first, self.last)


def years_up_to(as_at: dt.date, count: int) -> tuple[Year, ...]:
    """The `count` years of returns up to the one that the as-at date lies in, the earliest first."""
    end = as_at.year + (1 if as_at.month >= 4 else 0)
    return tuple(Year(one, min(dt.date(one, 3, 31), as_at)) for one in range(end - count + 1, end + 1))
