"""Why: a figure printed in two places is one figure, and a change in the text follows from the levels in the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from casetally.definitions.identities import Change, Direction, Same, TermText, split_group
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.numbers import Amount, brief, half_up, rounds_to, show
from casetally.figures.audit.table import Key, Row
from casetally.figures.audit.terms import (
    Series,
    amount_of,
    benchmark_amount,
    key_named,
    keys_of,
    months_before,
    resolve,
    resolve_all,
)

_VERSUS = re.compile(r"(change_pct_vs|change_vs)=(.+)")


def same(given: Given, identity: Same) -> Iterator[Check]:
    """Several lines that print one figure, or one line printed in several places."""
    if identity.across:
        yield from _across(given, identity, identity.across)
        return
    series = resolve_all(identity.figures, given.table)
    for key in filter(given.wants, keys_of(series)):
        there = [amount for one in series if (amount := one.get(key)) is not None]
        yield from _agree(given, identity, key, there)
    if all(one.constant is not None for one in series):
        key = next((key for one in series for key in one.amounts), Key("other", ""))
        yield from _agree(given, identity, key, [one.constant for one in series if one.constant])
    if len(series) == 1 and series[0].term.comparator:
        yield from _benchmarks_twice(given, identity, series[0].term)


def _agree(given: Given, identity: Same, key: Key, amounts: Sequence[Amount]) -> Iterator[Check]:
    """The first of several against the others."""
    if len(amounts) < 2:
        return
    first, others = amounts[0], amounts[1:]
    holds = all(_agrees(first, other, given.allowance(first, other), identity) for other in others)
    says = ", ".join(f"{other}" + (f" ({other.name})" if other.name != first.name else "") for other in others)
    yield given.check(key, first, says, holds, *others)


def _agrees(one: Amount, other: Amount, allowance: Fraction, identity: Same) -> bool:
    """Whether some number rounds to both; `as_printed`, whether the finer of them rounds to the coarser."""
    finer, coarser = (one, other) if one.places >= other.places else (other, one)
    if identity.as_printed or finer.places == coarser.places:
        return abs(half_up(finer.value, coarser.places) - coarser.value) <= allowance
    return finer.low < coarser.high + allowance and coarser.low - allowance < finer.high


def _across(given: Given, identity: Same, across: str) -> Iterator[Check]:
    """The rows that differ only in where they are printed. A place that prints nothing disagrees with one that does."""
    places: dict[tuple[str, Key, str, str], list[Row]] = {}
    for row in given.table.rows:
        there = split_group(row.group)
        there.pop(across, None)
        rest = ";".join(f"{name}={value}" for name, value in there.items())
        if row.key.name.partition(" ")[2] or row.key.span != "other":
            places.setdefault((row.ref, row.key, row.basis, rest), []).append(row)
    for (ref, key, _, _), rows in places.items():
        if len(rows) < 2 or (identity.refs and ref not in identity.refs) or not given.wants(key):
            continue
        empty = [row for row in rows if row.value is None and not row.printed]
        amounts = [amount for row in rows if (amount := amount_of(row)) is not None]
        if empty and amounts:
            nothing = replace(amounts[0], lines=(empty[0].line,), name=empty[0].name, printed="nothing")
            yield given.check(key, nothing, ", ".join(f"{one} ({one.name})" for one in amounts), False, *amounts)
        else:
            yield from _agree(given, identity, key, amounts)


def _benchmarks_twice(given: Given, identity: Same, term: TermText) -> Iterator[Check]:
    """A comparator that benchmarks.csv gives more than once."""
    ones = [one for one in given.table.benchmarks.get(term.name, ()) if one.comparator == term.comparator]
    amounts = [benchmark_amount(one, one.value) for one in ones if one.value is not None]
    yield from _agree(given, identity, ones[0].key if ones else Key("other", ""), amounts)


def change(given: Given, identity: Change) -> Iterator[Check]:
    """Changes printed as change_vs=2023-08 or change_pct_vs=2023-08, or against the average of the 12 months before."""
    for term in identity.of:
        levels = resolve(term, given.table)
        for row in given.table.by_ref.get(term.name, ()):
            versus, printed = _VERSUS.search(row.group), amount_of(row)
            now = levels.get(row.key)
            then = _then(levels, row.key, versus[2]) if versus else None
            if versus is None or printed is None or now is None or then is None or not given.wants(row.key):
                continue
            rise = now.value - then.value
            exact = rise if versus[1] == "change_vs" else rise / then.value * 100 if then.value else Fraction(0)
            holds = rounds_to(exact, printed, given.allowance(printed))
            start = show(then.value, max(then.places, 1)) if then.places else str(then)
            says = f"from {start} to {now}: {show(exact, printed.places + 1)}"
            yield given.check(row.key, printed, says, holds, now, then)


def _then(levels: Series, key: Key, versus: str) -> Amount | None:
    """The level that a change is measured from."""
    if versus != "average":
        named = key_named(versus)
        return levels.get(named) if named else None
    if key.span != "month":
        return None
    months = [levels.amounts.get(months_before(key, back)) for back in range(1, 13)]
    there = [one for one in months if one is not None]
    if len(there) < len(months):
        return None
    mean = sum((one.value for one in there), Fraction(0)) / len(there)
    return Amount(mean, 1, tuple(line for one in there for line in one.lines), there[0].name)


def direction(given: Given, identity: Direction) -> Iterator[Check]:
    """A word in a note says how the figure moved since the month before, or since the last one printed in the same place."""
    words = {word.lower(): way for word, way in identity.words.items()}
    said = re.compile(re.escape(identity.after) + r"\s*(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
    for row in given.table.rows:
        found = said.search(row.note)
        printed = amount_of(row)
        if not found or printed is None or row.key.span != "month" or (identity.refs and row.ref not in identity.refs):
            continue
        earlier = _printed_before(given, row)
        if earlier is not None:
            moved = printed.value - earlier.value
            way = "up" if moved > 0 else "down" if moved < 0 else "same"
            moves = f"from {earlier} it goes {way}" if moved else f"it stays {brief(printed.value)}"
            says = f"{found[1].lower()}, as the note says; {moves}"
            yield given.check(row.key, printed, says, words[found[1].lower()] == way, earlier)


def _printed_before(given: Given, row: Row) -> Amount | None:
    """The figure of the month before, in the same place."""
    wanted = months_before(row.key, 1)
    rows = [one for one in given.table.by_ref[row.ref] if one.group == row.group and one.key == wanted]
    return amount_of(rows[0]) if rows else None
