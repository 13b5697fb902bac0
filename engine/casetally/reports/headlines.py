"""Why: whoever has two minutes should see what goes well, what to watch and what to do better, by rules and not by choice.

To do better: every red line. To watch: every amber one, and one that is green or not rated whose control chart, with settled
limits, shows its month beyond common variation for the worse. Going well: every other green line. In the order of the report, all
of them: a reader who wants fewer reads the sections. A line whose figure is suppressed, not available or not applicable has neither
rating nor verdict and is not named; a figure that is provisional or settling is named as its rating has it, and said to be so.
"""

from __future__ import annotations

from collections.abc import Iterable

from casetally.figures.ratings import may_turn
from casetally.reports.commentary.changes import Change, changed_for, is_unchanged, since_the_period_before
from casetally.reports.commentary.control import is_settled
from casetally.reports.commentary.words import clean, figure_words, target_words
from casetally.reports.document import Headline, LineShown, Summary
from casetally.reports.lines import ReportRow, summary


def summarise(lines: Iterable[LineShown]) -> Summary:
    """The summary of a report: how many lines have which rating, and which lines to look at first."""
    every = list(lines)
    named = [(place, Headline(line, because(line))) for line in every if (place := _place(line))]
    well, watch, better = (
        tuple(headline for place, headline in named if place == wanted)
        for wanted in ("going well", "to watch", "to do better")
    )
    return Summary(summary(line.main for line in every), well, watch, better)


def because(line: LineShown) -> str:
    """A few words on a line: 81.3%, target 90%, better than August 2023."""
    row = line.main
    if row.now.value is None:
        return row.now.status.replace("_", " ")
    return ", ".join([*([clean(row.group)] if row.group else []), *_parts(line, row)])


def _parts(line: LineShown, row: ReportRow) -> list[str]:
    parts = [figure_words(row.now, row.places)]
    if row.now.maturity != "final":
        parts.append(row.now.maturity.replace("_", " "))
    if row.target is not None:
        at_most = "no more than " if row.good == "lower" and row.target.low is None else ""
        parts.append(f"target {at_most}{target_words(row.target, row.period, row.now.unit)}")
    since = since_the_period_before(row)
    if since is not None and not may_turn(row.now, since.before):
        parts.append(_travel(row, since))
    if _is_concerning(line):
        parts.append("beyond common variation for the worse")
    return parts


def _travel(row: ReportRow, since: Change) -> str:
    if is_unchanged(row, since):
        return f"much the same as {since.when}" if since.travel.change else f"the same as {since.when}"
    verdict = changed_for(since)
    return f"{verdict} than {since.when}"


def _place(line: LineShown) -> str:
    row = line.main
    if row.now.value is None:
        return ""
    if row.rating == "red":
        return "to do better"
    if row.rating == "amber" or _is_concerning(line):
        return "to watch"
    return "going well" if row.rating == "green" else ""


def _is_concerning(line: LineShown) -> bool:
    return is_settled(line.control) and line.control.variation.startswith("concerning")
