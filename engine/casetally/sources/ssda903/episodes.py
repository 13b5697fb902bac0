"""Why: the return tells a child's time in care as episodes; figures need periods of care, placements and legal
statuses.

A new episode begins whenever the legal status, the placement or the carer changes (RNE: S starts care; L legal status;
P placement and carer; T placement, same carer; B legal status, placement and carer; U legal status and placement, same
carer). So a period of care is a run of episodes without a break, a placement is a run of them with one carer, and a
legal status is a run of them with the same status. Source: SSDA903 collection guide, sections on episodes, and its
validation rules 142, 148, 354-357, 431-434 and 501, whose numbers the findings below carry.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from casetally.sources.building import Made, Problem, lines, numbered, table_of
from casetally.sources.delivery import SourceTable
from casetally.sources.ssda903.between_returns import never_listed_again, told_again, with_following
from casetally.sources.ssda903.doubts import doubts_of
from casetally.sources.ssda903.files import day
from casetally.sources.ssda903.linked import Settled, bad_end, bad_start, have, no_child, settle

_OPEN = pl.lit("9999-12-31").str.to_date()
_NEW_CARER = ("S", "P", "B")
_SAME_CARER = ("L", "T", "U")
_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_CONTINUES = "X1"


@dataclass(frozen=True)
class Care:
    """What the episodes make.

    `periods`: CHILD, care_period_id, started, ended (dates), reason. `spells`: the episodes in order with `_period` and
    `_placement` (numbers), kept for what else is read from them.
    """

    made: Made
    periods: pl.DataFrame
    spells: pl.DataFrame


def read_episodes(frame: pl.DataFrame, years: list[int], named: pl.DataFrame) -> Care:
    """Care periods, placements and legal statuses from the episodes of all returns (columns of the collection, `_file`,
    `_row`, `_year`).

    `years`: the years whose returns have episodes, in order; `named`: CHILD and `_named`, the latest year in which other files tell
    of the child as looked after.
    """
    frame = frame.with_columns(
        *(pl.col(code).str.to_uppercase() for code in ("RNE", "REC", "LS", "PLACE")),
        day("DECOM").alias("_start"),
        day("DEC").alias("_end"),
    )
    problems = (no_child(), *bad_start("DECOM", "the episode's start"), *bad_end(frame, "DEC", "DECOM", "its end"))
    frame = told_again(frame, years, _any_of(problems)).join(named, on="CHILD", how="left", maintain_order="left")
    settled = settle(frame, "placements", ("CHILD", "_start"), problems, slot=_same_day_slot())
    spells = _placed(_in_order(settled.standing))
    periods = _periods(spells)
    spells = spells.join(periods.select("_period", "care_period_id"), on="_period", how="left", maintain_order="left")
    placements = _placements(spells)
    statuses = _legal_statuses(spells)
    made = Made(
        (table_of("care_periods", _care_periods(periods)), table_of("placements", placements), statuses),
        _rows(settled, spells, placements),
        pl.concat([settled.findings, doubts_of(spells, years)]),
    )
    return Care(made, periods, spells)


def _any_of(problems: tuple[Problem, ...]) -> pl.Expr:
    return pl.any_horizontal(problem.when.fill_null(value=False) for problem in problems)


def _same_day_slot() -> pl.Expr:
    """Of several episodes of one child that start on one day in one return, the longest is the first slot: the one that
    an earlier return may have listed as still open.

    A spell that began and ended that day is another slot.
    """
    return pl.col("_end").fill_null(_OPEN).rank("ordinal", descending=True).over("CHILD", "_start", "_year")


def _in_order(standing: pl.DataFrame) -> pl.DataFrame:
    """Each child's episodes by start, those of one day by end, with what went before: `_until` is the end that counts
    (an open episode ends where the next begins), `_before` the latest end so far, `_before_continues` whether care went
    on there. `_gone`: open when last told, but no later return lists it, so that it ended by `_gone_by`.
    """
    order = ["CHILD", "_start", "_sort_end", "_sort_restart"]
    order += [name for name in ("RNE", "LS", "PLACE", "URN", "PLACE_PROVIDER") if name in standing.columns]
    spells = standing.with_columns(
        pl.col("_end").fill_null(_OPEN).alias("_sort_end"), (pl.col("RNE") != "S").alias("_sort_restart")
    ).sort(order, nulls_last=True, maintain_order=True)
    spells = with_following(spells)
    gone = pl.col("_end").is_null() & never_listed_again()
    gone_by = pl.when(gone).then(pl.min_horizontal("_gone_by", "_following"))
    spells = spells.with_columns(
        pl.coalesce("_end", gone_by, "_following").alias("_until"),
        (pl.col("_end").is_null() & ~gone & pl.col("_following").is_not_null()).alias("_cut"),
        gone.alias("_gone"),
    )
    goes_on = ((pl.col("REC") == _CONTINUES).fill_null(value=True) | pl.col("_cut")) & ~pl.col("_gone")
    reach = pl.col("_until").fill_null(_OPEN).dt.epoch("d").cast(pl.Int64) * 2 + goes_on.cast(pl.Int64)
    before = reach.cum_max().shift(1).over("CHILD")
    spells = spells.with_columns(before.alias("_reach")).with_columns(
        pl.from_epoch(pl.col("_reach") // 2, time_unit="d").alias("_before"),
        (pl.col("_reach") % 2 == 1).alias("_before_continues"),
    )
    return spells.with_columns(_new_period().cum_sum().alias("_period"))


def _new_period() -> pl.Expr:
    """Whether an episode begins a period of care.

    Where the end before it and its own reason disagree on whether care went on, it went on if the dates meet or
    overlap, or if both sides say so across a gap.
    """
    first = pl.col("_before").is_null()
    says_start = (pl.col("RNE") == "S").fill_null(value=False)
    gap = pl.col("_start") > pl.col("_before")
    meets = pl.col("_start") == pl.col("_before")
    broken = (gap & (says_start | ~pl.col("_before_continues"))) | (meets & says_start & ~pl.col("_before_continues"))
    return (first | broken).fill_null(value=True)


def _placed(spells: pl.DataFrame) -> pl.DataFrame:
    """Adds `_placement`: it grows by one wherever a placement begins, `_changed` where a same-carer reason hides a
    change.
    """
    same_period = pl.col("_period") == pl.col("_period").shift(1)
    follows = (same_period & (pl.col("_start") == pl.col("_until").shift(1))).fill_null(value=False)
    seen = [name for name in ("PLACE", "PLACE_PROVIDER", "URN") if name in spells.columns]
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in seen)
    moved = pl.when(pl.col("RNE").is_in(_NEW_CARER)).then(True).when(pl.col("RNE").is_in(_SAME_CARER)).then(False)
    begins = ~follows | moved.otherwise(differs)
    type_differs = pl.col("PLACE").ne_missing(pl.col("PLACE").shift(1))
    return spells.with_columns(
        begins.cum_sum().alias("_placement"),
        (follows & (pl.col("RNE") == "L") & type_differs).fill_null(value=False).alias("_changed"),
    )


def _periods(spells: pl.DataFrame) -> pl.DataFrame:
    """One row per period of care, by child and start: its dates, why it ended (unless the return says that care goes
    on), the need first given, and the row that began it.
    """
    last = pl.col("_until").fill_null(_OPEN)
    ended_for = pl.when((pl.col("REC") != _CONTINUES) & ~pl.col("_gone")).then("REC")
    at_end = last == last.max()
    periods = spells.group_by("_period", maintain_order=True).agg(
        pl.col("CHILD").first(),
        pl.col("_start").first().alias("started"),
        last.max().alias("ended"),
        ended_for.filter(at_end).drop_nulls().last().alias("reason"),
        have(spells, "CIN").drop_nulls().first().alias("need"),
        pl.col("_file").first(),
        pl.col("_row").first(),
    )
    ended = pl.when(pl.col("ended") != _OPEN).then("ended")
    periods = periods.with_columns(ended.alias("ended"))
    named = pl.concat_str([pl.col("CHILD"), pl.col("started").cast(pl.String)], separator="-")
    return periods.with_columns(
        pl.when(pl.col("ended").is_not_null()).then("reason").alias("reason"),
        numbered(named, ["CHILD", "started"]).alias("care_period_id"),
    ).with_row_index("_record")


def _care_periods(periods: pl.DataFrame) -> pl.DataFrame:
    return periods.select(
        "care_period_id",
        pl.col("CHILD").alias("child_id"),
        pl.col("started").alias("started_on"),
        pl.col("ended").alias("ended_on"),
        pl.col("reason").alias("end_reason"),
        pl.col("need").alias("primary_need"),
        "_record",
        "_file",
        "_row",
    )


def _placements(spells: pl.DataFrame) -> pl.DataFrame:
    """One row per placement.

    Type, provider and URN are those of its last episode that is not a temporary move; the reason for the change is that
    of its last episode, for the return records there why the placement ended.
    """
    lasting = ~pl.col("PLACE").is_in(_TEMPORARY).fill_null(value=False)
    here = {
        "type": "PLACE",
        "provider": "PLACE_PROVIDER",
        "urn": "URN",
        "distance_miles": "PL_DISTANCE",
        "in_authority": "_in_authority",
    }
    spells = _with_location(spells)
    kept = {name: column for name, column in here.items() if column in spells.columns}
    first = spells.filter((pl.col("_placement") != pl.col("_placement").shift(1)).fill_null(value=True))
    last, told = _last_of_each(spells), _last_of_each(spells.filter(lasting))
    told = pl.concat([told, last.join(told, on="_placement", how="anti")]).select(
        "_placement", *(pl.col(column).alias(name) for name, column in kept.items())
    )
    frame = pl.DataFrame(
        [
            first["_placement"],
            first["care_period_id"],
            first["CHILD"].alias("child_id"),
            first["_start"].alias("started_on"),
            last["_until"].alias("ended_on"),
            last.select(
                pl.when(~pl.col("_gone")).then(have(last, "REASON_PLACE_CHANGE")).alias("change_reason")
            ).to_series(),
            first["_file"],
            first["_row"],
        ]
    ).join(told, on="_placement", how="left", maintain_order="left")
    named = pl.concat_str([pl.col("child_id"), pl.col("started_on").cast(pl.String)], separator="-")
    identified = frame.with_columns(numbered(named, ["child_id", "started_on"]).alias("placement_id"))
    return identified.with_row_index("_record").select("placement_id", pl.exclude("placement_id"))


def _with_location(spells: pl.DataFrame) -> pl.DataFrame:
    """Adds `_in_authority` where the return says whether the placement lies there (PL_LOCATION: IN or OUT)."""
    if "PL_LOCATION" not in spells.columns:
        return spells
    place = pl.col("PL_LOCATION").str.to_uppercase()
    inside = pl.when(place == "IN").then(pl.lit("true")).when(place == "OUT").then(pl.lit("false"))
    return spells.with_columns(inside.alias("_in_authority"))


def _last_of_each(spells: pl.DataFrame) -> pl.DataFrame:
    """The last episode of each placement; the episodes are in order."""
    return spells.filter((pl.col("_placement") != pl.col("_placement").shift(-1)).fill_null(value=True))


def _legal_statuses(spells: pl.DataFrame) -> SourceTable:
    """One row per unbroken spell of one legal status within a period of care."""
    known = spells.filter(pl.col("LS").is_not_null())
    same = pl.col("LS") == pl.col("LS").shift(1).over("_period")
    follows = pl.col("_start") <= pl.col("_until").fill_null(_OPEN).shift(1).over("_period")
    known = known.with_columns((~(same & follows)).fill_null(value=True).cum_sum().alias("_spell"))
    until = pl.col("_until").fill_null(_OPEN).max()
    frame = known.group_by("_spell", maintain_order=True).agg(
        pl.col("CHILD").first().alias("child_id"),
        pl.col("LS").first().alias("status"),
        pl.col("_start").first().alias("started_on"),
        until.alias("ended_on"),
        pl.col("_file").first(),
        pl.col("_row").first(),
    )
    frame = frame.with_columns(pl.when(pl.col("ended_on") != _OPEN).then("ended_on").alias("ended_on"))
    return table_of("legal_statuses", frame.with_row_index("_record"))


def _rows(settled: Settled, spells: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    carried = spells.join(
        placements.select("_placement", "_record"), on="_placement", how="left", maintain_order="left"
    )
    return pl.concat([settled.gone, lines(carried, "carried", "placements")])
