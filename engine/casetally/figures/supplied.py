"""Why: a whole report holds figures that no child-level record gives (staffing, audits, calls); they are carried through,
checked, and never mistaken for figures that were calculated.

A row of `supplied_figures` names an indicator that is defined as `supplied`, a period as figures write it (2023-09, 2023-24 Q2,
2023-24), groups as `team=North` (`team=North;grade=Good` for a cross-tabulation), and numerator and denominator, a value, or both.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.models import ACROSS
from casetally.errors import did_you_mean
from casetally.figures.dense import GridIndex
from casetally.figures.values import CALCULATED, NOT_AVAILABLE, Values, maturity_by_period
from casetally.periods import MOST_NAMES, Period, named_period
from casetally.sources.delivery import FINDING_COLUMNS
from casetally.store import Store

_ROWS = """
SELECT indicator, period, coalesce(breakdown, '') AS breakdown,
  numerator::DOUBLE AS numerator, denominator::DOUBLE AS denominator, value::DOUBLE AS value, _file AS file, _row AS "row"
FROM supplied_figures
ORDER BY indicator, period, breakdown, _file, _row
"""


def supplied_values(store: Store, indicator: Indicator, index: GridIndex) -> Values:
    """The figures supplied for one indicator; a period for which none was supplied is not available."""
    chosen = index.wanted(indicator)
    periods = tuple(index.grid.periods[p] for p in chosen)
    column = {p: at for at, p in enumerate(periods)}
    given: dict[tuple[tuple[str, str], int], tuple[float | None, ...]] = {}
    for row in _rows(store).filter(pl.col("indicator") == indicator.id).iter_rows(named=True):
        period = _period_of(indicator, row["period"])
        label = label_of(row["breakdown"])
        if period in column and label is not None:
            given.setdefault((label, column[period]), (row["numerator"], row["denominator"], row["value"]))
    labels = tuple(sorted({("all", "all"), *(label for label, _ in given)}))
    numerator, denominator, value = (np.full((len(labels), len(periods)), np.nan) for _ in range(3))
    status = np.full(value.shape, NOT_AVAILABLE, dtype=np.int8)
    for (label, at), (top, below, printed) in given.items():
        where = labels.index(label), at
        worked_out = _value(indicator, top, below)
        numerator[where], denominator[where] = _or_nan(top), _or_nan(below)
        value[where] = _or_nan(printed if worked_out is None else worked_out)
        if not np.isnan(value[where]):
            status[where] = CALCULATED
    by_period = maturity_by_period(periods, index.grid.run_as_at)
    maturity = np.broadcast_to(by_period, value.shape).copy()
    return Values(indicator, periods, labels, numerator, denominator, value, status, maturity, by_period)


def supplied_findings(store: Store, library: Library) -> pl.DataFrame:
    """What is wrong with supplied figures, by file and row: an unknown indicator, a period that is none, a percentage over 100.

    Two figures for one place are found before, as two rows with one key.
    """
    if "supplied_figures" not in store.present:
        return pl.DataFrame(schema=FINDING_COLUMNS)
    found = []
    for row in _rows(store).iter_rows(named=True):
        if says := _fault_of(row, library):
            rule, column, message = says
            found.append({"file": row["file"], "row": row["row"], "table": "supplied_figures", "rule": rule,
                          "severity": "warning", "column": column, "message": message, "record_id": row["indicator"]})  # fmt: skip
    return pl.DataFrame(found, schema=FINDING_COLUMNS)


def label_of(breakdown: str) -> tuple[str, str] | None:
    """(breakdown, group) of a text such as `team=North;grade=Good`; None where it is not written so."""
    if not breakdown:
        return ("all", "all")
    parts = [part.partition("=") for part in breakdown.split(ACROSS)]
    if any(not name.strip() or not equals for name, equals, _ in parts):
        return None
    return ACROSS.join(name.strip() for name, _, _ in parts), ACROSS.join(group.strip() for _, _, group in parts)


def _rows(store: Store) -> pl.DataFrame:
    return store.frame(_ROWS)


def _fault_of(row: Mapping[str, object], library: Library) -> tuple[str, str, str] | None:
    name, period, value = str(row["indicator"]), str(row["period"]), row["value"]
    known = [one.id for one in library.indicators.values() if one.text.supplied]
    if name not in known:
        hint = did_you_mean(name, known, else_say="'casetally indicators list' shows which are supplied.")
        return "supplied_figures_indicator", "indicator", f"No indicator of this name is supplied. {hint}"
    indicator = library.indicators[name]
    if _period_of(indicator, period) is None:
        return "supplied_figures_period", "period", f"This is no period of the basis it is supplied on. {MOST_NAMES}"
    if label_of(str(row["breakdown"])) is None:
        return "supplied_figures_breakdown", "breakdown", "A group is written as team=North."
    worked_out = _value(indicator, _number(row["numerator"]), _number(row["denominator"]))
    shares = [one for one in (_number(value), worked_out) if one is not None]
    if indicator.unit == "percent" and any(not 0 <= one <= 100 for one in shares):
        return "supplied_figures_percent", "value", "A percentage lies between 0 and 100."
    return None


def _period_of(indicator: Indicator, text: str) -> Period | None:
    return named_period(indicator.text.basis or "month", text)


def _value(indicator: Indicator, top: float | None, below: float | None) -> float | None:
    if top is None or not below:
        return None
    return top * (100 if indicator.unit == "percent" else 1) / below


def _number(cell: object) -> float | None:
    return cell if isinstance(cell, float) else None


def _or_nan(number: float | None) -> float:
    return np.nan if number is None else number
