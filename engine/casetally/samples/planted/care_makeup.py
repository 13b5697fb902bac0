"""Why: a report may print those in care by age and by sex; here is said whose birthday is free, and within which bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casetally.samples.planted.ages_and_sexes import Born, Wanted, settle_ages, settle_sexes
from casetally.samples.planted.care_spells import (
    DAY,
    GONE,
    NEW,
    OLDER,
    OUTGROWING,
    SETTLED_KINDS,
    TWICE,
    Spell,
    next_march,
)
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import years_before

ADOPTED_OLDEST = 6  # completed years when care starts


def plant(making: Making, settings: Mapping[str, Any], spells: Sequence[Spell]) -> None:
    """Meet the counts that the setting `made_up_of` names: a list of a fact with `ages` (two, both included) or `sex`."""
    told = settings.get("made_up_of", [])
    rng = making.rng("care made up of")
    ages = [want for part in told if "ages" in part for want in _wanted(making, part)]
    sexes = [want for part in told if "sex" in part for want in _wanted(making, part)]
    if ages:
        youngest = 16 if settings.get("asylum_seeking_from_16") else 15
        settle_ages(making, rng, spells, [_born(making, spell, youngest) for spell in spells], ages)
    if sexes:
        free = [not (spell.uasc or spell.kind == GONE or spell.marks & TWICE) for spell in spells]
        settle_sexes(making, rng, spells, free, sexes)


def _wanted(making: Making, part: Mapping[str, Any]) -> list[Wanted]:
    ages = tuple(part["ages"]) if "ages" in part else None
    counts = {month: making.facts.month(part["fact"], month) for month in making.months}
    return [Wanted(last_day(m), n, ages, part.get("sex")) for m, n in counts.items() if n is not None]


def _born(making: Making, spell: Spell, asylum_seeking_from: int) -> Born | None:
    """Between which days the child may have been born; None where the birthday decides something else.

    Nobody turns 18 before the next 31 March who did not do so before, and those under 16 to the last day stay so where that
    is printed.
    """
    if spell.kind in (GONE, OLDER, OUTGROWING) or spell.marks & TWICE or "grown_up" in spell.destination:
        return None
    if spell.uasc:
        young = years_before(making.first, asylum_seeking_from)
        return (years_before(making.last, 17), young) if spell.kind == NEW else None
    if spell.destination == "adopted":
        return years_before(spell.started_on, ADOPTED_OLDEST), spell.started_on
    cohort = making.facts.month("stability_cohort", making.months[0]) is not None
    oldest = (
        years_before(making.last, 16)
        if cohort and spell.kind in SETTLED_KINDS
        else years_before(next_march(making), 18)
    )
    return oldest + DAY, spell.started_on
