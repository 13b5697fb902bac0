"""Why: a strategy discussion leads to a section 47 enquiry, some enquiries to an initial conference, and some of those to a plan.

Conferences are planted first, since their clock binds the enquiry's date (rules: ICPC in 15 working days, from the strategy
discussion); the enquiries that lead to none fill each month up to its printed number. Enquiries about children who are on a
plan already are left to `plans`, which has these children.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import Child
from casetally.samples.planted.plan_flow import MonthOfPlans, flow
from casetally.samples.planted.protection_days import ONE_DAY, before, families, month_of, working_day

IN_TIME, LATE = (7, 15), (16, 19)  # working days from the strategy discussion to the conference
FIRST, REPEAT_2Y, REPEAT, NO_PLAN = "first", "repeat_2y", "repeat", "no_plan"
AGES = {FIRST: (0, 15), REPEAT_2Y: (4, 15), REPEAT: (7, 16), NO_PLAN: (0, 16)}  # at the conference
OTHER_OUTCOMES = {
    "assessment_continues": 4,
    "child_in_need": 4,
    "no_further_action": 3,
    "legal_action": 1,
    "other_agency": 1,
}
NO_ENQUIRY = ("assessment", "no_further_action")


@dataclass(frozen=True)
class ConferenceFamily:
    """Brothers and sisters with one initial conference. `outcome` says what plan, if any, follows it."""

    children: tuple[Child, ...]
    conference_ids: tuple[str, ...]
    held_on: dt.date
    outcome: str


@dataclass
class _Used:
    """What the conferences have taken of each month's enquiries."""

    children: Counter[str] = field(default_factory=Counter)
    investigations: Counter[str] = field(default_factory=Counter)


def plant(making: Making) -> None:
    """Discussions, enquiries and initial conferences; leaves ConferenceFamily items under 'conferences'."""
    rng = making.rng("enquiries")
    used = _Used()
    for month, numbers in flow(making).months.items():
        for size, outcome, late in _conferences(making, rng, month, numbers):
            _plant_conference(making, rng, month, size, outcome, late, used)
    earlier = [month for month in making.facts.months_of("s47_completed") if month < making.months[0]]
    for month in (*earlier, *making.months):
        _plant_others(making, rng, month, used)
    for month in making.facts.months_of("s47_started_12m"):
        _fill_the_year(making, rng, month)


def _conferences(making: Making, rng: random.Random, month: str, numbers: MonthOfPlans) -> list[tuple[int, str, bool]]:
    """The month's conferences as (brothers and sisters, outcome, held late)."""
    late = numbers.held - numbers.in_time
    after = min(numbers.started, numbers.held)
    counts = {
        FIRST: after - numbers.repeat_2y - numbers.repeat,
        NO_PLAN: numbers.held - after,
        REPEAT_2Y: numbers.repeat_2y,
        REPEAT: numbers.repeat,
    }
    # late families of one report may be few: their number is then kept
    named_late = making.facts.month("icpc_late_families", month)
    found: list[tuple[int, str, bool]] = []
    for outcome, count in counts.items():
        # first plans come first here, then conferences without a plan, so that these are the late ones
        slow = min(late, count)
        late -= slow
        named = making.facts.month(f"plans_{outcome}_families", month)
        found += [(size, outcome, True) for size in families(rng, slow, named_late)]
        found += [(size, outcome, False) for size in families(rng, count - slow, None if slow else named)]
    rng.shuffle(found)
    return found


def _plant_conference(
    making: Making, rng: random.Random, month: str, size: int, outcome: str, late: bool, used: _Used
) -> None:
    by_completion = _by_completion(making)
    gap = rng.randint(*(LATE if late else IN_TIME))
    days = making.working_days(month)
    # mostly late enough in the month for the enquiry to fall into it too
    held = rng.choice(days[gap:] or days[-2:]) if rng.random() < 0.8 else rng.choice(days[3:])
    discussed = before(making, held, gap)
    if not _room(making, month_of(discussed), size, used):
        held = (days[gap:] or days)[-1]
        discussed = before(making, held, gap)
    if by_completion:
        # in the conference's own month, and before the plan begins
        completed = working_day(making, rng, max(discussed, first_day(month)), held - ONE_DAY)
    else:
        completed = before(making, held, min(gap, rng.randint(1, 4)))
    started = discussed
    children = making.people.family(rng, size, held, AGES[outcome])
    counted_in = month_of(completed if by_completion else started)
    used.children[counted_in] += size
    used.investigations[counted_in] += 1
    ids = _plant_enquiry(making, children, discussed, started, completed, ["icpc"] * size)
    meeting = making.rows.new_id("meeting_id")
    conferences = []
    for child, enquiry in zip(children, ids, strict=True):
        conferences.append(making.rows.new_id("cp_conferences"))
        making.rows.add(
            "cp_conferences",
            conference_id=conferences[-1],
            child_id=child.child_id,
            meeting_id=meeting,
            enquiry_id=enquiry,
            transfer_in=False,
            notified_on=completed,
            held_on=held,
            plan_agreed=outcome != NO_PLAN,
        )
    making.people.leave("conferences", ConferenceFamily(tuple(children), tuple(conferences), held, outcome))


def _room(making: Making, month: str, size: int, used: _Used) -> bool:
    """Whether the month's printed enquiries still have room for a family; a month that is not covered always has."""
    printed = making.facts.month("s47_children", month)
    if month not in making.months or printed is None:
        return True
    on_plan = making.facts.need("s47_with_plan", month, 0)
    return used.children[month] + size <= printed - on_plan


def _fill_the_year(making: Making, rng: random.Random, month: str) -> None:
    """Enquiries begun and completed before the covered months, so that those of the last 12 months are as many as printed."""
    first = months_after(first_day(month), -11)
    begun = sum(first <= row["started_on"] <= last_day(month) for row in making.rows.of("s47_enquiries"))
    for size in families(rng, making.facts.need("s47_started_12m", month, begun) - begun):
        started = working_day(making, rng, first, making.first - dt.timedelta(7))
        completed = min(making.calendar.add_working_days(started, rng.randint(5, 15)), making.first - ONE_DAY)
        found = making.people.family(rng, size, started, (0, 16))
        _plant_enquiry(making, found, started, started, completed, ["no_further_action"] * size)


def _by_completion(making: Making) -> bool:
    """Whether the report counts enquiries in the month in which they were completed, not started."""
    return bool(making.facts.months_of("s47_completed"))


def _plant_others(making: Making, rng: random.Random, month: str, used: _Used) -> None:
    """The enquiries that led to no conference, filling the month up."""
    facts = making.facts
    on_plan = facts.need("s47_with_plan", month, 0)
    printed = facts.month("s47_completed" if _by_completion(making) else "s47_children", month)
    children = (round(2.5 * used.children[month]) if printed is None else printed) - on_plan - used.children[month]
    named = facts.month("s47_investigations", month)
    count = None if named is None else named - used.investigations[month] - len(on_plan_families(on_plan))
    for size in families(rng, children, count):
        started, completed = enquiry_days(making, rng, month)
        found = making.people.family(rng, size, started, (0, 16))
        outcomes = rng.choices(list(OTHER_OUTCOMES), list(OTHER_OUTCOMES.values()), k=size)
        _plant_enquiry(making, found, before(making, started, rng.randint(0, 1)), started, completed, outcomes)


def enquiry_days(making: Making, rng: random.Random, month: str) -> tuple[dt.date, dt.date]:
    """Start and completion of an enquiry that is counted in the month."""
    on, took = rng.choice(making.working_days(month)), rng.randint(5, 15)
    if _by_completion(making):
        return before(making, on, took), on
    return on, making.calendar.add_working_days(on, took)


def on_plan_families(children: int) -> list[int]:
    """How the enquiries about children on a plan fall into investigations: brothers and sisters by threes."""
    return [3] * (children // 3) + ([children % 3] if children % 3 else [])


def _plant_enquiry(
    making: Making,
    children: list[Child],
    discussed: dt.date,
    started: dt.date,
    completed: dt.date,
    outcomes: list[str],
) -> list[str]:
    """One investigation: a discussion and an enquiry for each child. Returns the enquiries' ids."""
    investigation = making.rows.new_id("investigation_id")
    ended = completed if completed <= making.last else None
    ids = []
    for child, outcome in zip(children, outcomes, strict=True):
        discussion = making.rows.new_id("strategy_discussions")
        making.rows.add(
            "strategy_discussions",
            discussion_id=discussion,
            child_id=child.child_id,
            held_on=discussed,
            outcome="section_47",
        )
        ids.append(making.rows.new_id("s47_enquiries"))
        making.rows.add(
            "s47_enquiries",
            enquiry_id=ids[-1],
            child_id=child.child_id,
            investigation_id=investigation,
            discussion_id=discussion,
            strategy_discussion_on=discussed,
            started_on=started,
            completed_on=ended,
            outcome=outcome if ended else None,
            no_further_action=outcome == "no_further_action" if ended else None,
        )
    return ids


def plant_enquiry_on_plan(
    making: Making, children: list[Child], discussed: dt.date, started: dt.date, completed: dt.date
) -> None:
    """An enquiry about children who are on a plan already: it leads back to the plan, not to another initial conference."""
    _plant_enquiry(making, children, discussed, started, completed, ["assessment_continues"] * len(children))


def plant_further_discussions(making: Making, rng: random.Random, month: str) -> None:
    """The strategy discussions after which no enquiry was made, where their number is printed; to be called last."""
    printed = making.facts.month("strategy_discussions", month)
    if printed is None:
        return
    first, last = first_day(month), last_day(month)
    held = [row for row in making.rows.of("strategy_discussions") if first <= row["held_on"] <= last]
    _forget(making, {row["discussion_id"] for row in held[printed:]})
    for size in families(rng, printed - len(held)):
        on = day_between(rng, first, last)
        for child in making.people.family(rng, size, on, (0, 17)):
            making.rows.add(
                "strategy_discussions",
                discussion_id=making.rows.new_id("strategy_discussions"),
                child_id=child.child_id,
                held_on=on,
                outcome=rng.choice(NO_ENQUIRY),
            )


def _forget(making: Making, surplus: set[str]) -> None:
    """Discussions beyond the printed number were not recorded as such; their enquiries keep the day alone."""
    if not surplus:
        return
    discussions = making.rows.of("strategy_discussions")
    discussions[:] = [row for row in discussions if row["discussion_id"] not in surplus]
    for row in making.rows.of("s47_enquiries"):
        if row["discussion_id"] in surplus:
            row["discussion_id"] = None
