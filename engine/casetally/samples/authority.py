"""Why: the one door to this room: asked for a size, it writes a made-up authority and says what it wrote."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from casetally.errors import CallError, did_you_mean
from casetally.samples.dirt import soil
from casetally.samples.setting import Setting, day_number
from casetally.samples.shapes.records import Records, made_up
from casetally.samples.tables import make_tables
from casetally.samples.untidy import untidy
from casetally.samples.write import beside, put_in_place, with_ids, write_table
from casetally.schemas import load_schemas

FORMATS = ("csv", "parquet")
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2060, 12, 31)


@dataclass(frozen=True)
class SampleSummary:
    """What was written: rows by table, and how many rows or files each kind of dirt touched."""

    folder: Path
    rows: Mapping[str, int]
    dirt: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def write_sample(
    folder: Path,
    *,
    children: int = 22_000,
    years: int = 5,
    as_at: dt.date = dt.date(2024, 3, 31),
    seed: int = 1,
    dirt: float = 1.0,
    format: Literal["csv", "parquet"] = "csv",  # noqa: A002 - the word of the command line
) -> SampleSummary:
    """Write a made-up authority of about `children` children aged 0-17, its records of `years` years up to `as_at`.

    The same arguments give the same bytes. `dirt` scales the faults that real exports have: 0 leaves them all out, 1 is
    usual. A Parquet file has types, so the faults of text (unreadable dates, dates day first, Y and N) are in CSV only.
    Raises CallError where an argument can't be meant or the folder holds other things.
    """
    setting = _setting(children, years, as_at, seed, dirt=dirt, ending=format)
    shapes = load_schemas().tables
    part = beside(folder, shapes)
    try:
        tables, counts = soil(setting, make_tables(setting))
        rows, kinds = {}, Counter(counts)
        for name in sorted(tables):
            frame = with_ids(shapes[name], tables.pop(name))
            rows[name] = frame.height
            day_first = False
            if format == "csv":
                frame, day_first, more = untidy(setting, name, frame)
                kinds.update(more)
            write_table(part / f"{name}.{format}", frame, day_first=day_first)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    put_in_place(part, folder)
    return SampleSummary(folder, rows, dict(sorted(kinds.items())))


def make_records(*, children: int, years: int, as_at: dt.date, seed: int = 1, dirt: float = 1.0) -> Records:
    """The same authority in memory, for the shapes of other exports; its faults are those that keep the columns' types.

    Raises CallError as `write_sample` does.
    """
    setting = _setting(children, years, as_at, seed, dirt=dirt, ending="parquet")
    tables, _ = soil(setting, make_tables(setting))
    return made_up(tables, as_at)


def _setting(children: int, years: int, as_at: dt.date, seed: int, *, dirt: float, ending: str) -> Setting:
    wrong = [
        (
            children < 1,
            f"A sample of {children} children can't be made.",
            "Ask for at least 1; 22000 is usual.",
        ),
        (
            not 1 <= years <= 40,
            f"A sample of {years} years can't be made.",
            "Ask for 1 to 40 years.",
        ),
        (
            not EARLIEST <= as_at <= LATEST,
            f"A sample can't end on {as_at}.",
            f"Choose a day from {EARLIEST} to {LATEST}.",
        ),
        (seed < 0, f"The seed {seed} is below 0.", "Any whole number from 0 will do."),
        (
            not 0 <= dirt <= 20,
            f"The amount of dirt {dirt} can't be meant.",
            "0 is clean, 1 is usual, 20 is the most.",
        ),
        (
            ending not in FORMATS,
            f"There is no format '{ending}'.",
            did_you_mean(ending, FORMATS, else_say="Use csv or parquet."),
        ),
    ]
    for is_wrong, says, hint in wrong:
        if is_wrong:
            raise CallError(says, hint=hint)
    end = day_number(as_at)
    start = as_at + dt.timedelta(1)
    # the window opens on the same day of the year; 29 February gives way to 1 March
    opens = dt.date(start.year - years, start.month, start.day) if (start.month, start.day) != (2, 29) else dt.date(
        start.year - years, 3, 1
    )  # fmt: skip
    return Setting(children, years, end, day_number(opens), seed, dirt)
