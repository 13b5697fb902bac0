"""Why: two nights of one made-up authority, with seeded edits between them, hold every way in which a figure can move."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from casetally.calendar import Calendar
from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import indicators_of
from casetally.figures import calculate_figures
from casetally.figures.revisions import FigureSplit, KnownState, Telescope
from casetally.periods import BASES, make_grid, period_of
from casetally.records.load import keys_of_rows_set_aside
from casetally.records.validate import check_records
from casetally.schemas import load_schemas
from casetally.sources.delivery import Delivery
from casetally.store import store_of_frames

FIRST_DAY, SECOND_DAY = dt.date(2024, 1, 20), dt.date(2024, 3, 31)
LIBRARY = load_library()
CORE = tuple(indicators_of(LIBRARY.report("core")))
PERIODS = tuple(
    sorted({period_of(basis, day) for basis in BASES for day in (dt.date(2023, 11, 1), dt.date(2024, 1, 1))})
)
# what edits are made to: enough for every core indicator, and quick
EDITED = (
    "allocations", "assessments", "care_leaver_contacts", "care_leavers", "care_periods", "care_reviews", "care_visits",
    "child_links", "children", "cin_plans", "cin_visits", "contacts", "cp_conferences", "cp_plans", "cp_reviews", "cp_visits",
    "early_help_assessments", "early_help_episodes", "health_checks", "immigration_statuses", "legal_statuses",
    "missing_episodes", "permanence", "placements", "referrals", "s47_enquiries", "strategy_discussions",
)  # fmt: skip
_KEPT_WHOLE = frozenset({"children"})  # a child that goes takes all of its rows along: too much of one kind


@dataclass(frozen=True)
class Edits:
    """What is done to each night: shares of the rows of each table."""

    late: float = 0.03
    withdrawn: float = 0.02
    changed: float = 0.04
    newly_bad: float = 0.015
    no_longer_bad: float = 0.015


@dataclass(frozen=True)
class Nights:
    """Two states, the way between them and its splits."""

    before: KnownState
    after: KnownState
    way: Telescope
    splits: tuple[FigureSplit, ...]


def two_nights(delivery: Delivery, seed: int, edits: Edits = Edits()) -> tuple[Delivery, Delivery]:
    """The delivery as two nights have it, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - edits, the same each time
    before, after = [], []
    for table in delivery.tables:
        first = second = table.frame
        if table.table in EDITED:
            first, second = _edited(table.table, table.frame, chance, edits)
        before.append(replace(table, frame=first))
        after.append(replace(table, frame=second))
    return replace(delivery, tables=tuple(before)), replace(delivery, tables=tuple(after))


def _edited(name: str, frame: pl.DataFrame, chance: random.Random, edits: Edits) -> tuple[pl.DataFrame, pl.DataFrame]:
    table = load_schemas().tables[name]
    fates = [chance.random() for _ in range(frame.height)]
    bounds = [edits.late, edits.withdrawn, edits.changed, edits.newly_bad, edits.no_longer_bad]
    ends = [sum(bounds[: at + 1]) for at in range(5)]
    kind = pl.Series([next((at for at, end in enumerate(ends) if fate < end), 5) for fate in fates], dtype=pl.Int64)
    if name in _KEPT_WHOLE:
        kind = kind.replace({0: 2, 1: 2, 3: 5, 4: 5})
    shift = pl.Series([chance.choice((-40, -9, -3, -1, 1, 2, 8, 30)) for _ in fates])
    dates = [c for c, x in table.columns.items() if x.type == "date" and c in frame.columns]
    column = chance.choice(dates) if dates else None
    required = next(
        (c for c, x in table.columns.items() if x.required and x.type == "date" and c in frame.columns), None
    )
    moved = spoilt_then = spoilt_now = frame
    if column:
        day = pl.col(column).str.to_date("%Y-%m-%d", strict=False).dt.offset_by(pl.format("{}d", shift))
        moved = frame.with_columns(
            pl.when(kind == 2).then(day.dt.to_string("%Y-%m-%d")).otherwise(pl.col(column)).alias(column)
        )
        spoilt_now = moved
    if required:
        spoilt_now = moved.with_columns(pl.when(kind == 3).then(pl.lit("soon")).otherwise(required).alias(required))
        spoilt_then = frame.with_columns(pl.when(kind == 4).then(pl.lit("soon")).otherwise(required).alias(required))
    return spoilt_then.filter(kind != 0), spoilt_now.filter(kind != 1)


def known(
    delivery: Delivery,
    as_at: dt.date,
    *,
    closures: tuple[dt.date, ...] = (),
    library: Library = LIBRARY,
) -> KnownState:
    """A delivery as a night knows it."""
    calendar = Calendar.england(closures)
    checked = check_records(delivery, as_at, calendar, library.schemas)
    store = store_of_frames(
        checked.tables, library.schemas, calendar, as_at, present=checked.present, reach=checked.reach
    )
    gone = keys_of_rows_set_aside(checked).select("table_name", "key_hash")
    return KnownState(store, library, gone, authority="Madeupshire", known_on=as_at)


def own_figures(state: KnownState) -> dict[tuple[str, str, str], tuple[float | None, float | None, float | None, str]]:
    """The figures of an ordinary run of a state, for all children of the core indicators."""
    figures = calculate_figures(
        state.store, state.library, make_grid(state.store.as_at, 8), authority=state.authority, indicators=CORE
    )
    columns = ("indicator", "basis", "period", "numerator", "denominator", "value", "status")
    return {
        (i, b, p): (n, d, v, s) for i, b, p, n, d, v, s in figures.filter(breakdown="all").select(columns).iter_rows()
    }


def overlay(folder: Path, **files: str) -> Library:
    """Definitions laid over those that ship: indicators='…', limits='…'."""
    for room, text in files.items():
        (folder / room).mkdir(parents=True, exist_ok=True)
        (folder / room / "own.yaml").write_text(text, encoding="utf-8")
    return load_library(folder)
