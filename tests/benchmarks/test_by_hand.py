"""Why: a benchmark against queries that answer something else would prove nothing, so both must give the same figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import load_library
from casetally.definitions.reports import indicators_of
from casetally.periods import Grid, make_grid
from casetally.reports.run import RunRequest, run_all
from casetally.samples.authority import write_sample

from benchmarks.by_hand import all_queries
from benchmarks.by_hand.connection import ask, months_of, opened
from benchmarks.compare import KEY, by_hand_frame, differences
from benchmarks.tasks import WITH_WEEKS

CHILDREN, YEARS = 2_000, 3
DAYS = [dt.date(2024, 3, 31), dt.date(2024, 2, 14)]  # a month's end, and a day within a month, a quarter and a year


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("by_hand") / "source"
    write_sample(folder, children=CHILDREN, years=YEARS, seed=5)
    return folder


@pytest.fixture(scope="module", params=DAYS, ids=str)
def measured(request: pytest.FixtureRequest, sample: Path) -> tuple[Grid, pl.DataFrame, Path]:
    """A grid, the engine's figures for it, and the store they came from."""
    out = sample.parent / f"run-{request.param}"
    run = run_all(RunRequest((sample,), request.param, 12 * YEARS, out, report="core"))
    return make_grid(request.param, 12 * YEARS), run.figures, out / "store.duckdb"


def test_every_core_indicator_has_a_query_by_hand() -> None:
    library = load_library()
    assert list(all_queries(DAYS[0])) == sorted(indicators_of(library.report("core")))


def test_indicators_by_week_are_those_that_the_definitions_give_by_week() -> None:
    by_week = {name for name, one in load_library().indicators.items() if one.text.weeks}
    assert by_week == set(WITH_WEEKS)


def test_one_query_per_indicator_gives_the_engines_figures(measured: tuple[Grid, pl.DataFrame, Path]) -> None:
    grid, figures, store = measured
    with opened(store, grid) as con:
        answers = {name: [ask(con, query.all_months)] for name, query in all_queries(grid.run_as_at).items()}
    by_hand = by_hand_frame(answers)
    assert by_hand.height > 50_000
    assert differences(figures, by_hand).to_dicts() == []


def test_one_query_per_indicator_and_month_gives_the_engines_figures(measured: tuple[Grid, pl.DataFrame, Path]) -> None:
    grid, figures, store = measured
    answers: dict[str, list[pl.DataFrame]] = {}
    with opened(store, grid) as con:
        for name, query in all_queries(grid.run_as_at).items():
            months = months_of(grid, weeks=name in WITH_WEEKS)
            answers[name] = [ask(con, query.one_month(month)) for month in (months[-1], months[-13])]
    by_hand = by_hand_frame(answers)
    same_periods = figures.join(by_hand.select(KEY[:3]).unique(), on=KEY[:3], how="semi")
    assert by_hand["indicator"].n_unique() == len(answers)
    assert differences(same_periods, by_hand).to_dicts() == []


def test_a_figure_that_differs_is_told() -> None:
    line = {
        "indicator": "cla_open",
        "basis": "month",
        "period_end": dt.date(2024, 3, 31),
        "breakdown": "all",
        "group": "all",
    }
    engine = pl.DataFrame(
        [{**line, "numerator": 5.0, "denominator": None}], schema_overrides={"denominator": pl.Float64}
    )
    none = pl.Series([None], dtype=pl.Float64)
    assert differences(engine, engine).height == 0
    assert differences(engine, engine.with_columns(numerator=pl.lit(6.0))).height == 1
    assert differences(engine, engine.head(0)).height == 1
    assert differences(engine.with_columns(numerator=none), engine).height == 1
    assert differences(engine, pl.concat([engine, engine])).height > 0
