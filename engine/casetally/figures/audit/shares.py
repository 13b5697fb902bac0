"""Why: a percentage must be the one that its whole numbers give, or at least one that some whole number can give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from casetally.definitions.identities import Attainable, Ratio
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.numbers import Amount, brief, denominators, numerators, rounds_to, show
from casetally.figures.audit.table import Key, Row
from casetally.figures.audit.terms import Series, added, amount_of, keys_of, resolve, resolve_all
from casetally.figures.published import is_change

_MOST_LISTED = 6


def fractions(given: Given) -> Iterator[Check]:
    """Every row that prints numerator, denominator and value: the value is their share or, where that lies nearer, their mean."""
    for row in given.table.rows:
        value = amount_of(row)
        if row.numerator is not None and row.denominator and value is not None and not is_change(row.group):
            yield _fraction(given, row, value, row.numerator, row.denominator)


def _fraction(given: Given, row: Row, value: Amount, top: Fraction, of: Fraction) -> Check:
    exact = min((top / of * times for times in (100, 1)), key=lambda number: abs(number - value.value))
    holds = rounds_to(exact, value, given.allowance(value))
    return given.check(row.key, value, _says(top, of, exact, value.places), holds)


def _says(top: Fraction, of: Fraction, exact: Fraction, places: int) -> str:
    return f"{brief(top)}/{brief(of)} = {brief(exact)}, so {show(exact, places)}"


def ratio(given: Given, identity: Ratio) -> Iterator[Check]:
    """One sum of lines over another is the figure printed."""
    blank = identity.blank_is_zero
    tops, tos = (resolve_all(terms, given.table, blank_is_zero=blank) for terms in (identity.of, identity.to))
    shown = resolve(identity.is_, given.table)
    for key in filter(given.wants, sorted(shown.amounts)):
        top, of, printed = total_at(tops, key, blank_is_zero=blank), total_at(tos, key), shown.get(key)
        if top is None or not top.lines or of is None or printed is None or of.value == 0:
            continue
        exact = top.value / of.value * identity.times
        holds = rounds_to(exact, printed, given.allowance(printed))
        yield given.check(key, printed, _says(top.value, of.value, exact, printed.places), holds, top, of)


def total_at(series: Sequence[Series], key: Key, *, blank_is_zero: bool = False) -> Amount | None:
    """The sum of several lines in a period; None where one of them is not printed (or all, if blanks count as nought)."""
    found = [(one.get(key), one.sign) for one in series]
    there = [(amount, sign) for amount, sign in found if amount is not None]
    if len(there) < len(found) and not blank_is_zero:
        return None
    return added([amount for amount, _ in there], there[0][0].name if there else "", [sign for _, sign in there])


def attainable(given: Given, identity: Attainable) -> Iterator[Check]:
    """Each figure over a known number, from a known number, or all of them over one number between two."""
    figures = resolve_all(identity.figures, given.table)
    if identity.between is not None:
        yield from _over_one(given, identity, figures, identity.between)
        return
    known = identity.over or identity.of
    assert known is not None
    beside = resolve(known, given.table)
    for one in figures:
        for key in filter(given.wants, sorted(one.amounts)):
            number, printed = beside.get(key), one.get(key)
            if number is not None and printed is not None:
                yield _attainable(given, identity, key, number, printed)


def _attainable(given: Given, identity: Attainable, key: Key, number: Amount, printed: Amount) -> Check:
    allowance = given.allowance(printed)
    if identity.of is not None:
        fitting = denominators(number.value, printed, identity.times, allowance)
        gives = brief(number.value * identity.times / printed.value) if printed.value else "nothing"
        says = f"a whole number: {brief(number.value)} as {printed} is {gives}"
    else:
        fitting = numerators(printed, number.value, identity.times, allowance)
        says = f"attainable over {brief(number.value)}: {_nearest(printed, number.value, identity.times)}"
    return given.check(key, printed, says, bool(fitting), number)


def _nearest(printed: Amount, over: Fraction, times: int) -> str:
    """The two whole numbers on either side, and what they would print."""
    below = int(printed.value * over / times) if over else 0
    shown = (
        [f"{one} gives {show(Fraction(one * times) / over, printed.places)}" for one in (below, below + 1)]
        if over
        else []
    )
    return ", ".join(shown)


def _over_one(
    given: Given, identity: Attainable, figures: Sequence[Series], between: tuple[int, int]
) -> Iterator[Check]:
    """One denominator makes all the percentages of a period attainable."""
    for key, there, fitting in _denominators(given, identity, figures, between):
        says = f"one denominator from {between[0]} to {between[1]}: {_listed(fitting)}"
        yield given.check(key, there[0], says, bool(fitting), *there[1:])


def implied_denominators(given: Given, identity: Attainable) -> Iterator[str]:
    """The denominators that fit, in words, where one is looked for."""
    if identity.between is not None:
        figures = resolve_all(identity.figures, given.table)
        for key, _, fitting in _denominators(given, identity, figures, identity.between):
            yield f"{given.title}, {key.name}: {_listed(fitting)}"


def _denominators(
    given: Given, identity: Attainable, figures: Sequence[Series], between: tuple[int, int]
) -> Iterator[tuple[Key, list[Amount], list[int]]]:
    """Each period that prints all the percentages, and the denominators that give them all."""
    for key in filter(given.wants, keys_of(figures)):
        there = [amount for one in figures if (amount := one.get(key)) is not None]
        if len(there) == len(figures):
            yield key, there, [
                over for over in range(between[0], between[1] + 1)
                if all(numerators(one, Fraction(over), identity.times, given.allowance(one)) for one in there)
            ]  # fmt: skip


def _listed(fitting: Sequence[int]) -> str:
    more = " and more" if len(fitting) > _MOST_LISTED else ""
    return (", ".join(map(str, fitting[:_MOST_LISTED])) + more) or "none fits"
