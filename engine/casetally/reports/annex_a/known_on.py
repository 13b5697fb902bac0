"""Why: a workbook may speak for an earlier day than the run does, and then nothing that came later may show in it.

A row that begins after the day is left out; a later date inside an earlier row reads as null, planned ones apart (rules: Time,
"Not yet known"; `records/as_at.py` says the same of frames).
"""

from __future__ import annotations

import datetime as dt

from casetally.schemas import Column, Table
from casetally.store.layout import has_child


def known_on(table: Table, as_at: dt.date) -> str:
    """A query that reads a table of a store as it was known on a day."""
    names = [_shown(name, column, as_at) for name, column in table.columns.items()]
    names += ["person_id"] if has_child(table) else []
    begun = (
        f' WHERE "{table.begins}" IS NULL OR CAST("{table.begins}" AS DATE) <= DATE \'{as_at}\'' if table.begins else ""
    )
    return f'SELECT {", ".join(names)} FROM store.main."{table.table}"{begun}'


def _shown(name: str, column: Column, as_at: dt.date) -> str:
    if column.type not in ("date", "datetime") or column.planned:
        return f'"{name}"'
    return f'CASE WHEN CAST("{name}" AS DATE) <= DATE \'{as_at}\' THEN "{name}" END AS "{name}"'
