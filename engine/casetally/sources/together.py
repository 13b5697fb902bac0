"""Why: no single export holds all of an authority's work: the census knows the plans, the SSDA903 the care, of the same children.

Children and their disabilities are put together from all sources, and so are populations: each authority's from the first source
that has any for it, so that published estimates can stand beside one's own. Any other table is taken whole from the first source
that has it, because two systems' copies of one event can't be told from two events; the rows of the later ones are superseded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from casetally.sources.delivery import FINDING_COLUMNS, Delivery, SourceTable

SHARED = {"children": ("child_id",), "disabilities": ("child_id", "disability")}

ADDED = {"populations": "authority"}


def put_together(deliveries: Sequence[Delivery]) -> Delivery:
    """One delivery of several, the first named having the word. A single one is given back as it is."""
    if len(deliveries) == 1:
        return deliveries[0]
    names = sorted({table.table for one in deliveries for table in one.tables})
    tables: list[SourceTable] = []
    gone: list[pl.DataFrame] = []
    notes: list[dict[str, object]] = []
    moved: list[pl.DataFrame] = []
    origins: dict[str, str] = {}
    for name in names:
        having = [(at, t) for at, one in enumerate(deliveries) for t in one.tables if t.table == name]
        if name in SHARED or name in ADDED:
            table, records = _merged(having, SHARED[name]) if name in SHARED else _added(having, ADDED[name])
            tables.append(table)
            moved.append(records.with_columns(pl.lit(name).alias("table")))
            origins[name] = " + ".join(deliveries[at].kind for at, _ in having)
            continue
        (first, table), *later = having
        tables.append(table)
        moved.append(_kept(table, first))
        origins[name] = deliveries[first].kind
        for at, other in later:
            gone.append(_kept(other, at).with_columns(pl.lit(None, dtype=pl.UInt32).alias("becomes")))
            notes += [_note(file, name, deliveries[first].kind) for file in other.frame["_file"].unique().to_list()]
    findings = pl.concat([*(one.findings for one in deliveries), pl.DataFrame(notes, schema=FINDING_COLUMNS)])
    return Delivery(
        " + ".join(dict.fromkeys(one.kind for one in deliveries)),
        tuple(sorted((file for one in deliveries for file in one.files), key=lambda file: file.file)),
        tuple(tables),
        _rows(deliveries, pl.concat([*moved, *gone])),
        findings,
        " ".join(one.covers for one in deliveries),
        origins,
    )


def _kept(table: SourceTable, source: int) -> pl.DataFrame:
    """Where each record of a table of one source goes: nowhere else."""
    return table.frame.select(
        pl.lit(source, dtype=pl.Int32).alias("source"), "_record", pl.col("_record").alias("becomes"),
        pl.lit(table.table).alias("table"),
    )  # fmt: skip


def _merged(having: Sequence[tuple[int, SourceTable]], key: tuple[str, ...]) -> tuple[SourceTable, pl.DataFrame]:
    """One record for each key, its blanks filled from later sources, and which record of which source became which.

    Rows of one source that share a key stay apart: that is for the checks to judge.
    """
    frames = [
        t.frame.with_columns(
            pl.lit(at, dtype=pl.Int32).alias("_source"), pl.int_range(pl.len()).over(key).alias("_copy")
        )
        for at, t in having
        if all(name in t.frame.columns for name in key)
    ]
    every = pl.concat(frames, how="diagonal").with_columns(pl.struct(*key, "_copy").rank("dense").alias("_same"))
    columns = [name for name in every.columns if not name.startswith("_")]
    merged = every.group_by("_same", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in columns), pl.col("_file").first(), pl.col("_row").first()
    )
    merged = merged.with_row_index("_new").with_columns(pl.col("_new").cast(pl.UInt32))
    records = every.join(merged.select("_same", "_new"), on="_same", maintain_order="left")
    # a later source's row is superseded by the first that told of the same
    first = pl.col("_source") == pl.col("_source").min().over("_same")
    becomes = records.select(
        pl.col("_source").alias("source"), "_record",
        pl.when(first).then("_new").otherwise(None).cast(pl.UInt32).alias("becomes"),
    )  # fmt: skip
    frame = merged.select(*columns, pl.col("_new").alias("_record"), "_file", "_row")
    first_table = having[0][1]
    return replace(first_table, frame=frame), becomes


def _added(having: Sequence[tuple[int, SourceTable]], key: str) -> tuple[SourceTable, pl.DataFrame]:
    """The records of each value of a key from the first source that has any, and which record of which source became which."""
    frames = [t.frame.with_columns(pl.lit(at, dtype=pl.Int32).alias("_source")) for at, t in having]
    every = pl.concat(frames, how="diagonal").rename({"_record": "_was"})
    first = pl.col("_source") == pl.col("_source").min().over(key)
    new = pl.when(first).then(first.cum_sum() - 1).otherwise(None).cast(pl.UInt32)
    every = every.with_columns(new.alias("_record"))
    becomes = every.select(
        pl.col("_source").alias("source"), pl.col("_was").alias("_record"), pl.col("_record").alias("becomes")
    )
    kept = every.filter(pl.col("_record").is_not_null())
    return replace(having[0][1], frame=kept.drop("_source", "_was")), becomes


def _rows(deliveries: Sequence[Delivery], records: pl.DataFrame) -> pl.DataFrame:
    """The lines of all sources, each naming the record as it is numbered now."""
    lines = []
    for at, one in enumerate(deliveries):
        here = records.filter(pl.col("source") == at).select("table", pl.col("_record").alias("record"), "becomes")
        met = one.rows.join(here, on=["table", "record"], how="left", maintain_order="left")
        carried = pl.col("disposition") == "carried"
        lost = carried & pl.col("becomes").is_null()
        lines.append(
            met.select(
                "file", "row",
                pl.when(lost).then(pl.lit("superseded")).otherwise("disposition").alias("disposition"),
                pl.when(lost).then(None).otherwise("table").alias("table"),
                pl.when(carried).then("becomes").otherwise("record").alias("record"),
            )
        )  # fmt: skip
    return pl.concat(lines).sort("file", "row", maintain_order=True)


def _note(file: str, table: str, kind: str) -> dict[str, object]:
    says = f"Records of the table '{table}' are taken from the source named first ({kind}); those of this file are not used."
    return {"file": file, "row": 0, "table": table, "rule": "taken_from_another_source", "severity": "note", "column": "",
            "message": says, "record_id": ""}  # fmt: skip
