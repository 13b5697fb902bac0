"""Why: several chapters look at the same published editions, so each is made once a session, from records of its own report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import View
from casetally.figures.suppression.report import hidden_in_report
from casetally.figures.views import FigureBook, Seen
from casetally.periods import Period, make_grid, month, read_month
from casetally.reports import lines
from casetally.reports.lines import ReportRow, report_rows
from casetally.reports.published_run import authority_of, label_of
from casetally.reports.run import RunRequest, run_all
from casetally.samples.authority import write_sample
from casetally.samples.planted import write_planted
from casetally.schemas import load_schemas
from casetally.store import Store, open_store

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
OF_ITS_OWN = {"darlington-2023-09": "2023-09", "southampton-2024-08": "2024-08"}  # from the records planted behind them
OF_THE_SAMPLE = ("core", "southampton-2020-12", "surrey-2017-01", "surrey-2024-09")  # from a small made-up authority
REPORTS = (*OF_ITS_OWN, *OF_THE_SAMPLE)
MONTHS = 24

Figure = tuple[View, Period]
Figures = Mapping[Figure, Seen]


@dataclass(frozen=True)
class Edition:
    """A published edition: its rows, and every figure as it truly is with those that are hidden."""

    name: str
    rows: tuple[ReportRow, ...]
    figures: Figures
    hidden: frozenset[Figure]
    book: FigureBook
    library: Library
    as_at: dt.date


@cache
def library() -> Library:
    return load_library()


@cache
def store_for(name: str) -> Store:
    """The records behind a report; '' stands for the made-up authority."""
    folder = Path(mkdtemp())
    as_at = month(read_month(OF_ITS_OWN.get(name, "2024-03"))).end
    if name:
        write_planted(PUBLISHED / name, folder / "records")
    else:
        write_sample(folder / "records", children=9_000, years=3, as_at=as_at)
    run_all(RunRequest((folder / "records",), as_at, 1, folder / "out", indicators=("contacts_received",)))
    return open_store(folder / "out" / "store.duckdb", load_schemas())


@cache
def edition(name: str) -> Edition:
    """The published edition of a report."""
    store, report = store_for(name if name in OF_ITS_OWN else ""), library().report(name)
    authority = authority_of(store, library(), report.authority)
    taken: list[tuple[Figures, FigureBook, frozenset[Figure]]] = []

    def hide(figures: Figures, book: FigureBook, *others: Any) -> frozenset[Figure]:
        hidden = hidden_in_report(figures, book, *others)
        taken.append((dict(figures), book, hidden))
        return hidden

    with patch.object(lines, "hidden_in_report", hide):
        rows = report_rows(
            store, library(), report, month(store.as_at), authority=authority, label=label_of(store, authority),
            covered=sorted(make_grid(store.as_at, MONTHS, ["month"]).periods), edition="published",
        )  # fmt: skip
    ((figures, book, hidden),) = taken
    return Edition(name, tuple(rows), figures, hidden, book, library(), store.as_at)
