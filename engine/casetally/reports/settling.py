"""Why: how late records arrive and how far figures still move is read from every night that is kept, or was kept by a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from casetally.definitions.library import Library, load_library
from casetally.definitions.lineage import needs_of
from casetally.errors import CallError
from casetally.figures.settling import lateness, settling_profile, with_settling
from casetally.figures.settling.lateness import last_that_lags
from casetally.periods import day_words
from casetally.schemas import load_schemas
from casetally.store.editions import Editions, open_editions


@dataclass(frozen=True)
class Settling:
    """What the nights say. `late` is a row for each kind of date (`lateness`), `moving` a row for each indicator, basis and age.

    `late_untold`: why `late` has no rows, as a sentence; '' where it has some.
    `now` are the figures of the last of these nights that are settling, with the range in which they usually end; `day` is it.
    """

    indicator: str | None
    nights: int
    first: dt.date
    day: dt.date
    late: pl.DataFrame
    late_untold: str
    profile: dict[str, Any]
    now: pl.DataFrame
    library: Library

    @property
    def moving(self) -> pl.DataFrame:
        """indicator, basis, until, age, periods, moved, least, greatest (in the indicator's unit)."""
        rows = [
            {"indicator": one["indicator"], "basis": one["basis"], "until": one["until"], **age}
            for one in self.profile["indicators"]
            for age in one["ages"]
        ]
        kinds = {"indicator": pl.String, "basis": pl.String, "until": pl.Int64, "age": pl.Int64, "periods": pl.Int64,
                 "moved": pl.Int64, "least": pl.String, "greatest": pl.String}  # fmt: skip
        return pl.DataFrame(rows, schema=kinds)


def settling_of(path: Path, indicator: str | None = None, known_at: dt.date | None = None) -> Settling:
    """What the nights kept at `path` say of one indicator or all, as it was known on a day.

    It rests on figures, on days and on what is left of the rows, so that of a night let go of it can be told too.
    Raises CallError for an indicator that nobody knows, or where nothing was kept by then.
    """
    library = load_library(None)
    editions = open_editions(path, load_schemas())
    try:
        nights = _nights_by(editions, known_at)
        first, day = nights["known_on"][0], nights["known_on"][-1]
        history = editions.figures(until=nights["number"][-1] + 1)
        seen = editions.first_seen().filter(pl.col("known_on") <= day)
    finally:
        editions.close()
    if indicator is not None:
        if history.filter(pl.col("indicator") == indicator).is_empty():
            library.indicator(indicator)  # raises for a name that nobody knows
            raise CallError(
                f"No night that is kept has a figure of '{indicator}'.", hint="Ask for it in the nights' report."
            )
        history = history.filter(pl.col("indicator") == indicator)
        seen = _needed(seen, library, indicator)
    profile = settling_profile(history, nights, library.rates())
    now, late = _now(history, profile, library, day), lateness(seen, nights)
    untold = why_untold(nights) if late.is_empty() else ""
    return Settling(indicator, nights["known_on"].n_unique(), first, day, late, untold, profile, now, library)


def why_untold(nights: pl.DataFrame, weeks: str = "five weeks") -> str:
    """Why it can't be told how late records are: too few nights so far, or nights that speak for a day long before their own."""
    lags = last_that_lags(nights)
    if lags is None:
        return f"That can't be told yet: it takes {weeks} of nights."
    night, as_at = map(day_words, lags)
    return (
        f"That can't be told: the night of {night} speaks for {as_at}, and what begins after that day is kept by a later night, "
        f"however soon it was recorded. It takes {weeks} of nights after it that speak for their own day or the day before, "
        "not for months' ends alone."
    )


def _nights_by(editions: Editions, day: dt.date | None) -> pl.DataFrame:
    """Every night up to a day, those let go of too. Raises CallError where there is none."""
    found = editions.nights()
    found = found if day is None else found.filter(pl.col("known_on") <= day)
    if found.is_empty():
        editions.known_at(day)  # raises, with the first that is kept
    return found


def _needed(seen: pl.DataFrame, library: Library, indicator: str) -> pl.DataFrame:
    """The dates that an indicator rests on; of one that is an authority's own and not here to be read, all."""
    if indicator not in library.indicators:
        return seen
    needs = needs_of(library, library.indicators[indicator])
    wanted = pl.DataFrame(sorted(needs), schema={"table": pl.String, "column": pl.String}, orient="row")
    return seen.join(wanted, on=["table", "column"], how="semi")


def _now(history: pl.DataFrame, profile: dict[str, Any], library: Library, day: dt.date) -> pl.DataFrame:
    """Of the figures that stand, those that are settling: marked anew, with what is known by now."""
    units = {name: one.unit for name, one in library.indicators.items()}
    marked = pl.col("maturity").replace("settling", "final")
    standing = history.filter(pl.col("until").is_null()).with_columns(
        maturity=marked, unit=pl.col("indicator").replace_strict(units, default="number"), breakdown=pl.lit("all")
    )
    found = with_settling(standing, profile, day).filter(pl.col("maturity") == "settling")
    return found.select("indicator", "basis", "period", "period_end", "numerator", "denominator", "value", "unit",
                        "status", "settles_from", "settles_to").sort("indicator", "basis", "period_end")  # fmt: skip
