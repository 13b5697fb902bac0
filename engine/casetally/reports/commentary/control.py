"""Why: whether a month is out of the ordinary is said by the control chart alone, and only once its limits have settled."""

from __future__ import annotations

from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.spc import ControlChart, Signal, places_of_level
from casetally.reports.commentary.changes import is_unchanged, since_the_period_before
from casetally.reports.commentary.sentences import Told
from casetally.reports.commentary.words import beside, month_words
from casetally.reports.lines import ReportRow

_VERDICTS = {"improving": ", for the better", "concerning": ", for the worse", "neither": ""}
_PROSPECTS = {
    "passes": " On this pattern the target can be expected to be met every month.",
    "fails": " On this pattern the target can be expected to be missed every month.",
    "hit_or_miss": " On this pattern the target will be met in some months and missed in others.",
    "none": "",
}


def is_settled(chart: ControlChart) -> bool:
    """Whether the chart's verdict on the report's own month may be relied on: enough months, that one among them, and final."""
    latest = chart.latest
    if latest is None or chart.variation == "no_chart" or chart.is_trial or not chart.is_current:
        return False
    return latest.maturity == "final"


def variation(told: Told) -> str | None:
    """Whether the month is beyond common variation; where it is not, whether the target can be expected to be met."""
    chart = told.line.control
    if chart.latest is None or chart.variation == "no_chart":
        return None
    if chart.is_trial:
        return _too_few(told.row, chart)
    if not is_settled(chart):
        return None
    kind = chart.variation.split("_")[0]
    name = month_words(chart.latest.period)
    single = "" if told.row.basis == "month" else ", taken as a single month,"
    if kind == "common":  # what is beyond it is no pattern that foretells anything
        return f"{name}{single} lies within common variation.{_PROSPECTS[chart.assurance]}"
    return f"{name}{single} lies beyond common variation{_VERDICTS[kind]}{_reason(told.row, chart)}."


def _too_few(row: ReportRow, chart: ControlChart) -> str | None:
    """Said of a change that can be seen, so that it is not read as one."""
    since = since_the_period_before(row) if row.basis == "month" else None
    if since is None or is_unchanged(row, since) or row.now.maturity == "provisional":
        return None
    return (
        f"With limits from only {len(chart.counted)} months it can't be told yet whether that is out of the ordinary."
    )


def _reason(row: ReportRow, chart: ControlChart) -> str:
    """Which rule says so, the plainest of several."""
    assert chart.latest is not None
    is_high = chart.variation.endswith("high")
    side, end = ("above", "upper") if is_high else ("below", "lower")
    expected = "the range that its control chart expects"
    reasons: dict[Signal, str] = {
        "beyond_limits": f"{side} {expected}",
        "shift": f"the latest of a run of months {side} the average of its control chart{_mean(row, chart)}",
        "trend": f"the latest of a run of months each {'higher' if is_high else 'lower'} than the one before",
        "two_of_three": f"two of the last three months are close to the {end} end of {expected}, or beyond it",
    }
    found = [text for signal, text in reasons.items() if signal in chart.latest.signals]
    return f": {found[0]}" if found else ""


def _mean(row: ReportRow, chart: ControlChart) -> str:
    """Of how many months: a chart looks back further than the table, and its average may lie on the other side of the table's."""
    if chart.mean is None:
        return ""
    mean = half_up(chart.mean, places_of_level(chart, row.places))
    return f" ({beside(mean, row.now.unit)}, over {len(chart.counted)} months)"
