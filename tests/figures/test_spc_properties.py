"""Why: a chart is right for every history, not only for those somebody thought of: a slow one in plain floats stands beside it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import get_args

from casetally.figures.spc import ControlChart, Signal, assurance_words, sentence, variation_words
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.figures.control_charts import Number, chart, seen, target

FIGURES = st.lists(st.one_of(st.integers(0, 60), st.integers(0, 3), st.none()), max_size=36)
# long runs on one side and long rises hardly ever come by chance
STEPS = st.lists(st.tuples(st.sampled_from([-1, 1]), st.integers(1, 9)), min_size=2, max_size=5)
GOOD = st.sampled_from(["higher", "lower", "neither"])
MIRRORED = {"high": "low", "low": "high"}
ODD = ("None", "  ", "Fraction", "..", " ,", " .", "_", "nan")  # in no sentence
NEAR = 1e-9


@st.composite
def histories(draw: st.DrawFn) -> list[int | None]:
    """Months with rises, falls, levels and gaps."""
    found: list[int | None] = list(draw(FIGURES))
    level = 30
    for way, number in draw(STEPS):
        for _ in range(number):
            level += way * draw(st.sampled_from([1, 1, 1, 2, 7]))
            found.append(level)
        found += draw(st.sampled_from([[], [], [None]]))
    return found[-36:]


def slow(figures: list[int | None]) -> tuple[float, float, float, list[set[str]]] | None:
    """Mean, limits and marks as one would work them out with a pencil, a month at a time."""
    values = [float(one) for one in figures if one is not None]
    moves = [abs(b - a) for a, b in pairwise(figures) if a is not None and b is not None]
    if len(moves) < 4 or (sum(moves) == 0 and max(values) > min(values)):
        return None
    mean = sum(values) / len(values)
    reach = 2.66 * sum(moves) / len(moves)
    edges = [mean - reach, mean + reach, mean - reach * 2 / 3, mean + reach * 2 / 3]
    # where a figure lies on an edge floats can't tell; the boundaries have tests of their own
    assume(reach == 0 or all(abs(value - edge) > NEAR for value in values for edge in edges))
    marks: list[set[str]] = [set() for _ in figures]

    def is_far(value: float, share: float) -> bool:
        return abs(value - mean) > reach * share + NEAR

    for at, value in enumerate(figures):
        if value is not None and is_far(value, 1):
            marks[at].add("beyond_limits")
        for length, rule in ((7, "shift"), (7, "trend"), (3, "two_of_three")):
            window = figures[at : at + length]
            if len(window) < length or None in window:
                continue
            run = [one for one in window if one is not None]
            one_side = all(one > mean + NEAR for one in run) or all(one < mean - NEAR for one in run)
            one_way = all(b > a for a, b in pairwise(run)) or all(b < a for a, b in pairwise(run))
            far = [one for one in range(length) if is_far(run[one], 2 / 3)]
            marked = {
                "shift": range(7) if one_side else (),
                "trend": range(7) if one_way else (),
                "two_of_three": far if one_side and len(far) >= 2 else (),
            }[rule]
            for within in marked:
                marks[at + within].add(rule)
    return mean, mean - reach, mean + reach, marks


@given(histories())
def test_a_slow_chart_in_plain_floats_says_the_same(figures: list[int | None]) -> None:
    made, expected = chart(figures), slow(figures)
    if expected is None:
        assert made.mean is None
        assert all(not point.signals for point in made.points)
        return
    assert made.mean is not None
    assert made.lower is not None
    assert made.upper is not None
    mean, lower, upper, marks = expected
    assert max(abs(made.mean - mean), abs(made.lower - lower), abs(made.upper - upper)) < NEAR
    assert [set(point.signals) for point in made.points] == marks


@given(histories())
def test_the_last_month_decides_the_icon(figures: list[int | None]) -> None:
    made = chart(figures)
    if made.mean is None or made.points[-1].value is None:
        assert made.variation == "no_chart"
    else:
        assert made.variation == made.points[-1].variation
        assert (made.variation == "common_cause") == (made.points[-1].signals == ())


@given(histories(), st.lists(st.integers(0, 90), max_size=9))
def test_what_came_before_a_suppressed_month_changes_nothing(figures: list[int | None], before: list[int]) -> None:
    hidden = seen(None, status="suppressed")
    made, longer = chart([hidden, *figures]), chart([*before, hidden, *figures])
    assert limits(longer) == limits(made)
    assert marks(longer)[len(before) :] == marks(made)


@given(histories(), st.integers(-50, 50), GOOD)
def test_the_same_added_to_every_month_moves_the_limits_and_nothing_else(
    figures: list[int | None], more: int, good: str
) -> None:
    before = chart(figures, good)  # type: ignore[arg-type]
    after = chart([None if one is None else one + more for one in figures], good)  # type: ignore[arg-type]
    assert limits(after) == tuple(None if one is None else one + more for one in limits(before))
    assert marks(after) == marks(before)


@given(histories(), st.fractions(Fraction(1, 7), 9), GOOD)
def test_another_unit_of_measure_changes_no_sign(figures: list[int | None], times: Fraction, good: str) -> None:
    before = chart(figures, good)  # type: ignore[arg-type]
    after = chart([None if one is None else one * times for one in figures], good)  # type: ignore[arg-type]
    assert limits(after) == tuple(None if one is None else one * times for one in limits(before))
    assert marks(after) == marks(before)


@given(histories(), st.integers(0, 60))
def test_a_mirror_swaps_high_and_low_and_with_what_is_good_nothing_more(figures: list[int | None], wanted: int) -> None:
    there = chart(figures, "higher", target(target=wanted))
    back = chart([None if one is None else -one for one in figures], "lower", target(target=-wanted))
    assert limits(back)[1:] == tuple(None if one is None else -one for one in limits(there)[:0:-1])
    assert back.assurance == there.assurance
    for point, mirrored in zip(there.points, back.points, strict=True):
        assert mirrored.signals == point.signals
        assert mirrored.variation == mirror(point.variation)


@given(histories())
def test_what_is_better_upwards_is_worse_where_lower_is_better(figures: list[int | None]) -> None:
    swapped = {"improving": "concerning", "concerning": "improving"}
    for point, other in zip(chart(figures, "higher").points, chart(figures, "lower").points, strict=True):
        kind, _, way = point.variation.partition("_")
        assert other.variation == (f"{swapped[kind]}_{way}" if kind in swapped else point.variation)


@given(histories(), st.lists(st.none(), max_size=3), st.lists(st.none(), max_size=3))
def test_empty_months_before_and_after_change_nothing(
    figures: list[int | None], before: list[None], after: list[None]
) -> None:
    made, longer = chart(figures), chart([*before, *figures, *after])
    assert limits(longer) == limits(made)
    assert longer.variation == ("no_chart" if after else made.variation)
    assert [point.signals for point in longer.points] == [
        *[()] * len(before), *[point.signals for point in made.points], *[()] * len(after)
    ]  # fmt: skip


@given(histories(), GOOD, st.one_of(st.none(), st.integers(-5, 70)), st.sampled_from(["percent", "per_10000", "number", "days"]),
       st.integers(0, 2), st.booleans())  # fmt: skip
def test_the_words_are_whole_sentences_with_no_figure_unrounded(
    figures: list[int | None], good: str, wanted: int | None, unit: str, places: int, is_change: bool
) -> None:
    goal = None if wanted is None else target(target=wanted)
    made = chart(figures, good, goal, unit=unit, is_change=is_change)  # type: ignore[arg-type]
    said = sentence(made, places)
    assert said.endswith(".")
    for text in (said, variation_words(made), assurance_words(made)):
        assert [part for part in ODD if part in text] == []
        decimals = [part.rstrip("%.,)") for part in text.split() if part[0].isdigit() and "." in part.rstrip("%.,)")]
        assert all(len(part.partition(".")[2]) <= max(places, 1) for part in decimals)


@given(histories())
def test_signals_are_named_once_each_and_in_one_order(figures: list[Number]) -> None:
    order = get_args(Signal)
    for point in chart(figures).points:
        assert list(point.signals) == [one for one in order if one in point.signals]


def limits(made: ControlChart) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    return made.mean, made.lower, made.upper


def marks(made: ControlChart) -> list[tuple[tuple[str, ...], str]]:
    return [(point.signals, point.variation) for point in made.points]


def mirror(variation: str) -> str:
    kind, _, way = variation.partition("_")
    return f"{kind}_{MIRRORED[way]}" if way in MIRRORED else variation
