"""Why: most tables of the dataset are lists of events, a row an event; what differs is how a row's child or outcome is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, lines, table_of
from casetally.sources.delivery import no_findings
from casetally.sources.ssd.care import Care
from casetally.sources.ssd.distinct import by_distinct
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.making import Lookups, filled, known_of, made_of, modelled, nobody, numbered_records
from casetally.sources.ssd.mapping import ONE_TO_ONE
from casetally.sources.ssd.outcomes import factors, flag_said, told_by_flags, unreadable_outcome

Prepare = Callable[[pl.DataFrame, Extract, Care], pl.DataFrame]

# the outcome of each table, and the flag in it that stands in a column of its own where that is filled
_OUTCOMES = {
    "ssd_contacts": ("cont_contact_outcome_json", None, None),
    "ssd_cin_episodes": ("cine_referral_outcome_json", "NFA", "cine_referral_nfa"),
    "ssd_cin_assessments": ("cina_assessment_outcome_json", "NFA", "cina_assessment_outcome_nfa"),
    "ssd_s47_enquiry": ("s47e_s47_outcome_json", "NFA", "s47e_s47_nfa"),
    "ssd_initial_cp_conference": ("icpc_icpc_outcome_json", "CP", "icpc_icpc_outcome_cp_flag"),
}


def _visit_of_plan(frame: pl.DataFrame, extract: Extract, _care: Care) -> pl.DataFrame:
    plans = known_of(extract.frame("ssd_cin_plans"), "cinp_cin_plan_id", "cinp_person_id", _PLAN)
    return _child_of(frame, "cinv_person_id", "cinv_cin_plan_id", plans)


def _of_cp_plan(frame: pl.DataFrame, extract: Extract, _care: Care) -> pl.DataFrame:
    plans = known_of(extract.frame("ssd_cp_plans"), "cppl_cp_plan_id", "cppl_person_id", _PLAN)
    prefix = "cppv" if "cppv_cp_visit_id" in frame.columns else "cppr"
    return _child_of(frame, f"{prefix}_person_id", f"{prefix}_cp_plan_id", plans)


def _of_referral(frame: pl.DataFrame, extract: Extract, _care: Care) -> pl.DataFrame:
    referrals = known_of(extract.frame("ssd_cin_episodes"), "cine_referral_id", "cine_person_id", _PLAN)
    return _child_of(frame, "invo_person_id", "invo_referral_id", referrals)


def _of_care(frame: pl.DataFrame, _extract: Extract, care: Care) -> pl.DataFrame:
    children = care.periods.select(pl.col("care_period_id").alias("_by"), pl.col("child_id").alias("_child"))
    children = children.unique().filter(pl.col("_by").is_unique())
    if "clap_cla_placement_id" in frame.columns:
        frame = filled(frame, "clap_cla_id", "clap_cla_placement_id", care.period_of_placement)
        return _child_of(frame, "clap_person_id", "clap_cla_id", children)
    prefix = "clav" if "clav_cla_visit_id" in frame.columns else "clar"
    child = "clav_person_id" if prefix == "clav" else "clar_cla_person_id"
    frame = _child_of(frame, child, f"{prefix}_cla_id", children)
    if prefix == "clar" and child not in frame.columns:
        # no column of the table tells the child, and without episodes nothing else does: it is not known, for every review
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(child))
    return frame


_PLAN = ("_by", "_child")
_PREPARE: dict[str, Prepare] = {
    "ssd_cin_visits": _visit_of_plan,
    "ssd_cp_visits": _of_cp_plan,
    "ssd_cp_reviews": _of_cp_plan,
    "ssd_involvements": _of_referral,
    "ssd_cla_placement": _of_care,
    "ssd_cla_reviews": _of_care,
    "ssd_cla_visits": _of_care,
}


def _child_of(frame: pl.DataFrame, child: str, by: str, known: pl.DataFrame | None) -> pl.DataFrame:
    if known is None or known.is_empty():
        return frame
    return filled(frame, child, by, known.rename({"_by": by, "_child": child}))


def read_events(extract: Extract, lookups: Lookups, care: Care) -> list[Made]:
    """Every table whose rows are records one by one; the children and what is made of several tables apart."""
    made = []
    for ssd_table, name in ONE_TO_ONE.items():
        frame = extract.frame(ssd_table)
        if frame is not None and name != "children":
            made.append(_events(frame, ssd_table, name, (extract, lookups, care)))
    return made


def _events(frame: pl.DataFrame, ssd_table: str, name: str, about: tuple[Extract, Lookups, Care]) -> Made:
    extract, lookups, care = about
    if ssd_table in _PREPARE:
        frame = _PREPARE[ssd_table](frame, extract, care)
    problems: tuple[Problem, ...] = ()
    told, flag, own = _OUTCOMES.get(ssd_table, (None, None, None))
    if told and told in frame.columns:
        frame = frame.with_columns(unreadable_outcome(frame[told]).fill_null(value=False).alias("_unreadable"))
        problems = (_UNREADABLE,)
        if flag and own:
            said = flag_said(frame[told], flag)
            if own in frame.columns:
                standing = frame[own].cast(pl.String)
                said = standing.zip_with(standing.is_not_null(), said)
            if own in frame.columns or said.null_count() < frame.height:
                frame = frame.with_columns(said.alias(own))
    records = modelled(frame, name, lookups)
    if problems:
        records = records.with_columns(frame["_unreadable"])
    return made_of(records, name, problems)[1]


_UNREADABLE = Problem(
    "ssd_outcome_not_read",
    "warning",
    "outcome",
    "The outcome is written like a list of flags but has none that can be read; it counts as not recorded.",
    pl.col("_unreadable"),
)


def outcomes_untold(extract: Extract) -> frozenset[str]:
    """The tables of the data model whose outcomes are told by flags: none of the flags is early help."""
    found = set()
    for ssd_table in ("ssd_contacts", "ssd_cin_episodes", "ssd_cin_assessments"):
        frame, (told, _, _) = extract.frame(ssd_table), _OUTCOMES[ssd_table]
        if frame is not None and told in frame.columns and bool(told_by_flags(frame[told]).any()):
            found.add(ONE_TO_ONE[ssd_table])
    return frozenset(found)


def read_factors(extract: Extract, assessments: pl.DataFrame | None) -> list[Made]:
    """The factors found at assessments, one record a factor. `assessments`: their records, or None.

    A row is carried by its first factor; one that names none by its assessment, which it says nothing more of.
    """
    frame = extract.frame("ssd_assessment_factors")
    if frame is None:
        return []
    found = by_distinct(
        frame["cinf_assessment_factors_json"], lambda texts: texts.to_frame("text").select(factors("text")).to_series()
    )
    frame = frame.with_columns(found.alias("factor"))
    some = (pl.col("factor").list.len() > 0).fill_null(value=False)
    records = frame.filter(some).explode("factor")  # a list names each factor once
    records = records.select(nobody(records["cinf_assessment_id"]).alias("assessment_id"), "factor", "_file", "_row")
    once = numbered_records(records, "assessment_factors")
    first = once.unique(["_file", "_row"], keep="first", maintain_order=True)
    none = frame.filter(~some).select("_file", "_row", pl.col("cinf_assessment_id").alias("assessment_id"))
    made = Made((table_of("assessment_factors", once),), lines(first, "carried", "assessment_factors"), no_findings())
    return [made, carried_by(none, "assessment_id", assessments, ("assessments", _NO_FACTOR))]


_NO_FACTOR = Problem(
    "ssd_no_factor",
    "warning",
    "factor",
    "The row names no factor, and its assessment is not in the data, so nothing can be taken from it.",
    pl.lit(True),
)


def carried_by(rows: pl.DataFrame, by: str, records: pl.DataFrame | None, whose: tuple[str, Problem]) -> Made:
    """Rows that say something of a record of another table: carried with it, or set aside, with the problem, where it is not
    there. `records` has `by` and `_record`.
    """
    name, problem = whose
    known = None if records is None else records.select(by, "_record").drop_nulls().unique(by, keep="first")
    if known is None:
        met = rows.with_columns(pl.lit(None, dtype=pl.UInt32).alias("_record"))
    else:
        met = rows.join(known, on=by, how="left", maintain_order="left")
    there = pl.col("_record").is_not_null()
    lost = met.filter(~there)
    said = findings_of(lost, name, replace(problem, when=pl.lit(True)), pl.col(by))
    return Made((), pl.concat([lines(met.filter(there), "carried", name), lines(lost, "set_aside")]), said)
