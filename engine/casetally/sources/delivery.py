"""Why: every reader hands over the same thing, so that what follows need not know which export a record came from.

A reader decides which file feeds which table; it does not judge values. All values stay text (null where blank), so that
one place (`records/`) reads dates, numbers and flags and accounts for every row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

import polars as pl

Disposition = Literal["carried", "superseded", "set_aside"]

FINDING_COLUMNS: dict[str, type[pl.DataType]] = {
    "file": pl.String,  # as the user would name it, relative to the source
    "row": pl.UInt32,  # as a spreadsheet counts: the header is row 1; 0 where the whole file is meant
    "table": pl.String,
    "rule": pl.String,
    "severity": pl.String,  # error | warning | note
    "column": pl.String,
    "message": pl.String,
    "record_id": pl.String,  # the row's key; never more of the record than that
}

ROW_COLUMNS: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "row": pl.UInt32,
    "disposition": pl.String,  # carried: its fate is that of the record it became; superseded; set_aside
    "table": pl.String,  # the record that carries it on: its table …
    "record": pl.UInt32,  # … and its `_record` there; null unless carried
}


def no_findings() -> pl.DataFrame:
    """An empty frame of findings."""
    return pl.DataFrame(schema=FINDING_COLUMNS)


@dataclass(frozen=True)
class SourceFile:
    """One file as it was read: its rows are data rows, the header apart. `used` is False where no table takes it."""

    file: str
    sha256: str
    rows: int
    used: bool = True


@dataclass(frozen=True)
class Reach:
    """How far a table tells: everything from `since` to `until` (None: no such day is known), or only the latest rows.

    `later`: some of its rows begin after the as-at date, so that what was the latest on that date is not known. `days_only`: its
    moments are known to the day, so that nothing can be told of hours. `untold`: codes that a column never says, though they
    happen, as (column, code). `starts_cut`: what was open when it began to tell may have begun before the day it gives. `oldest`:
    it tells of nobody over this age. `looked_after_only`: its rows are of looked after children, and of no others.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    latest_only: bool = False
    later: bool = False
    days_only: bool = False
    untold: frozenset[tuple[str, str]] = frozenset()
    starts_cut: bool = False
    oldest: int | None = None
    looked_after_only: bool = False

    def written(self) -> dict[str, Any]:
        """As JSON, which `read` takes back."""
        since, until = (day.isoformat() if day else None for day in (self.since, self.until))
        return {**asdict(self), "since": since, "until": until, "untold": sorted(map(list, self.untold))}

    @staticmethod
    def read(said: Mapping[str, Any]) -> Reach:
        """From what `written` gave."""
        since, until = (dt.date.fromisoformat(said[name]) if said[name] else None for name in ("since", "until"))
        return Reach(**{**said, "since": since, "until": until, "untold": frozenset((c, x) for c, x in said["untold"])})


@dataclass(frozen=True)
class SourceTable:
    """The records of one table. `frame` has only text columns with data-model names (those the source has, no others) and
    `_record` (UInt32, 0.. unique within the table), `_file` (String) and `_row` (UInt32), which say where each came from.

    `since`: the first day of which the source tells everything that belongs into this table; nothing earlier can be told
    from it (None: no such day is known). `until`: the last day that it tells of, where the source itself names one (a census
    day); never guessed from the records. `latest_only`: only the latest of each child's (or plan's) rows is there, as in an
    inspection list, so that what needs the rows before it is not available. `days_only`: moments are known to the day.
    `untold`: (column, code) where the source has no way to say a code: what counts it is not available. `starts_cut`: spells that
    were open on the first day may have begun earlier than they say. `oldest`: the highest age of which the source tells.
    `looked_after_only`: only what concerns looked after children is told.
    """

    table: str
    frame: pl.DataFrame
    since: dt.date | None = None
    latest_only: bool = False
    until: dt.date | None = None
    days_only: bool = False
    untold: frozenset[tuple[str, str]] = frozenset()
    starts_cut: bool = False
    oldest: int | None = None
    looked_after_only: bool = False

    @property
    def reach(self) -> Reach | None:
        """How far it tells, or None where nothing limits it."""
        found = Reach(**{one.name: getattr(self, one.name) for one in fields(Reach) if one.name != "later"})
        return None if found == Reach() else found

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.frame.columns if not name.startswith("_"))


@dataclass(frozen=True)
class Delivery:
    """What a source gave: `rows` has one line per input row of every used file (`ROW_COLUMNS`); `findings` as above."""

    kind: str
    files: tuple[SourceFile, ...]
    tables: tuple[SourceTable, ...]
    rows: pl.DataFrame
    findings: pl.DataFrame = field(default_factory=no_findings)
    covers: str = ""  # what the reader recognised, in a sentence for people
    origins: Mapping[str, str] = field(
        default_factory=dict
    )  # by table, the kind of source it comes from, where there are several

    def origin(self, table: str) -> str:
        """The kind of source that a table comes from."""
        return self.origins.get(table, self.kind)

    def with_more(self, *, files: tuple[SourceFile, ...], findings: pl.DataFrame) -> Delivery:
        """The delivery with these files instead of its own, and more findings."""
        return replace(self, files=files, findings=pl.concat([self.findings, findings]))
