"""Why: what a night brought, judged, is one thing whether read a moment ago or years back: its rows and what is known of them.

A run makes it from a source; the store's editions keep it and give it back. All that follows reads it and asks no further.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from casetally.records.convert import BLANK
from casetally.records.ledger import LEDGER_COLUMNS
from casetally.records.references import parent_columns
from casetally.records.scorecard import SCORECARD_COLUMNS
from casetally.records.set_aside import key_hashes
from casetally.records.validate import CheckedRecords
from casetally.schemas import load_schemas
from casetally.sources.delivery import Delivery, Reach, SourceFile

SET_ASIDE_KEYS: dict[str, type[pl.DataType]] = {
    "table_name": pl.String, "key_hash": pl.String, "child_id": pl.String, "file": pl.String, "row": pl.UInt32,
}  # fmt: skip


@dataclass(frozen=True)
class Load:
    """Accepted rows and what was found: `tables` to `scorecard` are as `CheckedRecords` has them.

    `set_aside`: the keys of rows set aside, hashed, and the child each is about (`SET_ASIDE_KEYS`; a night given back has no file
    and row); their contents are not kept here. `kind`, `covers`,
    `origins`, `files`: as the `Delivery` said. `inputs` names the bytes of all files: the `edition` that figures carry.
    """

    tables: Mapping[str, pl.DataFrame]
    present: Mapping[str, frozenset[str]]
    reach: Mapping[str, Reach]
    findings: pl.DataFrame
    ledger: pl.DataFrame
    scorecard: pl.DataFrame
    set_aside: pl.DataFrame
    kind: str
    covers: str
    origins: Mapping[str, str]
    files: tuple[SourceFile, ...]
    inputs: str


def load_of(delivery: Delivery, checked: CheckedRecords) -> Load:
    """What a delivery brought, as it was judged."""
    return Load(
        checked.tables, checked.present, checked.reach, checked.findings, checked.ledger, checked.scorecard(),
        keys_of_rows_set_aside(checked), delivery.kind, delivery.covers,
        {table.table: delivery.origin(table.table) for table in delivery.tables}, delivery.files, inputs_of(delivery),
    )  # fmt: skip


def inputs_of(delivery: Delivery) -> str:
    """A name for exactly these bytes, in whatever order the files were given."""
    hashes = sorted(file.sha256 for file in delivery.files)
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()[:12]


def told(load: Load) -> dict[str, Any]:
    """All of a load but its rows, findings and keys, as it can be written down (`with_rows` reads it again)."""
    return {
        "present": {name: sorted(columns) for name, columns in sorted(load.present.items())},
        "reach": {name: one.written() for name, one in sorted(load.reach.items())},
        "ledger": load.ledger.to_dicts(), "scorecard": load.scorecard.to_dicts(),
        "kind": load.kind, "covers": load.covers, "origins": dict(sorted(load.origins.items())),
        "files": [asdict(file) for file in load.files], "inputs": load.inputs,
    }  # fmt: skip


def with_rows(
    said: Mapping[str, Any], tables: Mapping[str, pl.DataFrame], findings: pl.DataFrame, set_aside: pl.DataFrame
) -> Load:
    """The load that `told` wrote down, with its rows, findings and keys."""
    return Load(
        tables, {name: frozenset(columns) for name, columns in said["present"].items()},
        {name: Reach.read(one) for name, one in said["reach"].items()}, findings,
        pl.DataFrame(said["ledger"], schema=LEDGER_COLUMNS), pl.DataFrame(said["scorecard"], schema=SCORECARD_COLUMNS), set_aside,
        said["kind"], said["covers"], said["origins"], tuple(SourceFile(**file) for file in said["files"]), said["inputs"],
    )  # fmt: skip


def keys_of_rows_set_aside(checked: CheckedRecords) -> pl.DataFrame:
    """`SET_ASIDE_KEYS` of every row set aside: that it was there and whom it is about, and nothing else of it.

    A row that names no child is about the child of the record it belongs to, be that accepted or set aside too.
    """
    found = [pl.DataFrame(schema=SET_ASIDE_KEYS)]
    for name, rows in checked.set_aside.items():
        keys = checked.keys_set_aside[name]
        one = rows.select(
            pl.lit(name).alias("table_name"), key_hashes(keys, keys.columns), _children_of(name, checked),
            pl.col("_file").alias("file"), pl.col("_row").cast(pl.UInt32).alias("row"),
        )  # fmt: skip
        found.append(one)
    return pl.concat(found).sort("table_name", "key_hash", "file", "row", nulls_last=True)


def _children_of(name: str, checked: CheckedRecords) -> pl.Series:
    """Whom a table's rows that were set aside are about, as ids are read; null where nothing tells."""
    rows = checked.set_aside[name]
    if "child_id" in rows.columns:
        return _ids(rows["child_id"]).alias("child_id")
    for above, column in parent_columns(load_schemas().tables[name]).items():
        if column in rows.columns and "child_id" in checked.tables.get(above, rows).columns:
            known = _children_by_record(above, checked)
            found = rows.select(_ids(rows[column]).alias("id")).join(known, on="id", how="left", maintain_order="left")
            return found["child_id"]
    return pl.Series("child_id", [None], dtype=pl.String).new_from_index(0, rows.height)


def _children_by_record(name: str, checked: CheckedRecords) -> pl.DataFrame:
    """`id` and `child_id` of a table's records, each once: as accepted, else as set aside."""
    frame, keys = checked.tables[name], checked.keys_set_aside[name]
    key = keys.columns[0]
    accepted = frame.select(pl.col(key).alias("id"), "child_id") if key in frame.columns else frame.select("child_id")
    aside = pl.DataFrame({"id": keys[key], "child_id": _ids(checked.set_aside[name]["child_id"])})
    every = pl.concat([accepted, aside.cast(pl.String)], how="diagonal").select("id", "child_id")
    return every.drop_nulls().unique("id", keep="first", maintain_order=True)


def _ids(text: pl.Series) -> pl.Series:
    """As they are read (`convert`): without blanks around them, and a blank is none."""
    trimmed = text.cast(pl.String).str.strip_chars(BLANK)
    return trimmed.set(trimmed == "", None)


def findings_by_child(load: Load) -> pl.DataFrame:
    """The findings with the `child_id` of the record that each is about, null where it is about none: told nowhere."""
    rows = [
        frame.select(
            pl.lit(name).alias("table"),
            pl.col("_file").alias("file"),
            pl.col("_row").cast(pl.UInt32).alias("row"),
            "child_id",
        )
        for name, frame in load.tables.items()
        if "child_id" in frame.columns
    ]
    aside = load.set_aside.select(pl.col("table_name").alias("table"), "file", "row", "child_id")
    known = pl.concat([aside, *rows]).unique(["table", "file", "row"], keep="first", maintain_order=True)
    return load.findings.join(known, on=["table", "file", "row"], how="left", maintain_order="left")
