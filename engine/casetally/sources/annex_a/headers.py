"""Why: sheets are named and headed a little differently in each authority, below titles, and sometimes twice.

A sheet is a list of Annex A by its name (`List 7`, `7 Child protection`) or by its headers; its header row is the one that holds
most of the list's headers. A header is matched as it is written, then by the words that give it away, then as a slip of the pen.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

import polars as pl

from casetally.sources.annex_a.layout import AnnexAList, Column, list_number, lists
from casetally.sources.column_names import folded, matched

LOOK_AT = 40  # rows among which the header row is looked for
_LONGEST = 200  # characters of a header
_WIDEST = 200  # texts of a row that are looked at
_CLOSE = 0.75  # how alike a word must be to another to be taken for a slip of it
_NAMED_BY_NAME = 0.3  # the share of a list's headers that a sheet named after it must have …
_NAMED_BY_HEADERS = 0.6  # … and that a sheet of another name must have
DATED_BY = {
    1: "Date of Contact",
    2: "Assessment start date",
    3: "Date of referral",
    4: "Continuous Assessment Start Date",
    5: "Strategy discussion initiating Section 47 Enquiry Start Date",
    6: "CIN Start Date",
    7: "Child Protection Plan Start Date",
    8: "Date Started to be Looked After",
    9: "Eligibility Category",
    10: "Date of Decision that Child Should be Placed for Adoption",
    11: "Date enquiry received",
}  # what makes a row of each list; no other list has it

Cells = Mapping[str, str]  # a grid's column -> the text that stands there


@dataclass(frozen=True)
class Found:
    """A list found in a sheet: its header row (as in `_row`), and for each of its columns found, the grid's column.

    `near`: headers taken for a slip; `twice`: columns that stand in the sheet twice; `unknown`: the grid's columns of other
    headers.
    """

    listed: AnnexAList
    row: int
    columns: dict[str, str]
    near: tuple[str, ...]
    twice: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The list's headers that the sheet does not have."""
        return tuple(header for header in self.listed.headers if header not in self.columns)

    @property
    def readable(self) -> bool:
        """Whether the columns are there without which no row means anything."""
        return all(header in self.columns for header in _needed(self.listed))


def _needed(listed: AnnexAList) -> tuple[str, str]:
    return listed.columns[0].header, DATED_BY[listed.number]


def number_in_name(name: str) -> int | None:
    """The list that a sheet or file is named after: `List 1`, `Ofsted List_7 - Plans`, `8 Children in care`, `Contacts`."""
    said = re.search(r"(?i)(?:^|[^a-z])list[\s_.\-]*0?(\d{1,2})(?!\d)", name)
    if said and 1 <= int(said[1]) <= len(lists()):
        return int(said[1])
    titles = _titles()
    led = re.match(r"\s*0?(\d{1,2})[\s_.\-)]+(.+)", name)
    if led and 1 <= int(led[1]) <= len(lists()) and titles.get(folded(led[2])) == int(led[1]):
        return int(led[1])
    return titles.get(folded(name))


def find_list(name: str, grid: pl.DataFrame) -> Found | None:
    """The list that a sheet holds, or None where it is none of the eleven."""
    hinted = number_in_name(name)
    best: tuple[float, int, int] | None = None
    rows = _rows(grid)
    for at, (_, cells) in enumerate(rows):
        for listed in lists():
            certain = _certain(cells, listed)
            share = len(certain) / len(listed.columns)
            needed = all(header in certain for header in _needed(listed))
            by_name = listed.number == hinted and (needed or share >= _NAMED_BY_NAME)
            if by_name or (needed and share >= _NAMED_BY_HEADERS):
                score = share + (listed.number == hinted)
                best = max(best or (0.0, 0, 0), (score, -at, -listed.number))
    if best is None:
        return None
    row, cells = rows[-best[1]]
    return _found(list_number(-best[2]), row, cells)


def _rows(grid: pl.DataFrame) -> list[tuple[int, Cells]]:
    """The first rows that hold two texts or more which may be headers: the row's number and those texts by column."""
    columns = [name for name in grid.columns if name != "_row"]
    found: list[tuple[int, Cells]] = []
    for row in grid.head(LOOK_AT).select(*columns, "_row").iter_rows():
        texts = ((column, cell) for column, cell in zip(columns, row, strict=False) if cell and len(cell) <= _LONGEST)
        cells = dict(islice(texts, _WIDEST))
        if len(cells) >= 2:
            found.append((int(row[-1]), cells))
    return found


def _found(listed: AnnexAList, row: int, cells: Cells) -> Found:
    certain = _certain(cells, listed)
    rest = {column: cell for column, cell in cells.items() if column not in certain.values()}
    twice = tuple(h for h in listed.headers if h in certain and any(_is(cell, listed, h) for cell in rest.values()))
    near: dict[str, str] = {}
    for column, cell in rest.items():
        wanted = next((h for h in listed.headers if h not in certain and h not in near and _is_slip(cell, h)), None)
        if wanted is not None:
            near[wanted] = column
    unknown = tuple(column for column in rest if column not in near.values())
    return Found(listed, row, certain | near, tuple(near), twice, unknown)


def _certain(cells: Cells, listed: AnnexAList) -> dict[str, str]:
    """The list's headers that stand in a row as they are written or by their words: header -> the grid's column."""
    columns = list(cells)
    found = {h: columns[at] for h, at in matched(list(cells.values()), _ways(listed.number)).items()}
    for wanted in listed.columns:
        if wanted.header not in found and wanted.words:
            left = (
                column for column, cell in cells.items() if column not in found.values() and _has_words(cell, wanted)
            )
            column = next(left, None)
            if column is not None:
                found[wanted.header] = column
    return found


def _is(cell: str, listed: AnnexAList, header: str) -> bool:
    return folded(cell) in {folded(way) for way in (header, *_ways(listed.number)[header])}


def _is_slip(cell: str, header: str) -> bool:
    """Whether a text is a header word for word but for slips within words: `start` is no slip of `end`."""
    words, meant = (re.findall(r"[a-z0-9]+", text.casefold()) for text in (cell, header))
    pairs = zip(words, meant, strict=False)
    return len(words) == len(meant) and all(one == other or _close(one, other) for one, other in pairs)


def _close(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 2 and difflib.SequenceMatcher(None, one, other).ratio() >= _CLOSE


def _has_words(cell: str, column: Column) -> bool:
    words = set(re.findall(r"[a-z0-9]+", cell.casefold()))
    return any(words.issuperset(some) for some in column.words)


@cache
def _ways(number: int) -> dict[str, tuple[str, ...]]:
    return {column.header: column.also for column in list_number(number).columns}


@cache
def _titles() -> dict[str, int]:
    return {folded(name): listed.number for listed in lists() for name in (listed.title, *listed.also)}
