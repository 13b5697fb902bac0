"""Why: some readers make one record of several rows, or pass rows over; the ledger must add up all the same."""

from __future__ import annotations

import datetime as dt

import polars as pl
from casetally.calendar import Calendar
from casetally.records.validate import check_records
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, Delivery, SourceFile, SourceTable

PERIODS = pl.DataFrame(
    {
        "care_period_id": ["k1", "k2", "k3"],
        "child_id": ["c1", "c2", "c3"],
        "started_on": ["2021-01-01", "2021-02-01", "2025-01-01"],
        "ended_on": [None, "2020-01-01", None],
        "_record": pl.Series([0, 1, 2], dtype=pl.UInt32),
        "_file": ["episodes.csv"] * 3,
        "_row": pl.Series([2, 4, 5], dtype=pl.UInt32),
    }
)
# rows 2 and 3 became the first period, 4 the second, 5 the third; 6 and 7 the reader did not carry on
ROWS = pl.DataFrame(
    [
        ("episodes.csv", 2, "carried", "care_periods", 0),
        ("episodes.csv", 3, "carried", "care_periods", 0),
        ("episodes.csv", 4, "carried", "care_periods", 1),
        ("episodes.csv", 5, "carried", "care_periods", 2),
        ("episodes.csv", 6, "superseded", None, None),
        ("episodes.csv", 7, "set_aside", None, None),
    ],
    schema=ROW_COLUMNS,
    orient="row",
)
SAID = pl.DataFrame(
    [("episodes.csv", 7, "care_periods", "episode_of_no_child", "error", "", "The episode names no child.", "")],
    schema=FINDING_COLUMNS,
    orient="row",
)
FILES = (
    SourceFile("episodes.csv", "0", 6),
    SourceFile("header.csv", "0", 0),
    SourceFile("notes.csv", "0", 9, used=False),
)


def result():
    delivery = Delivery("a reader", FILES, (SourceTable("care_periods", PERIODS),), ROWS, SAID)
    return check_records(delivery, dt.date(2024, 3, 31), Calendar.england())


def test_a_row_shares_the_fate_of_the_record_that_carries_it():
    assert result().ledger.rows(named=True) == [
        {"file": "episodes.csv", "rows": 6, "accepted": 2, "superseded": 1, "not_yet_known": 1, "set_aside": 2},
        {"file": "header.csv", "rows": 0, "accepted": 0, "superseded": 0, "not_yet_known": 0, "set_aside": 0},
    ]


def test_the_readers_findings_stand_among_the_others():
    assert result().findings.select("row", "rule", "record_id").rows() == [
        (4, "ended_before_started", "k2"),
        (7, "episode_of_no_child", ""),
    ]


def test_the_scorecard_counts_the_readers_findings_too():
    card = result().scorecard().select("rule", "findings", "rows_found", "rows", "share").rows()
    assert card == [("ended_before_started", 1, 1, 2, 0.5), ("episode_of_no_child", 1, 1, 2, 0.5)]
