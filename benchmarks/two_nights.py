"""Why: what a night costs depends on what came since the last, so the second of two nights is made with one row in a hundred moved.

The first night lacks four rows in a thousand, which the second has (recorded late); of two in a thousand the second has none
(withdrawn), and in four in a thousand a day is a day later, or where a table has no day, another text stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl

NIGHTS = (dt.date(2024, 3, 31), dt.date(2024, 4, 1))
_LATE, _WITHDRAWN, _CHANGED = range(4), range(4, 6), range(6, 10)  # of each thousand rows
_WHOLE = ("children", "populations", "supplied_figures", "workers")  # what others hang by stays as it is


def write_two_nights(source: Path, folder: Path) -> tuple[Path, Path]:
    """The deliveries of two nights, as CSV: the folders they lie in."""
    first, second = folder / "night_1", folder / "night_2"
    for one in (first, second):
        one.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.csv")):
        rows = pl.read_csv(path, infer_schema=False)
        for to, frame in zip((first, second), _both(path.stem, rows), strict=True):
            frame.write_csv(to / path.name)
    return first, second


def _both(table: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if table in _WHOLE:
        yield from (rows, rows)
        return
    lot = pl.int_range(pl.len()).hash(1) % 1000
    yield rows.filter(~lot.is_in(list(_LATE)))
    yield rows.with_columns(_changed(rows, lot.is_in(list(_CHANGED)))).filter(~lot.is_in(list(_WITHDRAWN)))


def _changed(rows: pl.DataFrame, chosen: pl.Expr) -> pl.Expr:
    """The first column of days a day later in the chosen rows; without one, the last column as it is in the row before."""
    days = [name for name in rows.columns if name.endswith("_on")]
    if not days:
        last = pl.col(rows.columns[-1])
        return pl.when(chosen).then(last.shift(1)).otherwise(last).alias(rows.columns[-1])
    day = pl.col(days[0])
    later = (day.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) + dt.timedelta(1)).dt.strftime("%Y-%m-%d")
    return pl.when(chosen).then(pl.coalesce(later, day)).otherwise(day).alias(days[0])
