"""Why: evidence is dated by the days on which an answer can flip, so an answer must never flip on any other day."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.language import Lookups, Scope, render
from casetally.language.expressions import check_text
from casetally.language.grammar import Mistake
from casetally.language.thresholds import threshold_days
from casetally.schemas import load_schemas
from casetally.store import Store, store_of_frames
from hypothesis import given, settings
from hypothesis import strategies as st

Day = dt.date
FIRST, LAST = Day(2019, 1, 1), Day(2025, 12, 31)
LIMITS = {"visit_days": ((Day(2010, 1, 1), 28), (Day(2021, 4, 1), 42))}
SCOPE = Scope(
    {"a": "date", "b": "date", "born": "date", "n": "integer", "yes": "boolean"}, frozenset({"as_at", "run_as_at"}),
    frozenset(LIMITS),
)  # fmt: skip


@cache
def store(day_zero: Any) -> Store:
    made = store_of_frames({}, load_schemas(), Calendar.england([Day(2022, 12, 28)], day_zero), LAST)
    days = [FIRST + dt.timedelta(at) for at in range((LAST - FIRST).days + 1)]
    made.keep("each_day", pl.DataFrame({"on_day": days}))
    return made


Row = tuple[Day | None, Day | None, Day | None, int | None, bool | None]
NEAR = st.dates(Day(2019, 6, 1), Day(2025, 6, 30)) | st.sampled_from(
    [Day(2020, 2, 29), Day(2023, 8, 31), Day(2022, 12, 24)]
)
ROWS: st.SearchStrategy[Row] = st.tuples(
    st.none() | NEAR, NEAR, st.dates(Day(2004, 1, 1), Day(2020, 12, 31)) | st.just(Day(2008, 2, 29)), st.integers(0, 60),
    st.none() | st.booleans(),
)  # fmt: skip
DATE = st.sampled_from([
    "a", "b", "months_after(a, 6)", "days_after(b, n)", "birthday(born, 16)", "coalesce(a, b)", "least(a, b)",
    "add_working_days(b, n)", "date '2022-05-01'", "run_as_at", "case when yes then a else b end",
])  # fmt: skip
COUNT = st.sampled_from(["0", "1", "10", "45", "n", "n + 3", "-2", "limit('visit_days', b)"])
AGE = st.sampled_from(["0", "5", "16", "18"])
COMPARED = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"])
MEASURED = st.one_of(
    st.tuples(st.just("age_on(born, as_at)"), AGE),
    st.tuples(st.builds("working_days({}, as_at)".format, DATE), COUNT),
    st.tuples(st.builds("days({}, as_at)".format, DATE), COUNT),
    st.tuples(st.just("as_at"), DATE),
)
SOLVABLE = st.one_of(
    st.builds(lambda sides, sign: f"{sides[0]} {sign} {sides[1]}", MEASURED, COMPARED),
    st.builds(lambda sides, sign: f"{sides[1]} {sign} {sides[0]}", MEASURED, COMPARED),
    st.builds("as_at between {} and {}".format, DATE, DATE),
    st.builds("age_on(born, as_at) between {} and {}".format, AGE, AGE),
    st.builds("days({}, as_at) between {} and {}".format, DATE, COUNT, COUNT),
    st.builds("working_days({}, as_at) not between {} and {}".format, DATE, COUNT, COUNT),
    st.sampled_from(["yes", "a is null", "n > 20", "b > a"]),
)
CONDITIONS = st.recursive(
    SOLVABLE,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
        st.builds("case when {} then {} else {} end".format, inner, inner, inner),
        st.builds("(({}) is true)".format, inner),
        st.builds("(coalesce({}, {}))".format, inner, inner),
        st.builds("(({}) = ({}))".format, SOLVABLE.filter(lambda text: "as_at" not in text), inner),
    ),
    max_leaves=4,
)


def answers_and_thresholds(text: str, row: Row, day_zero: str) -> tuple[list[tuple[Day, bool | None]], set[Day]]:
    """The answer on each day from FIRST to LAST, and the days on which it may flip, both by DuckDB."""
    condition, lookups = check_text(text, SCOPE, "boolean"), Lookups(limits=LIMITS)
    answer = render(condition, lookups, run_as_at=LAST, days={"as_at": "on_day"})
    fields = ("a", "b", "born", "n", "yes")
    kinds = ("DATE", "DATE", "DATE", "BIGINT", "BOOLEAN")
    values = ["NULL" if v is None else f"'{v}'" for v in row]
    one = "(SELECT " + ", ".join(f"{v}::{k} AS {f}" for v, k, f in zip(values, kinds, fields, strict=True)) + ") AS one"
    opened = store(day_zero)
    answers = opened.rows(f"SELECT on_day, {answer} FROM each_day CROSS JOIN {one} {lookups.joins()} ORDER BY on_day")
    solved, lookups = threshold_days(condition.tree), Lookups(limits=LIMITS)
    written = [render(day, lookups, run_as_at=LAST) for day in solved] or ["NULL"]
    (days,) = opened.rows(f"SELECT {', '.join(written)} FROM {one} {lookups.joins()}")
    return answers, {day for day in days if day is not None}


@pytest.mark.parametrize("day_zero", ["next", "previous"])
@settings(max_examples=120, deadline=None)
@given(text=CONDITIONS, row=ROWS)
def test_an_answer_flips_on_threshold_days_only(day_zero: str, text: str, row: Row) -> None:
    answers, thresholds = answers_and_thresholds(text, row, day_zero)
    flips = {
        day for (_, before), (day, after) in pairwise(answers) if before is not after
    }  # fmt: skip
    assert flips <= thresholds


@pytest.mark.parametrize(
    ("text", "flips"),
    [
        ("as_at > a", [Day(2023, 9, 5)]),  # the day after
        ("as_at >= a", [Day(2023, 9, 4)]),
        ("a < as_at", [Day(2023, 9, 5)]),
        ("as_at = a", [Day(2023, 9, 4), Day(2023, 9, 5)]),
        ("as_at <= months_after(a, 6)", [Day(2024, 3, 5)]),
        ("as_at between a and days_after(a, 2)", [Day(2023, 9, 4), Day(2023, 9, 7)]),
        ("days(a, as_at) > 28", [Day(2023, 10, 3)]),
        ("working_days(a, as_at) <= 10", [Day(2023, 9, 19)]),  # Monday 4 September: due on Monday 18th
        ("age_on(born, as_at) >= 16", [Day(2024, 2, 29)]),
        ("age_on(born, as_at) between 15 and 15", [Day(2023, 3, 1), Day(2024, 2, 29)]),
        ("a is null", []),
    ],
)
def test_the_days_on_which_an_answer_flips(text: str, flips: list[Day]) -> None:
    row: Row = (Day(2023, 9, 4), Day(2023, 9, 4), Day(2008, 2, 29), 0, True)
    answers, thresholds = answers_and_thresholds(text, row, "next")
    changed = [day for (_, before), (day, after) in pairwise(answers) if before is not after]
    assert changed == flips
    assert set(flips) <= thresholds


@pytest.mark.parametrize(
    "marked",
    [
        "months_after(«as_at», 3) > a",
        "days_after(«as_at», -28) > a",
        "«as_at» - 28 > a",
        "age_on(«as_at», born) > 3",
        "working_days(«as_at», a) > 3",
        "days(a, «as_at») + 1 > 3",
        "days(a, «as_at») * 2 > 3",
        "days(a, «as_at») > limit('visit_days', as_at)",
        "a in («as_at», b)",
        "«as_at» in (a, b)",
        "«as_at» is null",
        "coalesce(a, «as_at») > b",
        "is_working_day(«as_at»)",
        "a between b and «as_at»",
        "year_of(«as_at») = 2023",
        "month_end(«as_at») = a",
        "as_at > a and days_after(«as_at», 1) > b",
        "case when yes then «as_at» else a end > b",
    ],
)
def test_where_as_at_can_not_be_solved_it_is_refused_and_underlined(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(Mistake) as wrong:
        threshold_days(check_text(text, SCOPE).tree)
    found = wrong.value
    assert found.says == "Here as_at can't be solved for a day."
    assert text[: found.offset].count("as_at") == marked.split("«", maxsplit=1)[0].count("as_at")
    assert text[found.offset : found.offset + found.width] == "as_at"
    assert found.hint.startswith("Compare it with a date (as_at > months_after(started_on, 24))")
