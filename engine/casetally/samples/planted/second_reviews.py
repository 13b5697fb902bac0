"""Why: a report may print by how many second reviews a plan for permanence was recorded, so as many are held, planned or not.

A second review falls due three months after the first. Some are left overdue until a month in which more are wanted.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from casetally.samples.planted.care_spells import PLANNED, UNDECIDED
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.stock_chains import Chain, will_be_done


def groups(
    making: Making, month: str, chains: Sequence[Chain], overdue: int | None
) -> list[tuple[set[Chain], int | None]]:
    """Of whom so many are left overdue at the month's end: where second reviews are printed, those who wait for theirs apart."""
    if making.facts.month("second_reviews", making.months[-1]) is None:
        return [(set(chains), overdue)]
    first, last = first_day(month), last_day(month)
    # who leaves to a family has had the second review in time, with a plan to go there
    waiting = {c for c in chains if len(c.days) == 1 and not c.spell.destination}
    rest = {c for c in chains if len(c.days) > 1}  # first reviews are held in time, so that second ones fall due
    wanted = making.facts.month("second_reviews", month)
    if wanted is None or overdue is None:
        return [(waiting | rest, overdue)]
    falling = [c for c in chains if len(c.days) == 1 and will_be_done(c, first, last)]
    left = max(0, len(falling) - wanted)
    return [(waiting, left), (rest, max(0, overdue - left))]


def mark(making: Making, rng: random.Random, chains: Sequence[Chain]) -> None:
    """Who has a plan for permanence by the second review, in the months for which that is printed."""
    for month in making.months:
        planned = making.facts.month("second_reviews_planned", month)
        if planned is None:
            continue
        held = [
            c for c in chains if len(c.days) > 1 and f"{c.days[1]:%Y-%m}" == month and c.days[1] <= c.until(c.days[1])
        ]
        rng.shuffle(held)
        held.sort(key=lambda chain: not chain.spell.destination)
        for number, chain in enumerate(held):
            chain.spell.marks.add(PLANNED if number < planned else UNDECIDED)
