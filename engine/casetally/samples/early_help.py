"""Why: most families who need help get it before social care; early help is counted by child and by family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from casetally.samples.cases import Cases
from casetally.samples.columns import codes, dates, ids, texts
from casetally.samples.days import due_gaps, near_working, series, to_working
from casetally.samples.episodes import ADVICE, ASSESSED
from casetally.samples.people import CONTACTED, EARLY_HELP, People
from casetally.samples.setting import OPEN, TEAMS, YEAR, Days, Numbers, Setting
from casetally.samples.workforce import EARLY_HELP_TEAM

REASONS = {
    "family_support": 40.0,
    "behaviour": 18.0,
    "attendance": 12.0,
    "mental_health": 17.0,
    "disability": 6.0,
    "other": 7.0,
}
ENDS = {
    "completed": 62.0,
    "stepped_up": 12.0,
    "disengaged": 14.0,
    "moved": 4.0,
    "other": 8.0,
}
SOURCES = ("contact", "step_down", "self", "other")
PARTNERS = (
    "Family Hub",
    "Primary School Cluster",
    "Youth Service",
    "Voluntary Action Sampleshire",
)
VISIT_DAYS = 21
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class Support:
    """One row is one spell of early help of one child; the children of a family start and end together."""

    child: Numbers
    family: Numbers
    starts: Days
    ends: Days
    source: Numbers
    group: Numbers


def make_support(setting: Setting, people: People, cases: Cases) -> Support:
    """Spells that touch the history kept: by own request, after a contact, and stepped down from social care."""
    draw = setting.draw("early help")
    families = np.flatnonzero(people.kind == EARLY_HELP)
    contacted = np.flatnonzero((people.kind == CONTACTED) & draw.chance(len(people.kind), 0.17))
    stepping = (cases.path == ADVICE) | (cases.path == ASSESSED)
    chosen = np.flatnonzero(stepping & draw.chance(len(cases.event), 0.2))
    down = chosen[np.unique(cases.event[chosen], return_index=True)[1]]
    family = np.concatenate([families, contacted, cases.family[down]])
    begins = np.concatenate(
        [
            people.first_day[families],
            people.first_day[contacted] + 5,
            cases.closed[down] + 3,
        ]
    )
    source = np.repeat(np.array([2, 0, 1]), [len(families), len(contacted), len(down)])
    starts = to_working(np.minimum(begins + draw.whole(len(family), 0, 12), OPEN))
    ends = to_working(np.minimum(starts + 50 + draw.wait(len(family), 165), OPEN))
    group, child = people.members(family)
    age = (starts[group] - people.born[child]) / YEAR
    keep = (age >= 0) & (age < 17.5) & setting.kept(starts, ends)[group]
    group, child = group[keep], child[keep]
    order = np.lexsort((child, starts[group]))
    group, child = group[order], child[order]
    return Support(child, family[group], starts[group], ends[group], source[group], group)


def _of_group(values: npt.NDArray[Kind], support: Support) -> npt.NDArray[Kind]:
    """One value for all the children of a spell's family."""
    return values[support.group]


def early_help_tables(setting: Setting, support: Support) -> dict[str, pl.DataFrame]:
    draw = setting.draw("early help tables")
    groups, count = int(support.group.max(initial=-1)) + 1, len(support.child)
    number = np.arange(count, dtype=np.int64)
    lead = _of_group(draw.pick(groups, (0.62, 0.38)), support)
    partner = _of_group(draw.pick(groups, (0.3, 0.3, 0.2, 0.2)), support)
    known = setting.known(support.ends)
    authority = texts("Sampleshire Council", count)
    organisation = pl.select(
        pl.when(pl.lit(pl.Series(lead == 0))).then(pl.lit(authority)).otherwise(pl.lit(codes(PARTNERS, partner)))
    ).to_series()
    reason, end = draw.pick(groups, REASONS), draw.pick(groups, ENDS)
    episodes = pl.DataFrame({
        "episode_id": ids(number),
        "child_id": ids(support.child),
        "family_id": ids(support.family),
        "started_on": dates(setting, support.starts),
        "ended_on": dates(setting, support.ends),
        "reason": codes(list(REASONS), _of_group(reason, support)),
        "end_reason": codes(list(ENDS), _of_group(end, support), given=known),
        "lead": codes(("authority", "external"), lead),
        "organisation": organisation,
        "source": codes(SOURCES, support.source),
        "team": codes(TEAMS, np.full(count, EARLY_HELP_TEAM), given=lead == 0),
    })  # fmt: skip
    completed = to_working(support.starts + _of_group(draw.whole(groups, 10, 65), support))
    assessed = _of_group(draw.chance(groups, 0.85), support)
    assessments = pl.DataFrame({
        "assessment_id": ids(number),
        "child_id": ids(support.child),
        "family_id": ids(support.family),
        "started_on": dates(setting, support.starts),
        "completed_on": dates(setting, completed, given=completed <= support.ends),
        "initiated_by": codes(("authority", "external"), lead),
        "organisation": organisation,
    }).filter(pl.Series(assessed, dtype=pl.Boolean))  # fmt: skip
    return {
        "early_help_episodes": episodes,
        "early_help_assessments": assessments,
        "early_help_visits": _visits(setting, support),
    }


def _visits(setting: Setting, support: Support) -> pl.DataFrame:
    draw = setting.draw("early help visits")
    ends = np.minimum(support.ends, setting.as_at + 1)
    spell, day, _ = series(
        support.starts,
        ends,
        10,
        lambda place: due_gaps(draw, len(place), VISIT_DAYS, 0.25, 0.5),
    )
    day = near_working(day)
    keep = np.flatnonzero(setting.kept_day(day) & (day < ends[spell]))
    keep = keep[np.lexsort((spell[keep], day[keep]))]
    return pl.DataFrame({
        "visit_id": ids(np.arange(len(keep), dtype=np.int64)),
        "child_id": ids(support.child[spell[keep]]),
        "visited_on": dates(setting, day[keep]),
    })  # fmt: skip
