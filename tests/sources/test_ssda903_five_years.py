"""Why: five linked returns as a whole must come out as their episodes say, whatever the single rules do.

The expected counts were made apart from the reader, by a script over the files: an episode's last copy by child and
start; open on a day if it had started and not ended by then; one that was open when last told, before the last return, ended
the day after that return's 31 March.
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


def day_of(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def episodes() -> list[tuple[int, str, date, date | None]]:
    """Every row of the episodes files: the year whose 31 March ends what it reports on, child, start and end."""
    if not FOLDER.is_dir():
        pytest.skip(f"the five SSDA903 returns are not here: {FOLDER}")
    found = []
    for label in range(2017, 2022):
        with (FOLDER / f"{label}-episodes.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                start = day_of(row["DECOM"])
                assert start is not None
                found.append((label + 1, row["CHILD"], start, day_of(row["DEC"])))
    return found


def ends() -> dict[tuple[str, date], date | None]:
    """When each episode ended by its latest return; one open there, where returns follow, ended by 1 April."""
    last = {(child, start): (year, end) for year, child, start, end in episodes()}
    return {key: end or (date(year, 4, 1) if year < 2022 else None) for key, (year, end) in last.items()}


def in_care(delivery: Delivery, day: date) -> list[str]:
    periods = table(delivery, "care_periods").with_columns(pl.col("started_on", "ended_on").str.to_date())
    open_then = (pl.col("started_on") <= day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") > day))
    return sorted(periods.filter(open_then)["child_id"].to_list())


@pytest.mark.parametrize(("year", "children"), [(2018, 550), (2019, 341), (2020, 214), (2021, 137), (2022, 62)])
def test_children_looked_after_at_31_march_are_those_with_an_open_episode(
    delivery: Delivery, year: int, children: int
) -> None:
    day = date(year, 3, 31)
    raw = {child for (child, start), end in ends().items() if start <= day and (end is None or end > day)}
    assert len(raw) == children
    assert in_care(delivery, day) == sorted(raw)


@pytest.mark.parametrize(
    ("year", "own", "told_by_others"),
    [(2018, 434, 116), (2019, 234, 107), (2020, 161, 53), (2021, 103, 34), (2022, 62, 0)],
)
def test_in_care_at_a_year_end_are_those_of_that_year_s_return_and_those_named_who_only_later_returns_list(
    delivery: Delivery, year: int, own: int, told_by_others: int
) -> None:
    day = date(year, 3, 31)
    listed = {one for at, one, start, end in episodes() if at == year and start <= day and (end is None or end > day)}
    found = set(in_care(delivery, day))
    assert listed <= found
    assert (len(listed), len(found - listed)) == (own, told_by_others)
    said = delivery.findings.filter(
        pl.col("rule").is_in(["ssda903_not_in_earlier_return", "ssda903_not_in_return_between"])
    )
    assert found - listed <= set(said["record_id"])


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
        ("reviews", "carried"): 2115,
        ("reviews", "superseded"): 7556,
        ("reviews", "set_aside"): 1367,
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
        "ssda903_code_not_of_year": 58 + 84 + 6 + 335,  # CUSTOD, E45 to E48 before 2019; F3, P3 in 2022; D1 after 2005
        "ssda903_148_reason_without_end": 86,
        "ssda903_354_ends_after_return": 3,
        "ssda903_357_care_began_earlier": 496,
        "ssda903_501_overlap": 60,
        "ssda903_not_in_earlier_return": 119,
        "ssda903_not_in_return_between": 150,
        "ssda903_open_but_not_returned": 24,
        "ssda903_repeated_row": 1,
        "ssda903_review_after_return": 140,
        "ssda903_review_outside_care": 1226,
        "ssda903_two_reviews_on_a_day": 2,
    }
    assert not any("file_not_read" in rule and row for rule, row in delivery.findings.select("rule", "row").rows())


def test_of_those_whose_episodes_stop_the_later_returns_still_have_health_outcomes(delivery: Delivery) -> None:
    gone = delivery.findings.filter(pl.col("rule") == "ssda903_open_but_not_returned")
    assert (
        gone["message"].str.contains("may have been left out by mistake").sum() == 24
    )  # all are in the OC2 of 2021-22


def test_a_finding_never_quotes_a_record(delivery: Delivery) -> None:
    messages = delivery.findings.filter(pl.col("row") > 0)["message"].unique()
    spoken = messages.str.replace(
        r"31 March( \d{4})?|1 January 2006", ""
    )  # years and dates of the rules, not of a record
    assert not spoken.str.contains(r"\d{2}").any()
