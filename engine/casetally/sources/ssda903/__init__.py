"""Why: the SSDA903 return is the one record of looked after children that every authority in England has, year on year.

Its CSV files or its XML file, of one year or of several linked ones, become the tables of the data model. Later returns
win over earlier ones, and every row is accounted for. `layout` knows the columns, `files` the years, `xml_return` the XML,
`linked` which copy stands, `between_returns` what it means that a return no longer lists care,
`codes_of_year` the codes of each year, `coverage` from when on the returns tell everything,
and the other modules what each file makes.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from casetally.sources.building import Made, Problem, lines
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, Delivery, no_findings
from casetally.sources.given import Given, only_files
from casetally.sources.ssda903.between_returns import named_elsewhere
from casetally.sources.ssda903.children import read_children
from casetally.sources.ssda903.codes_of_year import code_findings
from casetally.sources.ssda903.coverage import coverage_findings, with_reach
from casetally.sources.ssda903.episodes import Care, read_episodes
from casetally.sources.ssda903.files import (
    UNUSED_KINDS,
    ReturnFile,
    is_named_like_one,
    is_return_file,
    labels_are_starts,
    read_files,
    years_of,
)
from casetally.sources.ssda903.layout import LAYOUTS, TABLES
from casetally.sources.ssda903.leavers import read_leavers
from casetally.sources.ssda903.linked import findings_of
from casetally.sources.ssda903.other import (
    read_missing,
    read_outcomes,
    read_reviews,
    read_social_workers,
    read_uasc,
)
from casetally.sources.ssda903.permanence import read_permanence
from casetally.sources.ssda903.xml_return import is_xml_return, read_xml_returns

_LONGEST_ID = 100  # characters; the collection allows 10
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
    """The XML files that begin as a return does, and the CSV files with columns of the return, or named like one of its
    files where another file shows that it is one.
    """
    files = only_files(given)
    known = {file for file in files if is_return_file(file)}
    if known:
        known |= {file for file in files if is_named_like_one(file)}
    return [file for file in files if file in known or is_xml_return(file)]


def read(given: Sequence[Given]) -> Delivery:
    """Read the files of returns. Raises InputError, with its place, for a file that can't be read or dated to a year."""
    whole, faults = read_xml_returns([file for file in only_files(given) if file.suffix == ".xml"])
    files = [*read_files([file for file in only_files(given) if file.suffix != ".xml"]), *whole]
    starts = labels_are_starts(files)
    years = years_of(files, starts=starts)
    every = {kind: _together(kind, files, years) for kind in LAYOUTS if any(file.kind == kind for file in files)}
    frames, nonsense = _without_nonsense(every)
    with_episodes = sorted({years[file.file.file] for file in files if file.kind == "episodes"})
    made = [*_make(frames, with_episodes), nonsense]
    said = [faults, coverage_findings(files, years), _notes(files, years, starts), code_findings(frames)]
    findings = pl.concat([*(part.findings for part in made), *said])
    tables = with_reach((table for part in made for table in part.tables), files, years)
    rows = pl.concat([pl.DataFrame(schema=ROW_COLUMNS), *(part.rows for part in made)])
    return Delivery(
        "ssda903",
        tuple(sorted({file.file.file: file.file for file in files}.values(), key=lambda file: file.file)),
        tuple(sorted(tables, key=lambda table: table.table)),
        rows.sort("file", "row", "table", "record", nulls_last=True, maintain_order=True),
        findings.sort("file", "row", "rule", "record_id", "column", maintain_order=True),
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


def _without_nonsense(frames: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], Made]:
    """The frames without rows that can be no record, and those rows, set aside."""
    gone, said = [pl.DataFrame(schema=ROW_COLUMNS)], [no_findings()]
    kept = {}
    for kind, frame in frames.items():
        for problem in _NO_RECORD:
            if kind not in UNUSED_KINDS:
                gone.append(lines(frame.filter(problem.when), "set_aside"))
                said.append(findings_of(frame, TABLES[kind], problem, pl.lit("")))
        kept[kind] = frame.filter(~pl.any_horizontal(problem.when.fill_null(value=False) for problem in _NO_RECORD))
    return kept, Made((), pl.concat(gone), pl.concat(said))


_NO_RECORD = (
    Problem(
        "ssda903_header_again",
        "error",
        "CHILD",
        "This row repeats the column names, as where files were put together; it is no record.",
        pl.col("CHILD").str.to_uppercase() == "CHILD",
    ),
    Problem(
        "ssda903_no_id",
        "error",
        "CHILD",
        "What stands as the child's number is longer than any number, so the row is no record.",
        pl.col("CHILD").str.len_chars() > _LONGEST_ID,
    ),
)


def _make(frames: dict[str, pl.DataFrame], with_episodes: list[int]) -> list[Made]:
    care: Care | None = None
    if "episodes" in frames and not frames["episodes"].is_empty():
        care = read_episodes(frames["episodes"], with_episodes, named_elsewhere(frames))
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
    said += [
        (file.file.file, "file_not_read", unread) for file in files if file.kind in UNUSED_KINDS and not file.file.used
    ]
    unread = "Previous permanence (PERMANENCE) is not read: the data model has no table for it."
    said += [
        (file.file.file, "ssda903_not_read", unread) for file in files if file.kind in UNUSED_KINDS and file.file.used
    ]
    if not said:
        return no_findings()
    blank = {"row": 0, "table": "", "severity": "note", "column": "", "record_id": ""}
    return pl.DataFrame(
        [{**blank, "file": file, "rule": rule, "message": message} for file, rule, message in said],
        schema=FINDING_COLUMNS,
    )


def _covers(files: list[ReturnFile], years: dict[str, int]) -> str:
    known = sorted(set(years.values()))
    names = len({file.file.file for file in files})
    count = f"{names} file" + ("" if names == 1 else "s")
    if len(known) == 1:
        return f"SSDA903 return for the year to 31 March {known[0]}: {count}."
    named = f"{', '.join(map(str, known[:-1]))} and {known[-1]}"
    return f"SSDA903 returns for {len(known)} years, to 31 March {named}: {count}."
