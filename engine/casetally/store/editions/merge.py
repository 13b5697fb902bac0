"""Why: of a night's rows only those are written that were not known the night before, so that years of nights stay small and quick.

Rows are compared whole, value by value, null being like null: a row that changed in one column is another row. What was known and
did not come again ends with this edition; what came and was not known begins with it. Rows alike in everything count one for one.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from casetally.store.editions.layout import STILL


def merge(
    con: duckdb.DuckDBPyConnection,
    table: str,
    came: pl.DataFrame,
    compared: Mapping[str, str],
    carried: Mapping[str, str],
    number: int,
    *,
    unique: bool = False,
) -> None:
    """Bring what came with edition `number` into a table of rows with `_from` and `_until`.

    `compared`: the columns that make a row what it is, with their types; `carried`: those taken along from where a row was first
    read. Columns that `came` lacks are null. `unique`: no two rows that came are alike in everything.
    """
    if came.is_empty() and not con.execute(f"SELECT 1 FROM {table} WHERE _until = {STILL} LIMIT 1").fetchall():
        return
    if came.width:
        con.register("rows_that_came", came.to_arrow())
    columns = [f'{_value(name, kind, came)} AS "{name}"' for name, kind in {**compared, **carried}.items()]
    source = f"SELECT {', '.join(columns)} FROM rows_that_came" if came.width else _none(compared, carried)
    con.execute(f"CREATE OR REPLACE TEMP TABLE came AS {source}")
    names = ", ".join(f'"{name}"' for name in compared)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE stands AS SELECT rowid AS at, {names} FROM {table} WHERE _until = {STILL}"
    )
    if came.width:
        con.unregister("rows_that_came")
    doubles = not unique and (_has_doubles(con, "came", names) or _has_doubles(con, "stands", names))
    alike = " AND ".join(f'c."{name}" IS NOT DISTINCT FROM s."{name}"' for name in compared)
    came_from, stands_from = "came", "stands"
    if doubles:  # alike rows are told apart by their order, the first of one being the first of the other
        copy = f"row_number() OVER (PARTITION BY {names}) AS copy"
        came_from, stands_from = f"(SELECT *, {copy} FROM came)", f"(SELECT *, {copy} FROM stands)"
        alike += " AND c.copy = s.copy"
    con.execute(
        f"UPDATE {table} SET _until = {number} WHERE rowid IN "
        f"(SELECT s.at FROM {stands_from} AS s ANTI JOIN {came_from} AS c ON {alike})"
    )
    every = ", ".join(f'"{name}"' for name in (*compared, *carried))
    picked = ", ".join(f'c."{name}"' for name in (*compared, *carried))
    con.execute(
        f"INSERT INTO {table} ({every}, _from, _until) SELECT {picked}, {number}, {STILL} "
        f"FROM {came_from} AS c ANTI JOIN {stands_from} AS s ON {alike}"
    )
    con.execute("DROP TABLE came; DROP TABLE stands")


def _value(name: str, kind: str, came: pl.DataFrame) -> str:
    return f'"{name}"::{kind}' if name in came.columns else f"NULL::{kind}"


def _none(compared: Mapping[str, str], carried: Mapping[str, str]) -> str:
    nulls = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in {**compared, **carried}.items())
    return f"SELECT {nulls} WHERE false"


def _has_doubles(con: duckdb.DuckDBPyConnection, table: str, names: str) -> bool:
    found = con.execute(f"SELECT 1 FROM {table} GROUP BY {names} HAVING count(*) > 1 LIMIT 1").fetchall()
    return bool(found)
