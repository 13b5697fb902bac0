"""Why: an empty cell must not pass for a fact, so a workbook says of every column that it could not fill, and why.

What is said follows from the SQL of the lists and from what the source had (`store.present`, `store.reach`), not from a list
that someone keeps by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from casetally.definitions.lineage import Needed, lacking
from casetally.reports.annex_a.queries import Headed, ListQuery
from casetally.sources.annex_a.layout import AnnexAList
from casetally.store import Store

WHOLE_LIST = "(the whole list)"
NOT_FILLED, IN_PART = "not filled", "filled in part"

# Columns that count or look for rows before the latest: with the latest alone, or from a first day on, they can't be told whole.
# header: the months before the list's window, or before the day, that it looks back (None: ever)
LOOKS_BACK: dict[str, int | None] = {
    "Number of Referrals in Last 12 Months": 12,
    "Number of Section 47 Enquiries in the last 12 months": 12,
    "Number of ICPCs in the last 12 months": 12,
    "Number of Previous Child Protection Plans": None,
    "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)": 12,
    "Number of Placements in the Last 12 months": 12,
    "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": 12,
    "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months": 12,
    "Date the child was placed for fostering in FFA or concurrent planning placement": None,
}


@dataclass(frozen=True)
class Gap:
    """A column (or a whole list) that is empty or not complete, and why."""

    sheet: str
    header: str
    state: str
    reason: str


def gaps_without_query(of: AnnexAList) -> list[Gap]:
    """Of a list that has no query: the data model knows nothing of what it tells."""
    return [Gap(of.sheet, WHOLE_LIST, NOT_FILLED, f"The data model holds no records for it ({of.one_row_is}).")]


def gaps_of(asked: ListQuery, store: Store, as_at: dt.date) -> list[Gap]:
    """What is missing from one list, in the order of its headers."""
    absent = lacking(asked.rows, store.present)
    if absent:
        return [Gap(asked.of.sheet, WHOLE_LIST, NOT_FILLED, _lacks(absent))]
    found = [
        Gap(asked.of.sheet, WHOLE_LIST, IN_PART, reason)
        for reason in _short(asked, _tables(asked.rows), store, as_at, asked.of.months)
    ]
    columns = {one.header: one for one in asked.columns}
    for header in asked.of.headers:
        if header not in columns:
            found.append(Gap(asked.of.sheet, header, NOT_FILLED, "The data model has no column for it."))
        else:
            found += _gaps_of_column(asked, columns[header], store, as_at)
    return found


def _gaps_of_column(asked: ListQuery, column: Headed, store: Store, as_at: dt.date) -> list[Gap]:
    sheet = asked.of.sheet
    there = column.there(store.present)
    if not there:
        return [Gap(sheet, column.header, NOT_FILLED, _lacks_any([lacking(way, store.present) for way in column.ways]))]
    tables = set().union(*(_tables(way) for way in there)) - _tables(asked.rows)
    counted = _tables(frozenset().union(*there)) if column.header in LOOKS_BACK else set()
    latest = sorted(name for name in tables | counted if name in store.reach and store.reach[name].latest_only)
    for name in latest:
        if name in counted:
            says = f"The source tells only the latest row of each in {name}, and this counts those before it."
            return [Gap(sheet, column.header, NOT_FILLED, says)]
        if as_at != store.as_at or store.reach[name].later:
            says = f"The source tells only the latest row of each in {name}, which is not that of {as_at:%d/%m/%Y}."
            return [Gap(sheet, column.header, NOT_FILLED, says)]
    if column.header not in LOOKS_BACK:
        return []
    back = LOOKS_BACK[column.header]
    # what makes the list's own rows is told of the list
    own = counted - _tables(asked.rows) or counted
    reasons = _short(asked, own, store, as_at, None if back is None else back + _rows_back(asked))
    return [Gap(sheet, column.header, IN_PART, reason) for reason in reasons]


def _rows_back(asked: ListQuery) -> int:
    """Lists 3 and 5 count back from each of their rows, the others from the as-at day."""
    return asked.of.months if asked.of.number in (3, 5) else 0


def _short(asked: ListQuery, tables: Iterable[str], store: Store, as_at: dt.date, months: int | None) -> list[str]:
    """For each table that does not tell of all the days asked (`months` back, None: ever): from when, or until when it does."""
    from casetally.language.day_functions import months_after

    first = None if months is None else months_after(as_at, -months) + dt.timedelta(1)
    found = []
    for name in sorted(set(tables) & set(store.reach)):
        reach = store.reach[name]
        if reach.since is not None and (first is None or reach.since > first) and asked.of.months:
            found.append(f"The source tells of {name} from {reach.since:%d/%m/%Y} only.")
        if reach.until is not None and reach.until < as_at:
            found.append(f"The source tells of {name} until {reach.until:%d/%m/%Y} only.")
        if reach.latest_only:
            found.append(f"The source tells only the latest row of each in {name}.")
    return found


def _tables(needs: Needed) -> set[str]:
    return {table for table, _ in needs}


def _lacks(absent: list[str]) -> str:
    return f"The source lacks {', '.join(absent)}."


def _lacks_any(ways: list[list[str]]) -> str:
    found = list(dict.fromkeys(", ".join(way) for way in ways))
    return f"The source has neither {' nor '.join(found)}." if len(found) > 1 else f"The source lacks {found[0]}."
