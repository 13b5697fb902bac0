"""Why: nothing may be lost between a file and the figures, so every row that was read is accounted for, per file.

A row that a record carries on shares the record's fate; what a reader superseded or set aside is counted as such.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from casetally.sources.delivery import Delivery

FATES = ("accepted", "superseded", "not_yet_known", "set_aside")
LEDGER_COLUMNS: dict[str, type[pl.DataType]] = {"file": pl.String, "rows": pl.Int64, **dict.fromkeys(FATES, pl.Int64)}


def ledger_of(delivery: Delivery, fates: Mapping[str, tuple[pl.Series, pl.Series]]) -> pl.DataFrame:
    """One row a used file (`LEDGER_COLUMNS`), by file. `fates` gives, by table, the `_record` of each row and its
    fate.
    """
    records = pl.concat(
        [pl.DataFrame(schema={"table": pl.String, "record": pl.UInt32, "fate": pl.String})]
        + [
            pl.DataFrame({"record": record, "fate": fate}).select(pl.lit(table).alias("table"), "record", "fate")
            for table, (record, fate) in fates.items()
        ]
    )
    carried = pl.col("disposition") == "carried"
    met = delivery.rows.join(records, on=["table", "record"], how="left", maintain_order="left")
    counted = met.select("file", pl.when(carried).then("fate").otherwise("disposition").alias("fate"))
    counts = [(pl.col("fate") == fate).sum().cast(pl.Int64).alias(fate) for fate in FATES]
    by_file = counted.group_by("file").agg(counts)
    files = pl.DataFrame(
        [(file.file, file.rows) for file in delivery.files if file.used], schema=["file", "rows"], orient="row"
    )
    if files.is_empty():
        return pl.DataFrame(schema=LEDGER_COLUMNS)
    ledger = files.join(by_file, on="file", how="left").with_columns(pl.col(fate).fill_null(0) for fate in FATES)
    return ledger.sort("file").select(pl.col(name).cast(kind) for name, kind in LEDGER_COLUMNS.items())
