"""Why: a history of figures by edition is tedious to write out, so tests say on which night a figure was seen as what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

FIRST = dt.date(2023, 1, 1)
HISTORY = {  # as the file of editions gives it: numbers of 32 bits
    "number": pl.Int32, "until": pl.Int32, "indicator": pl.String, "basis": pl.String, "period": pl.String,
    "period_end": pl.Date, "numerator": pl.Float64, "denominator": pl.Float64, "value": pl.Float64, "status": pl.String,
    "maturity": pl.String, "definition": pl.String,
}  # fmt: skip


def nights(days: Sequence[dt.date]) -> pl.DataFrame:
    """An edition a night, numbered from 1; each speaks for the day before."""
    rows = [(number, day, day - dt.timedelta(1)) for number, day in enumerate(days, 1)]
    return pl.DataFrame(rows, schema={"number": pl.Int32, "known_on": pl.Date, "as_at": pl.Date}, orient="row")


def every_night(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(day) for day in range((last - first).days + 1)]


def share(top: float, below: float, **said: Any) -> dict[str, Any]:
    """A share as `figures` have it: 30 of 40 is 75."""
    value = top * 100 / below if below else None
    status = "calculated" if below else "not_applicable"
    return {"numerator": top, "denominator": below, "value": value, "status": status, "maturity": "final",
            "definition": "d1", **said}  # fmt: skip


def count(number: float, **said: Any) -> dict[str, Any]:
    return {**share(0, 0), "numerator": number, "denominator": None, "value": number, "status": "calculated", **said}


def history(
    days: Sequence[dt.date],
    seen: Mapping[dt.date, Mapping[dt.date, Mapping[str, Any]]],
    indicator: str = "cp_visits_made_10wd",
    basis: str = "month",
) -> pl.DataFrame:
    """`seen`: by the end of a period what its figure was from each night on (an empty mapping: it was in no figure)."""
    rows = []
    for end, stretches in seen.items():
        starts = sorted(stretches)
        for at, start in enumerate(starts):
            if not stretches[start]:
                continue
            until = days.index(starts[at + 1]) + 1 if at + 1 < len(starts) else None
            rows.append({"number": days.index(start) + 1, "until": until, "indicator": indicator, "basis": basis,
                         "period": f"{end:%Y-%m}", "period_end": end, **stretches[start]})  # fmt: skip
    return pl.DataFrame(rows, schema=HISTORY)


def after(end: dt.date, days: int) -> dt.date:
    return end + dt.timedelta(days)
