"""Why: what comes to the front door, and what is made of it: contacts, referrals, assessments and their factors."""

from __future__ import annotations

import numpy as np
import polars as pl

from casetally.samples.cases import ADOPTED, GUARDIAN, Cases
from casetally.samples.columns import codes, dates, flags, ids, texts
from casetally.samples.days import add_working, near_working, series
from casetally.samples.draw import Draw
from casetally.samples.episodes import (
    ADVICE,
    ASSESSED,
    CONFERENCE,
    ENQUIRY,
    IN_NEED,
    NO_ACTION,
    PROTECTED,
    STRAIGHT_TO_CARE,
)  # fmt: skip
from casetally.samples.people import CONTACTED, People
from casetally.samples.setting import (
    FRONT_DOOR,
    OPEN,
    TEAMS,
    YEAR,
    Days,
    Numbers,
    Setting,
)
from casetally.samples.workforce import Posts

SOURCES = {
    "1A": 5.0, "1B": 2.5, "1C": 0.7, "2A": 18.0, "2B": 2.2, "3A": 2.0, "3B": 1.5, "3C": 0.6, "3D": 3.5, "3E": 4.0,
    "3F": 3.8, "4": 1.6, "5A": 5.0, "5B": 4.0, "5C": 3.5, "5D": 2.5, "6": 29.0, "7": 3.0, "8": 5.5, "9": 2.4, "10": 0.7,
}  # fmt: skip
METHODS = {
    "telephone": 20.0,
    "email": 24.0,
    "referral_form": 26.0,
    "police_notification": 20.0,
    "online": 6.0,
    "out_of_hours": 4.0,
}
NEEDS = {
    "N1": 57.0,
    "N2": 9.0,
    "N3": 4.0,
    "N4": 9.0,
    "N5": 13.0,
    "N6": 3.0,
    "N7": 0.5,
    "N8": 2.5,
    "N0": 2.0,
}
CONTACT_OUTCOMES = (
    "social_care", "no_further_action", "information_advice", "early_help", "early_help_continues", "enquiry",
    "open_case",
)  # fmt: skip
ASSESSMENT_OUTCOMES = (
    "no_further_action", "early_help", "child_in_need", "strategy_discussion", "looked_after", "other",
)  # fmt: skip
OTHER_OUTCOMES = (0.0, 0.42, 0.3, 0.12, 0.04, 0.05, 0.07)
FACTORS = {
    "3B": 32.0, "3A": 14.0, "4B": 30.0, "4A": 14.0, "1B": 14.0, "2B": 15.0, "17A": 18.0, "16A": 15.0, "18C": 12.0,
    "19B": 3.0, "19C": 5.0, "5A": 9.0, "6A": 5.0, "7A": 4.0, "10A": 3.0, "11A": 3.0, "13A": 2.0, "14A": 9.0,
    "15A": 6.0, "24A": 3.0, "20": 20.0,
}  # fmt: skip
EXTRA_CONTACTS = 1.36  # for each referral, contacts about known children that lead nowhere new
MORE_CONTACTS = 1.35  # contacts about one child of a family never referred


def need_of_cases(setting: Setting, cases: Cases) -> Numbers:
    """The primary need of each case, as a position in NEEDS: the same for every child of the family, by event."""
    draw = setting.draw("needs")
    need = draw.pick(int(cases.event.max(initial=-1)) + 1, NEEDS)[cases.event]
    return np.where(cases.path == STRAIGHT_TO_CARE, list(NEEDS).index("N8"), need)


def contacts_table(setting: Setting, people: People, cases: Cases) -> pl.DataFrame:
    """One contact for each referral (its id is the case's), then the many that lead to none."""
    draw = setting.draw("contacts")
    kept = cases.take(referrals_kept(setting, cases))
    lead = add_working(kept.received - 1, 0)
    first = np.where(draw.chance(len(lead), 0.15) & (lead < kept.received), lead, kept.received)
    child, day = _other_contacts(setting, draw, people, cases)
    start = int(cases.number.max(initial=-1)) + 1
    number = np.concatenate([kept.number, start + np.arange(len(day), dtype=np.int64)])
    child, received = np.concatenate([kept.child, child]), np.concatenate([first, day])
    count, led = len(number), len(first)
    completed = add_working(received, draw.pick(count, (0.55, 0.33, 0.07, 0.03, 0.02)))
    completed[:led] = np.minimum(np.maximum(completed[:led], received[:led]), kept.received)
    outcome = np.concatenate([np.zeros(led, dtype=np.int64), draw.pick(count - led, OTHER_OUTCOMES)])
    advised = np.where(draw.chance(count, 0.9), outcome, draw.pick(count, OTHER_OUTCOMES))
    known = setting.known(completed)
    return pl.DataFrame({
        "contact_id": ids(number),
        "child_id": ids(child),
        "received_on": dates(setting, received),
        "completed_on": dates(setting, completed),
        "source": codes(list(SOURCES), draw.pick(count, SOURCES)),
        "method": codes(list(METHODS), draw.pick(count, METHODS)),
        "outcome": codes(CONTACT_OUTCOMES, outcome, given=known),
        "recommended_outcome": codes(CONTACT_OUTCOMES, advised, given=known),
        "consent": flags(draw.chance(count, 0.62)),
        "team": texts(FRONT_DOOR, count),
    })  # fmt: skip


def referrals_kept(setting: Setting, cases: Cases) -> Numbers:
    """The cases with a referral on record: received since the history kept begins, or still open then."""
    return np.flatnonzero(setting.kept(cases.received, cases.closed))


def _other_contacts(setting: Setting, draw: Draw, people: People, cases: Cases) -> tuple[Numbers, Days]:
    extra = round(len(cases.child) * EXTRA_CONTACTS)
    case = draw.whole(extra, 0, max(len(cases.child) - 1, 0)) if len(cases.child) else np.zeros(0, dtype=np.int64)
    known_child, known_day = (
        cases.child[case],
        cases.received[case] + draw.whole(extra, 1, 1_000),
    )
    families = np.flatnonzero(people.kind == CONTACTED)
    position, only = people.members(families)
    first = people.first_day[families][position]
    again = np.flatnonzero(draw.chance(len(only), MORE_CONTACTS - 1))
    child = np.concatenate([known_child, only, only[again]])
    later = first[again] + 20 + draw.wait(len(again), 300)
    day = near_working(np.minimum(np.concatenate([known_day, first, later]), OPEN))
    age = (day - people.born[child]) / YEAR
    keep = setting.kept_day(day) & (age >= 0) & (age < 18)
    order = np.lexsort((child[keep], day[keep]))
    return child[keep][order], day[keep][order]


def assessment_team(family: Numbers) -> Numbers:
    return family % 2


def referrals_table(setting: Setting, cases: Cases, posts: Posts) -> pl.DataFrame:
    draw = setting.draw("referrals")
    kept = cases.take(referrals_kept(setting, cases))
    needs = need_of_cases(setting, cases)[referrals_kept(setting, cases)]
    count = len(kept.number)
    outcomes = (
        "no_further_action",
        "information_advice",
        "early_help",
        "assessment",
        "strategy_discussion",
    )
    outcome = np.select(
        [kept.path == NO_ACTION, kept.path == ADVICE, (kept.path >= ENQUIRY) & (kept.path <= PROTECTED)],
        [0, 1 + draw.pick(count, (0.45, 0.55)), 3 + draw.pick(count, (0.45, 0.55))], 3,
    )  # fmt: skip
    decided, taken_on = setting.known(kept.decided), kept.path >= ASSESSED
    team = assessment_team(kept.family)
    return pl.DataFrame({
        "referral_id": ids(kept.number),
        "child_id": ids(kept.child),
        "contact_id": ids(kept.number),
        "received_on": dates(setting, kept.received),
        "decided_on": dates(setting, kept.decided),
        "source": codes(list(SOURCES), draw.pick(count, SOURCES)),
        "primary_need": codes(list(NEEDS), needs),
        "outcome": codes(outcomes, outcome, given=decided),
        "no_further_action": flags(kept.path == NO_ACTION, given=decided),
        "allocated_on": dates(setting, kept.decided, given=taken_on),
        "closed_on": dates(setting, kept.closed),
        "close_reason": codes(*_closure(setting, draw, kept)),
        "team": codes(TEAMS, team),
        "worker_id": ids(posts.worker_of(team, kept.family, kept.decided), given=taken_on & decided),
    })  # fmt: skip


def _closure(setting: Setting, draw: Draw, kept: Cases) -> tuple[tuple[str, ...], Numbers]:
    reasons = ("RC1", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9")
    count = len(kept.number)
    after_assessment = (kept.path == ASSESSED) & (kept.care_from == OPEN)
    other = 2 + draw.pick(count, (0.0, 0.07, 0.03, 0.9))
    reason = np.where(after_assessment, 6 + draw.pick(count, (0.68, 0.32)), other)
    reason = np.select([kept.care_kind == ADOPTED, kept.care_kind == GUARDIAN], [0, 2], reason)
    return reasons, np.where(setting.known(kept.closed), reason, -1)


def _assessed_again(setting: Setting, draw: Draw, cases: Cases) -> tuple[Numbers, Days, Days]:
    """Later assessments of children whose case stays open: the case, from, to."""
    ends = np.minimum(np.minimum(cases.closed, cases.need_to), setting.as_at + 1)
    stops = np.where(cases.path >= IN_NEED, ends, 0)
    case, day, _ = series(cases.received, stops, 230, lambda place: 230 + draw.wait(len(place), 260))
    day = near_working(day)
    length = draw.along(len(day), (0, 0.25, 0.6, 0.87, 1), (3, 18, 35, 46, 80)).astype(np.int64)
    completed = np.maximum(day, np.minimum(add_working(day, length), cases.closed[case]))
    recent = setting.kept(day, completed)
    return case[recent], day[recent], completed[recent]


def assessments_table(setting: Setting, cases: Cases, posts: Posts) -> pl.DataFrame:
    """The assessment after each referral taken on, and later ones."""
    draw = setting.draw("assessments")
    first = np.flatnonzero((cases.path >= ASSESSED) & setting.kept(cases.assessed_from, cases.assessed_to))
    again, again_from, again_to = _assessed_again(setting, draw, cases)
    case = np.concatenate([first, again])
    starts = np.concatenate([cases.assessed_from[first], again_from])
    ends = np.concatenate([cases.assessed_to[first], again_to])
    order = np.lexsort((cases.child[case], starts))
    case, starts, ends, repeat = case[order], starts[order], ends[order], order >= len(first)
    count, known = len(case), setting.known(ends)
    path, enters = cases.path[case], cases.care_from[case] < OPEN
    outcome = np.select(
        [enters, repeat, path == ASSESSED, path == IN_NEED, np.isin(path, (ENQUIRY, CONFERENCE)), path == PROTECTED],
        [4, 2, draw.pick(count, (0.66, 0.34)), 2, 2 + draw.pick(count, (0.5, 0.5)), 3], 5,
    )  # fmt: skip
    team = assessment_team(cases.family[case])
    return pl.DataFrame({
        "assessment_id": ids(np.arange(count, dtype=np.int64)),
        "child_id": ids(cases.child[case]),
        "referral_id": ids(cases.number[case]),
        "started_on": dates(setting, starts),
        "completed_on": dates(setting, ends),
        "outcome": codes(ASSESSMENT_OUTCOMES, outcome, given=known),
        "no_further_action": flags(outcome == 0, given=known),
        "child_seen": flags(draw.chance(count, 0.965), given=known),
        "team": codes(TEAMS, team),
        "worker_id": ids(posts.worker_of(team, cases.family[case], starts)),
    })  # fmt: skip


def factors_table(setting: Setting, assessments: pl.DataFrame) -> pl.DataFrame:
    """One to five different factors of each completed assessment."""
    draw = setting.draw("factors")
    completed = assessments.filter(pl.col("completed_on").is_not_null())["assessment_id"].to_numpy()
    assessment = np.repeat(completed, 1 + draw.pick(len(completed), (0.25, 0.27, 0.22, 0.16, 0.1)))
    factor = draw.pick(len(assessment), FACTORS)
    pair = np.unique(assessment * 100 + factor)
    return pl.DataFrame({"assessment_id": ids(pair // 100), "factor": codes(list(FACTORS), pair % 100)})
