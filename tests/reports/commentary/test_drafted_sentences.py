"""Why: each rule's sentence is worked out by hand, so that a director reads what an analyst would have written "
"and nothing else."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from casetally.figures.behind import Behind
from casetally.figures.spc import ControlChart
from casetally.figures.views import Seen
from casetally.reports.commentary import drafted
from casetally.reports.commentary.drafted import MOST
from casetally.reports.lines import Edition, ReportRow
from commentary_lines import a_line, a_row, a_target, beside, chart_of, those


def said(
    row: ReportRow, chart: ControlChart | None = None, behind: Behind | None = None, edition: Edition = "internal"
) -> tuple[str, ...]:
    line = a_line(row, chart) if chart is not None else a_line(row)
    return drafted(line, behind, edition)


def test_the_level_is_the_figure_with_what_it_is_made_of() -> None:
    assert said(a_row([(113, 139)])) == ("September 2023: 81.3% (113 of 139).",)


@pytest.mark.parametrize(
    ("row", "opens"),
    [
        (a_row([1234], unit="number", places=0), "September 2023: 1,234."),
        (a_row([(354, 22253)], unit="per_10000"), "September 2023: 159.1 per 10,000."),
        (a_row([Fraction(1)], unit="days", places=0), "September 2023: 1 day."),
        (a_row([Fraction(137, 8)], unit="days"), "September 2023: 17.1 days."),
        (a_row([(429, 794)], basis="year_to_date"), "Year to date (April to September 2023): 54.0% (429 of 794)."),
        (a_row([(4, 8)], basis="year_to_date", last="2024-02"),
         "Year to date (April 2023 to February 2024): 50.0% (4 of 8)."),
        (a_row([(4, 8)], basis="year_to_date", last="2023-04"), "Year to date (April 2023): 50.0% (4 of 8)."),
        (a_row([(83, 85)], basis="quarter"), "Quarter 2 of 2023-24 (July to September 2023): 97.6% (83 of 85)."),
        (a_row([(4, 80)], basis="rolling_12_months"), "12 months to September 2023: 5.0% (4 of 80)."),
        (a_row([(4, 80)], basis="year"), "Year 2023-24: 5.0% (4 of 80)."),
        (a_row([2], unit="number", places=0, group="Team\n North"), "September 2023, Team North: 2."),
        (a_row([(38, 79)], maturity="provisional"),
         "September 2023: 48.1% (38 of 79), provisional: it may still change."),
        (
            a_row([(3, 25)], maturity="short_history"),
            "September 2023: 12.0% (3 of 25), on a short history: the records do not go back as far as the rule looks.",
        ),
    ],
)  # fmt: skip
def test_a_level_names_its_period_unit_and_how_settled_it_is(row, opens: str) -> None:
    assert said(row)[0] == opens


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("not_available", "there is no figure, as the records can't give it"),
        ("not_applicable", "there is no figure, as nothing was counted that it could be worked out from"),
        ("suppressed", "the figure is suppressed, so that no small number can be worked out from this report"),
    ],
)
def test_a_month_without_a_figure_says_why_and_which_is_the_latest(status: str, says: str) -> None:
    assert said(a_row([(8, 10), (5, 9), status])) == (
        f"September 2023: {says}.",
        "The latest figure shown is that of August 2023: 55.6% (5 of 9).",
    )
    assert said(a_row([status, status])) == (f"September 2023: {says}.",)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        # 113 of 139 is 81.29...: shown 81.3, which is 8.7 short of 90; the tolerance of 10% reaches down to 81
        (a_row([(113, 139)], target=a_target(90)),
         "The target of 90% is missed by 8.7 percentage points, which is within the tolerance (amber)."),
        (a_row([(429, 794)], target=a_target(90)), "The target of 90% is missed by 36.0 percentage points (red)."),
        (a_row([(9, 10)], target=a_target(90)), "The target of 90% is met (green)."),
        (a_row([(164, 738)], good="lower", target=a_target(18)),
         "The target of no more than 18% is missed by 4.2 percentage points (red)."),
        (a_row([(1, 10)], good="lower", target=a_target(18)), "The target of no more than 18% is met (green)."),
        (a_row([(85, 100)], places=0, target=a_target(85.5)),
         "The target of 85.5% is missed by 0.5 percentage points, which is within the tolerance (amber)."),
        (a_row([(89, 100)], places=0, target=a_target(90)),
         "The target of 90% is missed by 1 percentage point, which is within the tolerance (amber)."),
        (a_row([17], unit="number", places=0, good="lower", target=a_target(15)),
         "The target of no more than 15 is missed by 2 (red)."),
        (a_row([(17, 100)], target=a_target(low=15, high=20)),
         "The figure lies within the target range of 15% to 20% (green)."),
        (a_row([(23, 100)], target=a_target(low=15, high=20)),
         "The figure lies above the target range of 15% to 20% by 3.0 percentage points (red)."),
        (a_row([0], unit="number", places=0, target=a_target(low=1, high=2)),
         "The figure lies below the target range of 1 to 2 by 1 (red)."),
        (a_row([(354, 22253)], unit="per_10000", good="neither", target=a_target(95)),
         "A target of 95 per 10,000 is set, but the figure is not rated, as neither a higher nor a lower one counts as better."),
    ],
)  # fmt: skip
def test_the_target_and_the_rating_in_words(row, says: str) -> None:
    assert said(row)[1] == says


def test_a_target_on_its_way_to_another_says_so() -> None:
    # from 60 on 1 April 2023 to 96 on 31 March 2024 are 365 days; by 30 September 182 of them are gone: 60 + 36 x 182/365 = 77.95
    target = a_target(96, by=dt.date(2024, 3, 31), baseline={"on": dt.date(2023, 4, 1), "value": 60})
    assert said(a_row([(80, 100)], target=target))[1] == (
        "The target of 78.0% for now (on the way to 96% in March 2024) is met (green)."
    )


def test_a_target_is_silent_where_there_is_no_figure() -> None:
    assert not any("target" in text for text in said(a_row([(1, 2), "not_available"], target=a_target(90))))


def test_the_change_from_the_month_before_and_from_a_year_before() -> None:
    values = [(834, 1000), *["not_available"] * 10, (65, 100), (813, 1000)]
    assert said(a_row(values))[1] == (
        "The figure is up 16.3 percentage points from August 2023 (65.0%), for the better; "
        "down 2.1 percentage points from September 2022 (83.4%), for the worse."
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (a_row([(2, 4), (2, 4)]), "The figure is the same as in August 2023."),
        # 1/3 and 3334/10000: both shown 33.3
        (a_row([(1, 3), (3334, 10000)]), "The figure is much the same as in August 2023 (33.3%)."),
        # 80.04 and 80.06 are shown 80.0 and 80.1, but lie 0.02 apart
        (a_row([(8004, 10000), (8006, 10000)]), "The figure is much the same as in August 2023 (80.0%)."),
        # 79.96 and 80.03 are both shown 80.0, though 0.07 rounds to 0.1
        (a_row([(7996, 10000), (8003, 10000)]), "The figure is much the same as in August 2023 (80.0%)."),
        (a_row([101, 113], unit="number", places=0, good="neither"), "The figure is up 12 from August 2023 (101)."),
        (a_row([113, 101], unit="number", places=0, good="lower"), "The figure is down 12 from August 2023 (113), for the better."),
        (a_row([(400, 10000), (354, 10000)], unit="per_10000", good="neither"),
         "The figure is down 46.0 per 10,000 from August 2023 (400.0)."),
        (a_row([Fraction(3), Fraction(2)], unit="days", places=0, good="lower"),
         "The figure is down 1 day from August 2023 (3 days), for the better."),
        (a_row([(50, 100), (51, 100)]), "The figure is up 1.0 percentage points from August 2023 (50.0%), for the better."),
        (a_row([(50, 100), (51, 100)], places=0), "The figure is up 1 percentage point from August 2023 (50%), for the better."),
        # a year to date of shares does compare, one of counts or rates only grows
        (a_row([(50, 100), (40, 100)], basis="year_to_date"),
         "The figure is down 10.0 percentage points from a month earlier (50.0%), for the worse."),
        (a_row([(50, 100), (50, 100)], basis="year_to_date"), "The figure is the same as a month earlier."),
        (a_row([(1, 4), (1, 2)], basis="rolling_12_months"),
         "The figure is up 25.0 percentage points from the 12 months to August 2023 (25.0%), for the better."),
        # a month whose clocks still run is neither better nor worse yet
        (a_row([(1, 2), (1, 4)], maturity="provisional"), "The figure is down 25.0 percentage points from August 2023 (50.0%)."),
        (a_row([5, *["not_available"] * 11, 5, 5], last="2023-10", unit="number", places=0),
         "The figure is the same as in September 2023."),
        (a_row([5, *[4] * 11, 5], unit="number", places=0),
         "The figure is up 1 from August 2023 (4), for the better; the same as in September 2022."),
        (a_row([5, *[4] * 10, 5, 5], unit="number", places=0), "The figure is the same as in August 2023 and in September 2022."),
    ],
)  # fmt: skip
def test_a_change_in_words(row, says: str) -> None:
    assert said(row)[1] == says


@pytest.mark.parametrize(
    "row",
    [
        a_row([100, 120], basis="year_to_date", unit="number", places=0),
        a_row([(100, 10000), (120, 10000)], basis="year_to_date", unit="per_10000"),
        a_row([(50, 100), (40, 100)], basis="year_to_date", last="2023-04"),  # March's year to date is another year's
        a_row(["not_available", (40, 100)]),
    ],
)
def test_no_change_is_told_between_what_does_not_compare(row) -> None:
    assert len(said(row)) == 1


def test_a_count_of_the_year_to_date_is_held_against_the_same_months_a_year_before() -> None:
    row = a_row([600, *[1] * 11, 681], basis="year_to_date", unit="number", places=0, good="neither")
    assert said(row)[1:] == ("The figure is up 81 from the same months a year before (600).",)


def test_highest_lowest_and_average_of_all_thirteen_months() -> None:
    # twelve months to September: 11 of 80 and one of 92 -> 972/12 = 81.0; September 2022 (70) is the 13th
    values = [(70, 100), *[(80, 100)] * 5, (92, 100), *[(80, 100)] * 6]
    assert said(a_row(values))[-1] == (
        "The average monthly figure of the last 12 months is 81.0%; of the 13 months shown the highest is 92.0% (March 2023) "
        "and the lowest "
        "70.0% (September 2022)."
    )


def test_of_few_months_it_says_of_how_many() -> None:
    # 10 + 30 + 20 + 30 = 90 / 4 = 22.5
    row = a_row([10, 30, "not_available", 20, 30], unit="number", places=0)
    assert said(row)[-1] == (
        "Over the 4 months with a figure the monthly average is 22.5, the highest 30 (June 2023 and September 2023) and "
        "the lowest "
        "10 (May 2023)."
    )


def test_many_months_alike_are_counted_and_not_named() -> None:
    row = a_row([0, 0, 0, 2], unit="number", places=0)
    assert said(row)[-1].endswith("the highest 2 (September 2023) and the lowest 0 (in 3 months).")
    assert said(a_row([(4, 4)] * 5))[-1] == "It was 100.0% in each of the 5 months that have a figure."


def test_months_beside_suppressed_ones_are_not_summed_up() -> None:
    # noughts are shown and ones to fives are hidden: 'it was 0 in each of the 3 months' would read as if nothing had happened
    values = [0, "suppressed", 0, 0, "suppressed"]
    assert not any("months" in text for text in said(a_row(values, unit="number", places=0), edition="published"))
    assert not any(
        "months" in text for text in said(a_row(["suppressed", 8, 9, 7], unit="number", places=0), edition="published")
    )


def test_two_months_have_no_highest_and_lowest() -> None:
    assert not any("highest" in text for text in said(a_row([(1, 2), (2, 2)])))


def test_gaps_among_the_last_twelve_are_told_beside_a_thirteenth() -> None:
    # without April's figure the last twelve have 11: 10 x 50 + 61 = 561 / 11 = 51
    values = [(40, 100), *[(50, 100)] * 6, "not_applicable", *[(50, 100)] * 4, (61, 100)]
    assert said(a_row(values))[-1] == (
        "The average monthly figure of the last 12 months (11 of them with a figure) is 51.0%; of the 12 months shown the "
        "highest is 61.0% "
        "(September 2023) and the lowest 40.0% (September 2022)."
    )


@pytest.mark.parametrize(
    ("chart", "says"),
    [
        (chart_of(13), "September 2023 lies within common variation."),
        (chart_of(13, assurance="fails"),
         "September 2023 lies within common variation. On this pattern the target can be expected to be missed "
         "every month."),
        (chart_of(13, assurance="passes"),
         "September 2023 lies within common variation. On this pattern the target can be expected to be met "
         "every month."),
        (chart_of(13, assurance="hit_or_miss"),
         "September 2023 lies within common variation. On this pattern the target will be met in some months "
         "and missed in others."),
        (chart_of(13, "concerning_low", signals=["beyond_limits"], assurance="passes"),
         "September 2023 lies beyond common variation, for the worse: below the range that its control chart expects."),
        (chart_of(13, "improving_high", signals=["shift"]),
         "September 2023 lies beyond common variation, for the better: the latest of a run of months above the average "
         "of its control chart (50.0%, over 13 months)."),
        (chart_of(13, "neither_low", signals=["trend"]),
         "September 2023 lies beyond common variation: the latest of a run of months each lower than the one before."),
        (chart_of(13, "concerning_high", signals=["two_of_three"]),
         "September 2023 lies beyond common variation, for the worse: two of the last three months are close to the upper end "
         "of the range that its control chart expects, or beyond it."),
        (chart_of(13, "concerning_high", signals=["two_of_three", "beyond_limits"]),
         "September 2023 lies beyond common variation, for the worse: above the range that its control chart expects."),
    ],
)  # fmt: skip
def test_the_control_chart_in_words(chart, says: str) -> None:
    assert said(a_row([(1, 2)] * 2), chart)[2] == says


def test_trial_limits_claim_nothing_and_say_so_of_a_change() -> None:
    trial = chart_of(9, "concerning_low", signals=["beyond_limits"])
    assert said(a_row([(6, 10), (5, 10)]), trial)[2] == (
        "With limits from only 9 months it can't be told yet whether that is out of the ordinary."
    )
    assert not any("limits" in text for text in said(a_row([(5, 10), (5, 10)]), trial))


@pytest.mark.parametrize(
    "chart", [chart_of(13, "concerning_low", maturity="provisional"), chart_of(13, "concerning_low", no_last=True)]
)
def test_a_month_that_may_still_change_or_has_no_figure_is_not_called_out_of_the_ordinary(chart) -> None:
    assert not any("variation" in text for text in said(a_row([(5, 10), (5, 10)]), chart))


def test_the_single_month_is_named_as_such_beside_a_figure_of_the_year() -> None:
    row = a_row([(1, 2), (1, 2)], basis="year_to_date")
    assert said(row, chart_of(13))[2] == "September 2023, taken as a single month, lies within common variation."


@pytest.mark.parametrize(
    ("compared", "says"),
    [
        ([beside("england", 84.2, "2022-23")], "The figure is below England (84.2%, 2022-23)."),
        ([beside("england", 84.2, "2022-23"), beside("statistical_neighbour", 79, "2022-23", made_of="mean of 9 of 10"),
          beside("region", 80, "2021-22")],
         "The figure is below England (84.2%, 2022-23); above statistical neighbours (79%, 2022-23, mean of 9 of 10) "
         "and the region (80%, "
         "2021-22)."),
        ([beside("england", 84.2, "2021-22"), beside("england", 81.3, "2022-23")],
         "The figure is level with England (81.3%, 2022-23)."),
        ([beside("england", 81, "2022-23")], "The figure is level with England (81%, 2022-23)."),  # 81.3 at no decimals is 81
        ([beside("local_previous", 64.1, "Q2 2022/23")],
         "The figure is above the authority's own earlier one (64.1%, Q2 2022/23)."),
        ([beside("england", 84.2)], "The figure is below England (84.2%)."),
    ],
)  # fmt: skip
def test_what_others_have(compared, says: str) -> None:
    assert said(a_row([(113, 139)], compared=compared))[1] == says


def test_rates_beside_each_other_say_once_of_how_many_they_are() -> None:
    row = a_row([(354, 22253)], unit="per_10000", compared=[beside("england", 71, "2022-23")])
    assert said(row) == ("September 2023: 159.1 per 10,000.", "The figure is above England (71, 2022-23).")


def test_counts_of_others_and_other_averages_are_left_to_the_table() -> None:
    assert len(said(a_row([110], unit="number", places=0, compared=[beside("local_previous", 363, "Q2 2022/23")]))) == 1
    assert len(said(a_row([(1, 40)], compared=[beside("other", 3), beside("three_year_average", 3)]))) == 1


@pytest.mark.parametrize(
    ("behind", "says"),
    [
        (those(26, 24, 19, ("North", 14), ("South", 12)),
         "The other 26 of the 139 concern 24 children of 19 families; 14 of the 26 are with North."),
        (those(26, 24, None), "The other 26 of the 139 concern 24 children."),
        (those(1, 1, 1, ("North", 1)), "The other one of the 139 concerns one child; it is with North."),
        (those(1, 1, 1, ("North", 1), is_rest=False), "The one counted concerns one child; it is with North."),
        (those(2, 2, 1, ("North", 2)), "The other 2 of the 139 concern 2 children of one family; both are with North."),
        (those(55, 55, 54, ("North", 55), is_rest=False),
         "The 55 concern 55 children of 54 families; all are with North."),
        (those(26, 26, 18, ("East", 13), ("West", 13), no_family=1),
         "The other 26 of the 139 concern 26 children of 18 families (no family is recorded for 1 of them); they are with "
         "East (13) and West (13)."),
        (those(55, 50, 40, ("A", 14), ("B", 12), ("C", 10), ("D", 10), ("E", 9)),
         "The other 55 of the 139 concern 50 children of 40 families; they are spread over 5 teams, none with more than 14."),
        (those(55, 50, 40, ("A", 14), ("B", 12), ("C", 11), ("D", 9), ("E", 9)),
         "The other 55 of the 139 concern 50 children of 40 families; 37 of the 55 are with A (14), B (12) and C (11)."),
        (those(10, 10, 9, ("A", 3), ("unknown", 7)),
         "The other 10 of the 139 concern 10 children of 9 families; for 7 of the 10 no team is recorded."),
        (those(10, 10, 9, ("unknown", 10)), "The other 10 of the 139 concern 10 children of 9 families."),
        (those(41, 40, 29, ("CIC", 41), unsettled=7),
         "The other 41 of the 139 concern 40 children of 29 families; all are with CIC; "
         "for 7 of them the outcome may still change."),
        (those(7, 7, 7, unsettled=7),
         "The other 7 of the 139 concern 7 children of 7 families; for all of them the outcome may still change."),
        (those(7, 7, 7, unsettled=1),
         "The other 7 of the 139 concern 7 children of 7 families; for one of them the outcome may still change."),
        (those(1200, 1100, 1000, ("A\n B", 1200)),
         "The other 1,200 of the 139 concern 1,100 children of 1,000 families; all are with A B."),
        (those(13, 13, 13, are_young_people=True), "The other 13 of the 139 concern 13 young people of 13 families."),
    ],
)  # fmt: skip
def test_who_stands_behind_a_poor_percentage(behind, says: str) -> None:
    assert said(a_row([(113, 139)]), behind=behind)[1] == says


def test_behind_a_number_left_over_are_those_it_counts() -> None:
    row = a_row([26], unit="number", places=0, good="lower", shows="remainder")
    assert said(row, behind=those(26, 24, 19))[1] == "The 26 concern 24 children of 19 families."
    assert said(row, behind=those(5, 4, 3, is_rest=False))[1] == "The other 5 concern 4 children of 3 families."


def test_nobody_behind_is_no_sentence() -> None:
    assert len(said(a_row([(50, 100)]), behind=those(0, 0, None))) == 1


def test_a_percentage_of_few_says_what_one_more_would_do() -> None:
    assert (
        said(a_row([(2, 8)]))[1]
        == "The numbers are small: one more or fewer would move the figure by 12.5 percentage points."
    )
    assert "by 5.0 percentage points" in said(a_row([(2, 20)]))[1]
    assert len(said(a_row([(2, 21)]))) == 1


def test_what_stands_in_the_tables_gives_way_to_what_does_not() -> None:
    row = a_row(
        [(3, 8), (4, 8), (2, 8)], target=a_target(90), compared=[beside("england", 80, "2022-23")]
    )  # level, target, behind, change, control, few, compared and months would be eight
    found = said(row, chart_of(13), those(6, 6, 5))
    assert len(found) == MOST
    assert not any("highest" in text or "numbers are small" in text for text in found)


def test_the_published_edition_says_nothing_of_whom_it_concerns() -> None:
    row = a_row([(113, 139)], target=a_target(90))
    assert said(row, behind=those(26, 24, 19, ("North", 26)), edition="published") == (
        "September 2023: 81.3% (113 of 139).",
        "The target of 90% is missed by 8.7 percentage points, which is within the tolerance (amber).",
    )


def test_a_suppressed_figure_says_nothing_of_its_size() -> None:
    hidden = Seen(None, None, None, "number", "suppressed", "provisional")
    row = a_row([hidden, hidden], unit="number", places=0, target=a_target(3), compared=[beside("england", 2)])
    (text,) = said(row, edition="published")
    assert text.removeprefix("September 2023") == (
        ": the figure is suppressed, so that no small number can be worked out from this report."
    )
