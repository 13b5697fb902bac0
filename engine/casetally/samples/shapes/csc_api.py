"""Why: the DfE's API for children's social care data is how authorities will send the same records daily, child by child.

One line a child with a social care episode, as the API takes it; its elements, their lengths and codes are those of the
published OpenAPI document. What happened to a child lies within the social care episode that it belongs to: the one it names,
else the latest referred up to its day, else the first. The periods of care of a child without any referral stand in episodes of
their own, which have a number and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from casetally.samples.shapes.episodes import care_episodes
from casetally.samples.shapes.records import Records

Json = dict[str, Any]
_BY_CHILD = "child_id"


def payload_lines(records: Records) -> bytes:
    """The children as JSON, one a line (UTF-8), by their ids."""
    children = records.table("children").unique(_BY_CHILD, keep="first", maintain_order=True).sort(_BY_CHILD)
    held = _Held(records)
    made = (_child(row, held) for row in _rows(_texts(children)))
    lines = (json.dumps(child, ensure_ascii=False) for child in made if "social_care_episodes" in child)
    return "".join(f"{line}\n" for line in lines).encode()


class _Held:
    """What the records hold of each child, by the child's id, and within that by the episode it belongs to."""

    def __init__(self, records: Records) -> None:
        self.referrals = _by(_texts(records.table("referrals").sort("received_on", "referral_id")), _BY_CHILD)
        self.disabilities = _by(_texts(records.table("disabilities").sort("disability")), _BY_CHILD)
        self.asylum = _by(_texts(records.table("immigration_statuses").filter(pl.col("status") == "uasc")), _BY_CHILD)
        self.scores = _by(_texts(records.table("sdq_scores").sort("completed_on")), _BY_CHILD)
        self.factors = _by(_texts(records.table("assessment_factors").sort("factor")), "assessment_id")
        self.modules = {name: _by(_texts(frame), "episode") for name, frame in _modules(records).items()}
        self.without = _by(_texts(_without_referral(records)), _BY_CHILD)


def _modules(records: Records) -> dict[str, pl.DataFrame]:
    conferences = records.table("cp_conferences").filter(
        pl.col("held_on").is_not_null() & pl.col("enquiry_id").is_not_null()
    )
    conferences = conferences.sort("held_on").unique("enquiry_id", keep="first", maintain_order=True)
    enquiries = records.table("s47_enquiries").join(
        conferences.select("enquiry_id", pl.col("held_on").alias("conference_on")),
        on="enquiry_id",
        how="left",
        maintain_order="left",
    )
    workers = records.table("allocations").filter(pl.col("role") == "social_worker")
    leavers = (
        records.table("care_leaver_contacts").sort("recorded_on").unique(_BY_CHILD, keep="last", maintain_order=True)
    )
    tables = {
        "assessments": (records.table("assessments"), "started_on"),
        "cin_plans": (records.table("cin_plans"), "started_on"),
        "enquiries": (enquiries, "started_on"),
        "cp_plans": (records.table("cp_plans").filter(pl.col("other_authority").ne_missing(other=True)), "started_on"),
        "care": (care_episodes(records), "started_on"),
        "workers": (workers, "started_on"),
        "leavers": (leavers, "recorded_on"),
    }
    made = {name: _placed(records, frame, day) for name, (frame, day) in tables.items()}
    periods = made["care"].filter(pl.col("number") == 1).select("care_period_id", "episode")
    paths = records.table("permanence").filter(pl.col("reversed_on").is_null() & pl.col("decided_on").is_not_null())
    made["adoption"] = paths.join(periods, on="care_period_id", how="inner").sort("decided_on")
    return made


def _placed(records: Records, rows: pl.DataFrame, day: str) -> pl.DataFrame:
    """The rows with `episode`, the id of the social care episode that they belong to, by day."""
    rows = rows.filter(pl.col(day).is_not_null()).sort(day, maintain_order=True)
    referrals = records.table("referrals").filter(pl.col("received_on").is_not_null()).sort("received_on")
    known = referrals.select(_BY_CHILD, pl.col("referral_id").alias("_by_day"), pl.col("received_on").alias("_from"))
    rows = rows.join_asof(known, left_on=day, right_on="_from", by=_BY_CHILD, check_sortedness=False)
    first = known.unique(_BY_CHILD, keep="first", maintain_order=True).select(
        _BY_CHILD, pl.col("_by_day").alias("_first")
    )
    rows = rows.join(first, on=_BY_CHILD, how="left", maintain_order="left")
    own = pl.lit(None, dtype=pl.String)
    if "referral_id" in rows.columns:
        names = referrals.select("referral_id", _BY_CHILD, pl.col("referral_id").alias("_own")).unique("referral_id")
        rows, own = rows.join(names, on=["referral_id", _BY_CHILD], how="left", maintain_order="left"), pl.col("_own")
    if "care_period_id" not in rows.columns:
        periods = _without_referral(records).unique(_BY_CHILD, keep="first", maintain_order=True)
        rows = rows.join(
            periods.rename({"referral_id": "care_period_id"}), on=_BY_CHILD, how="left", maintain_order="left"
        )
    placed = rows.with_columns(pl.coalesce(own, "_by_day", "_first", "care_period_id").alias("episode"))
    return placed.sort("episode", day, maintain_order=True)


def _without_referral(records: Records) -> pl.DataFrame:
    periods = records.table("care_periods").join(records.table("referrals"), on=_BY_CHILD, how="anti")
    return periods.select(_BY_CHILD, pl.col("care_period_id").alias("referral_id")).sort("referral_id")


def _child(row: Mapping[str, Any], held: _Held) -> Json:
    child = row["child_id"]
    asylum = held.asylum.get(child, [])
    details = {
        "unique_pupil_number": row["upn"],
        "date_of_birth": row["date_of_birth"],
        "expected_date_of_birth": row["expected_date_of_birth"],
        "sex": row["sex"] if row["sex"] in ("M", "F") else "U",
        "ethnicity": row["ethnicity"],
        "disabilities": list(dict.fromkeys(one["disability"] for one in held.disabilities.get(child, []))),
        "uasc_flag": bool(asylum),
        "uasc_end_date": asylum[-1]["ended_on"] if asylum else None,
    }
    scores = [
        {"date": one["completed_on"], "score": one["score"]}
        for one in held.scores.get(child, [])
        if one["score"] is not None
    ]
    episodes = [_episode(one, held) for one in held.referrals.get(child, [])]
    episodes += [_episode(one, held) for one in held.without.get(child, [])]
    return _known(
        {
            "la_child_id": child,
            "child_details": _known(details),
            "health_and_wellbeing": {"sdq_assessments": scores} if scores else None,
            "social_care_episodes": episodes,
        }
    )


def _episode(row: Mapping[str, Any], held: _Held) -> Json:
    at = row["referral_id"]

    def of(module: str) -> Sequence[Mapping[str, Any]]:
        return held.modules[module].get(at, [])

    return _known(
        {
            "social_care_episode_id": at,
            "referral_date": row.get("received_on"),
            "referral_source": row.get("source"),
            "referral_no_further_action_flag": row.get("no_further_action"),
            "closure_date": row.get("closed_on"),
            "closure_reason": row.get("close_reason"),
            "care_worker_details": _spells(of("workers"), {"worker_id": "worker_id"}),
            "child_and_family_assessments": [_assessment(one, held) for one in of("assessments")],
            "child_in_need_plans": _spells(of("cin_plans"), {"child_in_need_plan_id": "plan_id"}),
            "section_47_assessments": [_enquiry(one) for one in of("enquiries")],
            "child_protection_plans": _spells(of("cp_plans"), {"child_protection_plan_id": "plan_id"}),
            "child_looked_after_placements": [_in_care(one) for one in of("care")],
            "adoption": _adoption(of("adoption")),
            "care_leavers": _leaver(of("leavers")),
        }
    )  # fmt: skip


def _spells(rows: Sequence[Mapping[str, Any]], more: Mapping[str, str]) -> list[Json]:
    columns = {**more, "start_date": "started_on", "end_date": "ended_on"}
    return [_known({name: row[column] for name, column in columns.items()}) for row in rows]


def _adoption(rows: Sequence[Mapping[str, Any]]) -> Json | None:
    columns = {"initial_decision_date": "decided_on", "matched_date": "matched_on", "placed_date": "placed_on"}
    return _known({name: rows[-1][column] for name, column in columns.items()}) if rows else None


def _leaver(rows: Sequence[Mapping[str, Any]]) -> Json | None:
    """The latest that was recorded. The API's accommodation has the kind's letter alone."""
    if not rows:
        return None
    row = rows[-1]
    accommodation = row["accommodation"][:1] if row["accommodation"] else None
    return _known({"contact_date": row["recorded_on"], "activity": row["activity"], "accommodation": accommodation})


def _assessment(row: Mapping[str, Any], held: _Held) -> Json:
    factors = list(dict.fromkeys(one["factor"] for one in held.factors.get(row["assessment_id"], [])))
    return _known(
        {
            "child_and_family_assessment_id": row["assessment_id"],
            "start_date": row["started_on"],
            "authorisation_date": row["completed_on"],
            "factors": factors,
        }
    )


def _enquiry(row: Mapping[str, Any]) -> Json:
    required = row["conference_on"] is not None or row["outcome"] == "icpc"
    return _known(
        {
            "section_47_assessment_id": row["enquiry_id"],
            "start_date": row["started_on"],
            "icpc_required_flag": required if required or row["completed_on"] is not None else None,
            "icpc_date": row["conference_on"],
            "end_date": row["completed_on"],
        }
    )


def _in_care(row: Mapping[str, Any]) -> Json:
    return _known(
        {
            "child_looked_after_placement_id": f"{row['care_period_id']}-{row['number']}",
            "start_date": row["started_on"],
            "start_reason": row["start_reason"],
            "placement_type": row["type"],
            "end_date": row["ended_on"],
            "end_reason": row["reason"],
            "change_reason": row["change_reason"],
        }
    )


def _known(values: Json) -> Json:
    """What is known: without what is blank."""
    return {name: value for name, value in values.items() if value is not None and value != []}


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates as text, for JSON has none."""
    return frame.with_columns(
        pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind in (pl.Date, pl.Datetime)
    )


def _by(frame: pl.DataFrame, column: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in _rows(frame):
        found.setdefault(row[column], []).append(row)
    return found


def _rows(frame: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    return frame.iter_rows(named=True)
