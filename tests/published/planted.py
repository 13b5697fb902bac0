"""Why: several chapters ask the same planted records, so each report is planted, read and stored once a session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import yaml
from casetally.definitions.library import Library, load_library
from casetally.figures.published import read_published
from casetally.figures.reconcile import Reconciliation, reconcile
from casetally.periods import month, read_month
from casetally.reports.published_run import authority_of, label_of, months_of, read_causes
from casetally.reports.run import RunRequest, run_all
from casetally.samples.planted import write_planted
from casetally.schemas import load_schemas
from casetally.store import Store, open_store

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
REPORTS = sorted(folder.name for folder in PUBLISHED.iterdir())


@dataclass(frozen=True)
class PlantedReport:
    """A report with the records planted behind it, run as its months ask."""

    name: str
    folder: Path
    as_at: dt.date
    months: int

    def run(self, source: Path | None = None, definitions: Path | None = None) -> tuple[Store, Library]:
        out = Path(mkdtemp()) / "out"
        asked = RunRequest(
            (source or self.folder,), self.as_at, self.months, out, definitions=definitions, report=self.name
        )
        run_all(asked)
        return open_store(out / "store.duckdb", load_schemas()), load_library(definitions)

    def reconciled(self, source: Path | None = None, definitions: Path | None = None) -> Reconciliation:
        """The reconciliation of the records as planted, of others, or under other definitions."""
        store, library = self.run(source, definitions)
        authority = authority_of(store, library, library.report(self.name).authority)
        return reconcile(
            store, library, library.report(self.name), read_published(PUBLISHED / self.name), months_of(store),
            authority=label_of(store, authority), causes=read_causes(self.folder / "notes" / "let_go.csv"),
        )  # fmt: skip


@cache
def planted(name: str) -> PlantedReport:
    folder = Path(mkdtemp()) / name
    write_planted(PUBLISHED / name, folder)
    declared = yaml.safe_load((PUBLISHED / name / "planting" / "front_door.yaml").read_text(encoding="utf-8"))["months"]
    first, last = read_month(declared["first"]), read_month(declared["last"])
    return PlantedReport(name, folder, month(last).end, (last.year - first.year) * 12 + last.month - first.month + 1)


@cache
def reconciled(name: str) -> Reconciliation:
    return planted(name).reconciled()
