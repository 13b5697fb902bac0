"""Why: two shapes are XML of hundreds of thousands of small elements; text put together is enough, and quick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import polars as pl

Row = Mapping[str, str | None]


def element(tag: str, value: str | None) -> str:
    """`<tag>value</tag>`; nothing for a value that is not known."""
    return "" if value is None else f"<{tag}>{escape(value)}</{tag}>"


def wrapped(tag: str, parts: Sequence[str]) -> str:
    """An element around others, one a line; those that are nothing leave no line."""
    inner = "\n".join(part for part in parts if part)
    return f"<{tag}>\n{inner}\n</{tag}>"


def rows_by(frame: pl.DataFrame, column: str) -> dict[str, list[Row]]:
    """The rows of a frame of text by the value of one column, in their order."""
    found: dict[str, list[Row]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row[column] or "", []).append(row)
    return found
