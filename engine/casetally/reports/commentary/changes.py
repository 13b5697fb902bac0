"""Why: a change is told against the period before and the same one a year before, never larger than what rounding shows, and never
where a count of the year so far has merely grown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from casetally.figures.ratings import Travel, period_before, travel_of
from casetally.figures.reconcile.outcomes import half_up
from casetally.periods import Period, financial_year_start
from casetally.reports.commentary.words import accumulates, beside, difference_words, period_words
from casetally.reports.lines import ReportRow

_A_MONTH_EARLIER = "a month earlier"
_VERDICTS = {"better": "for the better", "worse": "for the worse"}


@dataclass(frozen=True)
class Change:
    """The change from an earlier figure. `since` names its period within a sentence."""

    since: str
    before: Fraction
    travel: Travel

    @property
    def when(self) -> str:
        return self.since if self.since == _A_MONTH_EARLIER else f"in {self.since}"


def since_the_period_before(row: ReportRow) -> Change | None:
    """The change from the period before; None where there is none, or where the two do not compare."""
    if row.travel is None or row.now.value is None or accumulates(row):
        return None
    earlier = period_before(row.period)
    since = period_words(earlier)
    if row.basis == "year_to_date":
        if financial_year_start(earlier.end) != row.period.start:
            return None  # in April the year to date begins anew
        since = _A_MONTH_EARLIER
    return Change(since, row.now.value - row.travel.change, row.travel)


def since_a_year_before(row: ReportRow) -> Change | None:
    """The change from the same period of the year before, where the report shows it."""
    start, earlier = row.period.start - relativedelta(years=1), row.a_year_before
    if earlier is None:
        found = [
            seen
            for period, seen in row.series.items()
            if period.start == start and period.end.month == row.period.end.month
        ]
        earlier = found[0] if found else None
    if earlier is None or earlier.value is None:
        return None
    travel = travel_of(row.now, earlier, row.good)
    since = "the same months a year before" if row.basis == "year_to_date" else period_words(_a_year_before(row.period))
    return Change(since, earlier.value, travel) if travel is not None else None


def _a_year_before(period: Period) -> Period:
    back = relativedelta(years=1)
    return Period(period.basis, period.name, period.start - back, period.end - back)


def is_unchanged(row: ReportRow, change: Change) -> bool:
    """Whether nothing can be seen of a change at the decimals shown."""
    assert row.now.value is not None
    rounded = half_up(row.now.value, row.places), half_up(change.before, row.places)
    return not half_up(change.travel.change, row.places) or rounded[0] == rounded[1]


def changed_for(change: Change) -> str:
    """Better, worse, or where neither is: higher, lower."""
    return {"better": "better", "worse": "worse", "up": "higher", "down": "lower"}.get(change.travel.verdict, "other")


def change_words(row: ReportRow, change: Change) -> str:
    """Down 1.3 percentage points from August 2023 (82.6%), for the worse."""
    if not change.travel.change:
        return f"the same as {change.when}"
    before = beside(half_up(change.before, row.places), row.now.unit)
    if is_unchanged(row, change):
        return f"much the same as {change.when} ({before})"
    way = "up" if change.travel.change > 0 else "down"
    far = difference_words(abs(half_up(change.travel.change, row.places)), row.now.unit)
    verdict = _VERDICTS.get(change.travel.verdict, "")
    return f"{way} {far} from {change.since} ({before})" + (f", {verdict}" if verdict else "")


def changes_words(row: ReportRow, changes: Sequence[Change]) -> str:
    """Several changes of one figure in one sentence."""
    if len(changes) > 1 and not any(one.travel.change for one in changes):
        return f"the same as {' and '.join(one.when for one in changes)}"
    return "; ".join(change_words(row, one) for one in changes)
