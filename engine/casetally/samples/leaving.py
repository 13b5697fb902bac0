"""Why: how children leave care for good (adoption, guardianship) and how those who grow up in care fare until 25."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from casetally.samples.care import Care, care_kept
from casetally.samples.cases import ADOPTED, GUARDIAN, RESPITE
from casetally.samples.columns import codes, dates, flags, ids
from casetally.samples.days import add_working, birthday, due_gaps, series, to_working
from casetally.samples.people import People
from casetally.samples.setting import OPEN, TEAMS, YEAR, Days, Mask, Numbers, Setting
from casetally.samples.workforce import LEAVING_CARE, Posts

ACCOMMODATION = {"B1": 11.0, "C1": 4.0, "D1": 9.0, "E1": 1.0, "K1": 6.0, "R1": 4.0, "T1": 9.0, "U1": 34.0, "Z1": 12.0,
                 "G2": 3.0, "S2": 1.5, "V2": 1.5, "W2": 1.0, "X2": 3.0, "Y2": 0.6}  # fmt: skip
ACTIVITY = {
    "F1": 6.0,
    "P1": 1.5,
    "F2": 19.0,
    "P2": 5.0,
    "F4": 18.0,
    "P4": 5.0,
    "F5": 3.0,
    "G4": 13.0,
    "G5": 18.0,
    "G6": 7.0,
    "0": 4.0,
}
ORDERS = ("adoption", "special_guardianship", "child_arrangements")
IN_TOUCH = {"YES": 92.0, "NO": 4.0, "REFU": 1.8, "NREQ": 1.0, "RHOM": 1.2}


def permanence_table(setting: Setting, care: Care) -> pl.DataFrame:
    """Decision, placement order, match, placement and order of children adopted, and the orders of guardians."""
    draw = setting.draw("permanence")
    kind = care.kind
    rows = np.flatnonzero(((kind == ADOPTED) | (kind == GUARDIAN)) & setting.kept(care.starts, care.ends))
    count, starts, ends = len(rows), care.starts[rows], care.ends[rows]
    adopted, span = kind[rows] == ADOPTED, ends - starts
    at = [to_working(starts + (span * share).astype(np.int64)) for share in (0.3, 0.4, 0.55, 0.62)]
    decided, ordered, matched, placed = (np.minimum(day, ends) for day in at)
    placed = np.maximum(matched, np.minimum(add_working(placed, draw.whole(count, 0, 5)), ends))
    begun = setting.known(decided) & (adopted | setting.known(ends))
    child_arrangements = ~adopted & draw.chance(count, 0.1)
    order_type = np.select([adopted, child_arrangements], [0, 2], 1)
    return pl.DataFrame({
        "child_id": ids(care.child[rows]),
        "care_period_id": ids(rows),
        "decided_on": dates(setting, decided, given=adopted),
        "placement_order_on": dates(setting, ordered, given=adopted),
        "matched_on": dates(setting, matched, given=adopted),
        "placed_on": dates(setting, placed, given=adopted),
        "order_on": dates(setting, ends),
        "order_type": codes(ORDERS, order_type, given=setting.known(ends)),
        "reversed_on": dates(setting, np.full(count, OPEN)),
    }).filter(pl.Series(begun, dtype=pl.Boolean))  # fmt: skip


@dataclass(frozen=True)
class Leavers:
    """One row is one young person's leaving-care support, from 18 (or from leaving care, if later) to 21 or 25."""

    child: Numbers
    family: Numbers
    starts: Days
    ends: Days
    unaccompanied: Mask


def make_leavers(setting: Setting, people: People, care: Care) -> Leavers:
    """Those in care at 16 or later, for 13 weeks at least."""
    draw = setting.draw("leavers")
    born = people.born[care.child]
    due = (care.ends >= birthday(born, 16)) & (care.ends - care.starts > 91) & (care.kind != RESPITE)
    # one spell each, from the last period of care of those with several
    rows = np.flatnonzero(due)[::-1]
    rows = rows[np.unique(care.child[rows], return_index=True)[1]]
    born, count = people.born[care.child[rows]], len(rows)
    starts = np.maximum(care.ends[rows], birthday(born, 18))
    ends = np.where(draw.chance(count, 0.55), birthday(born, 21), birthday(born, 25))
    keep = setting.kept(starts, ends) & (starts < ends)
    rows, starts, ends = rows[keep], starts[keep], ends[keep]
    order = np.lexsort((care.child[rows], starts))
    rows = rows[order]
    return Leavers(
        care.child[rows],
        care.family[rows],
        starts[order],
        ends[order],
        care.unaccompanied[rows],
    )


def care_leavers_table(setting: Setting, leavers: Leavers, posts: Posts) -> pl.DataFrame:
    draw = setting.draw("care leavers")
    count = len(leavers.child)
    team = np.full(count, LEAVING_CARE)
    return pl.DataFrame({
        "child_id": ids(leavers.child),
        "eligibility": codes(("former_relevant", "qualifying"), draw.pick(count, (0.93, 0.07))),
        "started_on": dates(setting, leavers.starts),
        "ended_on": dates(setting, leavers.ends),
        "personal_adviser": ids(posts.worker_of(team, leavers.family, leavers.starts)),
        "team": codes(TEAMS, team),
        "formerly_uasc": flags(leavers.unaccompanied),
        "health_passport_on": dates(setting, add_working(leavers.starts, 5), given=draw.chance(count, 0.8)),
    })  # fmt: skip


def leaver_contacts_table(setting: Setting, leavers: Leavers) -> pl.DataFrame:
    """What was recorded about every eight weeks; where a young person lives and what they do lasts for months."""
    draw = setting.draw("leaver contacts")
    ends = np.minimum(leavers.ends, setting.as_at + 1)
    row, day, place = series(leavers.starts, ends, 25, lambda p: due_gaps(draw, len(p), 56, 0.12, 0.5))
    keep = np.flatnonzero(setting.kept_day(day))
    row, day, place = row[keep], day[keep], place[keep]
    count, people = len(row), len(leavers.child)
    # the same answer for five records in a row, so that figures do not flicker
    turn = (row * 7 + place // 5) % max(people, 1)
    home = draw.pick(max(people, 1), ACCOMMODATION)[turn]
    doing = draw.pick(max(people, 1), ACTIVITY)[turn]
    touch = draw.pick(count, IN_TOUCH)
    names = list(ACCOMMODATION)
    suitable = np.array([name.endswith("1") for name in names])[home]
    told = touch == 0
    return pl.DataFrame({
        "child_id": ids(leavers.child[row]),
        "recorded_on": dates(setting, day),
        "in_touch": codes(list(IN_TOUCH), touch),
        "accommodation": codes(names, home, given=told),
        "suitable": flags(suitable, given=told),
        "activity": codes(list(ACTIVITY), doing, given=told),
    })  # fmt: skip


def pathway_plans_table(setting: Setting, people: People, care: Care, leavers: Leavers) -> pl.DataFrame:
    """A plan from 16 on, reviewed every six months and renewed at 18."""
    draw = setting.draw("pathway plans")
    rows = care_kept(setting, care)
    sixteen = np.maximum(birthday(people.born[care.child[rows]], 16), care.starts[rows] + 91)
    due = (care.ends[rows] > sixteen) & (care.kind[rows] != RESPITE)
    child = np.concatenate([care.child[rows][due], leavers.child])
    starts = np.concatenate([sixteen[due], leavers.starts]) + draw.whole(len(child), 0, 60)
    ends = np.concatenate([np.minimum(care.ends[rows][due], OPEN), leavers.ends])
    starts = to_working(np.minimum(starts, OPEN))
    keep = np.flatnonzero(setting.kept(starts, ends) & (starts < ends))
    keep = keep[np.lexsort((child[keep], starts[keep]))]
    child, starts, ends = child[keep], starts[keep], ends[keep]
    count = len(child)
    since = np.maximum(np.minimum(ends, setting.as_at) - starts, 0)
    reviewed = to_working(starts + since - np.minimum(since, draw.whole(count, 10, 200)))
    return pl.DataFrame({
        "pathway_plan_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(child),
        "started_on": dates(setting, starts),
        "authorised_on": dates(setting, add_working(starts, draw.whole(count, 1, 15))),
        "reviewed_on": dates(setting, reviewed, given=since > 2 * YEAR / 12),
    })  # fmt: skip
