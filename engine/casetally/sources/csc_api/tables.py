"""Why: the API's objects are named for its collection; here each becomes a table of the data model, column by column.

A table is there where some payload had its attribute, be it an empty list: a list that no payload has is not known to be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, numbered, table_of
from casetally.sources.code_words import coded
from casetally.sources.csc_api.attributes import (
    ADOPTION,
    ASSESSMENT,
    CHILD,
    CIN_PLAN,
    CP_PLAN,
    ENQUIRY,
    EPISODE,
    LEAVER,
    PLACEMENT,
    SDQ,
    SEX,
    WORKER,
    Kind,
)
from casetally.sources.csc_api.care import Care, read_care
from casetally.sources.csc_api.merged import Standing, standing, unshared_id
from casetally.sources.csc_api.objects import LIST_SEPARATOR, Gathered
from casetally.sources.dates import iso_days
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, SourceTable

_PLACE = ("_file", "_row")
# the column that a record's own id goes into, and the other columns by attribute
_PLAIN: tuple[tuple[Kind, str, Mapping[str, str]], ...] = (
    (EPISODE, "referral_id", {
        "received_on": "referral_date", "source": "referral_source", "no_further_action": "referral_no_further_action_flag",
        "closed_on": "closure_date", "close_reason": "closure_reason",
    }),
    (ASSESSMENT, "assessment_id", {"started_on": "start_date", "completed_on": "authorisation_date"}),
    (CIN_PLAN, "plan_id", {"started_on": "start_date", "ended_on": "end_date"}),
    (ENQUIRY, "enquiry_id", {"started_on": "start_date", "completed_on": "end_date", "outcome": "_outcome"}),
    (CP_PLAN, "plan_id", {"started_on": "start_date", "ended_on": "end_date"}),
)  # fmt: skip


def make_tables(gathered: Gathered) -> Made:
    """All tables, the lines of all objects, and the findings."""
    told = {kind.named: standing(gathered, kind) for kind in _OF_TABLES if kind.named in gathered.told or kind is CHILD}
    care = read_care(told[PLACEMENT.named]) if PLACEMENT.named in told else None
    made = [_plain(told, kind, own, columns) for kind, own, columns in _PLAIN if kind.named in told]
    made += [make(told[kind.named], gathered.told) for kind, make in _MAKERS if kind.named in told]
    if care is not None:
        made.append(Made(care.tables, care.rows, pl.DataFrame(schema=FINDING_COLUMNS)))
    made += [_uasc(told[CHILD.named], gathered.told, care)]
    if ADOPTION.named in told:
        made.append(_adoptions(told[ADOPTION.named], care))
    shared = [_shared_ids(one, kind) for kind in _OF_TABLES if kind.id_attribute and (one := told.get(kind.named))]
    return Made(
        tuple(sorted((table for one in made for table in one.tables), key=lambda table: table.table)),
        pl.concat([pl.DataFrame(schema=ROW_COLUMNS), gathered.lines_gone(), *(one.rows for one in made)]),
        pl.concat([gathered.findings.frame(), *(one.findings for one in made), *shared]),
    )


def _made(kind: Kind, told: Standing, frame: pl.DataFrame, *more: SourceTable) -> Made:
    """A table of one record each, and the lines of the objects behind it. `frame` has `_key`."""
    records = frame.with_row_index("_record")
    table = table_of(kind.table, records, latest_only=kind is LEAVER)
    if kind is WORKER:  # others who hold children are not told
        table = replace(table, untold=frozenset({("role", "personal_adviser"), ("role", "early_help")}))
    rows = pl.concat([told.gone, told.carried(records, kind.table)])
    return Made((table, *more), rows, pl.DataFrame(schema=FINDING_COLUMNS))


def _plain(told: Mapping[str, Standing], kind: Kind, own: str, columns: Mapping[str, str]) -> Made:
    frame = told[kind.named].frame
    if kind is ENQUIRY:  # an enquiry that needed a conference found that; what another found is not told
        frame = frame.with_columns(
            pl.when(pl.col("icpc_required_flag") == "true").then(pl.lit("icpc")).alias("_outcome")
        )
    referral = [] if kind is EPISODE else [unshared_id("episode", told[EPISODE.named].frame).alias("referral_id")]
    records = frame.select(
        pl.col("id").alias(own), pl.col("child").alias("child_id"), *referral,
        *(pl.col(attribute).alias(column) for column, attribute in columns.items()), *_PLACE, "_key",
    )  # fmt: skip
    more = []
    if kind is ASSESSMENT:
        more = [_listed("assessment_factors", frame, "id", "assessment_id", "factors", "factor")]
    if kind is ENQUIRY:
        more = [_conferences(frame, referral)]
    return _made(kind, told[kind.named], records, *more)


def _listed(table: str, frame: pl.DataFrame, own: str, own_column: str, listed: str, column: str) -> SourceTable:
    """A table of one record for each code of a list; its place is that of the object with the list."""
    codes = (
        frame.filter(pl.col(listed).is_not_null())
        .with_columns(pl.col(listed).str.split(LIST_SEPARATOR))
        .explode(listed)
    )
    named = codes.select(pl.col(own).alias(own_column), pl.col(listed).alias(column), *_PLACE).sort(own_column, column)
    return table_of(table, named.with_row_index("_record"))


def _conferences(enquiries: pl.DataFrame, referral: Sequence[pl.Expr]) -> SourceTable:
    """One conference for each enquiry with the day of one; its id is made of the child and the day."""
    held = enquiries.filter(pl.col("icpc_date").is_not_null()).sort("child", "icpc_date", "id")
    frame = held.select(
        numbered(_dated_id(held, "icpc_date"), ["child", "icpc_date"]).alias("conference_id"),
        pl.col("child").alias("child_id"), pl.col("id").alias("enquiry_id"), *referral,
        pl.col("icpc_date").alias("held_on"), *_PLACE,
    )  # fmt: skip
    return table_of("cp_conferences", frame.with_row_index("_record"))


def _dated_id(frame: pl.DataFrame, day: str) -> pl.Expr:
    """The child's id and the day as an id; a day that can't be read is not shown in it."""
    read = _days(frame[day]).dt.to_string("%Y-%m-%d").fill_null("undated")
    return pl.concat_str([pl.col("child"), read], separator="-")


def _days(text: pl.Series) -> pl.Series:
    return iso_days(text).str.to_date("%Y-%m-%d", strict=False)


def _children(told: Standing, seen: set[str]) -> Made:
    frame = told.frame.with_columns(coded(told.frame["sex"], SEX).alias("sex"))
    records = frame.select(
        pl.col("child").alias("child_id"), "date_of_birth", "expected_date_of_birth", "sex", "ethnicity",
        pl.col("unique_pupil_number").alias("upn"), *_PLACE, "_key",
    )  # fmt: skip
    more = (
        [_listed("disabilities", frame, "child", "child_id", "disabilities", "disability")]
        if "disabilities" in seen
        else []
    )
    return _made(CHILD, told, records, *more)


def _scores(told: Standing, _: set[str]) -> Made:
    records = told.frame.sort("child", "date", "score", nulls_last=True)
    return _made(SDQ, told, records.select(
        pl.col("child").alias("child_id"), pl.col("date").alias("completed_on"), "score", *_PLACE, "_key"
    ))  # fmt: skip


def _allocations(told: Standing, _: set[str]) -> Made:
    """Who held the child, and one worker a number; the API says nothing of their posts."""
    held = told.frame.sort("child", "start_date", "end_date", "worker_id", nulls_last=True)
    records = held.select(
        numbered(_dated_id(held, "start_date"), ["child", "start_date"]).alias("allocation_id"),
        pl.col("child").alias("child_id"), "worker_id", pl.lit("social_worker").alias("role"),
        pl.col("start_date").alias("started_on"), pl.col("end_date").alias("ended_on"), *_PLACE, "_key",
    )  # fmt: skip
    people = held.filter(pl.col("worker_id").is_not_null()).sort("worker_id", "start_date", "child", nulls_last=True)
    people = people.unique("worker_id", keep="first", maintain_order=True).with_row_index("_record")
    workers = table_of("workers", people.select("worker_id", pl.lit("social_worker").alias("role"), "_record", *_PLACE))
    return _made(WORKER, told, records, workers)


def _leavers(told: Standing, _: set[str]) -> Made:
    records = told.frame.select(
        pl.col("child").alias("child_id"), pl.col("contact_date").alias("recorded_on"), "accommodation", "activity",
        *_PLACE, "_key",
    )  # fmt: skip
    return _made(LEAVER, told, records)


def _uasc(told: Standing, seen: set[str], care: Care | None) -> Made:
    """Children who are or were unaccompanied and seeking asylum, from their first known day in care: the API does not date the
    start. Where that day lies after the end, the start stays unknown.
    """
    nothing = Made((), pl.DataFrame(schema=ROW_COLUMNS), pl.DataFrame(schema=FINDING_COLUMNS))
    if not seen & {"uasc_flag", "uasc_end_date"}:
        return nothing
    listed = told.frame.filter(
        (pl.col("uasc_flag") == "true").fill_null(value=False) | pl.col("uasc_end_date").is_not_null()
    )
    periods = care.periods if care else pl.DataFrame(schema={"child": pl.String, "started": pl.Date})
    first = periods.group_by("child").agg(pl.col("started").min().alias("_first"))
    met = listed.join(first, on="child", how="left", maintain_order="left")
    end = _days(met["uasc_end_date"])
    start = pl.when(end.is_null() | (pl.col("_first") <= end).fill_null(value=False)).then("_first").cast(pl.String)
    frame = met.select(
        pl.col("child").alias("child_id"), pl.lit("uasc").alias("status"), start.alias("started_on"),
        pl.col("uasc_end_date").alias("ended_on"), *_PLACE,
    )  # fmt: skip
    return Made((table_of("immigration_statuses", frame.with_row_index("_record")),), nothing.rows, nothing.findings)


def _adoptions(told: Standing, care: Care | None) -> Made:
    """The path to adoption, within the period of care on the day of the decision or, where there is none then, of placing."""
    frame = told.frame
    for at, attribute in enumerate(("initial_decision_date", "placed_date")):
        met = _in_period(frame.with_columns(_days(frame[attribute]).alias("_day")), care)
        frame = met.rename({"care_period_id": f"_period_{at}"})
    records = frame.sort("child", "id").select(
        pl.col("child").alias("child_id"), pl.coalesce("_period_0", "_period_1").alias("care_period_id"),
        pl.col("initial_decision_date").alias("decided_on"), pl.col("matched_date").alias("matched_on"),
        pl.col("placed_date").alias("placed_on"), *_PLACE, "_key",
    )  # fmt: skip
    return _made(ADOPTION, told, records)


def _in_period(frame: pl.DataFrame, care: Care | None) -> pl.DataFrame:
    """The frame with the period of care on whose days `_day` lies (its last day too), null where there is none."""
    if care is None:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias("care_period_id")).drop("_day")
    spells = care.periods.select("child", "care_period_id", "started", "ended").sort("started", "child")
    met = frame.sort("_day", "child", nulls_last=True).join_asof(
        spells, left_on="_day", right_on="started", by="child", check_sortedness=False
    )
    within = pl.col("ended").is_null() | (pl.col("_day") <= pl.col("ended"))
    return met.with_columns(pl.when(within).then("care_period_id").alias("care_period_id")).drop(
        "_day", "started", "ended"
    )


def _shared_ids(told: Standing, kind: Kind) -> pl.DataFrame:
    says = f"Several children's records have this {kind.id_attribute}; each is a record of its own, with the child's id added."
    return findings_of(
        told.frame.filter("_shared"), kind.table, Problem("csc_api_shared_id", "warning", "", says, pl.lit(True)), pl.col("id")
    )  # fmt: skip


_MAKERS: tuple[tuple[Kind, Callable[[Standing, set[str]], Made]], ...] = (
    (CHILD, _children),
    (SDQ, _scores),
    (WORKER, _allocations),
    (LEAVER, _leavers),
)
_OF_TABLES = (CHILD, *(kind for kind, _, _ in _PLAIN), SDQ, WORKER, LEAVER, PLACEMENT, ADOPTION)
