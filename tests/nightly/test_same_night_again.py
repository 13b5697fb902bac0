"""Why: outputs that are made again for a night that is kept are that night's: no later knowledge, and no child forgotten since."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from cli.calling import call

from nightly.world import look_of, walk, write_config, write_export

NIGHTS = [dt.date(2024, 2, 1), dt.date(2024, 3, 1), dt.date(2024, 4, 1), dt.date(2024, 5, 2)]
REPORT = '[[reports]]\nname = "core"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Four nights; contacts are known ten days late, so that the month before each night has not all of its own."""
    config = write_config(tmp_path, months="6")
    for night in NIGHTS:
        write_export(tmp_path / "export", contacts=90, until=night - dt.timedelta(10))
        walk(config, night, accept=True)
    return config


def _figures(config: Path) -> bytes:
    return (config.parent / "home" / "outputs" / "figures.parquet").read_bytes()


def test_a_figure_is_settling_by_the_nights_before_however_often_its_night_is_run(config: Path) -> None:
    """With the night of May itself three months would have been watched long enough, and its figures would be settling."""
    before = _figures(config)
    (config.parent / "home" / "outputs" / "scorecard.csv").write_text("spoilt")
    done = walk(config, NIGHTS[-1])
    assert (done.number, done.is_new) == (4, False)
    assert _figures(config) == before
    write_export(config.parent / "export", contacts=90, until=NIGHTS[-1] - dt.timedelta(9))
    walk(config, NIGHTS[-1] + dt.timedelta(1), accept=True)
    marked = pl.read_parquet(config.parent / "home" / "outputs" / "figures.parquet")["maturity"]
    assert "settling" in marked  # the next night does know


def test_a_child_that_was_forgotten_does_not_come_back_with_a_report_that_is_added(
    config: Path, tmp_path: Path
) -> None:
    home, known = config.parent / "home", tmp_path / "known"
    assert call("forget", "child-005", "--yes", "--home", home).code == 0
    config.write_text(config.read_text() + REPORT)
    done = walk(config, NIGHTS[-1])
    assert (done.number, done.is_new) == (4, False)
    assert (home / "outputs" / "reports" / "core_2024-04_internal.html").exists()
    assert call("run", "--known-at", NIGHTS[-1], "--store", home / "editions.duckdb", "--out", known).code == 0
    assert (known / "figures.parquet").read_bytes() == _figures(config)
    assert "1 child has been forgotten" in done.summary
    assert [
        path.name for path in (home / "outputs").rglob("*") if path.is_file() and b"child-005" in path.read_bytes()
    ] == []
    before = look_of(home)
    again = call("nightly", config, "--night", NIGHTS[-1])
    assert "Nothing is new" in again.err
    assert look_of(home) == before
