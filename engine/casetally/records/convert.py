"""Why: every reader delivers text, so dates, flags and numbers are read in this one place, the same way for every
export.

A value is read or it is not: nothing is guessed and nothing is rounded away. What can't be read becomes null here and
is marked in a column `read|<name>`, so that the checks can say so; a code that is on no list stays as written until
they have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from casetally.schemas import Column, ColumnType, Schemas, Table

READ = "read|"
BLANK = " \t\r\n\f\v\xa0"

TYPES: dict[ColumnType, pl.DataType] = {
    "id": pl.String(),
    "code": pl.String(),
    "text": pl.String(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "boolean": pl.Boolean(),
    "integer": pl.Int64(),
    "number": pl.Decimal(18, 4),  # decimal places, not floats: sums of them must be exact
}

_DAY = r"(?:(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})|(?<d2>\d{1,2})/(?<m2>\d{1,2})/(?<y2>\d{4}))"
_TIME = r"(?:[T ](?<h>\d{1,2}):(?<min>\d{2})(?::(?<s>\d{2})(?:[.,](?<f>\d{1,9}))?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_DAY_AND_TIME = f"^{_DAY}{_TIME}$"
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
_FLAGS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "1.0"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "0.0"), False),
}


def to_types(frame: pl.DataFrame, table: Table, schemas: Schemas) -> pl.DataFrame:
    """The table's columns, in the schema's order and types (`TYPES`), those the source has and no others.

    Then one boolean `read|<column>` for each column of dates, flags or numbers (false where something is written and
    can't be read), then `_record`, `_file` and `_row`. Rows stay as they are, in their order.
    """
    columns: list[pl.Series] = []
    marks: list[pl.Series] = []
    for name, column in table.columns.items():
        if name not in frame.columns:
            continue
        text = _trimmed(frame[name])
        value = _read(text, column, schemas.codes)
        if column.type not in ("id", "code", "text"):
            marks.append((text.is_null() | value.is_not_null()).rename(READ + name))
        columns.append(_known(value, column))
    return pl.DataFrame([*columns, *marks, *(frame[place] for place in ("_record", "_file", "_row"))])


def _trimmed(text: pl.Series) -> pl.Series:
    trimmed = text.cast(pl.String).str.strip_chars(BLANK)
    return trimmed.set(trimmed == "", None)


def _read(text: pl.Series, column: Column, codes: Mapping[str, Mapping[str, str]]) -> pl.Series:
    if column.codes:
        return _listed(text, codes[column.codes])
    return _READERS[column.type](text)


def _known(value: pl.Series, column: Column) -> pl.Series:
    if not column.unknown:
        return value
    return value.set(
        value.is_in(pl.Series([str(number) for number in column.unknown]).cast(value.dtype).implode()), None
    )


def _listed(text: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    """The code as the list writes it, where only the case of letters differs; else the text as it is."""
    if text.drop_nulls().is_in(list(codes)).all():
        return text
    by_lower: dict[str, str] = {}
    for code in codes:
        by_lower.setdefault(code.lower(), code)
    written = {w: w if w in codes else by_lower.get(w.lower(), w) for w in text.drop_nulls().unique().to_list()}
    return text.replace_strict(written, return_dtype=pl.String)


def _by_distinct(text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Read each distinct text once: a column of dates has few."""
    distinct = text.drop_nulls().unique()
    known = pl.DataFrame({"text": distinct, "value": read(distinct)})
    return (
        pl.DataFrame({"text": text})
        .join(known, on="text", how="left", maintain_order="left")["value"]
        .rename(text.name)
    )


def _days(text: pl.Series) -> pl.Series:
    if text.str.contains(_ISO_DAY).all():
        return text.str.to_date("%Y-%m-%d", strict=False)
    return _by_distinct(text, lambda distinct: _parts(distinct).to_frame().select(_day_of())["day"])


def _moments(text: pl.Series) -> pl.Series:
    return _by_distinct(text, lambda distinct: _parts(distinct).to_frame().select(_moment_of())["moment"])


def _parts(text: pl.Series) -> pl.Series:
    return text.str.extract_groups(_DAY_AND_TIME).rename("parts")


def _part(*names: str) -> pl.Expr:
    return pl.coalesce(pl.col("parts").struct.field(name) for name in names)


def _iso_day() -> pl.Expr:
    month, day = _part("m", "m2").str.zfill(2), _part("d", "d2").str.zfill(2)
    return pl.concat_str([_part("y", "y2"), month, day], separator="-")


def _day_of() -> pl.Expr:
    return _iso_day().str.to_date("%Y-%m-%d", strict=False).alias("day")


def _moment_of() -> pl.Expr:
    """A day alone is its midnight. Times are the clock's where they were written: no zone is converted."""
    zero = pl.lit("0")
    clock = [
        (pl.coalesce(_part("h"), zero).str.zfill(2)),
        (pl.coalesce(_part("min"), zero).str.zfill(2)),
        (pl.coalesce(_part("s"), zero).str.zfill(2)),
    ]
    fraction = pl.coalesce(_part("f"), zero).str.slice(0, 6)
    written = pl.concat_str([_iso_day(), pl.lit("T"), pl.concat_str(clock, separator=":"), pl.lit("."), fraction])
    return written.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us").alias("moment")


def _flags(text: pl.Series) -> pl.Series:
    return text.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)


def _whole_numbers(text: pl.Series) -> pl.Series:
    return text.str.extract(r"^\+?(-?\d{1,18})(?:\.0*)?$").cast(pl.Int64, strict=False)


def _numbers(text: pl.Series) -> pl.Series:
    return text.str.extract(r"^\+?(-?(?:\d{1,13}(?:\.\d*)?|\.\d+))$").cast(TYPES["number"], strict=False)


_READERS: dict[ColumnType, Callable[[pl.Series], pl.Series]] = {
    "id": lambda text: text,
    "code": lambda text: text,
    "text": lambda text: text,
    "date": _days,
    "datetime": _moments,
    "boolean": _flags,
    "integer": _whole_numbers,
    "number": _numbers,
}
