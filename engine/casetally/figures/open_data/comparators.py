"""Why: a figure says more beside England's, the region's and the statistical neighbours', and these come from published tables.

England and the region are taken as printed. The neighbours' figure is the mean or the median of those that have one, with how
many had: a neighbour whose figure is hidden, missing or not yet formed is left out and not counted as nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from casetally.definitions.authorities import Compared
from casetally.definitions.indicators import Indicator
from casetally.definitions.open_data import Identity, PublishedFigure
from casetally.figures.open_data.neighbours import Neighbours
from casetally.figures.open_data.published import FIGURES
from casetally.figures.reconcile.outcomes import half_up

Statistic = Literal["mean", "median"]

COMPARATORS: dict[str, type[pl.DataType]] = {
    "ref": pl.String, "indicator": pl.String, "breakdown": pl.String, "group": pl.String, "shows": pl.String,
    "period": pl.String, "comparator": pl.String, "name": pl.String, "value": pl.String, "symbol": pl.String,
    "statistic": pl.String,  # mean or median of the neighbours; blank where one place is meant
    "with_figure": pl.Int64, "asked": pl.Int64,  # how many places had a figure, of how many
    "file": pl.String, "row": pl.UInt32,  # the row where one place is meant
    "differs": pl.String, "source": pl.String,
}  # fmt: skip

_ORDER = ("england", "region", "statistical_neighbour")
_KEY = ("ref", "indicator", "breakdown", "group", "shows", "period", "file")


def comparators_of(
    figures: pl.DataFrame,
    mapping: Mapping[str, PublishedFigure],
    whose: Identity,
    neighbours: Neighbours | None = None,
    statistic: Statistic = "mean",
) -> pl.DataFrame:
    """What stands beside an authority's figures (`COMPARATORS`), by ref, period and comparator.

    `figures` are those of `figures_in`, of one file or several; lines whose time period is no financial year are passed over.
    """
    figures = figures.filter(pl.col("period").is_not_null())
    level = pl.col("geographic_level")
    code, name = whose.region
    england = figures.filter(level == "National")
    region = figures.filter((level == "Regional") & ((pl.col("region_code") == code) | (pl.col("region_name") == name)))
    records = [_one(row, "england", "England") for row in england.iter_rows(named=True)]
    records += [_one(row, "region", name) for row in region.iter_rows(named=True)]
    codes = [one.code for one in neighbours.of.get(whose.old_la_code, ())] if neighbours else []
    if codes:
        local = figures.filter(level == "Local authority")
        records += _of_neighbours(local, codes, statistic)
    for record in records:
        figure = mapping[record["ref"]]
        record["differs"], record["source"] = figure.differs, figure.source
    frame = pl.DataFrame(records, schema=COMPARATORS, orient="row")
    return frame.sort("ref", "period", "comparator", "file", "row", nulls_last=True)


def _one(row: Mapping[str, Any], comparator: str, name: str) -> dict[str, Any]:
    has = int(row["value"] is not None)
    of_it = {key: row[key] for key in (*_KEY, "value", "symbol", "row")}
    return {**of_it, "comparator": comparator, "name": name, "statistic": "", "with_figure": has, "asked": 1}


def _of_neighbours(local: pl.DataFrame, codes: list[str], statistic: Statistic) -> list[dict[str, Any]]:
    """One line for each figure and year that the file gives for any authority, whether or not a neighbour has one."""
    records = []
    for key, rows in local.group_by(_KEY, maintain_order=True):
        own = rows.filter(pl.col("old_la_code").is_in(codes) & pl.col("value").is_not_null())
        # an authority can stand twice, under its code of now and of then: its one figure counts once
        by_code = {code: Fraction(value) for code, value in own.select("old_la_code", "value").iter_rows()}
        places = max(int(rows["places"][0]), 1)
        value = str(half_up(middle(list(by_code.values()), statistic), places)) if by_code else None
        records.append({
            **dict(zip(_KEY, key, strict=True)), "comparator": "statistical_neighbour", "name": "Statistical neighbours",
            "value": value, "symbol": None if by_code else "x", "statistic": statistic, "with_figure": len(by_code),
            "asked": len(set(codes)), "row": None,
        })  # fmt: skip
    return records


def middle(values: list[Fraction], statistic: Statistic) -> Fraction:
    """The mean or the median (of an even number, half way between the two) of at least one value, exactly."""
    if statistic == "mean":
        return sum(values, Fraction(0)) / len(values)
    values = sorted(values)
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def as_compared(comparators: pl.DataFrame, indicators: Mapping[str, Indicator]) -> dict[str, tuple[Compared, ...]]:
    """The latest of each as an authority's file states them, by indicator, for the lines of a report.

    A share, and the rate of a stock, stands beside any basis; a count, and the rate of a flow, beside a year's alone.
    """
    latest: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in (
        comparators.filter(pl.col("value").is_not_null()).sort("period", "ref", "file", "row").iter_rows(named=True)
    ):
        latest[row["indicator"], row["breakdown"], row["group"], row["shows"], row["comparator"]] = row
    found: dict[str, list[Compared]] = {}
    for row in latest.values():
        indicator = indicators[row["indicator"]]
        any_basis = indicator.unit == "percent" or (indicator.kind == "rate" and indicator.is_stock)
        made_of = f"{row['statistic']} of {row['with_figure']} of {row['asked']}" if row["statistic"] else ""
        said = [row["differs"], f"The {made_of} neighbours." if made_of else ""]
        stated = Compared(
            comparator=row["comparator"], value=float(Decimal(row["value"])), period=row["period"],
            basis=None if any_basis else "year", breakdown=row["breakdown"], group=row["group"], shows=row["shows"],
            source=row["source"], note=" ".join(part for part in said if part),
            made_of=made_of,
        )  # fmt: skip
        found.setdefault(indicator.id, []).append(stated)
    return {name: tuple(sorted(ones, key=lambda one: _ORDER.index(one.comparator))) for name, ones in found.items()}


def no_figures() -> pl.DataFrame:
    """No published figures."""
    return pl.DataFrame(schema=FIGURES)


def put_together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The figures of several files as one frame (`FIGURES`)."""
    return pl.concat([no_figures(), *parts])
