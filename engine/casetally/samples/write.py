"""Why: a sample lies on disk as an authority's export does: one file a table, ids as text, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from casetally.errors import CallError
from casetally.schemas import Table

PREFIXES = {
    "child_id": "C", "linked_child_id": "C", "family_id": "F", "worker_id": "W", "personal_adviser": "W",
    "carer_id": "K",
    "contact_id": "CON", "referral_id": "REF", "assessment_id": "ASM", "episode_id": "EPI", "visit_id": "VIS",
    "plan_id": "PLN", "review_id": "REV", "discussion_id": "STR", "enquiry_id": "ENQ", "investigation_id": "INV",
    "conference_id": "CNF", "meeting_id": "MTG", "care_period_id": "CLA", "placement_id": "PLC", "care_plan_id": "CPL",
    "check_id": "CHK", "education_plan_id": "PEP", "pathway_plan_id": "PWP", "pre_proceedings_id": "PRE",
    "allocation_id": "ALL", "supervision_id": "SUP",
}  # fmt: skip
DIGITS = 6


def with_ids(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Record numbers written as ids (the first child is C000001), the rows in the order of the table's key."""
    changes = [
        pl.concat_str(pl.lit(PREFIXES[name]), (pl.col(name) + 1).cast(pl.String).str.zfill(DIGITS)).alias(name)
        for name, column in table.columns.items()
        if column.type == "id" and name in PREFIXES and frame.schema[name] == pl.Int64
    ]
    return frame.sort(list(table.key), maintain_order=True).with_columns(changes)


def write_table(path: Path, frame: pl.DataFrame, *, day_first: bool = False) -> None:
    """One table, by the ending of the file's name; dates as 2024-03-31, or 31/03/2024 where `day_first`."""
    if path.suffix == ".parquet":
        frame.write_parquet(path, compression="zstd", statistics=False)
        return
    day = "%d/%m/%Y" if day_first else "%Y-%m-%d"
    moment = "%d/%m/%Y %H:%M" if day_first else "%Y-%m-%dT%H:%M:%S"
    frame.write_csv(path, date_format=day, datetime_format=moment, line_terminator="\n")


def beside(folder: Path, tables: Mapping[str, Table], also: tuple[str, ...] = ()) -> Path:
    """An empty folder beside `folder` to write in first. Raises CallError where `folder` holds anything but tables and `also`."""
    ours = {*also, *(f"{name}.{ending}" for name in tables for ending in ("csv", "parquet"))}
    if folder.exists() and not folder.is_dir():
        raise CallError(f"'{folder}' is a file, not a folder.", hint="Name a new folder.")
    strange = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours) if folder.exists() else []
    if strange:
        raise CallError(
            f"The folder '{folder}' holds other things ({strange[0]}), which a sample must not mix with.",
            hint="Name a new or an empty folder.",
        )
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def put_in_place(part: Path, folder: Path) -> None:
    """The finished folder takes its name; an earlier sample of that name goes."""
    if folder.exists():
        shutil.rmtree(folder)
    os.replace(part, folder)
