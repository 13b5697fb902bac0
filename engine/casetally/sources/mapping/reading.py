"""Why: an authority's own files come with semicolons, in other encodings, below title lines and as sheets; here they are rows.

Headers that are blank or stand twice get a name of their own (`(column 5)`, `Date (2)`), so that a mapping can tell them apart.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.csv_file import read_csv
from casetally.sources.given import GivenFile
from casetally.sources.parquet_file import read_parquet

if TYPE_CHECKING:
    from casetally.sources.annex_a.sheets import Sheet

TEXT_ENDINGS = (".csv", ".txt", ".tsv")
BOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".ods")
ENDINGS = (*TEXT_ENDINGS, *BOOK_ENDINGS, ".parquet")
_BLANK = " \t\r\n\f\v\xa0"


@dataclass(frozen=True)
class Grid:
    """The rows below the headers of one file or sheet. `shown`: as findings name it (`Export.xlsx#Contacts`). `frame`: text columns
    `0`, `1` ... in the order of `headers`, null where blank, and `_row` as a spreadsheet counts.
    """

    shown: str
    sha256: str
    headers: tuple[str, ...]
    frame: pl.DataFrame

    def column(self, header: str) -> pl.Series:
        """The column under a header."""
        return self.frame[str(self.headers.index(header))]


def sheets_of(file: GivenFile) -> tuple[Sheet, ...]:
    """The sheets of a workbook, read once. Raises InputError for one that is broken, protected or a bomb."""
    return _sheets_of(file, file.sha256())


@lru_cache(maxsize=2)
def _sheets_of(file: GivenFile, _: str) -> tuple[Sheet, ...]:
    from casetally.sources.annex_a.sheets import read_sheets

    return tuple(read_sheets([file]))


def read_text_file(file: GivenFile, *, header_row: int, delimiter: str, encoding: str) -> Grid:
    """A text file or a Parquet file. Raises InputError for what can't be read."""
    data = file.read()
    sha256 = hashlib.sha256(data).hexdigest()
    if file.suffix == ".parquet":
        text = read_parquet(data, file.shown)
        return _grid(file.shown, sha256, text.names, text.frame)
    try:
        return _text_grid(file.shown, data, sha256, header_row, delimiter, encoding)
    except InputError as fault:
        if header_row == 1 or not fault.place or not fault.place.line:
            raise
        place = Place(fault.place.file, fault.place.line + header_row - 1, fault.place.column)
        raise InputError(fault.says, place=place, hint=fault.hint) from fault


def _text_grid(shown: str, data: bytes, sha256: str, header_row: int, delimiter: str, encoding: str) -> Grid:
    plain = data if encoding == "utf-8-sig" else _decoded(data, encoding, shown)
    text = None
    if delimiter != "," or header_row > 1:
        simple = _simply_with_commas(plain, delimiter, header_row)
        if simple is not None:
            with contextlib.suppress(InputError):  # read again below, row by row
                text = read_csv(simple, shown)
                plain = simple
        if text is None:
            plain = _with_commas(plain, shown, delimiter, header_row)
    text = text or read_csv(plain, shown)
    if text.frame.width < len(text.names):  # a header stands twice
        names = named_apart(text.names)
        text = read_csv(_with_names(plain, names), shown)
    frame = text.frame.with_columns((pl.col("_row") + header_row - 1).cast(pl.UInt32))
    return _grid(shown, sha256, text.names, frame)


def grid_of_sheet(shown: str, sha256: str, cells: pl.DataFrame, header_row: int) -> Grid:
    """A sheet below its header row. `cells`: text columns and `_row`. Raises InputError where that row is blank."""
    columns = [name for name in cells.columns if name != "_row"]
    header = cells.filter(pl.col("_row") == header_row).select(columns)
    if header.is_empty():
        raise InputError(
            f"Row {header_row} of this sheet, where its headers should stand, is blank.",
            place=Place(shown, header_row),
            hint="Say in the mapping which row they are in (header_row).",
        )
    names = [name or "" for name in header.row(0)]
    while names and not names[-1]:
        names.pop()
    below = cells.filter(pl.col("_row") > header_row)
    rows = below.select(*(pl.col(column).alias(f"{at}") for at, column in enumerate(columns[: len(names)])), "_row")
    held = pl.any_horizontal(pl.col(f"{at}").is_not_null() for at in range(len(names)))
    return _grid(shown, sha256, names, rows.filter(held))


def _grid(shown: str, sha256: str, names: Sequence[str], frame: pl.DataFrame) -> Grid:
    return Grid(shown, sha256, tuple(named_apart(names)), frame)


def named_apart(names: Sequence[str]) -> list[str]:
    """The headers without the blanks around them, each a name of its own."""
    apart: list[str] = []
    taken: set[str] = set()
    for at, name in enumerate(names, 1):
        bare = " ".join(name.split()) or f"(column {at})"
        one, copy = bare, 2
        while one in taken:
            one, copy = f"{bare} ({copy})", copy + 1
        taken.add(one)
        apart.append(one)
    return apart


def _decoded(data: bytes, encoding: str, shown: str) -> bytes:
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as fault:
        raise InputError(
            "The text is not in the encoding that the mapping says.",
            place=Place(shown),
            hint="Change 'encoding' in the mapping: utf-8, windows-1252 or utf-16.",
        ) from fault


def _simply_with_commas(data: bytes, delimiter: str, header_row: int) -> bytes | None:
    """The same where nothing is quoted and no comma stands in it; None where that is not so."""
    if b'"' in data or (delimiter != "," and b"," in data):
        return None
    for _ in range(header_row - 1):
        end = data.find(b"\n")
        if end < 0:
            return None
        data = data[end + 1 :]
    return data.replace(delimiter.encode(), b",")


def _with_commas(data: bytes, shown: str, delimiter: str, header_row: int) -> bytes:
    """The rows from the header on, separated by commas: one record stays one record, so that rows are counted alike."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    width = 0
    try:
        for row, fields in enumerate(reader, 1):
            if row < header_row:
                continue
            width = width or len(fields)
            if not any(field.strip(_BLANK) for field in fields):
                out.write("\n")
            else:  # title lines and totals are often written without the delimiters of their blanks
                writer.writerow(fields + [""] * (width - len(fields)) if len(fields) == 1 else fields)
    except csv.Error as fault:
        raise InputError(
            f"The line can't be read as separated values: {fault}.",
            place=Place(shown, reader.line_num),
            hint="Look for a quotation mark that is opened and never closed, or another delimiter.",
        ) from fault
    if not width:
        raise InputError(
            f"The file ends before row {header_row}, where its headers should stand.", place=Place(shown),
            hint="Say in the mapping which row they are in (header_row).",
        )  # fmt: skip
    return out.getvalue().encode("utf-8")


def _with_names(data: bytes, names: Sequence[str]) -> bytes:
    """The same rows under other headers."""
    text = data.decode("utf-8-sig", errors="surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(names)
    return out.getvalue().encode() + _after_first_record(text, reader.line_num).encode("utf-8", "surrogateescape")


def _after_first_record(text: str, lines: int) -> str:
    at = 0
    for _ in range(lines):
        ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
        if not ends:
            return ""
        end = min(ends)
        at = end + (2 if text.startswith("\r\n", end) else 1)
    return text[at:]
