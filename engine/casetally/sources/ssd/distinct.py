"""Why: an extract says the same few thousand texts (days, codes, outcomes) hundreds of thousands of times, so each is read once and
what it says is put wherever it stands.

A column of such texts is kept as its distinct texts with, for each row, which of them stands there (a categorical).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def encoded(text: pl.Series) -> pl.Series:
    """The column as a categorical of its own; one that is a categorical stays as it is."""
    return text if isinstance(text.dtype, pl.Categorical) else text.cast(pl.Categorical(pl.Categories.random()))


def texts_of(codes: pl.Series) -> pl.Series:
    """The distinct texts of a categorical, each at the place that its rows name."""
    kind = codes.dtype
    if not isinstance(kind, pl.Categorical):
        raise TypeError(f"'{codes.name}' is not a categorical")
    return kind.categories.to_series()


def by_distinct(text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The column read: `read` is given its distinct texts, none of them null, and answers one by one."""
    codes = encoded(text)
    answers = read(texts_of(codes))
    return pl.select(pl.lit(answers).gather(pl.lit(codes).to_physical()).alias(text.name)).to_series()


class Shared:
    """Several columns that say the same texts, such as days, read together: every column is cast to `kind`, the categorical of all
    of them, before the first is read.
    """

    def __init__(self, read: Callable[[pl.Series], pl.Series]) -> None:
        self.kind = pl.Categorical(pl.Categories.random())
        self._read = read
        self._holding = pl.Series(dtype=self.kind)  # polars forgets texts that no column holds
        self._answers: pl.Series | None = None

    def read(self, column: str) -> pl.Expr:
        """What each text of a column of `kind` says."""
        if self._answers is None:
            self._answers = self._read(self.kind.categories.to_series())
        return pl.lit(self._answers).gather(pl.col(column).to_physical()).alias(column)
