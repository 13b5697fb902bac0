"""Why: before a mapping is there, a file itself must say how it is written: encoding, delimiter, where its headers stand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from casetally.errors import InputError
from casetally.sources.given import GivenFile
from casetally.sources.mapping.reading import BOOK_ENDINGS, Grid, grid_of_sheet, read_text_file, sheets_of

_LOOK_AT = 30
_HEAD = 1 << 18
_NO_HEADER = re.compile(r"-?\d+([.,]\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


@dataclass(frozen=True)
class Sniffed:
    """A file or sheet and how it was found to be written. `grid` is None where it can't be read: `why` says so."""

    file: GivenFile
    name: str  # what may say which table it is
    sheet: str | None
    header_row: int
    delimiter: str
    encoding: str
    grid: Grid | None
    why: str = ""


def sniff(file: GivenFile) -> list[Sniffed]:
    """The file, or each of its sheets that holds a table."""
    try:
        if file.suffix in BOOK_ENDINGS:
            return _sheets(file)
        return [_text(file)]
    except InputError as fault:
        return [Sniffed(file, file.stem, None, 1, ",", "utf-8", None, fault.says)]


def _text(file: GivenFile) -> Sniffed:
    if file.suffix == ".parquet":
        grid = read_text_file(file, header_row=1, delimiter=",", encoding="utf-8-sig")
        return Sniffed(file, file.stem, None, 1, ",", "utf-8", grid)
    head = file.head
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    delimiter = _delimiter(text)
    rows = _records(text, delimiter)
    header_row = header_at(rows)
    encoding = "utf-16" if wide else "utf-8"  # Windows-1252 is read where the bytes are not UTF-8
    names = {"utf-8": "utf-8-sig"}
    grid = read_text_file(file, header_row=header_row, delimiter=delimiter, encoding=names.get(encoding, encoding))
    return Sniffed(file, file.stem, None, header_row, "tab" if delimiter == "\t" else delimiter, encoding, grid)


def _delimiter(text: str) -> str:
    """The mark that parts most of the first lines, and most alike."""
    lines = [line for line in text.splitlines()[:_LOOK_AT] if line.strip()]
    best, found = 0.0, ","
    for mark in (",", ";", "\t", "|"):
        counts = sorted(line.count(mark) for line in lines)
        usual = counts[len(counts) // 2] if counts else 0
        if usual > best:
            best, found = usual, mark
    return found


def _records(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= _LOOK_AT:
                break
    except csv.Error:
        pass
    return rows


def header_at(rows: Sequence[Sequence[str | None]]) -> int:
    """The first row that is nearly as wide as any and holds names, not numbers and days; 1 where none is."""
    filled = [[cell.strip() for cell in row if cell and cell.strip()] for row in rows]
    widest = max((len(row) for row in filled), default=0)
    for at, row in enumerate(filled, 1):
        if row and len(row) >= max(0.6 * widest, 2 if widest > 1 else 1) and not any(map(_NO_HEADER.fullmatch, row)):
            return at
    return 1


def _sheets(file: GivenFile) -> list[Sniffed]:
    found: list[Sniffed] = []
    sheets = sheets_of(file)
    for sheet in sheets:
        columns = [name for name in sheet.grid.columns if name != "_row"]
        top = sheet.grid.head(_LOOK_AT)
        if sheet.grid.height < 2 or len(columns) < 2:
            continue
        rows = [list(row) for row in top.select(columns).iter_rows()]
        header_row = int(top["_row"][header_at(rows) - 1])
        name = sheet.name if len(sheets) > 1 else f"{file.stem} {sheet.name}"
        grid = grid_of_sheet(sheet.file, sheet.sha256, sheet.grid, header_row)
        found.append(Sniffed(file, name, sheet.name, header_row, ",", "utf-8", grid))
    return found
