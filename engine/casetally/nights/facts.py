"""Why: tonight's records are held against the last night's without reading those again, so an edition keeps a few facts of itself.

Ids are not kept a second time: 512 hashes of each table's, the smallest, tell as well as all how many are still there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from casetally import duckdb_closed
from casetally.records.load import Load
from casetally.schemas import Schemas, Table
from casetally.store.editions import Edition, Editions

SAMPLE = 512
_LOOKED_BACK = dt.timedelta(365)  # over which a table shows how long it is usually silent
_ENOUGH_DAYS = 12  # with fewer days in that time nothing usual can be told


@dataclass(frozen=True)
class TableFacts:
    """What is known of one table of a night.

    `columns`: those that the source has; `blank`: those of them without any value; `latest`: the day on which its latest record
    begins, not after the as-at day; `usual_silence`: the most days without a record in the year before it (None: too few to tell);
    `ids`: the smallest hashes of its ids, all of them where there are fewer than `SAMPLE`; `set_aside`: its rows set aside.
    """

    rows: int
    columns: tuple[str, ...]
    blank: tuple[str, ...] = ()
    latest: dt.date | None = None
    usual_silence: int | None = None
    ids: tuple[int, ...] = field(default=(), repr=False)
    set_aside: int = 0


@dataclass(frozen=True)
class EditionFacts:
    """What is known of a night: its tables, and what decided it. `kind`: of the source.

    `authority`: the one of the populations where there is one alone, else as asked for.
    """

    as_at: dt.date
    tables: Mapping[str, TableFacts]
    kind: str = ""
    authority: str = ""

    def to_json(self) -> str:
        """As text: the same facts always give the same text."""
        return json.dumps(asdict(self), default=str, sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> EditionFacts:
        """From what `to_json` gave."""
        said = json.loads(text)
        tables = {name: _read_table(one) for name, one in sorted(said["tables"].items())}
        return EditionFacts(**{**said, "as_at": dt.date.fromisoformat(said["as_at"]), "tables": tables})


def facts_kept(editions: Editions, edition: Edition) -> EditionFacts | None:
    """The facts that an edition keeps of itself; None where it keeps none."""
    return EditionFacts.from_json(editions.kept(edition.facts).decode()) if edition.facts else None


def facts_of(load: Load, schemas: Schemas, as_at: dt.date, *, authority: str = "") -> EditionFacts:
    """The facts of a night's accepted rows."""
    aside = dict(load.set_aside.group_by("table_name").len().iter_rows())
    tables = {
        name: _table_facts(frame, schemas.tables[name], load.present[name], as_at, int(aside.get(name, 0)))
        for name, frame in sorted(load.tables.items())
    }
    return EditionFacts(as_at, tables, load.kind, _of_populations(load) or authority)


def _of_populations(load: Load) -> str:
    """The authority that the records say they are of: an export of another one comes with its own."""
    told = load.tables.get("populations")
    found = told["authority"].drop_nulls().unique().to_list() if told is not None else []
    return str(found[0]) if len(found) == 1 else ""


def _table_facts(
    frame: pl.DataFrame, table: Table, present: frozenset[str], as_at: dt.date, set_aside: int
) -> TableFacts:
    columns = tuple(sorted(present & set(frame.columns)))
    blank = tuple(name for name in columns if frame[name].null_count() == frame.height)
    latest, silence = _days(frame, table, as_at)
    return TableFacts(frame.height, columns, blank, latest, silence, _ids(frame, table), set_aside)


def _days(frame: pl.DataFrame, table: Table, as_at: dt.date) -> tuple[dt.date | None, int | None]:
    if table.begins is None or table.begins not in frame.columns:
        return None, None
    days = frame.select(pl.col(table.begins).cast(pl.Date).alias("day")).filter(pl.col("day") <= as_at)["day"]
    days = days.unique().sort()
    if days.is_empty():
        return None, None
    latest: dt.date = days[-1]
    recent = days.filter(days > latest - _LOOKED_BACK)
    if len(recent) < _ENOUGH_DAYS:
        return latest, None
    longest = recent.diff().dt.total_days().max()
    return latest, int(str(longest))


def _ids(frame: pl.DataFrame, table: Table) -> tuple[int, ...]:
    key = [name for name in table.key if name in frame.columns]
    if not key or len(key) < len(table.key) or frame.is_empty():
        return ()
    ids = frame.select(
        pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in key], separator="\x1f").alias("id")
    )
    con = duckdb_closed.connect_shut()
    try:
        con.register("ids", ids.to_arrow())
        found = con.execute(f"SELECT DISTINCT md5_number_upper(id) AS h FROM ids ORDER BY h LIMIT {SAMPLE}").fetchall()
    finally:
        con.close()
    return tuple(int(row[0]) for row in found)


def _read_table(said: Mapping[str, Any]) -> TableFacts:
    latest = dt.date.fromisoformat(said["latest"]) if said["latest"] else None
    lists = {name: tuple(said[name]) for name in ("columns", "blank", "ids")}
    return TableFacts(**{**said, **lists, "latest": latest})
