"""Why: a case worked by hand is short: what it does not say (the child, the ids) is filled in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casetally.calendar import Calendar
from casetally.definitions import load_library
from casetally.periods import grid_of, period_of

from reference.figures import reference_figures
from reference.record_sets import ROWS_ON
from reference.world import Row, World, make_world

CALENDAR = Calendar.england()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def world(run_as_at: str = "2024-03-31", **rows: Any) -> World:
    """A world of one child, 'child', unless the rows say otherwise; days are written as texts."""
    library = load_library()
    typed: dict[str, list[Row]] = {}
    for table, given in rows.items():
        columns = library.schemas.tables[table].columns
        typed[table] = []
        for number, row in enumerate(given, 1):
            whole: Row = {"child_id": "child"} if "child_id" in columns else {}
            for key in library.schemas.tables[table].key:
                if columns[key].type == "id" and key != "child_id" and columns[key].references is None:
                    whole[key] = f"{table}-{number}"
            for name, value in row.items():
                is_day = columns[name].type == "date" and value is not None
                is_moment = columns[name].type == "datetime" and value is not None
                whole[name] = day(value) if is_day else dt.datetime.fromisoformat(value) if is_moment else value
            typed[table].append(whole)
    limits = {name: limit.values for name, limit in library.limits.items()}
    return make_world(typed, library.schemas, CALENDAR, limits, day(run_as_at))


def figure(of: World, indicator: str, period: str, *, basis: str = "month", group: str = "all") -> Row:
    """The one figure of an indicator for a period and group (of any breakdown)."""
    library = load_library()
    grid = grid_of(of.run_as_at, [period_of(basis, day(f"{period}-01" if len(period) == 7 else period))])
    chosen = {indicator: library.indicators[indicator]}
    found = reference_figures(of, library, grid, authority="E1", indicators=chosen)
    return next(one for one in found if one["group"] == group)


def counted(of: World, indicator: str, period: str, **how: Any) -> tuple[Any, Any]:
    one = figure(of, indicator, period, **how)
    return one["numerator"], one["denominator"]


def on(of: World, record_set: str, text: str) -> Row:
    """The one row of a record set on a day."""
    (row,) = ROWS_ON[record_set](of, day(text))
    return row


CARE = {"care_period_id": "P"}


def placed(*spells: tuple[str, str | None, str | None, str], **more: Any) -> World:
    """A child in care since 2022-01-01 with placements (start, end, carer, type)."""
    placements = [
        {**CARE, "placement_id": f"{at}", "started_on": start, "ended_on": end, "carer_id": carer, "type": kind}
        for at, (start, end, carer, kind) in enumerate(spells)
    ]
    return world(care_periods=[{**CARE, "started_on": "2022-01-01"}], placements=placements, **more)
