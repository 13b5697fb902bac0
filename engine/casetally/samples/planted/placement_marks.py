"""Why: how far and of what sort each placement is follows from printed stocks, which children who come, move and leave must keep.

Each month's end is settled in turn: placements new since the last one take what is wanted; where that is not enough, children
with a quiet placement move.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casetally.samples.planted.care_spells import NEW, OLDER, YOUNG, Spell, Stay, birthday, may_move, working_between
from casetally.samples.planted.making import Making, first_day, last_day

FAR, FAR_INSIDE, UNKNOWN, NEAR = (
    "far",
    "far inside",
    "unknown",
    "near",
)  # FAR_INSIDE: over 20 miles, inside the authority
SORTS = (
    "unregulated", "for_adoption", "with_parents", "connected", "agency_foster", "own_foster", "childrens_home", "supported",
    "other",
)  # fmt: skip
USUAL = {"own_foster": 40, "agency_foster": 22, "connected": 16, "with_parents": 8, "childrens_home": 8, "other": 2}
USUAL_16 = {
    "own_foster": 22,
    "agency_foster": 18,
    "childrens_home": 14,
    "unregulated": 34,
    "connected": 6,
    "supported": 20,
    "other": 3,
}
A_FEW = 5  # more than so many who leave unregulated settings in a month have not moved: their settings were registered
USUALLY_NEAR = 0.85
SUPPORTED_FROM = dt.date(2023, 10, 28)  # supported accommodation is registered and has a code of its own
Wanted = Callable[[str], Mapping[str, int]]


@dataclass(frozen=True)
class Steering:
    """What is steered: `mark` is the sort or the band of a placement; `wanted` says how many of each value a month's end has."""

    making: Making
    rng: random.Random
    spells: Sequence[Spell]
    mark: str
    wanted: Wanted


def plant(making: Making, rng: random.Random, spells: Sequence[Spell]) -> None:
    """Mark every placement with its sort and how far it is."""
    sorts = [name for name in SORTS if making.facts.month(f"placed_{name}", making.months[0]) is not None]
    for spell in spells:
        if spell.destination == "adopted":
            spell.stays[-1].marks["sort"] = "for_adoption"
    if sorts:
        _steer(
            Steering(making, rng, spells, "sort", lambda m: {n: making.facts.need(f"placed_{n}", m, 0) for n in sorts})
        )
    for spell in spells:
        _usual_sorts(rng, spell, sorts)
    steered = making.facts.month("distance_over_20", making.months[0]) is not None
    if steered:
        _steer(Steering(making, rng, spells, "band", lambda month: _bands(making, spells, month)))
    for spell in spells:
        for stay in spell.stays:
            stay.marks.setdefault("band", NEAR if steered or rng.random() < USUALLY_NEAR else FAR)


def _bands(making: Making, spells: Sequence[Spell], month: str) -> dict[str, int]:
    day = last_day(month)
    open_now = sum(spell.open_on(day) for spell in spells)
    known = making.facts.need("distance_known", month, open_now)
    return {
        FAR: making.facts.need("distance_over_20", month, 0), UNKNOWN: open_now - known,
        FAR_INSIDE: making.facts.need("distance_over_20_inside", month, 0),
    }  # fmt: skip


def _steer(steering: Steering) -> None:
    """Give each placement open at a month's end its mark, so that each value stands as often as wanted."""
    for month in steering.making.months:
        wanted, day, mark = steering.wanted(month), last_day(month), steering.mark
        current = {s: stay for s in steering.spells if s.open_on(day) and (stay := s.stay_on(day))}
        fresh = [s for s, stay in current.items() if mark not in stay.marks]
        short: dict[str, int] = {}
        for value, count in wanted.items():
            having = [s for s, stay in current.items() if stay.marks.get(mark) == value]
            leaving = _quiet(steering, having, month)[: max(0, len(having) - count)]
            registered = value == "unregulated" and len(leaving) > A_FEW
            fresh += [s for s in leaving if _move(steering, current, s, month, registered=registered)]
            short[value] = max(0, count - len(having))
        steering.rng.shuffle(fresh)
        # those who may move on come first and are left over first, so that a stock can fall again
        fresh.sort(key=_stuck)
        spare = fresh[: max(0, len(fresh) - sum(short.values()))] if mark == "sort" else []
        fresh = [s for s in fresh if s not in spare] + spare
        for value in wanted:
            _fill(steering, current, fresh, value, short[value], month)
        for spell in fresh:
            current[spell].marks[mark] = NEAR if mark == "band" else ""


def _stuck(spell: Spell) -> bool:
    """Whether the child may not move later without a change in what else is printed."""
    return not (len(spell.stays) == 1 and spell.kind in (OLDER, YOUNG, NEW) and not spell.ended_on)


def _fill(
    steering: Steering, current: dict[Spell, Stay], fresh: list[Spell], value: str, count: int, month: str
) -> None:
    """Give `count` placements a value: new ones first; then children who can be spared move; then two children change about."""
    day, mark, wanted = last_day(month), steering.mark, steering.wanted(month)
    for spell in [s for s in fresh if _suits(mark, value, s, day)][:count]:
        current[spell].marks[mark] = value
        fresh.remove(spell)
        count -= 1
    if count <= 0:
        return
    able = [s for s in _quiet(steering, list(current), month) if s not in fresh and _suits(mark, value, s, day)]
    spare = [s for s in able if current[s].marks[mark] not in wanted]
    for spell in spare[:count]:
        _move(steering, current, spell, month)
        current[spell].marks[mark] = value
        count -= 1
    for spell in [s for s in able if s not in spare and current[s].marks[mark] != value]:
        given_up = current[spell].marks[mark]
        other = next((s for s in fresh if _suits(mark, given_up, s, day)), None)
        if count > 0 and other:
            _move(steering, current, spell, month)
            current[spell].marks[mark] = value
            current[other].marks[mark] = given_up
            fresh.remove(other)
            count -= 1


def _suits(mark: str, value: str, spell: Spell, day: dt.date) -> bool:
    """Young people of 16 and 17 live on their own; those with adopters are little; children about to be adopted live near."""
    if mark == "band":
        return not (value == FAR and spell.destination == "adopted")
    old_enough = birthday(spell.child.date_of_birth, 16) <= day
    if value in ("unregulated", "supported"):
        return old_enough
    return value != "for_adoption" or birthday(spell.child.date_of_birth, 8) > day


def _quiet(steering: Steering, spells: Sequence[Spell], month: str) -> list[Spell]:
    """Those who may move in a month and change nothing else that is printed, in an order of chance."""
    found = [spell for spell in spells if may_move(spell, first_day(month))]
    steering.rng.shuffle(found)
    return found


def _move(
    steering: Steering, current: dict[Spell, Stay], spell: Spell, month: str, *, registered: bool = False
) -> bool:
    """A move in the month, or the registration of an unregulated setting where the child stays. Whether the mark is now open."""
    making, before = steering.making, spell.stays[-1]
    day = working_between(making, steering.rng, first_day(month), last_day(month)) or first_day(month)
    if registered and day >= SUPPORTED_FROM:
        before.registered_on = day
        before.marks["sort"] = "supported"
        return False
    current[spell] = after = spell.split(day)
    if "sort" in before.marks and steering.mark == "band":
        after.marks["sort"] = before.marks["sort"]
    return True


def _usual_sorts(rng: random.Random, spell: Spell, steered: Sequence[str]) -> None:
    """A sort for each placement that has none."""
    for stay in spell.stays:
        if stay.marks.get("sort"):
            continue
        old = birthday(spell.child.date_of_birth, 16) <= stay.started_on
        open_to = {k: v for k, v in (USUAL_16 if old else USUAL).items() if k not in steered}
        open_to = {k: v for k, v in open_to.items() if k != "supported" or stay.started_on >= SUPPORTED_FROM}
        stay.marks["sort"] = rng.choices(list(open_to), list(open_to.values()))[0]
