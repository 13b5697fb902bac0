"""Why: who holds a child, and for how long, is what the measures of caseload and of changes of worker need.

A team has posts; a post is held by one worker after another. A case belongs to a post, so a worker who leaves changes
the worker of every child held in that post on that day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from casetally.samples.columns import amounts, codes, dates, flags, ids
from casetally.samples.days import due_gaps, near_working, series, to_working
from casetally.samples.setting import OPEN, TEAMS, YEAR, Days, Mask, Numbers, Setting

POSTS_PER_10_000 = (
    3.4,
    3.4,
    5.0,
    5.0,
    1.2,
    4.8,
    2.6,
    9.0,
    2.4,
)  # per team, in the order of TEAMS
SAFEGUARDING, DISABLED_CHILDREN, IN_CARE, LEAVING_CARE, EARLY_HELP_TEAM, REVIEWING = (
    2,
    4,
    5,
    6,
    7,
    8,
)
ROLES = (
    "social_worker",
    "senior_social_worker",
    "manager",
    "personal_adviser",
    "reviewing_officer",
    "family_support",
)
ALLOCATION_ROLES = (
    "social_worker",
    "personal_adviser",
    "reviewing_officer",
    "early_help",
)
ROLE_OF_TEAM = np.array([0, 0, 0, 0, 0, 0, 1, 3, 2])  # which of ALLOCATION_ROLES a team's workers hold children in
SUPERVISED_EVERY = 31


@dataclass(frozen=True)
class Posts:
    """One row is one worker's time in one post, in order of post and start; the first post of team t is `first[t]`."""

    post: Numbers
    starts: Days
    ends: Days
    worker: Numbers
    team: Numbers
    first: Numbers
    count: Numbers

    def post_of(self, team: Numbers, family: Numbers) -> Numbers:
        """The post that holds a family's children in a team."""
        return self.first[team] + (family * 7_919 + team) % self.count[team]

    def holder(self, post: Numbers, day: Days) -> Numbers:
        """The row of the worker who holds a post on a day (the first holder where the day is earlier)."""
        place = np.searchsorted(self.post * 100_000 + self.starts, post * 100_000 + day, side="right") - 1
        return np.maximum(place, np.searchsorted(self.post, post, side="left"))

    def worker_of(self, team: Numbers, family: Numbers, day: Days) -> Numbers:
        """The number of the worker, -1 where the day has not come."""
        found = self.worker[self.holder(self.post_of(team, family), np.minimum(day, OPEN))]
        return np.where(day < OPEN, found, -1)


def make_posts(setting: Setting) -> Posts:
    """Every post and its holders from before the warm-up on; two holders meet without a gap."""
    draw = setting.draw("posts")
    count = np.maximum(1, np.round(setting.per_year(1.0) * np.array(POSTS_PER_10_000))).astype(np.int64)
    posts = int(count.sum())
    opens = np.full(posts, setting.warm_up - 400, dtype=np.int64)
    turns, day, _ = series(
        opens,
        np.full(posts, setting.as_at + 1),
        150,
        lambda place: 150 + draw.wait(len(place), 1.9 * YEAR),
    )
    post = np.concatenate([np.arange(posts), turns])
    starts = np.concatenate([opens, to_working(day)])
    order = np.lexsort((starts, post))
    post, starts = post[order], starts[order]
    last = np.append(post[1:] != post[:-1], True)
    ends = np.where(last, OPEN, np.append(starts[1:], OPEN))
    number = np.empty(len(post), dtype=np.int64)
    number[np.lexsort((post, starts))] = np.arange(len(post))
    team = np.repeat(np.arange(len(count), dtype=np.int64), count)
    return Posts(post, starts, ends, number, team[post], np.cumsum(count) - count, count)


def workers_table(setting: Setting, posts: Posts) -> pl.DataFrame:
    """Everyone who held a post since the warm-up began, for records may name any of them."""
    draw = setting.draw("workers")
    count = len(posts.post)
    senior = draw.chance(count, 0.25)
    role = np.array([0, 3, 4, 5])[ROLE_OF_TEAM[posts.team]]
    role = np.where((role == 0) & senior, 1, role)
    new = (role == 0) & draw.chance(count, 0.2)
    fte = np.array([1.0, 0.8, 0.6, 0.5])[draw.pick(count, (0.78, 0.12, 0.07, 0.03))]
    return pl.DataFrame({
        "worker_id": ids(posts.worker),
        "role": codes(ROLES, role),
        "team": codes(TEAMS, posts.team),
        "fte": amounts(fte, 2),
        "agency": flags(~new & (role <= 1) & draw.chance(count, 0.17)),
        "qualified": flags(role != 5),
        "newly_qualified": flags(new),
        "started_on": dates(setting, posts.starts),
        "ended_on": dates(setting, posts.ends),
    })  # fmt: skip


@dataclass(frozen=True)
class Stages:
    """One row is one stretch of a child's case with one team."""

    child: Numbers
    family: Numbers
    team: Numbers
    starts: Days
    ends: Days

    @staticmethod
    def of(
        who: tuple[Numbers, Numbers],
        team: Numbers | int,
        starts: Days,
        ends: Days,
        where: Mask,
    ) -> Stages:
        """The stretches of `who` (children and their families), `where` they take place and last a day or more."""
        keep = where & (starts < ends)
        teams = np.broadcast_to(np.asarray(team, dtype=np.int64), keep.shape)
        return Stages(who[0][keep], who[1][keep], teams[keep], starts[keep], ends[keep])


def together(parts: list[Stages]) -> Stages:
    columns = ("child", "family", "team", "starts", "ends")
    return Stages(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


@dataclass(frozen=True)
class Held:
    """One row is one child held by one worker without a break."""

    child: Numbers
    worker: Numbers
    team: Numbers
    starts: Days
    ends: Days
    worker_left: Mask


def held_by_workers(setting: Setting, posts: Posts, stages: Stages) -> Held:
    """Each stage, split where the post changes hands."""
    post = posts.post_of(stages.team, stages.family)
    first = posts.holder(post, stages.starts)
    final = np.maximum(first, posts.holder(post, np.minimum(stages.ends, OPEN) - 1))
    counts = final - first + 1
    stage = np.repeat(np.arange(len(post), dtype=np.int64), counts)
    offset = np.cumsum(counts) - counts
    row = first[stage] + np.arange(len(stage), dtype=np.int64) - offset[stage]
    starts = np.where(row == first[stage], stages.starts[stage], posts.starts[row])
    left = row < final[stage]
    ends = np.where(left, posts.ends[row], stages.ends[stage])
    keep = setting.kept(starts, ends) & (starts < ends)
    order = np.flatnonzero(keep)[np.lexsort((stages.team[stage][keep], stages.child[stage][keep], starts[keep]))]
    stage, row = stage[order], row[order]
    return Held(
        stages.child[stage],
        posts.worker[row],
        stages.team[stage],
        starts[order],
        ends[order],
        left[order],
    )


def allocations_table(setting: Setting, held: Held) -> pl.DataFrame:
    draw = setting.draw("allocations")
    count = len(held.child)
    reasons = ("LEFTRL", "ORGRST", "ABSENC", "PCCHAN", "TSPROC", "CHCHAN")
    why = np.where(
        held.worker_left,
        draw.pick(count, (0.8, 0.1, 0.06, 0.04)),
        4 + draw.pick(count, (0.6, 0.4)),
    )
    return pl.DataFrame({
        "allocation_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(held.child),
        "worker_id": ids(held.worker),
        "role": codes(ALLOCATION_ROLES, ROLE_OF_TEAM[held.team]),
        "team": codes(TEAMS, held.team),
        "started_on": dates(setting, held.starts),
        "ended_on": dates(setting, held.ends),
        "change_reason": codes(reasons, why, given=setting.known(held.ends)),
    })  # fmt: skip


def supervisions_table(setting: Setting, held: Held) -> pl.DataFrame:
    """About one a month for each child held by a social worker, some late."""
    draw = setting.draw("supervisions")
    mine = np.flatnonzero(ROLE_OF_TEAM[held.team] == 0)
    ends = np.minimum(held.ends[mine], setting.as_at + 1)
    spell, day, _ = series(
        held.starts[mine],
        ends,
        15,
        lambda place: np.maximum(due_gaps(draw, len(place), SUPERVISED_EVERY, 0.15), 15),
    )
    day = near_working(day)
    keep = setting.kept_day(day) & (day < ends[spell])
    spell, day = mine[spell[keep]], day[keep]
    return pl.DataFrame({
        "supervision_id": ids(np.arange(len(day), dtype=np.int64)),
        "child_id": ids(held.child[spell]),
        "worker_id": ids(held.worker[spell]),
        "held_on": dates(setting, day),
    })  # fmt: skip
