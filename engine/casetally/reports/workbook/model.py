"""Why: what stands on a worksheet is put together as plain values first, so that its content can be read and tested without a file.

A sheet is one table under its title and a few lines of text, as the Analysis Function's guidance on releasing statistics in
spreadsheets asks: one header row, no merged cells, no blank rows or columns.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Kind = Literal["text", "number", "date"]


@dataclass(frozen=True)
class Number:
    """A number and how it is shown, as a spreadsheet's own number format."""

    value: Decimal | Fraction | float
    form: str = "General"


@dataclass(frozen=True)
class Link:
    """A text that leads to a cell of another sheet of the same workbook; `row` counts from 1."""

    text: str
    sheet: str
    row: int = 1


@dataclass(frozen=True)
class Rated:
    """A rating in words; its colour is only added to them."""

    text: str
    colour: Literal["green", "amber", "red"]


Cell = str | int | float | Number | Link | Rated | dt.date | None  # None: a cell that stays blank
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """A column: its header, its width in characters and what stands in it."""

    header: str
    width: int
    kind: Kind = "text"


@dataclass(frozen=True)
class Sheet:
    """One table. `says` are the lines between the title and the way back to the contents, `frozen` the columns that stay in sight.

    `is_data`: for machines to read, so its texts are not wrapped. `is_wide`: printed on large paper. `back`: the
    worksheet that its first link leads to.
    """

    name: str
    title: str
    holds: str
    says: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    frozen: int = 0
    is_wide: bool = True
    is_data: bool = False
    back: str = "Contents"

    @property
    def header_row(self) -> int:
        """The row of the headers, counted from 1: below the title, what is said, and the way back to the contents."""
        return len(self.says) + 3

    @property
    def first_row(self) -> int:
        """The first row below the headers, counted from 1."""
        return self.header_row + 1

    @property
    def table(self) -> str:
        """What the table is called in formulas and in Power BI."""
        return "casetally_" + self.name.lower()


@dataclass(frozen=True)
class Cover:
    """The first sheet: no table, a title and lines of text."""

    title: str
    lines: tuple[str, ...]
