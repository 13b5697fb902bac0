"""Why: five years of returns are some forty files; before their rows mean anything we must know which year each reports
on.

A return reports on the year from 1 April to 31 March. Names give a year, but whether `2019` is the year's start or its
end differs from export to export, so the dates in the episodes decide, once for the whole folder.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from casetally.errors import InputError, Place, did_you_mean
from casetally.sources import plain
from casetally.sources.csv_file import TextRows, read_csv
from casetally.sources.delivery import SourceFile
from casetally.sources.given import GivenFile
from casetally.sources.ssda903.layout import (
    ALIASES,
    DATE_COLUMNS,
    KNOWN_COLUMNS,
    LAYOUTS,
    RETURN_COLUMNS,
    SHARED,
    YearLabel,
    kind_of,
    named_kind,
    year_label,
)

UNUSED_KINDS = ("previous_permanence",)
_DAY = "_day of "


@dataclass(frozen=True)
class ReturnFile:
    """One file of one year, or what a whole return in one file says of one kind. `frame`: text columns of the collection,
    trimmed, null where blank, and `_row`. `folder`: what files without a year in their names share a year by.
    """

    kind: str
    file: SourceFile
    label: YearLabel | None
    folder: str
    frame: pl.DataFrame


def day(column: str) -> pl.Expr:
    """A date column of the collection as dates, as `with_days` read it; null where it is blank or can't be read."""
    return pl.col(f"{_DAY}{column}")


def with_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds the dates of the date columns: dd/mm/yyyy as the return writes them, or ISO, with or without midnight.

    Each distinct text is read once, for a column of dates has few.
    """
    for column in [name for name in frame.columns if name in DATE_COLUMNS]:
        text = pl.col(column).str.replace(r"[T ]00:00(:00(\.0+)?)?$", "")
        read = [text.str.to_date(form, strict=False) for form in ("%d/%m/%Y", "%Y-%m-%d")]
        days = frame.select(pl.col(column).unique().drop_nulls()).with_columns(pl.coalesce(read).alias(_DAY + column))
        frame = frame.join(days, on=column, how="left", maintain_order="left")
    return frame


def year_end(year: pl.Expr) -> pl.Expr:
    """31 March of the year."""
    return pl.date(year, 3, 31)


def year_of(day: pl.Expr) -> pl.Expr:
    """The year in which the reporting year of a day ends: 2019-04-01 belongs to 2020."""
    return day.dt.year() + (day.dt.month() >= 4).cast(pl.Int32)


def is_return_file(file: GivenFile) -> bool:
    """Whether a CSV file has columns of the return, or is named like one of its files with a year."""
    if file.suffix != ".csv":
        return False
    names = _first_names(file)
    if "CHILD" in names and names & (RETURN_COLUMNS - SHARED):
        return True
    return year_label(file.stem) is not None and is_named_like_one(file)


def is_named_like_one(file: GivenFile) -> bool:
    """Whether a CSV file is named like one of a return. `permanence` is a table of the data model too: that one calls the child
    by another name.
    """
    if file.suffix != ".csv" or named_kind(file.stem) is None:
        return False
    names = _first_names(file)
    return "CHILD" in names or "CHILD_ID" not in names or not plain.claims([file])


def _first_names(file: GivenFile) -> set[str]:
    first = file.head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    try:
        return {name.strip().upper() for name in next(csv.reader(io.StringIO(first, newline="")), [])}
    except csv.Error:
        return set()


def read_files(given: Sequence[GivenFile]) -> list[ReturnFile]:
    """The files of the returns. Raises InputError, with its place, for a file that can't be read."""
    used: list[ReturnFile] = []
    for found in given:
        data = found.read()
        text = read_csv(data, found.shown)
        kind = kind_of(text.names, found.stem)
        if kind is None:
            raise InputError(
                "Which file of an SSDA903 return this is can't be told.",
                place=Place(found.shown, 1),
                hint=f"Name it after one, such as 2023-24_episodes.csv: {', '.join(LAYOUTS)}.",
            )
        frame = _named(text, kind, found.shown)
        label = year_label(found.stem) or (year_label(found.path.parent.name) if found.depth > 1 else None)
        file = SourceFile(found.shown, hashlib.sha256(data).hexdigest(), frame.height, used=kind not in UNUSED_KINDS)
        used.append(ReturnFile(kind, file, label, found.folder, frame))
    return used


def _named(text: TextRows, kind: str, shown: str) -> pl.DataFrame:
    """The rows under the collection's column names. Raises InputError for a column unknown, doubled or missing."""
    layout = LAYOUTS[kind]
    names = _without_aliases([name.upper() for name in text.names])
    if 2 * len(set(names) & set(KNOWN_COLUMNS)) < len(
        names
    ):  # it may be a child's record, with codes like CHILD or PLACE
        raise InputError(
            f"The first line does not hold the column names of the SSDA903 file '{kind}'.",
            place=Place(shown, 1),
            hint=f"Expected the columns {', '.join(layout.columns)}.",
        )
    for at, name in enumerate(names):
        if name not in KNOWN_COLUMNS:
            raise InputError(
                f"'{text.names[at]}' is not a column of the SSDA903 file '{kind}'."
                if name
                else "A column has no name.",
                place=Place(shown, 1, max(text.header_line.find(text.names[at]), 0) + 1),
                source_line=text.header_line,
                width=len(name) or 1,
                hint=did_you_mean(name, KNOWN_COLUMNS, else_say=f"Its columns: {', '.join(layout.columns)}."),
            )
        if name in names[:at]:
            raise InputError(
                f"Two columns are named '{name}'.",
                place=Place(shown, 1, text.header_line.upper().rfind(name) + 1),
                source_line=text.header_line,
                width=len(name),
                hint="Remove one of the two.",
            )
    for name in layout.needed:
        if name not in names:
            raise InputError(
                f"The column '{name}' is missing; the SSDA903 file '{kind}' needs it.",
                place=Place(shown, 1),
                source_line=text.header_line,
                width=len(text.header_line),
                hint=f"Its columns: {', '.join(layout.columns)}.",
            )
    frame = text.frame.rename(dict(zip(text.frame.columns, [*names, "_row"], strict=True)))
    kept = [tidy(name) for name in layout.columns if name in names]
    return with_days(frame.select(*kept, pl.col("_row").cast(pl.UInt32)))


def tidy(column: str) -> pl.Expr:
    """The column without blanks around, and without the `.0` that spreadsheets put behind a code or an id of digits."""
    return pl.col(column).str.strip_chars().str.replace(r"^(\d+)\.0+$", "${1}")


def _without_aliases(names: list[str]) -> list[str]:
    """The names with the collection's own in place of another export's, unless both stand there."""
    return [alias if (alias := ALIASES.get(name, name)) == name or alias not in names else name for name in names]


def years_of(files: list[ReturnFile], *, starts: bool) -> dict[str, int]:
    """For each file, by its shown name, the year whose 31 March ends what it reports on.

    `starts`: whether a year alone in a name is the one in which the reporting year starts.
    """
    years: dict[str, int] = {}
    for file in files:
        if file.label is not None:
            years[file.file.file] = file.label.year + int(starts and not file.label.ends)
    for folder in sorted({file.folder for file in files if file.label is None}):
        together = [file for file in files if file.folder == folder and file.label is None]
        year = _latest_year(together)
        years.update((file.file.file, year) for file in together)
    return years


def labels_are_starts(files: list[ReturnFile]) -> bool:
    """Whether a year alone in a file's name is the year in which the reporting year starts (2019 for 2019-20).

    Episodes end within the year reported on, so more end dates lie in the year after 31 March of the label than in the
    year up to it where labels are starts. Where nothing ended, an episode that began after that day says so.
    """
    ended = {False: 0, True: 0}
    began_after = False
    for file in files:
        if file.kind != "episodes" or file.label is None or file.label.ends:
            continue
        label = file.label.year
        for started in ended:
            year = year_of(day("DEC")) == label + int(started)
            ended[started] += int(file.frame.select(year.sum()).item() or 0)
        began_after = began_after or bool(file.frame.select((year_of(day("DECOM")) > label).any()).item())
    return ended[True] > ended[False] or (not any(ended.values()) and began_after)


def _latest_year(files: list[ReturnFile]) -> int:
    """The reporting year of the latest date of a return whose files name none."""
    for kind, column in (("episodes", "DECOM"), ("reviews", "REVIEW"), ("missing", "MIS_START")):
        days = [file.frame.select(year_of(day(column)).max()).item() for file in files if file.kind == kind]
        known = [int(year) for year in days if year is not None]
        if known:
            return max(known)
    raise InputError(
        "Which year this file reports on can't be told: neither its name nor a date in it says so.",
        place=Place(files[0].file.file),
        hint=f"Put the year into the file's name, such as '2023-24_{files[0].kind}.csv'.",
    )
