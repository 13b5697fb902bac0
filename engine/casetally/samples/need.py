"""Why: children in need who are not on a protection plan, and the work that tries to keep children out of care."""

from __future__ import annotations

import numpy as np
import polars as pl

from casetally.samples.cases import Cases
from casetally.samples.columns import amounts, codes, dates, flags, ids, planned
from casetally.samples.days import add_working, due_gaps, near_working, series, to_working
from casetally.samples.episodes import IN_NEED, PROTECTED
from casetally.samples.people import People
from casetally.samples.protection import safeguarding_team, seen_flags
from casetally.samples.setting import OPEN, TEAMS, YEAR, Numbers, Setting
from casetally.samples.workforce import DISABLED_CHILDREN, Posts

OUTCOMES = ("proceedings", "stepped_down", "continuing")
CIN_VISIT_DAYS, CIN_REVIEW_DAYS = 28, 91


def need_plans_kept(setting: Setting, cases: Cases) -> Numbers:
    return np.flatnonzero(setting.kept(cases.need_from, cases.need_to) & (cases.need_from < cases.need_to))


def need_team(people: People, cases: Cases) -> Numbers:
    """Disabled children have a team of their own."""
    return np.where(people.disabled[cases.child], DISABLED_CHILDREN, safeguarding_team(cases.family))


def cin_plans_table(setting: Setting, people: People, cases: Cases, posts: Posts) -> pl.DataFrame:
    kept = cases.take(need_plans_kept(setting, cases))
    team = need_team(people, kept)
    return pl.DataFrame({
        "plan_id": ids(kept.number),
        "child_id": ids(kept.child),
        "referral_id": ids(kept.number),
        "started_on": dates(setting, kept.need_from),
        "ended_on": dates(setting, kept.need_to),
        "disabled_children_team": flags(team == DISABLED_CHILDREN),
        "team": codes(TEAMS, team),
        "worker_id": ids(posts.worker_of(team, kept.family, kept.need_from)),
    })  # fmt: skip


def cin_visits_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    draw = setting.draw("cin visits")
    kept = cases.take(need_plans_kept(setting, cases))
    ends = np.minimum(kept.need_to, setting.as_at + 1)
    plan, day, _ = series(
        kept.need_from,
        ends,
        12,
        lambda place: due_gaps(draw, len(place), CIN_VISIT_DAYS, 0.2, 0.5),
    )
    day = near_working(day)
    keep = np.flatnonzero(setting.kept_day(day) & (day < ends[plan]))
    keep = keep[np.lexsort((plan[keep], day[keep]))]
    seen, alone = seen_flags(draw, len(keep), 0.92, 0.55)
    return pl.DataFrame({
        "visit_id": ids(np.arange(len(keep), dtype=np.int64)),
        "child_id": ids(kept.child[plan[keep]]),
        "visited_on": dates(setting, day[keep]),
        "seen": flags(seen),
        "seen_alone": flags(alone),
    })  # fmt: skip


def cin_reviews_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    """Due every three months; a review not yet held stays blank."""
    draw = setting.draw("cin reviews")
    kept = cases.take(need_plans_kept(setting, cases))
    plan, due, _ = series(kept.need_from, np.minimum(kept.need_to, setting.as_at + 60), CIN_REVIEW_DAYS,
                          lambda place: np.full(len(place), CIN_REVIEW_DAYS, dtype=np.int64))  # fmt: skip
    held = np.where(
        draw.chance(len(due), 0.15),
        due + draw.whole(len(due), 2, 40),
        due - draw.whole(len(due), 0, 20),
    )
    held = to_working(np.maximum(held, kept.need_from[plan]))
    held = np.where(held <= kept.need_to[plan], held, OPEN)
    keep = np.flatnonzero(due >= setting.history_from)
    return pl.DataFrame({
        "review_id": ids(np.arange(len(keep), dtype=np.int64)),
        "plan_id": ids(kept.number[plan[keep]]),
        "child_id": ids(kept.child[plan[keep]]),
        "due_on": planned(due[keep]),
        "held_on": dates(setting, held[keep]),
    })  # fmt: skip


def pre_proceedings_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    """A few of those long on a plan: 16 weeks or so, ending in proceedings where the child comes into care."""
    draw = setting.draw("pre-proceedings")
    lasted = cases.plan_to - cases.plan_from
    chosen = np.flatnonzero((cases.path == PROTECTED) & (lasted > 120) & draw.chance(len(lasted), 0.25))
    kept, count = cases.take(chosen), len(chosen)
    decided = add_working(kept.plan_from + 30 + draw.whole(count, 0, 80), 0)
    started = add_working(decided, draw.whole(count, 2, 14))
    assessed = to_working(started + draw.whole(count, 50, 130))
    ended = to_working(np.maximum(assessed, started + draw.whole(count, 80, 190)))
    outcome = np.where(kept.care_from < OPEN, 0, 1 + draw.pick(count, (0.8, 0.2)))
    order = np.flatnonzero(setting.kept(decided, ended))
    return pl.DataFrame({
        "pre_proceedings_id": ids(kept.number[order]),
        "child_id": ids(kept.child[order]),
        "decided_on": dates(setting, decided[order]),
        "started_on": dates(setting, started[order]),
        "assessments_completed_on": dates(setting, assessed[order]),
        "ended_on": dates(setting, ended[order]),
        "outcome": codes(OUTCOMES, outcome[order], given=setting.known(ended[order])),
    })  # fmt: skip


def edge_of_care_table(setting: Setting, people: People, cases: Cases) -> pl.DataFrame:
    """Support for older children whose case is open, with a score of difficulty at the start and the latest one."""
    draw = setting.draw("edge of care")
    count = len(cases.number)
    older = (cases.received - people.born[cases.child]) / YEAR > 9
    likely = (cases.path >= IN_NEED) & older & (cases.need_from < OPEN)
    chosen = np.flatnonzero(likely & draw.chance(count, 0.3))
    kept, count = cases.take(chosen), len(chosen)
    referred = to_working(kept.need_from + draw.whole(count, 0, 30))
    started = add_working(referred, draw.whole(count, 1, 20))
    ended = to_working(started + draw.whole(count, 60, 260))
    first = draw.between(count, 12, 34)
    latest = np.maximum(first - draw.between(count, -3, 12), 0)
    order = np.flatnonzero(setting.kept(referred, ended))
    return pl.DataFrame({
        "child_id": ids(kept.child[order]),
        "referred_on": dates(setting, referred[order]),
        "started_on": dates(setting, started[order]),
        "ended_on": dates(setting, ended[order]),
        "start_score": amounts(first[order], 1, given=setting.known(started[order])),
        "latest_score": amounts(latest[order], 1, given=setting.known(started[order])),
        "entered_care_on": dates(setting, kept.care_from[order], given=kept.care_from[order] > referred[order]),
    })  # fmt: skip
