"""Why: the dataset has one table of care leavers, and it tells three things: who has support, how they were at the latest
contact, and the pathway plan.

It holds the latest contact alone and no day on which support began. Support is taken to begin when care ended at or after the
sixteenth birthday, where the episodes show that, else on the earliest day that the table knows of; it ends with the latest contact
where that says that the young person died.
"""

from __future__ import annotations

import polars as pl

from casetally.schemas import load_schemas
from casetally.sources.building import Made, Problem, day_in_id, findings_of, lines, table_of
from casetally.sources.delivery import SourceTable, no_findings
from casetally.sources.ssd.codes import accommodation, activity, listed, suitability
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.making import Lookups, nobody, numbered_records, value

_SIXTEEN = "16y"
_CONTACT = ("in_touch", "accommodation", "suitable", "activity")
_FROM = {
    "eligibility": "clea_care_leaver_eligibility",
    "personal_adviser": "clea_care_leaver_personal_advisor",
    "team": "clea_care_leaver_allocated_team",
    "in_touch": "clea_care_leaver_in_touch",
    "accommodation": "clea_care_leaver_accommodation",
    "suitable": "clea_care_leaver_accom_suitable",
    "activity": "clea_care_leaver_activity",
    "recorded_on": "clea_care_leaver_latest_contact",
    "reviewed_on": "clea_pathway_plan_review_date",
}


def read_leavers(
    extract: Extract, lookups: Lookups, periods: pl.DataFrame, children: pl.DataFrame | None
) -> list[Made]:
    """`care_leavers`, one a child, those supported now; `care_leaver_contacts` and `pathway_plans`, the latest only.
    `periods` as of `Care`;
    `children`: the records of the children, or None.

    A row is carried by its contact, else by the child's support; one that tells again of a day is superseded.
    """
    frame = extract.frame("ssd_care_leavers")
    if frame is None:
        return []
    every = _readable(frame, lookups)
    nobodys, rows = every.filter(pl.col("child_id").is_null()), every.filter(pl.col("child_id").is_not_null())
    contacts = numbered_records(_once(rows.filter(pl.col("recorded_on").is_not_null())), "care_leaver_contacts")
    latest = rows.sort("recorded_on", *_rest(rows), nulls_last=False).unique(
        "child_id", keep="last", maintain_order=True
    )
    spells = numbered_records(_spells(latest, rows, periods, children), "care_leavers")
    uasc = _asylum(extract)
    if uasc is not None:
        came = pl.when(pl.col("child_id").is_in(sorted(uasc))).then(pl.lit("true"))
        spells = spells.with_columns(came.alias("formerly_uasc"))
    told = pl.concat([_lines(rows, contacts, spells), lines(nobodys, "set_aside")])
    made = [
        Made(
            (_table("care_leavers", spells, latest_only=True),),
            told,
            findings_of(nobodys, "care_leavers", _NO_CHILD, pl.lit("")),
        )
    ]
    none = made[0].rows.clear()
    if "clea_care_leaver_latest_contact" in frame.columns:
        made.append(Made((_table("care_leaver_contacts", contacts, latest_only=True),), none, no_findings()))
    if "clea_pathway_plan_review_date" in frame.columns:
        plans = numbered_records(_plans(rows), "pathway_plans")
        made.append(Made((_table("pathway_plans", plans, latest_only=True),), none, no_findings()))
    return made


_NO_CHILD = Problem("ssd_no_child", "error", "clea_person_id", "The row names no child.", pl.lit(True))


def _table(name: str, frame: pl.DataFrame, *, latest_only: bool = False) -> SourceTable:
    known = [column for column in load_schemas().tables[name].columns if column in frame.columns]
    return table_of(name, frame.select(*known, "_record", "_file", "_row"), latest_only=latest_only)


def _readable(frame: pl.DataFrame, lookups: Lookups) -> pl.DataFrame:
    """The rows in the data model's words; `recorded_on` and `reviewed_on` are there, if blank, whatever the frame lacks."""
    have = {name: frame[column] for name, column in _FROM.items() if column in frame.columns}
    blank = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    suitable = suitability(have["suitable"]) if "suitable" in have else blank
    read = {"child_id": nobody(frame["clea_person_id"])}
    support = load_schemas().tables["care_leavers"].columns
    for name in ("eligibility", "personal_adviser", "team"):
        if name in have:
            read[name] = value(have[name], support[name], name, lookups)
    if "in_touch" in have:
        read["in_touch"] = listed(have["in_touch"], "care_leaver_in_touch")
    if "accommodation" in have:
        read["accommodation"] = accommodation(have["accommodation"], suitable)
        told = read["accommodation"].str.to_uppercase().str.extract("^[A-Z]([12])$")
        told = told.replace_strict({"1": "true", "2": "false"}, default=None, return_dtype=pl.String)
        read["suitable"] = suitable.zip_with(suitable.is_not_null(), told)
    elif "suitable" in have:
        read["suitable"] = suitable
    if "activity" in have:
        read["activity"] = activity(have["activity"])
    days = {name: have.get(name, blank) for name in ("recorded_on", "reviewed_on")}
    return pl.DataFrame({**read, **days, "_file": frame["_file"], "_row": frame["_row"]})


def _rest(rows: pl.DataFrame) -> list[str]:
    return [name for name in rows.columns if name not in ("recorded_on", "_file", "_row")] + ["_file", "_row"]


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each child and day, the last in the order of its contents, those with more to tell after the others."""
    by = ["child_id", "recorded_on"]
    return rows.sort(*by, *_rest(rows), nulls_last=False).unique(by, keep="last", maintain_order=True)


def _spells(
    latest: pl.DataFrame, rows: pl.DataFrame, periods: pl.DataFrame, children: pl.DataFrame | None
) -> pl.DataFrame:
    known = pl.min_horizontal("recorded_on", "reviewed_on")
    first = rows.group_by("child_id").agg(known.min().alias("_first"))
    spells = latest.join(first, on="child_id", how="left", nulls_equal=True, maintain_order="left")
    spells = spells.join(_left_care(periods, children), on="child_id", how="left", maintain_order="left")
    died = pl.col("in_touch") == "DIED" if "in_touch" in latest.columns else pl.lit(value=False)
    return spells.with_columns(
        pl.coalesce("_left", "_first").alias("started_on"),
        pl.when(died.fill_null(value=False)).then("recorded_on").alias("ended_on"),
    )


def _asylum(extract: Extract) -> frozenset[str] | None:
    """The children who came as unaccompanied asylum-seeking children, or None where nothing tells."""
    frame = extract.frame("ssd_immigration_status")
    if frame is None or not {"immi_person_id", "immi_immigration_status"} <= set(frame.columns):
        return None
    status = listed(frame["immi_immigration_status"], "immigration_status")
    return frozenset(frame.filter(status == "uasc")["immi_person_id"].drop_nulls().to_list())


def _left_care(periods: pl.DataFrame, children: pl.DataFrame | None) -> pl.DataFrame:
    """The first day on which each child left care at or after the sixteenth birthday."""
    if children is None or "date_of_birth" not in children.columns:
        return pl.DataFrame(schema={"child_id": pl.String, "_left": pl.String})
    births = (
        children.select("child_id", "date_of_birth").drop_nulls().unique("child_id", keep="first", maintain_order=True)
    )
    met = periods.join(births, on="child_id").with_columns(
        pl.col("ended_on", "date_of_birth").str.to_date("%Y-%m-%d", strict=False)
    )
    old_enough = pl.col("ended_on") >= pl.col("date_of_birth").dt.offset_by(_SIXTEEN)
    return met.filter(old_enough).group_by("child_id").agg(pl.col("ended_on").min().cast(pl.String).alias("_left"))


def _plans(rows: pl.DataFrame) -> pl.DataFrame:
    """The latest pathway plan of each child; the dataset gives it no number, so child and day make one."""
    dated = rows.filter(pl.col("reviewed_on").is_not_null() & pl.col("child_id").is_not_null())
    latest = dated.sort("reviewed_on", "_file", "_row").unique("child_id", keep="last", maintain_order=True)
    return latest.with_columns(
        pl.concat_str(["child_id", day_in_id("reviewed_on")], separator="-").alias("pathway_plan_id"),
    )


def _lines(rows: pl.DataFrame, contacts: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    by_contact = lines(contacts, "carried", "care_leaver_contacts")
    rest = rows.join(contacts, on=["_file", "_row"], how="anti")
    own = rest.select("_file", "_row").join(spells.select("_file", "_row", "_record"), on=["_file", "_row"], how="left")
    there = pl.col("_record").is_not_null()
    by_spell = lines(own.filter(there), "carried", "care_leavers")
    return pl.concat([by_contact, by_spell, lines(own.filter(~there), "superseded")])
