"""Why: a list's rows come from records in codes and flags, and a sheet shows Ofsted's wordings under Ofsted's headers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from casetally.reports.annex_a.gaps import NOT_FILLED, WHOLE_LIST, Gap, gaps_of, gaps_without_query
from casetally.reports.annex_a.queries import list_queries
from casetally.sources.annex_a.layout import AnnexAList, Column, lists, wordings
from casetally.store import Store

_KINDS: dict[str, type[pl.DataType]] = {"date": pl.Date, "number": pl.Int64}


@dataclass(frozen=True)
class Sheet:
    """One list as it is written: `rows` has every header of the list, in order; a column that can't be filled is empty.

    `first` and `last`: the days that it tells of.
    """

    of: AnnexAList
    rows: pl.DataFrame
    gaps: tuple[Gap, ...]
    first: dt.date
    last: dt.date


def sheets(store: Store, as_at: dt.date) -> tuple[Sheet, ...]:
    """The eleven lists as they stood on a day."""
    return tuple(sheet_of(of, store, as_at) for of in lists())


def sheet_of(of: AnnexAList, store: Store, as_at: dt.date) -> Sheet:
    """One list as it stood on a day."""
    asked = list_queries().get(of.number)
    if asked is None:
        return Sheet(of, _empty(of), tuple(gaps_without_query(of)), as_at, as_at)
    gaps = tuple(gaps_of(asked, store, as_at))
    unfilled = {gap.header for gap in gaps if gap.state == NOT_FILLED}
    first = asked.window_start(as_at)
    if WHOLE_LIST in unfilled:
        return Sheet(of, _empty(of), gaps, first, as_at)
    found = store.frame(asked.sql(as_at, store.present))
    shown = found.select(
        _worded(found[column.header], column) if column.header not in unfilled else _blank(column, found.height)
        for column in of.columns
    )
    return Sheet(of, shown.sort(of.headers, nulls_last=True), gaps, first, as_at)


def _worded(values: pl.Series, column: Column) -> pl.Series:
    """The values as they are written: codes and flags in Ofsted's wordings, a code that has none as it is."""
    kind = _KINDS.get(column.kind)
    if kind is not None:
        return values.cast(kind)
    if column.kind not in ("code", "yes_no"):
        return values.cast(pl.String)
    words = wordings()[column.codes or column.kind]
    text = values.cast(pl.String)
    if column.codes == "accommodation":  # the model's code has the suitability behind it
        text = text.str.head(1)
    distinct = text.drop_nulls().unique().to_list()
    return text.replace_strict({code: words.written(code) for code in distinct}, return_dtype=pl.String)


def _blank(column: Column, height: int) -> pl.Series:
    return pl.Series(column.header, [None] * height, dtype=_KINDS.get(column.kind, pl.String))


def _empty(of: AnnexAList) -> pl.DataFrame:
    return pl.DataFrame([_blank(column, 0) for column in of.columns])
