"""Why: planters write records row by row; here they become tables of the data model, typed and in the order of their keys.

A row is a mapping from column to value. A table or column that the data model does not have is a mistake in a planter and
is refused at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from casetally.samples.write import DIGITS, PREFIXES
from casetally.schemas import Schemas, Table

TYPES: Mapping[str, pl.DataType] = {
    "id": pl.String(), "code": pl.String(), "text": pl.String(), "date": pl.Date(), "datetime": pl.Datetime("us"),
    "boolean": pl.Boolean(), "integer": pl.Int64(), "number": pl.Float64(),
}  # fmt: skip


class Rows:
    """The records planted so far: `tables` holds each table's rows in the order in which they were added."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._numbers: Counter[str] = Counter()
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **columns: Any) -> dict[str, Any]:
        """Add one record, and give it back so that a later planter may still complete it."""
        shape = self._schemas.tables[table]
        unknown = [name for name in columns if name not in shape.columns]
        if unknown:
            raise KeyError(f"{table} has no column {unknown[0]}")
        self.tables.setdefault(table, []).append(columns)
        return columns

    def of(self, table: str) -> list[dict[str, Any]]:
        """The records of a table so far."""
        return self.tables.get(table, [])

    def new_id(self, table: str) -> str:
        """The next id of a table (by the first column of its key) or of an id column such as `family_id`."""
        shape = self._schemas.tables.get(table)
        column = shape.key[0] if shape else table
        self._numbers[table] += 1
        return f"{PREFIXES[column]}{self._numbers[table]:0{DIGITS}d}"

    def frames(self) -> dict[str, pl.DataFrame]:
        """Each table with the columns it uses, in the order of the data model, sorted by its key."""
        return {name: self._frame(self._schemas.tables[name], rows) for name, rows in sorted(self.tables.items())}

    def _frame(self, shape: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
        used = {name for row in rows for name in row} | set(shape.key)
        schema = {name: TYPES[column.type] for name, column in shape.columns.items() if name in used}
        data = {name: [row.get(name) for row in rows] for name in schema}
        frame = pl.DataFrame(data, schema=schema)
        # the whole row decides between rows with the same key, so that the order never rests on who came first
        return frame.sort([*shape.key, *(name for name in schema if name not in shape.key)], nulls_last=True)
