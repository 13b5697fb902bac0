"""Why: what the eleven lists of Annex A hold is read here and written elsewhere, so it is written down once, in `layout.yaml`.

The list names, headers and windows are Ofsted's (inspection of local authority children's services, Annex A: lists 1 to 8 look
back six months, 10 and 11 twelve, list 9 tells of its own day). Headers and wordings that authorities write instead stand
beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from casetally.sources.column_names import folded
from casetally.yaml_files import load_yaml

LETTER = re.compile(r"^[a-z]{1,2}\d?\)\s*")  # what stands before a wording: a) to zz)
Kind = Literal["id", "date", "number", "yes_no", "code", "text"]


@dataclass(frozen=True)
class Column:
    """One column of a list: its header, its kind, the name of its wording (codes only), and how else its header is met.

    `words`: sets of words; a header that holds all words of a set is this column where no other header is.
    """

    header: str
    kind: Kind
    codes: str = ""
    also: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class AnnexAList:
    """One list. `months`: how far it looks back from its own day (0: it tells of that day alone)."""

    number: int
    title: str
    also: tuple[str, ...]
    months: int
    one_row_is: str
    columns: tuple[Column, ...]

    @property
    def sheet(self) -> str:
        """The name of its sheet, as it is written."""
        return f"List {self.number}"

    @property
    def headers(self) -> tuple[str, ...]:
        """Its headers, in order."""
        return tuple(column.header for column in self.columns)


@dataclass(frozen=True)
class Wording:
    """How the codes of one column are worded. Flags have the codes `true` and `false`, and "" for unknown."""

    name: str
    ways: Mapping[str, tuple[str, ...]]  # a code -> its wordings, the one that is written first

    def written(self, code: str | None) -> str | None:
        """The wording of a code; a code that has none, and a blank, as they are."""
        return self.ways[code][0] if code is not None and code in self.ways else code

    @property
    def by_fold(self) -> Mapping[str, str]:
        """Every wording, with its letter and without, case, blanks and punctuation apart -> its code; of two codes, the first."""
        found: dict[str, str] = {folded(code): code for code in self.ways if code}
        for bare in (False, True):
            for code, ways in self.ways.items():
                for way in ways:
                    found.setdefault(folded(LETTER.sub("", way) if bare else way), code)
        return found


@cache
def lists() -> tuple[AnnexAList, ...]:
    """The eleven lists, in order."""
    return tuple(_list(one) for one in _data()["lists"])


def list_number(number: int) -> AnnexAList:
    """The list of this number, 1 to 11."""
    return lists()[number - 1]


@cache
def wordings() -> Mapping[str, Wording]:
    """The wordings by name: those of code lists under the list's name, others (`case_status`, `yes_no` ...) under their own."""
    return {
        name: Wording(name, {code: tuple(ways) for code, ways in codes.items()})
        for name, codes in _data()["wordings"].items()
    }


@cache
def _data() -> dict[str, dict[str, dict[str, list[str]]]]:
    return cast(dict[str, dict[str, dict[str, list[str]]]], load_yaml(Path(__file__).with_name("layout.yaml")).data)


def _list(entry: object) -> AnnexAList:
    assert isinstance(entry, dict)
    return AnnexAList(
        entry["number"],
        entry["title"],
        tuple(entry["also"]),
        entry["months"],
        entry["one_row_is"],
        tuple(_column(column) for column in entry["columns"]),
    )


def _column(entry: dict[str, object]) -> Column:
    also, words = cast(list[str], entry.get("also", [])), cast(list[list[str]], entry.get("words", []))
    kind = cast(Kind, entry["kind"])
    return Column(
        str(entry["header"]), kind, str(entry.get("codes", "")), tuple(also), tuple(tuple(some) for some in words)
    )
