"""Why: two older reports print what starts again each April, reviews held in a month, and plans once made; recounted here."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta as after
from test_planted_care import DAY, Fraction, Records, age, agrees, figures, is_open, month_end
from test_planted_care_stocks import Count, far_outside, in_care, leavers, left_over, only, reviewed, visited

SURREY, SOUTHAMPTON = "surrey-2017-01", "southampton-2020-12"


@pytest.fixture(scope="module")
def planted() -> dict[str, Records]:
    return {report: Records(report, 3) for report in (SURREY, SOUTHAMPTON)}


def april_before(day: dt.date) -> dt.date:
    return dt.date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def uasc(r: Records, month: str) -> Fraction:
    return sum(r.uasc(row, month_end(month)) for row in r.in_care(month_end(month))), None


def three_since_april(r: Records, month: str) -> Fraction:
    day, many = month_end(month), 0
    for row in r.in_care(day):
        stays = r.by("placements", "care_period_id")[row["care_period_id"]]
        since = [
            p for p in stays if p["started_on"] <= day and (p["ended_on"] is None or p["ended_on"] > april_before(day))
        ]
        many += len(since) >= 3
    return many, len(r.in_care(day))


def both_checks(r: Records, month: str) -> Fraction:
    day, both = month_end(month), 0
    for row in r.in_care(day):
        checks = r.by("health_checks", "child_id")[row["child_id"]]
        since = {c["type"] for c in checks if c["completed_on"] and april_before(day) <= c["completed_on"] <= day}
        both += "dental" in since and bool(since & {"initial_health", "review_health"})
    return both, len(r.in_care(day))


def reviews_in_time(r: Records, month: str) -> Fraction:
    """Of the reviews held in a month of those in care since long before: three months from the first, six from each later one."""
    good, held = 0, 0
    for row in r.tables["care_periods"]:
        reviews = sorted(r.by("care_reviews", "care_period_id")[row["care_period_id"]], key=lambda v: v["held_on"])
        for number, review in enumerate(reviews):
            if f"{review['held_on']:%Y-%m}" != month:
                continue
            last = reviews[number - 1]["held_on"] if number else None
            due = last + after(months=3 if number == 1 else 6) if last else review["supplied_due_on"]
            held, good = held + 1, good + (review["held_on"] <= due)
    return good, held


def leavers_with_plan(r: Records, month: str) -> Fraction:
    day = month_end(month)
    here = [row["child_id"] for row in r.tables["care_leavers"] if is_open(row, day)]
    plans = r.by("pathway_plans", "child_id")
    return sum(any(p["authorised_on"] and p["authorised_on"] <= day for p in plans[child]) for child in here), len(here)


def young_with_plan(r: Records, month: str) -> Fraction:
    """Those of 16 and over in care and care leavers, each once."""
    day = month_end(month)
    here = {row["child_id"] for row in r.tables["care_leavers"] if is_open(row, day)}
    here |= {row["child_id"] for row in r.in_care(day) if age(r.born[row["child_id"]], day) >= 16}
    plans = r.by("pathway_plans", "child_id")
    return sum(any(p["authorised_on"] <= day for p in plans[child]) for child in here), len(here)


def authorised(r: Records, month: str) -> Fraction:
    day, plans = month_end(month), r.by("care_plans", "child_id")
    here = [row["child_id"] for row in r.in_care(day)]
    with_plan = sum(
        any(is_open(p, day) and p["authorised_on"] and p["authorised_on"] <= day for p in plans[child])
        for child in here
    )
    return with_plan, len(here)


def by_agreement(r: Records, month: str) -> Fraction:
    day, found = month_end(month), 0
    for row in r.in_care(day):
        statuses = [s for s in r.by("legal_statuses", "child_id")[row["child_id"]] if is_open(s, day)]
        found += max(statuses, key=lambda s: s["started_on"])["status"] == "V2"
    return found, None


LINES: list[tuple[str, str, str, str, Count]] = [
    (SURREY, "3.1-a", "month_end", "", in_care), (SURREY, "3.1-d", "month_end", "", uasc),
    (SURREY, "3.1-c", "month_end", "", only(leavers(0, 99, lambda _c: True))),
    (SURREY, "3.2-a", "month", "", reviews_in_time), (SURREY, "3.2-c", "month_end", "", leavers_with_plan),
    (SURREY, "3.3-a", "year_to_date", "", three_since_april), (SURREY, "3.3-b", "month_end", "", far_outside),
    (SURREY, "3.4-a", "year_to_date", "", both_checks),
    (SOUTHAMPTON, "LAC10", "month_end", "", authorised), (SOUTHAMPTON, "LAC11-QL", "month_end", "", young_with_plan),
    (SOUTHAMPTON, "NI147", "month_end", "", leavers(0, 99, lambda c: c["in_touch"] == "YES" and c["suitable"])),
    (SOUTHAMPTON, "LAC13", "month_end", "", uasc), (SOUTHAMPTON, "LAC7-QL", "month_end", "", visited),
    (SOUTHAMPTON, "K43", "month", "", reviewed), (SOUTHAMPTON, "K61", "month_end", "", in_care),
    (SOUTHAMPTON, "K62", "month_end", "", by_agreement),
    (SOUTHAMPTON, "K68", "month", "", lambda r, m: (sum(row["end_reason"] in ("E11", "E12") for row in r.ended(m)), None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("report", "ref", "basis", "breakdown", "count"), LINES, ids=[" ".join(line[:3]) for line in LINES]
)
def test_every_month_counts_to_what_is_printed(
    planted: dict[str, Records], report: str, ref: str, basis: str, breakdown: str, count: Count
) -> None:
    records = planted[report]
    rows = figures(ref, basis, breakdown, report)
    printed = {period: row for period, row in rows.items() if period in records.months and row["value"]}
    assert printed
    counted = {month: count(records, month) for month in printed}
    wrong = {m: (counted[m], row["printed"]) for m, row in printed.items()
             if not agrees(row, counted[m]) and (ref, basis, m) not in records.let_go}  # fmt: skip
    assert wrong == {}


def test_the_year_has_its_share_of_adoptions(planted: dict[str, Records]) -> None:
    """18% of those who left in 2020 were adopted (LAC6), about two a month (K01)."""
    left = [row for month in planted[SOUTHAMPTON].months[1:] for row in planted[SOUTHAMPTON].ended(month)]
    adopted = sum(row["end_reason"] in ("E11", "E12") for row in left)
    assert agrees({"numerator": "", "value": "18"}, (adopted, len(left)))
    assert round(adopted / 12) == 2


def test_once_asylum_seeking_care_leavers_are_as_many_as_the_narrative_says(planted: dict[str, Records]) -> None:
    day = month_end("2017-01")
    assert sum(row["formerly_uasc"] for row in planted[SURREY].tables["care_leavers"] if is_open(row, day)) == 169


def test_lapsed_reviews_fall_due_before_they_lapse(planted: dict[str, Records]) -> None:
    """As many reviews are overdue at the end of 2020 as K43 leaves over, and the day after the last month none is in the future."""
    records = planted[SOUTHAMPTON]
    assert left_over(reviewed)(records, "2020-12") == (110, None)
    assert max(row["held_on"] for row in records.tables["care_reviews"]) < month_end("2020-12") + DAY
