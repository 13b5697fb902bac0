"""Why: a night asked for again gives what a run that night gave, figure for figure, whatever came after it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from casetally.store.editions import open_editions
from polars.testing import assert_frame_equal

from tests.editions.nights import LIBRARY, Export, exported, figures_of, fresh, history, recalled, written


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return exported(tmp_path_factory.mktemp("first"))


@pytest.mark.parametrize("seed", range(5))
def test_every_night_of_a_history_of_edits_is_known_again_as_a_fresh_run_that_night_gave_it(
    seed: int, first: Export, tmp_path: Path
) -> None:
    nights = list(history(first, seed, 4))
    path = tmp_path / "editions.duckdb"
    editions = written(path, nights)
    for export, edition in zip(nights, editions, strict=True):
        again = recalled(path, edition)
        load = export.load
        assert_frame_equal(figures_of(again.store, again.library, load.inputs), fresh(export))
        assert again.load.ledger.equals(load.ledger)
        assert again.load.scorecard.equals(load.scorecard)
        assert again.load.present == load.present
        assert again.load.reach == load.reach
        names = [name for name in load.findings.columns if name != "row"]
        assert_frame_equal(again.load.findings.select(names), load.findings.select(names), check_row_order=False)
        by = ["table_name", "key_hash", "child_id"]
        assert_frame_equal(again.load.set_aside.sort(by), load.set_aside.select(by).sort(by))


def test_the_histories_do_change_figures_rows_and_fates(first: Export) -> None:
    nights = list(history(first, 0, 4))
    figures = [fresh(export).drop("edition", "period_end") for export in nights]
    assert all(not one.equals(other) for one, other in itertools.pairwise(figures))
    loads = [export.load for export in nights]
    assert len({load.set_aside.height for load in loads}) > 1
    assert len({sum(frame.height for frame in load.tables.values()) for load in loads}) == len(nights)


def test_a_night_that_brings_nothing_new_adds_no_row(first: Export, tmp_path: Path) -> None:
    path = tmp_path / "editions.duckdb"
    written(path, [first])
    before = _stored(path)
    written(path, [first, first])
    assert _stored(path) == before


def _stored(path: Path) -> dict[str, int]:
    editions = open_editions(path, LIBRARY.schemas)
    try:
        return {
            table: editions.rows(f'SELECT count(*) FROM editions.main."{table}"')[0][0]
            for (table,) in editions.rows(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'editions' AND table_name NOT IN ('nights', 'days')"
            )
        }
    finally:
        editions.close()
