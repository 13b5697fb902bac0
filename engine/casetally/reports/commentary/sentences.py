"""Why: what a good analyst says of a line in a month is said by fixed rules, each a small function of what the report shows.

A rule gives a sentence, or None where it has nothing to say. None of them speaks of causes: that is for people who know them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from casetally.figures.behind import Behind
from casetally.figures.ratings import Rating
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.views import Seen
from casetally.periods import Period
from casetally.reports.commentary.changes import changes_words, since_a_year_before, since_the_period_before
from casetally.reports.commentary.words import (
    beside,
    clean,
    difference_words,
    figure_words,
    listed,
    month_words,
    period_title,
    period_words,
    plain,
    target_words,
    with_unit,
)
from casetally.reports.document import LineShown
from casetally.reports.lines import Edition, ReportRow, usually_ends

FEW = 20  # counted below the line: one more or fewer then moves a percentage by five points or more
_FEWEST_MONTHS = 3  # of which a highest and a lowest say something
_MONTHS_A_YEAR = 12

_MATURITY = {
    "provisional": ", provisional: it may still change",
    "settling": ", settling: such a figure usually still moves as late records arrive",
    "short_history": ", on a short history: the records do not go back as far as the rule looks",
}
_NO_FIGURE: dict[str, str] = {
    "suppressed": "the figure is suppressed, so that no small number can be worked out from this report",
    "not_applicable": "there is no figure, as nothing was counted that it could be worked out from",
    "not_available": "there is no figure, as the records can't give it",
}


@dataclass(frozen=True)
class Told:
    """What a sentence may be made from. `behind` is None in the published edition."""

    line: LineShown
    behind: Behind | None
    edition: Edition

    @property
    def row(self) -> ReportRow:
        return self.line.main


Rule = Callable[[Told], str | None]


def level(told: Told) -> str | None:
    """The figure of the period, with what it is made of and whether it may still change."""
    row = told.row
    # a line may show nothing but groups, of which this is the first
    opens = f"{period_title(row.period)}{f', {clean(row.group)}' if row.group else ''}"
    if row.now.value is None:
        return f"{opens}: {_NO_FIGURE.get(row.now.status, 'there is no figure')}."
    return f"{opens}: {_figure_in_full(row.now, row)}{_how_settled(row)}."


def _how_settled(row: ReportRow) -> str:
    if row.now.maturity == "settling" and (ends := usually_ends(row.now, row.places)):
        return f", settling: it {ends} as late records arrive"
    return _MATURITY.get(row.now.maturity, "")


def latest_shown(told: Told) -> str | None:
    """Where the period has no figure: the last one before it that has."""
    row = told.row
    if row.now.value is not None:
        return None
    earlier = [(period, seen) for period, seen in row.series.items() if seen.value is not None]
    if not earlier:
        return None
    period, seen = earlier[-1]
    return f"The latest figure shown is that of {period_words(period)}: {_figure_in_full(seen, row)}."


def _figure_in_full(seen: Seen, row: ReportRow) -> str:
    made_of = ""
    if seen.unit == "percent" and seen.numerator is not None and seen.denominator is not None:
        made_of = f" ({int(seen.numerator):,} of {int(seen.denominator):,})"
    return figure_words(seen, row.places) + made_of


def target(told: Told) -> str | None:
    """The target in force and the rating, as the figure is shown."""
    row = told.row
    if row.target is None or row.now.value is None:
        return None
    wanted = target_words(row.target, row.period, row.now.unit)
    if row.rating is None:
        return f"A target of {wanted} is set, but the figure is not rated, as neither a higher nor a lower one counts as better."
    shown = Fraction(half_up(row.now.value, row.places))
    if row.target.low is not None and row.target.high is not None:
        return _against_a_range(row, wanted, shown, Fraction(str(row.target.low)), Fraction(str(row.target.high)))
    exact = row.target.on(row.period.end)
    assert exact is not None
    at_most = "no more than " if row.good == "lower" else ""
    on_its_way = _on_its_way(row)
    if row.rating == "green":
        return f"The target of {at_most}{wanted}{on_its_way} is met (green)."
    return f"The target of {at_most}{wanted}{on_its_way} is missed{_by(shown - exact, row)}{_how_far(row.rating)}."


def _against_a_range(row: ReportRow, wanted: str, shown: Fraction, low: Fraction, high: Fraction) -> str:
    if row.rating == "green":
        return f"The figure lies within the target range of {wanted} (green)."
    side, gap = ("above", shown - high) if shown > high else ("below", low - shown)
    return f"The figure lies {side} the target range of {wanted}{_by(gap, row)} ({row.rating})."


def _on_its_way(row: ReportRow) -> str:
    aim = row.target
    if aim is None or aim.baseline is None or aim.by is None or aim.target is None or row.period.end >= aim.by:
        return ""
    last = Period("month", "", aim.by, aim.by)
    return f" for now (on the way to {target_words(aim, last, row.now.unit)} in {month_words(last)})"


def _by(gap: Fraction, row: ReportRow) -> str:
    """How far off, where the decimals shown tell."""
    rounded = half_up(abs(gap), row.places)
    far = rounded if Fraction(rounded) == abs(gap) else plain(abs(gap))
    return f" by {difference_words(far, row.now.unit)}" if far else ""


def _how_far(rating: Rating) -> str:
    return ", which is within the tolerance (amber)" if rating == "amber" else " (red)"


def change(told: Told) -> str | None:
    """The change from the period before, and from a year before."""
    row = told.row
    if row.now.value is None:
        return None
    found = [one for one in (since_the_period_before(row), since_a_year_before(row)) if one is not None]
    if not found:
        return None
    return f"The figure is {changes_words(row, found)}."


def months(told: Told) -> str | None:
    """The average of the last 12 months (of those that have a figure), and the highest and lowest of the months shown.

    None beside a suppressed month: those around it are no fair sample.
    """
    row = told.row
    if any(seen.status == "suppressed" for seen in row.series.values()):
        return None
    there = {period: seen for period, seen in row.series.items() if seen.value is not None}
    if row.basis != "month" or len(there) < _FEWEST_MONTHS:
        return None
    by_size: dict[Decimal, list[str]] = {}
    for period, seen in there.items():
        by_size.setdefault(half_up(seen.value or Fraction(0), row.places), []).append(month_words(period))
    unit, least, most = row.now.unit, min(by_size), max(by_size)
    if least == most:
        return f"It was {with_unit(least, unit)} in each of the {len(there)} months that have a figure."
    highest, lowest = (f"{beside(size, unit)} ({_in_which(by_size[size])})" for size in (most, least))
    last = list(row.series.values())[-_MONTHS_A_YEAR:]
    values = [seen.value for seen in last if seen.value is not None]
    mean = with_unit(half_up(sum(values, Fraction(0)) / len(values), max(row.places, 1)), unit)
    if len(values) == len(there):
        found = f"Over the {len(there)} months with a figure"
        return f"{found} the monthly average is {mean}, the highest {highest} and the lowest {lowest}."
    counted = "12 months" if len(values) == _MONTHS_A_YEAR else f"12 months ({len(values)} of them with a figure)"
    found = f"of the {len(there)} months shown the highest is {highest} and the lowest {lowest}"
    return f"The average monthly figure of the last {counted} is {mean}; {found}."


def _in_which(named: list[str]) -> str:
    return listed(named) if len(named) < _FEWEST_MONTHS else f"in {len(named)} months"


def few(told: Told) -> str | None:
    """How much one more or fewer would move a percentage of few."""
    now = told.row.now
    if now.unit != "percent" or now.value is None or not now.denominator or now.denominator > FEW:
        return None
    step = difference_words(half_up(100 / now.denominator, told.row.places), now.unit)
    return f"The numbers are small: one more or fewer would move the figure by {step}."
