"""Why: beside what went wrong a team needs what goes wrong next: the due list, each line with where its record was read."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.record_sets import RecordSet
from casetally.figures.due import list_due
from casetally.reports.case_lists.columns import TEAM, WORKER
from casetally.store import Store

_TASK = ("list", "what", "record", "clock_starts_on", "due_on", "working_days_left", "why")
_COLUMNS = ("child_id", WORKER, *_TASK, "file", "row", TEAM)


def due_work(store: Store, library: Library, within: int) -> pl.DataFrame:
    """What is overdue on the day the records speak for, and what falls due within so many working days, soonest first.

    Each row with `team`, why it stands here, and the file and row of its record.
    """
    found = list_due(store, library, store.as_at, within)
    found = found.with_columns(
        why=pl.Series([_why(*row) for row in found.select("state", "working_days_left").iter_rows()], dtype=pl.String)
    )
    places = pl.concat([pl.DataFrame(schema=_PLACES), *_places(store, library)])
    found = found.join(places, on=["list", "what", "record"], how="left", maintain_order="left")
    return found.select(_COLUMNS)


_PLACES = {"list": pl.String, "what": pl.String, "record": pl.String, "file": pl.String, "row": pl.UInt32}


def _why(state: str, left: int) -> str:
    if state == "due":
        return "due today" if not left else f"due within {_days(left)}"
    return f"overdue by {_days(-left)}"


def _days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"


def _places(store: Store, library: Library) -> Iterator[pl.DataFrame]:
    """For each heading and task the record as a due list names it, and where it was read."""
    for one in library.record_sets.values():
        for clock in one.clocks.values():
            if clock.due_list and _names_its_record(store, one):
                record = " || '/' || ".join(f'CAST("{name}" AS VARCHAR)' for name in one.text.id)
                rows = store.frame(f'SELECT {record} AS record, _file AS file, _row AS "row" FROM "{one.text.base}"')
                rows = rows.unique(subset="record", keep="first", maintain_order=True)
                rows = rows.with_columns(list=pl.lit(clock.due_list), what=pl.lit(clock.title))
                yield rows.select(list(_PLACES)).cast(_PLACES)  # type: ignore[arg-type]


def _names_its_record(store: Store, one: RecordSet) -> bool:
    return all(name in store.schemas.tables[one.text.base].columns for name in one.text.id)
