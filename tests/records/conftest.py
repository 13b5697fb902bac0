"""Why: the tests of this room read as tables in, findings out; how the tables reach the checks is said once, here."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.records.validate import CheckedRecords, check_records
from casetally.sources.recognise import read_source

Check = Callable[..., CheckedRecords]


def checked(files: dict[str, str], as_at: str = "2024-03-31") -> CheckedRecords:
    """The files (name -> text, indented as one likes) of a folder, read and checked."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            lines = "\n".join(line.strip() for line in text.strip().splitlines())
            (Path(folder) / name).write_text(lines + "\n", encoding="utf-8")
        return check_records(read_source(Path(folder)), dt.date.fromisoformat(as_at), Calendar.england())


@pytest.fixture(scope="session")
def check() -> Check:
    """check(contacts="contact_id,…\\n…", as_at="2024-03-31"): the tables of a folder, checked."""

    def run(as_at: str = "2024-03-31", **tables: str) -> CheckedRecords:
        return checked({f"{name}.csv": text for name, text in tables.items()}, as_at)

    return run


@pytest.fixture(scope="session")
def check_files() -> Callable[[dict[str, str]], CheckedRecords]:
    """check_files({"contacts-2023.csv": "…"}): as `check`, with the files named."""
    return checked


@pytest.fixture(scope="session")
def found() -> Callable[[CheckedRecords], list[tuple[object, ...]]]:
    """found(result): the findings as (record id, rule, severity, column)."""

    def rows(result: CheckedRecords) -> list[tuple[object, ...]]:
        return result.findings.select("record_id", "rule", "severity", "column").rows()

    return rows


@pytest.fixture(scope="session")
def fates() -> Callable[[CheckedRecords, str], dict[str, int]]:
    """fates(result, file): the line of the ledger for one file."""

    def line(result: CheckedRecords, file: str) -> dict[str, int]:
        return result.ledger.filter(pl.col("file") == file).drop("file").row(0, named=True)

    return line
