"""Why: parts add up to their total, groups to theirs, and months to the quarter, the year and the year to date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from casetally.definitions.identities import FromMonths, Groups, Subset, Sum, TermText, group_matches, split_group
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.numbers import Amount, brief, rounds_to
from casetally.figures.audit.shares import total_at
from casetally.figures.audit.table import Key, Row
from casetally.figures.audit.terms import (
    Series,
    added,
    amount_of,
    keys_of,
    months_before,
    months_in,
    resolve,
    resolve_all,
    rows_of,
    year_start,
)


def sum_of_parts(given: Given, identity: Sum) -> Iterator[Check]:
    """The parts add up to the total, in each period that prints the total."""
    parts, total = resolve_all(identity.parts, given.table), resolve(identity.total, given.table)
    for key in filter(given.wants, sorted(total.amounts) or keys_of(parts)):
        made, printed = total_at(parts, key, blank_is_zero=identity.blank_is_zero), total.get(key)
        if made is not None and made.lines and printed is not None:
            holds = abs(made.value - printed.value) <= given.allowance(printed, made)
            yield given.check(key, printed if printed.lines else made, _adding(parts, key, made), holds, made)


def _adding(series: Sequence[Series], key: Key, total: Amount) -> str:
    there = [(one.sign, amount) for one in series if (amount := one.get(key)) is not None]
    text = "".join((" - " if sign < 0 else " + ") + str(amount) for sign, amount in there).removeprefix(" + ")
    return f"{text} = {brief(total.value)}"


def subset(given: Given, identity: Subset) -> Iterator[Check]:
    """The part is no greater than the whole."""
    parts, wholes = resolve_all(identity.part, given.table), resolve_all(identity.whole, given.table)
    for key in filter(given.wants, keys_of((*parts, *wholes)) or [Key("other", "")]):
        part = total_at(parts, key, blank_is_zero=identity.blank_is_zero)
        whole = total_at(wholes, key)
        if part is not None and whole is not None and part.lines:
            holds = part.value <= whole.value + given.allowance(part, whole)
            yield given.check(key, part, f"at most {whole} ({whole.name})", holds, whole)


def groups(given: Given, identity: Groups) -> Iterator[Check]:
    """The groups of one breakdown add up to their total; the other parts of a group stay as they are."""
    sums: dict[tuple[Key, str], list[Row]] = {}
    totals: dict[tuple[Key, str], Amount] = {}
    for row in given.table.by_ref.get(identity.of.name, ()):
        there = split_group(row.group)
        if identity.over not in there or identity.of.basis not in (None, row.basis, row.kind):
            continue
        group = there.pop(identity.over)
        rest = ";".join(f"{name}={value}" for name, value in there.items())
        if identity.of.group and group_matches(identity.of.group, rest) is None:
            continue
        amount = amount_of(row, identity.of.take)
        if group != identity.total_group:
            sums.setdefault((row.key, rest), []).append(row)
        elif amount is not None:
            totals[row.key, rest] = amount
    total = resolve(identity.total, given.table) if identity.total else None
    for (key, rest), rows in sorted(sums.items()):
        parts = [amount for row in rows if (amount := amount_of(row, identity.of.take)) is not None]
        printed = total.get(key) if total else totals.get((key, rest))
        if printed is not None and parts and given.wants(key):
            made = added(parts, identity.of.name)
            says = f"{' + '.join(map(str, parts))} = {brief(made.value)} by {identity.over}"
            holds = abs(made.value - printed.value) <= given.allowance(printed, *parts)
            yield given.check(key, printed, says, holds, made)


def from_months(given: Given, identity: FromMonths) -> Iterator[Check]:
    """A figure of a quarter, a year or a year to date against the months it covers."""
    fill = resolve_all(identity.fill, given.table)
    for term in identity.figures:
        months = resolve(
            identity.months or _months_of(term, identity), given.table, blank_is_zero=identity.blank_is_zero
        )
        for key, row in rows_of(term, given.table):
            printed = amount_of(row, term.take)
            wanted = _months(key, row)
            if printed is not None and wanted and given.wants(key) and _spans_more(row):
                made = _from_months(given, identity, printed, _amounts(identity, key, wanted, (months, *fill)))
                if made is not None:
                    yield given.check(key, printed, made[0], made[1], *made[2])


def _months_of(term: TermText, identity: FromMonths) -> TermText:
    """The months of the line itself; the last of them may also be that of a year to date."""
    basis = None if identity.is_ == "last" else "month"
    given = {"ref": term.ref, "group": term.group, "take": term.take, "basis": basis}
    return TermText.model_validate(given)


def _spans_more(row: Row) -> bool:
    return row.kind in ("year", "quarter", "year_to_date")


def _months(key: Key, row: Row) -> list[Key]:
    """The months that a figure covers, in order."""
    if row.kind != "year_to_date":
        return months_in(key)
    since = year_start(key).name
    return [before for back in reversed(range(12)) if (before := months_before(key, back)).name >= since]


def _amounts(identity: FromMonths, key: Key, wanted: Sequence[Key], series: Sequence[Series]) -> list[Amount]:
    """The months printed; none where the figure needs all of them and one is lacking. Of a year, those printed so far do."""
    found = [next((amount for one in series if (amount := one.get(month)) is not None), None) for month in wanted]
    there = [one for one in found if one is not None]
    needs_all = key.span != "year" and identity.is_ != "last" and not identity.blank_is_zero
    return [] if needs_all and len(there) < len(wanted) else there


def _from_months(
    given: Given, identity: FromMonths, printed: Amount, months: list[Amount]
) -> tuple[str, bool, list[Amount]] | None:
    """What the months give, whether the figure agrees, and the months used."""
    if not months:
        return None
    total = added(months, printed.name).value
    allowance = given.allowance(printed)
    listed = ", ".join(map(str, months))
    if identity.is_ == "sum":
        says = f"{' + '.join(map(str, months))} = {brief(total)}"
        return says, abs(total - printed.value) <= allowance, months
    if identity.is_ == "mean":
        mean = total / len(months)
        return f"mean of {listed} = {brief(mean)}", rounds_to(mean, printed, allowance), months
    if identity.is_ == "last":
        return f"{months[-1]}, the last month", abs(months[-1].value - printed.value) <= allowance, months[-1:]
    values = [one.value for one in months]
    low, high = (max(values), total) if identity.is_ == "distinct" else (min(values), max(values))
    holds = low - allowance <= printed.value <= high + allowance
    return f"from {brief(Fraction(low))} to {brief(Fraction(high))}", holds, months
