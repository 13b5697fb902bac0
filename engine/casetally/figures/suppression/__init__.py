"""Why: a count of one to five can point at a child, and hiding it alone is no use where a total gives it away.

Counts in the band are primary: they are always hidden. Further cells are hidden until every primary one is safe. A cell is safe
when another table exists that agrees with all that is shown (the cells, what adds up to what, and that a hidden cell is never
nought) and in which it lies above the band: nobody can then work it out, exactly or to within the band.

How much is looked at for each family of cells is counted and bounded (`Effort`). Beyond the bound more is hidden, never less:
first whole sums around a small count, at last the whole family, of which nothing is then shown but its noughts. Which cells are
hidden follows from the counts and the names alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from casetally.figures.suppression.families import Family, Looks, Tie, families_of

LOW, HIGH = 1, 5


@dataclass(frozen=True)
class Relation:
    """What adds up: the cell `total` is the sum of the cells `parts`."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Hidden:
    """The cells to hide: those in the band, and those that would give one of them away."""

    primary: frozenset[str]
    secondary: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.primary | self.secondary


@dataclass(frozen=True)
class Effort:
    """How many cells may be looked at for each cell of a family: for the smallest cells that are enough, then for whole sums
    around the counts that are left, then for hidden cells that can be shown after all."""

    closely: int = 2000
    around: int = 500
    spare: int = 2000


EFFORT = Effort()


def suppress(
    counts: Mapping[str, int | None],
    relations: Iterable[Relation],
    *,
    low: int = LOW,
    high: int = HIGH,
    unseen: Collection[str] = (),
    effort: Effort = EFFORT,
) -> Hidden:
    """The cells to hide so that no count from `low` to `high` can be worked out.

    `counts` are whole numbers, not negative, by name; None is a cell that has no figure. A relation that does not hold of the
    counts (of distinct children, say), or names a cell that is not there, gives nothing away and is passed over.
    Cells in `unseen` are shown nowhere and may be nought, as the rest that a share leaves: they only bound others.
    """
    known = {name: count or 0 for name, count in counts.items()}
    ties = [tie for relation in sorted(set(relations), key=lambda one: (one.total, one.parts))
            if (tie := _tie(relation, known)) is not None]  # fmt: skip
    primary: set[str] = set()
    hidden: set[str] = set()
    for family in families_of(known, ties, frozenset(unseen)):
        small = [cell for cell, count in enumerate(family.counts) if low <= count <= high and cell not in family.unseen]
        if small:
            _hide(family, small, high, effort)
            primary |= {family.names[cell] for cell in small}
            hidden |= {family.names[cell] for cell in family.hidden - family.unseen}
    return Hidden(frozenset(primary), frozenset(hidden - primary))


def _tie(relation: Relation, counts: Mapping[str, int]) -> Tie | None:
    """A relation as signed cells; None where it does not hold."""
    tie = dict.fromkeys(relation.parts, 1) | {relation.total: -1}
    whole = len(tie) == len(relation.parts) + 1 and all(name in counts for name in tie)
    return tie if whole and not sum(sign * counts[name] for name, sign in tie.items()) else None


def _hide(family: Family, small: list[int], high: int, effort: Effort) -> None:
    """Hide the small counts of a family and what would give one of them away."""
    for cell in small:
        family.hide(cell)
    by = {cell: high + 1 - family.counts[cell] for cell in small}
    size = len(family.names)
    others: dict[int, frozenset[int]] = {}  # by small count: the hidden cells in which another table differs
    closely, around = Looks(effort.closely * size), Looks(effort.around * size)
    for cell in small:
        other = _closely(family, cell, by[cell], closely) or _around(family, cell, by[cell], around)
        if other is None:  # nothing is left to look with: all is hidden, and all may be any multiple of what it is
            for one in set(range(size)) - family.hidden:
                family.hide(one)
            others |= dict.fromkeys(small[small.index(cell) :], frozenset(range(size)))
            break
        others[cell] = other
    _show_spare(family, others, by, Looks(effort.spare * size))


def _closely(family: Family, cell: int, by: int, looks: Looks) -> frozenset[int] | None:
    """Hide the smallest cells that make a small count safe, one at a time; None where that takes too many looks."""
    while not looks.over:
        other = family.other_table(cell, by, looks)
        if other is not None:
            return other
        if not looks.over:
            family.hide(family.next_to_hide(cell, by, looks))
    return None


def _around(family: Family, cell: int, by: int, looks: Looks) -> frozenset[int] | None:
    """Hide all of the sums around a small count, then of those around them; None where that takes too many looks."""
    while not looks.over:
        other = family.other_table(cell, by, looks)
        if other is not None:
            return other
        for one in family.beside(cell, looks):
            family.hide(one)
    return None


def _show_spare(family: Family, others: dict[int, frozenset[int]], by: Mapping[int, int], looks: Looks) -> None:
    """Show again what turned out not to be needed, the largest looked at first."""
    for cell in sorted(family.hidden - others.keys() - family.unseen, reverse=True):
        looks.spend(len(others))
        if looks.over:
            return
        family.show(cell)
        for one in [one for one, other in others.items() if cell in other]:
            again = family.other_table(one, by[one], looks)
            if again is None:
                family.hide(cell)
                break
            others[one] = again  # it holds with the cell hidden too
