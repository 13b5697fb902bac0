"""Why: a manager asks which team's records need care, so findings are counted by rule and team, as a share of the
rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

SCORECARD_COLUMNS: dict[str, type[pl.DataType]] = {
    "table": pl.String, "rule": pl.String, "severity": pl.String, "team": pl.String,
    "findings": pl.Int64, "rows_found": pl.Int64, "rows": pl.Int64, "share": pl.Float64,
}  # fmt: skip
_BY = ["table", "rule", "severity", "team"]


def tallies_of(
    teams: Mapping[str, pl.Series], failures: Mapping[str, pl.DataFrame], from_reader: pl.DataFrame
) -> pl.DataFrame:
    """Whole numbers by table, rule, severity and team: findings, rows with one, and known rows.

    `teams` holds the team of every known row of a table (null where the table has none), `failures` its failures with
    their `team`; findings of the reader count without a team.
    """
    rows = [
        team.alias("team")
        .to_frame()
        .group_by("team")
        .agg(pl.len().alias("rows"))
        .select(pl.lit(name).alias("table"), "team", "rows")
        for name, team in teams.items()
    ]
    found = [
        failed.select(
            pl.lit(name).alias("table"), "rule", "severity", "team", pl.col("_at").cast(pl.String).alias("place")
        )
        for name, failed in failures.items()
    ]
    place = pl.concat_str("file", pl.col("row").cast(pl.String), separator=":").alias("place")
    read = from_reader.select("table", "rule", "severity", pl.lit(None, pl.String).alias("team"), place)
    counted = (
        pl.concat([read, *found])
        .group_by(_BY)
        .agg(pl.len().cast(pl.Int64).alias("findings"), pl.col("place").n_unique().cast(pl.Int64).alias("rows_found"))
    )
    no_rows = pl.DataFrame(schema={"table": pl.String, "team": pl.String, "rows": pl.UInt32})
    known = pl.concat([no_rows, *rows]).with_columns(pl.col("rows").cast(pl.Int64))
    met = counted.join(known, on=["table", "team"], how="left", nulls_equal=True)
    return met.sort(_BY, nulls_last=True)


def share_of_rows(tallies: pl.DataFrame) -> pl.DataFrame:
    """The tallies with `share`, the part of the known rows (of that team) that have such a finding; null without
    rows.
    """
    return tallies.with_columns((pl.col("rows_found") / pl.col("rows")).alias("share"))
