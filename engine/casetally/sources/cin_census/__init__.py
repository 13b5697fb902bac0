"""Why: every authority in England makes a census of its children in need each year, all in one form.

Files of one year or of several become the tables of the data model; later censuses are believed over earlier ones. `walk` reads
the elements and judges them by the rules in `layout`; `loading` names what was read; `copies` finds what comes again from year to
year; `children`, `episodes` and `protection` make the tables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from casetally.sources.building import Made
from casetally.sources.cin_census.children import read_children
from casetally.sources.cin_census.episodes import read_assessments, read_cin_plans, read_referrals
from casetally.sources.cin_census.fates import as_rows
from casetally.sources.cin_census.gathered import Gathered
from casetally.sources.cin_census.header import Census, notes_on, since_of
from casetally.sources.cin_census.loading import Loaded, load
from casetally.sources.cin_census.protection import read_protection
from casetally.sources.cin_census.walk import walk
from casetally.sources.delivery import Delivery, SourceFile, SourceTable
from casetally.sources.given import Given, GivenFile, only_files

_ROOT = re.compile(r"<(?:[\w.-]+:)?Message[\s>/]")
_COLLECTION = re.compile(r"<(?:[\w.-]+:)?Collection\s*>\s*([^<]*?)\s*<")
_INSIDE = re.compile(r"<(?:[\w.-]+:)?(?:LAchildID|CINdetails)\b")
_PLANS_FROM, _GENDERS_UNTIL = 2022, 2024


def claims(given: Sequence[Given]) -> list[Given]:
    """The XML files that begin as a census of children in need does."""
    return [file for file in only_files(given) if file.suffix == ".xml" and _is_census(file)]


def read(given: Sequence[Given]) -> Delivery:
    """Read the files of one or several censuses. Raises InputError, with its place, for what is no sound XML, names no year, or is
    of another authority than the rest.
    """
    gathered = Gathered()
    files = [walk(file, at, gathered) for at, file in enumerate(only_files(given))]
    notes = notes_on(files)
    loaded = load(gathered, files)
    faults = gathered.faults.frame([file.shown for file in files], loaded.ids)
    made = _make(loaded, files)
    findings = pl.concat([notes, faults, loaded.findings, *(part.findings for part in made)])
    rows = as_rows([loaded.gone, *(part.rows for part in made)])
    read_files = [SourceFile(file.shown, file.sha256, file.records) for file in files]
    tables = [table for part in made for table in part.tables]
    return Delivery(
        "cin_census",
        tuple(sorted(read_files, key=lambda file: file.file)),
        tuple(sorted(tables, key=lambda table: table.table)),
        rows,
        findings.sort("file", "row", "table", "rule", "column", "record_id"),
        _covers(files, next(table.frame.height for table in tables if table.table == "children")),
    )


def _is_census(file: GivenFile) -> bool:
    text = _text(file.head)
    if not _ROOT.search(text):
        return False
    named = _COLLECTION.search(text)
    return named[1].upper() == "CIN" if named else _INSIDE.search(text) is not None


def _text(head: bytes) -> str:
    """The first bytes as text: tags are plain letters in every encoding, but for those of two bytes a letter."""
    wide = "utf-16-be" if head.startswith((b"\xfe\xff", b"\x00<")) else "utf-16-le"
    return head.decode(wide if b"\0" in head[:4] or head.startswith(b"\xff\xfe") else "latin-1", errors="replace")


def _make(loaded: Loaded, files: Sequence[Census]) -> list[Made]:
    frames = loaded.frames
    years = [file.year for file in files]
    since = since_of(years)
    genders = min(years) <= _GENDERS_UNTIL or bool(frames["Child"]["_gender"].is_not_null().any())
    plans = frames["CINPlanDates"]
    referrals, of_referrals = read_referrals(frames, since)
    made = [
        read_children(frames.pop("Child"), frames.pop("Disability"), genders=genders),
        of_referrals,
        read_assessments(frames.pop("Assessments"), frames.pop("AssessmentFactors"), referrals, since),
        read_protection(frames, referrals, since),
    ]
    if max(years) >= _PLANS_FROM or plans.height:
        asked = since_of(years, _PLANS_FROM) if max(years) >= _PLANS_FROM else since
        made.append(read_cin_plans(plans, referrals, asked))
    last_day = dt.date(
        max(years), 3, 31
    )  # what a file that was made later holds of the days after it is by chance there
    return [replace(part, tables=tuple(_told_until(table, last_day) for table in part.tables)) for part in made]


def _told_until(table: SourceTable, last_day: dt.date) -> SourceTable:
    return replace(table, until=last_day) if table.since is not None else table


def _covers(files: Sequence[Census], children: int) -> str:
    years = sorted({file.year for file in files})
    many = f"{children:,} " + ("child" if children == 1 else "children")
    if len(years) == 1:
        return f"CIN census for the year to 31 March {years[0]}: {many}."
    named = f"{', '.join(map(str, years[:-1]))} and {years[-1]}"
    return f"CIN censuses for {len(years)} years, to 31 March {named}: {many}."
