"""Why: some columns of the data model stand in two columns of a list, or in the reverse of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl

from casetally.sources.annex_a.records import id_of

_SUPPORT = "Was the child assessed as requiring LA children's social care support?"
_UNNECESSARY = "Was an Initial Child Protection Conference deemed unnecessary?"
_ICPC = "Date of Initial Child Protection Conference"
_HEALTH, _CLA = "Date of Last Health Assessment", "Date Started to be Looked After"
_CONTACT, _KIND, _SUITABLE = "Latest Date of Contact", "Type of Accommodation", "Suitability of Accommodation"
_ENTERED, _ORDER = "Date the Child Entered Care", "Date of Adoption Order"
_SAID_OF_LEAVERS = ("LA in Touch", _KIND, _SUITABLE, "Activity Status", _CONTACT)


def derived(number: int, frame: pl.DataFrame, own_day: dt.date | None, periods: pl.DataFrame | None) -> pl.DataFrame:
    """The rows of a list with the columns that are worked out from others (`_...`), where those are there.

    `periods`: the ids `care_period_id` of the periods of care in list 8, or None without that list.
    """
    if number == 10:
        return _adoption(frame, periods)
    return _OF_LISTS[number](frame, own_day) if number in _OF_LISTS else frame


def _assessments(frame: pl.DataFrame, _: dt.date | None) -> pl.DataFrame:
    """No further action is the reverse of needing the authority's support."""
    if _SUPPORT not in frame.columns:
        return frame
    reverse = pl.col(_SUPPORT).replace({"true": "false", "false": "true"})
    return frame.with_columns(reverse.alias("_needs_no_support"))


def _enquiries(frame: pl.DataFrame, _: dt.date | None) -> pl.DataFrame:
    """An enquiry leads to a conference where one has a date, or is not deemed unnecessary; else its outcome is not told."""
    parts = [pl.col(_ICPC).is_not_null()] if _ICPC in frame.columns else []
    parts += [pl.col(_UNNECESSARY) == "false"] if _UNNECESSARY in frame.columns else []
    if not parts:
        return frame
    return frame.with_columns(pl.when(pl.any_horizontal(parts)).then(pl.lit("icpc")).alias("_outcome"))


def _care(frame: pl.DataFrame, _: dt.date | None) -> pl.DataFrame:
    """A health assessment in the first six months of care is the initial one: the first review is due six months after it."""
    frame = frame.with_columns(pl.lit("dental").alias("_dental"))
    if _HEALTH not in frame.columns:
        return frame
    held, started = (pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in (_HEALTH, _CLA))
    initial = (held < started.dt.offset_by("6mo")).fill_null(value=False)
    return frame.with_columns(
        pl.when(initial).then(pl.lit("initial_health")).otherwise(pl.lit("review_health")).alias("_health_type")
    )


def _leavers(frame: pl.DataFrame, own_day: dt.date | None) -> pl.DataFrame:
    """What the list says of a care leaver holds since the latest contact, or else on the list's own day."""
    today = pl.lit(None if own_day is None else own_day.isoformat(), dtype=pl.String)
    said = [pl.col(name).is_not_null() for name in _SAID_OF_LEAVERS if name in frame.columns]
    contact = [pl.col(_CONTACT)] if _CONTACT in frame.columns else []
    recorded = (
        pl.when(pl.any_horizontal(said)).then(pl.coalesce(*contact, today)) if said else pl.lit(None, dtype=pl.String)
    )
    still_open = pl.lit(None, dtype=pl.String).alias("_still_open")  # the list holds those whose support has not ended
    frame = frame.with_columns(today.alias("_own_day"), recorded.alias("_recorded_on"), still_open)
    if _KIND not in frame.columns:
        return frame
    suitable = pl.col(_SUITABLE) if _SUITABLE in frame.columns else pl.lit(None, dtype=pl.String)
    ending = suitable.replace_strict({"true": "1", "false": "2"}, default="", return_dtype=pl.String).fill_null("")
    kind = pl.col(_KIND)
    code = pl.when(kind.str.contains("^[A-Z]$")).then(kind + ending).otherwise(kind)
    return frame.with_columns(code.alias("_accommodation"))


def _adoption(frame: pl.DataFrame, periods: pl.DataFrame | None) -> pl.DataFrame:
    """The order of this list is an adoption order; the period of care is that of list 8 which began on the day given."""
    if _ORDER in frame.columns:
        frame = frame.with_columns(pl.when(pl.col(_ORDER).is_not_null()).then(pl.lit("adoption")).alias("_order_type"))
    if _ENTERED not in frame.columns or periods is None:
        return frame
    known = periods.select(pl.col("care_period_id").alias("_period")).drop_nulls().unique()
    return (
        frame.with_columns(id_of(_ENTERED).alias("_id"))
        .join(known.with_columns(pl.col("_period").alias("_id")), on="_id", how="left", maintain_order="left")
        .drop("_id")
    )


_OF_LISTS: Mapping[int, Callable[[pl.DataFrame, dt.date | None], pl.DataFrame]] = {
    4: _assessments,
    5: _enquiries,
    8: _care,
    9: _leavers,
}
