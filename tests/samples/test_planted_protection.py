"""Why: enquiries, conferences, plans, visits, reviews and missing episodes planted behind a report must count to what it prints.

Each figure is recounted here from the CSV files by the rules alone, with numpy's working days, and held against the printed
fractions and counts as they stand in figures.csv.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from casetally.samples.planted.plant import plant
from dateutil.relativedelta import relativedelta

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
REPORT = "darlington-2023-09"
MONTHS = ("2023-04", "2023-05", "2023-06", "2023-07", "2023-08", "2023-09")
Q2 = MONTHS[3:]
HOLIDAYS = np.array(
    [
        "2020-12-25", "2020-12-28", "2021-01-01", "2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30",
        "2021-12-27", "2021-12-28", "2022-01-03", "2022-04-15", "2022-04-18", "2022-05-02", "2022-06-02", "2022-06-03",
        "2022-08-29", "2022-09-19", "2022-12-26", "2022-12-27", "2023-01-02", "2023-04-07", "2023-04-10", "2023-05-01",
        "2023-05-08", "2023-05-29", "2023-08-28",
    ],
    dtype="datetime64[D]",
)  # fmt: skip
PLANTERS = ("enquiries", "plans", "plan_visits", "plan_reviews", "care", "placements", "missing")
Row = dict[str, Any]
Tables = dict[str, list[Row]]


@pytest.fixture(scope="module", params=[1, 2])
def tables(request: pytest.FixtureRequest) -> Tables:
    """The records planted with one seed and with another: the figures must be the same."""
    return plant(PUBLISHED / REPORT, seed=request.param, planters=PLANTERS).rows.tables


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str, str], Row]:
    with (PUBLISHED / REPORT / "figures.csv").open(encoding="utf-8") as file:
        return {(r["ref"], r["basis"], r["period"]): r for r in csv.DictReader(file) if not r["breakdown"]}


def working_days(start: dt.date, end: dt.date) -> int:
    return int(np.busday_count(start, end, holidays=HOLIDAYS))


def in_month(rows: Iterable[Row], column: str, *months: str) -> list[Row]:
    return [row for row in rows if row[column] is not None and f"{row[column]:%Y-%m}" in months]


def month_end(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01") + relativedelta(months=1, days=-1)


def open_on(row: Row, day: dt.date) -> bool:
    return bool(row["started_on"] <= day and (row["ended_on"] is None or row["ended_on"] > day))


def up_to(month: str) -> tuple[str, ...]:
    return MONTHS[: MONTHS.index(month) + 1]


def percent(numerator: int, denominator: int) -> Decimal:
    return (Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)


def once(rows: Iterable[Row], key: str) -> list[Row]:
    """Each record once, however often it was delivered."""
    return list({row[key]: row for row in rows}.values())


@pytest.mark.parametrize("month", MONTHS)
def test_the_enquiries_of_each_month_are_the_printed_ones(tables: Tables, printed: Any, month: str) -> None:
    rows = in_month(tables["s47_enquiries"], "started_on", month)
    assert len(rows) == int(printed["CSC 166#children", "month", month]["value"])
    assert len({row["investigation_id"] for row in rows}) == int(printed["CSC 166#enquiries", "month", month]["value"])
    plans = tables["cp_plans"]
    on_plan = [r for r in rows if any(p["child_id"] == r["child_id"] and open_on(p, r["started_on"]) for p in plans)]
    blank = {"value": 0}  # an empty cell of the report
    assert len(on_plan) == int(printed.get(("CSC 166#children_with_cp_plan", "month", month), blank)["value"])
    so_far = len(in_month(tables["s47_enquiries"], "started_on", *up_to(month)))
    rate = (Decimal(so_far * 10_000) / 22_253).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert rate == Decimal(printed["CSC 164", "year_to_date", month]["value"])


@pytest.mark.parametrize("month", MONTHS)
def test_the_conferences_in_15_working_days_are_the_printed_ones(tables: Tables, printed: Any, month: str) -> None:
    enquiries = {row["enquiry_id"]: row for row in tables["s47_enquiries"]}
    gaps = [
        working_days(enquiries[row["enquiry_id"]]["strategy_discussion_on"], row["held_on"])
        for row in in_month(tables["cp_conferences"], "held_on", month)
    ]
    figure = printed["CSC 178", "month", month]
    assert (sum(gap <= 15 for gap in gaps), len(gaps)) == (int(figure["numerator"]), int(figure["denominator"]))
    assert all(0 <= gap <= 19 for gap in gaps)


@pytest.mark.parametrize("month", MONTHS)
def test_the_plans_flow_from_one_printed_stock_to_the_next(tables: Tables, printed: Any, month: str) -> None:
    plans = tables["cp_plans"]
    assert sum(open_on(p, month_end(month)) for p in plans) == int(printed["CSC 182", "month_end", month]["value"])
    started = in_month(plans, "started_on", *up_to(month))
    ended = in_month(plans, "ended_on", *up_to(month))
    long = [p for p in ended if p["ended_on"] >= p["started_on"] + relativedelta(months=24)]
    figure = printed["CSC 186", "year_to_date", month]
    assert (len(long), len(ended)) == (int(figure["numerator"]), int(figure["denominator"]))

    def earlier(plan: Row) -> list[Row]:
        return [p for p in plans if p["child_id"] == plan["child_id"] and p["started_on"] < plan["started_on"]]

    ever = [p for p in started if earlier(p)]
    soon = [
        p for p in started
        if any(e["ended_on"] <= p["started_on"] <= e["ended_on"] + relativedelta(months=24) for e in earlier(p))
    ]  # fmt: skip
    for ref, repeated in (("CSC 188#ever", ever), ("CSC 188#within_2_years", soon)):
        figure = printed[ref, "year_to_date", month]
        assert (len(repeated), len(started)) == (int(figure["numerator"]), int(figure["denominator"]))


def test_the_families_of_september_are_the_printed_ones(tables: Tables) -> None:
    """One family whose plans ended after two years; one on a plan again within two years, two more after that (N15, N16)."""
    family = {row["child_id"]: row["family_id"] for row in tables["children"]}
    plans = tables["cp_plans"]
    long = [
        p for p in in_month(plans, "ended_on", "2023-09") if p["ended_on"] >= p["started_on"] + relativedelta(months=24)
    ]
    assert (len(long), len({family[p["child_id"]] for p in long})) == (3, 1)
    ends = {p["child_id"]: p["ended_on"] for p in plans if p["ended_on"]}
    again = [p for p in in_month(plans, "started_on", *Q2) if p["child_id"] in ends]
    soon = {family[p["child_id"]] for p in again if p["started_on"] <= ends[p["child_id"]] + relativedelta(months=24)}
    assert len(soon) == 1
    assert len({family[p["child_id"]] for p in again} - soon) == 2
    assert not [
        p for p in plans
        if open_on(p, month_end("2023-09")) and month_end("2023-09") > p["started_on"] + relativedelta(months=24)
    ]  # fmt: skip


def _gaps(tables: Tables) -> dict[str, list[tuple[str, int]]]:
    """Each plan's visits as (month, working days since the visit before or the plan's start)."""
    found: dict[str, list[tuple[str, int]]] = {}
    since = {row["plan_id"]: row["started_on"] for row in tables["cp_plans"]}
    for row in sorted(once(tables["cp_visits"], "visit_id"), key=lambda r: (r["plan_id"], r["visited_on"])):
        gap = working_days(since[row["plan_id"]], row["visited_on"])
        found.setdefault(row["plan_id"], []).append((f"{row['visited_on']:%Y-%m}", gap))
        since[row["plan_id"]] = row["visited_on"]
    return found


def test_the_visits_made_in_time_round_to_every_printed_share(tables: Tables, printed: Any) -> None:
    gaps = [pair for pairs in _gaps(tables).values() for pair in pairs]

    def share(limit: int, months: tuple[str, ...]) -> Decimal:
        made = [gap for month, gap in gaps if month in months]
        return percent(sum(gap <= limit for gap in made), len(made))

    assert sum(month in Q2 for month, _ in gaps) == int(printed["N17", "quarter", "2023-24-Q2"]["value"])
    for limit in (10, 15):
        ref = f"CSC 252a#{limit}_working_days"
        assert share(limit, Q2) == Decimal(printed[ref, "quarter", "2023-24-Q2"]["value"])
        for month in MONTHS:
            assert share(limit, (month,)) == Decimal(printed[ref, "month", month]["value"])
    for month in MONTHS:
        assert share(10, up_to(month)) == Decimal(printed["CSC 252b#10_working_days", "year_to_date", month]["value"])


def test_visits_and_reviews_lie_within_their_plan(tables: Tables) -> None:
    plans = {row["plan_id"]: row for row in tables["cp_plans"]}
    for table, column in (("cp_visits", "visited_on"), ("cp_reviews", "held_on"), ("core_groups", "held_on")):
        for row in tables[table]:
            plan = plans[row["plan_id"]]
            assert plan["started_on"] <= row[column] <= (plan["ended_on"] or dt.date(2023, 9, 30))
            assert row["child_id"] == plan["child_id"]


def _reviews(tables: Tables) -> tuple[list[tuple[str, bool]], list[str]]:
    """Each review as (month, in time), and the plans with a review that was due and never held."""
    held: list[tuple[str, bool]] = []
    overdue = []
    for plan in tables["cp_plans"]:
        due = plan["started_on"] + relativedelta(months=3)
        for day in sorted(row["held_on"] for row in tables["cp_reviews"] if row["plan_id"] == plan["plan_id"]):
            held.append((f"{day:%Y-%m}", day <= due))
            due = day + relativedelta(months=6)
        if due < min(plan["ended_on"] or dt.date.max, dt.date(2023, 9, 30)):
            overdue.append(plan["plan_id"])
    return held, overdue


def test_the_reviews_of_each_month_are_the_printed_ones_and_none_is_forgotten(tables: Tables, printed: Any) -> None:
    held, overdue = _reviews(tables)
    for month in MONTHS:
        figure = printed["CSC 191a", "month", month]
        of_month = [in_time for name, in_time in held if name == month]
        assert (sum(of_month), len(of_month)) == (int(figure["numerator"]), int(figure["denominator"]))
    assert overdue == []


def _missing(tables: Tables, *months: str, where: Callable[[Row], bool] = lambda _: True) -> tuple[int, int]:
    """Episodes and different children."""
    rows = [row for row in in_month(tables["missing_episodes"], "started_at", *months) if where(row)]
    return len(rows), len({row["child_id"] for row in rows})


def test_the_children_missing_are_the_printed_ones_over_months_quarter_and_year(tables: Tables, printed: Any) -> None:
    for month in MONTHS:
        episodes, children = (printed[f"CSC 215#{what}", "month", month]["value"] for what in ("episodes", "children"))
        assert _missing(tables, month) == (int(episodes), int(children))
    assert _missing(tables, *Q2) == (144, 46)
    assert _missing(tables, *MONTHS) == (261, 81)


def test_the_children_missing_from_care_are_the_printed_ones(tables: Tables, printed: Any) -> None:
    """In care on the day, and by the placement of that day more than 20 miles from home."""

    def covers(table: str, row: Row, keep: Callable[[Row], bool] = lambda _: True) -> bool:
        day = row["started_at"].date()
        return any(r["child_id"] == row["child_id"] and open_on(r, day) and keep(r) for r in tables[table])

    def in_care(row: Row) -> bool:
        return covers("care_periods", row)

    def far(row: Row) -> bool:
        return covers("placements", row, lambda r: (r.get("distance_miles") or 0) > 20)

    nothing = {"value": 0}
    for kind, suffix in ((in_care, ""), (far, "_over_20_miles")):
        counts = [
            tuple(
                int(printed.get((f"CSC 246#{what}{suffix}", "month", month), nothing)["value"])
                for what in ("episodes", "children")
            )
            for month in MONTHS
        ]
        assert [_missing(tables, month, where=kind) for month in MONTHS] == counts
    assert _missing(tables, *MONTHS, where=in_care) == (112, 20)
    assert _missing(tables, *MONTHS, where=far) == (7, 3)


def test_the_return_interviews_of_the_quarter_round_to_the_printed_shares(tables: Tables, printed: Any) -> None:
    rows = in_month(tables["missing_episodes"], "started_at", *Q2)
    due = [row for row in rows if not row["other_authority"] and row["ended_at"] is not None]
    soon = [
        r for r in due if r["interview_offered"] and r["interview_offered_at"] - r["ended_at"] <= dt.timedelta(hours=72)
    ]
    counts = {
        "N07": (sum(bool(row["interview_offered"]) for row in due), len(due)),
        "N08": (len(soon), len(due)),
        "N09": (sum(bool(row["interview_accepted"]) for row in due), len(due)),
        "N10": (sum(row["ended_at"] - row["started_at"] < dt.timedelta(hours=12) for row in rows), len(rows)),
    }
    # children who engaged: each interview accepted was held
    assert all((row["interview_completed_on"] is not None) is bool(row["interview_accepted"]) for row in due)
    for ref, (numerator, denominator) in counts.items():
        assert percent(numerator, denominator) == Decimal(printed[ref, "quarter", "2023-24-Q2"]["value"])


def test_no_child_is_missing_twice_at_once_and_all_is_known_by_the_last_day(tables: Tables) -> None:
    last = dt.datetime(2023, 10, 1)
    spells: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {}
    for row in tables["missing_episodes"]:
        spells.setdefault(row["child_id"], []).append((row["started_at"], row["ended_at"]))
        assert row["started_at"] < row["ended_at"] < last
        assert row.get("interview_offered_at") is None or row["ended_at"] < row["interview_offered_at"] < last
    for of_child in spells.values():
        of_child.sort()
        assert all(one[1] < two[0] for one, two in pairwise(of_child))
