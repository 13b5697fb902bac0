"""Why: a faster figure that differs is no figure, so every value by hand is held against the engine's before a time counts."""

from __future__ import annotations

import polars as pl

KEY = ["indicator", "basis", "period_end", "breakdown", "group"]


def by_hand_frame(parts: dict[str, list[pl.DataFrame]]) -> pl.DataFrame:
    """The answers of queries as one frame: KEY, numerator, denominator."""
    numbers = [pl.col("numerator").cast(pl.Float64), pl.col("denominator").cast(pl.Float64)]
    frames = [
        f.select(pl.lit(name).alias("indicator"), *KEY[1:], *numbers) for name, found in parts.items() for f in found
    ]
    return pl.concat(frames)


def differences(engine: pl.DataFrame, by_hand: pl.DataFrame) -> pl.DataFrame:
    """Lines that are not equal, where either side has a numerator or denominator other than zero; null stands for zero.

    `engine` are figures of the same indicators and periods. A line that occurs twice by hand is a difference too.
    """
    twice = by_hand.filter(pl.struct(KEY).is_duplicated())
    both = engine.select(*KEY, "numerator", "denominator").join(
        by_hand, on=KEY, how="full", coalesce=True, suffix="_by_hand"
    )
    numbers = [pl.col(name).fill_null(0) for name in both.columns if name not in KEY]
    both = both.with_columns(numbers)
    unequal = both.filter(
        (pl.col("numerator") != pl.col("numerator_by_hand")) | (pl.col("denominator") != pl.col("denominator_by_hand"))
    )
    return pl.concat([unequal, both.join(twice.select(KEY), on=KEY, how="semi")]).unique().sort(KEY)
