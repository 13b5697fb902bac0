"""Why: the parts of a difference sum to it exactly, and its ends are the figures that an ordinary run of either night gives."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from casetally.figures.revisions import FigureSplit, Split, split_along, split_exactly, telescope
from casetally.figures.revisions.children import sums_by_cause
from casetally.figures.revisions.seen import Seen, seen_figures
from casetally.figures.revisions.steps import (
    CALENDAR,
    CHANGED,
    DEFINITION,
    LATE,
    LIMITS,
    NEWLY_SET_ASIDE,
    NO_LONGER_SET_ASIDE,
    TIME,
    WITHDRAWN,
)  # fmt: skip
from casetally.sources.delivery import Delivery

from revisions.histories import CORE, FIRST_DAY, LIBRARY, PERIODS, SECOND_DAY, Nights, known, own_figures, two_nights

NUMBERS = ("numerator", "denominator", "value")


def as_floats(seen: Seen) -> tuple[float | None, float | None, float | None, str]:
    top, below, value = (None if one is None else float(one) for one in (seen.numerator, seen.denominator, seen.value))
    return top, below, value, seen.status


def key(split: FigureSplit) -> tuple[str, str, str]:
    return split.indicator, split.period.basis, split.period.name


def test_every_core_indicator_is_split_on_every_basis(nights: Nights) -> None:
    asked = {(one.indicator, one.period.basis) for one in nights.splits}
    assert asked >= {
        (name, basis) for name in CORE for basis in ("month", "quarter", "year", "year_to_date", "rolling_12_months")
    }
    assert sum(one.moved for one in nights.splits) > 60


def test_the_two_ends_are_the_figures_of_an_ordinary_run(nights: Nights) -> None:
    first, second = own_figures(nights.before), own_figures(nights.after)
    for split in nights.splits:
        assert as_floats(split.before) == pytest.approx(first[key(split)]), key(split)
        assert as_floats(split.after) == pytest.approx(second[key(split)]), key(split)


def test_the_parts_sum_exactly_to_the_difference(nights: Nights) -> None:
    for split in nights.splits:
        for number in NUMBERS:
            whole = getattr(split.difference, number)
            parts = [getattr(part, number) for part in split.parts]
            assert whole is None or sum(part or Fraction(0) for part in parts) == whole, (key(split), number)
        assert not split.moved or split.parts or None in (split.before.value, split.after.value), key(split)


def test_the_steps_make_the_later_night_out_of_the_earlier_one(nights: Nights) -> None:
    made = seen_figures(nights.way.arrived, CORE, PERIODS)
    theirs = seen_figures(nights.way.last, CORE, PERIODS)
    assert made == theirs


def test_edits_of_every_kind_are_among_the_causes(nights: Nights) -> None:
    of_records = {WITHDRAWN, NEWLY_SET_ASIDE, NO_LONGER_SET_ASIDE, CHANGED, LATE, TIME}
    of_rules = set() if nights.after.library is LIBRARY else {CALENDAR, LIMITS, DEFINITION}
    assert {step.cause for step in nights.way.steps} == of_records | of_rules
    assert {part.cause for split in nights.splits for part in split.parts} == of_records | of_rules


def brought_by_children(split: Split) -> None:
    """The children's changes come to the parts, cause by cause."""
    sums = sums_by_cause(split.children)
    parts = {
        part.cause: (part.numerator or Fraction(0), part.denominator or Fraction(0)) for part in split.figure.parts
    }
    told = {cause: numbers for cause, numbers in sums.items() if any(numbers)}
    of_parts = {cause: numbers for cause, numbers in parts.items() if any(numbers)}
    assert told == of_parts, (split.figure.indicator, split.figure.period.name)


def test_the_childrens_changes_sum_to_the_parts(nights: Nights) -> None:
    chance = random.Random(nights.before.set_aside.height)  # noqa: S311 - which are asked, the same each time
    months = [one for one in nights.splits if one.moved and one.period.basis in ("month", "year") and one.parts]
    by_indicator = {one.indicator: one for one in chance.sample(months, len(months))}
    for asked in chance.sample(sorted(by_indicator), 7):
        found = split_along(nights.way, asked, by_indicator[asked].period, nights.after)
        for split in found.parts_of or (found,):
            if not split.note or split.children:
                brought_by_children(split)


def test_a_later_night_for_an_earlier_day_is_split_as_well(delivery: Delivery) -> None:
    first, second = two_nights(delivery, 3)
    before, after = known(first, SECOND_DAY), known(second, FIRST_DAY)
    way = telescope(before, after)
    assert [step.cause for step in way.steps].count(TIME) == 1
    assert way.steps[0].cause == TIME
    assert seen_figures(way.arrived, CORE[:8], PERIODS) == seen_figures(way.last, CORE[:8], PERIODS)
    for split in split_exactly(way, CORE[:8], PERIODS):
        whole = split.difference.numerator
        assert whole is None or sum(part.numerator or 0 for part in split.parts) == whole


def test_nothing_moved_where_both_are_one_and_the_same(nights: Nights) -> None:
    same = telescope(nights.before, replace(nights.before))
    assert same.steps == ()
    assert not any(one.moved or one.parts for one in split_exactly(same, CORE[:5], PERIODS))
