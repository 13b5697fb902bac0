"""Why: figures of ours become published tables: by theme, with small counts hidden and values rounded by the theme's rules.

Two rules are in use (rules: Publishing). Children in need: counts of 1 to 5 are hidden in an authority's table, and so is whatever
gives one of them away; percentages have one decimal. Looked after: whole percentages, `low` below half a per cent. In tables of
England and of a region, counts are rounded to the nearest 10 and nothing is hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.models import ACROSS
from casetally.definitions.open_data import Identity, Theme, load_themes, theme_of
from casetally.errors import CallError
from casetally.figures.open_data.cells import Counted, cells_of_row, counted_of, relations_of, rests_of
from casetally.figures.open_data.shapes import NOT_APPLICABLE, NOT_AVAILABLE, TOTAL, columns_of, figure_text
from casetally.figures.open_data.table import Filter, OpenTable, words
from casetally.figures.suppression import suppress
from casetally.sources.open_data_file import IDENTITY

Level = Literal["Local authority", "Regional", "National"]
BASES = ("year", "quarter", "month")  # those that the format has a time identifier for
ENGLAND = ("E92000001", "England")


@dataclass(frozen=True)
class Asked:
    """What is to be written: indicators by id, bases, the level, and the day after which a period is not over."""

    indicators: tuple[str, ...]
    bases: tuple[str, ...] = ("year",)
    level: Level = "Local authority"
    as_at: dt.date | None = None


def export_tables(figures: pl.DataFrame, library: Library, whose: Identity, asked: Asked) -> list[OpenTable]:
    """A table for each theme and basis that has figures. Raises CallError for a basis that the format does not have."""
    for basis in asked.bases:
        if basis not in BASES:
            raise CallError(f"The format has no time identifier for '{basis}'.", hint=f"Use {', '.join(BASES)}.")
    chosen = figures.filter(pl.col("basis").is_in(asked.bases) & pl.col("indicator").is_in(asked.indicators))
    if asked.as_at is not None:
        chosen = chosen.filter(pl.col("period_end") <= asked.as_at)
    if chosen.is_empty():
        says = "No figure of these indicators is for a period that is over."
        raise CallError(says, hint="Run with more --months, or name another --basis.")
    themes = load_themes(library)
    by_theme: dict[str, list[str]] = {}
    for name in sorted(set(chosen["indicator"])):
        by_theme.setdefault(theme_of(library.indicators[name], themes), []).append(name)
    counted = counted_of(chosen, library)
    hidden = _hidden(counted, chosen, library, themes, asked)
    tables = []
    for theme in [name for name in themes if name in by_theme]:
        for basis in asked.bases:
            rows = chosen.filter((pl.col("basis") == basis) & pl.col("indicator").is_in(by_theme[theme]))
            name = theme if len(asked.bases) == 1 else f"{theme}_{basis}"
            if rows.height:
                tables.append(_table(name, rows, library, themes[theme], whose, asked, hidden))
    return tables


def _hidden(
    counted: Counted, figures: pl.DataFrame, library: Library, themes: Mapping[str, Theme], asked: Asked
) -> frozenset[str]:
    """The cells to hide, over all themes together: a count of one theme can stand below the line in another."""
    if asked.level != "Local authority":
        return frozenset()
    hide = {
        name
        for name in set(figures["indicator"])
        if themes[theme_of(library.indicators[name], themes)].hides_small_counts
    }
    cells = counted.cells_of(hide)
    rests, of_shares = rests_of(counted, cells)
    counts = {name: counted.counts[name] for name in cells} | rests
    return suppress(counts, relations_of(counted, cells) + of_shares, unseen=rests).all


def _table(
    name: str, figures: pl.DataFrame, library: Library, theme: Theme, whose: Identity, asked: Asked,
    hidden: frozenset[str],
) -> OpenTable:  # fmt: skip
    names = sorted(set(figures["indicator"]))
    breakdowns = sorted({part for one in set(figures["breakdown"]) - {"all"} for part in one.split(ACROSS)})
    cells: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
    for row in figures.sort("period_start", "breakdown", "group", "indicator").iter_rows(named=True):
        labels = labels_of(row["breakdown"], row["group"])
        key = row["period"], tuple(labels.get(one, TOTAL) for one in breakdowns)
        indicator = library.indicators[row["indicator"]]
        cells.setdefault(key, {}).update(figure_text(row, indicator, theme, asked.level, _secret(row, library, hidden)))
    offered = {one: set(library.indicators[one].breakdowns) for one in names}
    columns = [(one, column) for one in names for column in columns_of(library.indicators[one], theme)]
    untold = _not_available(figures)
    periods = {row["period"]: row for row in figures.unique("period").iter_rows(named=True)}
    records = []
    for (period, labels_here), found in cells.items():
        wanted = ACROSS.join(one for one, label in zip(breakdowns, labels_here, strict=True) if label != TOTAL)
        empty = {
            column.name: ("0" if column.name.endswith("_count") and wanted in offered[one] else NOT_APPLICABLE)
            for one, column in columns
        }
        unknown = {column.name: NOT_AVAILABLE for one, column in columns if (one, period) in untold}
        record = place_and_time(periods[period], whose, asked.level)
        record.update({**dict(zip(breakdowns, labels_here, strict=True)), **empty, **found, **unknown})
        records.append(record)
    schema = dict.fromkeys((*IDENTITY, *breakdowns, *(column.name for _, column in columns)), pl.String)
    rows = pl.DataFrame(records, schema=schema, orient="row")
    filters = tuple(Filter(one, words(one), f"Filter by {words(one).lower()}") for one in breakdowns)
    return OpenTable(name, filters, tuple(column for _, column in columns), rows)


def _not_available(figures: pl.DataFrame) -> frozenset[tuple[str, str]]:
    """Indicators by period whose whole is not available: a group without a line is then not known, and not nobody."""
    whole = figures.filter((pl.col("breakdown") == "all") & (pl.col("status") == "not_available"))
    return frozenset(whole.select("indicator", "period").iter_rows())


def _secret(row: Mapping[str, Any], library: Library, hidden: frozenset[str]) -> tuple[bool, bool]:
    """Whether the count above and the one below the line of a figure are hidden."""
    sides = cells_of_row(row, library.indicators[row["indicator"]], library)
    above, below = (side.name in hidden if side else False for side in sides)
    return above, below


def labels_of(breakdown: str, group: str) -> dict[str, str]:
    """The label of each breakdown that a figure's group is of; none for the whole."""
    if breakdown == "all":
        return {}
    names = breakdown.split(ACROSS)
    return dict(zip(names, group.split(ACROSS) if len(names) > 1 else [group], strict=False))


def place_and_time(row: Mapping[str, Any], whose: Identity, level: Level) -> dict[str, str | None]:
    """The first columns of a row: when and where. What does not apply at a level is null, an unknown code `x`."""
    region = whose.region_code or "x", whose.region_name or "x"
    local = level == "Local authority"
    return {
        **dict(zip(IDENTITY[:2], time_of(row), strict=True)), "geographic_level": level,
        "country_code": ENGLAND[0], "country_name": ENGLAND[1],
        "region_code": region[0] if level != "National" else None, "region_name": region[1] if level != "National" else None,
        "old_la_code": (whose.old_la_code or "x") if local else None,
        "new_la_code": (whose.new_la_code or "x") if local else None, "la_name": whose.la_name if local else None,
    }  # fmt: skip


def time_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """time_period and time_identifier: 2024 and Reporting year, 202324 and Financial year Q1, 2024 and March."""
    end: dt.date = row["period_end"]
    if row["basis"] == "year":
        return str(end.year), "Reporting year"
    if row["basis"] == "month":
        return str(end.year), f"{end:%B}"
    first = row["period_start"].year if row["period_start"].month >= 4 else row["period_start"].year - 1
    return f"{first}{(first + 1) % 100:02d}", f"Financial year Q{(row['period_start'].month - 4) % 12 // 3 + 1}"
