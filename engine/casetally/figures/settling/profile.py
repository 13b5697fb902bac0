"""Why: whether a figure of last week still moves can't be seen in it, but in what figures of that age did before.

A period's **age** is the days from its end to a night. It is seen at an age of the grid on the first night from that age up to the
next, so that nights left out make no period older than it is. What was seen counts if it had a figure that was not provisional
(clocks say of themselves that they run) and if the period was watched for 31 more days under the same fingerprint of its
definition: a change of definition is no late recording, and of a rate under the same population, whose revision is none either. It
**moved** if numerator, denominator or value differ from the last seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import polars as pl

AGES = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180)
LAST_AGE = 210  # the oldest age reaches up to here, and nothing older is looked at
WATCHED = 31
FEWEST_PERIODS = 3
_FEWEST_FOR_MIDDLE = 10
_SERIES = ("indicator", "basis", "period")
_NUMBERS = ("numerator", "denominator", "value")


def settling_profile(history: pl.DataFrame, editions: pl.DataFrame, rates: Collection[str] = ()) -> dict[str, Any]:
    """Which figures usually still move at which ages, and how far: what is kept with an edition, ready for JSON.

    `history`: number, until (the edition at which it stopped being so, None: still), indicator, basis, period, period_end,
    numerator, denominator, value, status, maturity, definition; of the whole alone. `editions`: number, known_on.
    `rates`: the indicators whose denominator is a population.

    `{"indicators": [{"indicator", "basis", "until", "ages": [{"age", "periods", "moved", "least", "greatest"}]}]}`: only
    indicators and ages that usually still move, more than half of three periods or more. `until` is the age in days from
    which they usually do not. `least` and `greatest` are exact fractions as text ("-2/5"), the least and the greatest move in
    the indicator's unit, of ten periods or more the middle 80 %; None where no period had a value at both times.
    """
    nights = editions.select(pl.col("number").cast(pl.Int64), "known_on").sort("number")
    if nights.is_empty() or history.is_empty():
        return {"indicators": []}
    pairs = _then_and_last(_by_population(history, rates), nights)
    by_age = (
        pairs.group_by("indicator", "basis", "age")
        .agg(periods=pl.len(), moved=pl.col("moved").sum())
        .filter(pl.col("periods") >= FEWEST_PERIODS)
        .with_columns(settling=pl.col("moved") * 2 > pl.col("periods"))
        .sort("indicator", "basis", "age")
    )
    ranges = _ranges(pairs.join(by_age.filter("settling"), on=["indicator", "basis", "age"], how="semi"))
    found = [
        _entry(str(indicator), str(basis), part, ranges)
        for (indicator, basis), part in by_age.group_by("indicator", "basis", maintain_order=True)
        if part["settling"].any()
    ]
    return {"indicators": found}


def _by_population(history: pl.DataFrame, rates: Collection[str]) -> pl.DataFrame:
    """The history with the population of a rate as part of its definition: only rates of one population are held together."""
    population = pl.concat_str("definition", pl.col("denominator").cast(pl.String), separator=" ", ignore_nulls=True)
    is_rate = pl.col("indicator").is_in(sorted(rates))
    return history.with_columns(definition=pl.when(is_rate).then(population).otherwise("definition"))


def _then_and_last(history: pl.DataFrame, nights: pl.DataFrame) -> pl.DataFrame:
    """A row for each period seen at an age and watched long enough: its numbers then, and those last seen (`_last`)."""
    last_number = nights["number"][-1]
    spans = history.filter(pl.col("status") != "not_available").with_columns(
        pl.col("number").cast(pl.Int64), last=pl.coalesce(pl.col("until") - 1, pl.lit(last_number)).cast(pl.Int64)
    )
    ends = (
        spans.sort("number")
        .group_by(*_SERIES, "definition")
        .agg(pl.col(*_NUMBERS).last().name.suffix("_last"), pl.col("last").last())
        .sort("last")
        .join_asof(nights.rename({"number": "last", "known_on": "watched_until"}), on="last", strategy="backward")
        .drop("last")
    )
    looked_for = (
        spans.select(*_SERIES, "period_end")
        .unique()
        .join(_nights_of_ages(spans["period_end"].unique(), nights), on="period_end")
    )
    seen = (
        looked_for.sort("seen")
        .join_asof(
            spans.drop("period_end").sort("number"),
            left_on="seen",
            right_on="number",
            by=_SERIES,
            strategy="backward",
            check_sortedness=False,
        )
        .filter(pl.col("seen") <= pl.col("last"), pl.col("maturity") != "provisional")
    )
    pairs = seen.join(ends, on=[*_SERIES, "definition"]).filter(
        (pl.col("watched_until") - pl.col("seen_on")).dt.total_days() >= WATCHED
    )
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_last")) for name in _NUMBERS]
    return pairs.with_columns(moved=pl.any_horizontal(differs))


def _nights_of_ages(ends: pl.Series, nights: pl.DataFrame) -> pl.DataFrame:
    """For each end of a period and each age the edition of the first night at that age: period_end, age, seen, seen_on."""
    by_night = nights.group_by("known_on").agg(seen=pl.col("number").max()).sort("known_on")
    ages = pl.DataFrame({"age": AGES, "below": (*AGES[1:], LAST_AGE)}, schema={"age": pl.Int64, "below": pl.Int64})
    wanted = ends.to_frame("period_end").join(ages, how="cross")
    wanted = wanted.with_columns(from_day=pl.col("period_end") + pl.duration(days="age")).sort("from_day")
    found = wanted.join_asof(
        by_night.with_columns(seen_on="known_on"), left_on="from_day", right_on="known_on", strategy="forward"
    )
    in_time = (pl.col("seen_on") - pl.col("period_end")).dt.total_days() < pl.col("below")
    return found.filter(in_time).select("period_end", "age", "seen", "seen_on")


def _ranges(pairs: pl.DataFrame) -> dict[tuple[str, str, int], tuple[str, str]]:
    """The least and the greatest move by indicator, basis and age; of ten or more without a tenth of them at either end."""
    moves: dict[tuple[str, str, int], list[Fraction]] = {}
    columns = ("indicator", "basis", "age", *_NUMBERS, *(f"{name}_last" for name in _NUMBERS))
    for indicator, basis, age, *numbers in pairs.select(columns).iter_rows():
        then, now = exact_value(*numbers[:3]), exact_value(*numbers[3:])
        if then is not None and now is not None:
            moves.setdefault((indicator, basis, age), []).append(now - then)
    return {key: _least_and_greatest(sorted(found)) for key, found in moves.items()}


def _least_and_greatest(moves: Sequence[Fraction]) -> tuple[str, str]:
    left_out = len(moves) // 10 if len(moves) >= _FEWEST_FOR_MIDDLE else 0
    return str(moves[left_out]), str(moves[-1 - left_out])


def _entry(
    indicator: str, basis: str, part: pl.DataFrame, ranges: dict[tuple[str, str, int], tuple[str, str]]
) -> dict[str, Any]:
    """What is kept of an indicator on a basis. `part`: its ages that three periods or more were seen at, in order."""
    settling = part.filter("settling")
    last = int(settling["age"][-1])
    after = part.filter(pl.col("age") > last)["age"]
    next_on_grid = next((age for age in AGES if age > last), LAST_AGE)
    ages = []
    for age, periods, moved in settling.select("age", "periods", "moved").iter_rows():
        least, greatest = ranges.get((indicator, basis, age), (None, None))
        ages.append({"age": age, "periods": periods, "moved": moved, "least": least, "greatest": greatest})
    until = next_on_grid if after.is_empty() else int(after[0])
    return {"indicator": indicator, "basis": basis, "until": until, "ages": ages}


@lru_cache(maxsize=65_536)  # a figure is held against each of its ages
def exact_value(numerator: float | None, denominator: float | None, value: float | None) -> Fraction | None:
    """A figure's value as it was before it was divided once: from its numerator and denominator where it has both.

    The unit is the whole number by which their quotient is multiplied (1, 100, 10,000); a value that is no such quotient (a
    median) is taken as it is written.
    """
    if value is None:
        return None
    if numerator is None or not denominator:
        return _exact(value)
    if not numerator:
        return Fraction(0)
    quotient = _exact(numerator) / _exact(denominator)
    found = round(_exact(value) / quotient) * quotient
    return found if abs(float(found) - value) <= 1e-9 * max(1.0, abs(value)) else _exact(value)


def _exact(number: float) -> Fraction:
    return Fraction(int(number)) if number == int(number) else Fraction(str(number))
