"""Why: a sample whose rates were far from England's would hide mistakes that real records show at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.samples import SampleSummary, write_sample

AS_AT = dt.date(2024, 3, 31)
CHILDREN = 22_000
Texts = Mapping[str, pl.DataFrame]


def read(folder: Path) -> dict[str, pl.DataFrame]:
    """Every file as text, as an office would see it."""
    return {path.stem: pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob("*.csv"))}


def day(column: str) -> pl.Expr:
    """A date however it is written; null where there is none."""
    text = pl.col(column).str.slice(0, 10)
    iso, day_first = text.str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d/%m/%Y", strict=False)
    return pl.coalesce(iso, day_first).alias(column)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleSummary, Texts]:
    summary = write_sample(tmp_path_factory.mktemp("clean") / "authority", dirt=0.0)
    return summary, read(summary.folder)


def yearly(tables: Texts, table: str, column: str) -> float:
    """Rows a year in the window, per 10,000 children."""
    count = tables[table].filter(day(column) > dt.date(2019, 3, 31), day(column) <= AS_AT).height
    return count / 5 / CHILDREN * 10_000


def open_now(tables: Texts, table: str) -> float:
    return tables[table].filter(pl.col("ended_on").is_null()).height / CHILDREN * 10_000


@pytest.mark.parametrize(
    ("table", "column", "low", "high"),
    [
        ("referrals", "received_on", 440, 640),
        ("contacts", "received_on", 1_300, 2_300),
        ("assessments", "completed_on", 400, 620),
        ("s47_enquiries", "started_on", 150, 250),
        ("cp_conferences", "held_on", 45, 90),
        ("care_periods", "started_on", 22, 42),
    ],
)
def test_the_demand_is_about_that_of_england(
    table: str, column: str, low: float, high: float, clean: tuple[SampleSummary, Texts]
) -> None:
    assert low < yearly(clean[1], table, column) < high


def test_the_stocks_are_about_those_of_england_and_steady_from_the_first_month(
    clean: tuple[SampleSummary, Texts],
) -> None:
    tables = clean[1]
    assert 28 < open_now(tables, "cp_plans") < 60
    assert 52 < open_now(tables, "care_periods") < 90
    first = dt.date(2019, 4, 30)
    on_day = (day("started_on") <= first) & (day("ended_on").is_null() | (day("ended_on") > first))
    assert (
        0.6 < tables["care_periods"].filter(on_day).height / CHILDREN * 10_000 / open_now(tables, "care_periods") < 1.6
    )
    assert (
        tables["populations"].filter(pl.col("mid_year") == "2023")["population"].cast(pl.Int64).to_list()[0] == CHILDREN
    )


def test_about_four_assessments_in_five_take_no_more_than_45_working_days(clean: tuple[SampleSummary, Texts]) -> None:
    done = clean[1]["assessments"].select(day("started_on"), day("completed_on")).drop_nulls()
    holidays = np.array(Calendar.england().bank_holidays, dtype="datetime64[D]")
    taken = np.busday_count(done["started_on"].to_numpy(), done["completed_on"].to_numpy(), holidays=holidays)
    assert 0.78 < (taken <= 45).mean() < 0.90


def test_conferences_are_held_within_15_working_days_for_about_78_in_100(clean: tuple[SampleSummary, Texts]) -> None:
    begun = clean[1]["s47_enquiries"].select("enquiry_id", day("strategy_discussion_on"))
    both = clean[1]["cp_conferences"].select("enquiry_id", day("held_on")).join(begun, on="enquiry_id").drop_nulls()
    holidays = np.array(Calendar.england().bank_holidays, dtype="datetime64[D]")
    taken = np.busday_count(both["strategy_discussion_on"].to_numpy(), both["held_on"].to_numpy(), holidays=holidays)
    assert 0.68 < (taken <= 15).mean() < 0.88


def test_about_22_referrals_in_100_follow_another_within_12_months(clean: tuple[SampleSummary, Texts]) -> None:
    received = clean[1]["referrals"].select("child_id", day("received_on")).sort("child_id", "received_on")
    gap = received.with_columns((pl.col("received_on") - pl.col("received_on").shift(1).over("child_id")).alias("gap"))
    inside = gap.filter(pl.col("received_on") > dt.date(2019, 3, 31))
    again = inside.filter(pl.col("gap") <= pl.duration(days=365)).height
    assert 0.17 < again / inside.height < 0.27
