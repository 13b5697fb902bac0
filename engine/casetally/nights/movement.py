"""Why: the first question of a morning is what is not as it was yesterday, so what moved is found before anyone asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

_SERIES = ["indicator", "period"]
_NUMBERS = ["numerator", "denominator", "value"]


@dataclass(frozen=True)
class Moved:
    """A month's figure that is not as it was: its numbers then and now, None where there was none."""

    indicator: str
    period: str
    unit: str
    before: tuple[float | None, float | None, float | None]
    now: tuple[float | None, float | None, float | None]


def moved_since(before: pl.DataFrame, now: pl.DataFrame, over_by: dt.date) -> list[Moved]:
    """Figures of whole months that were over by a day, under the same definition, that differ; the most children moved come first.

    `before` is as the editions keep figures (without groups), `now` as `figures.parquet`. A changed definition is told by
    `casetally revisions`.
    """
    whole = now.filter(
        (pl.col("breakdown") == "all") & (pl.col("basis") == "month") & (pl.col("period_end") <= over_by)
    )
    then = before.filter(pl.col("basis") == "month").select(*_SERIES, *_NUMBERS, "definition")
    both = then.join(
        whole.select(*_SERIES, *_NUMBERS, "definition", "unit"), on=[*_SERIES, "definition"], suffix="_now"
    )
    differs = pl.any_horizontal([pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in _NUMBERS])
    children = [(pl.col(name).fill_null(0) - pl.col(f"{name}_now").fill_null(0)).abs() for name in _NUMBERS[:2]]
    found = both.filter(differs).with_columns(_much=pl.sum_horizontal(children))
    found = found.sort("_much", "period", "indicator", descending=[True, True, False])
    return [
        Moved(row["indicator"], row["period"], row["unit"], _numbers(row, ""), _numbers(row, "_now"))
        for row in found.iter_rows(named=True)
    ]


def _numbers(row: dict[str, float | None], ending: str) -> tuple[float | None, float | None, float | None]:
    return (row[f"numerator{ending}"], row[f"denominator{ending}"], row[f"value{ending}"])
