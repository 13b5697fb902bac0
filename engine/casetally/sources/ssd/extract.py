"""Why: a folder of files and a database tell the same tables, so both end in one shape before anything is made of them.

Only the columns that something is made of are taken up: names and postcodes go no further than here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder
from casetally.sources.csv_file import TextRows
from casetally.sources.dates import iso_days
from casetally.sources.delivery import SourceFile
from casetally.sources.given import GivenFile
from casetally.sources.parquet_file import read_rows
from casetally.sources.ssd.distinct import Shared, encoded, texts_of
from casetally.sources.ssd.layout import LOOKED_UP, NOT_READ, header_of, known_tables, table_named, table_slip
from casetally.sources.ssd.mapping import day_columns, needed_columns, read_columns, repeated_columns

# what systems and tools write where nothing is recorded
_NOTHING = ("PLACEHOLDER_DATA", "PLACEHOLDER", "SSD_PH", "NULL")
_NO_DAY = r"^1900-01-01([T ]00:00(:00([.,]0+)?)?)?$|^0?1/0?1/1900( 00:00(:00)?)?$"  # a blank turned into a date
# a column that can only be filled once this day has come
_NOT_BEFORE: Mapping[str, str] = MappingProxyType(
    {
        "clae_cla_episode_ceased_reason": "clae_cla_episode_ceased_date",
        "clap_cla_placement_change_reason": "clap_cla_placement_end_date",
        "cine_close_reason": "cine_close_date",
        "cina_assessment_outcome_json": "cina_assessment_auth_date",
        "cina_assessment_outcome_nfa": "cina_assessment_auth_date",
        "s47e_s47_outcome_json": "s47e_s47_end_date",
        "s47e_s47_nfa": "s47e_s47_end_date",
        "icpc_icpc_outcome_json": "icpc_icpc_date",
        "icpc_icpc_outcome_cp_flag": "icpc_icpc_date",
        "cppr_cp_review_outcome_continue_cp": "cppr_cp_review_date",
        "clar_cla_review_participation": "clar_cla_review_date",
        "earl_episode_end_reason": "earl_episode_end_date",
        "miss_missing_rhi_offered": "miss_missing_episode_end_date",
        "miss_missing_rhi_accepted": "miss_missing_episode_end_date",
        "perm_permanence_order_type": "perm_permanence_order_date",
        "prep_pre_pro_outcome": "prep_agree_stepdown_issue_date",
        "invo_worker_change_reason": "invo_involvement_end_date",
    }
)
# any of these, or what begins with what is written for nothing; a text without is what it says
_ODD = r"(?i)^(NULL|PLACEHOLDER|SSD_PH|ß|1900-|0?1/0?1/1900)|^[ \t\r\n\f\v\xa0]|[ \t\r\n\f\v\xa0]$|\.0+$|^$"
_AT_ONCE = 2  # files that are read at a time
_NUMBERS = ("_id", "_team", "_identifier_value")  # how the names of columns of numbers end


@dataclass(frozen=True)
class Part:
    """What one file or database table told: its dataset columns as text, null where nothing is recorded, `_file`, `_row`.

    Days (`mapping.day_columns`) are in ISO form; columns that say few texts many times (`mapping.repeated_columns`) are
    categoricals.
    """

    table: str
    file: SourceFile
    frame: pl.DataFrame


@dataclass(frozen=True)
class Extract:
    """All parts, the files that no table takes, and the notes on whole files (`FINDING_COLUMNS`)."""

    parts: tuple[Part, ...]
    unused: tuple[SourceFile, ...]
    notes: pl.DataFrame

    def frame(self, table: str) -> pl.DataFrame | None:
        """The rows of one dataset table of all its files, or None where none has any: extracts make every table, filled or
        not, so that a table without rows says nothing.
        """
        frames = [part.frame for part in self.parts if part.table == table and part.frame.height]
        if len(frames) > 1:  # each has distinct texts of its own
            frames = [frame.with_columns(pl.col(pl.Categorical).cast(pl.String)) for frame in frames]
        return pl.concat(frames, how="diagonal") if frames else None


def together(extracts: Sequence[Extract]) -> Extract:
    """One extract of several."""
    return Extract(
        tuple(part for one in extracts for part in one.parts),
        tuple(file for one in extracts for file in one.unused),
        pl.concat([one.notes for one in extracts]),
    )


def read_files(given: Sequence[GivenFile]) -> Extract:
    """The files named after tables. Raises InputError, with its place, for what can't be read at all."""
    unused: list[SourceFile] = []
    notes = FindingsBuilder()
    named: list[tuple[str, GivenFile]] = []
    for file in given:
        table = table_named(file.stem)
        if table is None or table in NOT_READ:
            unused.append(file.unused())
            note_unread(notes, file.stem, file.shown)
        else:
            named.append((table, file))
    days = Shared(_days)
    chosen: list[Part] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for (table, file), (text, sha) in zip(named, pool.map(_rows_of, [file for _, file in named]), strict=True):
            frame = _chosen(table, text, file.shown, notes, days)
            told = SourceFile(file.shown, sha, frame.height, used=table not in LOOKED_UP)
            chosen.append(Part(table, told, frame))
    parts = [replace(part, frame=_recorded_of(part.frame, part.table, part.file.file, notes, days)) for part in chosen]
    return Extract(tuple(parts), tuple(unused), notes.frame())


def _rows_of(file: GivenFile) -> tuple[TextRows, str]:
    text, data = read_rows(file)
    if len(set(text.names)) < len(text.names):
        raise InputError("Two columns have one name.", place=Place(file.shown, 1), hint="Remove one of the two.")
    return text, hashlib.sha256(data).hexdigest()


def note_unread(notes: FindingsBuilder, name: str, shown: str) -> None:
    """Says why a table is not read. Raises InputError where its name is nearly that of another."""
    table = table_named(name)
    slip = None if table else table_slip(name)
    if slip:
        raise InputError(
            f"There is no table '{name}' in the safeguarding dataset.",
            place=Place(shown),
            hint=f"Did you mean '{slip}'?",
        )
    says = f"it is no table of the dataset that is known here (release of {len(known_tables())} tables)"
    notes.add(
        shown,
        0,
        table="",
        rule="file_not_read",
        severity="note",
        message=f"Not read: {NOT_READ.get(table or '', says)}.",
    )


def taken_up(table: str, text: TextRows, shown: str, notes: FindingsBuilder) -> pl.DataFrame:
    """The columns that are read of one table as `Part.frame` has them; new ones and those never filled are noted.

    Raises InputError for a header that can't be understood (`layout.header_of`).
    """
    days = Shared(_days)
    return _recorded_of(_chosen(table, text, shown, notes, days), table, shown, notes, days)


def _chosen(table: str, text: TextRows, shown: str, notes: FindingsBuilder, days: Shared) -> pl.DataFrame:
    """The columns that are read, as they are written, ids as text and others as categoricals; new ones are noted."""
    header = header_of(table, text.names, shown, needed_columns(table))
    if not text.frame.height:
        says = "The table has no rows: taken as not supplied, so what needs it is not available."
        notes.add(shown, 0, table="", rule="ssd_table_not_filled", severity="note", message=says)
    for at in header.unknown:
        known = re.fullmatch(r"\w{1,64}", text.names[at])  # a broken header may run on into a child's record
        called = f"'{text.names[at]}'" if known else f"Column {at + 1}"
        says = f"{called} is not a column of {table} that is known here, so it is not read."
        notes.add(shown, 0, table="", rule="ssd_unknown_column", severity="note", message=says)
    columns = []
    for name in read_columns(table):
        if name in header.at:
            column = pl.col(str(header.at[name])).alias(name)
            if name in day_columns(table):
                column = column.cast(days.kind)
            elif name in repeated_columns(table):
                column = column.cast(pl.Categorical(pl.Categories.random()))
            columns.append(column)
    return text.frame.select(*columns, pl.lit(shown).alias("_file"), pl.col("_row").cast(pl.UInt32))


def _recorded_of(frame: pl.DataFrame, table: str, shown: str, notes: FindingsBuilder, days: Shared) -> pl.DataFrame:
    """The chosen columns with null where nothing is recorded, each distinct text looked at once; those never filled are noted."""
    columns = frame.columns[:-2]
    ids = [name for name in columns if frame.schema[name] == pl.String]
    odd = frame.select(pl.col(ids).str.contains(_ODD).any()).row(0) if ids else ()
    of_ids = [_recorded(name) for name, some in zip(ids, odd, strict=True) if some]
    of_days = [days.read(name) for name in columns if name in day_columns(table)]
    others = [_of_few(frame[name]) for name in columns if name in repeated_columns(table)]
    frame = frame.with_columns(*of_ids, *of_days, *(one for one in others if one is not None))
    never = [name for name in columns if _never_filled(frame, table, name)]
    if never:
        says = f"No row has anything in {', '.join(never)}: taken as not supplied, so what needs it is not available."
        notes.add(shown, 0, table="", rule="ssd_column_not_filled", severity="note", message=says)
    return frame.drop(never)


def _days(texts: pl.Series) -> pl.Series:
    return iso_days(_says(texts))


def _of_few(codes: pl.Series) -> pl.Series | None:
    """A categorical with the texts that say something, and no others; None where all do."""
    texts = texts_of(codes).alias(codes.name)
    says = _says(texts)
    return None if says is texts else encoded(says).gather(codes.to_physical())


def _says(texts: pl.Series) -> pl.Series:
    """The texts, null where nothing is recorded; the same where each says something as it stands."""
    if not texts.str.contains(_ODD).any():
        return texts
    return texts.to_frame().select(_recorded(texts.name)).to_series()


def _recorded(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars(" \t\r\n\f\v\xa0")
    if column.endswith(_NUMBERS):  # a column of numbers with blanks is written as decimals by some tools: 123.0
        text = text.str.replace(r"^(-?\d+)\.0+$", "${1}")
    nothing = (text == "") | text.str.to_uppercase().is_in(_NOTHING) | text.str.contains(_NO_DAY)
    return pl.when(~nothing).then(text).alias(column)


def _never_filled(frame: pl.DataFrame, table: str, column: str) -> bool:
    """A blank date means that something has not happened; another column that is blank in every row was never filled, unless
    it waits for a day that has come in no row.
    """
    if not frame.height or known_tables()[table][column].is_date or column in needed_columns(table):
        return False
    day = _NOT_BEFORE.get(column)
    if day is not None and day in frame.columns and frame[day].null_count() == frame.height:
        return False
    return frame[column].null_count() == frame.height
