"""Why: a child's date of birth, sex and ethnicity come again in every year's header, and other files know some of them.

The latest return's header wins, whole. A child without one, whom the file of unaccompanied asylum-seeking children,
care leavers or another names with a date of birth, still gets a record: ages and the links of other tables need it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from casetally.sources.building import Made, Problem, lines, table_of
from casetally.sources.ssda903.files import day
from casetally.sources.ssda903.linked import findings_of, have, no_child, settle, warnings_of

_SEX = {"1": "M", "2": "F", "MALE": "M", "FEMALE": "F", "UNKNOWN": "U"}  # from 2025 on the return writes M, F and U
_WITH_BIRTH = (
    "uasc",
    "oc3",
    "oc2",
    "missing",
    "reviews",
    "ad1",
    "placed_adoption",
    "social_worker",
)  # UASC has the sex too


def read_children(frames: Mapping[str, pl.DataFrame]) -> Made:
    """The children of all headers, and those whom only other files name."""
    empty = pl.DataFrame(schema={**dict.fromkeys(("CHILD", "_file"), pl.String), "_row": pl.UInt32, "_year": pl.Int32})
    header = frames.get("header", empty)
    settled = settle(header, "children", ("CHILD",), (no_child(),))
    standing = settled.standing.sort("CHILD", maintain_order=True).with_row_index("_record")
    others = _without_header(frames, standing)
    children = pl.concat([_children(standing), _children(others.with_row_index("_record", offset=standing.height))])
    said = [settled.findings, _disagreements(header, standing), findings_of(others, "children", _NO_HEADER)]
    rows = pl.concat([settled.gone, lines(standing, "carried", "children")])
    return Made((table_of("children", children),) if children.height else (), rows, pl.concat(said))


_NO_HEADER = Problem(
    "ssda903_no_header",
    "warning",
    "",
    "No header lists this child; the record of the child is made from what this row knows.",
    pl.lit(True),
)


def _children(frame: pl.DataFrame) -> pl.DataFrame:
    birth, sex = day("DOB") if "DOB" in frame.columns else None, have(frame, "SEX").str.to_uppercase()
    written = have(frame, "DOB")
    return frame.select(
        pl.col("CHILD").alias("child_id"),
        (pl.coalesce(birth.cast(pl.String), written) if birth is not None else written).alias("date_of_birth"),
        sex.replace(_SEX).alias("sex"),
        have(frame, "ETHNIC").alias("ethnicity"),
        have(frame, "UPN").alias("upn"),
        pl.col("_record").cast(pl.UInt32),
        "_file",
        "_row",
    )


def _without_header(frames: Mapping[str, pl.DataFrame], header: pl.DataFrame) -> pl.DataFrame:
    """One row per child whom no header lists: the latest return's, of the file that knows most."""
    known = [
        frames[kind]
        .select(
            "CHILD",
            "DOB",
            have(frames[kind], "SEX").alias("SEX"),
            day("DOB"),
            "_file",
            "_row",
            "_year",
            pl.lit(at).alias("_at"),
        )
        .filter(pl.col("CHILD").is_not_null() & pl.col("DOB").is_not_null())
        for at, kind in enumerate(_WITH_BIRTH)
        if kind in frames and "DOB" in frames[kind].columns
    ]
    if not known:
        return header.clear().drop("_record")
    rows = pl.concat(known).join(header.select("CHILD"), on="CHILD", how="anti")
    order = ["CHILD", "_at", "_year", "DOB", "SEX", "_file", "_row"]
    latest = rows.sort(
        order, descending=[False, False, True, False, False, False, False], nulls_last=True, maintain_order=True
    )
    return latest.unique("CHILD", keep="first", maintain_order=True).drop("_at")


def _disagreements(header: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Where an earlier return gave another sex or date of birth (rules 202 and 203); the latest return's is taken."""
    problems: list[Problem] = []
    frame = standing
    for column, rule in (("SEX", "202"), ("DOB", "203")):
        if column not in header.columns:
            continue
        value = day("DOB") if column == "DOB" else pl.col("SEX").str.to_uppercase().replace(_SEX)
        counts = header.group_by("CHILD").agg((value.drop_nulls().n_unique() > 1).alias(f"_{column}"))
        frame = frame.join(counts, on="CHILD", how="left", maintain_order="left")
        says = "The returns disagree on this child's " + ("sex" if column == "SEX" else "date of birth")
        problems.append(
            Problem(
                f"ssda903_{rule}_{column.lower()}_differs",
                "warning",
                column,
                f"{says}; the latest return's is taken.",
                pl.col(f"_{column}"),
            )
        )
    return warnings_of(frame, "children", problems)
