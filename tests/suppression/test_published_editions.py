"""Why: an edition that anyone may read must not tell of one to five children, in any line, month, basis or group of any report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from casetally.figures.suppression.report import hidden_in_report
from casetally.figures.views import Seen
from casetally.reports.lines import ReportRow
from hidden_editions import OF_ITS_OWN, REPORTS, edition
from reader_who_reckons import known_too_well, reads

SMALL = range(1, 6)


def every_seen(row: ReportRow) -> Iterator[Seen]:
    """Every figure of a row; its averages are of months that stand there too."""
    yield from row.series.values()
    yield from row.monthly.values()
    if row.a_year_before is not None:
        yield row.a_year_before


@pytest.mark.parametrize("name", REPORTS)
def test_no_small_count_is_printed_above_or_below_the_line(name: str) -> None:
    found = edition(name)
    counted = {
        indicator.id for indicator in found.library.indicators.values() if indicator.kind not in ("average", "median")
    }
    printed = [
        (row.ref, row.indicator, row.basis, seen)
        for row in found.rows
        for seen in every_seen(row)
        if seen.status == "calculated"
        and (
            (seen.numerator in SMALL and row.indicator in counted)
            or seen.denominator in SMALL
            or (seen.unit == "number" and seen.value in SMALL and seen.denominator is None and row.indicator in counted)
        )
        and row.view.shows not in ("mean_of_months", "change_on_year", "fall_on_year")
    ]
    assert printed == []


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_hidden_has_neither_value_nor_parts(name: str) -> None:
    found = [seen for row in edition(name).rows for seen in every_seen(row) if seen.status == "suppressed"]
    assert found
    assert {(seen.value, seen.numerator, seen.denominator) for seen in found} == {(None, None, None)}


@pytest.mark.parametrize("name", REPORTS)
def test_a_reader_who_reckons_cannot_tell_that_any_hidden_count_is_small(name: str) -> None:
    found = edition(name)
    assert known_too_well(reads(found.figures, found.hidden, found.library, found.as_at)) == {}


@pytest.mark.parametrize("name", REPORTS)
def test_hiding_the_small_counts_alone_would_not_be_enough(name: str) -> None:
    """The reader is able: where nothing but small counts is hidden, some can be worked out."""
    found = edition(name)
    small = [one for one in found.hidden
             if any(number in SMALL for number in (found.figures[one].numerator, found.figures[one].denominator))]  # fmt: skip
    assert known_too_well(reads(found.figures, small, found.library, found.as_at)) != {}


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_most_of_a_report_is_left_to_read(name: str) -> None:
    found = edition(name)
    there = [one for one, seen in found.figures.items() if seen.value is not None]
    assert len(found.hidden & set(there)) < 0.4 * len(there)


def test_the_same_figures_hide_the_same_whatever_the_order_in_which_they_are_asked_for() -> None:
    found = edition("southampton-2024-08")
    backwards = dict(reversed(list(found.figures.items())))
    report = found.library.report(found.name)
    assert hidden_in_report(backwards, found.book, found.library, found.as_at, report) == found.hidden


def test_nothing_is_hidden_where_every_count_is_nought_or_large() -> None:
    found = edition("southampton-2024-08")
    large = {one: seen for one, seen in found.figures.items()
             if one[0].shows == "numerator" and (seen.numerator == 0 or (seen.numerator or 0) > 100)}  # fmt: skip
    assert large
    assert hidden_in_report(large, found.book, found.library, found.as_at) == frozenset()


def test_a_line_that_is_hidden_now_has_no_rating_no_travel_and_no_averages() -> None:
    hidden = [row for row in edition("darlington-2023-09").rows if row.now.status == "suppressed"]
    assert hidden
    assert {(row.rating, row.travel) for row in hidden} == {(None, None)}
    assert all(not row.averages for row in hidden)
    assert replace(hidden[0].now, status="calculated").value is None
