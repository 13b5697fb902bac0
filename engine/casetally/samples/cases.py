"""Why: records are kept child by child, so an episode of a family becomes one case for each child it concerns.

Here too it is decided which children come into care, since that ends their plans and keeps their case open. A child
whose case is open is not referred again, so no child ever has two plans or two periods of care at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from casetally.samples.days import add_working, birthday, to_working
from casetally.samples.draw import Draw, Floats
from casetally.samples.episodes import IN_NEED, PROTECTED, STRAIGHT_TO_CARE, Episodes
from casetally.samples.people import IN_CARE_BEFORE, UNACCOMPANIED, People
from casetally.samples.setting import OPEN, YEAR, Days, Numbers, Setting

# how a period of care comes to its end: soon back home, later back home, a guardian, adoption, grown up, respite ended
HOME_SOON, HOME_LATER, GUARDIAN, ADOPTED, GROWN_UP, RESPITE = range(6)


@dataclass(frozen=True)
class Cases:
    """One row is one episode as it concerns one child: days as in Episodes, and those in care. `number` is its id."""

    number: Numbers
    event: Numbers
    child: Numbers
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
    care_from: Days
    care_to: Days
    care_kind: Numbers

    def take(self, which: Numbers | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Cases:
        return Cases(**{f.name: getattr(self, f.name)[which] for f in fields(Cases)})


def make_cases(setting: Setting, people: People, episodes: Episodes) -> Cases:
    """The cases of every child under 18 in the family, in order of receipt."""
    draw = setting.draw("cases")
    event, child = people.members(episodes.family)
    age = (episodes.received[event] - people.born[child]) / YEAR
    concerned = (age >= 0) & (age < 17.9) & draw.chance(len(child), 0.92)
    event, child = event[concerned], child[concerned]
    columns = {f.name: getattr(episodes, f.name)[event] for f in fields(Episodes)}
    none = np.full(len(child), OPEN, dtype=np.int64)
    number = np.arange(len(child), dtype=np.int64)
    cases = Cases(
        number=number,
        event=event,
        child=child,
        care_from=none,
        care_to=none,
        care_kind=none,
        **columns,
    )
    cases = _into_care(draw, people, cases)
    cases = _grow_up(people, cases)
    return _one_at_a_time(cases)


def care_before_records(setting: Setting, people: People) -> tuple[Numbers, Days, Days, Numbers]:
    """Children in care since before referrals were kept: child, from, to, kind."""
    draw = setting.draw("care before records")
    child = people.first_child[people.kind == IN_CARE_BEFORE]
    start = to_working(people.first_day[people.family[child]])
    end, kind = _care_length(draw, people, child, start)
    return child, start, end, kind


def _into_care(draw: Draw, people: People, cases: Cases) -> Cases:
    """The same cases with their periods of care: coming into care ends a plan and keeps the case open."""
    start, latest = _day_of_care(draw, cases)
    enters = draw.chance(len(start), _likely_to_enter(people, cases)) & (start < latest)
    enters &= (start - people.born[cases.child]) / YEAR < 17.8
    start = np.where(enters, start, OPEN)
    end, kind = _care_length(draw, people, cases.child, start)
    end = np.where(enters, end, OPEN)
    kind = np.where(enters & people.disabled[cases.child] & (cases.path <= IN_NEED), RESPITE, kind)
    begun = cases.need_from < start
    need_from = np.where(begun, cases.need_from, OPEN)
    need_to = np.where(begun, np.minimum(cases.need_to, start), OPEN)
    plan_to = np.where(cases.plan_from < OPEN, np.minimum(cases.plan_to, start), OPEN)
    closed = np.where(enters, np.maximum(end, cases.assessed_to), cases.closed)
    return replace(cases, care_from=start, care_to=end, care_kind=kind, need_from=need_from, need_to=need_to,
                   plan_to=plan_to, closed=np.minimum(closed, OPEN))  # fmt: skip


def _likely_to_enter(people: People, cases: Cases) -> Floats:
    """How likely care is, by how far the episode goes; babies and teenagers more than others."""
    age = (cases.received - people.born[cases.child]) / YEAR
    chances = np.array([0.0, 0.0, 0.020, 0.041, 0.062, 0.13, 0.27, 1.0])  # by path, no action to straight to care
    likely: Floats = chances[cases.path] * np.where((age < 1) | (age > 13), 1.4, 0.9)
    return likely


def _day_of_care(draw: Draw, cases: Cases) -> tuple[Days, Days]:
    """The day care would start, and the day before which it must: while a plan runs, or else after the assessment."""
    count, planned, in_need = len(cases.child), cases.path == PROTECTED, cases.need_from < OPEN
    within_plan = cases.plan_from + draw.wait(count, 120) + 7
    after = add_working(np.minimum(cases.assessed_to, OPEN), draw.whole(count, 1, 15))
    during_need = cases.need_from + 20 + draw.wait(count, 60)
    start = np.select(
        [planned, cases.path == STRAIGHT_TO_CARE, in_need], [within_plan, cases.received, during_need], after
    )
    latest = np.where(planned, cases.plan_to, np.where(in_need, cases.need_to, OPEN))
    return to_working(np.minimum(start, OPEN)), latest


def _care_length(draw: Draw, people: People, child: Numbers, start: Days) -> tuple[Days, Numbers]:
    """When a period of care ends and how: 2 years and 4 months on average, at the eighteenth birthday at the latest."""
    count = len(child)
    age = (start - people.born[child]) / YEAR
    kind = np.array([HOME_SOON, HOME_LATER, GROWN_UP])[draw.pick(count, (0.34, 0.27, 0.39))]
    unaccompanied = people.kind[people.family[child]] == UNACCOMPANIED
    kind = np.where(unaccompanied & draw.chance(count, 0.9), GROWN_UP, kind)
    share = draw.share(count)
    kind = np.where((kind == GROWN_UP) & (age < 4) & (share < 0.33), ADOPTED, kind)
    kind = np.where((kind == GROWN_UP) & (age < 11) & (share < 0.62), GUARDIAN, kind)
    lengths = np.stack([4 + draw.wait(count, 70), 90 + draw.wait(count, 380), draw.whole(count, 380, 1_250),
                        draw.whole(count, 500, 1_150), np.full(count, OPEN), draw.whole(count, 200, 700)])  # fmt: skip
    end = np.minimum(start + lengths[kind, np.arange(count)], OPEN)
    eighteen = birthday(people.born[child], 18)
    kind = np.where(end >= eighteen, GROWN_UP, kind)
    return np.where(end >= eighteen, eighteen, to_working(end)), kind


def _grow_up(people: People, cases: Cases) -> Cases:
    """No plan runs past the eighteenth birthday, and no step is dated after the case closed."""
    eighteen = birthday(people.born[cases.child], 18)
    changes: dict[str, Days] = {}
    for begins, ends in (("plan_from", "plan_to"), ("need_from", "need_to")):
        start = getattr(cases, begins)
        start = np.where(start >= eighteen, OPEN, start)
        changes[begins] = start
        changes[ends] = np.where(start < OPEN, np.minimum(getattr(cases, ends), eighteen), OPEN)
    last = np.maximum(eighteen, np.where(cases.assessed_to < OPEN, cases.assessed_to, 0))
    return replace(
        cases,
        closed=np.minimum(cases.closed, np.maximum(last, cases.decided)),
        **changes,
    )


def _one_at_a_time(cases: Cases) -> Cases:
    """Leave out a case that would begin before the child's earlier ones have closed."""
    frame = pl.DataFrame({"child": cases.child, "closed": cases.closed, "received": cases.received})
    earlier = frame.select(pl.col("closed").cum_max().shift(1).over("child").fill_null(0)).to_series().to_numpy()
    return cases.take(np.flatnonzero(earlier < cases.received))
