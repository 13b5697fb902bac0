"""Why: the road from a strategy discussion to a child protection plan, and the work on the plan until it ends."""

from __future__ import annotations

import numpy as np
import polars as pl

from casetally.samples.cases import Cases
from casetally.samples.columns import codes, dates, flags, ids, planned, wholes
from casetally.samples.days import add_months, add_working, due_gaps, near_working, series
from casetally.samples.demand import assessment_team
from casetally.samples.draw import Draw
from casetally.samples.episodes import ASSESSED, CONFERENCE, IN_NEED, PROTECTED
from casetally.samples.setting import OPEN, TEAMS, Days, Mask, Numbers, Setting
from casetally.samples.workforce import SAFEGUARDING, Posts

AGENCIES = ("police", "education", "health", "gp", "housing", "probation", "other")
INVITED = np.array([0.98, 0.96, 0.97, 0.9, 0.35, 0.3, 0.25])
ATTENDED = np.array([0.55, 0.86, 0.82, 0.09, 0.5, 0.55, 0.6])
CATEGORIES = ("NEG", "EMO", "PHY", "SAB", "MUL")
CP_VISIT_DAYS, CORE_GROUP_DAYS = 14, 42


def safeguarding_team(family: Numbers) -> Numbers:
    return SAFEGUARDING + family % 2


def strategy_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    """A discussion before each enquiry (its id is the case's), and some that led to none."""
    draw = setting.draw("strategy")
    count = len(cases.number)
    alone = ((cases.path == ASSESSED) | (cases.path == IN_NEED)) & draw.chance(count, 0.09)
    held = np.where(alone, add_working(cases.decided, draw.whole(count, 1, 15)), cases.strategy)
    kept = np.flatnonzero(setting.kept_day(held))
    outcomes = ("section_47", "assessment", "no_further_action")
    return pl.DataFrame({
        "discussion_id": ids(cases.number[kept]),
        "child_id": ids(cases.child[kept]),
        "referral_id": ids(cases.number[kept]),
        "held_on": dates(setting, held[kept]),
        "outcome": codes(outcomes, np.where(alone, 1 + draw.pick(count, (0.7, 0.3)), 0)[kept]),
    })  # fmt: skip


def enquiries_table(setting: Setting, cases: Cases, posts: Posts) -> pl.DataFrame:
    draw = setting.draw("enquiries")
    kept = cases.take(np.flatnonzero(setting.kept(cases.enquiry_from, cases.enquiry_to)))
    count, known = len(kept.number), setting.known(kept.enquiry_to)
    outcomes = (
        "icpc",
        "legal_action",
        "child_in_need",
        "assessment_continues",
        "other_agency",
        "no_further_action",
        "other",
    )
    alone = draw.pick(count, (0.0, 0.01, 0.0, 0.35, 0.1, 0.5, 0.04))
    stepped = np.where(kept.need_from < OPEN, 2, alone)
    outcome = np.where(kept.path >= CONFERENCE, 0, stepped)
    team = assessment_team(kept.family)
    return pl.DataFrame({
        "enquiry_id": ids(kept.number),
        "child_id": ids(kept.child),
        "referral_id": ids(kept.number),
        "investigation_id": ids(kept.event),
        "discussion_id": ids(kept.number, given=setting.kept_day(kept.strategy)),
        "strategy_discussion_on": dates(setting, kept.strategy, given=draw.chance(count, 0.9)),
        "started_on": dates(setting, kept.enquiry_from),
        "completed_on": dates(setting, kept.enquiry_to),
        "outcome": codes(outcomes, outcome, given=known),
        "no_further_action": flags(outcome == 5, given=known),
        "team": codes(TEAMS, team),
        "worker_id": ids(posts.worker_of(team, kept.family, kept.enquiry_from)),
    })  # fmt: skip


def conferences_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    draw = setting.draw("conferences")
    kept = cases.take(np.flatnonzero(setting.kept_day(cases.conference)))
    count = len(kept.number)
    moved_here = draw.chance(count, 0.03)
    own = ~moved_here & setting.kept(kept.enquiry_from, kept.enquiry_to)
    return pl.DataFrame({
        "conference_id": ids(kept.number),
        "child_id": ids(kept.child),
        "meeting_id": ids(kept.event),
        "enquiry_id": ids(kept.number, given=own),
        "referral_id": ids(kept.number),
        "transfer_in": flags(moved_here),
        "notified_on": dates(setting, np.minimum(add_working(kept.enquiry_from, 1), kept.conference)),
        "supplied_target_on": planned(add_working(kept.strategy, 15), given=draw.chance(count, 0.9)),
        "held_on": dates(setting, kept.conference),
        "plan_agreed": flags(kept.path == PROTECTED),
        "team": codes(TEAMS, safeguarding_team(kept.family)),
    })  # fmt: skip


def attendances_table(setting: Setting, conferences: pl.DataFrame) -> pl.DataFrame:
    """The seven agencies at every conference."""
    draw = setting.draw("attendances")
    conference = np.repeat(conferences["conference_id"].to_numpy().astype(np.int64), len(AGENCIES))
    agency = np.tile(np.arange(len(AGENCIES), dtype=np.int64), conferences.height)
    count = len(agency)
    invited = draw.chance(count, INVITED[agency])
    attended = invited & draw.chance(count, ATTENDED[agency])
    return pl.DataFrame({
        "conference_id": ids(conference),
        "agency": codes(AGENCIES, agency),
        "invited": flags(invited),
        "attended": flags(attended),
        "contributed": flags(attended | (invited & draw.chance(count, 0.45))),
    })  # fmt: skip


def plans_kept(setting: Setting, cases: Cases) -> Numbers:
    return np.flatnonzero(setting.kept(cases.plan_from, cases.plan_to) & (cases.plan_from < cases.plan_to))


def plans_table(setting: Setting, cases: Cases, posts: Posts) -> pl.DataFrame:
    """Plans whose id is the case's. `previous_plans` also counts those before the history kept, and a few elsewhere."""
    draw = setting.draw("plans")
    on_plan = pl.Series(cases.plan_from < cases.plan_to)
    earlier = pl.DataFrame({"child": cases.child, "plan": on_plan.cast(pl.Int64)}).select(
        pl.col("plan").cum_sum().over("child") - pl.col("plan")
    )
    rows = plans_kept(setting, cases)
    kept, count = cases.take(rows), len(rows)
    before = earlier.to_series().to_numpy()[rows] + draw.chance(count, 0.05)
    category = draw.pick(int(cases.event.max(initial=-1)) + 1, (0.5, 0.36, 0.07, 0.04, 0.03))[kept.event]
    latest = np.where(draw.chance(count, 0.06), draw.pick(count, (0.5, 0.5)), category)
    team = safeguarding_team(kept.family)
    return pl.DataFrame({
        "plan_id": ids(kept.number),
        "child_id": ids(kept.child),
        "referral_id": ids(kept.number),
        "conference_id": ids(kept.number, given=setting.kept_day(kept.conference)),
        "started_on": dates(setting, kept.plan_from),
        "ended_on": dates(setting, kept.plan_to),
        "initial_category": codes(CATEGORIES, category),
        "latest_category": codes(CATEGORIES, latest),
        "previous_plans": wholes(before),
        "other_authority": flags(draw.chance(count, 0.02)),
        "team": codes(TEAMS, team),
        "worker_id": ids(posts.worker_of(team, kept.family, kept.plan_from)),
    })  # fmt: skip


def seen_flags(draw: Draw, count: int, seen: float, alone: float) -> tuple[Mask, Mask]:
    """Whether the child was seen at each visit, and alone."""
    was_seen = draw.chance(count, seen)
    return was_seen, was_seen & draw.chance(count, alone)


def cp_visits_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    """A visit about every ten working days."""
    draw = setting.draw("cp visits")
    kept = cases.take(plans_kept(setting, cases))
    ends = np.minimum(kept.plan_to, setting.as_at + 1)
    plan, day, _ = series(
        kept.plan_from,
        ends,
        6,
        lambda place: due_gaps(draw, len(place), CP_VISIT_DAYS, 0.2),
    )
    plan, day = _working_days_within(setting, plan, day, ends)
    seen, alone = seen_flags(draw, len(day), 0.94, 0.72)
    return pl.DataFrame({
        "visit_id": ids(np.arange(len(day), dtype=np.int64)),
        "child_id": ids(kept.child[plan]),
        "plan_id": ids(kept.number[plan]),
        "visited_on": dates(setting, day),
        "seen": flags(seen),
        "seen_alone": flags(alone),
    })  # fmt: skip


def _working_days_within(setting: Setting, spell: Numbers, day: Days, ends: Days) -> tuple[Numbers, Days]:
    """Days moved to working days, in order, still before their spell's end and not older than the history kept."""
    day = near_working(day)
    keep = np.flatnonzero(setting.kept_day(day) & (day < ends[spell]))
    keep = keep[np.lexsort((spell[keep], day[keep]))]
    return spell[keep], day[keep]


def cp_reviews_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    """The first within three months, then every six; all of a plan, as each limit runs from the last."""
    draw = setting.draw("cp reviews")
    kept = cases.take(plans_kept(setting, cases))
    ends = np.minimum(kept.plan_to, setting.as_at + 1)

    def gaps(place: Numbers) -> Numbers:
        late = draw.chance(len(place), 0.06)
        limit = np.where(place == 1, 88, 178)
        return np.where(
            late,
            limit + draw.whole(len(place), 8, 60),
            limit - draw.whole(len(place), 3, 25),
        )

    plan, day, place = series(kept.plan_from, ends, 60, gaps)
    day = near_working(day)
    keep = day < ends[plan]
    plan, day, place = plan[keep], day[keep], place[keep]
    first = place == 1
    before = np.where(first, kept.plan_from[plan], np.append(0, day[:-1]))
    due = np.where(first, add_months(before, 3), add_months(before, 6))
    last = np.append(plan[1:] != plan[:-1], True)[: len(plan)]
    ended = last & (kept.plan_to[plan] - day < 45) & setting.known(kept.plan_to[plan])
    return pl.DataFrame({
        "review_id": ids(np.arange(len(day), dtype=np.int64)),
        "child_id": ids(kept.child[plan]),
        "plan_id": ids(kept.number[plan]),
        "supplied_due_on": planned(due),
        "held_on": dates(setting, day),
        "continues": flags(~ended),
    })  # fmt: skip


def core_groups_table(setting: Setting, cases: Cases) -> pl.DataFrame:
    """The first within ten working days, then every six weeks."""
    draw = setting.draw("core groups")
    kept = cases.take(plans_kept(setting, cases))
    ends = np.minimum(kept.plan_to, setting.as_at + 1)

    def gaps(place: Numbers) -> Numbers:
        first = draw.whole(len(place), 7, 13) + 9 * draw.chance(len(place), 0.12)
        return np.where(place == 1, first, due_gaps(draw, len(place), CORE_GROUP_DAYS, 0.18))

    plan, day, place = series(kept.plan_from, ends, 7, gaps)
    due = np.where(
        place == 1,
        add_working(kept.plan_from[plan], 10),
        np.append(0, day[:-1]) + CORE_GROUP_DAYS,
    )
    day = near_working(day)
    keep = np.flatnonzero(setting.kept_day(day) & (day < ends[plan]))
    plan, day, due = plan[keep], day[keep], due[keep]
    return pl.DataFrame({
        "meeting_id": ids(np.arange(len(day), dtype=np.int64)),
        "plan_id": ids(kept.number[plan]),
        "child_id": ids(kept.child[plan]),
        "supplied_due_on": planned(due),
        "held_on": dates(setting, day),
    })  # fmt: skip
