"""Why: what falls due next, and what is overdue, comes from the same clocks and limits as the figures and can't differ from them.

A record set's clock with a `due_list` names what is to be done. It is outstanding on a day while its row is open, it runs on
the row, and it has not been met.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.lineage import lacking, needs_of_columns
from casetally.definitions.record_sets import Clock, RecordSet
from casetally.engines.duckdb import prepare
from casetally.engines.duckdb.prepare import Workspace
from casetally.errors import CallError, did_you_mean
from casetally.language import Lookups, render
from casetally.periods import grid_of, month
from casetally.store import Store
from casetally.store.database import calendar_of

DUE_SCHEMA: dict[str, type[pl.DataType]] = {
    "list": pl.String, "what": pl.String, "child_id": pl.String, "record": pl.String, "team": pl.String, "worker_id": pl.String,
    "clock_starts_on": pl.Date, "due_on": pl.Date, "working_days_left": pl.Int64, "state": pl.String,
}  # fmt: skip


def due_lists(library: Library) -> list[str]:
    """The headings under which something can fall due."""
    return sorted(
        {clock.due_list for one in library.record_sets.values() for clock in one.clocks.values() if clock.due_list}
    )


def list_due(
    store: Store, library: Library, on: dt.date, within: int, lists: Iterable[str] | None = None
) -> pl.DataFrame:
    """What is overdue on a day and what falls due within so many working days of it (`DUE_SCHEMA`), soonest first.

    `working_days_left` is 0 on the due day and negative where overdue.
    """
    wanted = set(lists) if lists is not None else set(due_lists(library))
    clocks = [(one, clock) for one in library.record_sets.values() for clock in one.clocks.values()
              if clock.due_list in wanted and not lacking(_needs(library, one, clock), store.present)]  # fmt: skip
    if not clocks:
        return pl.DataFrame(schema=DUE_SCHEMA)
    work = prepare(store, library, grid_of(on, [month(on)]), library.record_sets_for(one.name for one, _ in clocks))
    calendar = calendar_of(store)
    last = calendar.add_working_days(on, within)
    rows = pl.concat([_outstanding(work, one, clock, on, last) for one, clock in clocks])
    left = [_days_left(calendar.working_days(on, due), on, due) for due in rows["due_on"]]
    rows = rows.with_columns(
        pl.Series("working_days_left", left, dtype=pl.Int64),
        state=pl.when(pl.col("due_on") < on).then(pl.lit("overdue")).otherwise(pl.lit("due")),
    )
    return rows.select(list(DUE_SCHEMA)).cast(DUE_SCHEMA).sort("due_on", "list", "what", "child_id", "record")  # type: ignore[arg-type]


def _days_left(working_days: int, on: dt.date, due: dt.date) -> int:
    # a due day just past, with only a weekend between, is overdue by a day and not by none
    return min(working_days, -1) if due < on else working_days


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _needs(library: Library, one: RecordSet, clock: Clock) -> frozenset[tuple[str, str]]:
    parts = [clock.from_, clock.due, clock.met, clock.where, *(clock.open or ())]
    return needs_of_columns(library, one, {name for part in parts if part is not None for name in part.columns})


def _outstanding(work: Workspace, one: RecordSet, clock: Clock, on: dt.date, last: dt.date) -> pl.DataFrame:
    lookups = Lookups("looked_up", work.limits)

    def written(expression: object) -> str:
        return render(expression, lookups, run_as_at=on)  # type: ignore[arg-type]

    conditions = [f"{written(clock.from_)} <= DATE '{on}'", f"{written(clock.due)} <= DATE '{last}'"]
    if clock.met is not None:
        met = written(clock.met)
        conditions.append(f"{met} IS NULL OR {met} > DATE '{on}'")  # a day in the past is seen as it was
    if clock.where is not None:
        conditions.append(written(clock.where))
    if clock.open is not None:
        first, until = (written(day) for day in clock.open)
        conditions.append(f"{first} <= DATE '{on}' AND ({until} IS NULL OR {until} > DATE '{on}')")
    record = " || '/' || ".join(f'CAST("{name}" AS VARCHAR)' for name in one.text.id)
    own_team = "x.team" if "team" in one.types else "NULL"
    return work.store.frame(f"""
SELECT {_text(clock.due_list or "")} AS list, {_text(clock.title)} AS what, r.child_id, {record} AS record,
  coalesce(r.allocated_team, r.own_team, 'unknown') AS team, r.allocated_worker AS worker_id,
  {written(clock.from_)} AS clock_starts_on, {written(clock.due)} AS due_on
FROM (
  SELECT x.*, {own_team} AS own_team, t.team AS allocated_team, t.worker_id AS allocated_worker
  FROM {one.table} AS x
  LEFT JOIN team_on_day AS t ON t.person_id = x.person_id AND t.day_number = 0
) AS r
{lookups.joins()}
WHERE {" AND ".join(f"({condition})" for condition in conditions)}""")


def of_team(store: Store, rows: pl.DataFrame, team: str | None, worker: str | None) -> pl.DataFrame:
    """The rows of one team or worker. Raises CallError with the nearest name where there is none."""
    for column, wanted, kind in (("team", team, "team"), ("worker_id", worker, "worker")):
        if wanted is not None:
            known = sorted({*rows[column].drop_nulls().to_list(), *_named(store, column)})
            if wanted not in known:
                names = f"{kind.capitalize()}s: {', '.join(known[:12])}."
                raise CallError(f"There is no {kind} '{wanted}'.", hint=did_you_mean(wanted, known, else_say=names))
            rows = rows.filter(pl.col(column) == wanted)
    return rows


def _named(store: Store, column: str) -> set[str]:
    """The teams or workers of all allocations, whether or not anything is due for them."""
    found = store.rows(f'SELECT DISTINCT "{column}" FROM allocations WHERE "{column}" IS NOT NULL')
    return {str(row[0]) for row in found}
