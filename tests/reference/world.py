"""Why: what every rule of the reference reads: plain rows by table, the calendar, the limits and the run's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casetally.calendar import Calendar
from casetally.language.catalogue import meaning_of
from casetally.schemas import Schemas

Row = dict[str, Any]
Tables = dict[str, list[Row]]
DatedValues = Sequence[tuple[dt.date, int]]


@dataclass(frozen=True)
class World:
    """One authority as the run knows it. `tables` hold every table and column of the data model, and `person_id`."""

    tables: Tables
    calendar: Calendar
    limits: Mapping[str, DatedValues]
    run_as_at: dt.date
    begins: Mapping[str, str | None]  # the dating column of each table that has one

    def call(self, name: str, *arguments: Any) -> Any:
        """A function of the catalogue by its Python meaning: null where an argument is null."""
        return meaning_of(name, self.calendar)(*arguments)

    def limit(self, name: str, day: dt.date | None) -> int | None:
        """The limit that holds on a day, or None before its first."""
        value: int | None = None
        for since, number in self.limits[name]:
            if day is not None and since <= day:
                value = number
        return value

    def working_days_after(self, day: dt.date | None, limit: str) -> dt.date | None:
        """The day by which something is due, so many working days after `day`."""
        due: dt.date | None = self.call("add_working_days", day, self.limit(limit, day))
        return due

    def months_after(self, day: dt.date | None, limit: str) -> dt.date | None:
        """The day by which something is due, so many calendar months after `day`."""
        due: dt.date | None = self.call("months_after", day, self.limit(limit, day))
        return due

    def days_after(self, day: dt.date | None, limit: str) -> dt.date | None:
        """The day by which something is due, so many days after `day`."""
        due: dt.date | None = self.call("days_after", day, self.limit(limit, day))
        return due

    def find(self, table: str, column: str, value: Any) -> Row | None:
        """The one row of a table that a reference names, or None where it names none."""
        for row in self.tables[table]:
            if value is not None and row[column] == value:
                return row
        return None


def make_world(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    schemas: Schemas,
    calendar: Calendar,
    limits: Mapping[str, DatedValues],
    run_as_at: dt.date,
) -> World:
    """A world of rows that may leave columns and tables out: what is left out is unknown (None) or empty."""
    persons = person_ids(rows.get("child_links", ()))
    tables: Tables = {}
    for name, table in schemas.tables.items():
        tables[name] = []
        for given in rows.get(name, ()):
            row = {column: given.get(column) for column in table.columns}
            if "child_id" in table.columns:
                row["person_id"] = persons.get(str(row["child_id"]), row["child_id"])
            tables[name].append(row)
    begins = {name: table.begins for name, table in schemas.tables.items()}
    return World(tables, calendar, limits, run_as_at, begins)


def person_ids(links: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The smallest id of all ids that are linked to each linked id, directly or through others."""
    links = list(links)
    person = {str(link[end]): str(link[end]) for link in links for end in ("child_id", "linked_child_id")}
    changed = True
    while changed:
        changed = False
        for link in links:
            one, other = str(link["child_id"]), str(link["linked_child_id"])
            smallest = min(person[one], person[other])
            changed = changed or person[one] != smallest or person[other] != smallest
            person[one] = person[other] = smallest
    return person


def open_on(row: Row, day: dt.date, first: str = "started_on", last: str = "ended_on") -> bool:
    """Open: started on or before the day, and not ended on or before it (rules: Stock)."""
    return row[first] is not None and row[first] <= day and (row[last] is None or row[last] > day)


def columns(row: Row, *names: str) -> Row:
    """The named columns of a row."""
    return {name: row[name] for name in names}


def latest(values: Iterable[dt.date | None]) -> dt.date | None:
    """The latest of some days, those unknown passed over."""
    return max((value for value in values if value is not None), default=None)


def earliest(values: Iterable[dt.date | None]) -> dt.date | None:
    """The earliest of some days, those unknown passed over."""
    return min((value for value in values if value is not None), default=None)


RowsOf = Callable[[World], list[Row]]
RowsOn = Callable[[World, dt.date], list[Row]]
