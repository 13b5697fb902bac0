"""Why: a report made anew must read as the printed one: the figure, what it was, the target, the letter and where it is heading."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest
from casetally.periods import month, read_month
from casetally.reports.lines import ReportRow, report_rows, shown, summary
from casetally.reports.published_run import authority_of, label_of, months_of
from planted import planted


@cache
def rows() -> tuple[ReportRow, ...]:
    store, library = planted("darlington-2023-09").run()
    report = library.report("darlington-2023-09")
    authority = authority_of(store, library, report.authority)
    return tuple(
        report_rows(
            store, library, report, month(read_month("2023-09")), authority=authority, label=label_of(store, authority),
            covered=months_of(store),
        )
    )  # fmt: skip


def row(ref: str, basis: str = "month", group: str = "") -> ReportRow:
    (found,) = [one for one in rows() if (one.ref, one.basis, one.group) == (ref, basis, group)]
    return found


def test_a_line_shows_this_month_the_month_before_and_the_change() -> None:
    """Printed: 8 of 12 in August, 26 of 31 in September."""
    conferences = row("CSC 178")
    assert shown(conferences.now, conferences.places) == "83.9%"
    assert shown(conferences.now, conferences.places, fraction=True) == "26 / 31"
    assert conferences.travel is not None
    assert conferences.travel.change == Fraction(2600, 31) - Fraction(800, 12)
    assert (conferences.travel.unit, conferences.travel.verdict) == ("percentage points", "better")


@pytest.mark.parametrize(
    ("ref", "basis", "rating"),
    [
        ("CSC 022", "month", "amber"),  # 81.3 against 90
        ("CSC 026", "month", "green"),  # 1.4 against no more than 5
        ("CSC 040", "month", "red"),  # 47.7 against 90
        ("CSC 032#cumulative", "year_to_date", "red"),  # 22.2 against no more than 18
        ("CSC 183", "month", "green"),  # 100 of 100
        ("CSC 191a", "month", "amber"),  # 94.4 of 100
        ("CSC 186", "year_to_date", "green"),  # 3.8 against no more than 5
        ("CSC 034", "month", None),  # a count without a target
    ],
)
def test_a_line_with_a_target_has_its_letter(ref: str, basis: str, rating: str | None) -> None:
    assert row(ref, basis).rating == rating


def test_nothing_is_compared_with_a_period_before_the_records() -> None:
    """Six months are covered: the mean of 3 months and of the quarter can be given, that of 12 months and last year can't."""
    found = row("CSC 022")
    assert found.a_year_before is None
    assert sorted(found.averages) == ["quarter_average", "three_month_average"]
    assert row("CSC 022", "year").travel is None  # a part of a year has no year before it to be held against


def test_the_quarter_is_held_against_the_quarter_before() -> None:
    early_help = row("CSC 002", "quarter")
    assert early_help.now.value == 314
    assert early_help.travel is not None
    assert early_help.travel.change == 314 - (106 + 115 + 146)
    assert [one.value for one in early_help.compared] == [363]  # quarter 2 of the year before, as the report states it


def test_printed_groups_stand_under_their_printed_names() -> None:
    destinations = {one.group: one.now.value for one in rows() if one.ref == "N22" and one.basis == "month"}
    assert destinations["Returned home"] == 3
    assert destinations["SGO / CAO granted"] == 3
    assert destinations["Adopted"] == 2
    assert destinations["Care leaver >18yrs"] == 2
    assert "" not in destinations  # the whole is CSC 212, a line of its own


def test_of_those_left_over_fewer_is_better() -> None:
    """A share for which higher is better: its remainder is better lower, its denominator neither."""
    from casetally.definitions.reports import View
    from casetally.reports.lines import good_of

    assert good_of(View("x", "remainder"), "higher") == "lower"
    assert good_of(View("x", "remainder"), "lower") == "higher"
    assert good_of(View("x", "numerator"), "higher") == "higher"
    assert good_of(View("x", "denominator"), "higher") == "neither"
    assert good_of(View("x", "remainder"), "neither") == "neither"


def test_the_summary_counts_letters() -> None:
    counts = summary(one for one in rows() if one.is_main)
    rated = [one.rating for one in rows() if one.is_main and one.rating]
    assert sum(counts.values()) == sum(1 for one in rows() if one.is_main)
    assert counts["green"] == rated.count("green") > 0
