"""Why: two reports print children in care by age and sex, what is planned for them, and what young people do; recounted here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import pytest
from casetally.errors import CallError
from casetally.samples.planted.ages_and_sexes import Wanted, settle_ages
from casetally.samples.planted.people import Child
from casetally.samples.planted.plant import plant
from test_planted_care import DAY, PUBLISHED, Fraction, Records, age, agrees, figures, is_open, month_end
from test_planted_care_stocks import Count

SURREY, SOUTHAMPTON = "surrey-2017-01", "southampton-2020-12"
AGES = {"under 1": (0, 0), "1-4": (1, 4), "5-9": (5, 9), "10-15": (10, 15), "16+": (16, 99)}


@pytest.fixture(scope="module")
def planted() -> dict[str, Records]:
    return {report: Records(report, 4) for report in (SURREY, SOUTHAMPTON)}


def of_ages(first: int, last: int) -> Count:
    def count(r: Records, month: str) -> Fraction:
        day = month_end(month)
        return sum(first <= age(r.born[row["child_id"]], day) <= last for row in r.in_care(day)), None

    return count


def of_sex(sex: str) -> Count:
    def count(r: Records, month: str) -> Fraction:
        sexes = {row["child_id"]: row["sex"] for row in r.tables["children"]}
        return sum(sexes[row["child_id"]] == sex for row in r.in_care(month_end(month))), None

    return count


def planned_at_second_review(r: Records, month: str) -> Fraction:
    """Second reviews of the month; those on whose day a care plan is open that names a way to permanence."""
    planned = held = 0
    for reviews in r.by("care_reviews", "care_period_id").values():
        days = sorted(review["held_on"] for review in reviews)
        if len(days) > 1 and f"{days[1]:%Y-%m}" == month:
            held += 1
            plans = r.by("care_plans", "child_id")[reviews[0]["child_id"]]
            planned += any(is_open(p, days[1]) and p["permanence_plan"] != "none" for p in plans)
    return planned, held


def with_education_plan(r: Records, month: str) -> Fraction:
    """Of those of 5 to 15: one completed in this period of care."""
    day, plans = month_end(month), r.by("education_plans", "child_id")
    here = [row for row in r.in_care(day) if 5 <= age(r.born[row["child_id"]], day) <= 15]
    return sum(any(row["started_on"] <= p["completed_on"] <= day for p in plans[row["child_id"]]) for row in here), len(
        here
    )


def busy_at_17_to_21(r: Records, month: str) -> Fraction:
    """Each young person once, in care or supported; by the latest record of any day up to the month's end."""
    day, busy = month_end(month), 0
    young = {
        row["child_id"] for table in ("care_periods", "care_leavers") for row in r.tables[table] if is_open(row, day)
    }
    young = {child for child in young if 17 <= age(r.born[child], day) <= 21}
    for child in young:
        known = [c for c in r.by("care_leaver_contacts", "child_id")[child] if c["recorded_on"] <= day]
        busy += bool(known) and max(known, key=lambda c: c["recorded_on"])["activity"][0] in "FP"
    return busy, len(young)


LINES: list[tuple[str, str, str, str, Count]] = [
    *((SOUTHAMPTON, "K61", "month_end", f"age={name}", of_ages(*span)) for name, span in AGES.items()),
    (SOUTHAMPTON, "K61", "month_end", "gender=female", of_sex("F")),
    (SOUTHAMPTON, "K61", "month_end", "gender=male", of_sex("M")),
    (SOUTHAMPTON, "K26", "month", "", planned_at_second_review),
    (SURREY, "3.2-b", "month_end", "", with_education_plan),
    (SURREY, "3.4-b", "year_to_date", "", busy_at_17_to_21), (SURREY, "App1-23", "year_to_date", "", busy_at_17_to_21),
]  # fmt: skip


@pytest.mark.parametrize(
    ("report", "ref", "basis", "breakdown", "count"), LINES, ids=[" ".join(line[1:4]).strip() for line in LINES]
)
def test_every_month_counts_to_what_is_printed(
    planted: dict[str, Records], report: str, ref: str, basis: str, breakdown: str, count: Count
) -> None:
    records = planted[report]
    printed = {m: row for m, row in figures(ref, basis, breakdown, report).items() if row["value"]}
    assert printed
    assert not {gone for gone in records.let_go if gone[0] == ref}
    counted = {month: count(records, month) for month in printed}
    assert {m: (counted[m], row["printed"]) for m, row in printed.items() if not agrees(row, counted[m])} == {}


def test_so_many_children_have_no_known_sex_as_girls_and_boys_leave_over(planted: dict[str, Records]) -> None:
    """485 less 484, 492 less 492, 503 less 501 and, by the age bands, 499 less 498."""
    counted = [of_sex("U")(planted[SOUTHAMPTON], f"2020-{month:02d}") for month in (9, 10, 11, 12)]
    assert counted == [(1, None), (0, None), (2, None), (1, None)]


@pytest.mark.parametrize("month", ["2020-09", "2020-10", "2020-11"])
def test_adoptions_took_as_long_as_printed(planted: dict[str, Records], month: str) -> None:
    """Over 12 months, of which the records begin in December 2019; from coming into care to the adopters' home."""
    records = planted[SOUTHAMPTON]
    placed = {row["care_period_id"]: row["placed_on"] for row in records.tables["permanence"]}
    first = dt.date(2019, int(month[5:]), 1)
    days = [
        (placed[row["care_period_id"]] - row["started_on"]).days
        for row in records.tables["care_periods"]
        if row["end_reason"] in ("E11", "E12") and first.replace(day=28) < row["ended_on"] <= month_end(month)
    ]
    printed = figures("K69", "rolling_12_months", "", SOUTHAMPTON)[month]["value"]
    assert round(sum(days) / len(days)) == int(printed)


def test_what_is_known_of_an_adopted_child_hangs_together(planted: dict[str, Records]) -> None:
    """The plan is adoption, and decision, placement order, match, placement and order come one after the other."""
    records = planted[SOUTHAMPTON]
    rows = records.tables["permanence"]
    assert len(rows) == 2 + 24
    for row in rows:
        days = [row[name] for name in ("decided_on", "placement_order_on", "matched_on", "placed_on", "order_on")]
        assert days == sorted(days)
        (stay,) = [
            p
            for p in records.by("placements", "care_period_id")[row["care_period_id"]]
            if p["ended_on"] == row["order_on"]
        ]
        assert stay["started_on"] == row["placed_on"]
        plans = {p["permanence_plan"] for p in records.by("care_plans", "child_id")[row["child_id"]]}
        assert plans == {"adoption"}


@pytest.mark.parametrize("report", [SURREY, SOUTHAMPTON])
def test_nobody_is_in_care_before_birth_or_at_18(planted: dict[str, Records], report: str) -> None:
    records = planted[report]
    last = month_end(records.months[-1])
    for row in records.tables["care_periods"]:
        born = records.born[row["child_id"]]
        assert born <= row["started_on"]
        assert age(born, (row["ended_on"] or last + DAY) - DAY) < 18


def test_support_starts_at_18_and_nothing_is_recorded_twice_on_a_day(planted: dict[str, Records]) -> None:
    records = planted[SURREY]
    assert all(age(records.born[row["child_id"]], row["started_on"]) >= 18 for row in records.tables["care_leavers"])
    recorded = Counter((c["child_id"], c["recorded_on"]) for c in records.tables["care_leaver_contacts"])
    assert set(recorded.values()) == {1}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_seed_gives_the_same_ages(seed: int) -> None:
    making = plant(PUBLISHED / SOUTHAMPTON, seed, ("care",))
    born = {row["child_id"]: row["date_of_birth"] for row in making.rows.of("children")}
    day = dt.date(2020, 12, 31)
    ages = [age(born[row["child_id"]], day) for row in making.rows.of("care_periods") if is_open(row, day)]
    assert [sum(first <= n <= last for n in ages) for first, last in AGES.values()] == [29, 46, 87, 229, 108]


@dataclass
class Someone:
    child: Child

    def open_on(self, _day: dt.date) -> bool:
        return True


def test_counts_that_no_birthday_can_meet_are_refused() -> None:
    """One child, born in 2010 whatever the day: nobody can be under 1 in 2020."""
    making = plant(PUBLISHED / SOUTHAMPTON, 1, ())
    in_2010 = (dt.date(2010, 1, 1), dt.date(2010, 12, 31))
    child = making.people.child(making.rng("a child"), born_between=in_2010)
    wanted = [Wanted(dt.date(2020, 9, 30), 1, (0, 0))]
    with pytest.raises(CallError, match="make 1 on 2020-09-30"):
        settle_ages(making, making.rng("ages"), [Someone(child)], [in_2010], wanted)
