"""Why: the chapters of this room show tables and figures and nothing else, so how they are read stands here, once.

A text holds one or more tables: a line with a table's name, a line of column names, then its rows, columns apart by `|`
and a blank line between tables. What is left out is filled in as in the examples of the definitions: a key becomes
'table-1', 'table-2', …, the child is 'child', and every child has a row in `children`.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from casetally.calendar import Calendar
from casetally.definitions.library import Library, load_library
from casetally.figures import calculate_figures
from casetally.figures.limit_findings import limit_findings
from casetally.periods import make_grid
from casetally.records.validate import CheckedRecords, check_records
from casetally.reports.terminal import figure_text
from casetally.sources.delivery import Reach
from casetally.sources.recognise import read_source
from casetally.store import Store, store_of_frames

AUTHORITY = "here"
_KEYS = ("indicator", "basis", "period", "breakdown")
_USUAL = {"basis": "month", "breakdown": "all"}

Row = dict[str, str]


@dataclass(frozen=True)
class Given:
    """Tables read, checked and stored for one day, ready to be asked for figures."""

    store: Store
    library: Library
    checked: CheckedRecords

    def figures(self, *indicators: str, months: int = 24, vintage: str | None = None) -> pl.DataFrame:
        """All figures of these indicators for the months up to the as-at date."""
        grid = make_grid(self.store.as_at, months)
        return calculate_figures(
            self.store, self.library, grid, authority=AUTHORITY, indicators=indicators, vintage=vintage
        )

    def limit_findings(self, indicator: str) -> list[str]:
        """The ids of records left out because no limit is known on their day."""
        found = limit_findings(self.store, self.library, [self.library.indicator(indicator)])
        return found["record_id"].to_list()


def given(
    tables: str,
    as_at: str,
    *,
    defined: str = "",
    limits: str = "",
    only_these_columns: bool = False,
    calendar: Calendar | None = None,
    reach: Mapping[str, Reach] | None = None,
) -> Given:
    """The tables of a text as a run of that day would hold them.

    `defined` and `limits` are YAML laid over what ships.
    All columns of the data model count as present, blank where the text lacks them; with `only_these_columns` the source
    has those of the text and no others. `reach`: how far its tables tell,
    by table. No row may be set aside: these tables are meant as they stand.
    """
    library = library_with(defined, limits)
    day = dt.date.fromisoformat(as_at)
    calendar = calendar or Calendar.england()
    rows = _filled(_read(tables), library, add_children=not only_these_columns)
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in rows.items():
            _write(Path(folder) / f"{name}.csv", lines)
        checked = check_records(read_source(Path(folder)), day, calendar, library.schemas)
    set_aside = checked.findings.filter(pl.col("severity") == "error")
    assert set_aside.is_empty(), set_aside.select("table", "record_id", "rule", "message").rows()
    present = checked.present if only_these_columns else None
    store = store_of_frames(checked.tables, library.schemas, calendar, day, present=present, reach=reach)
    return Given(store, library, checked)


def expect(figures: pl.DataFrame, table: str) -> None:
    """The figures must be those of the table: of its indicators, periods and breakdowns every group, and no other.

    A column left out is not looked at; without `basis` months are meant, without `breakdown` the whole authority. `shown` is
    the figure as people read it.
    """
    wanted = _rows(table.strip().splitlines())
    named = list(wanted[0])
    found = figures.with_columns(shown=pl.Series([figure_text(row) for row in figures.to_dicts()], dtype=pl.String))
    keys = [key for key in _KEYS if key in named]
    asked = {tuple({**_USUAL, **row}[key] for key in ("basis", "period")) for row in wanted}
    found = found.filter(
        pl.struct("basis", "period").map_elements(lambda one: (one["basis"], one["period"]) in asked, pl.Boolean),
        *(pl.col(key).is_in({row[key] for row in wanted}) for key in keys),
        *(pl.col(key) == usual for key, usual in _USUAL.items() if key not in named),
    )
    got = sorted([_written(row[name]) for name in named] for row in found.select(named).to_dicts())
    meant = sorted(list(row.values()) for row in wanted)
    assert got == meant, f"\nfound:    {got}\nexpected: {meant}"


@cache
def library_with(defined: str = "", limits: str = "") -> Library:
    """What ships, with these definitions laid over it."""
    if not defined and not limits:
        return load_library()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for room, text in (("indicators", defined), ("limits", limits)):
            if text:
                (folder / room).mkdir()
                (folder / room / "ours.yaml").write_text(text, encoding="utf-8")
        return load_library(folder)


def _read(text: str) -> dict[str, list[Row]]:
    blocks = "\n".join(line.strip() for line in text.strip().splitlines()).split("\n\n")
    tables = {}
    for block in blocks:
        name, *lines = block.strip().splitlines()
        assert name not in tables, f"{name} stands twice"
        tables[name] = _rows(lines)
    return tables


def _rows(lines: list[str]) -> list[Row]:
    header, *rest = [[cell.strip() for cell in line.split("|")] for line in lines if line.strip()]
    assert all(len(cells) == len(header) for cells in rest), f"a row of {header} has too many or too few columns"
    return [dict(zip(header, cells, strict=True)) for cells in rest]


def _filled(tables: dict[str, list[Row]], library: Library, *, add_children: bool) -> dict[str, list[Row]]:
    for name, rows in tables.items():
        table = library.schemas.tables[name]
        for number, row in enumerate(rows, 1):
            unknown = set(row) - set(table.columns)
            assert not unknown, f"{name} has no column {sorted(unknown)}"
            if "child_id" in table.columns:
                row.setdefault("child_id", "child")
            if name == "populations":
                row.setdefault("authority", AUTHORITY)
            for key in table.key:
                if table.columns[key].type == "id":
                    row.setdefault(key, f"{name}-{number}")
    if add_children:
        named = {row["child_id"] for rows in tables.values() for row in rows if "child_id" in row}
        named |= {row["linked_child_id"] for row in tables.get("child_links", [])}
        children = tables.setdefault("children", [])
        known = {row["child_id"] for row in children}
        columns = list(children[0]) if children else ["child_id"]
        children += [dict.fromkeys(columns, "") | {"child_id": child} for child in sorted(named - known)]
    return tables


def _write(path: Path, rows: list[Row]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _written(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.8g}" if isinstance(value, float) else str(value)


__all__ = ["AUTHORITY", "Given", "expect", "given", "library_with"]
