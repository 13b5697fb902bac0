"""Why: a list's cells hold ids read as numbers, dates in five forms and codes in words; the tables hold text that can be checked.

What is not understood stays as it was written, so that the checks can say so.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from casetally.schemas import load_schemas
from casetally.sources.annex_a.layout import LETTER, Column, Wording, wordings
from casetally.sources.column_names import folded
from casetally.sources.dates import iso_days

LONGEST_ID = 100  # characters
_SERIAL = r"^[1-7]\d{4}(?:\.\d+)?$"  # a day as a spreadsheet counts them: 10000 is in 1927, 79999 in 2119
_TWO_DIGIT_YEAR = r"^\d{1,2}/\d{1,2}/\d{2}$"
_FIRST = re.compile(r"^[(\[]?([A-Za-z]{0,4}\d{0,2}[A-Za-z]?)\s*(?:[:)\]\-–—(\[,]|$)")
_FIRST_OR_BLANK = re.compile(r"^([A-Z]{0,4}\d{0,2}[A-Z]?)\s")
_LAST = re.compile(r"[(\[]\s*([A-Za-z]{0,4}\d{0,2}[A-Za-z]?)\s*[)\]]\s*$")


def cleaned(text: pl.Series, column: Column) -> pl.Series:
    """The cells of one column as text for the data model: ids and numbers without `.0`, ISO dates, codes, flags as true/false."""
    if column.kind == "date":
        return days(text)
    if column.kind in ("id", "number"):
        return text.str.replace(r"^([+-]?\d+)\.0+$", "$1")
    if column.kind == "yes_no":
        return coded(text, _flags(disability="Disab" in column.header))
    return coded(text, wordings()[column.codes]) if column.kind == "code" else text


def days(text: pl.Series) -> pl.Series:
    """Dates in ISO form: as a spreadsheet gives them, as dd/mm/yyyy or dd/mm/yy, in words, or as a spreadsheet's number
    of a day.
    """
    distinct = text.drop_nulls().unique().to_frame("text")
    number = pl.when(pl.col("text").str.contains(_SERIAL)).then(pl.col("text").str.extract(r"^(\d{5})"))
    read = distinct.with_columns(
        pl.when(pl.col("text").str.contains(_TWO_DIGIT_YEAR))
        .then(pl.col("text").str.to_date("%d/%m/%y", strict=False).cast(pl.String))
        .otherwise((pl.lit("1899-12-30").str.to_date() + pl.duration(days=number.cast(pl.Int64))).cast(pl.String))
        .alias("day")
    )
    early = dict(zip(read["text"].to_list(), read["day"].to_list(), strict=True))
    return iso_days(text.replace_strict({was: now or was for was, now in early.items()}, return_dtype=pl.String))


def read_days(text: pl.Series) -> pl.Series:
    """Cleaned dates as dates; null where they could not be read."""
    return text.str.to_date("%Y-%m-%d", strict=False)


def coded(text: pl.Series, wording: Wording) -> pl.Series:
    """The texts as codes; what the wording reads as unknown is null, what it does not know stays as written."""
    known = {one: _code(one, wording) for one in text.drop_nulls().unique().to_list()}
    return text.replace_strict(known, return_dtype=pl.String)


def _code(text: str, wording: Wording) -> str | None:
    """`b) PR1 - Own provision` is met as a whole, without its letter, by the code before the words, and by one in
    brackets after.
    """
    if len(text) > 1000:
        return text
    ways = _ways(wording.name) if wording.name in wordings() else wording.by_fold
    bare = LETTER.sub("", text)
    tries = [text, bare]
    for pattern in (_FIRST, _LAST, *(() if "true" in wording.ways else (_FIRST_OR_BLANK,))):
        found = pattern.search(bare)
        tries += [found[1]] if found and found[1] else []
    for one in tries:
        if folded(one) in ways:
            return ways[folded(one)] or None
    return text


@cache
def _ways(name: str) -> dict[str, str]:
    return dict(wordings()[name].by_fold)


@cache
def _flags(*, disability: bool) -> Wording:
    """The wordings of yes and no; a column of disability may name the disability instead."""
    yes_no = wordings()["yes_no"]
    if not disability:
        return yes_no
    named = {code: label for code, label in load_schemas().codes["disability"].items() if code != "NONE"}
    return Wording("disability", {**yes_no.ways, "true": (*yes_no.ways["true"], *named, *named.values())})
