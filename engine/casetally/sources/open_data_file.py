"""Why: published tables in the format of Explore Education Statistics are meant alike but not written alike.

One file becomes one frame of text: time, place, filters and indicators by role. The faults that real files have (another order
of columns, a misspelt level column, a row of the wrong length, a blank cell, a second header) cost a finding and no more than
that row.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder, Severity
from casetally.sources.csv_file import utf8_text

TIME = ("time_period", "time_identifier")
PLACE = (
    "geographic_level", "country_code", "country_name", "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
)  # fmt: skip
IDENTITY = (*TIME, *PLACE)
# what else stands at the head of these columns
CALLED_ALSO = {"geographical_level": "geographic_level", "la_code": "old_la_code", "new_la_codes": "new_la_code"}
LEVELS = {"national": "National", "regional": "Regional", "local authority": "Local authority"}
# z not applicable, x not available, c confidential, low (once k) rounds to nothing, u not reliable, : and .. of older tables
SYMBOLS = ("z", "x", "c", "low", "k", "u", ":", "..")

_NUMBER = r"^[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$"
_DURATION = r"^\d{1,3}:(?:0\d|1[01])$"  # years:months
_BLANK = " \t\r\n\f\v\xa0"


@dataclass(frozen=True)
class OpenDataFile:
    """One file as read.

    `rows` has `row` (UInt32, as a spreadsheet counts: the header is row 1), every column of `IDENTITY` (null where blank or
    absent), then the `filters` and the `indicators` under their own names, all text without blanks at its ends. `set_aside` are
    the rows that can't be read, each with a finding (`FINDING_COLUMNS`). `has` names the columns of `IDENTITY` that it has.
    """

    shown: str
    sha256: str
    has: tuple[str, ...]
    filters: tuple[str, ...]
    indicators: tuple[str, ...]
    rows: pl.DataFrame = field(repr=False)
    set_aside: tuple[int, ...]
    findings: pl.DataFrame = field(repr=False)


def looks_like_open_data(head: bytes) -> bool:
    """Whether the first line of some bytes names a time period, its kind and a geographic level."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", errors="replace")
    names = {_name(part.strip().strip('"')) for part in line.split(",")}
    return names >= {"time_period", "time_identifier", "geographic_level"}


def read_open_data(data: bytes, shown: str, table: str = "") -> OpenDataFile:
    """Read the bytes of one file; `table` is what its findings are about.

    Raises InputError, with its place, for what can't be read as such a table at all.
    """
    found = _Faults(shown, table)
    header, records, set_aside = _records(data, shown, found)
    names = _names(header, shown, found)
    keep = [at for at, name in enumerate(names) if name]
    columns = {names[at]: [cells[at].strip(_BLANK) for _, cells in records] for at in keep}
    frame = pl.DataFrame({name: pl.Series(values, dtype=pl.String) for name, values in columns.items()})
    frame = frame.with_columns(pl.Series("row", [row for row, _ in records], dtype=pl.UInt32))
    has = tuple(name for name in IDENTITY if name in columns)
    others = [names[at] for at in keep if names[at] not in IDENTITY]
    indicators = tuple(name for name in others if _is_indicator(frame[name]))
    filters = tuple(name for name in others if name not in indicators)
    frame = _tidied(frame, has).select("row", *IDENTITY, *filters, *indicators)
    _look_at(frame, filters, indicators, found)
    digest = hashlib.sha256(data).hexdigest()
    return OpenDataFile(shown, digest, has, filters, indicators, frame, tuple(set_aside), found.frame())


def number_of(column: str) -> pl.Expr:
    """The cell's number as text for `Decimal` (of a duration, its months); null where it is none. Decimals stay as written."""
    text = pl.col(column)
    years, months = text.str.extract(r"^(\d+):").cast(pl.Int64), text.str.extract(r":(\d+)$").cast(pl.Int64)
    return (
        pl.when(text.str.contains(_NUMBER))
        .then(text.str.replace_all(",", "", literal=True).str.strip_prefix("+"))
        .when(text.str.contains(_DURATION))
        .then((years * 12 + months).cast(pl.String))
        .otherwise(None)
    )


def symbol_of(column: str) -> pl.Expr:
    """The cell's symbol in small letters; null where it holds something else."""
    text = pl.col(column).str.to_lowercase()
    return pl.when(text.is_in(SYMBOLS)).then(text).otherwise(None)


def tidy(file: OpenDataFile) -> pl.DataFrame:
    """One line per row and indicator: file, row, `IDENTITY`, filters (JSON), indicator, value, symbol, kind.

    `value` is exact decimal text (months of a duration), null beside a `symbol`; `kind`: number, duration, symbol or fault.
    """
    labels = pl.struct(file.filters).struct.json_encode() if file.filters else pl.lit("{}")
    parts = [
        file.rows.select(
            "row", *IDENTITY, filters=labels, indicator=pl.lit(name), value=number_of(name), symbol=symbol_of(name),
            kind=pl.when(pl.col(name).str.contains(_DURATION)).then(pl.lit("duration"))
            .when(number_of(name).is_not_null()).then(pl.lit("number"))
            .when(symbol_of(name).is_not_null()).then(pl.lit("symbol")).otherwise(pl.lit("fault")),
            at=pl.lit(at),
        )
        for at, name in enumerate(file.indicators)
    ]  # fmt: skip
    if not parts:
        return pl.DataFrame(schema=TIDY)
    whole = pl.concat(parts).sort("row", "at").with_columns(file=pl.lit(file.shown))
    return whole.select(pl.col(name).cast(kind) for name, kind in TIDY.items())


TIDY: dict[str, type[pl.DataType]] = {
    "file": pl.String, "row": pl.UInt32, **dict.fromkeys(IDENTITY, pl.String), "filters": pl.String, "indicator": pl.String,
    "value": pl.String, "symbol": pl.String, "kind": pl.String,
}  # fmt: skip


class _Faults:
    """What is wrong with one file, gathered as findings."""

    def __init__(self, shown: str, table: str) -> None:
        self._shown, self._table, self._found = shown, table, FindingsBuilder()

    def add(self, row: int, rule: str, severity: Severity, message: str, *, column: str = "") -> None:
        self._found.add(
            self._shown, row, table=self._table, rule=rule, severity=severity, message=message, column=column
        )

    def frame(self) -> pl.DataFrame:
        return self._found.frame()


def _records(data: bytes, shown: str, found: _Faults) -> tuple[list[str], list[tuple[int, list[str]]], list[int]]:
    """The header, the rows of its length with their numbers, and the numbers of the others."""
    text = utf8_text(data, shown).decode("utf-8")
    header: list[str] = []
    records: list[tuple[int, list[str]]] = []
    set_aside: list[int] = []
    for row, cells in _numbered(text, shown):
        if not any(cell.strip(_BLANK) for cell in cells):
            if header and len(cells) == len(header):  # a row of nothing but commas is a row
                set_aside.append(row)
                found.add(row, "row_blank", "warning", "Every cell of this row is blank, so it is not read.")
        elif not header:
            header = cells
        elif len(cells) != len(header):
            set_aside.append(row)
            says = (
                f"This row has {len(cells)} cells, but the first line names {len(header)} columns, so it is not read."
            )
            found.add(row, "row_length", "error", says)
        elif cells == header:
            set_aside.append(row)
            found.add(row, "header_again", "warning", "The column names stand here again; the row is not read.")
        else:
            records.append((row, cells))
    return header, records, set_aside


def _numbered(text: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            hint = "Look for a quotation mark that is opened and never closed."
            raise InputError(
                f"The line can't be read as comma separated values: {fault}.", place=Place(shown, row), hint=hint
            ) from fault
        if cells is None:
            return
        yield row, cells


def _name(written: str) -> str:
    name = written.strip(_BLANK)
    folded = re.sub(r"[ -]+", "_", name.lower())
    known = CALLED_ALSO.get(folded, folded)
    return known if known in IDENTITY else name


def _names(header: Sequence[str], shown: str, found: _Faults) -> list[str]:
    """The columns' names, '' for one that is not read. Raises InputError where time or level are missing."""
    names: list[str] = []
    for written in header:
        name = _name(written)
        folded = written.strip(_BLANK).lower()
        if name in names:
            says = "A column of this name stands here twice; the first is read."
            found.add(1, "column_twice", "warning", says, column=name)
            name = ""
        elif not name:
            says = "A column has no name, so it is not read."
            found.add(1, "column_without_name", "note", says)
        elif name in IDENTITY and folded != name:
            says = f"The column '{name}' is written in another way here; it is read as that."
            found.add(1, "column_name", "note", says, column=name)
        names.append("" if name == "row" else name)
    lacking = [name for name in ("time_period", "geographic_level") if name not in names]
    if lacking:
        raise InputError(
            f"This is no table of Explore Education Statistics: it has no column '{lacking[0]}'.",
            place=Place(shown, 1),
            hint="Such a table begins with time_period, time_identifier, geographic_level.",
        )
    return names


def _is_indicator(column: pl.Series) -> bool:
    """At least half of its filled cells are numbers, durations or symbols (a stray text is a fault, not a filter)."""
    filled = column.filter(column != "")
    if filled.is_empty():
        return False
    fits = filled.str.contains(_NUMBER) | filled.str.contains(_DURATION) | filled.str.to_lowercase().is_in(SYMBOLS)
    return 2 * int(fits.sum()) >= len(filled)


def _tidied(frame: pl.DataFrame, has: Sequence[str]) -> pl.DataFrame:
    """Every column of `IDENTITY`, null where blank; levels as the format spells them."""
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in IDENTITY if name not in has]
    frame = frame.with_columns(*(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in has), *absent)
    level = pl.col("geographic_level")
    return frame.with_columns(level.str.to_lowercase().replace_strict(LEVELS, default=level))


def _look_at(frame: pl.DataFrame, filters: Sequence[str], indicators: Sequence[str], found: _Faults) -> None:
    """Findings on cells: levels and periods that are none, blank or unreadable indicators, rows that stand twice."""
    for row in frame.filter(~pl.col("geographic_level").is_in(list(LEVELS.values())).fill_null(False))["row"]:
        says = "The geographic level of this row is not national, regional or local authority."
        found.add(row, "level_not_known", "warning", says, column="geographic_level")
    for row in frame.filter(~pl.col("time_period").str.contains(r"^(\d{4}|\d{6})$").fill_null(False))["row"]:
        says = "The time period of this row is not a year as 2024 or 202324."
        found.add(row, "time_period", "warning", says, column="time_period")
    for name in indicators:
        blank = frame.filter(pl.col(name) == "")["row"]
        if len(blank):
            says = f"This column is blank in {len(blank)} rows, this the first; it should say z, x, c or low."
            found.add(blank[0], "indicator_blank", "warning", says, column=name)
        none = frame.filter((pl.col(name) != "") & number_of(name).is_null() & symbol_of(name).is_null())
        for row in none["row"]:
            says = "This cell holds neither a number nor a symbol of the format, so it is read as no figure."
            found.add(row, "not_a_number", "warning", says, column=name)
    key = [*IDENTITY, *filters]
    for row in frame.filter(pl.struct(key).is_duplicated() & ~pl.struct(key).is_first_distinct())["row"]:
        says = "A row for the same time, place and filters stands above."
        found.add(row, "row_twice", "warning", says)
