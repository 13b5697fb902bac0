"""Why: rates of one report rest on one population, so each rate with its count says between which two numbers that lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from casetally.definitions.identities import Pair, Rates
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.numbers import Amount, half_up, rounds_to, show
from casetally.figures.audit.table import Key, key_of, period_at
from casetally.figures.audit.terms import resolve
from casetally.periods import year


@dataclass(frozen=True)
class Implied:
    """The population that a rate and its count imply: at least `low` and at most `high`."""

    key: Key
    count: Amount
    rate: Amount
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Common:
    """The population that fits the most pairs: at least `low` and at most `high`; `fitting` of them fit."""

    low: Fraction
    high: Fraction
    fitting: int


def rates(given: Given, identity: Rates) -> Iterator[Check]:
    """Each rate against the population given, or against the one that most rates of its year, period or report share."""
    if identity.population is not None:
        yield from _over_population(given, identity, identity.population)
        return
    for ones in _together(given, identity).values():
        if len(ones) > 1:
            yield from _odd_ones(given, identity, ones)


def _over_population(given: Given, identity: Rates, population: int) -> Iterator[Check]:
    for one in (one for pair in identity.pairs for one in _implied(given, identity, pair)):
        exact = one.count.value * identity.per / population
        says = f"{one.count} over {population:,} = {show(exact, one.rate.places)}"
        yield given.check(one.key, one.rate, says, rounds_to(exact, one.rate, given.allowance(one.rate)), one.count)


def _together(given: Given, identity: Rates) -> dict[str, list[Implied]]:
    """What the pairs imply, by the name of what shares a population."""
    together: dict[str, list[Implied]] = {}
    for one in (one for pair in identity.pairs for one in _implied(given, identity, pair)):
        together.setdefault(_shared_by(one.key, identity.one_for), []).append(one)
    return dict(sorted(together.items()))


def implied_populations(given: Given, identity: Rates) -> Iterator[str]:
    """The population behind the rates that share one, in words."""
    if identity.population is None:
        for name, ones in _together(given, identity).items():
            if len(ones) > 1:
                common = common_population(ones)
                says = f"{_between(common.low, common.high)} fits {common.fitting} of {len(ones)}"
                of = f", {name}" if name else ""
                yield f"{given.title}{of}: {says if common.fitting > 1 else 'no two agree'}"


def _implied(given: Given, identity: Rates, pair: Pair) -> Iterator[Implied]:
    counts, printed = resolve(pair.count, given.table), resolve(pair.rate, given.table)
    for key in filter(given.wants, sorted(printed.amounts)):
        count, rate = counts.get(key), printed.get(key)
        if count is None or rate is None or count.value <= 0:
            continue
        allowance = given.allowance(rate)
        low, high = rate.low - allowance, rate.high + allowance
        if low > 0:
            yield Implied(key, count, rate, count.value * identity.per / high, count.value * identity.per / low)


def _shared_by(key: Key, one_for: str) -> str:
    """The name under which rates share a population."""
    period = period_at(key)
    if one_for == "all":
        return ""
    return key.name if one_for == "period" or period is None else key_of(year(period.start)).name


def common_population(implied: Sequence[Implied]) -> Common:
    """The stretch of populations that fits the most pairs; of several, the first."""
    best = Common(implied[0].low, implied[0].high, 0)
    for start in sorted({one.low for one in implied}):
        fit = [one for one in implied if one.low <= start <= one.high]
        if len(fit) > best.fitting:
            best = Common(start, min(one.high for one in fit), len(fit))
    return best


def _odd_ones(given: Given, identity: Rates, implied: Sequence[Implied]) -> Iterator[Check]:
    common = common_population(implied)
    for one in sorted(implied, key=lambda one: (one.key, one.rate.name)):
        between = _between(one.low, one.high)
        if common.fitting == 1:
            says = (
                f"a population shared with another rate: {one.count} at {one.rate} implies {between}, and none agrees"
            )
            yield given.check(one.key, one.rate, says, False, one.count)
            continue
        lowest, highest = (one.count.value * identity.per / end for end in (common.high, common.low))
        places = one.rate.places
        gives = " to ".join(dict.fromkeys((show(lowest, places), show(highest, places))))
        over = f"{_between(common.low, common.high)} (fits {common.fitting} of {len(implied)})"
        says = f"{one.count} over {over} = {gives}; the rate implies {between}"
        yield given.check(one.key, one.rate, says, one.low <= common.low <= one.high, one.count)


def _between(low: Fraction, high: Fraction) -> str:
    return f"{int(half_up(low, 0)):,} to {int(half_up(high, 0)):,}"
