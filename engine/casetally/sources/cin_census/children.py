"""Why: a child comes again in every census that knows it, and each may know another part of who the child is."""

from __future__ import annotations

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, table_of
from casetally.sources.cin_census.episodes import apart, blank_value
from casetally.sources.cin_census.fates import fates
from casetally.sources.code_words import coded

# up to 2024 the census asks one thing, GenderCurrent, in numbers; from 2025 on Sex, in letters
SEXES = {"1": "M", "2": "F", "0": "U", "9": "U", "M": "M", "F": "F", "U": "U"}
_KINDS = ("MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS", "BEH", "CON", "AUT", "DDA")


def read_children(children: pl.DataFrame, disabilities: pl.DataFrame, *, genders: bool) -> Made:
    """One child for each id: each column as the latest census that has it gives it. `genders`: whether any census asks for it."""
    children = children.with_columns(
        coded(children["_gender"].cast(pl.String), SEXES).alias("gender"),
        coded(children["_sex"].cast(pl.String), SEXES).alias("sex"),
    ).with_columns(pl.coalesce("sex", "gender").alias("sex"))
    children = _with_dates_of_latest(children)
    columns = ["date_of_birth", "expected_date_of_birth", "date_of_death", "sex", "gender", "ethnicity", "upn"]
    if not genders:
        columns.remove("gender")
    # of several elements for one child in one file the order must not decide
    ordered = children.sort(
        ["child_id", "_turn", *columns, "_row"],
        descending=[False, True] + [False] * (len(columns) + 1),
        nulls_last=True,
    )
    latest = pl.col("_turn") == pl.col("_turn").max().over("child_id")
    merged = _merged(ordered, columns)
    kept = _disabilities(disabilities)
    merged = merged.join(_disabled(kept), on="child_id", how="left", maintain_order="left").with_row_index("_record")
    frame = merged.select("child_id", *columns, "disabled", "_record", "_file", "_row")
    into = ordered.with_columns(latest.alias("_latest")).join(
        merged.select("child_id", "_record"), on="child_id", how="left", maintain_order="left"
    )
    of_disabilities = _made_disabilities(kept)
    rows = [
        fates(into.filter(~pl.col("_latest")), "superseded"), fates(into.filter("_latest"), "carried", "children"),
        of_disabilities.rows,
    ]  # fmt: skip
    tables = (table_of("children", frame), *of_disabilities.tables)
    return Made(tables, pl.concat(rows), pl.concat([_doubts(into, merged), of_disabilities.findings]))


def _merged(ordered: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """One row a child, by its id: of each column the first that is not blank."""
    first = ordered.select("child_id", "_file", "_row").unique("child_id", keep="first", maintain_order=True)
    for name in columns:
        told = ordered.select("child_id", name).filter(pl.col(name).is_not_null())
        first = first.join(told.unique("child_id", keep="first"), on="child_id", how="left", maintain_order="left")
    return first


def _with_dates_of_latest(children: pl.DataFrame) -> pl.DataFrame:
    """The dates of birth and death belong together: only the latest census that has any of them is asked, for what it leaves out
    (an expected date once the child is born, a death that was a mistake) must not come back from an earlier one.
    """
    dates = ("date_of_birth", "expected_date_of_birth", "date_of_death")
    any_told = pl.any_horizontal(pl.col(name).is_not_null() for name in dates)
    told = pl.when(any_told).then("_turn").max().over("child_id")
    return children.with_columns(
        *(pl.when(pl.col("_turn") == told).then(name).alias(name) for name in dates), pl.col(dates[0]).alias("_born")
    )


def _disabilities(disabilities: pl.DataFrame) -> pl.DataFrame:
    """Adds `_latest`: whether it is of the latest census that lists any disability of the child."""
    told = pl.when(pl.col("disability").is_not_null()).then("_turn").max().over("child_id")
    return disabilities.with_columns((pl.col("_turn") == told).fill_null(value=True).alias("_latest"))


def _disabled(disabilities: pl.DataFrame) -> pl.DataFrame:
    """By child: true where a kind of disability is listed, false where NONE is, nothing where neither is."""
    code = pl.col("disability").cast(pl.String).str.to_uppercase()
    some, none = code.is_in(_KINDS).any(), (code == "NONE").any()
    known = disabilities.filter("_latest").group_by("child_id")
    return known.agg(pl.when(some).then(pl.lit("true")).when(none).then(pl.lit("false")).alias("disabled"))


def _made_disabilities(disabilities: pl.DataFrame) -> Made:
    bad, good, said = apart(disabilities, "Disability", (blank_value("Disability", "disability"),))
    same = ["child_id", "disability"]
    current = good.filter("_latest").sort(*same, "_file", "_row")
    kept = current.unique(same, keep="first", maintain_order=True).with_row_index("_record")
    carried = current.join(kept.select(*same, "_record"), on=same, how="left", maintain_order="left")
    rows = [
        fates(bad, "set_aside"), fates(good.filter(~pl.col("_latest")), "superseded"), fates(carried, "carried", "disabilities"),
    ]  # fmt: skip
    return Made((table_of("disabilities", kept.select(*same, "_record", "_file", "_row")),), pl.concat(rows), said)


def _doubts(into: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """A child listed twice in one file; censuses that disagree on a date of birth or a sex."""
    again = into.filter(~pl.struct("child_id", "_file").is_first_distinct())
    twice = Problem(
        "cin_child_twice", "warning", "LAchildID",
        "The child is listed more than once in this file; all that is told of it is put together.", pl.lit(True),
    )  # fmt: skip
    said = [findings_of(again, "children", twice, pl.col("child_id"))]
    for column, values, called in (("date_of_birth", "_born", "date of birth"), ("sex", "sex", "sex")):
        differs = (
            into.filter(pl.col(values).is_not_null()).group_by("child_id").agg(pl.col(values).n_unique().alias("_ways"))
        )
        problem = Problem(
            f"cin_{column}_differs", "warning", column,
            f"The censuses disagree on this child's {called}; the latest one's is taken.", pl.col("_ways") > 1,
        )  # fmt: skip
        found = merged.join(differs, on="child_id", how="left", maintain_order="left")
        said.append(findings_of(found, "children", problem, pl.col("child_id")))
    return pl.concat(said)
