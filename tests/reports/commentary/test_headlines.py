"""Why: the summary is what most readers read, so what is named in it, and why, is held to its rules."""

from __future__ import annotations

import pytest
from casetally.reports.document import LineShown
from casetally.reports.headlines import because, summarise
from commentary_lines import a_line, a_row, a_target, chart_of

GREEN = a_row([(90, 100), (95, 100)], target=a_target(90))
AMBER = a_row([(90, 100), (85, 100)], target=a_target(90))
RED = a_row([(90, 100), (50, 100)], target=a_target(90))
UNRATED = a_row([(90, 100), (50, 100)])
SETTLED = chart_of(13)
WORSE, BETTER = chart_of(13, "concerning_low"), chart_of(13, "improving_high")


def where(line: LineShown) -> str:
    found = summarise([line])
    places = {"going well": found.going_well, "to watch": found.to_watch, "to do better": found.to_do_better}
    named = [name for name, headlines in places.items() if headlines]
    assert len(named) <= 1
    return named[0] if named else ""


@pytest.mark.parametrize(
    ("row", "chart", "place"),
    [
        (GREEN, SETTLED, "going well"), (GREEN, BETTER, "going well"), (GREEN, WORSE, "to watch"),
        (AMBER, SETTLED, "to watch"), (AMBER, BETTER, "to watch"), (AMBER, WORSE, "to watch"),
        (RED, SETTLED, "to do better"), (RED, BETTER, "to do better"), (RED, WORSE, "to do better"),
        (UNRATED, SETTLED, ""), (UNRATED, BETTER, ""), (UNRATED, WORSE, "to watch"),
        # trial limits, a month that may still change, or one that is not on the chart decide nothing
        (GREEN, chart_of(11, "concerning_low"), "going well"), (UNRATED, chart_of(11, "concerning_low"), ""),
        (GREEN, chart_of(13, "concerning_low", maturity="provisional"), "going well"),
        (UNRATED, chart_of(13, "concerning_low", no_last=True), ""),
        (GREEN, chart_of(13, "neither_low"), "going well"),
    ],
)  # fmt: skip
def test_where_a_line_is_named(row, chart, place: str) -> None:
    assert where(a_line(row, chart)) == place


@pytest.mark.parametrize("status", ["suppressed", "not_available", "not_applicable"])
def test_a_line_without_a_figure_is_not_named(status: str) -> None:
    assert where(a_line(a_row([(1, 2), status], target=a_target(90)), WORSE)) == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (a_line(a_row([(65, 100), (113, 139)], target=a_target(90)), SETTLED), "81.3%, target 90%, better than in August 2023"),
        (a_line(a_row([(3, 20), (4, 20)], good="lower", target=a_target(18))),
         "20.0%, target no more than 18%, worse than in August 2023"),
        (a_line(a_row([(3, 20), (4, 20)], good="lower", target=a_target(low=15, high=18))),
         "20.0%, target 15% to 18%, worse than in August 2023"),
        (a_line(GREEN, WORSE), "95.0%, target 90%, better than in August 2023, beyond common variation for the worse"),
        (a_line(a_row([(1, 2), (1, 2)], target=a_target(low=15, high=20))), "50.0%, target 15% to 20%, the same as in August 2023"),
        (a_line(a_row([(8004, 10000), (8006, 10000)])), "80.1%, much the same as in August 2023"),
        (a_line(a_row([3, 2], unit="number", places=0, good="neither")), "2, lower than in August 2023"),
        (a_line(a_row([2, 3], unit="number", places=0, good="lower")), "3, worse than in August 2023"),
        (a_line(a_row([(1, 2), (1, 4)], target=a_target(90), maturity="provisional")), "25.0%, provisional, target 90%"),
        (a_line(a_row([(1, 4)], maturity="short_history")), "25.0%, short history"),
        (a_line(a_row([(50, 100), (40, 100)], basis="year_to_date")), "40.0%, worse than a month earlier"),
        (a_line(a_row([100, 120], basis="year_to_date", unit="number", places=0)), "120"),
        (a_line(a_row([(1, 4)], group="age: 19-21")), "age: 19-21, 25.0%"),
    ],
)  # fmt: skip
def test_a_headline_says_why_in_a_few_words(line: LineShown, says: str) -> None:
    assert because(line) == says


def test_the_summary_keeps_the_order_of_the_report_and_counts_every_line() -> None:
    lines = [a_line(row, SETTLED) for row in (RED, GREEN, AMBER, RED, UNRATED, a_row(["suppressed"]))]
    found = summarise(iter(lines))
    assert found.ratings == {"green": 1, "amber": 1, "red": 2, "not rated": 2}
    assert [headline.line for headline in found.to_do_better] == [lines[0], lines[3]]
    assert [headline.line for headline in found.going_well] == [lines[1]]
    assert [headline.line for headline in found.to_watch] == [lines[2]]


def test_other_bases_and_groups_of_a_line_are_not_counted() -> None:
    assert summarise([a_line(RED, SETTLED, GREEN, AMBER)]).ratings == {"green": 0, "amber": 0, "red": 1, "not rated": 0}
