"""Why: a sealed list is deleted because it names a child, not because it might: so it is looked into where there is a key."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from casetally.errors import CasetallyError
from casetally.sealed import Key, unseal

_CELL = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")  # a text of a workbook


def names_any(path: Path, ids: frozenset[str], key: Key | None) -> bool | None:
    """Whether a sealed workbook or zip of CSV files has a cell that is one of these ids; None where it can't be opened to see."""
    if key is None:
        return None
    try:
        opened = unseal(path.read_bytes(), key, path.name)
        return any(cell in ids for cell in _cells(opened))
    except (CasetallyError, OSError, zipfile.BadZipFile, UnicodeDecodeError, csv.Error):
        return None


def _cells(contents: bytes) -> Iterator[str]:
    """Every text of a workbook, every field of the CSV files of a zip: also as it was before an apostrophe was put to it."""
    with zipfile.ZipFile(io.BytesIO(contents)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                yield from (unescape(text) for text in _CELL.findall(archive.read(name).decode("utf-8")))
            elif name.endswith(".csv"):
                for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                    yield from row
                    yield from (
                        field[1:] for field in row if field.startswith("'")
                    )  # what `csv_bytes` would keep from being a formula
