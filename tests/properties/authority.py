"""Why: the properties of this room hold on a whole made-up authority, read and checked as a run would, and made once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from casetally.calendar import Calendar
from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import indicators_of
from casetally.figures import calculate_figures
from casetally.figures.populations import authorities_of
from casetally.periods import Grid, make_grid
from casetally.records.validate import CheckedRecords, check_records
from casetally.samples import write_sample
from casetally.sources.recognise import read_source
from casetally.store import Store, store_of_frames

AS_AT = dt.date(2024, 3, 31)
MONTHS = 36
LIBRARY = load_library()
INDICATORS = [one for one in LIBRARY.indicators.values() if one.record_set is not None]  # those that count rows
CORE = frozenset(indicators_of(LIBRARY.report("core")))  # asked in every way; of the others each is asked in some


@dataclass(frozen=True)
class Authority:
    """Records of three years as one run holds them, and all their figures."""

    folder: Path
    checked: CheckedRecords
    store: Store
    name: str
    figures: pl.DataFrame

    def of(self, indicator: Indicator) -> pl.DataFrame:
        return self.figures.filter(pl.col("indicator") == indicator.id)


def make_authority(folder: Path, dirt: float) -> Authority:
    write_sample(folder, children=3000, years=3, as_at=AS_AT, seed=7, dirt=dirt)
    return read_authority(folder)


def read_authority(folder: Path, as_at: dt.date = AS_AT, months: int = MONTHS) -> Authority:
    """A folder of records read, checked, stored and calculated."""
    checked = check_records(read_source(folder), as_at, Calendar.england(), LIBRARY.schemas)
    store = stored(checked, as_at)
    (name,) = authorities_of(store)
    return Authority(folder, checked, store, name, figures_of(store, name, make_grid(as_at, months)))


def stored(checked: CheckedRecords, as_at: dt.date = AS_AT) -> Store:
    return store_of_frames(checked.tables, LIBRARY.schemas, Calendar.england(), as_at, present=checked.present)


def figures_of(store: Store, name: str, grid: Grid, library: Library = LIBRARY) -> pl.DataFrame:
    return calculate_figures(store, library, grid, authority=name)


def of_kind(*kinds: str) -> list[Indicator]:
    return [one for one in INDICATORS if one.kind in kinds]


def ids(indicators: list[Indicator]) -> list[str]:
    return [one.id for one in indicators]
