"""Why: whether hiding is enough is decided by someone who tries to work the hidden cells out, and not by the code that hides.

Two attackers who know what is shown, what adds up to what, and that a hidden cell is not nought. One tries all whole numbers
(small tables), the other solves a linear program exactly, in fractions (larger ones).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from casetally.figures.suppression import Relation

MOST = 60  # no attacker looks further: a cell that can be this large is not worked out


def equations(
    counts: Mapping[str, int], relations: Sequence[Relation], hidden: Collection[str]
) -> list[tuple[dict[str, int], int]]:
    """What an attacker knows of the hidden cells: signed cells, and what they add up to."""
    found = []
    for relation in relations:
        signed = [(part, 1) for part in relation.parts] + [(relation.total, -1)]
        unknown = {name: sign for name, sign in signed if name in hidden}
        if unknown:
            found.append((unknown, -sum(sign * counts[name] for name, sign in signed if name not in hidden)))
    return found


def possible_values(
    counts: Mapping[str, int], relations: Sequence[Relation], hidden: Collection[str], most: int = 14
) -> dict[str, set[int]]:
    """Every value from 1 to `most` that each hidden cell has in some table that agrees with what is shown."""
    known = equations(counts, relations, hidden)
    order = sorted(hidden)
    found: dict[str, set[int]] = {name: set() for name in order}

    def go(at: int, chosen: dict[str, int]) -> None:
        for unknown, total in known:
            rest = [name for name in unknown if name not in chosen]
            so_far = sum(sign * chosen[name] for name, sign in unknown.items() if name in chosen)
            least = so_far + sum(1 if unknown[name] > 0 else -most for name in rest)
            greatest = so_far + sum(most if unknown[name] > 0 else -1 for name in rest)
            if not least <= total <= greatest:
                return
        if at == len(order):
            for name, value in chosen.items():
                found[name].add(value)
            return
        for value in range(1, most + 1):
            go(at + 1, {**chosen, order[at]: value})

    go(0, {})
    return found


def greatest(counts: Mapping[str, int], relations: Sequence[Relation], hidden: Collection[str], cell: str) -> Fraction:
    """The greatest value that a hidden cell can have, at most `MOST`: a linear program, solved exactly."""
    names = sorted(hidden)
    rows = []
    for unknown, total in equations(counts, relations, hidden):  # every cell is 1 and something
        rows.append([Fraction(unknown.get(name, 0)) for name in names] + [Fraction(total - sum(unknown.values()))])
    bound = [Fraction(int(name == cell)) for name in names] + [Fraction(MOST - 1)]
    for row in rows:
        row.insert(-1, Fraction(0))
    rows.append([*bound[:-1], Fraction(1), bound[-1]])
    return 1 + simplex(rows, names.index(cell))


def simplex(rows: list[list[Fraction]], wanted: int) -> Fraction:
    """The greatest value of one variable where each row of variables adds up to its last entry and none is negative."""
    rows = [[-x for x in row] if row[-1] < 0 else list(row) for row in rows]
    width = len(rows[0]) - 1
    for at, row in enumerate(rows):  # an artificial variable each
        row[-1:-1] = [Fraction(int(at == other)) for other in range(len(rows))]
    basis = [width + at for at in range(len(rows))]
    first = [Fraction(0)] * width + [Fraction(-1)] * len(rows)
    assert climb(rows, basis, first, width + len(rows)) == 0, "what is shown holds of no table"
    goal = [Fraction(int(at == wanted)) for at in range(width)] + [Fraction(0)] * len(rows)
    return climb(rows, basis, goal, width)


def climb(rows: list[list[Fraction]], basis: list[int], goal: list[Fraction], allowed: int) -> Fraction:
    """Pivot by Bland's rule until nothing improves; gives the value of the goal."""
    while True:
        gains = [goal[at] - sum(goal[basis[r]] * row[at] for r, row in enumerate(rows)) for at in range(allowed)]
        entering = next((at for at, gain in enumerate(gains) if gain > 0 and at not in basis), None)
        if entering is None:
            return sum((goal[basis[r]] * row[-1] for r, row in enumerate(rows)), Fraction(0))
        ratios = [(row[-1] / row[entering], basis[r], r) for r, row in enumerate(rows) if row[entering] > 0]
        leaving = min(ratios)[2]
        pivot = rows[leaving][entering]
        rows[leaving] = [x / pivot for x in rows[leaving]]
        for r, row in enumerate(rows):
            if r != leaving and row[entering]:
                by = row[entering]
                rows[r] = [x - by * y for x, y in zip(row, rows[leaving], strict=True)]
        basis[leaving] = entering
