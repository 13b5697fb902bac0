"""Why: how many children each worker holds follows from a few printed numbers: all, workers, those with 20 or more, the top 40."""

from __future__ import annotations

from dataclasses import dataclass

MANY = 20  # "20 or more children"
TOP = 40


@dataclass(frozen=True)
class Printed:
    """What a report says of one month: `held` children in all, `workers` who hold any; of them `many` hold 20 or more,
    `held_by_many` together; the 40 with most hold `held_by_top` together."""

    held: int
    workers: int
    many: int
    held_by_many: int
    held_by_top: int


def loads(printed: Printed) -> list[int] | None:
    """The number of children of each worker, most first; None where the numbers contradict each other."""
    top, many = min(TOP, printed.workers), printed.many
    if many <= top:
        parts = [
            spread(printed.held_by_many, many, MANY, 10**6),
            spread(printed.held_by_top - printed.held_by_many, top - many, 1, MANY - 1),
        ]
    else:
        rest = printed.held_by_many - printed.held_by_top
        first = spread(printed.held_by_top, top, max(MANY, -(-rest // (many - top))), 10**6)
        parts = [first, spread(rest, many - top, MANY, min(first or [0]))]
    counted = max(top, many)
    at_most = min((load for part in parts for load in part or []), default=MANY - 1)
    left = printed.held - max(printed.held_by_many, printed.held_by_top)
    parts.append(spread(left, printed.workers - counted, 1, min(at_most, MANY - 1)))
    found = [load for part in parts if part is not None for load in part]
    return sorted(found, reverse=True) if all(part is not None for part in parts) else None


def spread(total: int, count: int, least: int, most: int) -> list[int] | None:
    """`total` over `count` workers, from `least` to `most` each, falling evenly; None where that cannot be."""
    if count == 0:
        return [] if total == 0 else None
    if not least * count <= total <= most * count:
        return None
    mean = total / count
    reach = min(mean - least, most - mean, mean / 3)
    found = [round(mean + reach * (1 - 2 * (at + 0.5) / count)) for at in range(count)]
    at = 0
    while (short := total - sum(found)) != 0:
        step = 1 if short > 0 else -1
        if least <= found[at % count] + step <= most:
            found[at % count] += step
        at += 1
    return sorted(found, reverse=True)
