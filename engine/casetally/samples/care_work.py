"""Why: what is done for a child in care: visits, reviews, plans, health and schooling, each with its own clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import polars as pl

from casetally.samples.care import Care, Placements, care_kept
from casetally.samples.cases import ADOPTED, GROWN_UP, GUARDIAN, RESPITE
from casetally.samples.columns import codes, dates, flags, ids, planned, wholes
from casetally.samples.days import add_months, add_working, due_gaps, near_working, series, to_working
from casetally.samples.draw import Draw
from casetally.samples.people import People
from casetally.samples.protection import seen_flags
from casetally.samples.setting import OPEN, YEAR, Days, Mask, Numbers, Setting, day_number

VISIT_DAYS = 42
PLANS = (
    "return_home",
    "adoption",
    "special_guardianship",
    "kinship",
    "long_term_fostering",
    "residential",
    "independence",
    "none",
)


def care_visits_table(setting: Setting, care: Care, placements: Placements) -> pl.DataFrame:
    """Within a week of each placement's start, then about every six weeks."""
    draw = setting.draw("care visits")
    ends = np.minimum(placements.ends, setting.as_at + 1)

    def gaps(place: Numbers) -> Numbers:
        first = draw.whole(len(place), 2, 6) + 6 * draw.chance(len(place), 0.06)
        return np.where(place == 1, first, due_gaps(draw, len(place), VISIT_DAYS, 0.08))

    row, day, _ = series(placements.starts, ends, 2, gaps)
    day = near_working(day)
    keep = np.flatnonzero(setting.kept_day(day) & (day < ends[row]))
    keep = keep[np.lexsort((row[keep], day[keep]))]
    period, day = placements.period[row[keep]], day[keep]
    seen, alone = seen_flags(draw, len(day), 0.97, 0.8)
    return pl.DataFrame({
        "visit_id": ids(np.arange(len(day), dtype=np.int64)),
        "child_id": ids(care.child[period]),
        "care_period_id": ids(period),
        "visited_on": dates(setting, day),
        "seen": flags(seen),
        "seen_alone": flags(alone),
    })  # fmt: skip


def care_reviews_table(setting: Setting, care: Care) -> pl.DataFrame:
    """Within 20 working days, then three months, then every six; all of a period, as each limit runs from the last."""
    draw = setting.draw("care reviews")
    rows = care_kept(setting, care)
    rows = rows[care.kind[rows] != RESPITE]
    starts, ends = care.starts[rows], np.minimum(care.ends[rows], setting.as_at + 1)

    def gaps(place: Numbers) -> Numbers:
        limit = np.select([place == 1, place == 2], [27, 90], 180)
        early = np.select([place == 1, place == 2], [draw.whole(len(place), 0, 10), draw.whole(len(place), 0, 20)],
                          draw.whole(len(place), 0, 30))  # fmt: skip
        return np.where(
            draw.chance(len(place), 0.07),
            limit + draw.whole(len(place), 6, 35),
            limit - early,
        )

    spell, day, place = series(starts, ends, 15, gaps)
    day = near_working(day)
    before = np.append(0, day[:-1])[: len(day)]
    due = np.select(
        [place == 1, place == 2],
        [add_working(starts[spell], 20), add_months(before, 3)],
        add_months(before, 6),
    )
    keep = day < ends[spell]
    spell, day, due = spell[keep], day[keep], due[keep]
    names = [f"PN{number}" for number in range(8)]
    part = draw.pick(len(day), (0.12, 0.36, 0.1, 0.02, 0.02, 0.06, 0.2, 0.12))
    return pl.DataFrame({
        "review_id": ids(np.arange(len(day), dtype=np.int64)),
        "care_period_id": ids(rows[spell]),
        "child_id": ids(care.child[rows[spell]]),
        "supplied_due_on": planned(due),
        "held_on": dates(setting, day),
        "cancelled": flags(draw.chance(len(day), 0.01)),
        "participation": codes(names, part),
    })  # fmt: skip


def care_plans_table(setting: Setting, care: Care) -> pl.DataFrame:
    """A first plan soon after care starts, and a permanence plan some months on."""
    draw = setting.draw("care plans")
    rows = care_kept(setting, care)
    count, starts, ends = len(rows), care.starts[rows], care.ends[rows]
    first = add_working(starts, draw.whole(count, 0, 9))
    second = to_working(np.minimum(starts + draw.whole(count, 110, 220), OPEN))
    kind = care.kind[rows]
    grown = 3 + draw.pick(count, (0.15, 0.55, 0.15, 0.15))
    goal = np.select([kind == ADOPTED, kind == GUARDIAN, kind == GROWN_UP], [1, 2, grown], 0)
    early = np.where(draw.chance(count, 0.6), 7, 0)
    has_second = (second < ends) & (second <= setting.as_at)
    starts = np.concatenate([first, second[has_second]])
    plan_ends = np.concatenate([np.where(has_second, second, ends), ends[has_second]])
    period = np.concatenate([rows, rows[has_second]])
    goals = np.concatenate([early, goal[has_second]])
    order = np.lexsort((period, starts))
    order = order[(starts < plan_ends)[order] & setting.known(starts)[order]]
    starts, plan_ends, period, goals = (
        starts[order],
        plan_ends[order],
        period[order],
        goals[order],
    )
    authorised = add_working(starts, draw.whole(len(starts), 0, 8))
    matched = to_working(np.minimum(starts + draw.whole(len(starts), 30, 250), OPEN))
    return pl.DataFrame({
        "care_plan_id": ids(np.arange(len(starts), dtype=np.int64)),
        "child_id": ids(care.child[period]),
        "started_on": dates(setting, starts),
        "ended_on": dates(setting, plan_ends),
        "authorised_on": dates(setting, authorised),
        "permanence_plan": codes(PLANS, goals),
        "matched_on": dates(setting, matched, given=np.isin(goals, (1, 4)) & (matched < plan_ends)),
    })  # fmt: skip


def visit_plans_table(setting: Setting, care: Care) -> pl.DataFrame:
    """An interval of its own for some children long in care."""
    draw = setting.draw("visit plans")
    rows = care_kept(setting, care)
    agreed = to_working(np.minimum(care.starts[rows] + 370, OPEN))
    chosen = np.flatnonzero(draw.chance(len(rows), 0.25) & (agreed < care.ends[rows]) & setting.known(agreed))
    count = len(chosen)
    return pl.DataFrame({
        "child_id": ids(care.child[rows[chosen]]),
        "kind": codes(("cla",), np.zeros(count, dtype=np.int64)),
        "interval_days": wholes(np.array([56, 84, 28])[draw.pick(count, (0.45, 0.45, 0.1))]),
        "started_on": dates(setting, agreed[chosen]),
        "ended_on": dates(setting, care.ends[rows[chosen]]),
    })  # fmt: skip


def health_checks_table(setting: Setting, people: People, care: Care) -> pl.DataFrame:
    """The initial assessment, reviews by age, dentist, optician and, for the youngest, development checks."""
    draw = setting.draw("health checks")
    rows = care_kept(setting, care)
    rows = rows[care.kind[rows] != RESPITE]
    starts, ends, born = (
        care.starts[rows],
        np.minimum(care.ends[rows], setting.as_at + 1),
        people.born[care.child[rows]],
    )
    count = len(rows)
    late = draw.chance(count, 0.25)
    initial = add_working(starts, np.where(late, draw.whole(count, 21, 50), draw.whole(count, 6, 20)))
    kinds, spells, days = [np.zeros(count, dtype=np.int64)], [np.arange(count, dtype=np.int64)], [initial]
    young = np.clip(born + int(5 * YEAR), starts, ends)
    plans = ((1, starts, young, 178), (1, young, ends, 350), (2, starts, ends, 300), (3, starts + 60, ends, 420),
             (4, starts, young, 180))  # fmt: skip
    for sort, begins, stops, due in plans:
        at, when, _ = series(begins, stops, due // 2, _yearly(draw, due))
        kinds.append(np.full(len(when), sort, dtype=np.int64))
        spells.append(at)
        days.append(to_working(when))
    kind, spell, day = np.concatenate(kinds), np.concatenate(spells), np.concatenate(days)
    keep = np.flatnonzero(setting.kept_day(day) & (day < ends[spell]))
    order = keep[np.lexsort((kind[keep], spell[keep], day[keep]))]
    kind, spell, day = kind[order], spell[order], day[order]
    status = draw.pick(len(day), (0.95, 0.03, 0.0, 0.02))
    requested = np.maximum(day - draw.whole(len(day), 3, 25), starts[spell])
    return pl.DataFrame({
        "check_id": ids(np.arange(len(day), dtype=np.int64)),
        "child_id": ids(care.child[rows[spell]]),
        "type": codes(("initial_health", "review_health", "dental", "optical", "development"), kind),
        "completed_on": dates(setting, day, given=status == 0),
        "status": codes(("completed", "refused", "pending", "cancelled"), status),
        "requested_on": dates(setting, requested),
    })  # fmt: skip


def _yearly(draw: Draw, due: int) -> Callable[[Numbers], Numbers]:
    return lambda place: due_gaps(draw, len(place), due, 0.09, 0.8)


def years_in_care(setting: Setting, care: Care) -> tuple[Numbers, Days]:
    """Each period of care with each 31 March by which it had lasted a year and was still running."""
    rows = care_kept(setting, care)
    pairs = [
        (rows[(care.starts[rows] + 365 <= end) & (care.ends[rows] > end)], end)
        for end in (_day(year, "03-31") for year in _years(setting))
        if setting.opens <= end <= setting.as_at
    ]
    ends = np.repeat(np.array([end for _, end in pairs], dtype=np.int64), [len(found) for found, _ in pairs])
    return np.concatenate([rows[:0], *(found for found, _ in pairs)]), ends


def _years(setting: Setting) -> range:
    return range(1970 + int(setting.opens // YEAR), 1972 + int(setting.as_at // YEAR))


def _day(year: int, month_day: str) -> int:
    return day_number(dt.date.fromisoformat(f"{year}-{month_day}"))


def annual_health_table(setting: Setting, people: People, care: Care) -> pl.DataFrame:
    draw = setting.draw("annual health")
    period, year_ending = years_in_care(setting, care)
    count = len(period)
    age = (year_ending - people.born[care.child[period]]) / YEAR
    eligible: Mask = (age >= 4) & (age < 17) & (care.kind[period] != RESPITE)
    scored = eligible & draw.chance(count, 0.78)
    return pl.DataFrame({
        "child_id": ids(care.child[period]),
        "year_ending": dates(setting, year_ending),
        "health_assessment": flags(draw.chance(count, 0.9)),
        "dental_check": flags(draw.chance(count, 0.8)),
        "health_check": flags(draw.chance(count, 0.88), given=age < 5),
        "immunisations": flags(draw.chance(count, 0.85)),
        "sdq_score": wholes(draw.whole(count, 2, 28), given=scored),
        "sdq_reason": codes([f"SDQ{n}" for n in range(1, 6)], draw.whole(count, 0, 4), given=eligible & ~scored),
        "convicted": flags(draw.chance(count, 0.03), given=age >= 10),
        "substance_misuse": flags(draw.chance(count, 0.03)),
    }).filter(pl.Series(care.kind[period] != RESPITE, dtype=pl.Boolean))  # fmt: skip


def sdq_table(setting: Setting, people: People, care: Care) -> pl.DataFrame:
    draw = setting.draw("sdq")
    period, year_ending = years_in_care(setting, care)
    day = to_working(year_ending - draw.whole(len(period), 5, 300))
    age = (year_ending - people.born[care.child[period]]) / YEAR
    keep = (age >= 4) & (age < 17) & (care.kind[period] != RESPITE) & setting.known(day)
    period, day = period[keep], day[keep]
    scored = draw.chance(len(period), 0.85)
    return pl.DataFrame({
        "child_id": ids(care.child[period]),
        "completed_on": dates(setting, day),
        "score": wholes(draw.whole(len(period), 2, 28), given=scored),
        "reason": codes([f"SDQ{n}" for n in range(1, 6)], draw.whole(len(period), 0, 4), given=~scored),
    })  # fmt: skip


def education_plans_table(setting: Setting, people: People, care: Care) -> pl.DataFrame:
    """One a term for children of three to eighteen in care."""
    draw = setting.draw("education plans")
    rows = care_kept(setting, care)
    rows = rows[care.kind[rows] != RESPITE]
    terms = [
        (rows[(care.starts[rows] + 20 < day) & (care.ends[rows] > day)], day, f"{name} {year}")
        for year in _years(setting)
        for name, day in (
            ("Spring", _day(year, "04-05")),
            ("Summer", _day(year, "07-20")),
            ("Autumn", _day(year, "12-15")),
        )
        if setting.opens <= day <= setting.as_at + 60
    ]
    counts = [len(found) for found, _, _ in terms]
    period = np.concatenate([rows[:0], *(found for found, _, _ in terms)])
    due = np.repeat(np.array([day for _, day, _ in terms], dtype=np.int64), counts)
    term = np.repeat(np.arange(len(terms), dtype=np.int64), counts)
    age = (due - people.born[care.child[period]]) / YEAR
    keep = (age >= 3) & (age < 18) & (care.starts[period] < setting.as_at)
    period, due, term, age = period[keep], due[keep], term[keep], age[keep]
    count = len(period)
    held = to_working(
        np.where(
            draw.chance(count, 0.08),
            due + draw.whole(count, 3, 30),
            due - draw.whole(count, 3, 50),
        )
    )
    held = np.where(draw.chance(count, 0.96), np.maximum(held, care.starts[period]), OPEN)
    return pl.DataFrame({
        "education_plan_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(care.child[period]),
        "term": codes([name for _, _, name in terms], term),
        "due_on": planned(due),
        "completed_on": dates(setting, held),
        "quality": codes(("green", "amber", "red"), draw.pick(count, (0.62, 0.3, 0.08)), given=setting.known(held)),
        "stage": codes(("early_years", "statutory", "post_16"), np.select([age < 5, age < 16.3], [0, 1], 2)),
    })  # fmt: skip
