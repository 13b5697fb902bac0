"""Why: every element read has a line that says what became of it, and millions of lines must stay small until they are done."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from casetally.sources.cin_census.layout import TABLES
from casetally.sources.delivery import ROW_COLUMNS, Disposition

_FATES = pl.Enum(["carried", "superseded", "set_aside"])
_TABLES = pl.Enum(sorted(TABLES.values()))


def fates(rows: pl.DataFrame, disposition: Disposition, table: str | None = None) -> pl.DataFrame:
    """The lines of rows that share a fate; a carried row names the record `_record` of `table`."""
    carried = disposition == "carried"
    return rows.select(
        file=pl.col("_file"),
        row=pl.col("_row"),
        disposition=pl.lit(disposition, dtype=_FATES),
        table=pl.lit(table if carried else None, dtype=_TABLES),
        record=pl.col("_record").cast(pl.UInt32) if carried else pl.lit(None, dtype=pl.UInt32),
    )


def as_rows(lines: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All lines by file and row, in the form of a delivery (`ROW_COLUMNS`)."""
    ordered = pl.concat(lines).sort("file", "row", maintain_order=True)
    return ordered.select(pl.col(name).cast(kind) for name, kind in ROW_COLUMNS.items())
