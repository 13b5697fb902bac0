"""Why: an identity names lines, and compares them period by period: this turns a term into its series of amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from casetally.definitions.identities import TermText, group_matches, split_group
from casetally.figures.audit.numbers import Amount, denominators, numerators
from casetally.figures.audit.table import Benchmark, Key, Row, Table, key_of, period_at
from casetally.figures.published import number_in, to_period
from casetally.periods import financial_year_start, month, month_start, quarter, read_month, year

_FIRST = ("month", "quarter", "year", "week", "year_to_date", "rolling_12_months", "other")


@dataclass(frozen=True)
class Series:
    """The amounts of a term by period, or one amount for all periods; `sign` is -1 for what is taken away."""

    term: TermText
    amounts: Mapping[Key, Amount] = field(repr=False)
    constant: Amount | None = None
    sign: int = 1

    def get(self, key: Key) -> Amount | None:
        """The amount of a period; a term without groups has the same amount for each group."""
        if self.constant is not None:
            return self.constant
        return self.amounts.get(key) or self.amounts.get(replace(key, part=""))


def resolve(term: TermText, table: Table, *, blank_is_zero: bool = False) -> Series:
    """The series of a term; `blank_is_zero` where months that are not printed count as nought in a sum of months."""
    sign = -1 if term.less else 1
    if term.number is not None:
        number = Amount(Fraction(str(term.number)), 0, (), str(term.number))
        return Series(term, {}, number)
    amounts = _benchmarks(term, table) if term.comparator else _figures(term, table)
    if term.complement:
        amounts = {key: replace(one, value=100 - one.value, printed="") for key, one in amounts.items()}
    for percent, fitting, how in (
        (term.as_percent, denominators_of, "as"),
        (term.times_percent, numerators_of, "times"),
    ):
        if percent:
            beside = resolve(TermText.model_validate({"ref": percent, "basis": term.basis}), table)
            amounts = _whole_numbers(amounts, beside, fitting, how)
    for gather in term.as_:
        amounts = _GATHER[gather](amounts, blank_is_zero)
    if term.at is None:
        return Series(term, amounts, None, sign)
    amounts = {key: one for key, one in amounts.items() if term.at in (key.name, key.name.replace(" ", "-"))}
    return Series(term, amounts, next(iter(amounts.values()), None), sign)


def resolve_all(terms: Iterable[TermText], table: Table, *, blank_is_zero: bool = False) -> tuple[Series, ...]:
    return tuple(resolve(term, table, blank_is_zero=blank_is_zero) for term in terms)


def keys_of(series: Iterable[Series]) -> list[Key]:
    """The periods of several series, those of constants left out, in order."""
    return sorted({key for one in series if one.constant is None for key in one.amounts})


def rows_of(term: TermText, table: Table) -> list[tuple[Key, Row]]:
    """The rows that a term names, each under its period and group, the plainest basis first."""
    found = []
    for row in table.by_ref.get(term.name, ()):
        part = group_matches(term.group, row.group)
        if part is not None and term.basis in (None, row.basis, row.kind):
            found.append((replace(row.key, part=part), row))
    return sorted(found, key=lambda one: (one[0], _FIRST.index(one[1].kind), one[1].line))


def _figures(term: TermText, table: Table) -> dict[Key, Amount]:
    if term.sum_over:
        return _summed_groups(term, table)
    found: dict[Key, Amount] = {}
    for key, row in rows_of(term, table):
        amount = amount_of(row, term.take)
        if amount is not None:
            found.setdefault(key, amount)
    return found


def amount_of(row: Row, take: str = "value") -> Amount | None:
    """What a term takes of a row; None where it is not printed."""
    if take == "value":
        shown = row.printed if number_in(row.printed) == row.value else ""
        return Amount(row.value, row.places, (row.line,), row.name, shown) if row.value is not None else None
    if take == "remainder":
        number = row.denominator - row.numerator if row.numerator is not None and row.denominator is not None else None
    else:
        number = row.numerator if take == "numerator" else row.denominator
    return Amount(number, 0, (row.line,), f"{row.name}, {take}") if number is not None else None


def _summed_groups(term: TermText, table: Table) -> dict[Key, Amount]:
    """The groups of one breakdown added up, the other parts of the group as the term says."""
    parts: dict[Key, list[Amount]] = {}
    for row in table.by_ref.get(term.name, ()):
        there = split_group(row.group)
        if term.sum_over not in there or there.pop(term.sum_over) in term.leaving_out:
            continue
        amount = amount_of(row, term.take)
        rest = ";".join(f"{name}={value}" for name, value in there.items())
        part = group_matches(term.group, rest)
        if part is not None and amount is not None and term.basis in (None, row.basis, row.kind):
            parts.setdefault(replace(row.key, part=part), []).append(amount)
    return {key: added(ones, f"{term.name} by {term.sum_over}") for key, ones in sorted(parts.items())}


def added(amounts: Sequence[Amount], name: str, signs: Sequence[int] = ()) -> Amount:
    """The sum of amounts, each with its sign."""
    signs = signs or (1,) * len(amounts)
    total = sum((one.value * sign for one, sign in zip(amounts, signs, strict=True)), Fraction(0))
    lines, beside = (
        tuple(dict.fromkeys(line for one in amounts for line in getattr(one, of))) for of in ("lines", "beside")
    )
    return Amount(total, max((one.places for one in amounts), default=0), lines, name, "", beside)


def _benchmarks(term: TermText, table: Table) -> dict[Key, Amount]:
    """The comparators of a line; the note of a benchmark can say its group, as team=CP."""
    found: dict[Key, Amount] = {}
    for one in table.benchmarks.get(term.name, ()):
        is_group = not term.group or one.note.startswith(term.group)
        if one.comparator == term.comparator and one.value is not None and is_group:
            found.setdefault(one.key, benchmark_amount(one, one.value))
    return found


def benchmark_amount(one: Benchmark, value: Fraction) -> Amount:
    shown = one.printed if number_in(one.printed) == value else ""
    return Amount(value, one.places, (), f"{one.ref}, {one.comparator}", shown, (one.line,))


def _whole_numbers(
    amounts: Mapping[Key, Amount], percents: Series, fitting: Callable[[Amount, Amount], list[int]], how: str
) -> dict[Key, Amount]:
    """The one whole number that a percentage printed beside a count implies; nothing where there is none or more than one."""
    found: dict[Key, Amount] = {}
    for key, one in amounts.items():
        percent = percents.get(key)
        whole = fitting(percent, one) if percent is not None else []
        if percent is not None and len(whole) == 1:
            lines = (*one.lines, *percent.lines)
            found[key] = Amount(Fraction(whole[0]), 0, lines, f"{one.name} {how} {percent.name}")
    return found


def numerators_of(percent: Amount, of: Amount) -> list[int]:
    return numerators(percent, of.value, 100, Fraction(0))


def denominators_of(percent: Amount, count: Amount) -> list[int]:
    return denominators(count.value, percent, 100, Fraction(0))


def months_before(key: Key, back: int) -> Key:
    return replace(key, name=f"{read_month(key.name) - relativedelta(months=back):%Y-%m}")


def year_start(key: Key) -> Key:
    """The April of the financial year of a month."""
    return replace(key, name=f"{financial_year_start(read_month(key.name)):%Y-%m}")


def _gathered(amounts: Mapping[Key, Amount], key: Key, months: Sequence[Key], blank_is_zero: bool) -> dict[Key, Amount]:
    """The sum of given months under a key; nothing unless all are printed, or blanks count as nought."""
    parts = [amounts[one] for one in months if one in amounts]
    return {key: added(parts, parts[0].name)} if len(parts) == len(months) or (blank_is_zero and parts) else {}


def _months_to(key: Key) -> list[Key]:
    """The months from April up to a month, the latest first."""
    since = year_start(key).name
    return [before for back in range(12) if (before := months_before(key, back)).name >= since]


def _running(amounts: Mapping[Key, Amount], blank_is_zero: bool) -> dict[Key, Amount]:
    found: dict[Key, Amount] = {}
    for key in _of_months(amounts):
        found |= _gathered(amounts, key, _months_to(key), blank_is_zero)
    return found


def _steps(amounts: Mapping[Key, Amount], _blank_is_zero: bool) -> dict[Key, Amount]:
    """The rise of a year to date since the month before; April is the year to date itself."""
    found: dict[Key, Amount] = {}
    for key in _of_months(amounts):
        before = months_before(key, 1)
        if key == year_start(key):
            found[key] = amounts[key]
        elif before in amounts:
            found[key] = added([amounts[key], amounts[before]], amounts[key].name, (1, -1))
    return found


def _rolling(amounts: Mapping[Key, Amount], blank_is_zero: bool) -> dict[Key, Amount]:
    found: dict[Key, Amount] = {}
    for key in _of_months(amounts):
        found |= _gathered(amounts, key, [months_before(key, back) for back in range(12)], blank_is_zero)
    return found


def _quarters(amounts: Mapping[Key, Amount], blank_is_zero: bool) -> dict[Key, Amount]:
    found: dict[Key, Amount] = {}
    for key in _of_months(amounts):
        at = quarter(read_month(key.name))
        found |= _gathered(
            amounts, replace(key_of(at), part=key.part), months_in(replace(key_of(at), part=key.part)), blank_is_zero
        )
    return found


def _years(amounts: Mapping[Key, Amount], blank_is_zero: bool) -> dict[Key, Amount]:
    """The months printed of a financial year, from April without a gap."""
    found: dict[Key, Amount] = {}
    for key, one in _running(amounts, blank_is_zero).items():
        found[replace(key_of(year(read_month(key.name))), part=key.part)] = one
    return found


_GATHER = {"running": _running, "steps": _steps, "rolling_12_months": _rolling, "quarter": _quarters, "year": _years}


def _of_months(amounts: Mapping[Key, Amount]) -> list[Key]:
    return sorted(key for key in amounts if key.span == "month")


def months_in(key: Key) -> list[Key]:
    """The months of a quarter or a year, in order; none for another key."""
    period = period_at(key)
    if period is None or key.span not in ("quarter", "year"):
        return []
    count = 3 if key.span == "quarter" else 12
    return [replace(key_of(month(period.start + relativedelta(months=at))), part=key.part) for at in range(count)]


def before(key: Key) -> Key | None:
    """The period before, of the same span; None where print knows no order."""
    period = period_at(key)
    if period is None:
        return None
    day = period.start - relativedelta(days=1)
    made = {"month": month, "quarter": quarter, "year": year}.get(key.span)
    return replace(key_of(made(month_start(day))), part=key.part) if made else None


def key_named(text: str) -> Key | None:
    """The key that a text as 2023-08, 2023-24 or 2023-24-Q2 names."""
    made = (to_period(basis, text) for basis in ("month", "year", "quarter"))
    return next((key_of(one) for one in made if one is not None), None)
