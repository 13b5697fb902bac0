"""Why: the API is told a child again and again, in parts: what stands is the last word on each attribute, less what was purged.

Nothing in the API's description says that an attribute or record left out of a later payload is gone; it has a flag for that.
So a later payload adds and corrects, and only a purge removes: a child with everything, its details, its questionnaires, an
episode with everything told under it, or one record.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from casetally.sources.building import lines
from casetally.sources.csc_api.attributes import CHILD, EPISODE, SDQ, Kind
from casetally.sources.csc_api.objects import Gathered
from casetally.sources.delivery import Disposition


@dataclass(frozen=True)
class Standing:
    """The records of one kind as they stand.

    `frame`: `child`, `episode`, `id`, the attributes (blank is null), `_file` and `_row` of the latest telling, `_key`,
    `_told_id` as written, and `_shared`: whether several children have it. `tellings`: every row that a standing record
    rests on (`_key`, `_file`, `_row`). `gone`: lines of the rows that were purged or overtaken.
    """

    frame: pl.DataFrame
    tellings: pl.DataFrame
    gone: pl.DataFrame

    def carried(self, records: pl.DataFrame, table: str) -> pl.DataFrame:
        """Lines of the tellings, each carried by the record of its key. `records` has `_key` and `_record`."""
        met = self.tellings.join(records.select("_key", "_record"), on="_key", how="left", maintain_order="left")
        known = pl.col("_record").is_not_null()
        untold: Disposition = "superseded"
        return pl.concat([lines(met.filter(known), "carried", table), lines(met.filter(~known), untold)])


def standing(gathered: Gathered, kind: Kind) -> Standing:
    """The records of one kind, by child and id, after all payloads."""
    rows = gathered.rows[kind.named].frame().with_columns(pl.col("seq").cast(pl.Int64))
    purges = gathered.purges.frame().select("what", "child", "id", pl.col("seq").cast(pl.Int64).alias("_purged"))
    left, purged = _unpurged(rows, kind, purges)
    if kind is CHILD:
        left = _without_purged_details(left, purges)
    held = list(kind.holds)
    left = left.with_columns(pl.struct("child", "id").rank("dense").alias("_key"))
    last = left.group_by("_key", maintain_order=True).agg(
        pl.col("child", "id").last(),
        pl.col("episode").drop_nulls().last(),
        *(pl.col(name).drop_nulls().last() for name in held),
        pl.col("_file", "_row").last(),
    )
    frame = last.with_columns(pl.when(pl.col(name) != "").then(name).alias(name) for name in held).sort("child", "id")
    frame = frame.with_columns(
        (pl.col("child").n_unique().over("id") > 1).alias("_shared"), pl.col("id").alias("_told_id")
    )
    frame = frame.with_columns(unshared_id("id", frame))
    carrying = _says_what_stands(left, held)
    return Standing(
        frame,
        left.filter(carrying).select("_key", "_file", "_row"),
        pl.concat([lines(purged, "superseded"), lines(left.filter(~carrying), "superseded")]),
    )


def _unpurged(rows: pl.DataFrame, kind: Kind, purges: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows told after any purge that takes them away, and the others."""
    if purges.is_empty():
        return rows, rows.clear()
    scopes = [("child", CHILD.named, ["child"]), ("episode", EPISODE.named, ["child", "episode"])]
    scopes += [("own", kind.named, ["child"] if kind is SDQ else ["child", "id"])]
    for scope, what, by in scopes:
        latest = purges.filter(pl.col("what") == what).select(
            "child", pl.col("id").alias("episode" if scope == "episode" else "id"), "_purged"
        )
        latest = latest.group_by(by).agg(pl.col("_purged").max().alias(f"_{scope}"))
        rows = rows.join(latest, on=by, how="left", maintain_order="left")
    removed = (pl.col("seq") < pl.max_horizontal("_child", "_episode", "_own")).fill_null(value=False)
    return (
        rows.filter(~removed).drop("_child", "_episode", "_own"),
        rows.filter(removed).drop("_child", "_episode", "_own"),
    )


def _without_purged_details(rows: pl.DataFrame, purges: pl.DataFrame) -> pl.DataFrame:
    """The child's rows with what was said of it before its details were purged taken away; the child stays."""
    latest = purges.filter(pl.col("what") == "child_details").group_by("child").agg(pl.col("_purged").max())
    met = rows.join(latest, on="child", how="left", maintain_order="left")
    forgotten = (pl.col("seq") < pl.col("_purged")).fill_null(value=False)
    return met.with_columns(
        pl.when(~forgotten).then(name).alias(name) for name in CHILD.holds
    ).drop("_purged")  # fmt: skip


def _says_what_stands(rows: pl.DataFrame, held: list[str]) -> pl.Expr:
    """Whether a row is the last of its record, or the last to give one of its attributes."""
    if not rows.select(pl.col("_key").is_duplicated().any()).item():
        return pl.lit(value=True)
    given = [
        pl.col(name).is_not_null()
        & (pl.col("seq") == pl.col("seq").filter(pl.col(name).is_not_null()).max().over("_key"))
        for name in held
    ]
    return (pl.any_horizontal(*given) | (pl.col("seq") == pl.col("seq").max().over("_key"))).fill_null(value=False)


def unshared_id(column: str, among: pl.DataFrame) -> pl.Expr:
    """The id, with the child's added where records of several children (a family's one enquiry) have it: each is a record here.

    `among`: the frame of the records that have those ids (`_told_id`, `_shared`).
    """
    shared = among.filter("_shared")["_told_id"].unique()
    alone = ~pl.col(column).is_in(shared.implode())
    return pl.when(alone).then(column).otherwise(pl.concat_str([column, "child"], separator="-")).alias(column)
