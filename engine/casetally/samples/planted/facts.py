"""Why: a report prints counts, fractions, percentages and rates; records need whole numbers a month that make them all.

Each fact is solved by its form (`planting_file.py`). What cannot be met by any whole number is let go: the finer figure is
kept (counts before percentages, months before years to date), and `let_go` says which was dropped and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casetally.periods import financial_year_start, read_month
from casetally.samples.planted.planting_file import Declared, Fact, each_of, split_ref
from casetally.samples.planted.printed import MONTHLY, ROLLING, YEAR_TO_DATE, Figure, Printed

Values = dict[str, int]
MOST = 5_000  # the largest cohort that is tried for a set of percentages


@dataclass(frozen=True, order=True)
class LetGo:
    """A printed figure that the records do not meet, and why."""

    ref: str
    basis: str
    period: str
    breakdown: str
    printed: str
    why: str


class Facts:
    """The facts of one report, solved when first asked for. `let_go` is whole once `solve` has run."""

    def __init__(self, declared: Declared, printed: Printed) -> None:
        self._declared, self._printed = declared, printed
        self.months = declared.months
        self._solved: dict[str, Values] = {}
        self._under_way: list[str] = []
        self.let_go: list[LetGo] = []

    def month(self, name: str, month: str) -> int | None:
        """The whole number of a month; None where nothing is declared or printed for it."""
        return self._values(name).get(month) if name in self._declared.facts else None

    def need(self, name: str, month: str, default: int) -> int:
        """The whole number of a month, or a plausible `default` where nothing is printed."""
        found = self.month(name, month)
        return default if found is None else found

    def months_of(self, name: str) -> tuple[str, ...]:
        """Every month for which there is a number, in order: those before the report's first too, where they are known."""
        return tuple(sorted(self._values(name))) if name in self._declared.facts else ()

    def part(self, name: str, month: str, of: int) -> int | None:
        """How many of `of` planted ones the printed percentage is (form `percent`); None where nothing is printed."""
        fact = self._declared.facts.get(name)
        figure = self._figure(fact.percent, fact, month) if fact and fact.percent else None
        if figure is None or figure.value is None:
            return None
        exact = float(figure.value) * of / 100
        fits = [n for n in _around(exact, of, figure.places) if figure.rounds_to(n, of)]
        if not fits:
            self._drop(figure, f"no whole number out of the {of} planted rounds to it")
        return min(fits or range(of + 1), key=lambda n: (abs(n - exact), n))

    def decimal(self, name: str, month: str) -> Decimal | None:
        """The printed value of a fact of the form `percent`, as it is printed."""
        fact = self._declared.facts.get(name)
        figure = self._figure(fact.percent, fact, month) if fact and fact.percent else None
        return figure.value if figure else None

    def table(self, ref: str, month: str) -> dict[str, int]:
        """The printed counts of a line by breakdown in a month, for a line that is a table."""
        found = {cut: self._printed.of_month(ref, month, cut) for cut in self._printed.breakdowns(ref)}
        return {cut: int(one.value) for cut, one in found.items() if cut and one and one.value is not None}

    def figures(self, ref: str, basis: str) -> list[Figure]:
        """Every figure of a line on a basis (month: at its end or a point in time too), in order of period and breakdown."""
        found = self._printed.of_line(ref)
        wanted = MONTHLY if basis == "month" else (basis,)
        return [figure for figure in found if figure.basis in wanted and figure.value is not None]

    def give_up(self, name: str, month: str, why: str) -> None:
        """Let go the figure of a month that a planter finds it cannot meet."""
        fact = self._declared.facts.get(name)
        if fact is not None:
            for _, text in fact.refs:
                if figure := self._figure(text, fact, month):
                    self._drop(figure, why)

    def setting(self, name: str, default: Any = None) -> Any:
        return self._declared.settings.get(name, default)

    def solve(self) -> None:
        """Solve every fact and gather what is let go."""
        for name in self._declared.facts:
            self._values(name)
        for gone in self._declared.let_go:
            for period, breakdown in each_of(gone):
                figure = self._printed.figure(gone.ref, gone.basis, period, breakdown)
                if figure is not None:
                    self._drop(figure, gone.why)
        self.let_go = sorted(set(self.let_go))

    def _values(self, name: str) -> Values:
        if name not in self._solved:
            if name in self._under_way:
                chain = " of ".join([*self._under_way[self._under_way.index(name) :], name])
                raise self._declared.mistake(name, f"This fact rests on itself: {chain}.", hint="Break the circle.")
            self._under_way.append(name)
            self._solved[name] = SOLVERS[self._declared.facts[name].form](self, name, self._declared.facts[name])
            self._under_way.pop()
        return self._solved[name]

    def _figure(self, text: str, fact: Fact, month: str, basis: str | None = None) -> Figure | None:
        ref, breakdown = split_ref(text, fact.breakdown)
        return self._printed.of_month(ref, month, breakdown, basis or fact.basis)

    def _drop(self, figure: Figure, why: str) -> None:
        self.let_go.append(LetGo(figure.ref, figure.basis, figure.period, figure.breakdown, figure.printed, why))

    def _whole(self, name: str, value: Decimal | int | None, month: str) -> int | None:
        if value is None or value == int(value):
            return None if value is None else int(value)
        raise self._declared.mistake(
            name, f"{value}, printed for {month}, is not a whole number.", hint="A count is whole; use share or rate."
        )

    def read_off(self, name: str, fact: Fact) -> Values:
        """count, numerator_of, denominator_of: the printed whole number, or differences of those since 1 April."""
        form = fact.form
        text: str = getattr(fact, form)
        basis = fact.basis or (YEAR_TO_DATE if fact.cumulative else None)
        found: Values = {}
        for month in (*fact.earlier, *self.months):
            figure = self._figure(text, fact, month, basis)
            part = {"count": "value", "numerator_of": "numerator", "denominator_of": "denominator"}[form]
            value = self._whole(name, getattr(figure, part) if figure else None, month)
            value = fact.blank if value is None else value
            if value is not None:
                found[month] = value
        found = self._differences(name, found) if fact.cumulative else found
        return self._year_before(name, fact, found) if fact.rolling else found

    def _year_before(self, name: str, fact: Fact, found: Values) -> Values:
        """The months and, before them, the 11 that make the printed rates of the last 12 months.

        The sum to a month less the later 11 months is its first month; so from the latest sum that reaches back before
        the first month, each earlier month follows in turn.
        """
        assert fact.rolling is not None
        people, usual = self._people(name, fact), round(sum(found.values()) / max(len(found), 1))
        values = dict(found)
        for back in range(1, 12):
            oldest = _shift(self.months[0], -back)
            figure = self._figure(fact.rolling, fact, _shift(oldest, 11), ROLLING)
            later = sum(values.get(_shift(oldest, n), usual) for n in range(1, 12))
            wanted = round(float(figure.value) * people / fact.per) if figure and figure.value else later + usual
            values[oldest] = max(0, wanted - later)
        for month in self.months:
            figure = self._figure(fact.rolling, fact, month, ROLLING)
            total = sum(values.get(_shift(month, -n), 0) for n in range(12))
            if figure and figure.value is not None and not figure.rounds_to(total, people, fact.per):
                self._drop(figure, f"the 12 months printed make {total}, which over {people} does not round to it")
        return values

    def _people(self, name: str, fact: Fact) -> int:
        people = fact.population or (self._declared.population.population if self._declared.population else None)
        if people is None:
            raise self._declared.mistake(
                name, "A rate needs a population.", hint="Add 'population: 22253'.", key="rate"
            )
        return people

    def _differences(self, name: str, totals: Values) -> Values:
        found: Values = {}
        for before, month in zip(("", *self.months), self.months, strict=False):
            starts_year = month.endswith("-04")
            if month not in totals or not (starts_year or before in totals):
                continue
            found[month] = totals[month] - (0 if starts_year else totals[before])
            if found[month] < 0:
                raise self._declared.mistake(
                    name, f"The printed total falls in {month}, which a count since 1 April can't.",
                    hint="Work the months out by hand and write them under by_month, with a why.",
                )  # fmt: skip
        return found

    def given(self, _name: str, fact: Fact) -> Values:
        """each, by_month: written out in the planting file."""
        return dict(fact.by_month) if fact.by_month is not None else dict.fromkeys(self.months, fact.each or 0)

    def at_planting(self, _name: str, _fact: Fact) -> Values:
        """percent: of what is planted, so there is no number before planting (`part`)."""
        return {}

    def share(self, _name: str, fact: Fact) -> Values:
        """The numerators that round to the printed shares of another fact, and to those since 1 April."""
        assert fact.share is not None
        assert fact.of is not None
        whole = self._values(fact.of)
        choices: dict[str, list[tuple[float, int]]] = {}
        for month in self.months:
            figure, of = self._figure(fact.share, fact, month), whole.get(month)
            if figure is None or figure.value is None or of is None:
                continue
            exact = float(figure.value) * of / 100
            fits = [n for n in _around(exact, of, figure.places) if figure.rounds_to(n, of)]
            if not fits and of:
                self._drop(figure, f"no whole number out of {of} rounds to it")
            near = fits or [min(of, max(0, int(exact + 0.5)))]
            choices[month] = [(abs(n - (exact if fact.near is None else fact.near)), n) for n in near]
        refs = [fact.cumulative_share] if fact.cumulative_share else []
        return self._through_the_year(fact, [*refs, *fact.also], choices, lambda n, month: (n, whole[month]))

    def denominator(self, name: str, fact: Fact) -> Values:
        """The denominators for which a printed count rounds to its printed share, and to those since 1 April."""
        assert fact.share is not None
        assert fact.denominator_for is not None
        top_fact = fact.denominator_for in self._declared.facts
        tops = (
            self._values(fact.denominator_for)
            if top_fact
            else self.read_off(name, Fact(count=fact.denominator_for, breakdown=fact.breakdown))
        )
        choices: dict[str, list[tuple[float, int]]] = {}
        for month in self.months:
            figure, top = self._figure(fact.share, fact, month), tops.get(month)
            if figure is None or not figure.value or not top:
                continue
            exact = 100 * top / float(figure.value)
            reach = int(exact * 0.5 / 10**figure.places / float(figure.value)) + 2
            fits = [d for d in range(max(top, int(exact) - reach), int(exact) + reach + 2) if figure.rounds_to(top, d)]
            if not fits:
                self._drop(figure, f"{top} is not that share of any whole number")
            near = fits or [max(top, int(exact + 0.5))]
            choices[month] = [(abs(d - (exact if fact.near is None else fact.near)), d) for d in near]
        return self._through_the_year(fact, fact.also, choices, lambda d, month: (tops[month], d))

    def _through_the_year(
        self,
        fact: Fact,
        refs: Iterable[str],
        choices: Mapping[str, list[tuple[float, int]]],
        fraction: Callable[[int, str], tuple[int, int]],
    ) -> Values:
        """Of each month's choices the ones that break fewest printed shares since 1 April, then the nearest ones.

        A walk through the months that keeps, for each pair of sums since 1 April, the best way there.
        """
        best: dict[tuple[int, int], tuple[int, float, tuple[int, ...]]] = {(0, 0): (0, 0.0, ())}
        taken: list[str] = []
        for month in self.months:
            if month not in choices:
                continue
            checks = [f for ref in refs if (f := self._figure(ref, fact, month, YEAR_TO_DATE))]
            checks = checks if self._since_april(month, choices) else []
            after: dict[tuple[int, int], tuple[int, float, tuple[int, ...]]] = {}
            for (tops, bottoms), (lost, cost, path) in best.items():
                start = (0, 0) if month.endswith("-04") else (tops, bottoms)
                for distance, value in choices[month]:
                    top, bottom = fraction(value, month)
                    sums = (start[0] + top, start[1] + bottom)
                    missed = sum(not figure.rounds_to(*sums) for figure in checks)
                    way = (lost + missed, cost + distance, (*path, value))
                    after[sums] = min(after.get(sums, way), way)
            best = after
            taken.append(month)
        found = dict(zip(taken, min(best.values())[2], strict=True))
        self._drop_years(fact, refs, found, fraction)
        return found

    def _since_april(self, month: str, choices: Mapping[str, Any]) -> bool:
        """Whether every month from 1 April up to this one is known, so that its year to date is decided here."""
        start = f"{financial_year_start(read_month(month)):%Y-%m}"
        return start in self.months and all(m in choices for m in self.months if start <= m <= month)

    def _drop_years(
        self, fact: Fact, refs: Iterable[str], found: Values, fraction: Callable[[int, str], tuple[int, int]]
    ) -> None:
        for month in found:
            if not self._since_april(month, found):
                continue
            start = f"{financial_year_start(read_month(month)):%Y-%m}"
            parts = [fraction(found[m], m) for m in found if start <= m <= month]
            top, bottom = sum(n for n, _ in parts), sum(d for _, d in parts)
            for ref in refs:
                figure = self._figure(ref, fact, month, YEAR_TO_DATE)
                if figure and not figure.rounds_to(top, bottom):
                    self._drop(figure, f"the months make {top} of {bottom}, which does not round to it")

    def rate(self, name: str, fact: Fact) -> Values:
        """The counts that round to the printed rates over the population; since 1 April where `cumulative`."""
        assert fact.rate is not None
        people = self._people(name, fact)
        found: Values = {}
        for month in self.months:
            figure = self._figure(fact.rate, fact, month, YEAR_TO_DATE if fact.cumulative else None) or self._figure(
                fact.rate, fact, month, ROLLING
            )
            if figure is None or figure.value is None:
                continue
            exact = float(figure.value) * people / fact.per
            wanted = exact if fact.near is None else fact.near
            reach = int(people / fact.per / 10**figure.places) + 2
            fits = [
                n for n in range(max(0, int(exact) - reach), int(exact) + reach + 1)
                if figure.rounds_to(n, people, fact.per)
            ]  # fmt: skip
            if not fits:
                self._drop(figure, f"no whole number over {people} rounds to it")
            found[month] = min(fits, key=lambda n: (abs(n - wanted), n)) if fits else int(exact + 0.5)
        return self._differences(name, found) if fact.cumulative else found

    def fits(self, _name: str, fact: Fact) -> Values:
        """The smallest cohort of which every named percentage is some whole number; with `near` the nearest, at most half away."""
        found: Values = {}
        for month in self.months:
            figures = [f for ref in fact.fits or () if (f := self._figure(ref, fact, month)) and f.value is not None]
            if not figures:
                continue
            near = fact.near or 0
            sizes = sorted(range(1, MOST), key=lambda size: abs(size - near))
            sizes = [size for size in sizes if abs(size - near) <= near / 2] if near else sizes
            size = next((size for size in sizes if all(_attainable(f, size) for f in figures)), None)
            found[month] = int(fact.near or 0) if size is None else size
            if size is None:
                for figure in figures:
                    if not _attainable(figure, found[month]):
                        self._drop(figure, f"not a whole number of {found[month]}, and no cohort fits all of them")
        return found


def _shift(month: str, by: int) -> str:
    """The month so many months later (earlier where negative)."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _around(exact: float, of: int, places: int) -> range:
    """The whole numbers near enough to `exact` to round to the same percentage of `of`."""
    reach = int(of / 100 / 10**places) + 2
    return range(max(0, int(exact) - reach), min(of, int(exact) + reach) + 1)


def _attainable(figure: Figure, of: int) -> bool:
    assert figure.value is not None
    exact = float(figure.value) * of / 100
    return any(figure.rounds_to(n, of) for n in _around(exact, of, figure.places))


SOLVERS: Mapping[str, Callable[[Facts, str, Fact], Values]] = {
    "count": Facts.read_off,
    "numerator_of": Facts.read_off,
    "denominator_of": Facts.read_off,
    "denominator_for": Facts.denominator,
    "share": Facts.share,
    "percent": Facts.at_planting,
    "rate": Facts.rate,
    "fits": Facts.fits,
    "each": Facts.given,
    "by_month": Facts.given,
}
