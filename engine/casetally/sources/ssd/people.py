"""Why: a child is one row of the dataset, but the family and former identities stand in tables of their own."""

from __future__ import annotations

import polars as pl

from casetally.sources.building import FindingsBuilder, Made, Problem, lines, table_of
from casetally.sources.delivery import no_findings
from casetally.sources.ssd.events import carried_by
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.making import Lookups, made_of, modelled, nobody, numbered_records

_UNKNOWN_CHILD = "The row is about a child whom ssd_person does not list, so nothing can be taken from it."


def read_people(extract: Extract, lookups: Lookups) -> list[Made]:
    """The children with their families, and the links to former identities."""
    person = extract.frame("ssd_person")
    if person is None:
        nobody_known = pl.DataFrame(schema={"child_id": pl.String, "_record": pl.UInt32})
        return [*_families(extract, nobody_known), *_links(extract, nobody_known)]
    children = modelled(person, "children", lookups)
    family = _family_of(extract)
    if family is not None:
        children = children.join(family, on="child_id", how="left", maintain_order="left")
    table, made = made_of(children, "children")
    return [made, *_families(extract, table.frame), *_links(extract, table.frame)]


def _family_of(extract: Extract) -> pl.DataFrame | None:
    """The family of each child; of several, the first in their order."""
    frame = extract.frame("ssd_family")
    if frame is None:
        return None
    pairs = frame.select(
        nobody(frame["fami_person_id"]).alias("child_id"), nobody(frame["fami_family_id"]).alias("family_id")
    )
    return pairs.drop_nulls().sort("child_id", "family_id").unique("child_id", keep="first", maintain_order=True)


def _families(extract: Extract, children: pl.DataFrame) -> list[Made]:
    frame = extract.frame("ssd_family")
    if frame is None:
        return []
    rows = frame.select(nobody(frame["fami_person_id"]).alias("child_id"), "_file", "_row")
    problem = Problem("ssd_child_not_listed", "warning", "fami_person_id", _UNKNOWN_CHILD, pl.lit(True))
    made = carried_by(rows, "child_id", children, ("children", problem))
    several = frame.select("fami_person_id", "fami_family_id").drop_nulls().unique()["fami_person_id"].is_duplicated()
    if not several.any():
        return [made]
    notes = FindingsBuilder()
    says = "Some children are in several families; the first of each child, by its number, is taken."
    notes.add(
        str(frame["_file"].first()), 0, table="children", rule="ssd_several_families", severity="note", message=says
    )
    return [made, Made((), made.rows.clear(), notes.frame())]


def _links(extract: Extract, children: pl.DataFrame) -> list[Made]:
    """A link wherever an identifier of one child is the number of another child here. Other identifiers (pupil number,
    NHS number) say nothing of the links: their rows go with their child.
    """
    frame = extract.frame("ssd_linked_identifiers")
    if frame is None:
        return []
    blank = pl.lit(None, dtype=pl.String)
    rows = frame.select(
        nobody(frame["link_person_id"]).alias("child_id"),
        nobody(frame["link_identifier_value"]).alias("linked_child_id"),
        ("link_identifier_type" if "link_identifier_type" in frame.columns else blank.alias("reason")),
        ("link_valid_from_date" if "link_valid_from_date" in frame.columns else blank.alias("linked_on")),
        "_file",
        "_row",
    ).rename({"link_identifier_type": "reason", "link_valid_from_date": "linked_on"}, strict=False)
    rows = rows.with_columns(pl.col("reason").fill_null("").alias("reason"))
    ids = children["child_id"].drop_nulls().unique()
    former = pl.col("linked_child_id").is_in(ids.implode()) & pl.col("child_id").is_in(ids.implode())
    former = (former & (pl.col("child_id") != pl.col("linked_child_id"))).fill_null(value=False)
    former = former & ~pl.col("reason").str.to_lowercase().str.contains("pupil|nhs|insurance|court|yot|incident")
    linked = numbered_records(rows.filter(former), "child_links")
    problem = Problem("ssd_child_not_listed", "warning", "link_person_id", _UNKNOWN_CHILD, pl.lit(True))
    others = carried_by(rows.filter(~former).drop("linked_child_id"), "child_id", children, ("children", problem))
    made = Made((table_of("child_links", linked),), lines(linked, "carried", "child_links"), no_findings())
    return [made, others]
