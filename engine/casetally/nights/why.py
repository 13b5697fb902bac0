"""Why: each morning's outputs say why figures are not as they were the night before, worked out before the night is kept.

What was known the night before is recalled from the editions; what is known tonight is the night's own store.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from casetally.figures.revisions import KnownState
from casetally.nights.home import opened
from casetally.nights.log import what_went_wrong
from casetally.nights.night import Night
from casetally.nights.telling import REVISIONS_PAGE
from casetally.periods import day_words, named_period
from casetally.reports.revisions.known import Moved, state_of
from casetally.reports.revisions.page import write_revisions_page
from casetally.reports.revisions.splits import splits_of
from casetally.reports.revisions.words import forgotten_words
from casetally.store.editions import Edition, Editions

_BY = ["indicator", "basis", "period"]
_NUMBERS = ["numerator", "denominator", "value", "status"]


def explain_the_moves(night: Night) -> Mapping[str, Any]:
    """The page of all months' figures that moved since the edition before, each difference split by cause; none for the first."""
    if not night.editions.exists():
        return {"moved": 0}
    with opened(night.asked.home, night.asked.config.encryption) as editions:
        earlier = [one for one in editions.all() if one.number < night.number]
        if not earlier:
            return {"moved": 0}
        try:
            return {"moved": _page(night, editions, earlier[-1])}
        except OSError:
            raise
        except (
            Exception
        ) as fault:  # the night before may be told by definitions that this version can't read: no night fails by that
            told = what_went_wrong(fault)
            night.run.notes.append(f"Why figures moved since the last night can't be told: {told['says']}")
            return {"moved": 0, "left_out": told["says"]}


def _page(night: Night, editions: Editions, last: Edition) -> int:
    past = editions.figures(until=night.number)
    now = night.run.figures.filter((pl.col("breakdown") == "all") & (pl.col("basis") != "week"))
    stands = past.filter(pl.col("until").is_null())
    joined = stands.join(now, on=_BY, suffix="_now")
    differs = joined.filter(pl.any_horizontal([pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in _NUMBERS]))
    before, after = state_of(editions, last), _tonight(night)
    splits = splits_of(before, after, _named(differs.filter(pl.col("basis") == "month")))
    # the history up to tonight, as the editions will give it
    came = now.join(differs.select(_BY), on=_BY, how="semi").with_columns(
        number=pl.lit(night.number, dtype=past.schema["number"]), until=pl.lit(None, dtype=past.schema["until"])
    )
    figures = pl.concat([past, came.select(pl.col(name).cast(kind) for name, kind in past.schema.items())])
    tonight = {"number": night.number, "known_on": night.asked.night, "as_at": night.run.request.as_at}
    nights = editions.nights()
    nights = (
        pl.concat([nights, pl.DataFrame([tonight], schema=nights.schema)]).unique("number", keep="first").sort("number")
    )
    if forgotten := forgotten_words(before, after):
        night.run.notes.append(forgotten)
    write_revisions_page(night.stage / REVISIONS_PAGE, splits, before, after, figures, nights)
    before.store.close()
    return len(splits)


def _tonight(night: Night) -> KnownState:
    run = night.run
    vintage = run.authority.vintage if run.authority else None
    label = f"edition {night.number} of {day_words(night.asked.night)}"
    return KnownState(run.store, run.library, run.load.set_aside, run.name, vintage, night.asked.night, label=label)


def _named(figures: pl.DataFrame) -> list[Moved]:
    found = [(row[0], named_period(row[1], row[2])) for row in figures.select(_BY).sort(_BY).iter_rows()]
    return [(indicator, period) for indicator, period in found if period is not None]
