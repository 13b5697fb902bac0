"""Why: 03/04/2024 is a day in April or in March, as the system that wrote it decides; so its way of writing is said, never guessed.

A form is written as people write it (`dd/mm/yyyy`, `mm/dd/yyyy`, `dd-mmm-yy`); `excel` is the number of days that a
spreadsheet keeps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

FORMS_SHOWN = ("dd/mm/yyyy", "mm/dd/yyyy", "yyyy-mm-dd", "dd-mmm-yyyy", "dd mmmm yyyy", "dd/mm/yy", "yyyymmdd", "excel")
EXCEL = "excel"
_TOKENS = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "dd": "%d"}
_FORM = re.compile(r"yyyy|yy|mmmm|mmm|mm|dd|[-/. ,]")
_CLOCK = r"^(.*?)(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?([AaPp][Mm])?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?$"
_EXCEL_DAY_0 = pl.date(1899, 12, 30)


def strptime_form(form: str) -> str | None:
    """The form as polars reads it; None where it is not one: day, month and year must be there once each."""
    if form == EXCEL:
        return EXCEL
    parts = _FORM.findall(form.lower())
    if "".join(parts) != form.lower():
        return None
    letters = sorted(part[0] for part in parts if part in _TOKENS)
    return "".join(_TOKENS.get(part, part) for part in parts) if letters == ["d", "m", "y"] else None


def read_as_written(text: pl.Series, forms: Sequence[str], *, with_time: bool) -> pl.Series:
    """Dates in the first of these forms that fits, as YYYY-MM-DD; a time stays (24 hours) where `with_time`, else it is dropped.

    What fits none stays as it is, for the checks to say. Each distinct text is read once.
    """
    distinct = text.drop_nulls().unique()
    parts = distinct.str.strip_chars().to_frame("text").select(pl.col("text").str.extract_groups(_CLOCK).alias("p"))
    day = pl.col("p").struct.field("1")
    read = pl.coalesce(_one_form(day, strptime_form(form) or form) for form in forms)
    hour = pl.col("p").struct.field("2").cast(pl.Int32)
    half = pl.col("p").struct.field("5").str.to_lowercase()
    hour = pl.when(half == "pm").then(hour % 12 + 12).when(half == "am").then(hour % 12).otherwise(hour)
    clock = pl.concat_str(
        [
            hour.cast(pl.String).str.zfill(2),
            pl.col("p").struct.field("3"),
            pl.col("p").struct.field("4").fill_null("00"),
        ],
        separator=":",
    )
    iso = read.dt.to_string("%Y-%m-%d")
    shown = (
        pl.when(clock.is_not_null()).then(pl.concat_str([iso, clock], separator="T")).otherwise(iso)
        if with_time
        else iso
    )
    written = parts.select(shown.alias("iso"))["iso"]
    known = dict(zip(distinct.to_list(), written.to_list(), strict=True))
    return text.replace_strict({was: now or was for was, now in known.items()}, return_dtype=pl.String)


def _one_form(day: pl.Expr, form: str) -> pl.Expr:
    if form == EXCEL:
        number = day.str.extract(r"^(\d{1,6})(?:\.\d*)?$").cast(pl.Int32, strict=False)
        return (_EXCEL_DAY_0 + pl.duration(days=number)).cast(pl.Date)
    return day.str.strip_chars().str.to_date(form, strict=False)
