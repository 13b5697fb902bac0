"""Why: a period of care is one unbroken spell, within which placements and legal statuses change on their own days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from casetally.samples.cases import (
    ADOPTED,
    GROWN_UP,
    GUARDIAN,
    HOME_LATER,
    HOME_SOON,
    RESPITE,
    Cases,
    care_before_records,
)
from casetally.samples.columns import amounts, codes, dates, flags, ids
from casetally.samples.days import series, to_working
from casetally.samples.demand import NEEDS, need_of_cases
from casetally.samples.draw import Draw
from casetally.samples.people import UNACCOMPANIED, People
from casetally.samples.setting import OPEN, TEAMS, YEAR, Days, Mask, Numbers, Setting
from casetally.samples.workforce import IN_CARE, Posts

TYPES = ("U6", "U4", "U3", "U1", "K2", "H5", "K3", "P1", "A5", "A6", "R1", "P2", "R5")
PROVIDERS = ("PR0", "PR1", "PR4", "PR5", "PR2")
URNS = [f"SC9{number:05d}" for number in range(400)]
SUPPORTED_FROM = 19_658  # 2023-10-28: supported accommodation has a code of its own
STATUSES = ("V2", "C1", "C2", "E1", "V4", "L2", "J1")
END_REASONS = (
    "E4A",
    "E4B",
    "E13",
    "E8",
    "E3",
    "E41",
    "E45",
    "E46",
    "E47",
    "E48",
    "E11",
    "E12",
    "E17",
    "E5",
    "E6",
    "E7",
    "E9",
)
END_WEIGHTS = {
    HOME_SOON: (0.5, 0.25, 0.1, 0.09, 0.03, 0.02) + (0.0,) * 10 + (0.01,),
    HOME_LATER: (0.5, 0.12, 0.12, 0.1, 0.04, 0.1) + (0.0,) * 10 + (0.02,),
    GUARDIAN: (0.0,) * 6 + (0.55, 0.15, 0.22, 0.08) + (0.0,) * 7,
    ADOPTED: (0.0,) * 10 + (0.35, 0.65) + (0.0,) * 5,
    GROWN_UP: (0.0,) * 12 + (0.3, 0.45, 0.15, 0.1, 0.0),
    RESPITE: (0.2, 0.0, 0.0, 0.8) + (0.0,) * 13,
}


@dataclass(frozen=True)
class Care:
    """One row is one period of care; its id is its place here. `case` is -1 for those older than the referrals kept."""

    child: Numbers
    family: Numbers
    case: Numbers
    starts: Days
    ends: Days
    kind: Numbers
    need: Numbers
    unaccompanied: Mask


def make_care(setting: Setting, people: People, cases: Cases) -> Care:
    """All periods of care, by start; those that ended before the history kept still make care leavers."""
    enters = np.flatnonzero(cases.care_from < OPEN)
    child, start, end, kind = care_before_records(setting, people)
    need = need_of_cases(setting, cases)[enters]
    older_need = setting.draw("needs before records").pick(len(child), NEEDS)
    columns = [
        np.concatenate([cases.child[enters], child]),
        np.concatenate([enters, np.full(len(child), -1, dtype=np.int64)]),
        np.concatenate([cases.care_from[enters], start]),
        np.concatenate([cases.care_to[enters], end]),
        np.concatenate([cases.care_kind[enters], kind]),
        np.concatenate([need, older_need]),
    ]
    keep = np.flatnonzero((columns[2] <= setting.as_at) & (columns[2] < columns[3]))
    order = keep[np.lexsort((columns[0][keep], columns[2][keep]))]
    child, case, start, end, kind, need = (column[order] for column in columns)
    family = people.family[child]
    return Care(
        child,
        family,
        case,
        start,
        end,
        kind,
        need,
        people.kind[family] == UNACCOMPANIED,
    )


def care_kept(setting: Setting, care: Care) -> Numbers:
    return np.flatnonzero(setting.kept(care.starts, care.ends))


def care_periods_table(setting: Setting, care: Care, posts: Posts) -> pl.DataFrame:
    draw = setting.draw("care periods")
    count = len(care.child)
    reason = np.zeros(count, dtype=np.int64)
    for kind, weights in END_WEIGHTS.items():
        reason = np.where(care.kind == kind, draw.pick(count, weights), reason)
    team = np.full(count, IN_CARE)
    table = pl.DataFrame({
        "care_period_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(care.child),
        "started_on": dates(setting, care.starts),
        "ended_on": dates(setting, care.ends),
        "end_reason": codes(END_REASONS, reason, given=setting.known(care.ends)),
        "primary_need": codes(list(NEEDS), care.need),
        "team": codes(TEAMS, team),
        "worker_id": ids(posts.worker_of(team, care.family, care.starts)),
    })  # fmt: skip
    return table[care_kept(setting, care)]


@dataclass(frozen=True)
class Placements:
    """One row is one placement, in order of its period and start."""

    period: Numbers
    place: Numbers
    starts: Days
    ends: Days
    last: Mask


def make_placements(setting: Setting, care: Care) -> Placements:
    """Most children move seldom, some often, so that about 10% have three or more placements in a year."""
    draw = setting.draw("placements")
    periods = care_kept(setting, care)
    starts, ends = care.starts[periods], care.ends[periods]
    unsettled = draw.chance(len(periods), 0.20) & (care.kind[periods] != RESPITE)
    stop = np.minimum(ends, setting.as_at + 1)
    spans = [
        (np.flatnonzero(unsettled), 25, 190.0),
        (np.flatnonzero(~unsettled), 60, 900.0),
    ]
    which, days = [np.arange(len(periods), dtype=np.int64)], [starts]
    for rows, least, mean in spans:
        at, day, _ = series(
            starts[rows], stop[rows], least,
            lambda place, least=least, mean=mean: least + draw.wait(len(place), mean),  # type: ignore[misc]
        )  # fmt: skip
        day = to_working(day)
        keep = (day < stop[rows][at]) & (day > starts[rows][at])
        which.append(rows[at[keep]])
        days.append(day[keep])
    period, day = np.concatenate(which), np.concatenate(days)
    order = np.lexsort((day, period))
    period, day = period[order], day[order]
    same = np.append(False, (period[1:] == period[:-1]) & (day[1:] == day[:-1]))[: len(day)]
    period, day = period[~same], day[~same]
    last = np.append(period[1:] != period[:-1], True)[: len(period)]
    end = np.where(last, ends[period], np.append(day[1:], OPEN)[: len(day)])
    first = np.flatnonzero(np.append(True, last[:-1]))[: len(periods)]
    place = np.arange(len(period), dtype=np.int64) - first[period] + 1 if len(period) else period
    return Placements(periods[period], place, day, end, last)


def placements_table(setting: Setting, people: People, care: Care, placements: Placements) -> pl.DataFrame:
    draw = setting.draw("placements table")
    count, period = len(placements.period), placements.period
    kind = _placement_type(draw, people, care, placements)
    home = kind == TYPES.index("P1")
    provider = np.select(
        [home, np.isin(kind, [TYPES.index(t) for t in ("K2", "H5", "K3")])],
        [0, 1 + draw.pick(count, (0.13, 0.74, 0.13))], 1 + draw.pick(count, (0.62, 0.31, 0.05, 0.02)),
    )  # fmt: skip
    far = draw.chance(count, np.where(kind == TYPES.index("K2"), 0.4, 0.13))
    miles = np.where(
        far,
        20.1 + draw.wait(count, 30) + draw.share(count),
        draw.between(count, 0.3, 19.9),
    )
    miles = np.where(home, 0.0, miles)
    reasons = (
        "CARPL",
        "CREQB",
        "CREQO",
        "CHILD",
        "LAREQ",
        "OTHER",
        "CLOSE",
        "ALLEG",
        "STAND",
    )
    why = draw.pick(count, (0.45, 0.12, 0.12, 0.07, 0.07, 0.1, 0.03, 0.02, 0.02))
    return pl.DataFrame({
        "placement_id": ids(np.arange(count, dtype=np.int64)),
        "care_period_id": ids(period),
        "child_id": ids(care.child[period]),
        "started_on": dates(setting, placements.starts),
        "ended_on": dates(setting, placements.ends),
        "type": codes(TYPES, kind),
        "provider": codes(PROVIDERS, provider),
        "distance_miles": amounts(miles, 1),
        "in_authority": flags((miles < 12) & draw.chance(count, 0.85)),
        "urn": codes(URNS, draw.whole(count, 0, 399), given=(provider > 1) & (kind >= 4)),
        "change_reason": codes(reasons, why, given=~placements.last & setting.known(placements.ends)),
        "carer_id": ids(np.arange(count, dtype=np.int64), given=(kind <= 3) | (kind == 8) | (kind == 9)),
        "intended_to_18": flags((kind == 1) | ((kind == 3) & draw.chance(count, 0.7))),
    })  # fmt: skip


def _placement_type(draw: Draw, people: People, care: Care, placements: Placements) -> Numbers:
    period, count = placements.period, len(placements.period)
    age = (placements.starts - people.born[care.child[period]]) / YEAR
    long = placements.ends - placements.starts > 500
    kind = draw.pick(count, (0.6, 0.0, 0.17, 0.0, 0.12, 0.0, 0.0, 0.08, 0.0, 0.0, 0.01, 0.0, 0.0))
    kind = np.where(long & (kind == 0), 1, kind)
    kind = np.where(long & (kind == 2), 3, kind)
    kind = np.where((age < 8) & (kind == 4), 0, kind)
    teenage = (age >= 16) & draw.chance(count, 0.45)
    kind = np.where(teenage, np.where(placements.starts >= SUPPORTED_FROM, 6, 5), kind)
    adopting = placements.last & (care.kind[period] == ADOPTED) & (placements.place > 1)
    kind = np.where(adopting, 8 + draw.pick(count, (0.25, 0.75)), kind)
    return np.where(care.kind[period] == RESPITE, 0, kind)


def legal_statuses_table(setting: Setting, care: Care) -> pl.DataFrame:
    """One status after another from the first day of care to the last."""
    draw = setting.draw("legal statuses")
    count = len(care.child)
    court = draw.chance(count, np.where(care.kind == HOME_SOON, 0.3, 0.78)) & ~care.unaccompanied
    emergency = court & draw.chance(count, 0.07)
    remand = (care.kind == HOME_SOON) & ~court & draw.chance(count, 0.05)
    first = np.select([care.kind == RESPITE, remand, emergency, court], [4, 6, 5, 1], 0)
    order_on = to_working(np.minimum(care.starts + draw.whole(count, 150, 330), OPEN))
    steps = [(first, care.starts, np.ones(count, dtype=bool))]
    steps.append((np.full(count, 1), care.starts + 8, first == 5))
    steps.append((np.full(count, 2), order_on, np.isin(first, (1, 5))))
    steps.append(
        (
            np.full(count, 3),
            to_working(order_on + 30),
            np.isin(first, (1, 5)) & (care.kind == ADOPTED),
        )
    )
    period = np.concatenate([np.flatnonzero(mask & (day < care.ends)) for _, day, mask in steps])
    status = np.concatenate([values[mask & (day < care.ends)] for values, day, mask in steps])
    starts = np.concatenate([day[mask & (day < care.ends)] for _, day, mask in steps])
    order = np.lexsort((starts, period))
    period, status, starts = period[order], status[order], starts[order]
    last = np.append(period[1:] != period[:-1], True)[: len(period)]
    ends = np.where(last, care.ends[period], np.append(starts[1:], OPEN)[: len(starts)])
    keep = setting.kept(starts, ends) & setting.kept(care.starts, care.ends)[period]
    return pl.DataFrame({
        "child_id": ids(care.child[period[keep]]),
        "status": codes(STATUSES, status[keep]),
        "started_on": dates(setting, starts[keep]),
        "ended_on": dates(setting, ends[keep]),
    })  # fmt: skip


def immigration_table(setting: Setting, care: Care) -> pl.DataFrame:
    """Unaccompanied children from the day they come into care, with a later status for some."""
    draw = setting.draw("immigration")
    rows = care_kept(setting, care)
    rows = rows[care.unaccompanied[rows]]
    count = len(rows)
    decided = to_working(care.starts[rows] + draw.whole(count, 180, 800))
    changes = draw.chance(count, 0.6)
    later = codes(("refugee", "dlr", "ilr", "other"), draw.pick(count, (0.6, 0.25, 0.1, 0.05)))
    first = pl.DataFrame({
        "child_id": ids(care.child[rows]),
        "status": codes(("uasc",), np.zeros(count, dtype=np.int64)),
        "started_on": dates(setting, care.starts[rows]),
        "ended_on": dates(setting, np.minimum(decided, np.where(changes, OPEN, care.ends[rows]))),
    })  # fmt: skip
    second = pl.DataFrame({
        "child_id": ids(care.child[rows]),
        "status": later,
        "started_on": dates(setting, decided),
        "ended_on": dates(setting, np.full(count, OPEN)),
    })  # fmt: skip
    return pl.concat([first, second.filter(pl.Series(changes & setting.known(decided)))])
