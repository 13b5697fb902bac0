"""Why: a figure that can't be explained can't be defended: its rule, limits, SQL and steps from rows to value are one call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.limits import Limit
from casetally.engines.duckdb import prepare
from casetally.engines.duckdb.dated import dated_rows
from casetally.engines.duckdb.sums import sums_sql
from casetally.figures.cases import CaseList, list_cases, pass_of
from casetally.periods import Period, grid_of
from casetally.store import Store


@dataclass(frozen=True)
class LimitInForce:
    """A dated limit with the value that holds on the period's last day, and all its values with their sources."""

    limit: Limit
    value: int | None
    since: dt.date | None


@dataclass(frozen=True)
class Explanation:
    """How one figure comes about: `steps` are (what, rows) from the records read to the numerator.

    `record_sql` is the record set as an analyst wrote it, `sums_sql` the query that ran.
    """

    indicator: Indicator
    period: Period
    rule: tuple[tuple[str, str], ...]
    limits: tuple[LimitInForce, ...]
    record_sql: str
    sums_sql: str
    steps: tuple[tuple[str, int | float], ...]
    cases: CaseList


def explain(store: Store, library: Library, indicator: Indicator, period: Period) -> Explanation:
    """Everything behind the figure of an indicator and period. Raises CallError where the records can't give it."""
    ratio = indicator.text.ratio
    counted = library.indicator(ratio.of) if ratio else indicator
    cases = list_cases(store, library, counted, period)
    one, measure = pass_of(counted)
    work = prepare(store, library, grid_of(store.as_at, [period]), library.record_sets_for([one.record_set.name]))
    dated = store.frame(f"SELECT count(*) AS n FROM ({dated_rows(work, one, by_period=not one.is_stock)})")["n"][0]
    prepared = store.frame(f"SELECT count(*) AS n FROM {one.record_set.table}")["n"][0]
    base = one.record_set.text.base
    accepted = store.frame(f'SELECT count(*) AS n FROM "{base}"')["n"][0]
    steps: list[tuple[str, int | float]] = [
        (f"rows of {base} accepted", accepted),
        (f"rows of the record set {one.record_set.name}", prepared),
        (
            f"rows open on {period.as_at(store.as_at)}"
            if one.is_stock
            else f"rows dated {period.start} to {period.end}",
            dated,
        ),
        ("of these counted (where, and limits known)", cases.rows.height),
    ]
    if cases.numerator is not None:
        steps.append(("numerator", cases.numerator))
    if cases.denominator is not None:
        steps.append(("denominator", cases.denominator))
    return Explanation(
        indicator,
        period,
        tuple(rule_of(indicator).items()),
        limits_in_force(library, counted, period.end),
        one.record_set.written.strip(),
        sums_sql(work, one, [measure], by_period=measure.recounted and not one.is_stock),
        tuple(steps),
        cases,
    )


def rule_of(indicator: Indicator) -> dict[str, str]:
    """The definition in words and expressions, in the order in which it is read."""
    text, clock = indicator.text, indicator.clock
    parts: dict[str, Any] = {
        "title": text.title, "meaning": text.meaning, "source": text.source, "counts": text.count,
        "dated by": text.when, "open from and until": ", ".join(text.open) if text.open else None, "where": text.where,
        "numerator": text.share, "clock starts": clock.from_.text if clock else None, "due": clock.due.text if clock else None,
        "met": clock.met.text if clock and clock.met else None, "distinct": text.distinct, "rate per": text.rate,
        "average of": text.average, "median of": text.median,
        "ratio": f"{text.ratio.of} / {text.ratio.to}" if text.ratio else None, "good": text.good, "unit": indicator.unit,
        "looks back (months)": text.looks_back, "definition": indicator.fingerprint,
    }  # fmt: skip
    return {name: " ".join(str(value).split()) for name, value in parts.items() if value is not None}


def limits_in_force(library: Library, indicator: Indicator, day: dt.date) -> tuple[LimitInForce, ...]:
    """The limits that an indicator reads with their values on a day."""
    found = []
    for name in limits_read(library, indicator):
        limit = library.limits[name]
        holding = [(since, value) for since, value in limit.values if since <= day]
        since, value = holding[-1] if holding else (None, None)
        found.append(LimitInForce(limit, value, since))
    return tuple(found)


def limits_read(library: Library, indicator: Indicator) -> list[str]:
    """The names of the limits behind an indicator, sorted."""
    names = {name for expression in indicator.expressions() for name in expression.limits}
    if indicator.record_set is not None:
        for one in library.record_sets_for([indicator.record_set.name]):
            names |= one.limits
    return sorted(names)
