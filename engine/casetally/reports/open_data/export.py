"""Why: an export walks from a run's figures to a folder of tables, and says what it could not know."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import polars as pl

from casetally.definitions.library import Library, load_library
from casetally.definitions.open_data import Identity, identity_of
from casetally.errors import CallError
from casetally.figures.open_data.export import Asked, Level, export_tables
from casetally.figures.values import FIGURE_SCHEMA, SETTLES
from casetally.reports.known_at import NOW, By, database_of
from casetally.reports.open_data import write_tables
from casetally.reports.outputs import RUN_FILE, last_store
from casetally.reports.run import Night, RunRequest, run_all
from casetally.store.editions import holds_editions


@dataclass(frozen=True)
class ExportRequest:
    """What an export is asked for. Without `figures` those beside the store are taken, without `store` the last run's."""

    out: Path
    indicators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ("year",)
    level: str = "Local authority"
    authority: str | None = None
    figures: Path | None = None
    store: Path | None = None
    definitions: By = None
    known_at: dt.date | None = None  # of a file of editions: the night


@dataclass(frozen=True)
class Exported:
    """The files of data, their rows, and what is to be told."""

    files: tuple[Path, ...]
    rows: int
    notes: tuple[str, ...]


def export_open_data(request: ExportRequest) -> Exported:
    """Write a run's figures as published tables. Raises CallError for what can't be meant or is not there."""
    figures, as_at, library = _given(request)
    for name in request.indicators:
        library.indicator(name)
    known = [name for name in sorted(set(figures["indicator"])) if name in library.indicators]
    whose, notes = _identity(request, figures)
    asked = Asked(request.indicators or tuple(known), request.bases, cast(Level, request.level), as_at)
    tables = export_tables(figures, library, whose, asked)
    if as_at is None:
        notes.append(
            "No run.json stands beside the figures: a period that is not over can't be told and is written too."
        )
    files = write_tables(tables, request.out)
    return Exported(tuple(files), sum(table.rows.height for table in tables), tuple(notes))


def _given(request: ExportRequest) -> tuple[pl.DataFrame, dt.date | None, Library]:
    """The figures, the day they speak for where it is known, and the definitions."""
    store = database_of(request.store or last_store()) if request.figures is None else None
    if store is not None and holds_editions(store):
        night = run_all(RunRequest((), dt.date.min, night=Night(store, request.known_at, request.definitions)))
        return night.figures, night.request.as_at, night.library
    if request.known_at is not None:
        raise CallError("--known-at asks for a night, and these are the figures of one run.",
                        hint="Name the editions.duckdb of a nightly home with --store.")  # fmt: skip
    path = request.figures or (store or Path()).parent / "figures.parquet"
    figures, run = _figures(path), _run(path.parent / RUN_FILE)
    as_at = dt.date.fromisoformat(run["as_at"]) if "as_at" in run else None
    return figures, as_at, load_library(None if request.definitions in (None, NOW) else Path(request.definitions))


def _figures(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise CallError(f"There is no file '{path}'.", hint="Run 'casetally run' first, or name --figures or --store.")
    try:
        figures = pl.read_parquet(path)
    except pl.exceptions.PolarsError as fault:
        raise CallError(
            f"'{path}' can't be read as a file of figures.", hint="Name a run's figures.parquet."
        ) from fault
    if not set(FIGURE_SCHEMA) - SETTLES <= set(
        figures.columns
    ):  # figures of a run before these were given are figures too
        raise CallError(f"'{path}' holds no figures of a run.", hint="Name a run's figures.parquet.")
    return figures


def _run(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _identity(request: ExportRequest, figures: pl.DataFrame) -> tuple[Identity, list[str]]:
    """Whose figures they are; an authority that no table knows keeps its name, its codes being `x`."""
    name = request.authority or str(next(iter(figures["authority"].unique().sort()), ""))
    found = identity_of([name])
    if found is not None:
        return found, []
    blank = Identity("", "", "", "", "")
    says = f"'{name}' is no authority that published tables know: its codes are written as x. --authority names one."
    return replace(blank, la_name=name or "x"), [says]
