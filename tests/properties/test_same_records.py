"""Why: figures follow from the records and the day, not from the order of rows, the files they lie in or what else is there."""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from casetally.periods import make_grid
from casetally.records.as_at import hide_later, not_yet_known
from casetally.records.validate import CheckedRecords
from casetally.reports.run import RunRequest, run_all

from properties.authority import AS_AT, LIBRARY, Authority, figures_of, ids, of_kind, read_authority, stored

MONTHS = 12
SAMPLE = Path(__file__).parents[2] / "sample_data" / "authority"
Change = Callable[[str, list[str], list[list[str]]], dict[str, list[list[str]]]]


def _changed(authority: Authority, folder: Path, change: Change) -> Authority:
    """The authority's files rewritten: a change takes a table's name, header and rows and gives rows by file name."""
    folder.mkdir()
    for path in sorted(authority.folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as read:
            header, *rows = list(csv.reader(read))
        for name, kept in change(path.stem, header, rows).items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as written:
                csv.writer(written, lineterminator="\n").writerows([header, *kept])
    return read_authority(folder, months=MONTHS)


@pytest.fixture(scope="module")
def figures(authority: Authority) -> pl.DataFrame:
    return figures_of(authority.store, authority.name, make_grid(AS_AT, MONTHS))


def _shuffled(table: str, _header: list[str], rows: list[list[str]]) -> dict[str, list[list[str]]]:
    mixed = list(rows)
    random.Random(f"order of {table}").shuffle(mixed)  # noqa: S311 - an order, no secret
    return {table: mixed}


def _split(table: str, _header: list[str], rows: list[list[str]]) -> dict[str, list[list[str]]]:
    """Every table in two files, the later rows in the one that comes first by name."""
    middle = len(rows) // 2
    return {f"{table}-1": rows[middle:], f"{table}-2": rows[:middle]} if middle else {table: rows}


def _with_irrelevant_rows(table: str, header: list[str], rows: list[list[str]]) -> dict[str, list[list[str]]]:
    """A child nobody knows, a contact and a referral of that child long before the window, and a child educated at home."""
    more = {
        "children": {"child_id": "C999999", "date_of_birth": "1995-05-05"},
        "contacts": {"contact_id": "CON999999", "child_id": "C999999", "received_on": "2001-05-05"},
        "home_education": {"child_id": "C999999", "started_on": "2003-05-05"},
    }
    added = [[more[table].get(name, "") for name in header]] if table in more else []
    return {table: [*rows, *added]}


@pytest.mark.parametrize(
    "change", [_shuffled, _split, _with_irrelevant_rows], ids=["shuffled", "split", "irrelevant rows"]
)
def test_shuffled_rows_split_files_and_rows_of_others_change_no_figure(
    authority: Authority, figures: pl.DataFrame, change: Change, tmp_path: Path
) -> None:
    changed = _changed(authority, tmp_path / "changed", change).figures
    differing = figures.join(changed, on=figures.columns, how="anti", nulls_equal=True)
    assert changed.height == figures.height
    assert differing.is_empty(), differing.select("indicator").unique().to_series().to_list()
    assert changed.equals(figures)


def _known_on(authority: Authority, day: dt.date) -> CheckedRecords:
    """The records as they stood on a day: an export made then, with nothing in it that came later."""
    tables = {}
    for name, frame in authority.checked.tables.items():
        table = LIBRARY.schemas.tables[name]
        tables[name] = hide_later(frame.filter(~not_yet_known(frame, table, day)), table, day)
    return CheckedRecords(**{**authority.checked.__dict__, "tables": tables})


# asks what the run's own day says: an undecided referral goes over three working days by waiting
BY_THE_RUN_DAY = {one.id for one in of_kind("share") if any("run_as_at" in e.days for e in one.expressions())}


def test_a_later_as_at_date_alone_changes_no_month_that_had_ended(authority: Authority) -> None:
    day = dt.date(2023, 12, 31)
    then = _known_on(authority, day)
    on_the_day, later = (
        figures_of(stored(then, as_at), authority.name, make_grid(as_at, months)).filter(
            pl.col("period_end") <= day, pl.col("period_start") >= dt.date(2023, 1, 1),
            ~pl.col("indicator").is_in(BY_THE_RUN_DAY), pl.col("basis") != "week",
        ).drop("maturity")
        for as_at, months in ((day, 12), (AS_AT, 15))
    )  # fmt: skip
    assert on_the_day.height > 1000
    assert on_the_day.join(later, on=later.columns, how="anti", nulls_equal=True).is_empty()
    # a group that first occurs later has lines in the earlier months too, with nothing in them
    more = later.join(on_the_day, on=["indicator", "breakdown", "group"], how="anti")
    assert on_the_day.height + more.height == later.height
    assert more.filter(pl.sum_horizontal("numerator", "denominator") != 0).is_empty()
    assert set(on_the_day["indicator"]) | BY_THE_RUN_DAY == set(ids(list(LIBRARY.indicators.values())))


def test_a_figure_once_final_is_what_it_will_be_from_every_later_run(authority: Authority) -> None:
    """Half a year ago's run, from today's export by its as-at date alone, against today's."""
    keys = ["indicator", "basis", "period", "breakdown", "group"]
    numbers = ["numerator", "denominator", "value", "status", "maturity"]
    early = read_authority(authority.folder, as_at=dt.date(2023, 9, 30), months=12).figures
    final = early.filter(pl.col("maturity") == "final", pl.col("basis") != "week")
    both = final.join(authority.figures, on=keys, suffix="_late")
    assert both.height == final.height > 5000
    assert both.filter(
        ~pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_late")) for name in numbers)
    ).is_empty()


def test_two_runs_over_the_same_folder_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_all(RunRequest((SAMPLE,), AS_AT, months=3, out=tmp_path / "one", authority="sampleshire"))
    elsewhere = shutil.copytree(SAMPLE, tmp_path / "records under another name")
    # another process, another order of everything that Python leaves unordered
    command = [sys.executable, "-m", "casetally.cli", "run", str(elsewhere), "--as-at", "2024-03-31", "--months", "3",
               "--out", "two", "--authority", "sampleshire"]  # fmt: skip
    done = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": "4242"}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    for name in (
        "figures.parquet",
        "figures.csv",
        "findings.parquet",
        "findings.csv",
        "ledger.csv",
        "scorecard.csv",
        "support.csv",
    ):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
