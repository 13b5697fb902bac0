"""Why: children missing are counted by episode and by child, and over a quarter or a year a child counts once.

So the same children must come back in the right months. They are planted in four groups that have no child in common: in
care near home, in care more than 20 miles from it (`far`), this authority's other children (`own`), and another
authority's (`elsewhere`), for whom no return interview is due here (rules: Missing).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from casetally.samples.planted.exploitation import plant_exploitation
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import Child
from casetally.samples.planted.return_interviews import offer_by_month

GROUPS = ("near", "far", "own", "elsewhere")
IN_CARE = ("near", "far")
AGES = (11, 16)
USUAL_EPISODES = 1.6  # a child and month, where episodes are not printed
SHORT_SHARE = 0.7
MOST_EPISODES = 9  # of one child in a month
INTERVIEWS = {"offered": 0.95, "72h": 0.88, "accepted": 0.75}  # shares of those due, where not printed
LAST_START = 6  # days before the end of the last month: a return and its interview are then known by its last day


@dataclass(eq=False)
class _Missing:
    """One child who goes missing, as a list of months with the number of episodes; the child itself is found last."""

    group: str
    episodes: dict[str, int]


def plant(making: Making) -> None:
    """Missing episodes with their interviews, and spells of exploitation risk."""
    rng = making.rng("missing")
    children = [child for group in GROUPS for child in _group(making, rng, group)]
    found = _find_children(making, rng, children)
    for month in making.months:
        _plant_month(making, rng, month, [(m, c) for m, c in zip(children, found, strict=True) if month in m.episodes])
    if making.facts.months_of("interviews_offered_children"):
        offer_by_month(making, making.rng("interviews"))
    plant_exploitation(making, making.rng("exploitation"))


def _number(making: Making, group: str, what: str, month: str) -> int:
    """Episodes or children of a group: in care near home and this authority's other children are what the others leave."""
    need = making.facts.need
    far, care = need(f"missing_far_{what}", month, 0), need(f"missing_care_{what}", month, 0)
    elsewhere = need(f"missing_elsewhere_{what}", month, 0)
    total = need(f"missing_{what}", month, care + elsewhere)
    return {"near": care - far, "far": far, "elsewhere": elsewhere, "own": total - care - elsewhere}[group]


def _group(making: Making, rng: random.Random, group: str) -> list[_Missing]:
    """The children of a group: new in the year, back from an earlier quarter, or back within the quarter."""
    facts = making.facts
    known: list[_Missing] = []
    year: list[_Missing] = []
    quarter: list[_Missing] = []
    for month in making.months:
        year = [] if month.endswith("-04") else year
        quarter = [] if month[-2:] in ("01", "04", "07", "10") else quarter
        count = _number(making, group, "children", month)
        new = facts.need(f"missing_{group}_new", month, max(count - len(quarter), count - count // 2))
        new_here = max(new, facts.need(f"missing_{group}_new_in_quarter", month, new))
        earlier = [child for child in year if child not in quarter]
        again = rng.sample(quarter, count - new_here) + rng.sample(earlier, new_here - new)
        fresh = [_Missing(group, {}) for _ in range(new)]
        going = again + fresh
        episodes = _number(making, group, "episodes", month)
        for child, number in zip(going, _shares(making, rng, group, month, count, episodes), strict=True):
            child.episodes[month] = number
        known += fresh
        year += fresh
        quarter += [child for child in going if child not in quarter]
    return known


def _shares(making: Making, rng: random.Random, group: str, month: str, children: int, episodes: int) -> list[int]:
    """Episodes of each child: one at least; the others fall on few, or on as many as are printed to go missing repeatedly."""
    if not children:
        return []
    repeat = making.facts.month(f"missing_{group}_repeat", month)
    episodes = max(episodes or round(children * USUAL_EPISODES), children + (repeat or 0))
    if repeat is None:
        spare = episodes - children
        repeat = min(children, spare, max(-(-spare // (MOST_EPISODES - 1)), (children + 1) // 2))
    numbers = [2] * repeat + [1] * (children - repeat)
    for _ in range(episodes - sum(numbers)):
        numbers[min(rng.randrange(repeat), rng.randrange(repeat))] += 1
    rng.shuffle(numbers)
    return numbers


def _find_children(making: Making, rng: random.Random, missing: list[_Missing]) -> list[Child]:
    """A child for each: for those in care one who is in care, near or far from home, in all the months in question."""
    care = sorted(making.people.by_kind.get("looked_after", []), key=lambda item: str(item[0].child_id))
    rng.shuffle(care)
    far = _distance(making)
    taken: set[str] = set()
    found: dict[int, Child] = {}
    # those missing in most months first: fewest children are in care for so long
    for child in sorted(missing, key=lambda m: (m.group != "far", -len(m.episodes))):
        first, last = first_day(min(child.episodes)), last_day(max(child.episodes))
        known = None
        if child.group in IN_CARE:
            fit = (
                c for c, started, ended in care
                if c.child_id not in taken and started <= first and (ended is None or ended > last)
                and AGES[0] - 1 <= c.age_on(first) and c.age_on(last) < 18
                and all(far(c, day) is (child.group == "far") for day in (first, last))
            )  # fmt: skip
            known = next(fit, None)
        found[id(child)] = known or making.people.family(rng, 1, first, AGES)[0]
        taken.add(found[id(child)].child_id)
    return [found[id(child)] for child in missing]


def _distance(making: Making) -> Callable[[Child, dt.date], bool]:
    """Whether a child is placed more than 20 miles from home on a day."""
    placed: dict[str, list[dict[str, object]]] = {}
    for row in making.rows.of("placements"):
        placed.setdefault(row["child_id"], []).append(row)

    def far(child: Child, day: dt.date) -> bool:
        for row in placed.get(child.child_id, []):
            started, ended, miles = row.get("started_on"), row.get("ended_on"), row.get("distance_miles")
            if isinstance(started, dt.date) and started <= day and (not isinstance(ended, dt.date) or ended > day):
                return isinstance(miles, (int, float)) and miles > 20
        return False

    return far


@dataclass(frozen=True)
class _Episode:
    child: Child
    group: str
    start: dt.datetime
    room: int  # hours until the child's next episode


def _plant_month(making: Making, rng: random.Random, month: str, going: list[tuple[_Missing, Child]]) -> None:
    episodes = [e for m, c in going for e in _starts(making, rng, month, c, m.group, m.episodes[month])]
    rng.shuffle(episodes)
    # those soon followed by another are short ones
    episodes.sort(key=lambda e: e.room < 48, reverse=True)
    short = making.facts.need("missing_under_12h", month, round(len(episodes) * SHORT_SHARE))
    ended = [
        (
            e,
            e.start
            + dt.timedelta(minutes=rng.randint(40, 690) if n < short else rng.randint(745, min(e.room, 40) * 60)),
        )
        for n, e in enumerate(episodes)
    ]
    rng.shuffle(ended)
    due = sum(e.group != "elsewhere" for e, _ in ended)
    usual = {**INTERVIEWS, **making.facts.setting("interview_shares", {})}
    counts = {what: making.facts.need(f"interviews_{what}", month, round(due * share)) for what, share in usual.items()}
    accepting = _accepting(making, rng, month, ended)
    if accepting is not None:
        counts["accepted"] = sum(e.child.child_id in accepting for e, _ in ended)
    # those for whom an interview is due come first, and are numbered
    ended.sort(key=lambda pair: (pair[0].group == "elsewhere", pair[0].child.child_id not in (accepting or ())))
    for at, (episode, end) in enumerate(ended):
        _write(making, rng, episode, end, at if episode.group != "elsewhere" else None, counts)


def _accepting(
    making: Making, rng: random.Random, month: str, ended: list[tuple[_Episode, dt.datetime]]
) -> set[str] | None:
    """The children who accept an interview at least once, where their number is printed."""
    printed = making.facts.month("missing_children_accepting", month)
    if printed is None:
        return None
    return set(rng.sample(sorted({e.child.child_id for e, _ in ended if e.group != "elsewhere"}), printed))


def _starts(making: Making, rng: random.Random, month: str, child: Child, group: str, number: int) -> list[_Episode]:
    """Episodes of one child spread over the month, none overlapping the next."""
    first, last = first_day(month), last_day(month)
    if last == making.last:
        last -= dt.timedelta(LAST_START)
    width = ((last - first).days + 1) / number
    found = []
    for n in range(number):
        day = first + dt.timedelta(int(n * width + rng.random() * max(width - 2, 0)))
        start = dt.datetime.combine(day, dt.time(rng.choice((15, 17, 18, 19, 20, 21, 22, 23)), rng.randrange(60)))
        next_from = first + dt.timedelta(int((n + 1) * width))
        found.append(_Episode(child, group, start, max(int((next_from - day).days * 24 - 10), 14)))
    return found


def _write(
    making: Making, rng: random.Random, episode: _Episode, end: dt.datetime, place: int | None, counts: dict[str, int]
) -> None:
    """One episode; `place` is its place among the month's due interviews, None where none is due."""
    known: dict[str, object] = {}
    if place is not None:
        offered, accepted = place < counts["offered"], place < counts["accepted"]
        hours = rng.randint(3, 68) if place < counts["72h"] else rng.randint(76, 92)
        at = end + dt.timedelta(hours=hours)
        held = min(at.date() + dt.timedelta(rng.randint(0, 4)), making.last)
        known = {
            "interview_offered": offered,
            "interview_offered_at": at if offered else None,
            "interview_accepted": accepted if offered else None,
            "interview_completed_on": held if accepted else None,
        }
    making.rows.add(
        "missing_episodes",
        episode_id=making.rows.new_id("missing_episodes"),
        child_id=episode.child.child_id,
        type="M",
        started_at=episode.start,
        ended_at=end,
        other_authority=episode.group == "elsewhere",
        risk_assessed_on=episode.start.date() if rng.random() < 0.6 else None,
        **known,
    )
