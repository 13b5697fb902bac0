"""Why: what is given once and kept (an authorised plan) can be given any day; the number falls only as children come and leave."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from casetally.samples.planted.making import Making

Item = TypeVar("Item", bound=Hashable)


def gather(
    making: Making,
    rng: random.Random,
    here: Callable[[str], Sequence[Item]],
    wanted: Callable[[str, int], int | None],
    stays: Callable[[Item], bool],
) -> dict[Item, str]:
    """The month in which each one is first given what is counted; the first month stands for any day before it too.

    `here` are those counted at a month's end, `wanted` how many of them have it. Those who leave have it first and those who
    come have it last, so that the number can fall. A month for which nothing is printed goes by the next that is.
    """
    given: dict[Item, str] = {}
    for at, month in enumerate(making.months):
        present = list(here(month))
        lacking = [item for item in present if item not in given]
        rng.shuffle(lacking)
        lacking.sort(key=stays)
        number = next((n for m in making.months[at:] if (n := wanted(m, len(present))) is not None), None)
        having = len(present) - len(lacking)
        for item in lacking[: len(lacking) if number is None else max(0, number - having)]:
            given[item] = month
    return given
