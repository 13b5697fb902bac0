"""Why: each way in which a printed figure can meet a calculated one has its own name, at the printed precision."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from casetally.figures.reconcile.outcomes import PrintedFigure, compare, half_up, numerator_for
from casetally.figures.views import Seen


def share(top: int, below: int) -> Seen:
    value = Fraction(top * 100, below) if below else None
    return Seen(Fraction(top), Fraction(below), value, "percent", "calculated" if below else "not_applicable")


def count(number: int) -> Seen:
    return Seen(Fraction(number), None, Fraction(number), "number")


def printed(text: str, fraction: tuple[int, int] | None = None) -> PrintedFigure:
    value = Decimal(text) if text else None
    places = len(text.partition(".")[2])
    top, below = fraction or (None, None)
    return PrintedFigure(
        Decimal(top) if top is not None else None, Decimal(below) if below is not None else None, value, places
    )


@pytest.mark.parametrize(
    ("figure", "calculated", "kind", "moves"),
    [
        (printed("83.9", (26, 31)), share(26, 31), "equal", 0),
        (printed("84"), share(26, 31), "equal", 0),
        (printed("12.5"), share(1, 8), "equal", 0),
        (printed("13"), share(1, 8), "equal", 0),  # half up
        (printed("12"), share(1, 8), "equal_but_for_rounding", 0),  # cut off, or half to even
        (printed("80.7", (25, 31)), share(25, 31), "equal_but_for_rounding", 0),  # 80.645
        (printed("83.9"), share(25, 31), "differs", 1),
        (printed("80.6"), share(26, 31), "differs", -1),
        (printed("83.9", (26, 31)), share(26, 30), "differs", 0),
        (printed("83.9", (26, 31)), share(24, 31), "differs", 2),
        (printed("1.4"), share(1, 125), "not_attainable", 0),  # 1 is 0.8 and 2 is 1.6
        (printed("52.0"), share(0, 0), "differs", 0),
        (printed("123"), count(123), "equal", 0),
        (printed("123"), count(120), "differs", 3),
        (printed("", (27, 44)), share(27, 44), "equal", 0),
        (printed(""), count(3), "not_comparable", 0),
    ],
)
def test_the_outcome(figure: PrintedFigure, calculated: Seen, kind: str, moves: int) -> None:
    outcome = compare(figure, calculated)
    assert (outcome.kind, outcome.moves) == (kind, moves)


def test_what_the_records_cannot_give_is_not_comparable() -> None:
    outcome = compare(printed("5"), Seen(None, None, None, "number", "not_available"))
    assert (outcome.kind, outcome.says) == ("not_comparable", "the records can't give it")


def test_a_difference_within_the_tolerance_counts_as_rounding() -> None:
    assert compare(printed("83.9"), share(25, 31), Fraction(5)).kind == "equal_but_for_rounding"
    assert compare(printed("83.9"), share(25, 31), Fraction(3)).kind == "differs"  # 83.9 less 80.645 is 3.255
    assert compare(printed("123"), count(120), Fraction(3)).kind == "equal_but_for_rounding"
    assert compare(printed("123"), count(119), Fraction(3)).kind == "differs"


def test_a_rate_is_held_against_its_population() -> None:
    """566 assessments over 22,253 children are 254.3 per 10,000; 255.7 would need 569."""
    rate = Seen(Fraction(566), Fraction(22253), Fraction(566 * 10000, 22253), "per_10000")
    assert compare(printed("254.3"), rate).kind == "equal"
    wrong = compare(printed("255.7"), rate)
    assert (wrong.kind, wrong.moves) == ("differs", 3)


@pytest.mark.parametrize(
    ("value", "over", "places", "numerator"),
    [("83.9", 31, 1, 26), ("1.4", 125, 1, None), ("0.0", 12, 1, 0), ("50", 3, 0, None)],
)
def test_the_whole_numerator_behind_a_percentage(value: str, over: int, places: int, numerator: int | None) -> None:
    assert numerator_for(Decimal(value), Fraction(over), 100, places) == numerator


def test_halves_round_up_from_the_exact_value() -> None:
    assert half_up(Fraction(125, 10), 0) == 13
    assert half_up(Fraction(12499, 1000), 0) == 12
    assert half_up(Fraction(-125, 10), 0) == -12  # towards the greater, as for any other number
