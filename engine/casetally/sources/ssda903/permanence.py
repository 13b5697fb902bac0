"""Why: the path to adoption lies in three files of the return: decisions, matches, and the episodes of the placement
itself.

A record stands for one path within one period of care: the decision that the child should be placed for adoption, its
reversal, the match, the day the child was placed (the first of the last run of episodes of type A3 to A6), and the
order that ended care (E11, E12 adoption; E45 to E48 special guardianship; E41 child arrangements).
"""

from __future__ import annotations

import polars as pl

from casetally.sources.building import Made, Problem, lines, table_of
from casetally.sources.ssda903.files import day, with_days
from casetally.sources.ssda903.linked import Settled, bad_end, bad_start, no_child, settle

_FOR_ADOPTION = ("A3", "A4", "A5", "A6")
_ORDERS = {
    "E11": "adoption",
    "E12": "adoption",
    "E43": "special_guardianship",  # to 2018
    "E44": "special_guardianship",  # to 2018
    "E45": "special_guardianship",
    "E46": "special_guardianship",
    "E47": "special_guardianship",
    "E48": "special_guardianship",
    "E41": "child_arrangements",
}
_NO_ROWS = {"CHILD": pl.String, "_file": pl.String, "_row": pl.UInt32, "_year": pl.Int32}


def read_permanence(
    decisions: pl.DataFrame | None, matches: pl.DataFrame | None, periods: pl.DataFrame, spells: pl.DataFrame | None
) -> Made:
    """`permanence` from the files of decisions and of adoptions, where given, and from the episodes.

    `periods`: CHILD, care_period_id, started, ended, reason, `_period`, `_file`, `_row`; `spells`: the episodes in
    order.
    """
    table = "permanence"
    decided = _decisions(decisions)
    matched = _matches(matches)
    facts = _facts(periods, spells)
    paths = _in_period(decided.standing, periods).with_row_index("_path")
    meets = _in_period(matched.standing, periods)
    key = ["CHILD", "care_period_id"]
    rest = _without_decision(facts, paths, meets, periods)
    records = pl.concat([paths, rest], how="diagonal").sort([*key, "_day"], nulls_last=True, maintain_order=True)
    records = records.with_columns((pl.int_range(pl.len()).over(key) == pl.len().over(key) - 1).alias("_latest"))
    records = records.join(facts.drop("CHILD"), on="care_period_id", how="left", maintain_order="left")
    match = (
        meets.sort("_match", "_intended", nulls_last=False).unique(key, keep="last").select(*key, "_match", "_intended")
    )
    records = records.join(match, on=key, how="left", nulls_equal=True, maintain_order="left").with_row_index("_record")
    made = records.select(
        pl.col("CHILD").alias("child_id"),
        "care_period_id",
        pl.coalesce("_day", pl.when("_latest").then("_intended")).alias("decided_on"),
        *(pl.when("_latest").then(column).alias(name) for column, name in _OF_THE_LATEST.items()),
        pl.col("_reversed").alias("reversed_on"),
        "_record",
        "_file",
        "_row",
    )
    to_path = records.filter(pl.col("_path").is_not_null())
    to_match = meets.select(*key, "_file", "_row").join(
        records.filter("_latest").select(*key, "_record"), on=key, how="left", nulls_equal=True
    )
    rows = [decided.gone, matched.gone, lines(to_path, "carried", table), lines(to_match, "carried", table)]
    tables = (table_of(table, made),) if made.height else ()
    return Made(tables, pl.concat(rows), pl.concat([decided.findings, matched.findings]))


def _without_decision(
    facts: pl.DataFrame, paths: pl.DataFrame, meets: pl.DataFrame, periods: pl.DataFrame
) -> pl.DataFrame:
    """The paths of which no decision is listed, only a match or the episodes; each has the place of what told of it."""
    key = ["CHILD", "care_period_id"]
    bases = pl.concat([facts.select(key), meets.select(key)]).unique(maintain_order=True)
    bases = bases.join(paths.select(key), on=key, how="anti", nulls_equal=True)
    rest = bases.join(_first_place(meets, key), on=key, how="left", nulls_equal=True, maintain_order="left")
    rest = rest.join(
        periods.select("care_period_id", pl.col("_file").alias("_f"), pl.col("_row").alias("_r")),
        on="care_period_id",
        how="left",
        maintain_order="left",
    )
    return rest.select(*key, _file=pl.coalesce("_file", "_f"), _row=pl.coalesce("_row", "_r"))


_OF_THE_LATEST = {"_match": "matched_on", "_placed": "placed_on", "_order": "order_on", "_order_type": "order_type"}


def _decisions(frame: pl.DataFrame | None) -> Settled:
    """Decisions that a child should be placed for adoption; an unreversed one comes again in the next return."""
    rows = with_days(pl.DataFrame(schema={**_NO_ROWS, "DATE_PLACED": pl.String})) if frame is None else frame
    problems = (
        no_child(),
        *bad_start("DATE_PLACED", "the decision"),
        *bad_end(rows, "DATE_PLACED_CEASED", "DATE_PLACED", "its reversal"),
    )
    settled = settle(rows.with_columns(day("DATE_PLACED").alias("_day")), "permanence", ("CHILD", "_day"), problems)
    has_end = "DATE_PLACED_CEASED" in rows.columns
    reversed_on = day("DATE_PLACED_CEASED") if has_end else pl.lit(None, dtype=pl.Date)
    standing = settled.standing.select("CHILD", "_day", reversed_on.alias("_reversed"), "_file", "_row")
    return Settled(standing, settled.gone, settled.findings)


def _matches(frame: pl.DataFrame | None) -> Settled:
    """Adoptions: the day on which the child should be placed (DATE_INT), and the match."""
    rows = pl.DataFrame(schema=_NO_ROWS) if frame is None else frame
    unreadable = [
        Problem(
            f"ssda903_unreadable_{column.lower()}",
            "error",
            column,
            "The date can't be read; dd/mm/yyyy is expected.",
            pl.col(column).is_not_null() & day(column).is_null(),
        )
        for column in ("DATE_INT", "DATE_MATCH")
        if column in rows.columns
    ]
    settled = settle(rows, "permanence", ("CHILD", "_year"), (no_child(), *unreadable))
    dates = [
        (day(column) if column in rows.columns else pl.lit(None, dtype=pl.Date)).alias(name)
        for column, name in (("DATE_INT", "_intended"), ("DATE_MATCH", "_match"))
    ]
    standing = settled.standing.select("CHILD", *dates, "_file", "_row").with_columns(
        pl.coalesce("_match", "_intended").alias("_day")
    )
    return Settled(standing, settled.gone, settled.findings)


def _facts(periods: pl.DataFrame, spells: pl.DataFrame | None) -> pl.DataFrame:
    """Per period with a placement for adoption or an order: `_placed`, `_order` and `_order_type`."""
    order_type = pl.col("reason").replace_strict(_ORDERS, default=None, return_dtype=pl.String)
    ordered = periods.select("CHILD", "care_period_id", "_period", "ended", order_type.alias("_order_type"))
    if spells is None:
        placed = pl.DataFrame(schema={"_period": periods.schema["_period"], "_placed": pl.Date})
    else:
        adoptive = pl.col("PLACE").is_in(_FOR_ADOPTION).fill_null(value=False)
        begins = adoptive & ~adoptive.shift(1).over("_period").fill_null(value=False)
        placed = spells.filter(begins).group_by("_period").agg(pl.col("_start").max().alias("_placed"))
    facts = ordered.join(placed, on="_period", how="left", maintain_order="left")
    facts = facts.filter(pl.col("_placed").is_not_null() | pl.col("_order_type").is_not_null())
    order_on = pl.when(pl.col("_order_type").is_not_null()).then("ended")
    return facts.select("CHILD", "care_period_id", "_placed", order_on.alias("_order"), "_order_type")


def _in_period(rows: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """The rows with the period of care on whose days `_day` falls (its last day too), null where there is none."""
    spells = periods.select("CHILD", "care_period_id", "started", "ended").sort("started", "CHILD")
    met = rows.sort("_day", "CHILD", nulls_last=True, maintain_order=True).join_asof(
        spells, left_on="_day", right_on="started", by="CHILD", check_sortedness=False
    )
    within = pl.col("ended").is_null() | (pl.col("_day") <= pl.col("ended"))
    return met.with_columns(pl.when(within).then("care_period_id").alias("care_period_id")).drop("started", "ended")


def _first_place(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return rows.sort(*key, "_file", "_row", nulls_last=True).unique(key, keep="first").select(*key, "_file", "_row")
