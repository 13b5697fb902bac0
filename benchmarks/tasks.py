"""Why: each measurement runs in a process of its own, so that none warms another up and its memory is its own.

Called by `benchmarks.run` as `python -m benchmarks.tasks TASK ...`; prints one line of JSON. What is outside the clock:
making data, imports (but for `compile`, which gives both), the by-hand helper tables, and the comparison.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIGURES = "figures_measured.parquet"
DIFFERENCES = "differences.csv"
WITH_WEEKS = ("assessments_completed", "contacts_received", "referrals_received")


def compile_definitions() -> dict[str, float]:
    """Seconds to load and check all definitions, apart from imports and with them."""
    begun = time.perf_counter()
    from casetally.definitions.library import load_library

    imported = time.perf_counter()
    load_library()
    done = time.perf_counter()
    return {"seconds": done - imported, "with_imports": done - begun}


def make_sample(folder: str, children: str, years: str, as_at: str) -> dict[str, int]:
    """A made-up authority as CSV; how many rows it has."""
    from casetally.samples.authority import write_sample

    made = write_sample(
        Path(folder), children=int(children), years=int(years), as_at=dt.date.fromisoformat(as_at), seed=1
    )
    return {"rows": made.total}


def figures(store: str, as_at: str, months: str, rounds: str) -> dict[str, Any]:
    """Seconds from opening a store to the frame of all figures, median of `rounds`; the frame is kept beside the store."""
    from casetally.definitions.library import load_library
    from casetally.definitions.reports import indicators_of
    from casetally.figures import calculate_figures
    from casetally.figures.populations import authorities_of
    from casetally.periods import make_grid
    from casetally.schemas import load_schemas
    from casetally.store import open_store

    library, schemas, seconds = load_library(), load_schemas(), []
    core = indicators_of(library.report("core"))
    for _ in range(int(rounds)):
        begun = time.perf_counter()
        opened = open_store(Path(store), schemas)
        (name,) = authorities_of(opened)
        grid = make_grid(dt.date.fromisoformat(as_at), int(months))
        frame = calculate_figures(opened, library, grid, authority=name, indicators=core)
        seconds.append(time.perf_counter() - begun)
        opened.close()
    frame.write_parquet(Path(store).with_name(FIGURES))
    return {"seconds": statistics.median(seconds), "lines": frame.height, "indicators": frame["indicator"].n_unique()}


def by_hand(store: str, as_at: str, months: str, rounds: str) -> dict[str, Any]:
    """Seconds of one query per indicator, summed, median of `rounds`, and how many lines differ from the engine's."""
    from casetally.periods import make_grid

    from benchmarks.by_hand import all_queries
    from benchmarks.by_hand.connection import ask, opened

    grid = make_grid(dt.date.fromisoformat(as_at), int(months))
    queries = all_queries(grid.run_as_at)
    totals: list[float] = []
    by_query: dict[str, list[float]] = {name: [] for name in queries}
    for _ in range(int(rounds)):
        with opened(Path(store), grid) as con:
            answers = {}
            for name, query in queries.items():
                begun = time.perf_counter()
                answers[name] = [ask(con, query.all_months)]
                by_query[name].append(time.perf_counter() - begun)
        totals.append(sum(times[-1] for times in by_query.values()))
    medians = {name: round(statistics.median(times), 4) for name, times in by_query.items()}
    slowest = sorted(medians.items(), key=lambda item: -item[1])[:5]
    return {
        "seconds": statistics.median(totals),
        "queries": len(queries),
        "slowest": slowest,
        **_compared(store, answers),
    }


def by_month(store: str, as_at: str, months: str, every: str) -> dict[str, Any]:
    """Seconds of one query per indicator and month, measured on every so-many-th month, and lines that differ there."""
    from casetally.periods import make_grid

    from benchmarks.by_hand import all_queries
    from benchmarks.by_hand.connection import ask, months_of, opened

    grid = make_grid(dt.date.fromisoformat(as_at), int(months))
    answers: dict[str, list[Any]] = {}
    total, asked = 0.0, 0
    with opened(Path(store), grid) as con:
        for name, query in all_queries(grid.run_as_at).items():
            for month in months_of(grid, weeks=name in WITH_WEEKS)[:: -int(every)]:
                begun = time.perf_counter()
                answers.setdefault(name, []).append(ask(con, query.one_month(month)))
                total += time.perf_counter() - begun
                asked += 1
    measured = asked // len(answers)
    return {"seconds": total, "measured_months": measured, **_compared(store, answers, of_months=True)}


def _compared(store: str, answers: dict[str, list[Any]], *, of_months: bool = False) -> dict[str, Any]:
    """Compared with the figures that `figures` kept; what differs is written beside them."""
    import polars as pl

    from benchmarks.compare import by_hand_frame, differences

    hand, engine = by_hand_frame(answers), pl.read_parquet(Path(store).with_name(FIGURES))
    if of_months:  # a month's queries answer for the periods that end in it, and for no others
        engine = engine.join(hand.select("indicator", "basis", "period_end").unique(),
                             on=["indicator", "basis", "period_end"], how="semi")  # fmt: skip
    unequal = differences(engine, hand)
    unequal.write_csv(Path(store).with_name(DIFFERENCES))
    return {"compared": hand.height, "different": unequal.height,
            "differing": sorted(set(unequal["indicator"].to_list())), "first": unequal.head(5).to_dicts()}  # fmt: skip


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "compile": compile_definitions, "sample": make_sample, "figures": figures, "by_hand": by_hand, "by_month": by_month,
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:]), default=str))
