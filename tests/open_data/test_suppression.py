"""Why: a hidden count that can be worked out is not hidden, so every table is attacked."""

from __future__ import annotations

import random

import pytest
from attack import greatest, possible_values
from casetally.figures.suppression import EFFORT, Effort, Hidden, Relation, suppress
from casetally.figures.suppression.families import Looks
from hypothesis import given, settings
from hypothesis import strategies as st

# too few looks for the smallest cells that are enough: none at all, none but for whole sums, and some that run out half way
SCANT = (Effort(0, 0, 0), Effort(0, 300, 0), Effort(0, 4, 1000), Effort(3, 0, 0), Effort(6, 6, 6))
SIZES = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12])


def row_of(values: list[int]) -> tuple[dict[str, int], list[Relation]]:
    parts = [f"group {at}" for at in range(len(values))]
    return {**dict(zip(parts, values, strict=True)), "total": sum(values)}, [Relation("total", tuple(parts))]


def table_of(values: list[list[int]]) -> tuple[dict[str, int], list[Relation]]:
    """A table with margins both ways and a grand total."""
    counts: dict[str, int] = {}
    relations: list[Relation] = []
    height, width = len(values), len(values[0])
    for r in range(height):
        counts |= {f"{r},{c}": values[r][c] for c in range(width)}
        counts[f"{r},all"] = sum(values[r])
        relations.append(Relation(f"{r},all", tuple(f"{r},{c}" for c in range(width))))
    for c in range(width):
        counts[f"all,{c}"] = sum(row[c] for row in values)
        relations.append(Relation(f"all,{c}", tuple(f"{r},{c}" for r in range(height))))
    counts["all,all"] = sum(map(sum, values))
    relations.append(Relation("all,all", tuple(f"{r},all" for r in range(height))))
    relations.append(Relation("all,all", tuple(f"all,{c}" for c in range(width))))
    return counts, relations


def held(counts: dict[str, int], hidden: Hidden) -> None:
    assert hidden.primary == {name for name, count in counts.items() if 1 <= count <= 5}
    assert all(counts[name] > 5 for name in hidden.secondary)


@pytest.mark.parametrize(
    ("values", "primary", "secondary"),
    [
        ([185, 170, 80, 52, 2], {"group 4"}, {"group 3"}),  # as the DfE's table D5 does: the next smallest goes too
        ([6, 7, 8], set(), set()),
        ([0, 0, 9], set(), set()),  # nought is shown
        ([3, 3], {"group 0", "group 1"}, {"total"}),  # hidden both, they would be 1 to 5 each: only the total helps
        ([1, 1, 30, 40], {"group 0", "group 1"}, {"group 2"}),  # a sum of two over two hidden cells is one each
        ([2, 3, 4, 100], {"group 0", "group 1", "group 2"}, set()),  # nine over three: one may be 7
        ([5, 0, 0], {"group 0", "total"}, set()),
        ([4, 20, 20], {"group 0"}, {"group 1"}),  # equal cells: by name
    ],
)
def test_the_smallest_cell_that_is_enough_is_hidden_too(
    values: list[int], primary: set[str], secondary: set[str]
) -> None:
    found = suppress(*row_of(values))
    assert found == Hidden(frozenset(primary), frozenset(secondary))


def test_a_total_over_two_breakdowns_does_not_give_back_what_one_of_them_hides() -> None:
    counts = {"girls": 3, "boys": 3, "team A": 2, "team B": 4, "total": 6}
    relations = [Relation("total", ("girls", "boys")), Relation("total", ("team A", "team B"))]
    found = suppress(counts, relations)
    assert found.all == set(counts)


def test_a_month_is_not_worked_out_from_the_year_to_date() -> None:
    months = {"April": 12, "May": 3, "June": 9}
    counts = {**months, "to May": 15, "to June": 24}
    relations = [Relation("to May", ("April", "May")), Relation("to June", ("to May", "June"))]
    found = suppress(counts, relations)
    assert found.primary == {"May"}
    assert possible_values(counts, relations, found.all, most=20)["May"] - set(range(1, 6))


def test_a_share_cannot_be_more_than_what_it_is_of() -> None:
    counts = {"a": 3, "b": 6, "all": 9, "of a": 6, "of b": 8, "of all": 14, "rest a": 3, "rest b": 2}
    relations = [Relation("all", ("a", "b")), Relation("of all", ("of a", "of b")), Relation("of a", ("a", "rest a")),
                 Relation("of b", ("b", "rest b"))]  # fmt: skip
    assert suppress(counts, relations, unseen={"rest a", "rest b"}).all == {"a", "b"}
    tight = {**counts, "a": 5, "b": 9, "all": 14, "of a": 5, "of b": 9, "rest a": 0, "rest b": 0}
    found = suppress(tight, relations, unseen={"rest a", "rest b"})
    assert found.primary == {"a", "of a"}
    assert {"b", "of b"} <= found.secondary


def test_what_does_not_add_up_or_is_not_there_is_passed_over() -> None:
    counts = {"a": 3, "b": 9, "total": 11}
    assert suppress(counts, [Relation("total", ("a", "b")), Relation("total", ("a", "c"))]).all == {"a"}


def test_a_cell_without_a_figure_is_neither_counted_nor_hidden() -> None:
    found = suppress({"a": 3, "b": None, "c": 8, "total": 11}, [Relation("total", ("a", "b", "c"))])
    assert found.all == {"a", "c"}


def test_no_cell_is_hidden_twice_for_nothing() -> None:
    counts, relations = table_of([[2, 10, 20], [11, 12, 13], [21, 22, 23]])
    found = suppress(counts, relations)
    assert found.primary == {"0,0"}
    assert len(found.secondary) == 3  # a cell of its row, one of its column and the corner between them


@settings(max_examples=150, deadline=None)
@given(st.lists(SIZES, min_size=2, max_size=6))
def test_no_row_with_its_total_gives_a_small_count_away(values: list[int]) -> None:
    counts, relations = row_of(values)
    found = suppress(counts, relations)
    held(counts, found)
    values_of = possible_values(counts, relations, found.all, most=14) if len(found.all) <= 6 else {}
    for cell in found.primary & values_of.keys():
        assert values_of[cell] - set(range(1, 6)), cell


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(SIZES, min_size=3, max_size=3), min_size=2, max_size=3))
def test_no_table_with_margins_gives_a_small_count_away(values: list[list[int]]) -> None:
    counts, relations = table_of(values)
    found = suppress(counts, relations)
    held(counts, found)
    for cell in sorted(found.primary)[:4]:
        assert greatest(counts, relations, found.all, cell) > 5, cell


@pytest.mark.parametrize("seed", range(3))
def test_no_larger_table_of_months_gives_a_small_count_away(seed: int) -> None:
    """Groups by months with both margins, and the year so far month by month."""
    draw = random.Random(seed)  # noqa: S311
    counts, relations = table_of([[draw.choice([0, 1, 2, 4, 6, 9, 15, 40]) for _ in range(6)] for _ in range(4)])
    counts["to 1"] = counts["all,0"] + counts["all,1"]
    relations.append(Relation("to 1", ("all,0", "all,1")))
    for month in range(2, 6):
        counts[f"to {month}"] = counts[f"to {month - 1}"] + counts[f"all,{month}"]
        relations.append(Relation(f"to {month}", (f"to {month - 1}", f"all,{month}")))
    relations.append(Relation("all,all", ("to 5",)))
    found = suppress(counts, relations)
    held(counts, found)
    for cell in sorted(found.primary)[::3]:
        assert greatest(counts, relations, found.all, cell) > 5, cell


def test_the_attack_itself_finds_what_is_not_hidden_well() -> None:
    counts, relations = row_of([3, 20, 30])
    assert possible_values(counts, relations, {"group 0"})["group 0"] == {3}
    assert greatest(counts, relations, {"group 0"}, "group 0") == 3
    assert greatest(counts, relations, {"group 0", "group 1"}, "group 0") == 22
    counts, relations = row_of([3, 3])
    assert possible_values(counts, relations, {"group 0", "group 1"})["group 0"] == {1, 2, 3, 4, 5}
    assert greatest(counts, relations, {"group 0", "group 1"}, "group 1") == 5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(SIZES, min_size=3, max_size=3), min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_relations_changes_nothing(values: list[list[int]], shuffle: random.Random) -> None:
    counts, relations = table_of(values)
    again, names = list(relations), list(counts)
    shuffle.shuffle(again)
    shuffle.shuffle(names)
    assert suppress(counts, relations) == suppress({name: counts[name] for name in names}, again)


@settings(max_examples=150, deadline=None)
@given(st.lists(SIZES, min_size=2, max_size=5), st.sampled_from(SCANT))
def test_where_looking_ends_early_a_row_still_gives_nothing_away(values: list[int], effort: Effort) -> None:
    counts, relations = row_of(values)
    found = suppress(counts, relations, effort=effort)
    held(counts, found)
    values_of = possible_values(counts, relations, found.all, most=14)
    for cell in found.primary:
        assert values_of[cell] - set(range(1, 6)), cell


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(SIZES, min_size=3, max_size=3), min_size=2, max_size=3), st.sampled_from(SCANT))
def test_where_looking_ends_early_a_table_still_gives_nothing_away(values: list[list[int]], effort: Effort) -> None:
    counts, relations = table_of(values)
    found = suppress(counts, relations, effort=effort)
    held(counts, found)
    for cell in sorted(found.primary)[:4]:
        assert greatest(counts, relations, found.all, cell) > 5, cell


def test_without_any_look_a_small_count_takes_all_that_hangs_together_with_it_and_no_more() -> None:
    counts, relations = row_of([3, 20, 30, 0])
    elsewhere = {"x": 50, "y": 60, "x and y": 110}
    found = suppress(
        counts | elsewhere, [*relations, Relation("x and y", ("x", "y"))], effort=Effort(0, 0, 0)
    )  # fmt: skip
    assert found == Hidden(frozenset({"group 0"}), frozenset({"group 1", "group 2", "total"}))


def test_with_looks_for_whole_sums_alone_the_sums_around_a_small_count_are_hidden() -> None:
    counts, relations = table_of([[2, 10, 20], [11, 12, 13], [21, 22, 23]])
    found = suppress(counts, relations, effort=Effort(0, 300, 0))
    assert found.all >= {"0,0", "0,1", "0,2", "0,all", "1,0", "2,0", "all,0"}  # its row and its column
    assert suppress(counts, relations, effort=Effort(0, 300, 1000)).all < found.all  # what is spare is shown again


@pytest.mark.parametrize("effort", [EFFORT, *SCANT])
def test_however_large_a_table_the_looks_at_it_are_bounded(effort: Effort, monkeypatch: pytest.MonkeyPatch) -> None:
    """825 cells, a third of them small: each cell may be looked at so often and no more, but for the look under way."""
    spent: list[int] = []
    spend = Looks.spend
    monkeypatch.setattr(Looks, "spend", lambda self, looks: (spent.append(looks), spend(self, looks))[1])
    draw = random.Random(825)  # noqa: S311
    counts, relations = table_of([[draw.choice([0, 1, 2, 4, 6, 9, 15, 40, 90]) for _ in range(32)] for _ in range(24)])
    assert len(counts) == 825
    found = suppress(counts, relations, effort=effort)
    held(counts, found)
    allowed = effort.closely + effort.around + effort.spare
    widest = 3 * 33 * 825  # a last look at everything beside everything
    assert sum(spent) <= allowed * len(counts) + 3 * widest


@pytest.mark.parametrize("effort", [EFFORT, *SCANT])
@pytest.mark.parametrize("seed", range(2))
def test_a_table_with_a_sum_across_it_is_safe_however_early_looking_ends(seed: int, effort: Effort) -> None:
    draw = random.Random(seed)  # noqa: S311
    counts, relations = table_of([[draw.choice([0, 1, 2, 4, 6, 9, 15, 40]) for _ in range(5)] for _ in range(4)])
    for month in range(1, 5):
        before = f"to {month - 1}" if month > 1 else "all,0"
        counts[f"to {month}"] = counts[before] + counts[f"all,{month}"]
        relations.append(Relation(f"to {month}", (before, f"all,{month}")))
    found = suppress(counts, relations, effort=effort)
    held(counts, found)
    for cell in sorted(found.primary)[::3]:
        assert greatest(counts, relations, found.all, cell) > 5, cell
