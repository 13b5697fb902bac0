"""Why: text in a workbook comes from records, definitions and analysts: it must stay text, fit its cell and read as English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from casetally.reports.sheets import as_plain_text

if TYPE_CHECKING:
    from markdown_it.token import Token

MOST_UNITS = 32_767  # of UTF-16 in a cell
MOST_READABLE = 2_000  # characters; a row can't be made high enough to show many more
CUT = " ... (cut: a cell holds no more)"
BASIS_WORDS = {
    "month": "Month", "quarter": "Quarter", "year": "Financial year", "year_to_date": "Year to date",
    "rolling_12_months": "Rolling 12 months", "week": "Week",
}  # fmt: skip
UNIT_WORDS = {"percent": "Per cent", "number": "Number", "days": "Days"}
# what can't be shown, turns text round, or is no character: controls, marks of direction, halves of pairs
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_HALVES = re.compile("[\ud800-\udfff]")
_LIKE_A_FORMULA = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212|%]")


def safe(text: str) -> str:
    """Text as one line that a cell can hold: no controls, no more than a cell's most, which then says that it was cut."""
    line = " ".join(_HALVES.sub("\ufffd", _NOT_TEXT.sub("", text)).split())
    if len(line) * 2 > MOST_UNITS and len(units := line.encode("utf-16-le")) > MOST_UNITS * 2:
        line = (
            units[: (MOST_UNITS - len(CUT)) * 2].decode("utf-16-le", errors="ignore") + CUT
        )  # no half of a pair is left
    return as_plain_text(line)


def is_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula once somebody edits its cell."""
    return _LIKE_A_FORMULA.match(text) is not None


def pieces(text: str) -> Iterator[str]:
    """A long paragraph in pieces that a row can show, broken between words where there are any."""
    rest = safe(text) if len(text) <= MOST_READABLE else " ".join(text.split())
    while len(rest) > MOST_READABLE:
        at = rest.rfind(" ", MOST_READABLE // 2, MOST_READABLE)
        at = at if at > 0 else MOST_READABLE
        yield rest[:at].rstrip()
        rest = rest[at:].lstrip()
    if rest:
        yield rest


def paragraphs(markdown: str) -> Iterator[str]:
    """What an analyst wrote, as plain paragraphs: marks are left out, a link's address stands behind its text."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).parse(markdown)
    mark, lists = "", list[int | None]()
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            mark = "\u2022 " if lists[-1] is None else f"{token.info}. "
        elif token.type in ("inline", "fence", "code_block"):
            said = _plain(token.children or ()) if token.type == "inline" else token.content
            if said.strip():
                yield mark + " ".join(said.split())
                mark = ""


def _plain(tokens: Sequence[Token]) -> str:
    said, address = "", ""
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            said += f" ({address})" if address and not said.endswith(address) else ""
        elif token.type in ("softbreak", "hardbreak"):
            said += " "
        else:
            said += token.content
    return said


def basis_words(basis: str) -> str:
    return BASIS_WORDS.get(basis, basis.replace("_", " ").capitalize())


def unit_words(unit: str) -> str:
    if unit.startswith("per_"):
        return f"Per {int(unit[4:]):,}"
    return UNIT_WORDS.get(unit, unit.replace("_", " ").capitalize())


def target_words(number: float) -> str:
    return f"{number:,.10g}"
