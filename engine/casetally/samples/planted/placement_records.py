"""Why: the placements planned for each child become records here: type, provider, distance and why they ended."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from casetally.samples.planted.care_spells import Spell, Stay
from casetally.samples.planted.making import Making
from casetally.samples.planted.placement_marks import FAR, FAR_INSIDE, NEAR, UNKNOWN

TYPES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "with_parents": (("P1", "PR0"),),
    "connected": (("U3", "PR1"), ("U1", "PR1")),
    "agency_foster": (("U6", "PR4"), ("U4", "PR4"), ("U6", "PR5")),
    "own_foster": (("U6", "PR1"), ("U4", "PR1")),
    "childrens_home": (("K2", "PR4"), ("K2", "PR1")),
    "unregulated": (("H5", "PR4"), ("H5", "PR5")),
    "supported": (("K3", "PR4"),),
    "for_adoption": (("A6", "PR1"), ("A5", "PR1")),
    "other": (("R1", "PR4"), ("S1", "PR4"), ("R2", "PR3")),
}
INSIDE = 9  # miles within which a placement lies inside the authority
WITH_CARERS = ("connected", "agency_foster", "own_foster", "for_adoption")


def plant(making: Making, rng: random.Random, spells: Sequence[Spell]) -> None:
    for spell in spells:
        for stay in spell.stays:
            _record(making, rng, spell, stay)
            if stay.marks["band"] in (FAR, FAR_INSIDE):
                making.people.leave("placed_over_20_miles", (spell.child, stay.started_on, stay.ended_on))


def _record(making: Making, rng: random.Random, spell: Spell, stay: Stay) -> None:
    """One placement; two with one carer where its setting was registered while the child lived there."""
    sort, band = stay.marks["sort"], stay.marks["band"]
    far, near = round(rng.uniform(20.6, 95), 1), round(rng.uniform(0.4, 19.4), 1)
    miles = {FAR: far, FAR_INSIDE: far, NEAR: near, UNKNOWN: None}[band]
    inside = None if miles is None else band == FAR_INSIDE or miles < INSIDE
    carer = making.rows.new_id("carer_id") if sort in WITH_CARERS or stay.registered_on else None
    why = None
    if stay.ended_on is not None and stay is not spell.stays[-1]:
        why = rng.choices(["CARPL", "CREQB", "CREQO", "CHILD", "LAREQ", "OTHER"], [45, 15, 15, 8, 7, 10])[0]
    steps = [(stay.started_on, stay.ended_on, sort, why)]
    if stay.registered_on:
        steps = [
            (stay.started_on, stay.registered_on, "unregulated", "PLACE"),
            (stay.registered_on, stay.ended_on, sort, why),
        ]
    for starts, ends, what, reason in steps:
        kind, provider = rng.choice(TYPES[what])
        making.rows.add(
            "placements", placement_id=making.rows.new_id("placements"), care_period_id=spell.care_period_id,
            child_id=spell.child.child_id, started_on=starts, ended_on=ends, type=kind, provider=provider,
            distance_miles=miles, in_authority=inside, change_reason=reason, carer_id=carer,
            intended_to_18=stay.intended_to_18,
        )  # fmt: skip
