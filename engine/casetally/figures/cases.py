"""Why: every figure can name the children behind it, from the very rows that were summed, each with why it counts.

A case list is the evidence of one indicator, period and group: one row for each row counted, with the columns that decide it, the
dates of its clock, the working days taken, the bank holidays in between and where the record was read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from casetally.calendar import Calendar
from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.lineage import dates_of_the_child
from casetally.engines.duckdb import evidence_rows, prepare
from casetally.engines.duckdb.rows import groups_known
from casetally.errors import CallError, did_you_mean
from casetally.evidence import Measure, Pass, plan_passes
from casetally.figures.lacks import lacks
from casetally.periods import Period, grid_of
from casetally.store import Store
from casetally.store.database import calendar_of


@dataclass(frozen=True)
class CaseList:
    """The rows behind a figure. `numerator` and `denominator` are counted from `rows` and from nothing else."""

    indicator: Indicator
    period: Period
    breakdown: str
    group: str
    rows: pl.DataFrame
    numerator: float | None
    denominator: int | None


def list_cases(
    store: Store, library: Library, indicator: Indicator, period: Period, *, breakdown: str = "all", group: str = "all"
) -> CaseList:
    """The children counted by an indicator in a period, all of them or one group's; no date of birth is told.

    Raises CallError for a breakdown or group that does not occur, or an indicator that the records can't give.
    """
    ratio = indicator.text.ratio
    counted = library.indicator(ratio.of) if ratio else indicator
    if counted.record_set is None:
        raise CallError(
            f"'{counted.id}' is supplied as a figure: there are no records behind it.",
            hint="Ask whoever supplies it; 'casetally indicators show' says what it means.",
        )
    absent = lacks(store, library, counted)
    if absent:
        raise CallError(
            f"'{counted.id}' is not available from these records: they lack {', '.join(absent)}.",
            hint="'casetally check' shows what this source supports.",
        )
    rows = _evidence(store, library, counted, period)
    if breakdown != "all":
        rows = _of_group(store, rows, counted, breakdown, group)
    numerator, denominator = _counted(rows, counted)
    untold = dates_of_the_child(library, counted.record_set)
    shown = _with_reasons(
        rows.drop(untold, strict=False), counted, period.as_at(store.as_at), calendar_of(store), store
    )
    return CaseList(counted, period, breakdown, group, shown, numerator, denominator)


def _evidence(store: Store, library: Library, indicator: Indicator, period: Period) -> pl.DataFrame:
    one, measure = pass_of(indicator)
    work = prepare(store, library, grid_of(store.as_at, [period]), library.record_sets_for([one.record_set.name]))
    return evidence_rows(work, one, measure)


def pass_of(indicator: Indicator) -> tuple[Pass, Measure]:
    """The pass that serves one indicator alone, and its measure."""
    one = plan_passes([indicator])[0]
    return one, one.measures[0]


def _of_group(store: Store, rows: pl.DataFrame, indicator: Indicator, breakdown: str, group: str) -> pl.DataFrame:
    if breakdown not in indicator.breakdowns:
        offered = ", ".join(indicator.breakdowns) or "none"
        raise CallError(
            f"'{indicator.id}' is not broken down by '{breakdown}'.",
            hint=did_you_mean(breakdown, indicator.breakdowns, else_say=f"Breakdowns: {offered}."),
        )
    column = f"group_{breakdown}"
    known = sorted({*groups_known(store, indicator, breakdown), *rows[column].to_list()})
    if group not in known:
        raise CallError(
            f"There is no group '{group}' in the breakdown '{breakdown}'.",
            hint=did_you_mean(group, known, else_say=f"Groups: {', '.join(known)}."),
        )
    return rows.filter(pl.col(column) == group)


def _counted(rows: pl.DataFrame, indicator: Indicator) -> tuple[float | None, int | None]:
    """Numerator and denominator as the figure has them (a rate's population apart, which is no row)."""
    if indicator.kind == "share" and indicator.distinct is not None:
        keys = rows.select(indicator.distinct, "in_numerator").drop_nulls(indicator.distinct)
        return float(keys.filter("in_numerator")[indicator.distinct].n_unique()), keys[indicator.distinct].n_unique()
    if indicator.kind == "share":
        return float(rows["in_numerator"].sum()), rows.height
    if indicator.kind == "average":
        amounts = rows["amount"].drop_nulls()
        return float(amounts.sum() or 0), len(amounts)
    if indicator.kind == "median":
        return None, len(rows["amount"].drop_nulls())
    if indicator.distinct is not None:
        return float(rows[indicator.distinct].drop_nulls().n_unique()), None
    return float(rows.height), None


def _with_reasons(
    rows: pl.DataFrame, indicator: Indicator, as_at: dt.date, calendar: Calendar, store: Store
) -> pl.DataFrame:
    record_set = indicator.record_set
    assert record_set is not None
    names = [*record_set.text.id, "child_id"]
    deciding = [name for name in record_set.types if any(name in e.columns for e in indicator.expressions())]
    deciding = [name for name in deciding if name in rows.columns]
    groups = [f"group_{name}" for name in indicator.breakdowns]
    stock_days = ["holds_from", "holds_until"] if indicator.is_stock else []
    amount = ["amount"] if indicator.amount else []
    counts = ["in_numerator"] if indicator.share or indicator.clock else []
    unsettled = ["unsettled"] if indicator.when and (indicator.clock or indicator.unsettled) else []
    clock = ["clock_starts_on", "clock_due_on"] if indicator.clock else []
    columns = list(dict.fromkeys([*names, *deciding, *stock_days, *amount, *counts, *clock, *unsettled, *groups]))
    kept = rows.select(columns)
    if indicator.clock:
        kept = kept.with_columns(_clock_columns(rows, as_at, calendar))
    renamed = {f"group_{name}": f"{name}_group" for name in indicator.breakdowns}
    kept = kept.with_columns(why=pl.Series([_why(row, indicator, as_at) for row in kept.to_dicts()], dtype=pl.String))
    return _with_places(kept, indicator, store).rename(renamed)


def _clock_columns(rows: pl.DataFrame, as_at: dt.date, calendar: Calendar) -> list[pl.Series]:
    """Working days taken and the weekdays left out in between, up to the day the clock was met or the as-at day."""
    taken, left_out = [], []
    for start, met in rows.select("clock_starts_on", "clock_met_on").iter_rows():
        end = met or as_at
        taken.append(calendar.working_days(start, end) if start else None)
        days = calendar.bank_holidays_between(start, end) if start and start <= end else ()
        left_out.append(", ".join(day.isoformat() for day in days))
    return [
        pl.Series("clock_met_on", rows["clock_met_on"], dtype=pl.Date),
        pl.Series("working_days_taken", taken, dtype=pl.Int64),
        pl.Series("bank_holidays_between", left_out, dtype=pl.String),
    ]


def _why(row: dict[str, object], indicator: Indicator, as_at: dt.date) -> str:
    """A sentence on why the row counts as it does."""
    if indicator.clock:
        if row["clock_starts_on"] is None:
            return "not in time: the day its clock starts is not known"
        met, due = row["clock_met_on"], row["clock_due_on"]
        took = f"{_took(row, indicator, met or as_at)} from {row['clock_starts_on']}"
        until = f" to {met}" if met else f" by {as_at}"
        verdict = "in time" if row["in_numerator"] else ("not yet met" if row.get("unsettled") else "not in time")
        return f"{verdict}: {took}{until}, due {due}"
    if indicator.share:
        facts = ", ".join(f"{name} {_plain(row[name])}" for name in sorted(indicator.share.columns) if name in row)
        return ("in the numerator" if row["in_numerator"] else "not in the numerator") + (f": {facts}" if facts else "")
    if indicator.is_stock:
        return f"open on {as_at}"
    dated = [name for name in sorted(indicator.when.columns) if name in row] if indicator.when else []
    return f"dated {row[dated[0]]}" if dated else "counted"


def _took(row: dict[str, object], indicator: Indicator, end: object) -> str:
    """How long the clock has run, in working days where its limit is counted in them, else in days."""
    start = row["clock_starts_on"]
    assert indicator.clock is not None
    assert isinstance(start, dt.date)
    assert isinstance(end, dt.date)
    in_working_days = "working_days" in indicator.clock.due.text
    number = row["working_days_taken"] if in_working_days else (end - start).days
    return f"{number} {'working ' if in_working_days else ''}day{'' if number == 1 else 's'}"


def _plain(value: object) -> str:
    return "not recorded" if value is None else str(value)


def _with_places(rows: pl.DataFrame, indicator: Indicator, store: Store) -> pl.DataFrame:
    """Adds the file and row in which each record was read, where the store knows them."""
    record_set = indicator.record_set
    assert record_set is not None
    keys = [name for name in record_set.text.id if name in store.schemas.tables[record_set.text.base].columns]
    quoted = ", ".join(f'"{name}"' for name in keys)
    places = store.frame(f'SELECT {quoted}, _file AS file, _row AS "row" FROM "{record_set.text.base}"')
    places = places.unique(subset=keys, keep="first", maintain_order=True)
    return rows.join(places, on=keys, how="left", maintain_order="left", nulls_equal=True)
