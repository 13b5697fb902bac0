"""Why: a published table holds many figures, and those that mean what an indicator of ours means are picked out by a map.

The map is `definitions/open_data/*.yaml`. Each figure of the map that a file has the columns for gives one line per place and
year. Numbers stay exact decimal text; a sum of columns or a quotient that the file does not print is worked out exactly and
rounded once, half up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import polars as pl

from casetally.definitions.open_data import PublishedFigure
from casetally.figures.reconcile.outcomes import half_up
from casetally.sources.open_data_file import IDENTITY, OpenDataFile, number_of, symbol_of

FIGURES: dict[str, type[pl.DataType]] = {
    "ref": pl.String, "indicator": pl.String, "breakdown": pl.String, "group": pl.String, "shows": pl.String,
    "period": pl.String,  # the financial year as 2023-24; null where the time period is none
    **dict.fromkeys(IDENTITY, pl.String),
    "numerator": pl.String, "denominator": pl.String, "value": pl.String, "symbol": pl.String, "places": pl.Int64,
    "file": pl.String, "row": pl.UInt32,
    "rows_found": pl.Int64,  # more than one: the file holds several and no filter tells which, so no figure is given
}  # fmt: skip

_TOTAL = "total"


def figures_in(file: OpenDataFile, mapping: Mapping[str, PublishedFigure]) -> pl.DataFrame:
    """Every mapped figure of a file (`FIGURES`), by ref and row. `value` is null beside a `symbol`."""
    have = {*file.filters, *file.indicators}
    parts = [_figures_of(file, ref, figure) for ref, figure in sorted(mapping.items()) if figure.columns <= have]
    return pl.concat([pl.DataFrame(schema=FIGURES), *parts])


def year_of(time_period: str | None, time_identifier: str | None) -> str | None:
    """The financial year (2023-24) that a time period names: a reporting year by its end, a financial year by both years."""
    kind = (time_identifier or "").strip().lower()
    text = time_period or ""
    if kind == "reporting year" and re.fullmatch(r"\d{4}", text) and int(text) > 0:
        return f"{int(text) - 1}-{int(text) % 100:02d}"
    if kind == "financial year" and re.fullmatch(r"\d{6}", text) and (int(text[:4]) + 1) % 100 == int(text[4:]):
        return f"{text[:4]}-{text[4:]}"
    return None


def _figures_of(file: OpenDataFile, ref: str, figure: PublishedFigure) -> pl.DataFrame:
    own = _rows(file, figure.where)
    with_parts = own.select(
        "row",
        *IDENTITY,
        numerator=_sum(figure.numerator),
        own=number_of(figure.value) if figure.value else pl.lit(None, dtype=pl.String),
        symbol=_symbol((figure.value,) if figure.value else figure.numerator),
    )
    below = _rows(file, figure.of or figure.where).select(
        *IDENTITY, denominator=_sum(figure.denominator), below_symbol=_symbol(figure.denominator)
    )
    below = below.unique(maintain_order=True)
    found = with_parts.join(below, on=list(IDENTITY), how="left", nulls_equal=True, maintain_order="left")
    counted = found.with_columns(rows_found=pl.len().over(IDENTITY).cast(pl.Int64))
    symbol = pl.col("symbol") if figure.value else pl.coalesce("symbol", "below_symbol")
    one = counted.with_columns(symbol=symbol).unique(IDENTITY, keep="first", maintain_order=True)
    records = [_record(row, file, ref, figure) for row in one.iter_rows(named=True)]
    return pl.DataFrame(records, schema=FIGURES, orient="row")


def _rows(file: OpenDataFile, labels: Mapping[str, str]) -> pl.DataFrame:
    """The rows with these labels; of a filter that is not named, and has several, those of the total."""
    rows = file.rows
    for name in labels:
        rows = rows.filter(pl.col(name).str.to_lowercase() == labels[name].strip().lower())
    for name in file.filters:
        if name not in labels and rows[name].n_unique() > 1:
            rows = rows.filter(pl.col(name).str.to_lowercase() == _TOTAL)
    return rows


def _sum(columns: tuple[str, ...]) -> pl.Expr:
    """The columns added up, as text; null where one of them is no number, or none is named."""
    if not columns:
        return pl.lit(None, dtype=pl.String)
    if len(columns) == 1:
        return number_of(columns[0])
    whole = [number_of(name).cast(pl.Int64, strict=False) for name in columns]
    return pl.sum_horizontal(whole, ignore_nulls=False).cast(pl.String)


def _symbol(columns: tuple[str, ...]) -> pl.Expr:
    """The first symbol among the columns, confidential before all others; null where each is a number."""
    if not columns:
        return pl.lit(None, dtype=pl.String)
    symbols = [symbol_of(name) for name in columns]
    hidden = pl.any_horizontal((one == "c").fill_null(False) for one in symbols)
    return pl.when(hidden).then(pl.lit("c")).otherwise(pl.coalesce(symbols))


def _record(row: Mapping[str, object], file: OpenDataFile, ref: str, figure: PublishedFigure) -> dict[str, object]:
    alone = row["rows_found"] == 1
    numbers = {name: row[name] if alone else None for name in ("numerator", "denominator")}
    value = row["own"] if figure.value else _quotient(numbers["numerator"], numbers["denominator"], figure.places)
    return {
        "ref": ref, "indicator": figure.indicator, "breakdown": figure.breakdown, "group": figure.group, "shows": figure.shows,
        "period": year_of(str(row["time_period"] or ""), str(row["time_identifier"] or "")),
        **{name: row[name] for name in IDENTITY}, **numbers,
        "value": value if alone else None, "symbol": row["symbol"], "places": figure.places, "file": file.shown,
        "row": row["row"], "rows_found": row["rows_found"],
    }  # fmt: skip


def _quotient(top: object, below: object, places: int) -> str | None:
    if top is None or below is None or not Decimal(str(below)):
        return None
    return str(half_up(Fraction(str(top)) * 100 / Fraction(str(below)), places))
