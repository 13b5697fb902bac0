"""Why: rates need a population, and the published tables of estimates hold that of every authority, region and England.

A table with the column `population_estimate` becomes the table `populations`, its rows one by one. Where the estimate stands
alone, the time period is the mid-year itself; where it stands beside a rate of the year ending 31 March Y, it is the estimate of
Y-1 (rules: Counting, "Rate per 10,000"). The edition is named after the file, since nothing in the table names it.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from casetally.sources.building import Made, Problem, findings_of, lines, table_of
from casetally.sources.delivery import ROW_COLUMNS, Delivery, SourceFile, SourceTable
from casetally.sources.given import Given, GivenFile, only_files
from casetally.sources.open_data_file import OpenDataFile, looks_like_open_data, number_of, read_open_data

ESTIMATE = "population_estimate"
TABLE = "populations"

_ALL_CHILDREN = r"(?i)^total$|\b0\s*(to|-|\u2013)\s*17\b|\bunder 18\b"
_YEAR = r"^\d{4}$"


def claims(given: Sequence[Given]) -> list[Given]:
    """The CSV files in the format whose first line names a population estimate."""
    found = [one for one in only_files(given) if one.suffix == ".csv" and looks_like_open_data(one.head)]
    return [one for one in found if ESTIMATE in one.head.split(b"\n", 1)[0].decode("utf-8", errors="replace").lower()]


def read(given: Sequence[Given]) -> Delivery:
    """Read the estimates as the table `populations`. Raises InputError for what can't be read at all."""
    files, made = [], []
    first = 0
    for one in only_files(given):
        read_as = read_open_data(one.read(), one.shown, TABLE)
        files.append(SourceFile(one.shown, read_as.sha256, read_as.rows.height + len(read_as.set_aside)))
        of_file = _made(read_as, one, first)
        first += sum(table.frame.height for table in of_file.tables)
        made.append(of_file)
    frames = [table.frame for one in made for table in one.tables]
    table = table_of(TABLE, pl.concat(frames))
    return Delivery(
        "open_data_populations",
        tuple(sorted(files, key=lambda file: file.file)),
        (table,),
        pl.concat([one.rows for one in made]),
        pl.concat([one.findings for one in made]),
        _covers(table),
    )


def _covers(table: SourceTable) -> str:
    places, years = table.frame["authority"].n_unique(), sorted(table.frame["mid_year"].to_list())
    if not years:
        return "Published population estimates, none of which can be read."
    return f"Published population estimates of {places} places for mid-{years[0]} to mid-{years[-1]}."


def _made(file: OpenDataFile, given: GivenFile, first: int) -> Made:
    """The records of one file; `first` is the number of its first one."""
    rows = file.rows.rename({"row": "_row"}).with_columns(_file=pl.lit(file.shown))
    problems = _problems(file)
    wrong = pl.any_horizontal(problem.when for problem in problems)
    good = _records(rows.filter(~wrong), file, given.stem)
    again = pl.struct("authority", "mid_year", "population").is_first_distinct()
    kept = good.filter(again).with_row_index("_record", offset=first).with_columns(pl.col("_record").cast(pl.UInt32))
    unreadable = pl.DataFrame({"_row": file.set_aside}, schema={"_row": pl.UInt32}).with_columns(
        _file=pl.lit(file.shown)
    )
    parts = [
        lines(kept, "carried", TABLE),
        lines(good.filter(~again), "superseded"),
        lines(rows.filter(wrong), "set_aside"),
        lines(unreadable, "set_aside"),
    ]
    place = pl.coalesce("new_la_code", "region_code", "country_code")
    found = [file.findings, *(findings_of(rows, TABLE, problem, place) for problem in problems)]
    return Made(
        (
            SourceTable(
                TABLE, kept.select("authority", "mid_year", "vintage", "population", "_record", "_file", "_row")
            ),
        ),
        pl.concat(parts).sort("row").select(*ROW_COLUMNS),
        pl.concat(found),
    )


def _problems(file: OpenDataFile) -> tuple[Problem, ...]:
    """What keeps a row out, in order: the first that holds is the one that is told."""
    stands_alone = file.indicators == (ESTIMATE,)
    labels = [~pl.col(name).str.contains(_ALL_CHILDREN) for name in file.filters] if stands_alone else []
    other = pl.any_horizontal(labels).fill_null(True) if labels else pl.lit(False)
    no_year = ~pl.col("time_period").str.contains(_YEAR).fill_null(False)
    no_place = _authority().is_null()
    none = number_of(ESTIMATE).is_null() if ESTIMATE in file.indicators else pl.lit(True)
    said = "so the row is not read."
    return (
        Problem("age_group", "note", "", f"The estimate is not that of all children aged 0 to 17, {said}", other),
        Problem(
            "mid_year", "warning", "time_period", f"The year of the estimate is not written as 2024, {said}", no_year & ~other
        ),
        Problem("place", "warning", "new_la_code", f"No place is named, {said}", no_place & ~other & ~no_year),
        Problem(
            "no_estimate", "note", ESTIMATE, f"No estimate is given for this place and year, {said}",
            none & ~other & ~no_year & ~no_place,
        ),
    )  # fmt: skip


def _authority() -> pl.Expr:
    """An authority by its new code, else its old one, else its name; a region and England by their codes."""
    of_authority = pl.coalesce("new_la_code", "old_la_code", "la_name")
    level = pl.col("geographic_level")
    return (
        pl.when(level == "Local authority").then(of_authority)
        .when(level == "Regional").then(pl.coalesce("region_code", "region_name"))
        .when(level == "National").then(pl.coalesce("country_code", "country_name"))
        .otherwise(None)
    )  # fmt: skip


def _records(rows: pl.DataFrame, file: OpenDataFile, edition: str) -> pl.DataFrame:
    back = 0 if file.indicators == (ESTIMATE,) else 1
    if rows.is_empty():
        return rows.with_columns(pl.lit("").alias(name) for name in ("authority", "mid_year", "vintage", "population"))
    return rows.with_columns(
        authority=_authority(),
        mid_year=(pl.col("time_period").cast(pl.Int64) - back).cast(pl.String),
        vintage=pl.lit(edition),
        population=number_of(ESTIMATE),
    )
