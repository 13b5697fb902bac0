"""Why: whether a hidden count can be worked out is asked of a family, the cells that hang together by what adds up.

A cell is safe when another table exists that agrees with all that is shown and in which the cell lies higher. That table is
searched for, in whole numbers, with a bound on how much is looked at: bounded by counting and not by a clock, so that the same
counts always give the same answer. What is not found within the bound counts as given away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MOST_STEPS = 60  # of one search; beyond it the cell counts as given away
_MOST_TRIED = 6  # of the cells that might be hidden next

Tie = dict[str, int]  # a sum by its cells and their signs: the signed counts add up to nought


class Looks:
    """How much may still be looked at: a look is one cell in one sum."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, looks: int) -> None:
        self.left -= looks

    @property
    def over(self) -> bool:
        return self.left <= 0


class Family:
    """Cells that hang together, numbered from the smallest count up (of equal ones by name), and which of them are hidden.

    A shown cell of nought has no place here: it is nought in every other table too. Cells in `unseen` are hidden from the start.
    """

    def __init__(self, counts: Mapping[str, int], ties: Sequence[Tie], unseen: frozenset[str]) -> None:
        self.names = sorted(counts, key=lambda name: (counts[name], name))
        at = {name: number for number, name in enumerate(self.names)}
        self.counts = [counts[name] for name in self.names]
        self.unseen = frozenset(at[name] for name in unseen & counts.keys())
        self.ties = [{at[name]: sign for name, sign in tie.items()} for tie in ties]
        self.of: list[list[int]] = [[] for _ in self.names]
        for number, tie in enumerate(self.ties):
            for cell in tie:
                self.of[cell].append(number)
        self.hidden: set[int] = set()
        self.hidden_in: list[set[int]] = [set() for _ in self.ties]
        for cell in self.unseen:
            self.hide(cell)

    def hide(self, cell: int) -> None:
        self.hidden.add(cell)
        for tie in self.of[cell]:
            self.hidden_in[tie].add(cell)

    def show(self, cell: int) -> None:
        self.hidden.remove(cell)
        for tie in self.of[cell]:
            self.hidden_in[tie].remove(cell)

    def least(self, cell: int) -> int:
        """What a hidden cell is at least: nought is shown, but for cells that are shown nowhere."""
        return 0 if cell in self.unseen else 1

    def joined(self, cell: int, looks: Looks) -> frozenset[int] | None:
        """The hidden cells that hang together with a cell; None where a shown one is tied to them."""
        found, rest = {cell}, [cell]
        while rest:
            for tie in self.of[rest.pop()]:
                looks.spend(1)
                if len(self.hidden_in[tie]) < len(self.ties[tie]):
                    return None
                new = self.hidden_in[tie] - found
                looks.spend(len(new))
                found |= new
                rest += new
        return frozenset(found)

    def beside(self, cell: int, looks: Looks) -> list[int]:
        """The shown cells of the sums nearest to a cell, the smallest first; none where all that is tied to it is hidden."""
        near, ring = {cell}, {cell}
        while ring:
            looks.spend(sum(len(self.ties[tie]) for one in ring for tie in self.of[one]))
            tied = {other for one in ring for tie in self.of[one] for other in self.ties[tie]}
            shown = sorted(tied - self.hidden)
            if shown:
                return shown
            ring = tied - near
            near |= ring
        return []

    def next_to_hide(self, cell: int, by: int, looks: Looks) -> int:
        """The smallest shown cell, of the sums nearest to `cell`, that makes it safe by itself; else the smallest."""
        shown = self.beside(cell, looks)
        for one in shown[:_MOST_TRIED]:
            self.hide(one)
            safe = self.other_table(cell, by, looks) is not None
            self.show(one)
            if safe:
                return one
        return shown[0]

    def other_table(self, cell: int, by: int, looks: Looks) -> frozenset[int] | None:
        """The cells in which another table differs that agrees with all that is shown and has `cell` higher by `by`.

        None where none is found. Where nothing shown ties the hidden cells that hang together with it, each of them may be any
        multiple of what it is.
        """
        found = _Search(self, looks).finds(cell, by)
        return frozenset(found) if found is not None else self.joined(cell, looks)


class _Search:
    """Looks for another table: moves a cell up, and evens out each sum it stands in by moving others, each cell once."""

    def __init__(self, family: Family, looks: Looks) -> None:
        self.family, self.looks, self.steps = family, looks, _MOST_STEPS

    def finds(self, cell: int, by: int) -> dict[int, int] | None:
        """The cells that move, with how much; None where the search ends without."""
        return self._evens_out({cell: by}, self._off_after({}, cell, by))

    def _evens_out(self, moved: dict[int, int], off: dict[int, int]) -> dict[int, int] | None:
        """`off` says by how much each sum is off."""
        if not off:
            return moved
        self.steps -= 1
        self.looks.spend(len(off) * len(moved))
        tie = min(off, key=lambda one: (self._free(one, moved), one))
        for _, _, cell, by in self._moves(tie, off, moved):
            if self.steps <= 0 or self.looks.over:
                return None
            found = self._evens_out(moved | {cell: by}, self._off_after(off, cell, by))
            if found is not None:
                return found
        return None

    def _free(self, tie: int, moved: Mapping[int, int]) -> int:
        """How many cells of a sum may still move."""
        hidden = self.family.hidden_in[tie]
        return len(hidden) - len(hidden.intersection(moved))

    def _off_after(self, off: Mapping[int, int], cell: int, by: int) -> dict[int, int]:
        after = dict(off)
        for tie in self.family.of[cell]:
            after[tie] = after.get(tie, 0) + by * self.family.ties[tie][cell]
            if not after[tie]:
                del after[tie]
        return after

    def _moves(self, tie: int, off: Mapping[int, int], moved: Mapping[int, int]) -> list[tuple[int, int, int, int]]:
        """Cells that can take up what a sum is off by, with how much they move, those first that leave least to even out.

        A hidden cell can fall to one and no further; up it can go as far as it must.
        """
        family, signs, wanted, found = self.family, self.family.ties[tie], -off[tie], []
        for cell in family.hidden_in[tie]:
            if cell in moved:
                continue
            count, ties = family.counts[cell], family.of[cell]
            self.looks.spend(len(ties))
            by = max(wanted * signs[cell], family.least(cell) - count)
            if by:
                found.append((sum(self._leaves(one, cell, by, off) for one in ties), -count, cell, by))
        return sorted(found)

    def _leaves(self, tie: int, cell: int, by: int, off: Mapping[int, int]) -> int:
        """How many more sums are off, of this one, when a cell moves: one more, one less or the same."""
        was = off.get(tie, 0)
        return bool(was + by * self.family.ties[tie][cell]) - bool(was)


def families_of(counts: Mapping[str, int], ties: Sequence[Tie], unseen: frozenset[str]) -> list[Family]:
    """The families of a table, each with the sums among its cells, in the order of their smallest names."""
    alive = {name for name, count in counts.items() if count or name in unseen}
    parts = [{name: sign for name, sign in tie.items() if name in alive} for tie in ties]
    parts = [tie for tie in parts if tie]
    tied: dict[str, list[int]] = {name: [] for name in alive}
    for number, tie in enumerate(parts):
        for name in tie:
            tied[name].append(number)
    found, seen = [], set[str]()
    for name in sorted(alive):
        if name not in seen:
            cells, numbers = _hang_together(name, parts, tied)
            seen |= cells
            own = {one: counts[one] for one in cells}
            found.append(Family(own, [parts[number] for number in sorted(numbers)], unseen))
    return found


def _hang_together(name: str, ties: Sequence[Tie], tied: Mapping[str, list[int]]) -> tuple[set[str], set[int]]:
    """The cells that hang together with one by any sums, and these sums."""
    cells, numbers, rest = {name}, set[int](), [name]
    while rest:
        for number in tied[rest.pop()]:
            if number not in numbers:
                numbers.add(number)
                new = ties[number].keys() - cells
                cells |= new
                rest += new
    return cells, numbers
