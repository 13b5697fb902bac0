"""Why: numerator, denominator, value, status and maturity of a figure are decided in one place, from whole numbers.

`value` is numerator over denominator in the indicator's unit, divided once. No denominator is not zero but `not_applicable`
(rules: Counting). Rounding, half up, is for showing only (`shown`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.figures.dense import Counts, DenseSums
from casetally.periods import Period

Codes = npt.NDArray[np.int8]  # positions in STATUSES or MATURITIES

STATUSES = ("calculated", "not_applicable", "not_available", "suppressed")
CALCULATED, NOT_APPLICABLE, NOT_AVAILABLE, SUPPRESSED = range(4)
MATURITIES = ("final", "provisional", "short_history", "settling")  # the last is marked by `settling`, from past nights
FINAL, PROVISIONAL, SHORT_HISTORY = range(3)

FIGURE_SCHEMA: dict[str, type[pl.DataType]] = {
    "authority": pl.String, "indicator": pl.String, "basis": pl.String, "period": pl.String, "period_start": pl.Date,
    "period_end": pl.Date, "breakdown": pl.String, "group": pl.String, "numerator": pl.Float64, "denominator": pl.Float64,
    "value": pl.Float64, "unit": pl.String, "status": pl.String, "maturity": pl.String, "definition": pl.String,
    "edition": pl.String, "settles_from": pl.Float64, "settles_to": pl.Float64,
}  # fmt: skip
SETTLES = frozenset({"settles_from", "settles_to"})  # where a figure that is settling usually ends


@dataclass(frozen=True)
class Values:
    """One indicator's figures as arrays: a row for each label (breakdown, group), a column for each period; NaN is no value."""

    indicator: Indicator
    periods: tuple[Period, ...]
    labels: tuple[tuple[str, str], ...]
    numerator: Counts
    denominator: Counts
    value: Counts
    status: Codes
    maturity: Codes
    of_no_rows: Codes  # the maturity of a line without rows, by period: that of a group which does not occur


def values_of(sums: DenseSums, population: Counts, run_as_at: dt.date, first_full_day: dt.date | None) -> Values:
    """The figures of one indicator. `population` has one entry a period."""
    kind, rows = sums.indicator.kind, sums.rows
    top = sums.top if sums.top is not None else rows
    none = np.full(rows.shape, np.nan)
    numerator, denominator = top, none
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind in ("share", "average"):
            denominator = rows
            numerator = np.nan_to_num(top)
            value = numerator * (100 if kind == "share" else 1) / rows
        elif kind == "rate":
            denominator = np.broadcast_to(population, rows.shape).copy()
            value = top * (sums.indicator.text.rate or 1) / denominator
        elif kind == "median":
            numerator, denominator, value = none, rows, np.where(rows > 0, top, np.nan)
        else:
            value = top
    status = np.full(rows.shape, CALCULATED, dtype=np.int8)
    if kind in ("share", "average", "median"):
        status[rows == 0] = NOT_APPLICABLE
    if kind == "rate":
        status[np.isnan(denominator)] = NOT_AVAILABLE
    value = np.where(status == CALCULATED, value, np.nan)
    of_no_rows = maturity_by_period(sums.periods, run_as_at, first_full_day, stock=sums.indicator.is_stock)
    maturity = np.broadcast_to(of_no_rows, rows.shape).copy()
    maturity[sums.running > 0] = PROVISIONAL
    return Values(
        sums.indicator, sums.periods, sums.labels, numerator, denominator, value, status, maturity, of_no_rows
    )


def maturity_by_period(
    periods: Sequence[Period], run_as_at: dt.date, first_full_day: dt.date | None = None, *, stock: bool = False
) -> Codes:
    """What the period alone says: short of history where the rule looks back too far, provisional while it is not over.

    A flow looks back from the period's first day; a stock over the months up to its day, that day included.
    """
    maturity = np.full(len(periods), FINAL, dtype=np.int8)
    if first_full_day is not None:
        a_day = dt.timedelta(1)
        looks_from = [p.as_at(run_as_at) + a_day if stock else p.start for p in periods]
        maturity[[at for at, day in enumerate(looks_from) if day < first_full_day]] = SHORT_HISTORY
    maturity[[at for at, p in enumerate(periods) if p.end > run_as_at]] = PROVISIONAL
    return maturity


def ratio_values(indicator: Indicator, of: Values, to: Values) -> Values:
    """One indicator's numerator over another's, for the groups that the second one has; no more settled than the less settled.

    A group that the first one lacks counts as nought there, with the maturity of a line without rows.
    """
    weeks = indicator.text.weeks
    places = {p: at for at, p in enumerate(of.periods)}
    periods = [p for p in to.periods if p in places and (weeks or p.basis != "week")]
    labels = tuple(label for label in to.labels if label[0] == "all" or label[0] in indicator.breakdowns)
    below = np.ix_([to.labels.index(label) for label in labels], [to.periods.index(p) for p in periods])
    rows = {label: at for at, label in enumerate(of.labels)}
    columns = [places[p] for p in periods]
    none = np.zeros(len(columns))
    numerator = np.stack([of.numerator[rows[x], columns] if x in rows else none for x in labels])
    settled = np.stack([of.maturity[rows[x], columns] if x in rows else of.of_no_rows[columns] for x in labels])
    denominator = to.numerator[below]
    status = np.where(denominator == 0, NOT_APPLICABLE, CALCULATED).astype(np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = 100 if indicator.unit == "percent" else 1
        value = np.where(status == CALCULATED, numerator * times / denominator, np.nan)
    maturity = np.full(denominator.shape, FINAL, dtype=np.int8)
    for less_settled in (SHORT_HISTORY, PROVISIONAL):
        maturity[(settled == less_settled) | (to.maturity[below] == less_settled)] = less_settled
    of_no_rows = np.zeros(len(columns), dtype=np.int8)  # nothing is made from a ratio
    return Values(indicator, tuple(periods), labels, numerator, denominator, value, status, maturity, of_no_rows)


def frames_of(all_values: Sequence[Values], authority: str, edition: str) -> dict[str, pl.DataFrame]:
    """The figures of several indicators as rows of `figures.parquet`, by indicator: pieces of one frame made at once."""
    if not all_values:
        return {}
    whole = _frame_of(all_values, authority, edition)
    ends = np.cumsum([one.value.size for one in all_values])
    return {
        one.indicator.id: whole.slice(int(end) - one.value.size, one.value.size)
        for one, end in zip(all_values, ends, strict=True)
    }


def _frame_of(all_values: Sequence[Values], authority: str, edition: str) -> pl.DataFrame:
    """One frame: by indicator as given, by basis and period, then by breakdown and group.

    Names are kept as numbers and written out once for all rows, which is far quicker than making each value.
    """
    periods: dict[Period, int] = {}
    labels: dict[tuple[str, str], int] = {}
    of_indicator, of_period, of_label = [], [], []
    for number, one in enumerate(all_values):
        width, length = len(one.labels), len(one.periods)
        of_indicator.append(np.full(width * length, number))
        of_period.append(np.repeat([periods.setdefault(p, len(periods)) for p in one.periods], width))
        of_label.append(np.tile([labels.setdefault(label, len(labels)) for label in one.labels], length))

    def written(
        known: Sequence[object], parts: Sequence[npt.NDArray[np.integer]], kind: type[pl.DataType]
    ) -> pl.Series:
        return pl.Series(list(known), dtype=kind).gather(np.concatenate(parts) if parts else [])

    def numbers(arrays: Sequence[Counts]) -> pl.Series:
        return pl.Series(np.concatenate([a.T.ravel() for a in arrays]) if arrays else [], dtype=pl.Float64).fill_nan(
            None
        )

    def codes(arrays: Sequence[Codes]) -> list[Codes]:
        return [array.T.ravel() for array in arrays]

    size = sum(len(part) for part in of_indicator)
    columns = {
        "authority": pl.repeat(authority, size, dtype=pl.String, eager=True),
        "indicator": written([one.indicator.id for one in all_values], of_indicator, pl.String),
        "basis": written([p.basis for p in periods], of_period, pl.String),
        "period": written([p.name for p in periods], of_period, pl.String),
        "period_start": written([p.start for p in periods], of_period, pl.Date),
        "period_end": written([p.end for p in periods], of_period, pl.Date),
        "breakdown": written([label[0] for label in labels], of_label, pl.String),
        "group": written([label[1] for label in labels], of_label, pl.String),
        "numerator": numbers([one.numerator for one in all_values]),
        "denominator": numbers([one.denominator for one in all_values]),
        "value": numbers([one.value for one in all_values]),
        "unit": written([one.indicator.unit for one in all_values], of_indicator, pl.String),
        "status": written(STATUSES, codes([one.status for one in all_values]), pl.String),
        "maturity": written(MATURITIES, codes([one.maturity for one in all_values]), pl.String),
        "definition": written([one.indicator.fingerprint for one in all_values], of_indicator, pl.String),
        "edition": pl.repeat(edition, size, dtype=pl.String, eager=True),
        "settles_from": pl.repeat(None, size, dtype=pl.Float64, eager=True),
        "settles_to": pl.repeat(None, size, dtype=pl.Float64, eager=True),
    }
    return pl.DataFrame(columns, schema=FIGURE_SCHEMA)


def shown(numerator: float, denominator: float | None, unit: str, places: int | None = None) -> str:
    """A figure as people read it: rounded half up from the whole numbers, never from a rounded value."""
    fraction = Fraction(numerator)
    if denominator is not None:
        fraction = fraction / Fraction(denominator)
        fraction *= {"percent": 100}.get(unit, int(unit[4:]) if unit.startswith("per_") else 1)
    if places is None:
        places = 0 if unit == "number" and denominator is None else 1
    exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,}{'%' if unit == 'percent' else ''}"
