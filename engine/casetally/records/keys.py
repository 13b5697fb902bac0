"""Why: one record must count once, however often an export repeats it, and whichever copy comes first.

Of rows with one key, the one that stays is the first in the order of all their values, so that shuffling the rows or
splitting the file changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from casetally.records.hold import Rule, broken, flag
from casetally.schemas import Table

_AN_ID = r"^[^\x00-\x1f\x7f]{1,100}$"


def key_failures(frame: pl.DataFrame, table: Table, standing: pl.Series) -> pl.DataFrame:
    """The rows whose key a row that stays has already (`hold.FAILURE_COLUMNS`); only rows that are `standing` are
    compared.

    A null in a key column is a part of the key like any other value.
    """
    key = [name for name in table.key if name in frame.columns]
    if not key:
        return broken(frame.select("_record"), [])
    repeated = (
        frame.select(pl.struct(key).is_duplicated()).to_series() if len(key) > 1 else frame[key[0]].is_duplicated()
    )
    if not (repeated & standing).any():
        return broken(frame.select("_record"), [])
    among = frame.with_row_index("_at").filter(repeated & standing)
    values = [name for name in table.columns if name in frame.columns]
    first = among.sort([*values, "_file", "_row"], nulls_last=True).unique(key, keep="first", maintain_order=True)
    later = among.filter(~pl.col("_at").is_in(first["_at"].implode()))["_at"]
    flags = pl.select(at=pl.int_range(frame.height, dtype=pl.UInt32))["at"].is_in(later.implode())
    says = f"Another row of {table.table} has the same {_names(key)}; one of them counts."
    return broken(pl.DataFrame({"first": ~flags}), [flag("first", Rule("duplicate_key", "error", "", says))])


def record_ids(frame: pl.DataFrame, table: Table, codes: Mapping[str, Mapping[str, str]]) -> pl.Series:
    """The key of each row joined with '/', the only part of a record that a finding may show; an unknown part is
    blank. Days are left out: one of them can be a birthday (a care leaver's record in a return), and file and row are told anyway.
    So is what may be no id or code at all: a row that an unclosed quotation mark swallowed, or free text where a code should be.
    """
    shown = [
        name for name in table.key if name in frame.columns and table.columns[name].type not in ("date", "datetime")
    ]
    parts = []
    for name in shown:
        text, listed = pl.col(name).cast(pl.String), table.columns[name].codes
        sound = text.is_in(list(codes[listed])) if listed else text.str.contains(_AN_ID)
        parts.append(pl.when(sound).then(text).otherwise(pl.lit("")))
    if not parts:
        return pl.Series("record_id", [""]).new_from_index(0, frame.height)
    return frame.select(pl.concat_str(parts, separator="/").alias("record_id")).to_series()


def with_sound_ids(findings: pl.DataFrame) -> pl.DataFrame:
    """A reader's own findings, without an id that can be none (`record_ids`)."""
    text = pl.col("record_id")
    return findings.with_columns(pl.when(text.str.contains(_AN_ID)).then(text).otherwise(pl.lit("")).alias("record_id"))


def _names(key: list[str]) -> str:
    return key[0] if len(key) == 1 else ", ".join(key[:-1]) + " and " + key[-1]
