"""Why: the SSDA903 return is what every authority sends about its looked after children, one year at a time.

Each file is a function of the records and the year; what the return asks and the records lack stays blank.
Columns: SSDA903 schemas 2017 to 2026; order of the elements in XML: the return's own schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from casetally.samples.shapes.episodes import care_episodes
from casetally.samples.shapes.records import Records
from casetally.samples.shapes.years import Year, years_up_to

DAY_FIRST = "%d/%m/%Y"
_ADOPTED = ("E11", "E12")
_WORKERS_SINCE, _LETTERS_SINCE, _WORK_CODES_SINCE = 2024, 2025, 2022
_NUMBERED_SEX = {"M": "1", "F": "2"}  # the return had no other sex to 2024
_WORK_BEFORE = {"F4": "F3", "F5": "F3", "P4": "P3", "P5": "P3"}

Return = Mapping[str, pl.DataFrame]


def returns(records: Records, years: int) -> dict[Year, Return]:
    """The files of each year's return by kind, in text: dates as dd/mm/yyyy, flags as 1 and 0. A year without a child has none."""
    made: dict[Year, Return] = {}
    care = care_episodes(records)
    for year in years_up_to(records.as_at, years):
        in_care = care.filter(year.runs("started_on", "ended_on"))
        files = {kind: make(records, in_care, year) for kind, make in _FILES.items()}
        files["header"] = _header(records, year, in_care, files["oc3"])
        if files["header"].is_empty():
            continue
        made[year] = {
            kind: _as_text(_with_birth(records, files[kind], year))
            for kind in sorted(files)
            if kind == "episodes" or not files[kind].is_empty() or kind in _ALWAYS
        }
    return made


_ALWAYS = ("header", "reviews", "oc2", "oc3", "missing", "uasc")


def _with_birth(records: Records, frame: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Puts DOB after CHILD (after SEX in the file of asylum seekers) where the file asks for it."""
    if "DOB" not in frame.columns or frame.schema["DOB"] != pl.Null:
        return frame.sort(pl.all(), nulls_last=True, maintain_order=True)
    children = records.table("children").unique("child_id", keep="first", maintain_order=True)
    born = children.select(
        pl.col("child_id").alias("CHILD"), pl.col("date_of_birth").alias("_born"), _sex(year).alias("_sex")
    )
    met = frame.join(born, on="CHILD", how="left", maintain_order="left").with_columns(pl.col("_born").alias("DOB"))
    if "SEX" in frame.columns:
        met = met.with_columns(pl.col("_sex").alias("SEX"))
    return met.select(frame.columns).sort(pl.all(), nulls_last=True, maintain_order=True)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    days = [pl.col(name).dt.to_string(DAY_FIRST) for name, kind in frame.schema.items() if kind == pl.Date]
    flags = [pl.col(name).cast(pl.Int8) for name, kind in frame.schema.items() if kind == pl.Boolean]
    return frame.with_columns(*days, *flags).with_columns(pl.all().cast(pl.String))


def _sex(year: Year) -> pl.Expr:
    sex = pl.coalesce("sex", "gender")
    return sex if year.end >= _LETTERS_SINCE else sex.replace_strict(_NUMBERED_SEX, default=sex)


def _header(records: Records, year: Year, care: pl.DataFrame, leavers: pl.DataFrame) -> pl.DataFrame:
    named = pl.concat([care.select(pl.col("child_id").alias("CHILD")), leavers.select("CHILD")]).unique()
    children = records.table("children").join(named, left_on="child_id", right_on="CHILD", how="semi")
    return children.select(
        pl.col("child_id").alias("CHILD"),
        _sex(year).alias("SEX"),
        pl.col("date_of_birth").alias("DOB"),
        pl.col("ethnicity").alias("ETHNIC"),
        pl.col("upn").alias("UPN"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("MOTHER", "MC_DOB")),
    )


def _episodes(_records: Records, care: pl.DataFrame, year: Year) -> pl.DataFrame:
    ended = pl.col("ended_on") <= year.last
    inside = pl.when("in_authority").then(pl.lit("IN")).when(~pl.col("in_authority")).then(pl.lit("OUT"))
    return care.select(
        pl.col("child_id").alias("CHILD"),
        pl.col("started_on").alias("DECOM"),
        pl.col("start_reason").alias("RNE"),
        pl.col("status").alias("LS"),
        pl.col("primary_need").alias("CIN"),
        pl.col("type").alias("PLACE"),
        pl.col("provider").alias("PLACE_PROVIDER"),
        pl.when(ended).then("ended_on").alias("DEC"),
        pl.when(ended).then("reason").alias("REC"),
        pl.when(ended).then("change_reason").alias("REASON_PLACE_CHANGE"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("HOME_POST", "PL_POST")),
        pl.col("urn").alias("URN"),
        inside.alias("PL_LOCATION"),
        pl.col("distance_miles").alias("PL_DISTANCE"),
    )


def _reviews(records: Records, care: pl.DataFrame, year: Year) -> pl.DataFrame:
    periods = care.select("care_period_id", pl.col("child_id").alias("CHILD")).unique()
    held = records.table("care_reviews").filter(year.holds("held_on") & pl.col("cancelled").ne_missing(other=True))
    return held.join(periods, on="care_period_id").select(
        "CHILD",
        pl.lit(None).alias("DOB"),
        pl.col("held_on").alias("REVIEW"),
        pl.col("participation").alias("REVIEW_CODE"),
    )


def _oc2(records: Records, _care: pl.DataFrame, year: Year) -> pl.DataFrame:
    outcomes = records.table("annual_health_outcomes").filter(year.holds("year_ending"))
    return outcomes.select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("DOB"),
        pl.col("sdq_score").alias("SDQ_SCORE"),
        pl.col("sdq_reason").alias("SDQ_REASON"),
        pl.col("convicted").alias("CONVICTED"),
        pl.col("health_check").alias("HEALTH_CHECK"),
        pl.col("immunisations").alias("IMMUNISATIONS"),
        pl.col("dental_check").alias("TEETH_CHECK"),
        pl.col("health_assessment").alias("HEALTH_ASSESSMENT"),
        pl.col("substance_misuse").alias("SUBSTANCE_MISUSE"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")),
    )


def _oc3(records: Records, _care: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Young people who turn 17 to 21 in the year while support is open: what was last known within a month of the birthday."""
    leavers = records.table("care_leavers").join(records.table("children"), on="child_id")
    born = pl.col("date_of_birth")
    turns = pl.lit(year.end) - born.dt.year() - (born.dt.month() >= 4).cast(pl.Int32)
    birthday = born.dt.offset_by(pl.concat_str(turns.cast(pl.String), pl.lit("y")))
    due = leavers.with_columns(birthday.alias("_birthday")).filter(
        turns.is_between(17, 21) & year.runs("started_on", "ended_on") & (pl.col("_birthday") <= year.last)
    )
    due = due.unique("child_id", keep="last", maintain_order=True).select(
        "child_id", pl.col("_birthday").dt.offset_by("1mo").alias("_by")
    )
    contacts = (
        records.table("care_leaver_contacts").filter(pl.col("recorded_on") <= year.last).sort("recorded_on", "child_id")
    )
    told = due.sort("_by", "child_id").join_asof(
        contacts, left_on="_by", right_on="recorded_on", by="child_id", check_sortedness=False
    )
    work = pl.col("activity") if year.end >= _WORK_CODES_SINCE else pl.col("activity").replace(_WORK_BEFORE)
    return told.filter(pl.col("recorded_on").is_not_null()).select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("DOB"),
        pl.col("in_touch").alias("IN_TOUCH"),
        work.fill_null("0").alias("ACTIV"),
        pl.col("accommodation").fill_null("0").alias("ACCOM"),
    )


def _uasc(records: Records, care: pl.DataFrame, year: Year) -> pl.DataFrame:
    spells = records.table("immigration_statuses").filter(
        (pl.col("status") == "uasc") & year.runs("started_on", "ended_on")
    )
    return spells.join(care, on="child_id", how="semi").select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("SEX"),
        pl.lit(None).alias("DOB"),
        year.told("ended_on").alias("DUC"),
    )


def _missing(records: Records, _care: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Episodes of children who were looked after when they went missing, to the day."""
    spells = records.table("missing_episodes").with_columns(pl.col("started_at", "ended_at").dt.date())
    spells = spells.filter(year.runs("started_at", "ended_at") & pl.col("other_authority").ne_missing(other=True))
    return while_in_care(records, spells, "started_at", "episode_id").select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("DOB"),
        pl.col("type").alias("MISSING"),
        pl.col("started_at").alias("MIS_START"),
        year.told("ended_at").alias("MIS_END"),
    )


def while_in_care(records: Records, rows: pl.DataFrame, day: str, key: str) -> pl.DataFrame:
    """The rows whose child was looked after on their day."""
    periods = records.table("care_periods").select(
        "child_id", pl.col("started_on").alias("_from"), pl.col("ended_on").alias("_to")
    )
    met = rows.join(periods, on="child_id").filter(
        (pl.col("_from") <= pl.col(day)) & (pl.col("_to").is_null() | (pl.col("_to") > pl.col(day)))
    )
    return rows.join(met.select(key).unique(), on=key, how="semi", maintain_order="left")


def _adopted(records: Records, care: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Adoptions of the year: the decision, the match."""
    periods = care.filter(pl.col("reason").is_in(_ADOPTED) & year.holds("ended_on")).select("care_period_id").unique()
    paths = (
        records.table("permanence")
        .filter(pl.col("reversed_on").is_null())
        .join(periods, on="care_period_id", how="semi")
    )
    return paths.select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("DOB"),
        pl.col("decided_on").alias("DATE_INT"),
        pl.col("matched_on").alias("DATE_MATCH"),
        *(
            pl.lit(None, dtype=pl.String).alias(name)
            for name in ("FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")
        ),
    )


def _should_be_placed(records: Records, care: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Decisions that a child should be placed for adoption, while they stood and the child was in care."""
    paths = records.table("permanence").filter(
        pl.col("decided_on").is_not_null() & year.runs("decided_on", "reversed_on")
    )
    return paths.join(care, on="care_period_id", how="semi").select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("DOB"),
        pl.col("decided_on").alias("DATE_PLACED"),
        year.told("reversed_on").alias("DATE_PLACED_CEASED"),
        pl.lit(None, dtype=pl.String).alias("REASON_PLACED_CEASED"),
    )


def _social_workers(records: Records, care: pl.DataFrame, year: Year) -> pl.DataFrame:
    """The social workers of looked after children, for as long as a child is looked after; asked for since 2024."""
    held = records.table("allocations").filter(
        (pl.col("role") == "social_worker") & year.runs("started_on", "ended_on")
    )
    held = held.join(care, on="child_id", how="semi") if year.end >= _WORKERS_SINCE else held.clear()
    return held.select(
        pl.col("child_id").alias("CHILD"),
        pl.lit(None).alias("DOB"),
        pl.col("worker_id").alias("SW_ID"),
        pl.col("started_on").alias("SW_DECOM"),
        year.told("ended_on").alias("SW_DEC"),
        pl.when(pl.col("ended_on") <= year.last).then("change_reason").alias("SW_REASON"),
    )


_FILES: dict[str, Callable[[Records, pl.DataFrame, Year], pl.DataFrame]] = {
    "episodes": _episodes,
    "reviews": _reviews,
    "oc2": _oc2,
    "oc3": _oc3,
    "uasc": _uasc,
    "missing": _missing,
    "ad1": _adopted,
    "placed_adoption": _should_be_placed,
    "social_worker": _social_workers,
}
