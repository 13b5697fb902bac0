"""Why: those who come into care within the months come as families, and some of them leave again before the last."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

from casetally.samples.planted.care_spells import NEW, RECORDED_TWICE, SECOND_RECORD, Spell, in_month, working_day_in
from casetally.samples.planted.making import Making, first_day
from casetally.samples.planted.people import Child, born_for_ages, years_before

USUAL = {"size": 1.8, "aged_5_or_younger": 0.5, "under_1": 0.12}
OLDEST = 15
AT_LEAST_DAYS = 12  # a child who leaves again has been in care for so long


def coming(making: Making, rng: random.Random, settings: Mapping[str, Any]) -> list[Spell]:
    """All periods of care that start in the months."""
    spells: list[Spell] = []
    for quarter in _quarters(making, settings):
        spells += _quarter(making, rng, settings, quarter, _second_record(settings, quarter, spells))
    _leave(making, rng, settings, spells)
    return spells


def _quarters(making: Making, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The groups of months for which families or ages are printed; every other month is a group of its own."""
    told = settings.get("starting_families", [])
    by_first = {group["months"][0]: group for group in told}
    within = {month for group in told for month in group["months"]}
    return [by_first.get(m, {"months": [m]}) for m in making.months if m in by_first or m not in within]


def _second_record(settings: Mapping[str, Any], quarter: Mapping[str, Any], spells: list[Spell]) -> Spell | None:
    """The period of care of the child who is opened a second time in this quarter, under another id."""
    twice = settings.get("recorded_twice")
    if not twice or twice["opened"] not in quarter["months"]:
        return None
    return next(spell for spell in spells if not spell.uasc)


def _quarter(
    making: Making, rng: random.Random, settings: Mapping[str, Any], quarter: Mapping[str, Any], twice: Spell | None
) -> list[Spell]:
    """Those who come in the months of one group."""
    counts = {m: _others(making, m) for m in quarter["months"]}
    total = sum(counts.values())
    ages = _ages(rng, quarter, total, int(settings.get("newly_started_oldest", OLDEST)))
    families = _sizes(rng, counts, quarter.get("families", round(total / USUAL["size"])))
    spells = []
    for month in quarter["months"]:
        for _ in range(making.facts.need("care_started_uasc", month, 0)):
            starts = working_day_in(making, rng, month)
            youngest = years_before(making.first, 16 if settings.get("asylum_seeking_from_16") else 15)
            born = (years_before(making.last, 17), youngest)
            child = making.people.child(rng, born_between=born, sex="M", ethnicity="OOTH", disabled=False)
            spells.append(_new(making, child, starts, uasc=True))
        for size in families[month]:
            starts = working_day_in(making, rng, month)
            family = making.rows.new_id("family_id")
            for _ in range(size):
                between_days = born_for_ages(starts, ages.pop())
                if twice and month == settings["recorded_twice"]["opened"]:
                    spells.append(_again(making, twice, starts))
                    twice = None
                    continue
                child = making.people.child(rng, born_between=between_days, family_id=family)
                spells.append(_new(making, child, max(starts, child.date_of_birth)))
    return spells


def _others(making: Making, month: str) -> int:
    return making.facts.need("care_started", month, 0) - making.facts.need("care_started_uasc", month, 0)


def _ages(rng: random.Random, quarter: Mapping[str, Any], total: int, oldest: int) -> list[tuple[int, int]]:
    """The span of ages of each child, in an order of chance."""
    little = int(quarter.get("aged_5_or_younger", round(total * USUAL["aged_5_or_younger"])))
    under_1 = min(int(quarter.get("under_1", round(total * USUAL["under_1"]))), little)
    spans = [(0, 0)] * under_1 + [(1, 5)] * (little - under_1) + [(6, oldest)] * (total - little)
    rng.shuffle(spans)
    return spans


def _sizes(rng: random.Random, counts: Mapping[str, int], families: int) -> dict[str, list[int]]:
    """How the children of each month make families, `families` of them in all."""
    total = sum(counts.values())
    shares = {m: min(n, max(1, n * families // total)) if n else 0 for m, n in counts.items()}
    while sum(shares.values()) < families:
        roomy = max(counts, key=lambda m: (counts[m] - shares[m], m))
        shares[roomy] += 1
    found = {}
    for month, count in counts.items():
        sizes = [1] * shares[month]
        for _ in range(count - shares[month]):
            sizes[rng.randrange(len(sizes))] += 1
        found[month] = sizes
    return found


def _new(making: Making, child: Child, starts: dt.date, *, uasc: bool = False) -> Spell:
    return Spell(child, making.rows.new_id("care_periods"), starts, None, NEW, uasc=uasc)


def _again(making: Making, twice: Spell, starts: dt.date) -> Spell:
    """The same child under a second id: a new record and a new period of care, until the first one is closed."""
    first = twice.child
    second = Child(making.rows.new_id("children"), first.family_id, first.date_of_birth, first.sex)
    row = next(row for row in making.rows.of("children") if row["child_id"] == first.child_id)
    making.rows.add("children", **{**row, "child_id": second.child_id})
    spell = _new(making, second, starts)
    twice.marks.add(RECORDED_TWICE)
    spell.marks.add(SECOND_RECORD)
    making.rows.add(
        "child_links",
        child_id=second.child_id,
        linked_child_id=first.child_id,
        reason="recorded twice",
        linked_on=starts,
    )
    return spell


def _leave(making: Making, rng: random.Random, settings: Mapping[str, Any], spells: list[Spell]) -> None:
    """Some leave again: no two of one family, so that the families of those who left can be told apart."""
    families: set[str] = set()
    closing = settings.get("recorded_twice", {}).get("closed")
    for month, by_destination in sorted(settings.get("newly_started_leavers", {}).items()):
        for destination, count in by_destination.items():
            twice = [s for s in spells if month == closing and destination == "home" and RECORDED_TWICE in s.marks]
            came = settings.get("left_soon", {}).get(month)
            for spell in [*twice, *_who(rng, spells, families, month, destination, came)][:count]:
                families.add(spell.child.family_id)
                earliest = max(first_day(month), spell.started_on + dt.timedelta(AT_LEAST_DAYS))
                spell.ended_on = max(working_day_in(making, rng, month), earliest)
                spell.destination = destination


def _who(
    rng: random.Random, spells: Sequence[Spell], families: set[str], month: str, destination: str, came: str | None
) -> list[Spell]:
    """Candidates in an order of chance, one a family, those who `came` in a month where it is said.

    A guardian takes those longest in care first.
    """
    latest = first_day(month) - dt.timedelta(AT_LEAST_DAYS)
    pool = [s for s in spells if (in_month(s.started_on, came) if came else s.started_on <= latest)]
    pool = [s for s in pool if not (s.uasc or s.ended_on or s.marks)]
    rng.shuffle(pool)
    if destination == "guardian":
        pool.sort(key=lambda spell: (spell.started_on, spell.care_period_id))
    seen = {spell.child.family_id for spell in spells if RECORDED_TWICE in spell.marks} | families
    found = []
    for spell in pool:
        if spell.child.family_id not in seen:
            seen.add(spell.child.family_id)
            found.append(spell)
    return found
