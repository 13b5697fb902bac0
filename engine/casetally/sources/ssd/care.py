"""Why: the dataset tells a child's time in care as episodes, and figures need periods of care.

Episodes of one period carry its number (`clae_cla_id`); where a system has none, episodes follow one another in a period until care
ends. A period starts on the day the child came into care, or with its first episode; it ends, and why, as its last episode says. An
end for the reason X1 means that another episode follows: care goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, lines, table_of
from casetally.sources.ssd.codes import listed
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.making import nobody, numbered_records

_CONTINUES = "X1"
_OPEN = "9999-12-31"
_TEXTS = ("clae_cla_id", "clae_cla_placement_id", "clae_cla_primary_need_code", "clae_cla_episode_ceased_reason")
_DATES = ("clae_cla_episode_start_date", "clae_cla_episode_ceased_date", "clae_entered_care_date")
_NO_PERIODS = {**dict.fromkeys(("care_period_id", "child_id", "started_on", "ended_on"), pl.String)}


@dataclass(frozen=True)
class Care:
    """What the episodes make. `periods`: care_period_id, child_id, started_on, ended_on (ISO text). `period_of_placement`:
    clap_cla_placement_id, clap_cla_id, for placements that do not name their period.
    """

    made: tuple[Made, ...]
    periods: pl.DataFrame
    period_of_placement: pl.DataFrame


def read_care(extract: Extract) -> Care:
    """Periods of care from the episodes, and placements too where their own table is not there."""
    frame = extract.frame("ssd_cla_episodes")
    if frame is None:
        none = pl.DataFrame(schema={"clap_cla_placement_id": pl.String, "clap_cla_id": pl.String})
        return Care((), pl.DataFrame(schema=_NO_PERIODS), none)
    has = set(frame.columns)
    episodes = _in_order(_readable(frame))
    nobodys = episodes.filter(pl.col("child_id").is_null())
    episodes = _with_periods(episodes.filter(pl.col("child_id").is_not_null()))
    periods = numbered_records(_periods(episodes, has), "care_periods")
    rows = episodes.join(periods.select("care_period_id", "child_id", "_record"), on=["care_period_id", "child_id"])
    found = [findings_of(nobodys, "care_periods", _NO_CHILD, pl.lit("")), _goes_on(periods)]
    made = [
        Made(
            (table_of("care_periods", periods.drop("_continues")),),
            pl.concat([lines(rows, "carried", "care_periods"), lines(nobodys, "set_aside")]),
            pl.concat(found),
        )
    ]
    placed = episodes.filter(pl.col("placement").is_not_null())
    if extract.frame("ssd_cla_placement") is None and "clae_cla_placement_id" in has:
        made.append(_placements(placed))
    told = placed.select(
        pl.col("placement").alias("clap_cla_placement_id"), pl.col("care_period_id").alias("clap_cla_id")
    )
    once = told.unique().filter(pl.col("clap_cla_placement_id").is_unique())
    dated = periods.select(
        name if name in periods.columns else pl.lit(None, dtype=pl.String).alias(name) for name in _NO_PERIODS
    )
    return Care(tuple(made), dated, once)


_NO_CHILD = Problem("ssd_no_child", "error", "clae_person_id", "The episode names no child.", pl.lit(True))
_X1_LAST = Problem(
    "ssd_care_goes_on",
    "warning",
    "end_reason",
    "The last episode ended because another began (X1), but no other is there; the period is taken as open.",
    pl.col("_continues"),
)


def _goes_on(periods: pl.DataFrame) -> pl.DataFrame:
    return findings_of(periods, "care_periods", _X1_LAST, pl.col("care_period_id"))


def _readable(frame: pl.DataFrame) -> pl.DataFrame:
    """The episodes with text in every column, dates in ISO form, codes as on their lists."""
    text = {name: frame[name] if name in frame.columns else _none(frame) for name in (*_TEXTS, *_DATES)}
    return pl.DataFrame(
        {
            "child_id": nobody(frame["clae_person_id"]),
            "cla": nobody(text["clae_cla_id"]),
            "placement": nobody(text["clae_cla_placement_id"]),
            "start": text["clae_cla_episode_start_date"],
            "end": text["clae_cla_episode_ceased_date"],
            "entered": text["clae_entered_care_date"],
            "reason": listed(text["clae_cla_episode_ceased_reason"], "care_end_reason"),
            "need": listed(text["clae_cla_primary_need_code"], "primary_need"),
            "_file": frame["_file"],
            "_row": frame["_row"],
        }
    )


def _none(frame: pl.DataFrame) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)


def _in_order(episodes: pl.DataFrame) -> pl.DataFrame:
    """By child and start; of those of one day the one that lasts longest is last."""
    episodes = episodes.with_columns(pl.col("end").fill_null(_OPEN).alias("_until"))
    order = ["child_id", "start", "_until", "cla", "entered", "reason", "need", "placement", "_file", "_row"]
    return episodes.sort(order, nulls_last=False)


def _with_periods(episodes: pl.DataFrame) -> pl.DataFrame:
    """Adds `care_period_id`: the system's number, else the child and the day care began, else child and first episode."""
    unnumbered = pl.col("cla").is_null() & pl.col("entered").is_null()
    start = pl.col("start").str.to_date("%Y-%m-%d", strict=False)
    goes_on = ((pl.col("reason") == _CONTINUES) | pl.col("end").is_null()).fill_null(value=False)
    until = pl.coalesce(pl.col("end").str.to_date("%Y-%m-%d", strict=False), start)
    reach = until.dt.epoch("d").cast(pl.Int64) * 2 + goes_on.cast(
        pl.Int64
    )  # the latest end, and whether care went on there
    before = reach.cum_max().shift(1).over("child_id")
    went_on = before % 2 == 1
    begins = before.is_null() | (~went_on & (start.dt.epoch("d").cast(pl.Int64) > before // 2)).fill_null(value=True)
    chained = pl.when(begins).then("start").forward_fill().over("child_id")
    day = pl.when(unnumbered).then(chained).otherwise("entered")
    named = pl.concat_str(["child_id", day.fill_null("")], separator="-")
    return episodes.with_columns(pl.coalesce("cla", named).alias("care_period_id"))


def _periods(episodes: pl.DataFrame, has: set[str]) -> pl.DataFrame:
    """One row a period and child; the columns that the episodes lack are absent."""
    last_open = pl.col("_until").last() == _OPEN
    continues = (pl.col("reason").last() == _CONTINUES).fill_null(value=False) & ~last_open
    ended = pl.when(~last_open & ~continues)
    periods = episodes.group_by("care_period_id", "child_id", maintain_order=True).agg(
        pl.coalesce(pl.col("entered").drop_nulls().min(), pl.col("start").drop_nulls().first()).alias("started_on"),
        ended.then(pl.col("end").last()).alias("ended_on"),
        ended.then(pl.col("reason").last()).alias("end_reason"),
        pl.col("need").drop_nulls().first().alias("primary_need"),
        continues.alias("_continues"),
        pl.col("_file").first(),
        pl.col("_row").first(),
    )
    lacking = [
        name
        for name, column in (
            ("ended_on", "clae_cla_episode_ceased_date"),
            ("end_reason", "clae_cla_episode_ceased_reason"),
            ("primary_need", "clae_cla_primary_need_code"),
        )
        if column not in has
    ]
    return periods.drop(lacking)


def _placements(placed: pl.DataFrame) -> Made:
    """Placements as far as episodes tell them: where they begin and end, and nothing of what they are."""
    frame = placed.group_by("placement", "care_period_id", "child_id", maintain_order=True).agg(
        pl.col("start").drop_nulls().first().alias("started_on"),
        pl.when(pl.col("_until").max() != _OPEN).then(pl.col("_until").max()).alias("ended_on"),
        pl.col("_file").first(),
        pl.col("_row").first(),
    )
    frame = frame.rename({"placement": "placement_id"})
    records = numbered_records(frame, "placements")
    return Made((table_of("placements", records),), lines(records.clear(), "carried", "placements"), findings_of(
        records.clear(), "placements", _NO_CHILD, pl.lit("")
    ))  # fmt: skip
