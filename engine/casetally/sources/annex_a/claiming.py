"""Why: a folder may hold workbooks of every kind; those that are Annex A are known by their sheets, without unpacking a bomb."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from io import BytesIO

import polars as pl

from casetally.errors import InputError
from casetally.sources.annex_a.headers import LOOK_AT, find_list, number_in_name
from casetally.sources.annex_a.safe import OLD_FORMAT, sheet_names
from casetally.sources.annex_a.sheets import first_rows
from casetally.sources.given import GivenFile

WORKBOOKS = (".xlsx", ".xlsm")
_LARGEST = 200 << 20  # bytes of a workbook that is looked into for its headers or names


def claimed(files: Sequence[GivenFile]) -> list[GivenFile]:
    """Those of the files that are Annex A, or stand alone and should be (so that a broken or locked one is told of)."""
    books = [file for file in files if file.suffix in WORKBOOKS and _is_annex_a(file, alone=len(files) == 1)]
    return [file for file in files if file in books or (file.suffix == ".csv" and _is_list(file))]


def _is_annex_a(file: GivenFile, *, alone: bool) -> bool:
    try:
        if file.path.stat().st_size > _LARGEST:
            return False
        data = file.read()
    except (OSError, InputError):
        return False
    names = sheet_names(data)
    if any(number_in_name(name) for name in names):
        return True
    if names:
        return any(find_list(name, grid) for name, grid in zip(names, first_rows(data, LOOK_AT), strict=False))
    return (alone or "annex" in file.stem.casefold()) and (
        data.startswith(OLD_FORMAT) or not _is_zip_of_something_else(data)
    )


def _is_zip_of_something_else(data: bytes) -> bool:
    """Whether it can be unpacked but is no workbook."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as opened:
            return "xl/workbook.xml" not in opened.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        return False


def _is_list(file: GivenFile) -> bool:
    """A CSV file whose name has the number of a list (`care_leavers.csv` is a table) and whose first line its headers."""
    if number_in_name(file.stem) is None or not re.search(r"\d", file.stem):
        return False
    first = file.head.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    cells = [cell.strip().strip('"') for cell in first.strip().split(",")]
    grid = pl.DataFrame({f"{at}": [cell or None] for at, cell in enumerate(cells)}, schema_overrides={"0": pl.String})
    found = find_list(file.stem, grid.with_columns(pl.lit(1, dtype=pl.UInt32).alias("_row")))
    return found is not None and found.readable
