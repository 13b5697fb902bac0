"""Why: a stock is the one before with those who came and without those who went, and what runs since April keeps its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from casetally.definitions.identities import Rising, StandsStill, StockFlow, WeightedMean
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.numbers import Amount, brief
from casetally.figures.audit.shares import total_at
from casetally.figures.audit.table import Key, key_of
from casetally.figures.audit.terms import Series, before, months_before, resolve, resolve_all, year_start
from casetally.periods import read_month, year


def stock_flow(given: Given, identity: StockFlow) -> Iterator[Check]:
    """Each stock from the one before it, or from the last year end where the flows run since April."""
    stock = resolve(identity.stock, given.table)
    came, went = resolve_all(identity.in_, given.table), resolve_all(identity.out, given.table)
    for key in filter(given.wants, sorted(stock.amounts)):
        printed, start = stock.get(key), _stock_before(stock, key, identity.since)
        into = total_at(came, key, blank_is_zero=identity.blank_is_zero)
        out = total_at(went, key, blank_is_zero=identity.blank_is_zero)
        if printed is None or start is None or into is None or out is None:
            continue
        made = start.value + into.value - out.value
        says = f"{start} + {brief(into.value)} - {brief(out.value)} = {brief(made)}"
        allowance = given.allowance(printed)
        left = made - printed.value
        if identity.is_ == "at_least":
            says += f", leaving {brief(left)} who went unprinted (from 0 to {start})"
            holds = -allowance <= left <= start.value + allowance
        else:
            holds = abs(left) <= allowance
        yield given.check(key, printed, says, holds, start, into, out)


def _stock_before(stock: Series, key: Key, since: str) -> Amount | None:
    """The stock one period earlier; before April (or since the year's start) that of the year end, if it is printed so."""
    if key.span == "month":
        start = key if since == "month" else year_start(key)
        earlier = months_before(start, 1)
        year_end = replace(key_of(year(read_month(earlier.name))), part=key.part)
        if earlier in stock.amounts:
            return stock.amounts[earlier]
        return stock.amounts.get(year_end) if start == year_start(key) else None
    earlier_key = before(key)
    return stock.amounts.get(earlier_key) if earlier_key else None


def rising(given: Given, identity: Rising) -> Iterator[Check]:
    """No fall from month to month within a financial year and, if so declared, a fall back in April."""
    for one in resolve_all(identity.of, given.table):
        for key in filter(given.wants, sorted(one.amounts)):
            earlier = one.amounts.get(months_before(key, 1)) if key.span == "month" else None
            printed = one.amounts[key]
            if earlier is None:
                continue
            if key != year_start(key):
                holds = printed.value >= earlier.value - given.allowance(printed)
                yield given.check(key, printed, f"no fall from {earlier}", holds, earlier)
            elif identity.restarts:
                holds = printed.value <= earlier.value
                yield given.check(key, printed, f"back below {earlier} in April", holds, earlier)


def weighted_mean(given: Given, identity: WeightedMean) -> Iterator[Check]:
    """A percentage since April lies between that of a month before and that of the month, and is neither unless they meet."""
    since, months = resolve(identity.year_to_date, given.table), resolve(identity.months, given.table)
    for key in filter(given.wants, sorted(since.amounts)):
        if key.span != "month" or key == year_start(key):
            continue
        printed, earlier, alone = since.amounts[key], since.amounts.get(months_before(key, 1)), months.get(key)
        if earlier is None or alone is None:
            continue
        low, high = sorted((earlier.value, alone.value))
        near = printed.unit + given.allowance(printed)
        meeting = high - low <= near and low - near <= printed.value <= high + near
        says = f"between {earlier} (the month before) and {alone} (the month alone)"
        yield given.check(key, printed, says, low < printed.value < high or meeting, earlier, alone)


def stands_still(given: Given, identity: StandsStill) -> Iterator[Check]:
    """A figure printed alike so many months running is more likely copied than counted."""
    for one in resolve_all(identity.of, given.table):
        months = [key for key in sorted(one.amounts) if key.span == "month"]
        for at in range(identity.times - 1, len(months)):
            last = months[at - identity.times + 1 : at + 1]
            amounts = [one.amounts[key] for key in last]
            if given.wants(months[at]) and _consecutive(last):
                holds = len({amount.value for amount in amounts}) > 1
                says = f"not the same {identity.times} months running"
                yield given.check(months[at], amounts[-1], says, holds, *amounts[:-1])


def _consecutive(keys: Sequence[Key]) -> bool:
    return all(months_before(late, 1) == early for early, late in pairwise(keys))
