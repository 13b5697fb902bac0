"""Why: a run is one walk from a source to a folder of outputs, its steps in one visible tuple, each timed and told.

Inputs, definitions, calendar edition and as-at date decide every byte of `figures.parquet`; what differs from run to run
(times) stands in `run.json` alone.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from casetally import __version__
from casetally.calendar import Calendar
from casetally.definitions.authorities import Authority
from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import Report, indicators_of
from casetally.figures import calculate_figures
from casetally.figures.doubles import refuse_doubles
from casetally.figures.limit_findings import limit_findings
from casetally.figures.supplied import supplied_findings
from casetally.figures.support import given_without, last_record, support_table
from casetally.periods import make_grid
from casetally.records.load import Load, load_of
from casetally.records.validate import CheckedRecords, check_records
from casetally.reports.known_at import By, Recalled, recall, what_is_missing
from casetally.reports.made import note_made
from casetally.reports.outputs import RUN_FILE, figures_csv, remember_run, written_whole
from casetally.reports.progress import SILENT, Progress
from casetally.reports.set_aside_rows import write_set_aside
from casetally.reports.stored import (
    UNNAMED,
    authority_asked,
    authority_name,
    calendar_for,
    doubts_of_authority,
    store_of_load,
)
from casetally.schemas import load_schemas, with_local_codes
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source
from casetally.store import Store
from casetally.store.editions import open_editions

STORE_FILE = "store.duckdb"
Tell = Callable[[str], None]  # hears of each step; a Progress hears too how far it is


@dataclass(frozen=True)
class Night:
    """A night of a file of editions: the last on or before a day (of all, where None), and by which definitions."""

    path: Path
    known_at: dt.date | None = None
    by: By = None


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked for. `as_at` is the day it speaks for; without `out` nothing is written.

    `seal_for`: who can open the rows set aside (age recipients); where nobody is named they are not written. `night`: instead of
    reading sources, a night that was kept; then its own day, months, authority and report count.
    """

    sources: tuple[str | Path, ...]  # folders, files and database URLs, read together
    as_at: dt.date
    months: int = 24
    out: Path | None = None
    authority: str | None = None
    definitions: Path | None = None
    indicators: tuple[str, ...] = ()
    report: str | None = None
    seal_for: tuple[str, ...] = ()
    night: Night | None = None


@dataclass
class Run:
    """A run on its way: each step adds what it made."""

    request: RunRequest
    folder: Path | None
    library: Library = field(init=False)
    authority: Authority | None = None
    calendar: Calendar = field(init=False)
    delivery: Delivery | None = None  # of a source that was read now, as `checked`
    checked: CheckedRecords | None = None
    load: Load = field(init=False)
    store: Store = field(init=False)
    figures: pl.DataFrame = field(init=False)
    findings: pl.DataFrame = field(init=False)
    support: pl.DataFrame = field(init=False)
    name: str = UNNAMED
    without: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what whoever asked for the run should know
    report: Report | None = None
    last_record: dt.date | None = None  # the day on which the latest record begins
    timings: dict[str, float] = field(default_factory=dict)
    tell: Progress = SILENT


def define(run: Run) -> None:
    """The definitions, the authority and the calendar."""
    run.library = load_library(run.request.definitions)
    run.report = run.library.report(run.request.report) if run.request.report else None
    run.authority = authority_asked(run.library, run.request.authority, run.request.report)
    run.calendar = calendar_for(run.authority)
    for name in run.request.indicators:
        run.library.indicator(name)


def read(run: Run) -> None:
    """The sources, as their readers read them."""
    run.delivery = read_source(*run.request.sources)


def check(run: Run) -> None:
    """Every row judged."""
    assert run.delivery is not None
    local = run.authority.local_codes if run.authority else {}
    schemas = with_local_codes(run.library.schemas, local, run.request.authority or "")
    run.checked = check_records(run.delivery, run.request.as_at, run.calendar, schemas, run.tell.of)
    run.load = load_of(run.delivery, run.checked)
    run.findings = run.load.findings


def store(run: Run) -> None:
    """What was accepted, in a database."""
    path = run.folder / STORE_FILE if run.folder else None
    own = run.request.definitions
    about = {"months": run.request.months, "authority": run.request.authority, "report": run.request.report,
             "definitions": str(own.resolve()) if own else None}  # fmt: skip
    run.store = store_of_load(run.load, run.library, run.calendar, run.request.as_at, run.authority, about, path)
    name_it(run)


def name_it(run: Run) -> None:
    """Whose records they are, and what is doubtful about that."""
    asked = run.request.authority
    run.name = authority_name(run.store, run.library, run.authority, asked)
    run.notes += doubts_of_authority(run.store, run.library, run.authority, asked)


def recall_night(run: Run) -> None:
    """Instead of all these: a night that was kept, as it was."""
    night = run.request.night
    assert night is not None
    editions = open_editions(night.path, load_schemas())
    try:
        path = run.folder / STORE_FILE if run.folder else None
        found = recall(editions, editions.known_at(night.known_at), night.by, path=path)
    finally:
        editions.close()
    use(run, found)


def use(run: Run, found: Recalled) -> None:
    """Go on with a night that was recalled."""
    edition = found.edition
    run.request = replace(run.request, as_at=edition.as_at, months=edition.months, authority=edition.authority,
                          report=edition.report)  # fmt: skip
    run.library, run.authority, run.calendar = found.library, found.authority, found.calendar
    run.load, run.store, run.findings = found.load, found.store, found.load.findings
    run.report = run.library.report(edition.report) if edition.report else None
    run.notes += [note for note in [what_is_missing(found.store.about)] if note]
    name_it(run)


def calculate(run: Run) -> None:
    """Every figure, and what is to be said beside them."""
    grid = make_grid(run.request.as_at, run.request.months)
    of_report = tuple(indicators_of(run.report)) if run.report else ()
    wanted = run.request.indicators or of_report or tuple(run.library.indicators)
    vintage = run.authority.vintage if run.authority else None
    run.figures = calculate_figures(run.store, run.library, grid, authority=run.name, indicators=wanted, vintage=vintage,
                                    edition=run.load.inputs, told=run.tell.of)  # fmt: skip
    chosen = [run.library.indicator(name) for name in wanted]
    refuse_doubles(run.store, run.library, chosen)
    run.findings = pl.concat(
        [run.load.findings, limit_findings(run.store, run.library, chosen), supplied_findings(run.store, run.library)]
    )
    run.last_record = last_record(run.store)
    run.support = support_table(run.store, run.library)
    run.without = given_without(run.store, run.library)


def write(run: Run) -> None:
    """All outputs, into the run's folder."""
    if run.folder is None:
        return
    run.store.close()
    run.figures.write_parquet(run.folder / "figures.parquet")
    figures_csv(run.figures, run.folder / "figures.csv")
    run.findings.write_parquet(run.folder / "findings.parquet")
    run.findings.write_csv(run.folder / "findings.csv")
    run.load.ledger.write_csv(run.folder / "ledger.csv")
    run.load.scorecard.write_csv(run.folder / "scorecard.csv")
    run.support.write_csv(run.folder / "support.csv")
    if run.delivery is not None and run.checked is not None:
        write_set_aside(run.folder, run.delivery, run.checked, run.request.seal_for)


STEPS: tuple[tuple[str, Callable[[Run], None]], ...] = (
    ("reading the definitions", define),
    ("reading the source", read),
    ("checking the records", check),
    ("storing them", store),
    ("calculating", calculate),
    ("writing", write),
)
CHECK_STEPS = STEPS[:4]
RECALL_STEPS = (("recalling the night", recall_night), *STEPS[4:])


def run_all(request: RunRequest, tell: Tell = lambda _: None) -> Run:
    """A whole run. Raises CasetallyError for anything its caller can mend; leaves no half-written folder."""
    steps = RECALL_STEPS if request.night else STEPS
    if request.out is None:
        return _walk(Run(request, None), steps, tell)
    with written_whole(request.out) as folder:
        run = _walk(Run(request, folder), steps, tell)
        (folder / RUN_FILE).write_text(json.dumps(about_run(run), indent=2) + "\n", encoding="utf-8")
    remember_run(request.out / STORE_FILE)
    note_made(run.store.about, "run", request.out)
    return run


def check_all(request: RunRequest, tell: Tell = lambda _: None) -> Run:
    """Read and check only, in memory."""
    run = _walk(Run(request, None), RECALL_STEPS[:1] if request.night else CHECK_STEPS, tell)
    run.support = support_table(run.store, run.library)
    return run


def _walk(run: Run, steps: tuple[tuple[str, Callable[[Run], None]], ...], tell: Tell) -> Run:
    run.tell = tell if isinstance(tell, Progress) else SILENT
    for name, step in steps:
        tell(name)
        started = time.perf_counter()
        step(run)
        run.timings[name] = round(time.perf_counter() - started, 3)
    return run


def about_run(run: Run) -> dict[str, Any]:
    """What `run.json` says: everything that decided the figures, and how long each step took."""
    import duckdb

    return {
        "casetally": __version__, "as_at": run.request.as_at.isoformat(), "months": run.request.months, "authority": run.name,
        "source": run.load.kind, "edition": run.load.inputs, "covers": run.load.covers,
        "calendar": {"edition": run.calendar.edition, "day_zero": run.calendar.day_zero,
                     "closure_days": [day.isoformat() for day in run.calendar.closure_days]},
        "files": [{"file": f.file, "sha256": f.sha256, "rows": f.rows, "used": f.used} for f in run.load.files],
        "ledger": run.load.ledger.to_dicts(),
        "definitions": {name: one.fingerprint for name, one in run.library.indicators.items()},
        "given_without": run.without,
        "libraries": {"duckdb": duckdb.__version__, "polars": pl.__version__, "holidays": version("holidays")},
        "seconds": run.timings,
    }  # fmt: skip
