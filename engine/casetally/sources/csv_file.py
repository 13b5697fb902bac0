"""Why: CSV from real systems comes in two encodings, with quoted line ends, blank lines and rows of the wrong length.

One file becomes one frame of text, or one sentence that names the line. Polars reads the rows; a scan over the bytes
counts the fields of every row first, because polars fills a short row with nulls without saying so. Where the scan or
polars stumbles, Python's own csv reader goes over the file again, slowly, and either names the faulty line or reads
what is there.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import polars as pl

from casetally.errors import InputError, Place

_BINARY_STARTS = (b"PK\x03\x04", b"PAR1", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_SOME = 4096
_HEADER = 65536
_PIECE = 1 << 17  # bytes that are looked at together, few enough to stay in the processor's own memory
_BLANK = " \t\r\n\f\v\xa0"


@dataclass(frozen=True)
class TextRows:
    """The rows of one file. `frame` holds the columns `names` (as written), all text, null where blank, then `_row`
    (UInt32): the row as a spreadsheet counts, the header being row 1. Blank lines are no rows, but they count as
    spreadsheet rows.
    """

    names: list[str]
    header_line: str
    frame: pl.DataFrame


def read_csv(data: bytes, shown: str) -> TextRows:
    """Read the bytes of one comma separated file. Raises InputError, with file and line, for anything that can't be
    read.
    """
    data = utf8_text(data, shown)
    names, header_line = _header(data, shown)
    if len(set(names)) < len(names):  # the caller says which; polars would rename the second
        return TextRows(names, header_line, pl.DataFrame())
    counts, blank = _scan(data)
    right_length = counts == len(names)
    frame = None
    if bool((right_length | blank).all()):
        frame = _read_fast(data, len(counts) - 1)
    if frame is None:
        frame = _read_slowly(data, len(names), shown)
    else:
        row = np.arange(2, len(counts) + 1, dtype=np.uint32)
        frame = frame.with_columns(pl.Series("_row", row))
        if bool(blank[1:].any()):
            frame = frame.filter(pl.Series(~blank[1:]))
    frame.columns = [f"{at}" for at in range(len(names))] + ["_row"]
    return TextRows(names, header_line, _blanks_to_null(frame, some_wide=not data.isascii()))


def _blanks_to_null(frame: pl.DataFrame, *, some_wide: bool) -> pl.DataFrame:
    """`blank_to_null` for the columns that need it: a blank text begins with a blank, which comes before every other
    character, but for the wide one.
    """
    least = frame.select(pl.exclude("_row").min()).row(0) if frame.height else ()
    doubtful = [f"{at}" for at, text in enumerate(least) if text is not None and (some_wide or text < "!")]
    return frame.with_columns(blank_to_null(column) for column in doubtful) if doubtful else frame


def blank_to_null(column: str) -> pl.Expr:
    """The column with texts of nothing but blanks read as null."""
    text = pl.col(column)
    return pl.when(text.str.strip_chars(_BLANK) != "").then(text).alias(column)


def utf8_text(data: bytes, shown: str) -> bytes:
    """The same text as UTF-8 without a mark and with line feeds. Windows-1252 is read where the bytes are not UTF-8."""
    if data.startswith(_UTF16_STARTS):
        raise InputError(
            "This file is UTF-16 text, which is not read.",
            place=Place(shown),
            hint="Save it again as 'CSV UTF-8 (comma delimited)'.",
        )
    if data.startswith(_BINARY_STARTS) or b"\0" in data:
        raise InputError(
            "This file is not text, though its name ends in .csv.",
            place=Place(shown),
            hint="Save the table as 'CSV UTF-8 (comma delimited)', or as Parquet with the ending .parquet.",
        )
    data = data.removeprefix(_UTF8_MARK)
    if not data[:_SOME].strip() and not data.strip():  # stripping all of it would copy all of it
        raise InputError(
            "The file is empty.",
            place=Place(shown),
            hint="Put the column names in its first line, or remove the file if there is nothing to say.",
        )
    if not data.isascii():
        data = _as_utf8(data, shown)
    if b"\n" not in data and b"\r" in data:  # line ends as the oldest systems write them
        data = data.replace(b"\r", b"\n")
    return data


def _as_utf8(data: bytes, shown: str) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252").encode("utf-8")
        except UnicodeDecodeError as fault:
            raise InputError(
                "The text is neither UTF-8 nor Windows-1252.",
                place=Place(shown, data.count(b"\n", 0, fault.start) + 1),
                hint="Save it again as 'CSV UTF-8 (comma delimited)'.",
            ) from fault
    return data


def _header(data: bytes, shown: str) -> tuple[list[str], str]:
    head = data[:65536]
    line, ended, _ = head.partition(b"\n")
    if len(data) > _HEADER and b"\n" not in data[:_HEADER]:
        raise InputError(
            f"The first line is longer than {_HEADER:,} bytes, so it can't be one of column names.",
            place=Place(shown, 1),
            hint="Put the column names in the first line, each record on a line of its own below.",
        )
    first = (line + ended if b'"' not in line else head).decode("utf-8", errors="ignore")
    try:
        names = next(csv.reader(io.StringIO(first, newline="")))
    except csv.Error as fault:
        raise InputError(f"The first line can't be read as column names: {fault}.", place=Place(shown, 1)) from fault
    if not any(name.strip() for name in names):
        raise InputError(
            "The first line is blank; it must hold the column names.",
            place=Place(shown, 1),
            hint="Remove what stands above the column names.",
        )
    return [name.strip(_BLANK) for name in names], first.splitlines()[0]


def _scan(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Per record, the header included: its number of fields, and whether it is a blank line."""
    text = np.frombuffer(data, dtype=np.uint8)
    ends, commas = _marks(text, 10), _marks(text, 44)
    if b'"' in data:
        outside = ~_within_quotes(_marks(text, 34))
        ends &= outside
        commas &= outside
    at, before = _counted(ends, commas)
    if len(text) and (not len(at) or at[-1] != len(text) - 1):
        at, before = np.append(at, len(text)), np.append(before, np.bitwise_count(commas).sum(dtype=np.int64))
    fields = np.diff(before, prepend=0) + 1
    starts = np.concatenate(([0], at[:-1] + 1))
    width = at - starts
    blank = (width == 0) | ((width == 1) & (text[np.minimum(starts, len(text) - 1)] == 13))
    return fields, blank


def _marks(text: np.ndarray, byte: int) -> np.ndarray:
    """Where a byte stands, a bit for each byte of the text, the first in the lowest bit of the first word: 64 bytes are then
    looked at in one step.
    """
    words = np.zeros(len(text) // 64 + 1, dtype="<u8")
    bits = words.view(np.uint8)
    for at in range(0, len(text), _PIECE):
        piece = np.packbits(text[at : at + _PIECE] == byte, bitorder="little")
        bits[at // 8 : at // 8 + len(piece)] = piece
    return words


def _within_quotes(quotes: np.ndarray) -> np.ndarray:
    """The bits of what stands after an odd number of quotes, which is inside a quoted field."""
    inside = quotes.copy()
    for width in (1, 2, 4, 8, 16, 32):
        inside ^= inside << np.uint64(width)
    odd = np.bitwise_xor.accumulate(inside >> np.uint64(63))  # whether a word ends inside a field
    inside[1:] ^= np.uint64(0) - odd[:-1]
    return inside


def _counted(ends: np.ndarray, commas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The position of each line end, and how many commas stand before it."""
    before = np.cumsum(np.bitwise_count(commas), dtype=np.int64) - np.bitwise_count(commas)
    words = np.flatnonzero(ends)
    left = ends[words]
    positions, counts = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    while len(words):  # the first line end of every word that has one, then the second, ...
        below = (left & (~left + np.uint64(1))) - np.uint64(1)
        positions.append(words * 64 + np.bitwise_count(below))
        counts.append(before[words] + np.bitwise_count(commas[words] & below))
        left = left & (left - np.uint64(1))
        more = left != 0
        words, left = words[more], left[more]
    found = np.concatenate(positions)
    order = np.argsort(found, kind="stable")
    return found[order], np.concatenate(counts)[order]


def _read_fast(data: bytes, rows: int) -> pl.DataFrame | None:
    """The rows as polars reads them, or None where it can't or finds another number of rows than the scan."""
    try:
        frame = pl.read_csv(data, infer_schema=False, encoding="utf8")
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.height == rows else None


def _read_slowly(data: bytes, width: int, shown: str) -> pl.DataFrame:
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    columns: list[list[str]] = [[] for _ in range(width)]
    rows: list[int] = []
    line = 1
    try:
        for row, fields in enumerate(reader, start=1):
            started, line = line, reader.line_num + 1
            if row == 1 or (not any(field.strip(_BLANK) for field in fields) and len(fields) <= 1):
                continue
            if len(fields) != width:
                _ragged(shown, started, len(fields), width)
            for column, field in zip(columns, fields, strict=True):
                column.append(field)
            rows.append(row)
    except csv.Error as fault:
        raise InputError(
            f"The line can't be read as comma separated values: {fault}.",
            place=Place(shown, line),
            hint="Look for a quotation mark that is opened and never closed.",
        ) from fault
    named = {f"{at}": pl.Series(values, dtype=pl.String) for at, values in enumerate(columns)}
    return pl.DataFrame({**named, "_row": pl.Series(rows, dtype=pl.UInt32)})


def _ragged(shown: str, line: int, found: int, expected: int) -> NoReturn:
    fields = f"{found} field" + ("" if found == 1 else "s")
    raise InputError(
        f"This line has {fields}, but the first line names {expected} columns.",
        place=Place(shown, line),
        hint="Put a field that holds a comma or a line end in quotation marks, and keep a comma for every blank field.",
    )
