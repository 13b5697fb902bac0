"""Why: a case that is open over several years comes again in each year's census; the latest one that tells of it is believed.

What happened in one year only (an assessment, an enquiry, a review) comes once and is kept. So the copies of one thing are found
by the child and the day it began; several of them on one day are told apart by their contents, never by their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from casetally.sources.building import Problem, findings_of, numbered
from casetally.sources.cin_census.fates import fates


@dataclass(frozen=True)
class Kind:
    """A kind of record that begins on a day: its element, table, the columns of its start, end and id, and what people call it."""

    element: str
    table: str
    start: str
    until: str
    id: str
    called: str
    start_element: str
    until_element: str


@dataclass(frozen=True)
class Copies:
    """The copies of one kind. `every`: all that can be used (`_number`, `_turn`, `_file`, `_row` and `_id` of the record that each
    is a copy of, and `_latest`, whether the record is made of it); `standing`: those that records are made of, whole, in the
    records' order (`_record`); `rows`: the line of each, of those set aside too; `findings`: what is to be said.
    """

    kind: Kind
    every: pl.DataFrame
    standing: pl.DataFrame
    rows: pl.DataFrame
    findings: pl.DataFrame


_OF_EVERY = ("child_id", "_conference_on", "_number", "_turn", "_file", "_row", "_id", "_latest")


def settle(frame: pl.DataFrame, kind: Kind, within: Sequence[pl.DataFrame] = ()) -> Copies:
    """Find the copies of each thing. `within`: the records inside these, by which twins are told apart if nothing else does."""
    frame = frame.with_columns(as_day(kind.start).alias("_start"), as_day(kind.until).alias("_until"))
    doubts, wrong = _doubts(kind), (_no_start(kind), _late_start(kind))
    bad = frame.select(pl.any_horizontal(problem.when.fill_null(value=False) for problem in wrong)).to_series()
    said = [findings_of(frame, kind.table, problem, pl.col("child_id")) for problem in wrong]
    rows = [fates(frame.filter(bad), "set_aside")]
    every = _with_slots(frame.filter(~bad) if bad.any() else frame, kind, within)
    del frame
    standing, every = _with_records(every, kind)
    rows += [fates(every.filter(~pl.col("_latest")), "superseded"), fates(standing, "carried", kind.table)]
    said += [findings_of(standing, kind.table, problem, pl.col("child_id")) for problem in doubts]
    return Copies(kind, every, standing, pl.concat(rows), pl.concat(said))


def as_day(column: str) -> pl.Expr:
    """A column of ISO days as dates; null where it can't be read."""
    return pl.col(column).cast(pl.String).str.to_date("%Y-%m-%d", strict=False)


def id_of(day: pl.Expr) -> pl.Expr:
    """Child and day as an id. A day that can't be read is not repeated: what stands there could be anything."""
    written = day.cast(pl.String).fill_null("unreadable")
    return pl.concat_str([pl.col("child_id").cast(pl.String), written], separator="-")


def _with_slots(usable: pl.DataFrame, kind: Kind, within: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Adds `_slot`: 0, or of several that begin on one day in one file 0, 1 ..., the longest first, as it is the one that an
    earlier census may have told as open.
    """
    one = ["child_id", kind.start, "_turn"]
    twin = usable.select(pl.struct(one).is_duplicated()).to_series()
    none = pl.lit(0, dtype=pl.UInt32).alias("_slot")
    if not twin.any():
        return usable.with_columns(none)
    single = usable.filter(~twin).with_columns(none)
    twins = usable.filter(twin)
    for at, inner in enumerate(within):
        twins = twins.join(
            _words_within(inner, twins["_number"]).rename({"_words": f"_in_{at}"}), on="_number", how="left"
        )
    inside = [name for name in twins.columns if name.startswith("_in_")]
    words = [name for name in usable.columns if not name.startswith("_") or name.endswith(("_on", "_required"))]
    # what is open comes first, for nothing is sorted before everything
    twins = twins.sort(
        [*one, kind.until, *words, *inside], descending=[False] * 3 + [True] + [False] * (len(words) + len(inside))
    )
    slots = pl.int_range(pl.len(), dtype=pl.UInt32).over(one)
    return pl.concat([single, twins.with_columns(slots.alias("_slot")).select(single.columns)])


def _words_within(inner: pl.DataFrame, parents: pl.Series) -> pl.DataFrame:
    """All that stands in the records within each parent, as one text that does not hang on their order."""
    columns = [pl.col(name).cast(pl.String).fill_null("") for name in inner.columns if not name.startswith("_")]
    mine = inner.filter(pl.col("_parent").is_in(parents.implode()))
    texts = mine.select(pl.col("_parent").alias("_number"), pl.concat_str(columns, separator=" ").alias("_words"))
    return texts.group_by("_number").agg(pl.col("_words").sort().str.join("\n"))


def _with_records(slotted: pl.DataFrame, kind: Kind) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The copies that records are made of, with `_record` and `_id`, and every copy with `_latest` and `_id`."""
    same = ["child_id", kind.start, "_slot"]
    latest = slotted.select(pl.col("_turn") == pl.col("_turn").max().over(same)).to_series()
    standing = slotted.filter(latest).sort(same)
    day = pl.col("_start").cast(pl.String).fill_null("")
    standing = standing.with_columns(numbered(id_of(pl.col("_start")), ["child_id", day]).alias("_id"))
    every = slotted.with_columns(latest.alias("_latest")).join(standing.select(*same, "_id"), on=same, how="left")
    return standing.with_row_index("_record"), every.select(name for name in _OF_EVERY if name in every.columns)


def _no_start(kind: Kind) -> Problem:
    says = f"The {kind.called} has no {kind.start_element}, so no record can be made of it; give the date."
    return Problem(f"cin_no_{kind.start}", "error", kind.start_element, says, pl.col(kind.start).is_null())


def _late_start(kind: Kind) -> Problem:
    says = f"The {kind.called} begins after the day on which the census was made; correct the date."
    return Problem("cin_begins_after_the_census", "error", kind.start_element, says, pl.col("_start") > pl.col("_made"))


def _doubts(kind: Kind) -> tuple[Problem, ...]:
    """What is to be said of records that are kept."""
    after = pl.max_horizontal("_start", "_until") > pl.col("_end")
    is_open = pl.col(kind.until).is_null()
    if (
        kind.element == "CINdetails"
    ):  # a referral without further action opens no case, so it has no closure and does not come again
        opened_none = pl.col("no_further_action").cast(pl.String).str.to_lowercase().is_in(["1", "true", "y", "yes"])
        is_open &= ~opened_none.fill_null(value=False)
    return (
        Problem(
            "cin_same_start_twice", "warning", kind.start_element,
            f"The child has another {kind.called} that begins on the same day; both are kept.", pl.col("_slot") > 0,
        ),
        Problem(
            "cin_after_the_year", "warning", kind.start_element,
            f"The {kind.called} has a date after the 31 March that the census speaks for; it is kept.", after,
        ),
        Problem(
            "cin_open_but_not_returned", "warning", kind.until_element,
            f"The {kind.called} was open at the end of this census's year, but no later census lists it; it is kept as open.",
            is_open & pl.col("_earlier"),
        ),
    )  # fmt: skip
