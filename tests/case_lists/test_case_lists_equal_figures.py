"""Why: a list that differs from its figure by one child is worse than none, so each is held against the figure's whole numbers."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from casetally.figures.cases import list_cases
from casetally.periods import month, read_month
from casetally.reports.case_lists.red_lines import RedLine, red_line, red_rows
from casetally.reports.lines import ReportRow, report_rows
from casetally.reports.published_run import authority_of, label_of, months_of

from case_lists.conftest import World


def rows_of(world: World, report: str, months: int) -> list[ReportRow]:
    authority = authority_of(world.store, world.library, world.library.report(report).authority)
    return report_rows(
        world.store, world.library, world.library.report(report), month(read_month("2024-03")), authority=authority,
        label=label_of(world.store, authority), covered=months_of(world.store), months=months,
    )  # fmt: skip


@pytest.fixture(scope="module")
def red(sample: World) -> list[tuple[ReportRow, RedLine]]:
    return [(row, red_line(sample.store, sample.library, row)) for row in red_rows(rows_of(sample, "core", 1))]


def test_each_red_share_lists_as_many_rows_as_make_it_red(red: list[tuple[ReportRow, RedLine]]) -> None:
    assert len(red) >= 5
    assert {row.good for row, _ in red} == {"higher", "lower"}
    for row, line in red:
        top, below = row.now.numerator, row.now.denominator
        assert top is not None
        assert below is not None
        assert Fraction(line.rows.height) == (below - top if row.good == "higher" else top), line.ref


def test_they_are_the_case_lists_less_the_numerator_or_its_numerator(
    red: list[tuple[ReportRow, RedLine]], sample: World
) -> None:
    for row, line in red:
        cases = list_cases(sample.store, sample.library, sample.library.indicator(row.indicator), row.period).rows
        wanted = cases.filter(pl.col("in_numerator") == (row.good == "lower"))
        keys = ["child_id", "file", "row"]
        assert line.rows.select(keys).sort(keys).equals(wanted.select(keys).sort(keys)), line.ref


def test_the_lists_are_of_the_lines_that_the_report_shows_red(
    red: list[tuple[ReportRow, RedLine]], sample: World
) -> None:
    shown = [row.indicator for row in rows_of(sample, "core", 13) if row.rating == "red" and row.is_main]
    assert [row.indicator for row, _ in red] == shown


def test_of_a_line_on_several_bases_the_first_counts(world: World) -> None:
    rows = [row for row in rows_of(world, "ours", 1) if row.ref == "A1"]
    assert [(row.basis, row.rating) for row in rows] == [("month", "red"), ("year", "red")]
    assert [row.basis for row in red_rows(rows)] == ["month"]
