"""Why: a reader who meets 'provisional' or 'suppressed' must find on the same page what it means, and how a rating is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casetally.figures.suppression import HIGH, LOW
from casetally.figures.views import Seen
from casetally.reports.document import ReportDocument
from casetally.reports.page import words

_MEANT: Mapping[str, tuple[str, str]] = {
    "provisional": (
        "Provisional",
        "The figure may still change by itself: its period was not over on the day the records speak for, or some of its "
        "records still had time to be completed. Don't compare it with a finished period.",
    ),
    "settling": (
        "Settling",
        "The period is over, but at its age such a figure usually still moves, as records arrive late. A range that stands "
        "beside it is where past periods would lead one to expect that it ends; it can end elsewhere.",
    ),
    "short_history": (
        "Short history",
        "The rule looks back further than the records go, so the figure may be too low (a re-referral is only seen if the "
        "earlier referral is in the records).",
    ),
    "suppressed": (
        "Suppressed",
        f"The figure is hidden because it rests on a count from {LOW} to {HIGH}, or because it would give such a count away. "
        "Ratings, averages and charts are made without it.",
    ),
    "not_available": (
        "Not available",
        "The records that the figure needs were not given, or don't reach back that far. It does not mean none.",
    ),
    "not_applicable": (
        "Not applicable",
        "There was nothing to take a share of in the period: no denominator. It is neither 0% nor 100%.",
    ),
}


def meanings(document: ReportDocument) -> Iterator[tuple[str, str]]:
    """(word, what it means) for each status that occurs on the page."""
    found = {
        part for seen in _every(document) for part in (seen.status, seen.maturity if seen.value is not None else "")
    }
    if document.edition == "published":
        found.add("suppressed")
    return (meant for status, meant in _MEANT.items() if status in found)


def rating_notes(document: ReportDocument) -> Iterator[str]:
    """How a rating comes about, with the tolerance in force."""
    targets = (row.target for line in document.lines for row in line.rows)
    within = sorted({target.tolerance for target in targets if target is not None and target.low is None})
    if len(within) == 1:
        of_it = (
            f"{words.stated(within[0])}% of it. Of a target of 90% that is {words.stated(90 * within[0] / 100)} points."
        )
    else:
        of_it = "the tolerance that stands beside it."
    yield "Green (G, a circle): the figure, as it is shown, is at the target or better."
    yield f"Amber (A, a triangle): it misses the target by no more than {of_it}"
    yield "Red (R, an octagon): it misses it by more. A target range has no amber: green inside, red outside."
    yield "Not rated: no target is set for the measure on this basis, or there is no figure to rate."


READING: tuple[str, ...] = (
    "A figure from month to month goes up and down by chance: that is its common variation. The dashed lines of a chart are the "
    "limits within which nearly all months lie as long as nothing has changed; they are worked out from the changes between "
    "neighbouring months (an XmR chart).",
    "A month is marked, by shape and colour, if it lies beyond a limit, if two of three are near one, or if it belongs to a run "
    "of months on one side of the average or in one direction. Only that is worth asking about as a change. With fewer than 12 "
    "months the limits are on trial.",
    "Whether a target will be met is said from the limits: in every month, in none as things are, or by chance.",
)

COMPARING: tuple[str, ...] = (
    "A figure of a month, a quarter, a year to date and 12 rolling months answer different questions. Compare like with like.",
    "Others' figures are given as they were published, for the year that stands beside them, and may rest on other definitions.",
    "A count of distinct children does not add up over months: a child may count in each of them and only once in the year.",
    "An average of months is that of the monthly figures, each counting alike: it can differ from the figure of the quarter or "
    "the year, in which a month with more children counts for more.",
    "A change is worked out before rounding, so it can differ by one in the last place from that between the figures shown.",
    "Percentages are rounded half up from whole numbers. Of few children one more or fewer moves a percentage far.",
)


def _every(document: ReportDocument) -> Iterator[Seen]:
    for line in document.lines:
        for row in line.rows:
            yield from row.series.values()
            yield from row.monthly.values()
            if row.before is not None:
                yield row.before
