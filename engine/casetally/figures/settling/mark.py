"""Why: a figure that usually still moves at its age says so where it stands, with the range in which it usually ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from casetally.figures.settling.profile import LAST_AGE, exact_value

_NOT_KNOWN = pl.lit(None, dtype=pl.Float64)
_BANDS: dict[str, type[pl.DataType]] = {
    "indicator": pl.String, "basis": pl.String, "from_age": pl.Int64, "below_age": pl.Int64, "least": pl.String,
    "greatest": pl.String,
}  # fmt: skip


def with_settling(figures: pl.DataFrame, profile: Mapping[str, Any], day: dt.date) -> pl.DataFrame:
    """The figures, those that usually still move marked `settling`, with `settles_from` and `settles_to`.

    `day`: the night on which the figures are known (where there are no nights, the as-at date); a figure's age is the days from
    its period's end to it. `final` figures alone are marked: `provisional` and `short_history` say more. The range is the value
    plus the least and the greatest move of past periods at that age, no less than nought and, of a percentage that is no more
    than 100, no more than 100. Groups are marked as the whole is, without a range: what is kept tells of the whole alone.
    """
    bands = pl.DataFrame(list(_bands(profile)), schema=_BANDS, orient="row")
    plain = figures.with_columns(settles_from=_NOT_KNOWN, settles_to=_NOT_KNOWN)
    if bands.is_empty():
        return plain
    rows = plain.with_row_index("row")
    age = (pl.lit(day) - pl.col("period_end")).dt.total_days()
    final = rows.with_columns(age=age).filter(
        pl.col("maturity") == "final", pl.col("status") != "not_available", pl.col("age").is_between(0, LAST_AGE)
    )
    settling = (
        final.sort("age")
        .join_asof(
            bands.sort("from_age"),
            left_on="age",
            right_on="from_age",
            by=["indicator", "basis"],
            strategy="backward",
            check_sortedness=False,
        )
        .filter(pl.col("age") < pl.col("below_age"))
    )
    if settling.is_empty():
        return plain
    ranges = [_range(row) for row in settling.iter_rows(named=True)]
    marked = pl.DataFrame(
        [(row, *ends) for row, ends in zip(settling["row"], ranges, strict=True)],
        schema={"row": rows.schema["row"], "low": pl.Float64, "high": pl.Float64}, orient="row",
    ).with_columns(is_settling=True)  # fmt: skip
    found = rows.join(marked, on="row", how="left", maintain_order="left")
    maturity = pl.when(pl.col("is_settling")).then(pl.lit("settling")).otherwise(pl.col("maturity"))
    return found.with_columns(maturity=maturity, settles_from="low", settles_to="high").select(plain.columns)


def _bands(profile: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """From which age up to which a range holds: from its own up to the next that is settling, the last up to `until`.

    An age before the first that was seen has no range, as a figure may have further to go from there.
    """
    for one in profile.get("indicators", ()):
        place = (one["indicator"], one["basis"])
        ages = one["ages"]
        below = [*(later["age"] for later in ages[1:]), one["until"]]
        if ages[0]["age"] > 0:
            yield *place, 0, ages[0]["age"], None, None
        for held, end in zip(ages, below, strict=True):
            yield *place, held["age"], end, held["least"], held["greatest"]


def _range(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    value = exact_value(row["numerator"], row["denominator"], row["value"])
    if value is None or row["least"] is None or row["greatest"] is None or row["breakdown"] != "all":
        return None, None
    ends = [max(value + Fraction(row[side]), Fraction(0)) for side in ("least", "greatest")]
    if row["unit"] == "percent" and value <= 100:
        ends = [min(end, Fraction(100)) for end in ends]
    return float(ends[0]), float(ends[1])
