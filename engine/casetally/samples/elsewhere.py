"""Why: what reaches services from outside: children missing or exploited, schooling, populations, other figures."""

from __future__ import annotations

import numpy as np
import polars as pl

from casetally.samples.care import Care, care_kept
from casetally.samples.cases import Cases
from casetally.samples.columns import (
    amounts,
    codes,
    dates,
    flags,
    ids,
    moments,
    texts,
    wholes,
)
from casetally.samples.days import add_working, birthday, series, to_working
from casetally.samples.episodes import ASSESSED
from casetally.samples.people import People
from casetally.samples.setting import AUTHORITY, YEAR, Days, Numbers, Setting

HOUR, DAY = 60, 1440


def missing_table(setting: Setting, people: People, cases: Cases, care: Care) -> pl.DataFrame:
    """Episodes of teenagers, most in care, some often; return interviews offered, mostly within 72 hours."""
    draw = setting.draw("missing")
    rows, chosen = care_kept(setting, care), np.flatnonzero(cases.path >= ASSESSED)
    child = np.concatenate([care.child[rows], cases.child[chosen]])
    starts = np.concatenate([care.starts[rows], cases.received[chosen]])
    ends = np.concatenate([care.ends[rows], cases.closed[chosen]])
    chance = np.concatenate([np.full(len(rows), 0.3), np.full(len(chosen), 0.05)])
    teenage = np.maximum(starts, birthday(people.born[child], 12))
    goes = np.flatnonzero(draw.chance(len(child), chance) & (teenage < ends))
    spell, day, _ = series(teenage[goes], np.minimum(ends[goes], setting.as_at + 1), 3,
                           lambda place: 3 + draw.wait(len(place), 75))  # fmt: skip
    keep = np.flatnonzero(setting.kept_day(day))
    who, day = child[goes][spell[keep]], day[keep]
    count = len(day)
    start = day * DAY + draw.whole(count, 0, DAY - 1)
    lasted = np.minimum(40 + draw.wait(count, 14 * HOUR), 3 * DAY - 1)
    end = start + lasted
    order = np.lexsort((who, start))
    who, start, end = who[order], start[order], end[order]
    back = end < (setting.as_at + 1) * DAY
    offered = draw.chance(count, 0.88)
    offered_at = end + np.where(
        draw.chance(count, 0.8),
        draw.whole(count, 60, 70 * HOUR),
        draw.whole(count, 73 * HOUR, 200 * HOUR),
    )
    offered &= back & (offered_at < (setting.as_at + 1) * DAY)
    accepted = offered & draw.chance(count, 0.62)
    interviewed = to_working(offered_at // DAY + draw.whole(count, 0, 3))
    return pl.DataFrame({
        "episode_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(who),
        "type": codes(("M", "A"), draw.pick(count, (0.9, 0.1))),
        "started_at": moments(setting, start),
        "ended_at": moments(setting, end),
        "other_authority": flags(draw.chance(count, 0.04)),
        "interview_offered": flags(offered, given=back),
        "interview_offered_at": moments(setting, offered_at, given=offered),
        "interview_accepted": flags(accepted, given=offered),
        "interview_completed_on": dates(setting, interviewed, given=accepted & draw.chance(count, 0.9)),
        "risk_assessed_on": dates(setting, to_working(end // DAY), given=draw.chance(count, 0.7)),
    })  # fmt: skip


LEVELS = ("emerging", "moderate", "significant")


def exploitation_table(setting: Setting, people: People, cases: Cases) -> pl.DataFrame:
    """Spells of risk; most that last are assessed again after some months, and then are lowered more often than raised."""
    draw = setting.draw("exploitation")
    age = (cases.assessed_from - people.born[cases.child]) / YEAR
    rows = np.flatnonzero((age > 11) & (age < 18) & (cases.path >= ASSESSED) & draw.chance(len(age), 0.14))
    count = len(rows)
    starts = add_working(cases.assessed_from[rows], draw.whole(count, 2, 25))
    ends = np.minimum(
        to_working(starts + 60 + draw.wait(count, 200)),
        birthday(people.born[cases.child[rows]], 18),
    )
    kind, level = draw.pick(count, (0.45, 0.55)), draw.pick(count, (0.4, 0.38, 0.22))
    again = to_working(starts + draw.whole(count, 45, 120))
    later = np.clip(level + np.array([-1, 0, 1])[draw.pick(count, (0.6, 0.25, 0.15))], 0, 2)
    changes = (again < ends) & (later != level)
    child = cases.child[rows]
    spells = [(child, kind, level, starts, np.where(changes, again, ends), starts < ends),
              (child, kind, later, again, ends, changes)]  # fmt: skip
    child, kind, level, starts, ends, meant = (np.concatenate([one[at] for one in spells]) for at in range(6))
    keep = np.flatnonzero(meant & setting.kept(starts, ends))
    return pl.DataFrame({
        "child_id": ids(child[keep]),
        "kind": codes(("sexual", "criminal"), kind[keep]),
        "level": codes(LEVELS, level[keep]),
        "started_on": dates(setting, starts[keep]),
        "ended_on": dates(setting, ends[keep]),
    })  # fmt: skip


def _of_school_age(
    setting: Setting,
    people: People,
    name: str,
    per_10_000: float,
    ages: tuple[float, float],
) -> tuple[Numbers, Days]:
    """Different children known to services, each at some working day of the window, aged between `ages`."""
    draw = setting.draw(name)
    wanted = max(1, round(setting.per_year(per_10_000) * setting.years))
    child = draw.some(len(people.born), min(len(people.born), wanted * 3))
    day = to_working(setting.opens + draw.whole(len(child), 0, setting.as_at - setting.opens))
    age = (day - people.born[child]) / YEAR
    keep = np.flatnonzero((age > ages[0]) & (age < ages[1]) & setting.known(day))
    keep = keep[np.sort(draw.some(len(keep), wanted))]
    return child[keep], day[keep]


def home_education_table(setting: Setting, people: People) -> pl.DataFrame:
    draw = setting.draw("home education table")
    child, starts = _of_school_age(setting, people, "home education", 45, (5, 15.5))
    count = len(child)
    ends = np.minimum(
        to_working(starts + 120 + draw.wait(count, 450)),
        birthday(people.born[child], 16),
    )
    return pl.DataFrame({
        "child_id": ids(child),
        "started_on": dates(setting, starts),
        "ended_on": dates(setting, ends),
        "visited_on": dates(setting, to_working(starts + draw.whole(count, 20, 150)), given=draw.chance(count, 0.75)),
        "allocated_on": dates(setting, add_working(starts, draw.whole(count, 1, 15))),
    })  # fmt: skip


def ehc_table(setting: Setting, people: People) -> pl.DataFrame:
    """Needs assessments, half or so issued within 20 weeks."""
    draw = setting.draw("ehc table")
    child, requested = _of_school_age(setting, people, "ehc", 90, (2, 17))
    order = np.lexsort((child, requested))
    child, requested, count = child[order], requested[order], len(child)
    outcome = draw.pick(count, (0.87, 0.08, 0.05))
    issued = to_working(
        requested
        + np.where(
            draw.chance(count, 0.5),
            draw.whole(count, 90, 138),
            draw.whole(count, 141, 330),
        )
    )
    return pl.DataFrame({
        "assessment_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(child),
        "requested_on": dates(setting, requested),
        "issued_on": dates(setting, issued, given=outcome == 0),
        "outcome": codes(("issued", "not_issued", "withdrawn"), outcome, given=setting.known(issued)),
        "exception": flags(draw.chance(count, 0.06)),
    })  # fmt: skip


def populations_table(setting: Setting) -> pl.DataFrame:
    """Children aged 0-17 at each mid-year, as first estimated and as revised the year after the census."""
    last = 1970 + int((setting.as_at - 181) // YEAR)  # the latest mid-year that has passed
    first = 1970 + int(setting.opens // YEAR) - 1
    years = np.arange(first, last + 1, dtype=np.int64)
    estimate = np.round(setting.children * (1 + 0.004 * (years - last))).astype(np.int64)
    revised = np.round(estimate * (1 + 0.002 * (years % 3))).astype(np.int64)
    count = len(years)
    return pl.DataFrame({
        "authority": texts(AUTHORITY, 2 * count),
        "mid_year": wholes(np.tile(years, 2)),
        "vintage": codes(("first", "revised"), np.repeat(np.arange(2), count)),
        "population": wholes(np.concatenate([estimate, revised])),
    })  # fmt: skip


# what other systems supply by month: its indicator, of how many (by children here), the usual share of them, who supplies it
SUPPLIED = (
    ("agency_percent_of_headcount", 1 / 300, 0.14, "Human resources"),
    ("audits_child_involved", 1 / 1_500, 0.72, "Quality assurance"),
    ("audits_completed_percent", 1 / 1_200, 0.88, "Quality assurance"),
    ("social_worker_vacancies", 1 / 400, 0.16, "Human resources"),
)
GRADES = ("outstanding", "good", "requires improvement", "inadequate")


def supplied_table(setting: Setting) -> pl.DataFrame:
    """A few monthly figures that come from other systems: staffing, and case audits, also by grade."""
    draw = setting.draw("supplied figures")
    first = np.datetime64(setting.opens, "D").astype("datetime64[M]")
    months = np.arange(first, np.datetime64(setting.as_at, "D").astype("datetime64[M]") + 1)
    period, count = pl.Series([str(month) for month in months], dtype=pl.String), len(months)
    frames = []
    for name, per_child, share, source in SUPPLIED:
        among = max(10, round(setting.children * per_child))
        of = np.round(among * draw.between(count, share - 0.06, share + 0.06))
        frames.append(_figures(name, period, None, source).with_columns(
            numerator=amounts(of, 0), denominator=amounts(np.full(count, float(among)), 0)
        ))  # fmt: skip
    audits = draw.whole(count, 8, 16)
    grade = draw.pick(int(audits.sum()), (0.06, 0.6, 0.28, 0.06))
    month = np.repeat(np.arange(count, dtype=np.int64), audits)
    frames.append(_figures("audits_completed", period, None, "Quality assurance", audits))
    for at, name in enumerate(GRADES):
        of_grade = np.bincount(month[grade == at], minlength=count)
        frames.append(_figures("audits_by_grade", period, f"grade={name}", "Quality assurance", of_grade))
    return pl.concat(frames)


def _figures(
    name: str, period: pl.Series, breakdown: str | None, source: str, value: Numbers | None = None
) -> pl.DataFrame:
    """One figure a month, for all where there is no `breakdown`; a value of its own, or blank numbers to be filled in."""
    count, blank = len(period), pl.Series([None] * len(period), dtype=pl.Float64)
    return pl.DataFrame({
        "indicator": texts(name, count),
        "period": period,
        "breakdown": pl.Series([breakdown] * count, dtype=pl.String),
        "numerator": blank,
        "denominator": blank,
        "value": blank if value is None else amounts(value.astype(np.float64), 0),
        "source": texts(source, count),
    })  # fmt: skip
