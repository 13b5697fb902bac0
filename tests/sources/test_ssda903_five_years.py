"""Why: five linked returns as a whole must come out as their episodes say, whatever the single rules do.

The expected counts were made apart from the reader, by a script over the files: an episode's last copy by child and
start; open on a day if it had started and not ended by then.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source

FOLDER = Path(__file__).parents[3] / "shared" / "inputs" / "ssda903_five_years"


@pytest.fixture(scope="module")
def delivery() -> Delivery:
    if not FOLDER.is_dir():
        pytest.skip(f"the five SSDA903 returns are not here: {FOLDER}")
    return read_source(FOLDER)


def table(delivery: Delivery, name: str) -> pl.DataFrame:
    return next(made.frame for made in delivery.tables if made.table == name)


def last_copies() -> dict[tuple[str, date], date | None]:
    """Each episode's end as its latest return gives it, by child and start."""
    ends: dict[tuple[str, date], date | None] = {}
    for year in range(2017, 2022):
        with (FOLDER / f"{year}-episodes.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                start = datetime.strptime(row["DECOM"], "%d/%m/%Y").date()
                ends[row["CHILD"], start] = datetime.strptime(row["DEC"], "%d/%m/%Y").date() if row["DEC"] else None
    return ends


@pytest.mark.parametrize(("year", "children"), [(2018, 550), (2019, 341), (2020, 214), (2021, 140), (2022, 86)])
def test_children_looked_after_at_31_march_are_those_with_an_open_episode(
    delivery: Delivery, year: int, children: int
) -> None:
    day = date(year, 3, 31)
    raw = {child for (child, start), end in last_copies().items() if start <= day and (end is None or end > day)}
    periods = table(delivery, "care_periods").with_columns(pl.col("started_on", "ended_on").str.to_date())
    open_then = (pl.col("started_on") <= day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") > day))
    found = periods.filter(open_then)["child_id"].to_list()
    assert len(raw) == children
    assert sorted(found) == sorted(raw)


def test_the_files_years_are_those_in_which_the_reporting_year_starts(delivery: Delivery) -> None:
    assert delivery.covers == "SSDA903 returns for 5 years, to 31 March 2018, 2019, 2020, 2021 and 2022: 40 files."


def test_every_row_of_every_file_is_accounted_for_once(delivery: Delivery) -> None:
    assert not delivery.rows.select("file", "row").is_duplicated().any()
    counted = Counter(delivery.rows["file"])
    assert {file.file: file.rows for file in delivery.files if file.used} == dict(counted)
    assert sum(counted.values()) == 3737 + 2123 + 7 + 1974 + 357 + 11038 + 82
    carried = delivery.rows.filter(pl.col("disposition") == "carried")
    for name in carried["table"].unique():
        records = set(table(delivery, name)["_record"])
        assert set(carried.filter(pl.col("table") == name)["record"]) <= records


def test_the_rows_of_each_file_have_these_fates(delivery: Delivery) -> None:
    kind = pl.col("file").str.slice(5).str.strip_suffix(".csv")
    counts = delivery.rows.group_by(kind, "disposition").len()
    assert {(file, fate): number for file, fate, number in counts.rows()} == {
        ("episodes", "carried"): 2827,
        ("episodes", "superseded"): 910,
        ("header", "carried"): 820,
        ("header", "superseded"): 1303,
        ("reviews", "carried"): 2140,
        ("reviews", "superseded"): 7556,
        ("reviews", "set_aside"): 1342,
        ("oc2", "carried"): 1974,
        ("oc3", "carried"): 357,
        ("missing", "carried"): 7,
        ("uasc", "carried"): 31,
        ("uasc", "superseded"): 51,
    }


def test_what_the_returns_leave_in_doubt_is_said(delivery: Delivery) -> None:
    counts = dict(delivery.findings.group_by("rule").len().rows())
    assert counts == {
        "file_not_read": 5,
        "ssda903_year_label": 1,
        "ssda903_148_reason_without_end": 86,
        "ssda903_354_ends_after_return": 3,
        "ssda903_357_care_began_earlier": 496,
        "ssda903_501_overlap": 60,
        "ssda903_not_in_earlier_return": 119,
        "ssda903_open_but_not_returned": 24,
        "ssda903_repeated_row": 1,
        "ssda903_review_after_return": 140,
        "ssda903_review_outside_care": 1201,
        "ssda903_two_reviews_on_a_day": 2,
    }
    assert not any("file_not_read" in rule and row for rule, row in delivery.findings.select("rule", "row").rows())


def test_a_finding_never_quotes_a_record(delivery: Delivery) -> None:
    messages = delivery.findings.filter(pl.col("row") > 0)["message"].unique()
    assert not messages.str.contains(r"\d{2}").any()
