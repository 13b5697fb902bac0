"""Why: whoever mends a row that was set aside needs the row as it was read, and later nights need to know that it was there.

The rows hold all that the source says of a child: they are written sealed or not at all. The hashes hold no content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl

from casetally.records.references import SET_ASIDE
from casetally.schemas import Table

RULES = "_rules"  # of a row set aside: why, as 'rule (column); rule'
KEY_COLUMNS: dict[str, type[pl.DataType]] = {"table_name": pl.String, "key_hash": pl.String}
_NOTHING, _NEXT = b"\x00", b"\x1f"


def rows_set_aside(source: pl.DataFrame, fate: pl.Series, failures: pl.DataFrame) -> pl.DataFrame:
    """A table's rows that were set aside, as read, in its order: `_file`, `_row`, `_rules` and the source's columns as text."""
    data = [name for name in source.columns if not name.startswith("_")]
    gone = source.with_row_index("_at").filter(fate == SET_ASIDE)
    named = pl.when(pl.col("column") == "").then("rule").otherwise(pl.format("{} ({})", "rule", "column"))
    errors = failures.filter(pl.col("severity") == "error").select("_at", named.alias(RULES))
    why = errors.group_by("_at").agg(pl.col(RULES).unique().sort().str.join("; "))
    return gone.join(why, on="_at", how="left", maintain_order="left").select("_file", "_row", RULES, *data)


def keys_set_aside(frame: pl.DataFrame, fate: pl.Series, table: Table) -> pl.DataFrame:
    """The typed keys of the rows that were set aside, as known on the as-at date; a key column that the source lacks is null."""
    gone = frame.filter(fate == SET_ASIDE)
    lacking = [pl.lit(None).alias(name) for name in table.key if name not in gone.columns]
    return gone.with_columns(lacking).select(table.key)


def key_hashes(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """For each row the sha256 of its key (`Table.key`) as 64 hex digits, of typed rows; the same key gives the same in any edition.

    Hashed is, for each key column in the schema's order, its UTF-8 text (a day as 2024-03-31, a moment as 2024-03-31T09:30:00)
    and 0x1f; a null, and a column that the frame lacks, is the byte 0x00 and 0x1f.
    """
    columns = [_parts(frame, name) for name in key]
    hashed = [hashlib.sha256(b"".join(parts)).hexdigest() for parts in zip(*columns, strict=True)]
    return pl.Series("key_hash", hashed, dtype=pl.String)


def _parts(frame: pl.DataFrame, name: str) -> list[bytes]:
    if name not in frame.columns:
        return [_NOTHING + _NEXT] * frame.height
    values = frame[name]
    if isinstance(values.dtype, pl.Datetime):
        values = values.dt.to_string("%Y-%m-%dT%H:%M:%S")
    texts = values.cast(pl.String).to_list()
    return [(_NOTHING if text is None else text.encode()) + _NEXT for text in texts]
