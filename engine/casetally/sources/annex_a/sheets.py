"""Why: the lists come as sheets of a workbook or as CSV files of a folder; both are shown as grids of text with a sheet's row
numbers.

The workbook is read with calamine, which takes the values that formulas came to and never runs one; a text that begins with `=`
is a text. Dates come out as `2024-01-31 00:00:00`, whole numbers without a decimal point, errors such as `#N/A` as blanks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.annex_a.safe import refuse_unsafe
from casetally.sources.csv_file import read_csv
from casetally.sources.given import GivenFile

_SHEETS = 200
_BLANKS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "NULL", "nan", "NaT")


@dataclass(frozen=True)
class Sheet:
    """One sheet or CSV file. `grid`: text columns `0`, `1` ... as they stand, null where blank, and `_row`; blank rows left out.

    `file`: as findings name it (`Annex A.xlsx#List 1`); `group`: the workbook, or the folder of CSV files, that it belongs to;
    `called`: the name of that workbook or folder, in which the day of the lists may stand.
    """

    name: str
    file: str
    sha256: str
    group: str
    grid: pl.DataFrame
    called: str

    @property
    def in_workbook(self) -> bool:
        return self.file.startswith(f"{self.group}#")


def read_sheets(files: Sequence[GivenFile]) -> list[Sheet]:
    """All sheets of these files, hidden ones too. Raises InputError for a file that can't be read at all."""
    sheets: list[Sheet] = []
    for file in files:
        data = file.read()
        sheets += [_csv(file, data)] if file.suffix == ".csv" else _workbook(file, data)
    return sheets


def first_rows(data: bytes, rows: int) -> list[pl.DataFrame]:
    """The first rows of every sheet of a workbook that is safe to open; nothing where it is not, or can't be read."""
    try:
        refuse_unsafe(data, "")
        return [_grid(book, at, rows) for book in [_opened(data, "")] for at in range(len(book.sheet_names[:_SHEETS]))]
    except InputError:
        return []


def _csv(file: GivenFile, data: bytes) -> Sheet:
    text = read_csv(data, file.shown)
    if text.frame.width < len(text.names):
        raise InputError("Two columns have one name.", place=Place(file.shown, 1), hint="Remove one, or rename it.")
    header = {f"{at}": [name] for at, name in enumerate(text.names)} | {"_row": [1]}
    grid = pl.concat([pl.DataFrame(header, schema_overrides={"_row": pl.UInt32}), text.frame])
    sha256, folder = hashlib.sha256(data).hexdigest(), file.path.resolve().parent.name
    return Sheet(file.stem, file.shown, sha256, file.folder, _without_blanks(grid), folder)


def _workbook(file: GivenFile, data: bytes) -> list[Sheet]:
    refuse_unsafe(data, file.shown)
    sha256 = hashlib.sha256(data).hexdigest()
    book = _opened(data, file.shown)
    names: list[str] = list(book.sheet_names)
    if len(names) > _SHEETS:
        raise InputError(
            f"The workbook has {len(names)} sheets, more than the {_SHEETS} that are looked at.",
            place=Place(file.shown),
            hint="Keep the sheets that are to be read in a workbook of their own.",
        )
    called = [
        f"{file.shown}#{name}" + (f" (sheet {at + 1})" if name in names[:at] else "") for at, name in enumerate(names)
    ]
    return [
        Sheet(name, called[at], sha256, file.shown, _grid(book, at, None, called[at]), file.stem)
        for at, name in enumerate(names)
    ]


def _opened(data: bytes, shown: str) -> Any:
    import fastexcel

    try:
        return fastexcel.read_excel(data)
    except BaseException as fault:  # the reader's own panics are no Exception
        raise _unreadable(shown, fault) from fault


def _grid(book: Any, at: int, rows: int | None, shown: str = "") -> pl.DataFrame:
    try:
        sheet = book.load_sheet(at, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        frame: pl.DataFrame = sheet.to_polars()
        columns = [column.absolute_index for column in sheet.selected_columns]
    except BaseException as fault:
        raise _unreadable(shown, fault) from fault
    frame.columns = [str(column) for column in columns]
    return _without_blanks(frame.cast(pl.String).with_row_index("_row", offset=1).cast({"_row": pl.UInt32}))


def _without_blanks(grid: pl.DataFrame) -> pl.DataFrame:
    """Texts without the blanks around them, null where nothing is left or an error stands; no rows or columns that hold nothing."""
    columns = [name for name in grid.columns if name != "_row" and grid[name].null_count() < grid.height]
    if not columns:
        return grid.select("_row").clear()
    texts = [pl.col(name).str.replace_all("[\u00a0\r\n\t]+", " ").str.strip_chars() for name in columns]
    clean = [
        pl.when(text.is_in(["", *_BLANKS])).then(None).otherwise(text).alias(n)
        for n, text in zip(columns, texts, strict=True)
    ]
    return grid.select(*clean, "_row").filter(pl.any_horizontal(pl.col(name).is_not_null() for name in columns))


def _unreadable(shown: str, fault: BaseException) -> BaseException:
    if isinstance(fault, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        return fault
    return InputError(
        "This workbook can't be read: what it holds is not what a spreadsheet program writes.",
        place=Place(shown),
        hint="Open it in a spreadsheet program, save it again as .xlsx, or export it anew.",
    )
