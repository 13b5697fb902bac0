"""Why: two reports print children in care as stocks: where they live, and whose visits, reviews and checks are up to date.

Recounted from the planted rows by the rules, as test_planted_care does for the report that prints flows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta as after
from test_planted_care import DAY, Fraction, Records, Row, age, agrees, figures, is_open, month_end, three_placements

SOUTHAMPTON, SURREY = "southampton-2024-08", "surrey-2024-09"
Count = Callable[[Records, str], Fraction]


@pytest.fixture(scope="module")
def planted() -> dict[str, Records]:
    return {report: Records(report, 2) for report in (SOUTHAMPTON, SURREY)}


def in_care(r: Records, month: str) -> Fraction:
    return len(r.in_care(month_end(month))), None


def lives(*types: str, provider: tuple[str, ...] = ()) -> Count:
    def count(r: Records, month: str) -> Fraction:
        now = [r.placement(row, month_end(month)) for row in r.in_care(month_end(month))]
        return sum(p["type"] in types and (not provider or p["provider"] in provider) for p in now), len(now)

    return count


def only(count: Count) -> Count:
    """The number alone, where a report prints no share."""
    return lambda r, month: (count(r, month)[0], None)


def left_over(count: Count) -> Count:
    def rest(r: Records, month: str) -> Fraction:
        top, bottom = count(r, month)
        return (bottom or 0) - top, None

    return rest


def far_outside(r: Records, month: str) -> Fraction:
    now = [r.placement(row, month_end(month)) for row in r.in_care(month_end(month))]
    return sum((p["distance_miles"] or 0) > 20 and not p["in_authority"] for p in now), len(now)


def visited(r: Records, month: str) -> Fraction:
    """No due day has passed: six weeks from the last visit, or a week from the next placement with another carer."""
    day, good = month_end(month), 0
    for row in r.in_care(day):
        made = [
            v["visited_on"]
            for v in r.by("care_visits", "care_period_id")[row["care_period_id"]]
            if v["visited_on"] <= day
        ]
        stays = sorted(r.by("placements", "care_period_id")[row["care_period_id"]], key=lambda p: p["started_on"])
        new = [
            p["started_on"]
            for n, p in enumerate(stays)
            if n == 0 or p["carer_id"] is None or p["carer_id"] != stays[n - 1]["carer_id"]
        ]
        due = row["started_on"] + 7 * DAY
        if made:
            stay, last = r.placement(row, max(made)), max(made)
            settled = stay["intended_to_18"] and last >= stay["started_on"] + after(years=1)
            due = min([last + after(months=3) if settled else last + 42 * DAY, *(d + 7 * DAY for d in new if d > last)])
        good += due >= day
    return good, len(r.in_care(day))


def reviewed(r: Records, month: str) -> Fraction:
    """Six months from the last review, three from the first. Who has none came in less than 20 working days ago."""
    day, good = month_end(month), 0
    for row in r.in_care(day):
        held = [
            v["held_on"] for v in r.by("care_reviews", "care_period_id")[row["care_period_id"]] if v["held_on"] <= day
        ]
        due = max(held) + after(months=3 if len(held) == 1 else 6) if held else row["started_on"] + 28 * DAY
        good += due >= day
    return good, len(r.in_care(day))


def checked(kind: str) -> Count:
    def count(r: Records, month: str) -> Fraction:
        day, good, all_ = month_end(month), 0, 0
        kinds = ("dental",) if kind == "dental" else ("initial_health", "review_health")
        for row in r.in_care(day):
            if row["started_on"] + after(years=1) > day:
                continue
            done = [c["completed_on"] for c in r.by("health_checks", "child_id")[row["child_id"]]
                    if c["type"] in kinds and c["completed_on"] and c["completed_on"] <= day]  # fmt: skip
            months = 6 if kind == "health" and age(r.born[row["child_id"]], day) < 5 else 12
            until = max(done) + after(months=months) if done else dt.date.min
            all_ += 1
            good += day < until if kind == "dental" else day <= until
        return good, all_

    return count


def with_plan(r: Records, month: str) -> Fraction:
    """Of those of 16 and over: a pathway plan authorised in the last 6 months."""
    day = month_end(month)
    here = [row["child_id"] for row in r.in_care(day) if age(r.born[row["child_id"]], day) >= 16]
    plans = r.by("pathway_plans", "child_id")
    dates = [
        [p["authorised_on"] for p in plans[child] if p["authorised_on"] and p["authorised_on"] <= day] for child in here
    ]
    return sum(bool(days) and day <= max(days) + after(months=6) for days in dates), len(here)


def leavers(first: int, last: int, what: Callable[[Row], Any]) -> Count:
    """Care leavers by age on the day, by what was last recorded of them."""

    def count(r: Records, month: str) -> Fraction:
        day, latest = month_end(month), []
        for row in r.tables["care_leavers"]:
            if is_open(row, day) and first <= age(r.born[row["child_id"]], day) <= last:
                known = [
                    c for c in r.by("care_leaver_contacts", "child_id")[row["child_id"]] if c["recorded_on"] <= day
                ]
                latest.append(max(known, key=lambda c: c["recorded_on"]))
        return sum(bool(what(row)) for row in latest), len(latest)

    return count


def busy(row: Row) -> bool:
    return str(row["activity"])[0] in "FP"


OWN = ("PR1",)
AGENCY = ("PR4", "PR5")
FOSTER = ("U4", "U5", "U6")


def own_fostering(r: Records, month: str) -> Fraction:
    kin, all_ = lives("U1", "U2", "U3")(r, month)
    return kin + lives(*FOSTER, provider=OWN)(r, month)[0], all_


SOUTHAMPTONS: list[tuple[str, str, str, Count]] = [
    ("K20", "month_end", "table=permanence", in_care),
    ("K31", "month", "", lambda r, m: (len(r.started(m)), None)),
    ("K33", "month", "", lambda r, m: (sum(not r.uasc(row, row["ended_on"] - DAY) for row in r.ended(m)), None)),
    ("K35", "month", "", lambda r, m: (sum(row["end_reason"] == "E4A" for row in r.ended(m)), None)),
    ("K36", "month_end", "", only(lives("P1"))), ("K37", "month_end", "", only(lives("U1", "U2", "U3"))),
    ("K38", "month_end", "", three_placements), ("K39", "month_end", "", only(lives(*FOSTER, provider=AGENCY))),
    ("K41", "month_end", "", only(lives("K2"))), ("K43", "month_end", "", only(lives("H5", "P2", "Z1"))),
    ("K44", "month_end", "", lives("H5", "P2", "Z1")), ("K45", "month_end", "", only(lives("A3", "A4", "A5", "A6"))),
    ("K46", "month_end", "", only(own_fostering)), ("K47", "month_end", "", own_fostering),
    ("K30", "month_end", "", checked("health")), ("K67", "month_end", "", visited),
]  # fmt: skip
SURREYS: list[tuple[str, str, str, Count]] = [
    ("7.1#count", "month_end", "", in_care), ("7.2", "month_end", "", reviewed), ("N11", "month_end", "", left_over(reviewed)),
    ("7.3", "month_end", "", visited), ("N12", "month_end", "", left_over(visited)),
    ("7.8", "month_end", "", checked("health")), ("N13", "month_end", "", left_over(checked("health"))),
    ("7.9", "month_end", "", checked("dental")), ("N14", "month_end", "", left_over(checked("dental"))),
    ("7.13", "month_end", "", three_placements), ("7.15", "month_end", "", far_outside),
    ("7.12", "month_end", "", with_plan), ("N19", "month_end", "timeliness=out of time", left_over(with_plan)),
    ("8.2", "month_end", "", leavers(17, 21, lambda c: c["in_touch"] == "YES")),
    ("8.3#17-18", "month_end", "", leavers(17, 18, lambda c: c["suitable"])),
    ("8.3#19-21", "month_end", "", leavers(19, 21, lambda c: c["suitable"])),
    ("8.4#17-18", "month_end", "", leavers(17, 18, busy)), ("8.4#19-21", "month_end", "", leavers(19, 21, busy)),
    ("7.1#care_leavers", "month_end", "", only(leavers(0, 99, lambda _c: True))),
]  # fmt: skip
LINES = [(SOUTHAMPTON, *line) for line in SOUTHAMPTONS] + [(SURREY, *line) for line in SURREYS]


@pytest.mark.parametrize(
    ("report", "ref", "basis", "breakdown", "count"), LINES, ids=[" ".join(line[:4]).strip() for line in LINES]
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


def test_a_registered_setting_is_the_same_home(planted: dict[str, Records]) -> None:
    """20 young people stayed where they were when their settings were registered in August 2024: two rows with one carer."""
    records = planted[SOUTHAMPTON]
    registered = [
        p
        for p in records.tables["placements"]
        if p["change_reason"] == "PLACE" and f"{p['ended_on']:%Y-%m}" == "2024-08"
    ]
    assert len(registered) >= 10
    for row in registered:
        later = [p for p in records.by("placements", "carer_id")[row["carer_id"]] if p is not row]
        assert [(p["started_on"], p["type"]) for p in later] == [(row["ended_on"], "K3")]


def test_the_year_before_reaches_its_printed_height(planted: dict[str, Records]) -> None:
    """38.9 for every 10,000 of 262,940 children is 1,023 of them (N10), and no month is above."""
    months = [f"2023-{n:02d}" for n in (10, 11, 12)] + [f"2024-{n:02d}" for n in range(1, 10)]
    assert max(len(planted[SURREY].in_care(month_end(month))) for month in months) == 1023
