"""Why: early help is counted by child and by family, the authority's own and other agencies' apart, at each month's end."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from casetally.samples.planted.days import ONE, Spell, day_between, group_sizes, parts_of, pick, some_days
from casetally.samples.planted.last_events import LastEvents
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import Child

TURNOVER = 0.14  # of the families open, how many end in a month
BIGGEST = 7
TRIES = 200
REASONS = {"family_support": 50, "behaviour": 18, "attendance": 14, "mental_health": 12, "disability": 6}
ENDS = {"completed": 70, "disengaged": 14, "stepped_up": 10, "moved": 4, "other": 2}
SOURCES = {"contact": 60, "step_down": 20, "self": 15, "other": 5}
OTHERS = {source: weight for source, weight in SOURCES.items() if source != "step_down"}
STAYS = (50, 260)  # days that early help lasts
VISITED_WITHIN, USUAL_VISITED = 28, 0.75
ORGANISATIONS = ("Primary school", "Secondary school", "Health visiting service", "Voluntary organisation", "Nursery")
TEAM = "Early Help"


@dataclass(frozen=True)
class _Family:
    children: tuple[Child, ...]
    start: dt.date
    source: str


def plant(making: Making) -> None:
    """Episodes so that children and families open at each month's end are as printed, and the assessments started."""
    for lead in ("in_house", "external"):
        _episodes(making, lead)
    _started(making)
    _visits(making)
    _assessments(making)


def _started(making: Making) -> None:
    """Where a report prints what was begun each month and no stock: families that stay for some months each."""
    rng = making.rng("early help started")
    months = making.facts.months_of("early_help_started")
    if not months:
        return
    usual = sum(making.facts.need("early_help_started", month, 0) for month in months) // len(months)
    before = [(making.first - rng.randrange(1, STAYS[1]) * ONE, size) for size in group_sizes(rng, usual * 4)]
    begun = [(day, size, pick(rng, SOURCES)) for day, size in before if f"{day:%Y-%m}" not in months]
    for month in months:
        total = making.facts.need("early_help_started", month, 0)
        down = min(total, making.facts.need("early_help_started_step_down", month, round(total * 0.15)))
        for count, sources in ((down, {"step_down": 1}), (total - down, OTHERS)):
            sizes = group_sizes(rng, count)
            days = some_days(rng, making, month, len(sizes))
            begun += [(day, size, pick(rng, sources)) for day, size in zip(days, sizes, strict=True)]
    for day, size, source in begun:
        family = _Family(tuple(making.people.family(rng, size, day)), day, source)
        end = max(day + rng.randint(*STAYS) * ONE, making.first if f"{day:%Y-%m}" not in months else day)
        _write(making, rng, family, "in_house", end if end <= making.last else None)
        for child in family.children:
            making.people.leave("early_help_in_house", (child, day))


def _visits(making: Making) -> None:
    """Visits to children in early help, so many at each month's end within 4 weeks as printed."""
    rng = making.rng("early help visits")
    last = LastEvents(rng, making, VISITED_WITHIN)
    spells = [
        (row["child_id"], Spell(row["started_on"], row["ended_on"])) for row in making.rows.of("early_help_episodes")
    ]
    for who, spell in spells:
        last.began_before(who, spell.start, making.first)
    for month in making.months:
        end = last_day(month)
        open_now = [(who, spell.start) for who, spell in spells if spell.open_on(end)]
        wanted = making.facts.part("early_help_visited_4w", month, len(open_now))
        last.in_month(month, open_now, (round(len(open_now) * USUAL_VISITED) if wanted is None else wanted,))
    for who, day in last.events:
        making.rows.add(
            "early_help_visits", visit_id=making.rows.new_id("early_help_visits"), child_id=who, visited_on=day
        )


def _episodes(making: Making, lead: str) -> None:
    facts, rng = making.facts, making.rng(f"early help {lead}")
    stock = {
        month: (children, families)
        for month in making.months
        if (children := facts.month(f"early_help_{lead}_children", month)) is not None
        and (families := facts.month(f"early_help_{lead}_families", month)) is not None
    }
    if len(stock) < len(making.months):
        return
    children, families = stock[making.months[0]]
    open_now = [_before(making, rng, size) for size in parts_of(rng, children, families, BIGGEST)]
    for month in making.months:
        staying = _who_stays(rng, open_now, stock[month])
        gone = [family for family in open_now if family not in staying]
        for family, day in zip(gone, some_days(rng, making, month, len(gone)), strict=True):
            _write(making, rng, family, lead, day)
        more = stock[month][1] - len(staying)
        sizes = parts_of(rng, stock[month][0] - _children(staying), more, BIGGEST)
        fresh = [
            _Family(tuple(making.people.family(rng, size, day)), day, pick(rng, SOURCES))
            for size, day in zip(sizes, some_days(rng, making, month, more), strict=True)
        ]
        for family in fresh:
            for child in family.children:
                making.people.leave(f"early_help_{lead}", (child, family.start))
        open_now = staying + fresh
    for family in open_now:
        _write(making, rng, family, lead, None)


def _before(making: Making, rng: random.Random, size: int) -> _Family:
    """A family already open when the first month begins."""
    day = making.first - ONE * (1 + int(rng.random() ** 1.4 * 420))
    return _Family(tuple(making.people.family(rng, size, making.first, (1, 17))), day, pick(rng, SOURCES))


def _who_stays(rng: random.Random, open_now: list[_Family], stock: tuple[int, int]) -> list[_Family]:
    """The families that stay, so that whole families of 1 to BIGGEST children can fill up to the printed stock."""
    children, families = stock
    leaving = max(round(len(open_now) * TURNOVER), len(open_now) - families)
    for step in range(TRIES):
        # where no draw of this size fits, let a few more go
        count = min(len(open_now), leaving + step // 20)
        gone = set(rng.sample(range(len(open_now)), count))
        staying = [family for at, family in enumerate(open_now) if at not in gone]
        more = families - len(staying)
        if more <= children - _children(staying) <= more * BIGGEST:
            return staying
    return []


def _children(families: list[_Family]) -> int:
    return sum(len(family.children) for family in families)


def _write(making: Making, rng: random.Random, family: _Family, lead: str, end: dt.date | None) -> None:
    end_reason = pick(rng, ENDS) if end else None
    reason = pick(rng, REASONS)
    external = lead == "external"
    organisation = rng.choice(ORGANISATIONS) if external else None
    for child in family.children:
        making.rows.add(
            "early_help_episodes",
            episode_id=making.rows.new_id("early_help_episodes"),
            child_id=child.child_id,
            family_id=child.family_id,
            started_on=family.start,
            ended_on=end,
            reason=reason,
            end_reason=end_reason,
            lead="external" if external else "authority",
            organisation=organisation,
            source=family.source,
            team=None if external else TEAM,
        )


def _assessments(making: Making) -> None:
    """Assessments started in the month, first for the children whose episode began in it, one a child."""
    rng = making.rng("early help assessments")
    for month in making.facts.months_of("early_help_assessments"):
        total = making.facts.need("early_help_assessments", month, 0)
        external = min(total, making.facts.need("early_help_assessments_external", month, 0))
        for count, by in ((external, "external"), (total - external, "authority")):
            kind = "early_help_external" if by == "external" else "early_help_in_house"
            began = [item for item in making.people.by_kind.get(kind, []) if f"{item[1]:%Y-%m}" == month]
            chosen = rng.sample(began, min(count, len(began)))
            for size in group_sizes(rng, count - len(chosen)):
                day = rng.choice(making.working_days(month))
                chosen += [(child, day) for child in making.people.family(rng, size, day)]
            for child, began_on in chosen:
                _assess(
                    making, rng, child, day_between(rng, began_on, min(began_on + 5 * ONE, _end(making, month))), by
                )


def _end(making: Making, month: str) -> dt.date:
    return making.days(month)[-1]


def _assess(making: Making, rng: random.Random, child: Child, day: dt.date, by: str) -> None:
    completed = day + rng.randrange(10, 45) * ONE
    making.rows.add(
        "early_help_assessments",
        assessment_id=making.rows.new_id("early_help_assessments"),
        child_id=child.child_id,
        family_id=child.family_id,
        started_on=day,
        completed_on=completed if completed <= making.last else None,
        initiated_by=by,
        organisation=rng.choice(ORGANISATIONS) if by == "external" else None,
    )
