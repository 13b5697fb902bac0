"""Why: the Standard Safeguarding Dataset is what a case management system's own extract fills, table by table.

Most tables follow from the data model, whose columns name theirs; the rest are put together here. The quirks are those of the
extracts: midnight behind every date, Y and N, outcomes as JSON of flags, 999.9 for a distance that is not known, team numbers with
their names in a table of departments, and of care leavers only the latest that is known.
"""

from __future__ import annotations

import polars as pl

from casetally.samples.shapes.episodes import care_episodes
from casetally.samples.shapes.records import Records
from casetally.samples.shapes.ssd_words import IN_WORDS, TEAM_NUMBERS, as_json, in_words
from casetally.schemas import Column, load_schemas

_BY_HAND = (
    *("care_periods", "assessment_factors", "care_leavers", "care_leaver_contacts", "pathway_plans", "ehc_assessments"),
    "child_links",  # the dataset's linked identifiers are numbers of other systems
)
_ROW_NUMBERS = {
    "disabilities": "disa_table_id",
    "immigration_statuses": "immi_immigration_status_id",
    "legal_statuses": "lega_legal_status_id",
    "care_plans": "lacp_table_id",
    "permanence": "perm_table_id",
    "sdq_scores": "csdq_table_id",
}
_UNKNOWN_MILES = 999.9


def ssd_tables(records: Records) -> dict[str, pl.DataFrame]:
    """The dataset's tables by name; dates as moments, which CSV writes with their midnight."""
    made = {}
    for name, table in load_schemas().tables.items():
        if (table.ssd_table or "").startswith("ssd_") and name not in _BY_HAND and records.has(name):
            made[table.ssd_table or name] = _plain_table(records, name)
    if records.has("children", "family_id"):
        made["ssd_family"] = _families(records)
    if records.has("care_periods"):
        made["ssd_cla_episodes"] = _episodes(records)
    if records.has("assessment_factors"):
        made["ssd_assessment_factors"] = _factors(records)
    if records.has("care_leavers"):
        made["ssd_care_leavers"] = _care_leavers(records)
    if records.has("ehc_assessments"):
        made |= _education_health_and_care(records)
    made["ssd_department"] = _departments(records)
    return {name: _as_written(made[name]) for name in sorted(made)}


def _plain_table(records: Records, name: str) -> pl.DataFrame:
    table, frame = load_schemas().tables[name], records.table(name)
    columns = [
        _column(name, column, one)
        for column, one in table.columns.items()
        if one.ssd and "." not in one.ssd and records.has(name, column)
    ]
    frame = frame.select(columns)
    return frame.with_row_index(_ROW_NUMBERS[name], offset=1) if name in _ROW_NUMBERS else frame


def _column(table: str, name: str, column: Column) -> pl.Expr:
    value = pl.col(name)
    if (column.ssd or "").endswith("_json"):
        value = as_json(column.ssd or "", value)
    elif column.codes in IN_WORDS:
        value = in_words(column.codes, value)
    elif (table, name) in TEAM_NUMBERS:
        value = _team_number(name)
    elif column.unknown:
        value = value.fill_null(_UNKNOWN_MILES)
    return value.alias(column.ssd or name)


def _team_number(column: str) -> pl.Expr:
    """A team's number is its name in small letters with a mark before it: the name itself is in the departments."""
    return pl.concat_str(pl.lit("T-"), pl.col(column).str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "-"))


def _departments(records: Records) -> pl.DataFrame:
    names = [
        records.table(table).select(pl.col(column).alias("team"))
        for table, column in TEAM_NUMBERS
        if records.has(table, column)
    ]
    teams = pl.concat([pl.DataFrame(schema={"team": pl.String}), *names]).drop_nulls().unique().sort("team")
    return teams.select(_team_number("team").alias("dept_team_id"), pl.col("team").alias("dept_team_name"))


def _families(records: Records) -> pl.DataFrame:
    known = records.table("children").filter(pl.col("family_id").is_not_null())
    family = known.select(pl.col("family_id").alias("fami_family_id"), pl.col("child_id").alias("fami_person_id"))
    return family.with_row_index("fami_table_id", offset=1)


def _episodes(records: Records) -> pl.DataFrame:
    return care_episodes(records).select(
        pl.concat_str("care_period_id", pl.lit("-"), pl.col("number").cast(pl.String)).alias("clae_cla_episode_id"),
        pl.col("child_id").alias("clae_person_id"),
        pl.col("started_on").alias("clae_cla_episode_start_date"),
        pl.col("start_reason").alias("clae_cla_episode_start_reason"),
        pl.col("primary_need").alias("clae_cla_primary_need_code"),
        pl.col("ended_on").alias("clae_cla_episode_ceased_date"),
        pl.col("reason").alias("clae_cla_episode_ceased_reason"),
        pl.col("care_period_id").alias("clae_cla_id"),
        pl.col("placement_id").alias("clae_cla_placement_id"),
        pl.col("period_from").alias("clae_entered_care_date"),
    )


def _factors(records: Records) -> pl.DataFrame:
    """One row an assessment, its factors as a list of codes."""
    quoted = pl.concat_str(pl.lit('"'), "factor", pl.lit('"')).sort()
    listed = (
        records.table("assessment_factors")
        .drop_nulls()
        .group_by("assessment_id")
        .agg(quoted.alias("codes"))
        .sort("assessment_id")
    )
    return listed.select(
        pl.int_range(1, pl.len() + 1).alias("cinf_table_id"),
        pl.col("assessment_id").alias("cinf_assessment_id"),
        pl.concat_str(pl.lit("["), pl.col("codes").list.join(", "), pl.lit("]")).alias("cinf_assessment_factors_json"),
    )


def _care_leavers(records: Records) -> pl.DataFrame:
    """One row a young person whose support is open, for the dataset has no end of it: the latest that was recorded, and the
    latest review of a pathway plan.
    """
    spells = records.table("care_leavers").filter(pl.col("ended_on").is_null() | (pl.col("ended_on") > records.as_at))
    spells = spells.sort("child_id", "started_on").unique("child_id", keep="last", maintain_order=True)
    latest = records.table("care_leaver_contacts").sort("child_id", "recorded_on")
    latest = latest.unique("child_id", keep="last", maintain_order=True)
    reviewed = records.table("pathway_plans").group_by("child_id").agg(pl.col("reviewed_on").max())
    met = spells.join(latest, on="child_id", how="left", maintain_order="left").join(
        reviewed, on="child_id", how="left", maintain_order="left"
    )
    return met.select(
        pl.int_range(1, pl.len() + 1).alias("clea_table_id"),
        pl.col("child_id").alias("clea_person_id"),
        in_words("care_leaver_eligibility", pl.col("eligibility")).alias("clea_care_leaver_eligibility"),
        pl.col("in_touch").alias("clea_care_leaver_in_touch"),
        pl.col("recorded_on").alias("clea_care_leaver_latest_contact"),
        pl.col("accommodation").alias("clea_care_leaver_accommodation"),
        pl.col("suitable").alias("clea_care_leaver_accom_suitable"),
        pl.col("activity").alias("clea_care_leaver_activity"),
        pl.col("reviewed_on").alias("clea_pathway_plan_review_date"),
        pl.col("personal_adviser").alias("clea_care_leaver_personal_advisor"),
        _team_number("team").alias("clea_care_leaver_allocated_team"),
    )


def _education_health_and_care(records: Records) -> dict[str, pl.DataFrame]:
    """An assessment names its request, the request its line of the SEND table, and that the child."""
    asked = records.table("ehc_assessments").with_columns(
        pl.concat_str(pl.lit("S"), "child_id").alias("_send"),
        pl.concat_str(pl.lit("R"), "assessment_id").alias("_request"),
    )
    numbers = records.table("children").select("child_id", "upn")
    send = asked.select("child_id", "_send").unique(maintain_order=True).join(numbers, on="child_id", how="left")
    return {
        "ssd_send": send.sort("_send").select(send_table_id="_send", send_upn="upn", send_person_id="child_id"),
        "ssd_ehcp_requests": asked.select(
            ehcr_ehcp_request_id="_request", ehcr_send_table_id="_send", ehcr_ehcp_req_date="requested_on"
        ),
        "ssd_ehcp_assessment": asked.select(
            pl.col("assessment_id").alias("ehca_ehcp_assessment_id"),
            pl.col("_request").alias("ehca_ehcp_request_id"),
            pl.col("issued_on").alias("ehca_ehcp_assessment_outcome_date"),
            in_words("ehc_outcome", pl.col("outcome")).alias("ehca_ehcp_assessment_outcome"),
            pl.col("exception").alias("ehca_ehcp_assessment_exceptions"),
        ),
    }


def _as_written(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates as moments, flags as Y and N, row numbers as text."""
    changes = []
    for name, kind in frame.schema.items():
        value = pl.col(name)
        if kind == pl.Date:
            changes.append(value.cast(pl.Datetime("ms")))
        elif kind == pl.Boolean:
            changes.append(pl.when(value).then(pl.lit("Y")).when(~value).then(pl.lit("N")).alias(name))
        elif kind.is_integer() and name.endswith("_id"):
            changes.append(value.cast(pl.String))
    return frame.with_columns(changes)
