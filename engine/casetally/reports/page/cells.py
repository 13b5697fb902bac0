"""Why: every figure on the page carries where it comes from, so that a reader's eye and a test's check fall on the same thing.

Each is a `data` element with the exact value and the place of the cell in `figures.parquet`; what is worked out from several
cells (a change, an average, a limit) is marked `derived` and says of which kind it is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from casetally.definitions.reports import OverGroups
from casetally.figures.views import Seen
from casetally.periods import Period
from casetally.reports.lines import ReportRow, ends_shown, shown
from casetally.reports.page import words

if TYPE_CHECKING:
    from markupsafe import Markup


def figure(row: ReportRow, period: Period, seen: Seen) -> Markup:
    """A figure as it is shown; its status in words, and no value, where it has none."""
    text = shown(seen, row.places)
    if seen.value is None:
        return _element(row, period, None, "not available" if seen.status == "calculated" else text)
    return _element(row, period, seen.value, text)


def with_status(row: ReportRow, period: Period, seen: Seen) -> Markup:
    """A figure, and beside it in words that it is provisional, settling (and where it usually ends) or on a short history."""
    from markupsafe import Markup

    status = words.status_words(seen)
    tag = Markup(' <span class="tag">{}{}</span>').format(status, _range(row, seen)) if status else Markup("")
    return figure(row, period, seen) + tag


def _range(row: ReportRow, seen: Seen) -> Markup:
    from markupsafe import Markup

    ends = ends_shown(seen, row.places)
    if ends is None or seen.settles is None:
        return Markup("")
    low, high = (derived(f"settles_{side}", end, text)
                 for side, end, text in zip(("from", "to"), seen.settles, ends, strict=True))  # fmt: skip
    return Markup(", {}").format(low) if ends[0] == ends[1] else Markup(", {} to {}").format(low, high)


def counted(row: ReportRow, period: Period, seen: Seen, *, short: bool = False) -> Markup:
    """The whole numbers behind a figure: '113 of 139'. Empty where there is no figure, or it is made of several."""
    from markupsafe import Markup

    top, below = seen.numerator, seen.denominator
    if seen.value is None or top is None or below is None or isinstance(row.view.shows, OverGroups):
        return Markup("")
    above = _element(row, period, top, _whole(top), shows="numerator")
    if row.view.shows == "share_of_all":  # of all groups, by the same count
        under = _element(row, period, below, _whole(below), shows="numerator", breakdown="all", groups=("all",))
    else:
        under = _element(row, period, below, _whole(below), shows="denominator")
    return Markup("{}{}{}").format(above, _between(seen.unit, short=short), under)


def derived(kind: str, value: Fraction, text: str) -> Markup:
    """What is worked out from several figures: `kind` says what, `text` is how it is shown."""
    from markupsafe import Markup

    return Markup('<data class="derived" value="{}" data-kind="{}">{}</data>').format(repr(float(value)), kind, text)


def _between(unit: str, *, short: bool) -> str:
    if unit == "percent":
        return " of "
    if unit.startswith("per_"):
        return " in " if short else " in a population of "
    return " ÷ "


def _whole(number: Fraction) -> str:
    return f"{int(number):,}" if number.denominator == 1 else words.rounded(number, 1)


def _element(
    row: ReportRow,
    period: Period,
    value: Fraction | None,
    text: str,
    *,
    shows: str = "",
    breakdown: str = "",
    groups: tuple[str, ...] = (),
) -> Markup:
    from markupsafe import Markup

    side, number = _side(row)
    found = Markup(
        '<data class="figure" value="{}" data-indicator="{}" data-basis="{}" data-period="{}" data-breakdown="{}" '
        'data-group="{}" data-shows="{}"{}>{}</data>'
    )
    more = Markup(' data-number="{}"').format(number) if number and not shows else ""
    return found.format(
        "" if value is None else repr(float(value)), row.indicator, period.basis, period.name,
        breakdown or row.view.breakdown, "|".join(groups or row.view.groups), shows or side, more, text,
    )  # fmt: skip


def _side(row: ReportRow) -> tuple[str, int | None]:
    """Which side of a figure a row shows, by name; for one made over groups with the number that goes with it."""
    shows = row.view.shows
    if not isinstance(shows, OverGroups):
        return ("value" if shows == "fraction" else shows), None
    named = {name: number for name, number in shows.model_dump().items() if number is not None}
    return next(iter(named.items()))
