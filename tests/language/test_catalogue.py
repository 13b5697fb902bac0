"""Why: a function must mean the same in Python, which the reference uses, and in DuckDB, which counts the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.language import CATALOGUE, Function, Lookups, Scope, ValueType, render
from casetally.language.catalogue import meaning_of
from casetally.language.expressions import check_text
from casetally.language.value_types import duckdb_name
from casetally.schemas import load_schemas
from casetally.store import Store, store_of_frames
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

Day = dt.date
LIMITS = {"visit_days": ((Day(1990, 1, 1), 42), (Day(2010, 4, 1), 28), (Day(2024, 2, 29), 10))}
CALENDAR = Calendar.england()
FUNCTIONS = sorted(CATALOGUE)
EXAMPLES = [(text, value) for name in FUNCTIONS for text, value in CATALOGUE[name].examples]


@cache
def store() -> Store:
    return store_of_frames({}, load_schemas(), CALENDAR, Day(2024, 3, 31))


def by_duckdb(
    texts: Sequence[str], types: dict[str, ValueType], rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Each expression on each row, in order, by DuckDB."""
    scope, lookups = Scope(types, limits=frozenset(LIMITS)), Lookups(limits=LIMITS)
    written = [render(check_text(text, scope), lookups) for text in texts]
    store().keep(
        "arguments", pl.DataFrame([(n, *row) for n, row in enumerate(rows)], schema=frame_schema(types), orient="row")
    )
    columns = ", ".join(f"CAST({name} AS {duckdb_name(kind)}) AS {name}" for name, kind in types.items())
    table = f"(SELECT row_number, {columns or '1 AS nothing'} FROM arguments) AS arguments"
    return store().rows(f"SELECT {', '.join(written)} FROM {table} {lookups.joins()} ORDER BY row_number")


def frame_schema(types: dict[str, ValueType]) -> dict[str, Any]:
    kinds: dict[str, Any] = {
        "date": pl.Date, "datetime": pl.Datetime("us"), "integer": pl.Int64, "number": pl.Decimal(18, 4), "text": pl.String,
        "boolean": pl.Boolean,
    }  # fmt: skip
    return {"row_number": pl.Int64, **{name: kinds[kind] for name, kind in types.items()}}


def by_python(node: exp.Expr) -> Any:
    """The value of an example, by the Python meaning of each function in it."""
    if isinstance(node, exp.Anonymous):
        return meaning_of(str(node.this).lower(), CALENDAR)(*(by_python(argument) for argument in node.expressions))
    if isinstance(node, exp.Neg):
        return -by_python(node.this)
    if isinstance(node, exp.Cast):
        return Day.fromisoformat(str(node.this.this))
    if isinstance(node, exp.Null):
        return None
    assert isinstance(node, exp.Literal)
    return str(node.this) if node.is_string else float(node.this) if "." in node.this else int(node.this)


def test_every_function_has_examples_but_limit_which_depends_on_the_limits() -> None:
    assert [name for name in FUNCTIONS if not CATALOGUE[name].examples] == ["limit"]
    assert all(CATALOGUE[name].about.endswith(".") for name in FUNCTIONS)


@pytest.mark.parametrize(("text", "value"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_an_example_holds_in_python(text: str, value: object) -> None:
    assert by_python(check_text(text, Scope({})).tree) == value


@pytest.mark.parametrize(("text", "value"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_an_example_holds_in_duckdb(text: str, value: object) -> None:
    ((found,),) = by_duckdb([text], {}, [()])
    assert found == value
    assert isinstance(found, (type(value), Decimal))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("months_after(date '2023-08-31', 6)", Day(2024, 2, 29)),
        ("months_after(date '2022-08-31', 6)", Day(2023, 2, 28)),
        ("months_after(date '2024-02-29', 12)", Day(2025, 2, 28)),
        ("months_after(date '2023-01-31', 1)", Day(2023, 2, 28)),
        ("months_before(date '2024-03-31', 1)", Day(2024, 2, 29)),
        ("months_before(date '2024-02-29', 12)", Day(2023, 2, 28)),
        ("age_on(date '2008-02-29', date '2023-02-28')", 14),  # the birthday is 1 March
        ("age_on(date '2008-02-29', date '2023-03-01')", 15),
        ("age_on(date '2008-02-29', date '2024-02-29')", 16),
        ("age_on(date '2008-06-01', date '2008-05-31')", -1),  # not yet born
        ("birthday(date '2008-02-29', 18)", Day(2026, 3, 1)),
        ("birthday(date '2006-03-31', 18)", Day(2024, 3, 31)),
        ("financial_year_start(date '2024-04-01')", Day(2024, 4, 1)),
        ("month_end(date '2023-12-05')", Day(2023, 12, 31)),
        ("weekday_of(date '2024-04-01')", 1),
        ("working_days(date '2023-04-03', date '2023-06-12')", 45),
        ("working_days(date '2023-04-03', date '2023-06-13')", 46),
        ("add_working_days(date '2023-04-07', 0)", Day(2023, 4, 11)),  # Good Friday: day zero is the Tuesday
        ("limit('visit_days', date '1989-12-31')", None),
        ("limit('visit_days', date '1990-01-01')", 42),
        ("limit('visit_days', date '2010-03-31')", 42),
        ("limit('visit_days', date '2010-04-01')", 28),
        ("limit('visit_days', date '2024-02-29')", 10),
        ("days(date '2024-03-01', date '2024-02-01')", -29),
        ("coalesce(null, null)", None),
        ("greatest(null, null)", None),
        ("'it''s' = 'it''s'", True),
    ],
)
def test_the_rules_at_their_edges(text: str, value: object) -> None:
    assert by_duckdb([text], {}, [()]) == [(value,)]


DATES = st.dates(Day(1950, 1, 1), Day(2060, 12, 31))
EDGES = st.builds(
    lambda year, month_day: Day.fromisoformat(f"{year}-{month_day}"),
    st.integers(1951, 2060),
    st.sampled_from(["01-01", "01-31", "02-28", "03-01", "03-31", "04-01", "08-31", "12-31"]),
)
LEAP_DAYS = st.builds(lambda at: Day(1952 + 4 * at, 2, 29), st.integers(0, 27))
LETTERS = st.text("abcxyzABCXYZ 0123456789.-_'%éÉ", max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "date": DATES | EDGES | LEAP_DAYS,
    "datetime": st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2060, 12, 31)),
    "integer": st.integers(-300, 300),
    "number": st.decimals(-10000, 10000, places=2),
    "text": LETTERS,
    "boolean": st.booleans(),
}
NARROWER = {"birthday": st.integers(0, 30), "add_working_days": st.integers(0, 300)}


def argument_types(function: Function, kind: ValueType) -> list[ValueType]:
    return [kind if parameter == "any" else parameter for parameter in function.parameters]  # type: ignore[misc]


def one_of(function: Function, kind: str) -> st.SearchStrategy[Any]:
    return st.none() | (NARROWER.get(function.name, VALUES[kind]) if kind == "integer" else VALUES[kind])


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "limit"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_python_and_duckdb_agree_on_any_arguments(name: str, data: st.DataObject) -> None:
    """Nulls, leap days and month ends among them; each example is up to 40 rows."""
    function = CATALOGUE[name]
    kind = (
        data.draw(st.sampled_from(["date", "integer", "number", "text", "datetime"]))
        if function.returns == "any"
        else "date"
    )
    kinds = argument_types(function, kind)  # type: ignore[arg-type]
    extra: list[ValueType] = [kind] if function.variadic and data.draw(st.booleans()) else []
    types = {f"a{at}": one for at, one in enumerate(kinds + extra)}
    rows = data.draw(st.lists(st.tuples(*(one_of(function, one) for one in types.values())), min_size=1, max_size=40))
    found = by_duckdb([f"{name}({', '.join(types)})"], types, rows)
    meaning = meaning_of(name, CALENDAR)
    assert [value for (value,) in found] == [meaning(*row) for row in rows]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.none() | VALUES["date"], min_size=1, max_size=40))
def test_python_and_duckdb_agree_on_limits(days: list[Day | None]) -> None:
    found = by_duckdb(["limit('visit_days', a)"], {"a": "date"}, [(day,) for day in days])
    meaning = meaning_of("limit", CALENDAR)
    assert [value for (value,) in found] == [meaning(LIMITS["visit_days"], day) for day in days]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if not CATALOGUE[name].skips_nulls])
def test_a_null_argument_gives_null_written_out_or_from_a_column(name: str) -> None:
    function = CATALOGUE[name]
    types = {f"a{at}": kind for at, kind in enumerate(argument_types(function, "date"))}
    given_ = ["'visit_days'", "a1"] if name == "limit" else list(types)
    calls = [
        f"{name}({', '.join([*given_[:at], 'null', *given_[at + 1 :]])})"
        for at in range(1 if name == "limit" else 0, len(given_))
    ]
    some = {
        "date": Day(2024, 2, 29), "datetime": dt.datetime(2024, 2, 29, 10), "integer": 1, "number": Decimal(1), "text": "a",
        "boolean": True,
    }  # fmt: skip
    row = tuple(some[kind] for kind in types.values())
    assert by_duckdb(calls, types, [row]) == [(None,) * len(calls)]
    nulls = tuple(None for _ in types)
    assert by_duckdb([f"{name}({', '.join(given_)})"], types, [nulls]) == [(None,)]
    assert meaning_of(name, CALENDAR)(*([None] * len(types))) is None


def test_working_days_inside_working_days_and_twice_on_one_day() -> None:
    texts = [
        "working_days(a, add_working_days(a, 10))",
        "add_working_days(add_working_days(a, 1), 1)",
        "add_working_days(a, 2)",
        "working_days(a, b) + working_days(b, a)",
    ]
    day = Day(2023, 4, 3)
    assert by_duckdb(texts, {"a": "date", "b": "date"}, [(day, Day(2023, 4, 21))]) == [
        (10, Day(2023, 4, 5), Day(2023, 4, 5), 0)
    ]


def test_each_day_is_looked_up_once_however_often_it_is_asked_for() -> None:
    lookups, scope = Lookups(), Scope({"a": "date", "b": "date"})
    for text in ("working_days(a, b)", "working_days(a, b) > 3", "is_working_day(a)", "add_working_days(a, 5)"):
        render(check_text(text, scope), lookups)
    assert lookups.joins().count("JOIN") == 3  # the days a and b, and the due day
