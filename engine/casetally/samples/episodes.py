"""Why: what happens to a child after a referral hangs together in time, so an episode's days are made at once.

An episode is one referral of one family and what follows: decision, assessment, strategy discussion, section 47
enquiry, conference, child protection plan, child in need plan, closure. Its path says how far it goes. Families
whose episode closed may come back.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from casetally.samples.days import add_working, near_working, to_working
from casetally.samples.draw import Draw
from casetally.samples.people import REFERRED, UNACCOMPANIED, People
from casetally.samples.setting import OPEN, YEAR, Days, Mask, Numbers, Setting

(
    NO_ACTION,
    ADVICE,
    ASSESSED,
    IN_NEED,
    ENQUIRY,
    CONFERENCE,
    PROTECTED,
    STRAIGHT_TO_CARE,
) = range(8)
PATHS = (0.07, 0.09, 0.29, 0.18, 0.255, 0.019, 0.096)  # of first referrals
PATHS_AFTER_A_PLAN = (0.05, 0.05, 0.17, 0.16, 0.18, 0.03, 0.36)
# days of working time an assessment takes, by quantile: 83% take no more than 45
ASSESSMENT_SHARES, ASSESSMENT_DAYS = (
    (0, 0.1, 0.25, 0.45, 0.62, 0.83, 0.92, 0.98, 1),
    (0, 9, 19, 31, 39, 46, 55, 70, 110),
)
CONFERENCE_SHARES, CONFERENCE_DAYS = (0, 0.15, 0.78, 0.93, 1), (4, 9, 16, 22, 45)
RETURNS = 9  # how often an episode may follow an episode


@dataclass(frozen=True)
class Episodes:
    """One row is one episode of one family; days are whole numbers, OPEN where the step is not taken."""

    family: Numbers
    path: Numbers
    received: Days
    decided: Days
    assessed_from: Days
    assessed_to: Days
    strategy: Days
    enquiry_from: Days
    enquiry_to: Days
    conference: Days
    plan_from: Days
    plan_to: Days
    need_from: Days
    need_to: Days
    closed: Days


def make_episodes(setting: Setting, people: People) -> Episodes:
    """First referrals and the ones that follow, generation by generation, in order of the day received."""
    first = np.flatnonzero(np.isin(people.kind, (REFERRED, UNACCOMPANIED)))
    draw = setting.draw("episodes 0")
    path = draw.pick(len(first), PATHS)
    path[people.kind[first] == UNACCOMPANIED] = STRAIGHT_TO_CARE
    generations = [_steps(draw, first, path, people.first_day[first])]
    for number in range(1, RETURNS):
        generations.append(_returns(setting, setting.draw(f"episodes {number}"), generations[-1]))
    joined = {f.name: np.concatenate([getattr(g, f.name) for g in generations]) for f in fields(Episodes)}
    order = np.lexsort((joined["family"], joined["received"]))
    return Episodes(**{name: column[order] for name, column in joined.items()})


def _returns(setting: Setting, draw: Draw, before: Episodes) -> Episodes:
    """The next referrals of families whose episode closed: about 22 in 100 within 12 months, others years later."""
    count = len(before.family)
    lasted = before.closed - before.received
    soon = draw.chance(count, 0.29) & (lasted < 330)
    later = draw.chance(count, np.where(before.path == PROTECTED, 0.52, 0.19)) & ~soon
    within = lasted + 3 + (draw.share(count) ** 1.4 * np.maximum(360 - lasted, 1)).astype(np.int64)
    wait = np.where(soon, within, np.maximum(lasted, 366) + 20 + draw.wait(count, 1.4 * YEAR))
    received = to_working(np.minimum(before.received + wait, OPEN))
    keep = (soon | later) & (before.path != STRAIGHT_TO_CARE) & (received <= setting.as_at)
    again = np.where(
        before.path == PROTECTED,
        draw.pick(count, PATHS_AFTER_A_PLAN),
        draw.pick(count, PATHS),
    )
    return _steps(draw, before.family[keep], again[keep], received[keep])


def _steps(draw: Draw, family: Numbers, path: Numbers, day: Days) -> Episodes:
    count = len(family)
    received = near_working(day)
    decided = add_working(received, draw.pick(count, (0.55, 0.36, 0.04, 0.02, 0.015, 0.01, 0.005)))
    goes_on = path >= ASSESSED
    length = draw.along(count, ASSESSMENT_SHARES, ASSESSMENT_DAYS).astype(np.int64)
    assessed_from = _where(goes_on, decided)
    assessed_to = _where(goes_on, add_working(decided, length))
    enquired = (path >= ENQUIRY) & (path <= PROTECTED)
    strategy = _where(
        enquired,
        add_working(decided, draw.pick(count, (0.5, 0.2, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03))),
    )
    enquiry_from = _where(enquired, add_working(strategy, draw.pick(count, (0.7, 0.2, 0.1))))
    conferred = enquired & (path >= CONFERENCE)
    held_after = draw.along(count, CONFERENCE_SHARES, CONFERENCE_DAYS).astype(np.int64)
    conference = _where(conferred, add_working(strategy, held_after))
    enquiry_length = np.minimum(draw.whole(count, 3, 17), np.where(conferred, np.maximum(held_after - 1, 1), 17))
    enquiry_to = _where(enquired, add_working(enquiry_from, enquiry_length))
    plan_from = _where(path == PROTECTED, conference)
    plan_to = _where(path == PROTECTED, to_working(plan_from + _plan_length(draw, count)))
    need_from = _need_from(draw, path, assessed_to, enquiry_to, np.where(path == PROTECTED, plan_to, conference))
    need_length = np.where(path == IN_NEED, 75 + draw.wait(count, 210), 45 + draw.wait(count, 110))
    in_need = need_from < OPEN
    need_to = _where(in_need, to_working(np.minimum(need_from + need_length, OPEN)))
    steps = np.stack(
        [
            decided,
            *(np.where(day < OPEN, day, 0) for day in (assessed_to, enquiry_to, plan_to, need_to)),
        ]
    )
    closed = add_working(steps.max(axis=0), draw.pick(count, (0.5, 0.2, 0.1, 0.1, 0.05, 0.05)))
    return Episodes(family, path, received, decided, assessed_from, assessed_to, strategy, enquiry_from, enquiry_to,
                    conference, plan_from, plan_to, need_from, need_to, closed)  # fmt: skip


def _plan_length(draw: Draw, count: int) -> Numbers:
    shares, days = (
        (0, 0.08, 0.3, 0.55, 0.8, 0.93, 0.975, 1),
        (20, 90, 200, 310, 460, 620, 800, 1_300),
    )
    return draw.along(count, shares, days).astype(np.int64)


def _need_from(draw: Draw, path: Numbers, assessed: Days, enquiry: Days, later: Days) -> Days:
    """When a child in need plan starts: after the assessment, or stepped down from the enquiry or what came `later`."""
    kinds = [path == ENQUIRY, path == CONFERENCE, path == PROTECTED]
    stepped = draw.chance(len(path), np.select(kinds, [0.4, 0.8, 0.55], 0.0))
    beyond = np.maximum(assessed, later)
    after = np.select([path == IN_NEED, *kinds], [assessed, np.maximum(assessed, enquiry), beyond, beyond], OPEN)
    return _where((path == IN_NEED) | stepped, after)


def _where(mask: Mask, days: Days) -> Days:
    return np.where(mask, np.minimum(days, OPEN), OPEN)
