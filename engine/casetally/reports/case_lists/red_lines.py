"""Why: a red figure is mended child by child, so each red line names the very rows that make it red and no others.

They are the rows that the figure counts (`list_cases`): where higher is better those not in the numerator, where lower is better
those in it. Where no child makes a line red (too few of something, a figure made of several months) the list says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.errors import CallError
from casetally.figures.cases import list_cases
from casetally.figures.views import scale_of
from casetally.reports.case_lists.columns import BY_HOLDER, TEAM, for_a_team
from casetally.reports.lines import ReportRow, shown
from casetally.store import Store

Better = Literal["higher", "lower"]
_OF_SEVERAL = ("mean_of_months", "highest_of_months", "lowest_of_months", "change_on_year", "fall_on_year")


@dataclass(frozen=True)
class RedLine:
    """A red line of a report. `rows`: the children behind it with their `team`; `lists` says which they are, or why none are."""

    ref: str
    title: str
    period: str
    figure: str
    target: str
    provisional: bool
    lists: str
    rows: pl.DataFrame


def red_rows(rows: Iterable[ReportRow]) -> list[ReportRow]:
    """The rows of a report that are red: of a line on several bases the first counts; a group with a target of its own is a row."""
    return [row for row in rows if row.rating == "red" and row.is_main]


def red_line(store: Store, library: Library, row: ReportRow) -> RedLine:
    """The children behind one red row."""
    lists, found = _listed(store, library, row)
    target = row.target
    return RedLine(
        ref=" ".join(part for part in (row.ref or row.indicator, row.group) if part), title=row.title,
        period=_period(row), figure=_figure(row), target=_target(row),
        provisional=target is not None and row.now.maturity == "provisional", lists=lists, rows=found,
    )  # fmt: skip


def _period(row: ReportRow) -> str:
    basis = row.basis.replace("_", " ")
    return row.period.name + ("" if basis in ("month", "year") else f" ({basis})")


def _figure(row: ReportRow) -> str:
    whole = shown(row.now, row.places)
    of = shown(row.now, row.places, fraction=True)
    return f"{whole} ({of})" if of != whole and row.now.denominator is not None else whole


def _target(row: ReportRow) -> str:
    target = row.target
    if target is None:
        return ""
    if target.low is not None and target.high is not None:
        return f"{target.low:g} to {target.high:g}"
    wanted = target.on(row.period.end)
    return "" if wanted is None else f"{float(wanted):g}"


def _listed(store: Store, library: Library, row: ReportRow) -> tuple[str, pl.DataFrame]:
    none = pl.DataFrame(schema={"child_id": pl.String, TEAM: pl.String, BY_HOLDER: pl.Boolean})
    better = better_for(row)
    if not isinstance(row.view.shows, str) or row.view.shows in _OF_SEVERAL:
        return "No list: the figure is made of several months or groups, and no child alone decides it.", none
    if better is None:
        return "No list: neither more nor less of it is better.", none
    ratio = library.indicator(row.view.indicator).text.ratio
    indicator = library.indicator(ratio.of if ratio else row.view.indicator)
    try:
        cases = list_cases(store, library, _telling_more(indicator), row.period)
    except CallError as fault:
        return f"No list: {fault.says}", none
    found = chosen(cases.rows, indicator, row, better, is_ratio=ratio is not None)
    if found is None:
        return "No list: there are too few, and whoever is lacking is in no record that this figure reads.", none
    lists, rows = found
    return lists, for_a_team(store, library, indicator, rows)


def _telling_more(indicator: Indicator) -> Indicator:
    """The indicator, its rows with their team and with the name by which what is counted once is told apart."""
    breakdowns = tuple(dict.fromkeys([*indicator.breakdowns, TEAM]))
    record_set, key = indicator.record_set, indicator.distinct
    if record_set is not None and key is not None:
        text = record_set.text.model_copy(update={"id": tuple(dict.fromkeys([*record_set.text.id, key]))})
        record_set = replace(record_set, text=text)
    return replace(indicator, breakdowns=breakdowns, record_set=record_set)


def better_for(row: ReportRow) -> Better | None:
    """Which way the figure must go to be red no longer; None where that can't be said."""
    target, value = row.target, row.now.value
    if target is not None and value is not None and target.low is not None and target.high is not None:
        return "higher" if value < Fraction(str(target.low)) else "lower"
    return row.good if row.good != "neither" else None


def chosen(
    rows: pl.DataFrame, indicator: Indicator, row: ReportRow, better: Better, *, is_ratio: bool
) -> tuple[str, pl.DataFrame] | None:
    """Which rows these are in words, and the rows; None where no row can be named."""
    view = row.view
    everywhere = view.breakdown == "all" or view.groups == ("all",)
    here = pl.lit(True) if everywhere else pl.col(f"{view.breakdown}_group").is_in(list(view.groups))
    if indicator.kind in ("average", "median") and not is_ratio:
        return _beyond(rows.filter(here), row, better) if view.shows in ("value", "fraction") else None
    counted = _in_numerator(indicator) if indicator.kind == "share" else pl.lit(True)
    if view.shows == "share_of_all":
        if better == "lower":
            return "Those counted in this group.", rows.filter(here & counted)
        return "Those counted in other groups.", rows.filter(~here & counted)
    rows = rows.filter(here)
    if indicator.kind != "share" or is_ratio or view.shows == "denominator":
        return ("All those counted.", rows) if better == "lower" else None
    if (better == "lower") != (view.shows == "remainder"):
        return ("Those in time." if indicator.clock else "Those it counts (the numerator)."), rows.filter(counted)
    without = rows.filter(~counted & _has_key(indicator))
    return ("Those not in time." if indicator.clock else "Those it does not count (not in the numerator)."), without


def _in_numerator(indicator: Indicator) -> pl.Expr:
    """Whether a row is in the numerator; where a child (or family) counts once, whether any of its rows is."""
    held = pl.col("in_numerator").fill_null(value=False)
    key = indicator.distinct
    return held if key is None else held.any().over(key) & pl.col(key).is_not_null()


def _has_key(indicator: Indicator) -> pl.Expr:
    """Whatever is told apart by a name that a row lacks is not counted at all."""
    return pl.lit(True) if indicator.distinct is None else pl.col(indicator.distinct).is_not_null()


def _beyond(rows: pl.DataFrame, row: ReportRow, better: Better) -> tuple[str, pl.DataFrame] | None:
    """Of an average the rows that lie on the wrong side of the target."""
    assert row.target is not None
    edges = (row.target.low, row.target.high)
    edge = row.target.on(row.period.end) if None in edges else Fraction(str(edges[better == "lower"]))
    if edge is None:
        return None
    limit = float(edge / scale_of(row.now.unit))
    if better == "lower":
        return f"Those with more than {float(edge):g}.", rows.filter(pl.col("amount") > limit)
    return f"Those with less than {float(edge):g}.", rows.filter(pl.col("amount") < limit)
