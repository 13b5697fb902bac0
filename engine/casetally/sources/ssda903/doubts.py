"""Why: episodes contradict each other in real returns, and a contradiction settled without a word would be hidden.

Each rule here names what is in doubt and how it was read. The numbers are those of the DfE's own validation rules.
"""

from __future__ import annotations

import polars as pl

from casetally.sources.building import Problem
from casetally.sources.ssda903.between_returns import between_returns
from casetally.sources.ssda903.files import year_end
from casetally.sources.ssda903.linked import warnings_of

_CONTINUES = "X1"


def doubts_of(spells: pl.DataFrame, years: list[int]) -> pl.DataFrame:
    """What the episodes leave in doubt, one finding a row.

    `spells`: the episodes in order, as `episodes` leaves them; `years`: the years whose returns have episodes, in
    order.
    """
    return warnings_of(
        spells,
        "placements",
        (*_in_a_row(), *_between_episodes(), *_of_overlaps_and_ends(), *between_returns(years)),
    )


def _in_a_row() -> tuple[Problem, ...]:
    ended = pl.col("DEC").is_not_null()
    return (
        _doubt(
            "148_end_without_reason",
            "REC",
            "The episode has an end but no reason for it.",
            ended & pl.col("REC").is_null(),
        ),
        _doubt(
            "148_reason_without_end",
            "REC",
            "The episode has a reason for ending but no end; it is taken as open.",
            ~ended & pl.col("REC").is_not_null(),
        ),
        _doubt(
            "354_ends_after_return",
            "DEC",
            "The episode ends after the year that this return reports on; the date is kept.",
            pl.col("_end") > year_end(pl.col("_year")),
        ),
    )


def _between_episodes() -> tuple[Problem, ...]:
    """`_before`: the latest end among a child's earlier episodes; `_before_continues`: whether care went on."""
    starts = pl.col("RNE") == "S"
    before, start = pl.col("_before"), pl.col("_start")
    again = pl.col("_before_continues")
    return (
        _doubt(
            "357_care_began_earlier",
            "RNE",
            "The first episode of this child in the returns does not start care; care is taken to start with it.",
            before.is_null() & ~starts.fill_null(value=False),
        ),
        _doubt(
            "142_open_before_next",
            "DEC",
            "The episode is still open although a later one has begun; it is taken to end where that begins.",
            pl.col("_cut"),
        ),
        _doubt(
            "431_start_within_care",
            "RNE",
            "The episode says that care starts, but care went on until that day; it is the same period of care.",
            starts & (start == before) & again,
        ),
        _doubt(
            "432_no_start_after_end",
            "RNE",
            "The episode before ended care, but this one does not say that care starts again; if days lie between, "
            "a new period of care begins here, else the same goes on.",
            ~starts & ~again & (start >= before),
        ),
    )


def _of_overlaps_and_ends() -> tuple[Problem, ...]:
    starts = pl.col("RNE") == "S"
    before, start = pl.col("_before"), pl.col("_start")
    again = pl.col("_before_continues")
    ends_here = (pl.col("_period") != pl.col("_period").shift(-1)).fill_null(value=True) & pl.col("DEC").is_not_null()
    return (
        _doubt(
            "433_gap_in_care",
            "DECOM",
            "Care is said to go on, but days lie between this episode and the one before; it is one period of care.",
            ~starts & again & (start > before),
        ),
        _doubt(
            "501_overlap",
            "DECOM",
            "The episode begins before an earlier one of the same child ended; both are taken as one period of care.",
            start < before,
        ),
        _doubt(
            "care_end_unknown",
            "REC",
            "The last episode says that care goes on, but none follows; care is taken to end there, reason unknown.",
            ends_here & (pl.col("REC") == _CONTINUES),
        ),
        _doubt(
            "434_placement_differs",
            "PLACE",
            "Only the legal status is said to change, but the type of placement differs; it is the same placement.",
            pl.col("_changed"),
        ),
    )


def _doubt(rule: str, column: str, message: str, when: pl.Expr) -> Problem:
    return Problem(f"ssda903_{rule}", "warning", column, message, when)
