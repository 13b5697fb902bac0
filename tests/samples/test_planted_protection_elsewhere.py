"""Why: other published reports print child protection in other ways, and each printed month must come out of the planted records.

Every line is recounted from the records by the rules alone, with numpy's working days, and held against the month's figure at
the places in which it is printed. What the planting lets go is named in its own list, and is left out here.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from casetally.samples.planted.plant import plant
from dateutil.relativedelta import relativedelta

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
PLANTERS = ("enquiries", "plans", "plan_visits", "plan_reviews", "missing")
HOLIDAYS = np.array(
    [
        "2013-12-25", "2013-12-26", "2014-01-01", "2014-04-18", "2014-04-21", "2014-05-05", "2014-05-26", "2014-08-25",
        "2014-12-25", "2014-12-26", "2015-01-01", "2015-04-03", "2015-04-06", "2015-05-04", "2015-05-25", "2015-08-31",
        "2015-12-25", "2015-12-28", "2016-01-01", "2016-03-25", "2016-03-28", "2016-05-02", "2016-05-30", "2016-08-29",
        "2016-12-26", "2016-12-27", "2017-01-02", "2019-12-25", "2019-12-26", "2020-01-01", "2020-04-10", "2020-04-13",
        "2020-05-08", "2020-05-25", "2020-08-31", "2020-12-25", "2020-12-28", "2024-01-01", "2024-03-29", "2024-04-01",
        "2024-05-06", "2024-05-27", "2024-08-26",
    ],
    dtype="datetime64[D]",
)  # fmt: skip
Row = dict[str, Any]
Tables = dict[str, list[Row]]
Fraction = tuple[int, int]  # of a count the second is 1


def working_days(start: dt.date, end: dt.date) -> int:
    return int(np.busday_count(start, end, holidays=HOLIDAYS))


def month_end(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01") + relativedelta(months=1, days=-1)


def in_month(rows: list[Row], column: str, month: str) -> list[Row]:
    return [row for row in rows if row.get(column) is not None and f"{row[column]:%Y-%m}" == month]


def open_at(rows: list[Row], day: dt.date) -> list[Row]:
    return [r for r in rows if r["started_on"] <= day and (r.get("ended_on") is None or r["ended_on"] > day)]


def plans_open(tables: Tables, month: str) -> Fraction:
    return len(open_at(tables["cp_plans"], month_end(month))), 1


def plans_started(tables: Tables, month: str) -> Fraction:
    return len(in_month(tables["cp_plans"], "started_on", month)), 1


def over(months: int) -> Callable[[Tables, str], Fraction]:
    def count(tables: Tables, month: str) -> Fraction:
        day = month_end(month)
        plans = open_at(tables["cp_plans"], day)
        return sum(day > p["started_on"] + relativedelta(months=months) for p in plans), len(plans)

    return count


def number_over(months: int) -> Callable[[Tables, str], Fraction]:
    return lambda tables, month: (over(months)(tables, month)[0], 1)


def repeat_in_two_years(tables: Tables, month: str) -> Fraction:
    started = in_month(tables["cp_plans"], "started_on", month)
    ends = [(p["child_id"], p["ended_on"]) for p in tables["cp_plans"] if p["ended_on"]]
    return sum(
        any(child == p["child_id"] and end <= p["started_on"] <= end + relativedelta(months=24) for child, end in ends)
        for p in started
    ), len(started)


def conferences_in_time(tables: Tables, month: str) -> Fraction:
    enquiries = {row["enquiry_id"]: row["strategy_discussion_on"] for row in tables["s47_enquiries"]}
    held = in_month(tables["cp_conferences"], "held_on", month)
    return sum(working_days(enquiries[row["enquiry_id"]], row["held_on"]) <= 15 for row in held), len(held)


def families_late(tables: Tables, month: str) -> Fraction:
    enquiries = {row["enquiry_id"]: row["strategy_discussion_on"] for row in tables["s47_enquiries"]}
    family = {row["child_id"]: row["family_id"] for row in tables["children"]}
    held = in_month(tables["cp_conferences"], "held_on", month)
    return len({family[r["child_id"]] for r in held if working_days(enquiries[r["enquiry_id"]], r["held_on"]) > 15}), 1


def conferences_per_10000(people: int) -> Callable[[Tables, str], Fraction]:
    return lambda tables, month: (100 * len(in_month(tables["cp_conferences"], "held_on", month)), people)


def enquiries_per_10000(people: int) -> Callable[[Tables, str], Fraction]:
    return lambda tables, month: (100 * len(in_month(tables["s47_enquiries"], "started_on", month)), people)


def plans_per_10000(people: int) -> Callable[[Tables, str], Fraction]:
    return lambda tables, month: (100 * plans_open(tables, month)[0], people)


def enquiries_to_conference(tables: Tables, month: str) -> Fraction:
    linked = {row["enquiry_id"] for row in tables["cp_conferences"]}
    completed = in_month(tables["s47_enquiries"], "completed_on", month)
    return sum(row["outcome"] == "icpc" or row["enquiry_id"] in linked for row in completed), len(completed)


def reviews(tables: Tables) -> list[tuple[Row, bool]]:
    """Each review with whether it was in time: 3 months after the plan's start, then 6 months after the one before."""
    due = {p["plan_id"]: p["started_on"] + relativedelta(months=3) for p in tables["cp_plans"]}
    found = []
    for row in sorted(tables["cp_reviews"], key=lambda r: r["held_on"]):
        found.append((row, row["held_on"] <= due[row["plan_id"]]))
        due[row["plan_id"]] = row["held_on"] + relativedelta(months=6)
    return found


def reviews_in_time(tables: Tables, month: str) -> Fraction:
    held = [in_time for row, in_time in reviews(tables) if f"{row['held_on']:%Y-%m}" == month]
    return sum(held), len(held)


def children_reviewed_late(tables: Tables, month: str) -> Fraction:
    in_time, held = reviews_in_time(tables, month)
    return held - in_time, 1


def meetings_late(tables: Tables, month: str) -> Fraction:
    family = {row["child_id"]: row["family_id"] for row in tables["children"]}
    late = [row for row, in_time in reviews(tables) if not in_time and f"{row['held_on']:%Y-%m}" == month]
    return len({(family[row["child_id"]], row["held_on"]) for row in late}), 1


def seen_in(limit: int) -> Callable[[Tables, str], Fraction]:
    def count(tables: Tables, month: str) -> Fraction:
        day = month_end(month)
        plans = open_at(tables["cp_plans"], day)
        latest = {p["plan_id"]: p["started_on"] for p in plans}
        for row in tables["cp_visits"]:
            if row["plan_id"] in latest and row["visited_on"] <= day:
                latest[row["plan_id"]] = max(latest[row["plan_id"]], row["visited_on"])
        return sum(working_days(since, day) <= limit for since in latest.values()), len(plans)

    return count


def children_missing(tables: Tables, month: str) -> Fraction:
    return len({row["child_id"] for row in in_month(tables["missing_episodes"], "started_at", month)}), 1


def children_missing_repeatedly(tables: Tables, month: str) -> Fraction:
    rows = [row["child_id"] for row in in_month(tables["missing_episodes"], "started_at", month)]
    return sum(rows.count(child) > 1 for child in set(rows)), 1


def children_accepting_of_missing(tables: Tables, month: str) -> Fraction:
    rows = in_month(tables["missing_episodes"], "started_at", month)
    return len({row["child_id"] for row in rows if row["interview_accepted"]}), 1


def children_offered(tables: Tables, month: str) -> Fraction:
    return len({row["child_id"] for row in in_month(tables["missing_episodes"], "interview_offered_at", month)}), 1


def children_accepting(tables: Tables, month: str) -> Fraction:
    rows = tables["missing_episodes"]
    untimed = [row for row in rows if row.get("interview_offered_at") is None]
    dated = in_month(rows, "interview_offered_at", month) + in_month(untimed, "interview_completed_on", month)
    return len({row["child_id"] for row in dated if row["interview_accepted"]}), 1


def at_risk(tables: Tables, month: str) -> Fraction:
    return len(open_at(tables["exploitation_risks"], month_end(month))), 1


LINES: dict[str, dict[str, Callable[[Tables, str], Fraction]]] = {
    "surrey-2024-09": {
        "6.2": enquiries_to_conference, "6.3#count": plans_open, "6.3#rate": plans_per_10000(262_940),
        "6.4": conferences_in_time, "N06": families_late, "6.5": repeat_in_two_years, "6.6": reviews_in_time,
        "N08#conferences": meetings_late, "N08#children": children_reviewed_late, "6.7": over(24), "6.8": seen_in(10),
        "9.2": children_missing, "N23": children_missing_repeatedly, "N24": children_accepting_of_missing,
    },
    "surrey-2017-01": {
        "2.10-a": plans_started, "2.10-b": plans_open, "2.12-a": conferences_in_time, "2.12-b": reviews_in_time,
        "2.12-c": over(18), "2.12-d": over(24), "4.2-a": at_risk, "4.2-b": children_missing, "4.2-c": children_offered,
        "4.2-d": children_accepting,
    },
    "southampton-2020-12": {
        "CP2-NI": conferences_per_10000(50_870), "CP8-QL": seen_in(15), "CP3-QL": conferences_in_time,
        "CP1-NI": enquiries_per_10000(50_870), "CP6B-NI": plans_per_10000(50_870), "K23": reviews_in_time,
        "K42": number_over(24), "K24": children_missing,
    },
}  # fmt: skip


@cache
def planted(report: str) -> tuple[Tables, tuple[str, ...], set[tuple[str, str]]]:
    """The records, the months, and what is let go as (ref, period)."""
    made = plant(PUBLISHED / report, seed=1, planters=PLANTERS)
    return made.rows.tables, made.months, {(gone.ref, gone.period) for gone in made.facts.let_go if not gone.breakdown}


def printed(report: str, ref: str) -> dict[str, Decimal]:
    """The month's figures of a line, whatever it is a month of."""
    with (PUBLISHED / report / "figures.csv").open(encoding="utf-8") as file:
        return {
            row["period"]: Decimal(row["value"])
            for row in csv.DictReader(file)
            if row["ref"] == ref and not row["breakdown"] and row["value"] and row["basis"] in ("month", "month_end")
        }


@pytest.mark.parametrize(("report", "ref"), [(report, ref) for report, lines in LINES.items() for ref in lines])
def test_every_printed_month_of_a_line_comes_out_of_the_records(report: str, ref: str) -> None:
    tables, months, let_go = planted(report)
    compared = 0
    for month, value in printed(report, ref).items():
        if month not in months or (ref, month) in let_go:
            continue
        numerator, denominator = LINES[report][ref](tables, month)
        scale = 1 if denominator == 1 else 100
        shown = (Decimal(scale * numerator) / denominator).quantize(
            Decimal(1).scaleb(int(value.as_tuple().exponent)), ROUND_HALF_UP
        )
        assert shown == value, f"{month}: {numerator} of {denominator}"
        compared += 1
    assert compared
