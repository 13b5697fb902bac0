"""Why: a letter is a promise about a target, so each printed R, A or G is held against the target beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from casetally.definitions.identities import Rag
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.numbers import brief
from casetally.figures.audit.table import Benchmark, Row
from casetally.figures.audit.terms import amount_of

_LETTERS = {"g": "G", "green": "G", "a": "A", "amber": "A", "r": "R", "red": "R"}


def rag(given: Given, identity: Rag) -> Iterator[Check]:
    """Every row with a letter whose line has a target, or a range of two."""
    for row in given.table.rows:
        printed, letter = amount_of(row), _LETTERS.get(row.rag.strip().lower())
        if printed is None or letter is None or not given.wants(row.key):
            continue
        expected = letter_for(row, given.table.benchmarks.get(row.ref, ()), identity)
        if expected is not None:
            says = f"{expected[0]}: {expected[1]}"
            beside = tuple(one.line for one in given.table.benchmarks[row.ref] if one.comparator.startswith("target"))
            lettered = replace(printed, printed=f"{letter} on {printed}", beside=beside)
            yield given.check(row.key, lettered, says, letter == expected[0])


def letter_for(row: Row, benchmarks: Sequence[Benchmark], identity: Rag) -> tuple[str, str] | None:
    """The letter that a figure earns and why; None where its line has no single target."""
    targets = {name: [one.value for one in benchmarks if one.comparator == name and one.value is not None]
               for name in ("target", "target_low", "target_high")}  # fmt: skip
    value = row.value
    if value is None:
        return None
    if len(targets["target_low"]) == 1 and len(targets["target_high"]) == 1:
        low, high = targets["target_low"][0], targets["target_high"][0]
        return ("G" if low <= value <= high else "R"), f"{brief(value)} against {brief(low)} to {brief(high)}"
    if len(targets["target"]) != 1:
        return None
    target = targets["target"][0]
    share = Fraction(str(identity.amber_within)) / 100
    lower = row.ref in identity.lower_is_better
    gone = value - target if lower else target - value  # how far on the wrong side
    letter = "G" if gone <= 0 else "A" if gone <= abs(target) * share else "R"
    return letter, f"{brief(value)} against {brief(target)}, {'lower' if lower else 'higher'} is better"
