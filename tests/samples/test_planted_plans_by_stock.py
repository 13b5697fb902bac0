"""Why: where a report prints the children seen lately or on a second plan at each month's end, the planted ones must be these.

Recounted from the records by the rules alone, with numpy's working days, for every month of the report.
"""

from __future__ import annotations

import csv
import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from casetally.samples.planted.plant import plant
from dateutil.relativedelta import relativedelta

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
REPORT = "southampton-2024-08"
MONTHS = (
    "2023-08", "2023-09", "2023-10", "2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06",
    "2024-07", "2024-08",
)  # fmt: skip
HOLIDAYS = np.array(
    [
        "2023-04-07", "2023-04-10", "2023-05-01", "2023-05-08", "2023-05-29", "2023-08-28", "2023-12-25", "2023-12-26",
        "2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26",
    ],
    dtype="datetime64[D]",
)  # fmt: skip
PLANTERS = ("enquiries", "plans", "plan_visits", "plan_reviews")
Row = dict[str, Any]
Tables = dict[str, list[Row]]


@pytest.fixture(scope="module", params=[1, 2])
def tables(request: pytest.FixtureRequest) -> Tables:
    return plant(PUBLISHED / REPORT, seed=request.param, planters=PLANTERS).rows.tables


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], Decimal]:
    with (PUBLISHED / REPORT / "figures.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if not r["breakdown"] and r["value"]]
    return {(r["ref"], r["period"]): Decimal(r["value"]) for r in rows}


def in_month(rows: list[Row], column: str, month: str) -> list[Row]:
    return [row for row in rows if row[column] is not None and f"{row[column]:%Y-%m}" == month]


def plans_open(tables: Tables, day: dt.date) -> list[Row]:
    return [p for p in tables["cp_plans"] if p["started_on"] <= day and (p["ended_on"] is None or p["ended_on"] > day)]


def on_plan(tables: Tables, child_id: str, day: dt.date) -> bool:
    """A plan that began before the day and lasts on it."""
    return any(p["child_id"] == child_id and p["started_on"] < day for p in plans_open(tables, day))


def month_end(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01") + relativedelta(months=1, days=-1)


def whole_percent(numerator: int, denominator: int) -> Decimal:
    return (Decimal(100 * numerator) / denominator).quantize(Decimal(1), ROUND_HALF_UP)


def days_of(tables: Tables, table: str, column: str, plan: Row, until: dt.date) -> list[dt.date]:
    return sorted(r[column] for r in tables[table] if r["plan_id"] == plan["plan_id"] and r[column] <= until)


@pytest.mark.parametrize("month", MONTHS)
def test_discussions_and_enquiries_completed_are_the_printed_ones(tables: Tables, printed: Any, month: str) -> None:
    held = len(in_month(tables["strategy_discussions"], "held_on", month))
    completed = in_month(tables["s47_enquiries"], "completed_on", month)
    linked = {row["enquiry_id"] for row in tables["cp_conferences"]}
    assert (held, len(completed)) == (printed["K13", month], printed["K14", month])
    assert whole_percent(len(completed), held) == printed["K16", month]
    # of the children not yet on a plan when the enquiry started
    fresh = [r for r in completed if not on_plan(tables, r["child_id"], r["started_on"])]
    assert whole_percent(sum(r["enquiry_id"] in linked for r in fresh), len(fresh)) == printed["K17", month]


@pytest.mark.parametrize("month", MONTHS[:11])
def test_the_enquiries_of_the_last_12_months_round_to_the_printed_rate(
    tables: Tables, printed: Any, month: str
) -> None:
    """The months before the first printed one are chosen for it; of the last two all 12 are printed, and the rate is let go."""
    first = dt.date.fromisoformat(f"{month}-01") - relativedelta(months=11)
    completed = [
        r for r in tables["s47_enquiries"] if r["completed_on"] and first <= r["completed_on"] <= month_end(month)
    ]
    assert (Decimal(len(completed) * 10_000) / 49_860).quantize(Decimal(1), ROUND_HALF_UP) == printed["K15", month]


@pytest.mark.parametrize("month", MONTHS)
def test_the_plans_open_and_the_repeat_ones_are_the_printed_ones(tables: Tables, printed: Any, month: str) -> None:
    plans = plans_open(tables, month_end(month))
    assert len(plans) == printed["K18", month]
    first: dict[str, dt.date] = {}
    for plan in tables["cp_plans"]:
        first[plan["child_id"]] = min(plan["started_on"], first.get(plan["child_id"], plan["started_on"]))
    repeat = [p for p in plans if first[p["child_id"]] < p["started_on"]]
    assert whole_percent(len(repeat), len(plans)) == printed["K26", month]


@pytest.mark.parametrize("month", MONTHS)
def test_the_children_visited_lately_round_to_the_printed_shares(tables: Tables, printed: Any, month: str) -> None:
    last = month_end(month)
    plans = plans_open(tables, last)
    latest = [(days_of(tables, "cp_visits", "visited_on", p, last) or [p["started_on"]])[-1] for p in plans]
    soon = sum(int(np.busday_count(day, last, holidays=HOLIDAYS)) <= 10 for day in latest)
    assert whole_percent(soon, len(plans)) == printed["K65", month]
    assert whole_percent(sum((last - day).days <= 28 for day in latest), len(plans)) == printed["K66", month]


@pytest.mark.parametrize("month", MONTHS)
def test_the_core_groups_in_time_round_to_the_printed_share(tables: Tables, printed: Any, month: str) -> None:
    """The latest one held by its due date and the next not overdue: 10 working days after the start, then every 42 days."""
    last = month_end(month)
    plans = plans_open(tables, last)
    in_time = 0
    for plan in plans:
        held = days_of(tables, "core_groups", "held_on", plan, last)
        start = np.busday_offset(plan["started_on"], 0, roll="forward", holidays=HOLIDAYS)
        due = np.busday_offset(start, 10, holidays=HOLIDAYS).astype(dt.date)
        late = bool(held) and (held[-1] - held[-2]).days > 42 if len(held) > 1 else bool(held) and held[0] > due
        next_due = held[-1] + dt.timedelta(42) if held else due
        in_time += not late and last <= next_due
    assert whole_percent(in_time, len(plans)) == printed["K27", month]
