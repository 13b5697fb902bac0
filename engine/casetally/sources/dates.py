"""Why: dates come in as many forms as there are systems; readers hand them on in ISO form.

What can't be read stays as it was written, so that the checks can say so.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

USUAL = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y", "%Y%m%d")
_TIME = r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?( ?Z|[+-]\d{2}:?\d{2})?$"


def iso_days(text: pl.Series, forms: Sequence[str] = USUAL) -> pl.Series:
    """Dates in any of these forms (the first that fits) as YYYY-MM-DD; a time after the date is dropped.

    What fits none stays as it is, for the checks to say. Each distinct text is read once.
    """
    distinct = text.drop_nulls().unique()
    bare = distinct.str.strip_chars().str.replace(_TIME, "")
    days = [pl.col("text").str.to_date(form, strict=False) for form in forms]
    of_four_digits = [pl.when(day.dt.year() >= 1000).then(day) for day in days]  # 01/03/24 is not the year 24
    read = bare.to_frame("text").select(pl.coalesce(of_four_digits))
    written = read.to_series().cast(pl.String)
    known = dict(zip(distinct.to_list(), written.to_list(), strict=True))
    return text.replace_strict({was: now or was for was, now in known.items()}, return_dtype=pl.String)
