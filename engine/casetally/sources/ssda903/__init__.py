"""Why: the SSDA903 return is the one record of looked after children that every authority in England has, year on year.

A folder of its CSV files, of one year or of several linked ones, becomes the tables of the data model. Later returns
win over earlier ones, and every row is accounted for. `layout` knows the columns, `files` the years,
`linked` which copy stands, and the other modules what each file makes.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from casetally.sources.building import Made
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, Delivery, no_findings
from casetally.sources.given import Given, only_files
from casetally.sources.ssda903.children import read_children
from casetally.sources.ssda903.episodes import Care, read_episodes
from casetally.sources.ssda903.files import (
    UNUSED_KINDS,
    ReturnFile,
    is_return_file,
    labels_are_starts,
    read_files,
    years_of,
)
from casetally.sources.ssda903.layout import LAYOUTS, named_kind
from casetally.sources.ssda903.leavers import read_leavers
from casetally.sources.ssda903.other import (
    read_missing,
    read_outcomes,
    read_reviews,
    read_social_workers,
    read_uasc,
)
from casetally.sources.ssda903.permanence import read_permanence

_NO_PERIODS = {
    "CHILD": pl.String,
    "care_period_id": pl.String,
    "started": pl.Date,
    "ended": pl.Date,
    "reason": pl.String,
    "_period": pl.UInt32,
    "_file": pl.String,
    "_row": pl.UInt32,
}


def claims(given: Sequence[Given]) -> list[Given]:
    """The CSV files with columns of the return, or named like one of its files; none where no file shows that it is one."""
    files = [file for file in only_files(given) if file.suffix == ".csv"]
    if not any(is_return_file(file) for file in files):
        return []
    return [file for file in files if is_return_file(file) or named_kind(file.stem) is not None]


def read(given: Sequence[Given]) -> Delivery:
    """Read the files of returns. Raises InputError, with its place, for a file that can't be read or dated to a year."""
    files = read_files(only_files(given))
    starts = labels_are_starts(files)
    years = years_of(files, starts=starts)
    frames = {kind: _together(kind, files, years) for kind in LAYOUTS if any(file.kind == kind for file in files)}
    made = _make(frames)
    findings = pl.concat([*(part.findings for part in made), _notes(files, years, starts)])
    rows = pl.concat([pl.DataFrame(schema=ROW_COLUMNS), *(part.rows for part in made)])
    return Delivery(
        "ssda903",
        tuple(sorted((file.file for file in files), key=lambda file: file.file)),
        tuple(sorted((table for part in made for table in part.tables), key=lambda table: table.table)),
        rows.sort("file", "row"),
        findings.sort("file", "row", "rule", "record_id"),
        _covers(files, years),
    )


def _together(kind: str, files: list[ReturnFile], years: dict[str, int]) -> pl.DataFrame:
    """The rows of one kind of file of all returns, with `_file`, `_row` and `_year`; what no file has is absent."""
    frames = [
        file.frame.with_columns(
            pl.lit(file.file.file).alias("_file"), pl.lit(years[file.file.file], dtype=pl.Int32).alias("_year")
        )
        for file in files
        if file.kind == kind
    ]
    return pl.concat(frames, how="diagonal")


def _make(frames: dict[str, pl.DataFrame]) -> list[Made]:
    care: Care | None = None
    if "episodes" in frames and not frames["episodes"].is_empty():
        care = read_episodes(frames["episodes"], sorted(frames["episodes"]["_year"].unique().to_list()))
    periods = care.periods if care else pl.DataFrame(schema=_NO_PERIODS)
    made = [read_children(frames), *([care.made] if care else [])]
    if "reviews" in frames:
        made.append(read_reviews(frames["reviews"], periods))
    if "oc2" in frames:
        made.append(read_outcomes(frames["oc2"]))
    if "missing" in frames:
        made.append(read_missing(frames["missing"]))
    uasc = frames.get("uasc")
    if uasc is not None:
        made.append(read_uasc(uasc, periods))
    if "oc3" in frames:
        listed = None if uasc is None else frozenset(uasc["CHILD"].drop_nulls().to_list())
        made.append(read_leavers(frames["oc3"], periods, listed))
    if "social_worker" in frames:
        made.append(read_social_workers(frames["social_worker"]))
    spells = care.spells if care else None
    made.append(read_permanence(frames.get("placed_adoption"), frames.get("ad1"), periods, spells))
    return made


def _notes(files: list[ReturnFile], years: dict[str, int], starts: bool) -> pl.DataFrame:
    """What is to be known of whole files: how the years were read, and which files no table takes."""
    said: list[tuple[str, str, str]] = []
    alone = [file for file in files if file.label is not None and not file.label.ends]
    if alone:
        meaning = "starts" if starts else "ends"
        first = min(alone, key=lambda file: file.file.file)
        says = (
            f"A year in the files' names is taken as the one in which the reporting year {meaning}: here to 31 March "
        )
        said.append((first.file.file, "ssda903_year_label", f"{says}{years[first.file.file]}."))
    unread = "This file of the return is not read: the data model has no table for it."
    said += [(file.file.file, "file_not_read", unread) for file in files if file.kind in UNUSED_KINDS]
    if not said:
        return no_findings()
    blank = {"row": 0, "table": "", "severity": "note", "column": "", "record_id": ""}
    return pl.DataFrame(
        [{**blank, "file": file, "rule": rule, "message": message} for file, rule, message in said],
        schema=FINDING_COLUMNS,
    )


def _covers(files: list[ReturnFile], years: dict[str, int]) -> str:
    known = sorted(set(years.values()))
    count = f"{len(files)} file" + ("" if len(files) == 1 else "s")
    if len(known) == 1:
        return f"SSDA903 return for the year to 31 March {known[0]}: {count}."
    named = f"{', '.join(map(str, known[:-1]))} and {known[-1]}"
    return f"SSDA903 returns for {len(known)} years, to 31 March {named}: {count}."
