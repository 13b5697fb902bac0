"""Why: a night must be kept in seconds, and a year of nights must not fill the disk: both are promised, so both are measured.

`python -m benchmarks.editions` reads an authority of some 600,000 rows (that of `benchmarks.run`) and keeps it as the first night,
then a year of nights of which none brings anything new, then nights that change one row in a hundred; then whole nights and the
commands that look back, each as a process of its own. It writes `benchmarks/editions.md`. `--nights 30` keeps fewer.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl
from casetally.calendar import Calendar
from casetally.definitions.library import load_library
from casetally.records.load import Load, load_of
from casetally.records.validate import check_records
from casetally.reports.known_at import keep_definitions, recall
from casetally.schemas import load_schemas
from casetally.sources.recognise import read_source
from casetally.store.editions import Edition, open_editions, writing

from benchmarks.night_commands import command_lines
from benchmarks.run import AS_AT, FULL, make_data

RESULTS = Path(__file__).with_suffix(".md")
AT_MOST_SECONDS, AT_MOST_TIMES = 3.0, 2.0
LIBRARY, SCHEMAS, CALENDAR = load_library(), load_schemas(), Calendar.england()
CHANGED_NIGHTS = 5


def edited(load: Load, seed: int) -> Load:
    """The same with one cell changed in one row of a hundred, in every table that has a text which is no key."""
    tables = {}
    for name, frame in load.tables.items():
        text = [c for c, kind in frame.schema.items() if kind == pl.String and c not in SCHEMAS.tables[name].key]
        text = [c for c in text if not c.startswith("_") and not c.endswith("_id")]
        chosen = pl.int_range(pl.len()).hash(seed) % 100 == 0
        tables[name] = (
            frame.with_columns(pl.when(chosen).then(pl.lit(f"changed {seed}")).otherwise(text[0]).alias(text[0]))
            if text
            else frame
        )
    return dataclasses.replace(load, tables=tables)


def keep(path: Path, load: Load, night: dt.date) -> float:
    """Keep a night; the seconds it took, from the judged rows to the renamed file."""
    began = time.perf_counter()
    with writing(path, SCHEMAS) as book:
        about = Edition(0, night, AS_AT, load.inputs, "0", 24, None, "core", 0, "", keep_definitions(book, LIBRARY, None),
                        book.keep_json(CALENDAR.kept()), "", "", "")  # fmt: skip
        book.add(load, about)
    return time.perf_counter() - began


def _most(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--nights", type=int, default=365)
    asked.add_argument("--rounds", type=int, default=3, help="how often each command is run")
    options = asked.parse_args()
    nights = options.nights
    make_data(FULL)
    busy = os.getloadavg()[0]
    delivery = read_source(FULL.folder / "source")
    load = load_of(delivery, check_records(delivery, AS_AT, CALENDAR, SCHEMAS))
    rows = sum(frame.height for frame in load.tables.values())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "editions.duckdb"
        first = keep(path, load, AS_AT)
        one = path.stat().st_size
        same = [keep(path, load, AS_AT + dt.timedelta(1 + n)) for n in range(nights)]
        year = path.stat().st_size
        last = AS_AT + dt.timedelta(nights)
        changed = [keep(path, edited(load, n), last + dt.timedelta(1 + n)) for n in range(CHANGED_NIGHTS)]
        grown = path.stat().st_size
        began = time.perf_counter()
        editions = open_editions(path, SCHEMAS)
        recall(editions, editions.numbered(1), library=LIBRARY)
        recalled = time.perf_counter() - began
    lines = [
        ("the first night kept", first, ""),
        ("a night without news kept (median)", statistics.median(same), ""),
        (f"a night that changes 1% of rows kept (median of {CHANGED_NIGHTS})", statistics.median(changed), f"{AT_MOST_SECONDS:g}"),
        ("the first night recalled into a store", recalled, ""),
    ]  # fmt: skip
    commands = command_lines(options.rounds)
    text = [
        "# Nights kept as editions", "",
        f"Made by `python -m benchmarks.editions`: {rows:,} accepted rows, 2 cores.",
        f"Load when it began {busy:.1f}, when it ended {os.getloadavg()[0]:.1f}.",
        "Reading and checking apart.",
        "", "| what | seconds | at most |", "| --- | ---: | ---: |",
        *(f"| {what} | {took:.2f} | {limit} |" for what, took, limit in lines),
        "", "| file | MB | times one night | at most |", "| --- | ---: | ---: | ---: |",
        f"| one night | {one / 1e6:.1f} | 1 | |",
        f"| {nights} more nights without news | {year / 1e6:.1f} | {year / one:.2f} | {AT_MOST_TIMES:g} |",
        f"| and {CHANGED_NIGHTS} nights that change 1% each | {grown / 1e6:.1f} | {grown / one:.2f} | |", "",
        f"The commands, each a process of its own, medians of {options.rounds}; between the two nights one row in a hundred moved.",
        "Processor seconds are what both cores worked for it: on a busy machine they say more than the seconds.",
        "", "| command | seconds | processor seconds | at most |", "| --- | ---: | ---: | ---: |",
        *(f"| {what} | {took:.1f} | {worked:.1f} | {_most(limit)} |" for what, took, worked, limit in commands),
        "",
    ]  # fmt: skip
    RESULTS.write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
