"""Why: only Excel on a desk makes rows as high as their wrapped texts; elsewhere a row without a height shows its first line alone.

Heights are reckoned from the letters, generously: a little room too much is better than a line that nobody sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from casetally.reports.workbook.model import Cell, Link

LINE = 15.75  # points, of letters of 12 points
AIR = 3.0  # points, between rows
MOST = 409.0  # points that a row can have
_LETTERS = 1.05  # of a text to the width of a digit, in which a column's width is counted
_CAPITAL = 0.35  # how much wider a capital is than a letter


def height_of(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """How high a row must be, in points, for its texts in columns of these widths."""
    texts = (cell.text if isinstance(cell, Link) else cell for cell in cells)
    lines = max(
        (_lines(text, width) for text, width in zip(texts, widths, strict=True) if isinstance(text, str)), default=1
    )
    return min(lines * LINE + AIR, MOST)


@lru_cache(maxsize=4096)
def _lines(text: str, width: int) -> int:
    """The lines that a text is wrapped into between its words."""
    room = max((width - 1) * _LETTERS, 1)
    if _wide(text) <= room:
        return 1
    lines, left = 1, room
    for word in text.split():
        wide = _wide(word)
        if wide > left and left < room:
            lines, left = lines + 1, room
        more = int(wide // room)  # a word wider than its column is broken
        lines += more
        left -= wide - more * room + _wide(" ")
    return lines


def _wide(text: str) -> float:
    return len(text) + _CAPITAL * sum(letter.isupper() for letter in text)
