"""Why: a history of nights is made by hand: what an export held on each, as text, before anything of ours judged it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl
from casetally.calendar import Calendar
from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import indicators_of
from casetally.figures import calculate_figures
from casetally.periods import make_grid
from casetally.records.load import Load, load_of
from casetally.records.validate import check_records
from casetally.reports.known_at import Recalled, keep_definitions, recall
from casetally.reports.stored import authority_name
from casetally.samples import write_sample
from casetally.sources.delivery import Delivery, SourceTable
from casetally.sources.recognise import read_source
from casetally.store import Store, store_of_frames
from casetally.store.editions import Book, Edition, open_editions, writing

LIBRARY = load_library()
CORE = tuple(indicators_of(LIBRARY.report("core")))
FIRST_NIGHT = dt.date(2024, 4, 1)
MONTHS = 6
CALENDAR = Calendar.england()


@dataclass(frozen=True)
class Export:
    """What a night's export held, and the night."""

    night: dt.date
    delivery: Delivery

    @property
    def as_at(self) -> dt.date:
        return self.night - dt.timedelta(1)

    @cached_property
    def load(self) -> Load:
        """As it is read and judged that night."""
        found = load_of(self.delivery, check_records(self.delivery, self.as_at, CALENDAR, LIBRARY.schemas))
        return replace(found, inputs=f"night-{self.night}")

    @cached_property
    def figures(self) -> pl.DataFrame:
        """As they are calculated that night; of the first night they are asked for by every history."""
        return _fresh(self, LIBRARY)


def exported(folder: Path, *, children: int = 250, seed: int = 5, dirt: float = 1.0) -> Export:
    """The export of the first night: a made-up authority."""
    write_sample(folder, children=children, years=2, as_at=FIRST_NIGHT - dt.timedelta(1), seed=seed, dirt=dirt)
    return Export(FIRST_NIGHT, read_source(folder))


def history(first: Export, seed: int, nights: int) -> Iterator[Export]:
    """The first night and those after it; each some days later, with rows gone, added, changed, and now and then a whole table."""
    drawn = random.Random(seed)  # noqa: S311 - a history, no secret
    export = first
    for _ in range(nights):
        yield export
        days = drawn.choice([1, 1, 3, 9])
        tables = tuple(_edited(table, drawn, first) for table in export.delivery.tables)
        tables = tuple(table for table in tables if drawn.random() > 0.01 or table.table == "children")
        lacking = [one for one in first.delivery.tables if one.table not in {table.table for table in tables}]
        tables += tuple(one for one in lacking if drawn.random() < 0.5)  # one that was gone comes back
        export = Export(export.night + dt.timedelta(days), replace(export.delivery, tables=tables))


def _edited(table: SourceTable, drawn: random.Random, first: Export) -> SourceTable:
    frame = table.frame
    rows = frame.height
    if not rows:
        return table
    gone = set(drawn.sample(range(rows), min(rows, drawn.choice([0, 0, 1, rows // 40]))))
    frame = frame.filter(pl.Series([at not in gone for at in range(rows)]))
    if frame.height:
        frame = _changed(frame, table, drawn)
        frame = _with_new(frame, drawn)
    if drawn.random() < 0.01 and len(table.columns) > 3:  # a column is lost
        frame = frame.drop(drawn.choice(table.columns))
    return replace(table, frame=frame.sample(fraction=1, shuffle=True, seed=drawn.randrange(1 << 30)))


def _changed(frame: pl.DataFrame, table: SourceTable, drawn: random.Random) -> pl.DataFrame:
    """Some cells become those of another row, blank, or what can't be read."""
    columns = [name for name in frame.columns if not name.startswith("_")]
    for _ in range(drawn.choice([0, 1, 3])):
        name, at, other = drawn.choice(columns), drawn.randrange(frame.height), drawn.randrange(frame.height)
        new = drawn.choice([frame[name][other], frame[name][other], None, "2024-03-30", "what?"])
        frame = frame.with_columns(
            pl.when(pl.int_range(pl.len()) == at).then(pl.lit(new, dtype=pl.String)).otherwise(pl.col(name)).alias(name)
        )
    return frame


def _with_new(frame: pl.DataFrame, drawn: random.Random) -> pl.DataFrame:
    """Rows typed in late: copies with a number of their own, or without one (then one of the two is set aside)."""
    copies = frame.sample(drawn.choice([0, 0, 1, 3]), with_replacement=True, seed=drawn.randrange(1 << 30))
    if copies.is_empty():
        return frame
    most = frame["_record"].cast(pl.UInt32).max()
    assert isinstance(most, int)
    first = frame.columns[0]
    if drawn.random() < 0.8:
        copies = copies.with_columns(pl.format("{}-late{}", pl.col(first), pl.int_range(pl.len())).alias(first))
    numbered = pl.int_range(most + 1, most + 1 + copies.height, dtype=pl.UInt32, eager=True)
    return pl.concat([frame, copies.with_columns(numbered.alias("_record"))])


def keep(book: Book, export: Export, library: Library = LIBRARY) -> Edition:
    """Keep a night's export as the next edition."""
    about = Edition(
        number=0, known_on=export.night, as_at=export.as_at, inputs=f"night-{export.night}", version="0", months=MONTHS,
        authority=None, report="core", rows=0, source="", definitions=keep_definitions(book, library, None),
        calendar=book.keep_json(CALENDAR.kept()), settling="", facts="", despite="",
    )  # fmt: skip
    return book.add(export.load, about)


def fresh(export: Export, library: Library = LIBRARY) -> pl.DataFrame:
    """The core figures of a run on a night's export, as if nothing was ever kept."""
    return export.figures if library is LIBRARY else _fresh(export, library)


def _fresh(export: Export, library: Library) -> pl.DataFrame:
    load = export.load
    store = store_of_frames(
        load.tables, library.schemas, CALENDAR, export.as_at, present=load.present, reach=load.reach
    )
    return figures_of(store, library, load.inputs)


def figures_of(store: Store, library: Library, inputs: str) -> pl.DataFrame:
    name = authority_name(store, library, None, None)
    return calculate_figures(
        store, library, make_grid(store.as_at, MONTHS), authority=name, indicators=CORE, edition=inputs
    )


def recalled(path: Path, edition: Edition, by: object = None) -> Recalled:
    """A night out of the file, opened for it alone."""
    editions = open_editions(path, LIBRARY.schemas)
    try:
        return recall(editions, edition, by)  # type: ignore[arg-type]
    finally:
        editions.close()


def written(path: Path, exports: Iterable[Export]) -> list[Edition]:
    """A file of editions, a night at a time."""
    made = []
    for export in exports:
        with writing(path, LIBRARY.schemas) as book:
            made.append(keep(book, export))
    return made
