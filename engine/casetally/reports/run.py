"""Why: a run is one walk from a source to a folder of outputs, its steps in one visible tuple, each timed and told.

Inputs, definitions, calendar edition and as-at date decide every byte of `figures.parquet`; what differs from run to run
(times) stands in `run.json` alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from casetally import __version__
from casetally.calendar import Calendar
from casetally.definitions.authorities import Authority, authority_names, find_authority
from casetally.definitions.library import Library, load_library
from casetally.definitions.open_data import identity_of, known_authorities
from casetally.definitions.reports import Report, indicators_of
from casetally.errors import CallError, did_you_mean
from casetally.figures import calculate_figures
from casetally.figures.doubles import refuse_doubles
from casetally.figures.limit_findings import limit_findings
from casetally.figures.populations import authorities_of, known_as
from casetally.figures.supplied import supplied_findings
from casetally.figures.support import given_without, last_record, support_table
from casetally.periods import make_grid
from casetally.records.validate import CheckedRecords, check_records
from casetally.reports.outputs import RUN_FILE, figures_csv, remember_run, written_whole
from casetally.reports.progress import SILENT, Progress
from casetally.schemas import with_local_codes
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source
from casetally.store import Store, store_of_frames

STORE_FILE = "store.duckdb"
UNNAMED = "unnamed"
Tell = Callable[[str], None]  # hears of each step; a Progress hears too how far it is


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked for. `as_at` is the day it speaks for; without `out` nothing is written."""

    sources: tuple[str | Path, ...]  # folders, files and database URLs, read together
    as_at: dt.date
    months: int = 24
    out: Path | None = None
    authority: str | None = None
    definitions: Path | None = None
    indicators: tuple[str, ...] = ()
    report: str | None = None


@dataclass
class Run:
    """A run on its way: each step adds what it made."""

    request: RunRequest
    folder: Path | None
    library: Library = field(init=False)
    authority: Authority | None = None
    calendar: Calendar = field(init=False)
    delivery: Delivery = field(init=False)
    checked: CheckedRecords = field(init=False)
    store: Store = field(init=False)
    figures: pl.DataFrame = field(init=False)
    findings: pl.DataFrame = field(init=False)
    support: pl.DataFrame = field(init=False)
    name: str = UNNAMED
    edition: str = ""
    without: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what whoever asked for the run should know
    report: Report | None = None
    last_record: dt.date | None = None  # the day on which the latest record begins
    timings: dict[str, float] = field(default_factory=dict)
    tell: Progress = SILENT


def _define(run: Run) -> None:
    run.library = load_library(run.request.definitions)
    run.report = run.library.report(run.request.report) if run.request.report else None
    wanted = run.request.authority or (run.report.authority if run.report else None)
    run.authority = find_authority(run.library.folders, wanted, run.library.indicators) if wanted else None
    closure_days = run.authority.closure_days if run.authority else ()
    run.calendar = Calendar.england(closure_days, run.authority.day_zero if run.authority else "next")
    for name in run.request.indicators:
        run.library.indicator(name)


def _read(run: Run) -> None:
    run.delivery = read_source(*run.request.sources)
    hashes = sorted(file.sha256 for file in run.delivery.files)
    run.edition = hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:12]


def _check(run: Run) -> None:
    local = run.authority.local_codes if run.authority else {}
    schemas = with_local_codes(run.library.schemas, local, run.request.authority or "")
    run.checked = check_records(run.delivery, run.request.as_at, run.calendar, schemas, run.tell.of)
    run.findings = run.checked.findings


def _store(run: Run) -> None:
    path = run.folder / STORE_FILE if run.folder else None
    frames = dict(run.checked.tables)
    present = dict(run.checked.present)
    if run.authority and run.authority.populations:
        label = run.authority.code or run.authority.name
        frames["populations"] = pl.DataFrame(
            [(label, p.mid_year, p.vintage, p.population) for p in run.authority.populations],
            schema={"authority": pl.String, "mid_year": pl.Int64, "vintage": pl.String, "population": pl.Int64}, orient="row",
        )  # fmt: skip
        present["populations"] = frozenset(frames["populations"].columns)
    about = {"edition": run.edition, "version": __version__, "source": run.delivery.kind, "months": run.request.months,
             "origins": {table.table: run.delivery.origin(table.table) for table in run.delivery.tables},
             "authority": run.authority.name if run.authority else run.request.authority, "report": run.request.report,
             "definitions": str(run.request.definitions.resolve()) if run.request.definitions else None}  # fmt: skip
    run.store = store_of_frames(frames, run.library.schemas, run.calendar, run.request.as_at, present=present, about=about,
                                reach=run.checked.reach,
                                extra={"ledger": run.checked.ledger}, path=path)  # fmt: skip
    run.name = _authority_name(run)
    run.notes += _doubts_of_authority(run)


def _doubts_of_authority(run: Run) -> list[str]:
    """A name that nobody knows may be misspelt, and populations of many authorities serve nobody until one is named."""
    asked, populations = run.request.authority, authorities_of(run.store)
    if asked and run.authority is None and not populations and identity_of([asked]) is None:
        names = [*(one.la_name for one in known_authorities()), *authority_names(run.library.folders)]
        near = did_you_mean(asked, names)
        return [f"No authority '{asked}' is known, so the name is used as it is.{' ' + near if near else ''}"]
    if len(populations) > 1 and run.name == UNNAMED:
        count = len(populations)
        return [
            f"Populations of {count} authorities were read and none is named: no rates. Add --authority NAME or code."
        ]
    return []


def _authority_name(run: Run) -> str:
    """As populations name it: the authority of the file, else the one asked for, else the one that stands there.

    Raises CallError for a name that neither populations nor a file knows.
    """
    known = authorities_of(run.store)
    if run.authority:
        code, name = run.authority.code, run.authority.name
        return known_as([code, name], known) or code or name
    asked = run.request.authority
    if asked and (label := known_as([asked], known)):
        return label
    if asked and known:
        names = [*dict.fromkeys([*known, *authority_names(run.library.folders)])]
        raise CallError(f"There is no authority '{asked}' in populations or in definitions/authorities.",
                        hint=did_you_mean(asked, names, else_say="Known: " + ", ".join(names) + "."))  # fmt: skip
    return asked or (known[0] if len(known) == 1 else UNNAMED)


def _calculate(run: Run) -> None:
    grid = make_grid(run.request.as_at, run.request.months)
    of_report = tuple(indicators_of(run.report)) if run.report else ()
    wanted = run.request.indicators or of_report or tuple(run.library.indicators)
    vintage = run.authority.vintage if run.authority else None
    run.figures = calculate_figures(run.store, run.library, grid, authority=run.name, indicators=wanted, vintage=vintage,
                                    edition=run.edition, told=run.tell.of)  # fmt: skip
    chosen = [run.library.indicator(name) for name in wanted]
    refuse_doubles(run.store, run.library, chosen)
    run.findings = pl.concat(
        [run.findings, limit_findings(run.store, run.library, chosen), supplied_findings(run.store, run.library)]
    )
    run.last_record = last_record(run.store)
    run.support = support_table(run.store, run.library)
    run.without = given_without(run.store, run.library)


def _write(run: Run) -> None:
    if run.folder is None:
        return
    run.store.close()
    run.figures.write_parquet(run.folder / "figures.parquet")
    figures_csv(run.figures, run.folder / "figures.csv")
    run.findings.write_parquet(run.folder / "findings.parquet")
    run.findings.write_csv(run.folder / "findings.csv")
    run.checked.ledger.write_csv(run.folder / "ledger.csv")
    run.checked.scorecard().write_csv(run.folder / "scorecard.csv")
    run.support.write_csv(run.folder / "support.csv")


STEPS: tuple[tuple[str, Callable[[Run], None]], ...] = (
    ("reading the definitions", _define),
    ("reading the source", _read),
    ("checking the records", _check),
    ("storing them", _store),
    ("calculating", _calculate),
    ("writing", _write),
)
CHECK_STEPS = STEPS[:4]


def run_all(request: RunRequest, tell: Tell = lambda _: None) -> Run:
    """A whole run. Raises CasetallyError for anything its caller can mend; leaves no half-written folder."""
    if request.out is None:
        return _walk(Run(request, None), STEPS, tell)
    with written_whole(request.out) as folder:
        run = _walk(Run(request, folder), STEPS, tell)
        (folder / RUN_FILE).write_text(json.dumps(about_run(run), indent=2) + "\n", encoding="utf-8")
    remember_run(request.out / STORE_FILE)
    return run


def check_all(request: RunRequest, tell: Tell = lambda _: None) -> Run:
    """Read and check only, in memory."""
    run = _walk(Run(request, None), CHECK_STEPS, tell)
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
        "source": run.delivery.kind, "edition": run.edition, "covers": run.delivery.covers,
        "calendar": {"edition": run.calendar.edition, "day_zero": run.calendar.day_zero,
                     "closure_days": [day.isoformat() for day in run.calendar.closure_days]},
        "files": [{"file": f.file, "sha256": f.sha256, "rows": f.rows, "used": f.used} for f in run.delivery.files],
        "ledger": run.checked.ledger.to_dicts(),
        "definitions": {name: one.fingerprint for name, one in run.library.indicators.items()},
        "given_without": run.without,
        "libraries": {"duckdb": duckdb.__version__, "polars": pl.__version__, "holidays": version("holidays")},
        "seconds": run.timings,
    }  # fmt: skip
