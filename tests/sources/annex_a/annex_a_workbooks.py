"""Why: tests show a workbook as rows of headers and cells; this writes it as an authority would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from casetally.sources.annex_a import claims, read
from casetally.sources.annex_a.layout import list_number
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at

Row = Mapping[str, Any]


def list_rows(number: int, rows: Sequence[Row], *, without: Sequence[str] = ()) -> list[list[Any]]:
    """The header row of a list, then one row for each mapping of header to cell; headers not named are blank cells."""
    headers = [header for header in list_number(number).headers if header not in without]
    unknown = {name for row in rows for name in row} - set(list_number(number).headers)
    assert not unknown, unknown
    return [headers, *([row.get(header) for header in headers] for row in rows)]


def write_book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> Path:
    """Write a workbook: dates as real dates, `=...` as text unless it is a pair of formula and value."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(at, column, dt.datetime(cell.year, cell.month, cell.day), day)
                elif isinstance(cell, tuple):
                    sheet.write_formula(at, column, cell[0], day if isinstance(cell[1], float) else None, cell[1])
                elif cell is not None:
                    sheet.write(at, column, cell)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def read_lists(folder: Path, name: str = "Annex A 2024-01-31.xlsx", **lists: Sequence[Row]) -> Delivery:
    """Write the lists given as `list_1=[...]` into a workbook of the folder and read the folder."""
    sheets = {f"List {key[5:]}": list_rows(int(key[5:]), rows) for key, rows in lists.items()}
    write_book(folder / name, sheets)
    return read_folder(folder)


def read_folder(folder: Path) -> Delivery:
    claimed = claims(look_at([folder]))
    assert claimed, "nothing was claimed"
    delivery = read(claimed)
    assert_every_row_has_a_line(delivery)
    return delivery


def assert_every_row_has_a_line(delivery: Delivery) -> None:
    """Per file the lines are as many as the rows, no row has two, and every carried line names a record that is there."""
    counted = dict(delivery.rows.group_by("file").len().iter_rows())
    assert counted == {file.file: file.rows for file in delivery.files if file.rows}
    assert delivery.rows.select("file", "row").is_unique().all()
    records = pl.concat([t.frame.select(pl.lit(t.table).alias("table"), "_record") for t in delivery.tables])
    carried = delivery.rows.filter(pl.col("disposition") == "carried").select(
        "table", pl.col("record").alias("_record")
    )
    assert carried.join(records, on=["table", "_record"], how="anti").is_empty()
    out = delivery.rows.filter(pl.col("disposition") == "set_aside").select("file", "row")
    assert out.join(delivery.findings.select("file", "row"), on=["file", "row"], how="anti").is_empty()


def table(delivery: Delivery, name: str) -> list[dict[str, Any]]:
    """The records of a table without where they came from, by their first column."""
    frame = next(made.frame for made in delivery.tables if made.table == name)
    columns = [column for column in frame.columns if not column.startswith("_")]
    return frame.select(columns).sort(columns, nulls_last=True).to_dicts()


def rules(delivery: Delivery) -> set[str]:
    return set(delivery.findings["rule"].to_list())
