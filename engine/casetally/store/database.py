"""Why: accepted records, typed and with their children linked, in one embedded database that later commands open again.

The store holds no judgement: what lies here was accepted. It is attached to a database in memory, where all that is worked
out from it lies, so that calculating never writes to it. Access to other files and networks, extension downloads and unsigned
extensions are off, so that a definition can reach nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from casetally.calendar import Calendar
from casetally.duckdb_closed import attach, connect, shut
from casetally.errors import CallError
from casetally.language.lookups import DAYS_TABLE, NUMBERED_TABLE
from casetally.schemas import Schemas, Table
from casetally.sources.delivery import Reach
from casetally.store.layout import ROW_COLUMNS, create_tables, has_child
from casetally.store.persons import person_ids

LAYOUT_VERSION = 3
_THREADS = "1"  # a query: many run side by side, which serves many short ones better than sharing the cores over each
_WORK_FIRST = "memory.main,store.main"  # where names are looked for, and new tables made: in memory


@dataclass(frozen=True)
class Store:
    """An open database. `present`: the columns that the source had, by table; `about`: what is known of the run."""

    con: duckdb.DuckDBPyConnection
    schemas: Schemas
    as_at: dt.date
    present: Mapping[str, frozenset[str]]
    about: Mapping[str, Any]
    reach: Mapping[str, Reach] = field(default_factory=dict)  # of the tables that do not tell everything
    prepared: set[str] = field(default_factory=set, repr=False)  # tables made in memory, each once for these rows

    def frame(self, sql: str) -> pl.DataFrame:
        """The rows of a query. Several threads may ask at once."""
        found: pl.DataFrame = self._cursor().sql(sql).pl()
        return found

    def planned_once(self, sql: str) -> pl.DataFrame:
        """As `frame`, for short answers to long queries: a relation would be planned twice, which costs more than it saves."""
        found = self._cursor().execute(sql).fetchnumpy()
        return pl.DataFrame({name: _unmasked(values) for name, values in found.items()})

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query as tuples."""
        return self._cursor().execute(sql, list(parameters)).fetchall()

    def make(self, table: str, sql: str) -> None:
        """Make (or make anew) a table in memory from a query."""
        self._cursor().execute(f"CREATE OR REPLACE TABLE memory.main.{table} AS {sql}")

    def keep(self, table: str, frame: pl.DataFrame) -> None:
        """Make (or make anew) a table in memory from a frame."""
        cursor = self._cursor()
        cursor.register("frame_to_keep", frame.to_arrow())
        cursor.execute(f"CREATE OR REPLACE TABLE memory.main.{table} AS SELECT * FROM frame_to_keep")

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self.con.cursor()
        cursor.execute(f"SET search_path = '{_WORK_FIRST}'")
        # this rewrite takes longer than it saves on queries of our size: a quarter of a pass
        cursor.execute("SET disabled_optimizers = 'grouping_sets'")
        return cursor

    def close(self) -> None:
        self.con.close()


def store_of_frames(
    frames: Mapping[str, pl.DataFrame],
    schemas: Schemas,
    calendar: Calendar,
    as_at: dt.date,
    *,
    present: Mapping[str, frozenset[str]] | None = None,
    about: Mapping[str, Any] | None = None,
    extra: Mapping[str, pl.DataFrame] | None = None,
    reach: Mapping[str, Reach] | None = None,
    path: Path | None = None,
) -> Store:
    """A store filled with accepted rows, in memory or at `path` (which must not exist).

    `frames`: typed rows by table; columns that a frame lacks are null. `present` defaults to all columns of all tables, as if
    the source had them. `extra` frames (findings, ledger) are kept as tables of their own names.
    """
    con = connect(threads=_THREADS)
    attach(con, path, "store")
    con.execute("SET search_path = 'store.main'")
    create_tables(con, schemas)
    _fill_all(con, schemas, frames)
    _register(con, "days", calendar.days())
    _register(con, "numbered", calendar.numbered())
    con.execute(f"INSERT INTO {DAYS_TABLE} SELECT * FROM days")
    con.execute(f"INSERT INTO {NUMBERED_TABLE} SELECT * FROM numbered")
    here = (
        present if present is not None else {name: frozenset(table.columns) for name, table in schemas.tables.items()}
    )
    known = {"layout": LAYOUT_VERSION, "as_at": as_at.isoformat(), "calendar": calendar.kept(),
             "present": {name: sorted(columns) for name, columns in sorted(here.items())},
             "reach": {name: one.written() for name, one in sorted((reach or {}).items())}, **(about or {})}  # fmt: skip
    con.execute("CREATE TABLE about (contents VARCHAR)")
    con.execute("INSERT INTO about VALUES (?)", [json.dumps(known)])
    for name, frame in (extra or {}).items():
        _register(con, "extra_rows", frame)
        con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM extra_rows')
    for name in ("days", "numbered", "extra_rows"):
        con.unregister(name)
    shut(con)
    con.execute(f"SET search_path = '{_WORK_FIRST}'")
    return Store(con, schemas, as_at, here, known, dict(reach or {}))


def open_store(path: Path, schemas: Schemas) -> Store:
    """Open a store that a run has made, for reading. Raises CallError where there is none or it can't be read."""
    path = path / "store.duckdb" if path.is_dir() else path
    if not path.exists():
        raise CallError(
            f"There is no store at '{path}'.", hint="Make one with 'casetally run', or name one with --store."
        )
    try:
        con = connect(threads=_THREADS)
        attach(con, path, "store", read_only=True)
        shut(con)
        con.execute(f"SET search_path = '{_WORK_FIRST}'")
        rows = con.execute("SELECT contents FROM about").fetchall()
    except duckdb.Error as fault:
        raise CallError(f"'{path}' can't be opened as a store.", hint="Make it anew with 'casetally run'.") from fault
    about = json.loads(rows[0][0]) if rows else {}
    if about.get("layout") != LAYOUT_VERSION:
        raise CallError(
            f"'{path}' was made by another version of casetally.", hint="Make it anew with 'casetally run'."
        )
    present = {name: frozenset(columns) for name, columns in about["present"].items()}
    reach = {name: Reach.read(one) for name, one in about["reach"].items()}
    return Store(con, schemas, dt.date.fromisoformat(about["as_at"]), present, about, reach)


def _unmasked(values: npt.NDArray[Any]) -> npt.NDArray[Any] | list[Any]:
    if np.ma.isMaskedArray(values):
        values = values.filled(np.nan)
    return values.tolist() if values.dtype == object else values


def calendar_of(store: Store) -> Calendar:
    """The calendar that the store was made with."""
    return Calendar.as_kept(store.about["calendar"])


def replace_rows(store: Store, frames: Mapping[str, pl.DataFrame], filled: Iterable[str]) -> None:
    """Empty the tables `filled` and fill those of `frames`: many small cases can so share one store in memory."""
    store.prepared.clear()
    for name in filled:
        store.con.execute(f'DELETE FROM store.main."{name}"')
    _fill_all(store.con, store.schemas, frames)


def _fill_all(con: duckdb.DuckDBPyConnection, schemas: Schemas, frames: Mapping[str, pl.DataFrame]) -> None:
    links = frames.get("child_links")
    pairs = links.select("child_id", "linked_child_id").rows() if links is not None else ()
    _register(con, "linked_persons", person_ids(pairs))
    for name, frame in frames.items():
        _fill(con, schemas.tables[name], frame)
    con.unregister("linked_persons")


def _fill(con: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame) -> None:
    kept = [name for name in (*table.columns, *ROW_COLUMNS) if name in frame.columns]
    _register(con, "rows_to_store", frame.select(kept))
    columns = ", ".join(f'r."{name}"' for name in kept)
    named = ", ".join(f'"{name}"' for name in kept)
    if has_child(table) and "child_id" in kept:
        con.execute(
            f'INSERT INTO store.main."{table.table}" ({named}, person_id) SELECT {columns}, coalesce(p.person_id, r.child_id) '
            "FROM rows_to_store AS r LEFT JOIN linked_persons AS p ON p.child_id = r.child_id"
        )
    else:
        con.execute(f'INSERT INTO store.main."{table.table}" ({named}) SELECT {columns} FROM rows_to_store AS r')
    con.unregister("rows_to_store")


def _register(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    con.register(name, frame.to_arrow())
