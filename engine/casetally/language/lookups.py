"""Why: working days are joins to two small calendar tables, collected while an expression is written (docs/adr/0002).

Each distinct day expression is joined once, however many indicators of a pass ask for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

DatedValues = Sequence[tuple[dt.date, int]]

DAYS_TABLE, NUMBERED_TABLE = "calendar_days", "calendar_working_days"


class Lookups:
    """Collects what one SELECT must join: `day(sql, column)` and `due(sql, count)` give the columns to use, `joins()` the text."""

    def __init__(self, alias: str = "calendar", limits: Mapping[str, DatedValues] | None = None) -> None:
        self.alias = alias
        self.limits = limits or {}
        self._joins: dict[str, str] = {}

    def day(self, day_sql: str, column: str) -> str:
        """The calendar's `column` (is_working, working_before, counts_from) on a day."""
        return f"{self._joined(DAYS_TABLE, 'calendar_day', day_sql)}.{column}"

    def due(self, day_sql: str, count_sql: str) -> str:
        """The day that is `count` working days after a day."""
        number = f"({self.day(day_sql, 'counts_from')} + {count_sql})"
        return f"{self._joined(NUMBERED_TABLE, 'working_number', number)}.working_day"

    def limit(self, name_sql: str, day_sql: str) -> str:
        """The dated limit as a case of constants, the latest first; null before its first date."""
        values = self.limits[name_sql.strip("'")]
        if not values:
            return "NULL::INT"
        whens = " ".join(f"WHEN {day_sql} >= DATE '{since}' THEN {value}" for since, value in reversed(values))
        return f"(CASE {whens} END)"

    def joins(self) -> str:
        """LEFT JOINs, in an order in which each may use those before it; none changes the number of rows."""
        return "\n".join(self._joins.values())

    def _joined(self, table: str, key: str, key_sql: str) -> str:
        name = f"{table}:{key_sql}"
        aliases = {known: f"{self.alias}_{at}" for at, known in enumerate(self._joins, 1)}
        if name not in aliases:
            alias = f"{self.alias}_{len(self._joins) + 1}"
            self._joins[name] = f"LEFT JOIN {table} AS {alias} ON {alias}.{key} = {key_sql}"
            return alias
        return aliases[name]
