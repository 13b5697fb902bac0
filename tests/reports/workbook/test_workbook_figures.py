"""Why: what stands in a cell must be the figure of the report, rounded as it is shown, or the mark that says why there is none."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from casetally.definitions.reports import OverGroups, View
from casetally.figures.views import NOT_THERE, Seen
from casetally.reports.document import ReportDocument
from workbook_lines import (
    HIDDEN,
    Table,
    a_random_report,
    a_report,
    compared,
    count,
    document,
    line,
    only,
    row,
    share,
    tables,
    target,
    written,
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    return tables(written(a_report(), tmp_path_factory.mktemp("workbook")))


def shown(report: ReportDocument, folder: Path, sheet: str, column: str) -> list[Any]:
    return [one[column] for one in tables(written(report, folder))[sheet]]


def test_a_measure_stands_with_everything_beside_it(found: dict[str, Table]) -> None:
    # 65 of 80 is 81.25, half up 81.3; 90 less a tenth is 81, so it is amber; the month before 81.25 too
    assert only(found["Measures"], Ref="CSC 022") == {
        "Ref": "CSC 022", "Measure": "Referrals decided in a day", "Section": "Front door", "Basis": "Month",
        "Period": "September 2023",
        "This period": 81.3, "Numerator": 65, "Denominator": 80, "Unit": "Per cent", "Rating": "Amber", "Target": 90,
        "Better is": "Higher", "Period before": 81.3, "Change": 0, "Direction": "No change", "A year before": 75,
        "Control chart": only(found["Control_charts"], Ref="CSC 022")["Variation"], "How settled": "Provisional [p]",
    }  # fmt: skip


def test_a_count_has_no_numbers_behind_it_and_its_change_is_a_number(found: dict[str, Table]) -> None:
    counts = only(found["Measures"], Ref="N01")
    assert [counts[name] for name in ("This period", "Numerator", "Denominator", "Unit", "Target", "Rating")] == [
        7, "[z]", "[z]", "Number", "[z]", "Not rated",
    ]  # fmt: skip
    assert [counts[name] for name in ("Period before", "Change", "Direction", "Better is")] == [0, 7, "Up", "Neither"]


def test_each_group_and_each_other_basis_has_a_row(found: dict[str, Table]) -> None:
    rows = [(one["Group"], one["Basis"], one["Period"], one["This period"]) for one in found["Breakdowns"]]
    assert rows == [
        ("Duty", "Month", "September 2023", "[c]"),
        ("Early help", "Month", "September 2023", "[c]"),
        ("All", "Quarter", "July to September 2023", 78.8),  # 189 of 240 is 78.75
    ]
    quarter = found["Breakdowns"][2]
    assert (quarter["Rating"], quarter["Target"], quarter["Period before"]) == ("Green", 75, "[z]")


def test_months_stand_side_by_side_and_say_which_may_change(found: dict[str, Table]) -> None:
    main = found["Months"][0]
    last_year = [f"{name} 2022" for name in ("Sep", "Oct", "Nov", "Dec")]
    this_year = [f"{name} 2023" for name in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")]
    assert list(main)[5:] == ["Unit", *last_year, *this_year, "Months not settled"]
    # of 80: 60 is 75, 61 is 76.25, 62 is 77.5, 63 is 78.75, 64 is 80, 65 is 81.25
    assert list(main.values())[6:12] == [75, 76.3, 77.5, 78.8, 80, 81.3]
    assert main["Months not settled"] == "Provisional [p]: Sep 2023"
    assert only(found["Months"], Ref="N01")["Aug 2023"] == 0  # a zero is a zero
    # one of 2,500 is 0.04%: shown as nought it would be taken for none
    gaps = only(found["Months"], Ref="N02")
    assert [gaps[name] for name in ("Jul 2023", "Aug 2023", "Sep 2023")] == ["[x]", "[z]", "[low]"]


def test_averages_and_comparators_stand_on_their_own_worksheets(found: dict[str, Table]) -> None:
    averages = only(found["Averages"], Ref="CSC 022", Group="All")
    # 129 of 160 is 80.625
    assert [averages[name] for name in ("This period", "3 month average", "12 month average")] == [81.3, 80.6, "[x]"]
    assert found["Compared"] == [
        {"Ref": "CSC 022", "Measure": "Referrals decided in a day", "Section": "Front door", "Basis": "Month",
         "Period": "September 2023", "Unit": "Per cent", "This period": 81.3, "Comparator": "England", "Their figure": 84.5,
         "Their period": "2022-23", "Made of": "[z]", "Source": "DfE", "Note": "[z]"},
    ]  # fmt: skip


def test_the_data_hold_every_figure_unrounded_with_real_dates_and_blanks(found: dict[str, Table]) -> None:
    # 13 months of the measure, of two teams, of a count and of one with gaps, and a quarter
    assert len(found["Data"]) == 5 * 13 + 1
    latest = only(found["Data"], ref="CSC 022", group=None, period="2023-09")
    assert latest["value"] == 81.25
    assert latest["period_start"] == dt.datetime(2023, 9, 1)
    assert latest["period_end"] == dt.datetime(2023, 9, 30)
    assert [latest[name] for name in ("numerator", "denominator", "target", "rating")] == [65, 80, 90, "amber"]
    assert [latest[name] for name in ("is_latest", "is_main", "status", "maturity")] == [
        "yes",
        "yes",
        "calculated",
        "provisional",
    ]
    earlier = only(found["Data"], ref="CSC 022", group=None, period="2023-08")
    assert [earlier[name] for name in ("value", "target", "rating", "is_latest")] == [81.25, 90, None, "no"]
    hidden = only(found["Data"], group="Duty", period="2023-09")
    assert [hidden[name] for name in ("value", "numerator", "denominator", "status")] == [
        None,
        None,
        None,
        "suppressed",
    ]
    assert [hidden[name] for name in ("breakdown", "figure_group", "shows")] == ["team", "Duty", "value"]
    missing = only(found["Data"], ref="N02", period="2023-07")
    assert [missing[name] for name in ("value", "unit", "status")] == [None, "percent", "not_available"]


def test_the_months_of_the_charts_stand_as_data(found: dict[str, Table]) -> None:
    points = [one for one in found["Chart_data"] if one["ref"] == "N01"]
    assert [one["value"] for one in points] == [4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 0, 7]
    # the mean of 61 over 13 months, and moves of 1 1 2 1 1 2 1 1 2 1 5 7 which are 25 over 12
    assert points[0]["mean"] == pytest.approx(61 / 13)
    assert points[0]["upper"] == pytest.approx(61 / 13 + 2.66 * 25 / 12)
    assert points[0]["lower"] == 0  # a count goes no lower
    chart = only(found["Control_charts"], Ref="N01")
    assert [chart[name] for name in ("Mean", "Lower limit", "Upper limit", "Months counted", "Limits")] == [
        4.7,
        0,
        10.2,
        13,
        "Settled",
    ]


def test_words_stand_as_plain_text_a_paragraph_a_row(found: dict[str, Table]) -> None:
    assert [(one["Measure"], one["By"], one["Text"]) for one in found["Commentary"]] == [
        ("The report as a whole", "Written by an analyst", "A quiet quarter."),
        ("Referrals decided in a day", "Drafted from the figures", "September 2023: 81.3% (65 of 80). Up 0.0."),
        ("Referrals decided in a day", "Written by an analyst", "Busy month."),
        ("Referrals decided in a day", "Written by an analyst", "• two staff left"),
        ("Referrals decided in a day", "Written by an analyst", "• see the plan (https://example.org/plan)"),
    ]
    assert only(found["Summary"], Summary="Going well")["Why"] == "On target."
    assert only(found["Definitions"], Ref="N01")["Where the rule comes from"] == "Working Together 2023"


def test_the_notes_explain_every_mark_that_is_used_and_carry_those_of_the_run(found: dict[str, Table]) -> None:
    marks = {one["Note"] for one in found["Notes"] if one["Note"].startswith("Shorthand")}
    assert marks == {f"Shorthand [{mark}]" for mark in ("c", "low", "p", "x", "z")}
    assert "Neighbours: 9 of 10 publish it." in [one["What it says"] for one in found["Notes"]]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ({"target": target(95, by=dt.date(2024, 3, 31), baseline={"on": dt.date(2023, 3, 31), "value": 80})}, 87.5),
        ({"target": target(12.25)}, 12.25),
        ({"target": None}, "[z]"),
    ],
)
def test_a_target_is_the_one_in_force(one: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    # the trajectory: 15 points in 366 days, of which 183 are gone on 30 September, are 7.5
    assert shown(document(line(row([share(1, 2)] * 3, places=0, **one))), tmp_path, "Measures", "Target") == [expected]


def test_a_target_that_is_a_range_is_said_in_words_and_given_as_two_numbers(tmp_path: Path) -> None:
    report = document(line(row([share(17, 100)] * 3, target=target(None, low=15, high=20))))  # type: ignore[arg-type]
    found = tables(written(report, tmp_path))
    assert (found["Measures"][0]["Target"], found["Measures"][0]["Rating"]) == ("15% to 20%", "Green")
    assert [(one["target"], one["target_low"], one["target_high"]) for one in found["Data"]] == [(None, 15, 20)] * 3


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(Fraction(1, 8), 2, 0.13), (Fraction(-5, 4), 1, -1.2), (Fraction(5, 2), 0, 3), (Fraction(1, 30), 1, "[low]")],
)
def test_a_figure_is_rounded_half_up_from_its_exact_value(
    value: Fraction, places: int, expected: Any, tmp_path: Path
) -> None:
    seen = Seen(None, None, value, "number")
    assert shown(document(line(row([seen] * 2, places=places))), tmp_path, "Measures", "This period") == [expected]


def test_months_before_the_records_begin_are_left_out_of_the_side_by_side(tmp_path: Path) -> None:
    report = document(line(row([NOT_THERE] * 10 + [share(1, 2), NOT_THERE, share(1, 4)])))
    found = tables(written(report, tmp_path))
    assert [name for name in found["Months"][0] if name.endswith("2023")] == ["Jul 2023", "Aug 2023", "Sep 2023"]
    assert found["Months"][0]["Aug 2023"] == "[x]"
    assert len(found["Data"]) == 13


def test_a_figure_over_groups_says_in_the_data_what_it_shows(tmp_path: Path) -> None:
    view = View("workers", OverGroups(mean_of_largest=3), "worker")
    report = document(line(row([Seen(Fraction(60), Fraction(3), Fraction(20), "number")] * 2, view=view)))
    assert shown(report, tmp_path, "Data", "shows") == ["mean_of_largest 3"] * 2


def test_what_is_stated_by_others_keeps_its_words(tmp_path: Path) -> None:
    one = compared(61.5, "statistical_neighbour", made_of="mean of 9 of 10", note="not like for like")
    found = tables(written(document(line(row([share(1, 2)] * 2, compared=(one,)))), tmp_path))["Compared"]
    assert [(row["Comparator"], row["Made of"], row["Note"]) for row in found] == [
        ("Statistical neighbours", "mean of 9 of 10", "not like for like")
    ]


def test_a_change_from_a_hidden_figure_is_hidden_and_not_merely_missing(tmp_path: Path) -> None:
    found = tables(written(document(line(row([HIDDEN, share(1, 2)]))), tmp_path))["Measures"][0]
    assert [found[name] for name in ("This period", "Period before", "Change", "Direction")] == [
        50,
        "[c]",
        "[c]",
        "[c]",
    ]


def test_a_column_that_would_say_nothing_is_left_out(tmp_path: Path) -> None:
    found = tables(written(document(line(row([count(3), count(4)]))), tmp_path))
    assert list(found["Measures"][0])[:3] == ["Measure", "Section", "Basis"]
    assert set(found) == {
        "Contents",
        "Notes",
        "Summary",
        "Measures",
        "Months",
        "Averages",
        "Control_charts",
        "Definitions",
        "Data",
        "Chart_data",
    }


def test_a_report_without_lines_still_makes_a_workbook(tmp_path: Path) -> None:
    assert set(tables(written(document(), tmp_path))) == {"Contents", "Notes"}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_month_of_a_large_report_agrees_with_its_rows(seed: int, tmp_path: Path) -> None:
    report = a_random_report(seed, lines=60)
    found = tables(written(report, tmp_path))
    months, data = found["Months"], found["Data"]
    rows = [one for line_ in report.lines for one in line_.rows]
    assert len(data) == sum(len(one.series) for one in rows)
    expected = [
        [expected_cell(seen, one.places) for seen in one.series.values()] for one in rows if len(one.series) > 1
    ]
    ends = [name for name in months[0] if name[-4:].isdigit()]
    assert [[cells[name] for name in ends] for cells in months] == expected
    given = [(one.indicator, period.name, seen) for one in rows for period, seen in one.series.items()]
    for cells, (indicator, period, seen) in zip(data, given, strict=True):
        value = None if seen.value is None else pytest.approx(float(seen.value), rel=1e-14)
        assert (cells["indicator"], cells["period"], cells["value"], cells["status"]) == (
            indicator,
            period,
            value,
            seen.status,
        )


def expected_cell(seen: Seen, places: int) -> Any:
    """A figure as a cell shows it, rounded here by decimals and not by the engine."""
    if seen.value is None:
        return {"suppressed": "[c]", "not_applicable": "[z]"}.get(seen.status, "[x]")
    step = Decimal(1).scaleb(-places)
    exact = Decimal(seen.value.numerator) / Decimal(seen.value.denominator)
    rounded = (exact / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * step
    return "[low]" if exact and not rounded else float(rounded)
