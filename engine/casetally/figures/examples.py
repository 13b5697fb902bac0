"""Why: every definition carries a few rows and the figure they must give, so a change of meaning shows at once.

An example is calculated like any figure. What its rows leave out is filled in: a key becomes 'table-number', the child is 'child',
and every child named gets a row in `children`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from casetally.calendar import Calendar
from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.models import ExampleText
from casetally.errors import DefinitionError, did_you_mean
from casetally.figures.calculate import calculate_figures
from casetally.figures.populations import authorities_of
from casetally.periods import Period, grid_of, period_of, read_month
from casetally.records.as_at import hide_later, not_yet_known
from casetally.schemas import ColumnType, Table
from casetally.store import Store, store_of_frames
from casetally.store.database import replace_rows

_AUTHORITY = "example"


@dataclass(frozen=True)
class ExampleResult:
    """One example with what was expected and what came out."""

    indicator: str
    number: int
    why: str
    expected: str
    found: str

    @property
    def passed(self) -> bool:
        return self.expected == self.found


def run_examples(library: Library, indicators: Iterable[Indicator]) -> Iterator[ExampleResult]:
    """Run every example of these indicators, one after the other in one store in memory."""
    store: Store | None = None
    filled: list[str] = []
    for indicator in indicators:
        for number, example in enumerate(indicator.text.examples, 1):
            frames = example_frames(library, indicator.id, number, example)
            period = example_period(example)
            if store is None:
                store = store_of_frames({}, library.schemas, Calendar.england(), period.end)
            as_at = example.as_at or period.end
            replace_rows(store, as_known(library, frames, as_at), filled)
            filled = list(frames)
            row = _calculate(store, library, indicator, period, as_at)
            expected = _normal(example.expect)
            yield ExampleResult(indicator.id, number, example.why, expected, _found(row, expected))


def as_known(library: Library, frames: Mapping[str, pl.DataFrame], as_at: dt.date) -> dict[str, pl.DataFrame]:
    """The rows as they stood on a day: later rows are not yet known, later dates in earlier rows read as null."""
    known = {}
    for name, frame in frames.items():
        table = library.schemas.tables[name]
        known[name] = hide_later(frame.filter(~not_yet_known(frame, table, as_at)), table, as_at)
    return known


def _calculate(store: Store, library: Library, indicator: Indicator, period: Period, as_at: dt.date) -> dict[str, Any]:
    grid = grid_of(as_at, [period])
    authority = next(iter(authorities_of(store)), _AUTHORITY)
    figures = calculate_figures(store, library, grid, authority=authority, indicators=[indicator.id])
    rows = figures.filter((pl.col("breakdown") == "all") & (pl.col("basis") == period.basis)).to_dicts()
    return rows[0] if rows else {"status": "no figure"}


def example_period(example: ExampleText) -> Period:
    """The period that an example speaks of."""
    if example.month is not None:
        return period_of(example.on, read_month(example.month))
    if example.as_at is not None:
        return period_of(example.on, example.as_at)
    raise DefinitionError("An example needs a month or an as_at date.")


def example_frames(library: Library, indicator: str, number: int, example: ExampleText) -> dict[str, pl.DataFrame]:
    """The rows of an example as typed frames. Raises DefinitionError for a table or column that does not exist."""
    where = f"{indicator}, example {number}"
    rows = {name: [dict(row) for row in given] for name, given in example.rows.items()}
    for name in rows:
        if name not in library.schemas.tables:
            raise DefinitionError(
                f"{where}: there is no table '{name}'.", hint=did_you_mean(name, library.schemas.tables)
            )
    for name, given in rows.items():
        _fill_in(library.schemas.tables[name], given)
    named = {str(row["child_id"]) for given in rows.values() for row in given if "child_id" in row}
    children = rows.setdefault("children", [])
    known = {row["child_id"] for row in children}
    children += [{"child_id": child} for child in sorted(named - known)]
    return {name: _frame(library.schemas.tables[name], given, where) for name, given in rows.items() if given}


def _fill_in(table: Table, rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows, 1):
        if "child_id" in table.columns:
            row.setdefault("child_id", "child")
        if table.table == "populations":
            row.setdefault("authority", _AUTHORITY)
        for key in table.key:
            if table.columns[key].type == "id" and key not in row:
                row[key] = f"{table.table}-{number}"


def _frame(table: Table, rows: list[dict[str, Any]], where: str) -> pl.DataFrame:
    for row in rows:
        for name in row:
            if name not in table.columns:
                raise DefinitionError(
                    f"{where}: {table.table} has no column '{name}'.", hint=did_you_mean(name, table.columns)
                )
    return pl.DataFrame([_column(name, column.type, rows, where) for name, column in table.columns.items()])


def _column(name: str, column_type: ColumnType, rows: list[dict[str, Any]], where: str) -> pl.Series:
    try:
        values = [_value(row.get(name), column_type) for row in rows]
        return pl.Series(name, values, dtype=_POLARS[column_type])
    except (TypeError, ValueError) as wrong:
        hint = "Dates are written 2023-04-01, moments '2023-04-01T10:00:00'."
        raise DefinitionError(f"{where}: a value of '{name}' is no {column_type}.", hint=hint) from wrong


def _value(value: Any, column_type: ColumnType) -> Any:
    if value is None:
        return None
    if column_type == "datetime":
        return dt.datetime.fromisoformat(str(value))
    if column_type == "number":
        return Decimal(str(value))
    return str(value) if column_type in ("id", "code", "text") else value


_POLARS: Mapping[ColumnType, Any] = {
    "id": pl.String, "code": pl.String, "text": pl.String, "date": pl.Date, "datetime": pl.Datetime("us"), "boolean": pl.Boolean,
    "integer": pl.Int64, "number": pl.Decimal(18, 4),
}  # fmt: skip


def _normal(expect: str | int | float) -> str:
    text = str(expect).strip()
    return re.sub(r"\.0$", "", text)


def _found(row: Mapping[str, Any], expected: str) -> str:
    """The figure in the words of the expectation: '1 of 2', a number, or the status where there is no value."""
    if row["status"] != "calculated":
        return str(row["status"]).replace("_", " ")
    if re.fullmatch(r"-?[\d.]+", expected) or row["denominator"] is None or row["numerator"] is None:
        return f"{row['value']:.10g}"
    return f"{row['numerator']:.10g} of {row['denominator']:.10g}"
