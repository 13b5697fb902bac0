"""Why: a record names others (its child, its plan), and what is checked against them must know how they fared.

Tables are judged in the order of their references, so that a parent's fate is settled before its children are read. A
parent that was set aside does not take its children with it: they stay, with a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import polars as pl

from casetally.errors import DefinitionError
from casetally.schemas import Schemas, Table

ACCEPTED, NOT_YET_KNOWN, SET_ASIDE = "accepted", "not_yet_known", "set_aside"


def in_reference_order(schemas: Schemas) -> tuple[str, ...]:
    """All tables, each after those it references, and otherwise by name. Raises DefinitionError for a circle of
    references.
    """
    needs = {
        name: sorted({c.references for c in table.columns.values() if c.references})
        for name, table in sorted(schemas.tables.items())
    }
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as fault:
        circle = " -> ".join(reversed(fault.args[1]))
        raise DefinitionError(f"Tables reference each other in a circle: {circle}.") from fault


def parent_columns(table: Table) -> dict[str, str]:
    """For each referenced table, the column that leads to it: the first that references it."""
    leads: dict[str, str] = {}
    for name, column in table.columns.items():
        if column.references:
            leads.setdefault(column.references, name)
    return leads


def parent_rows(frame: pl.DataFrame, fate: pl.Series, table: Table) -> pl.DataFrame:
    """What children may know of a table: one row an id, as `id`, `standing` and, of an accepted row, its columns.

    `standing` is the best of an id's rows: accepted, then not_yet_known, then set_aside. A table with a key of
    several columns is known by the first of them, and gives its standing alone.
    """
    key = table.key[0]
    if key not in frame.columns:
        return pl.DataFrame(schema={"id": pl.String, "standing": pl.String})
    best = pl.DataFrame({"id": frame[key], "standing": fate}).group_by("id").agg(pl.col("standing").min())
    best = best.filter(pl.col("id").is_not_null()).sort("id")
    if len(table.key) > 1:
        return best
    accepted = frame.filter(fate == ACCEPTED)
    columns = [name for name in table.columns if name in frame.columns]
    return best.join(accepted.select(pl.col(key).alias("id"), *columns), on="id", how="left", maintain_order="left")


def value_types(table: Table, tables: Mapping[str, Table]) -> dict[str, str]:
    """The columns a check of this table may name, with their types: its own, and `parent.column` of those it
    references.
    """
    names: dict[str, str] = {name: column.type for name, column in table.columns.items()}
    for parent in parent_columns(table):
        if len(tables[parent].key) == 1:
            names.update({f"{parent}.{name}": column.type for name, column in tables[parent].columns.items()})
    return names
