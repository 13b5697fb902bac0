"""Why: each return lists everyone looked after at any time in its year, so what a return no longer lists had ended before it.

An open episode that no later return lists ended after the 31 March of the last return that has it, on a day that none tells. It is
dated 1 April, the day after; where the returns of the next years are not there, the last day of those years. A return that lists
an episode again, even in a row that can't be used, or goes on from it (an RNE other than S), is believed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from casetally.sources.building import Problem
from casetally.sources.ssda903.files import day, year_end, year_of


def named_elsewhere(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """CHILD and `_named`, the latest year in which a review or a health outcome tells of the child as looked after."""
    told = [pl.DataFrame(schema={"CHILD": pl.String, "_named": pl.Int32})]
    if "oc2" in frames:
        told.append(frames["oc2"].select("CHILD", pl.col("_year").alias("_named")))
    if "reviews" in frames:
        # a return's file lists reviews of the years before too
        told.append(frames["reviews"].select("CHILD", year_of(day("REVIEW")).cast(pl.Int32).alias("_named")))
    return pl.concat(told).drop_nulls().group_by("CHILD").agg(pl.col("_named").max())


def told_again(frame: pl.DataFrame, years: Sequence[int], unusable: pl.Expr) -> pl.DataFrame:
    """Adds, of each episode (CHILD, `_start`), which of the returns `years` list it: `_first_told`, `_listed` (the last),
    `_times` (how many), and `_gone_by`: when one that was open in the last had ended, null where no return
    follows. A row that is `unusable` may tell of any of the child's episodes.
    """
    latest_unusable = pl.when(unusable).then("_year").max().over("CHILD")
    frame = frame.with_columns(
        pl.col("_year").min().over("CHILD", "_start").alias("_first_told"),
        pl.max_horizontal(pl.col("_year").max().over("CHILD", "_start"), latest_unusable).alias("_listed"),
        pl.col("_year").n_unique().over("CHILD", "_start").alias("_times"),
    )
    gone_by = {
        before: dt.date(before, 4, 1) if after == before + 1 else dt.date(after - 1, 3, 31)
        for before, after in pairwise(years)
    }
    return frame.with_columns(
        pl.col("_listed").replace_strict(gone_by, default=None, return_dtype=pl.Date).alias("_gone_by")
    )


def with_following(spells: pl.DataFrame) -> pl.DataFrame:
    """Adds of the child's next episode, of those in order, `_following` (its start), `_following_rne` and `_following_told`. One
    that the return that last lists this episode no longer has is none: its start was corrected since.
    """
    next_of = {"_start": "_following", "RNE": "_following_rne", "_first_told": "_following_told"}
    same_child = pl.col("CHILD") == pl.col("CHILD").shift(-1)
    numbered = spells.with_row_index("_at")
    of_each_return = [
        numbered.filter(pl.col("_listed") >= year)
        .with_columns(pl.when(same_child).then(pl.col(name).shift(-1)).alias(new) for name, new in next_of.items())
        .filter(pl.col("_listed") == year)
        for year in sorted(spells["_listed"].unique().to_list())
    ]
    empty = numbered.clear().with_columns(pl.col(name).alias(new) for name, new in next_of.items())
    return pl.concat([empty, *of_each_return]).sort("_at").drop("_at")


def never_listed_again() -> pl.Expr:
    """Whether an open episode is in no later return and nothing goes on from it: none of the child's follows, or the next starts
    care after the year of that return.
    """
    starts_care = (pl.col("_following_rne") == "S").fill_null(value=False)
    anew = starts_care & (pl.col("_following") > year_end(pl.col("_listed")))
    return pl.col("_gone_by").is_not_null() & (pl.col("_following").is_null() | anew)


def between_returns(years: Sequence[int]) -> tuple[Problem, ...]:
    """What the returns leave in doubt by listing an episode or not."""
    earlier = dict(zip(years[1:], years, strict=False))
    return_before = _of(pl.col("_first_told"), earlier)
    open_then = pl.col("_following").is_null() | (pl.col("_following") > year_end(pl.col("_listed")))
    next_told = _of(pl.col("_following_told"), earlier)
    passed_over = pl.col("_cut") & open_then & (next_told > pl.col("_listed"))
    return (
        *_ended_untold(dict(pairwise(years))),
        _doubt(
            "open_row_not_usable",
            "DEC",
            "The episode was open at the end of this return's year; a later return has a row of this child that can't be used, "
            "so it is kept as open.",
            pl.col("DEC").is_null()
            & pl.col("_gone_by").is_null()
            & (pl.col("_year") < pl.col("_listed"))
            & ~pl.col("_cut"),
        ),
        _doubt(
            "not_in_earlier_return",
            "DECOM",
            "The episode began before the year of the first return that lists it; the return before does not list it.",
            return_before.is_not_null() & (pl.col("_start") <= year_end(return_before)),
        ),
        _doubt(
            "not_in_return_between",
            "DECOM",
            "A return between those that tell of this episode does not list it; it is taken to have gone on through that year.",
            (_in_too_few(years) | passed_over).fill_null(value=False),
        ),
    )


def _ended_untold(later: dict[int, int]) -> tuple[Problem, ...]:
    """The doubts about episodes that were open when last told; `later` gives the next year that has a return."""
    follows_at_once = _of(pl.col("_listed"), later) == pl.col("_listed") + 1
    left_out = (pl.col("_following").is_null() & (pl.col("_named") > pl.col("_listed"))).fill_null(value=False)
    says = (
        "The episode was open on the 31 March that ends this return's year, but no later return lists it: care is taken to have "
        "ended after that day, on a day that no return tells, and is dated 1 April, without a reason."
    )
    left_out_says = (
        " Reviews or health outcomes of a later year still tell of the child, so that the episodes may have been left out "
        "by mistake."
    )
    return (
        _doubt("open_but_not_returned", "DEC", says, pl.col("_gone") & follows_at_once & ~left_out),
        _doubt("open_but_not_returned", "DEC", says + left_out_says, pl.col("_gone") & follows_at_once & left_out),
        _doubt(
            "ended_in_missing_year",
            "DEC",
            "The episode was open when last told; the next return given no longer lists it, so it ended in the years between. "
            "It is taken to end with them, on a day of which no figure is told.",
            pl.col("_gone") & ~follows_at_once,
        ),
    )


def _in_too_few(years: Sequence[int]) -> pl.Expr:
    """Whether fewer returns list an episode than those from the first that does to that of its last day, or the last that does."""
    at = {year: position for position, year in enumerate(years)}
    ran_to = pl.min_horizontal(year_of(pl.col("_until").dt.offset_by("-1d")), "_listed")
    return pl.col("_times").cast(pl.Int32) <= _of(ran_to, at) - _of(pl.col("_first_told"), at)


def _of(year: pl.Expr, values: dict[int, int]) -> pl.Expr:
    return year.replace_strict(values, default=None, return_dtype=pl.Int32)


def _doubt(rule: str, column: str, message: str, when: pl.Expr) -> Problem:
    return Problem(f"ssda903_{rule}", "warning", column, message, when)
