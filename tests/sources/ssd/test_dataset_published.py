"""Why: the published dataset has 48 tables, and a reader that is silent about one of them would hide what it can't tell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from casetally.schemas import load_schemas
from casetally.sources.ssd.layout import LOOKED_UP, NOT_READ, known_tables
from casetally.sources.ssd.mapping import columns_of, needed_columns, read_columns

ROOT = Path(__file__).parents[3]
SPEC = ROOT.parent / "shared" / "specs" / "ssd" / "tables_columns.csv"
PAGE = ROOT / "docs" / "sources" / "ssd.md"


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    if not SPEC.is_file():
        pytest.skip(f"NOT RUN: the published dataset's columns are not here: {SPEC}")
    tables: dict[str, set[str]] = {}
    with SPEC.open(newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault(row["table"], set()).add(row["column"])
    return tables


def test_every_published_table_is_read_looked_up_or_named_with_a_reason(published: dict[str, set[str]]) -> None:
    assert len(published) == 48
    read = {table for table in known_tables() if read_columns(table) and table not in LOOKED_UP}
    assert read | set(LOOKED_UP) | set(NOT_READ) == set(published)
    assert read & (set(LOOKED_UP) | set(NOT_READ)) == set()


def test_every_published_column_is_known(published: dict[str, set[str]]) -> None:
    unknown = {table: columns - set(known_tables()[table]) for table, columns in published.items()}
    assert {table: columns for table, columns in unknown.items() if columns} == {}


@pytest.mark.parametrize("table", sorted(known_tables()))
def test_the_page_names_every_table(table: str) -> None:
    assert f"`{table}`" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("table", sorted(known_tables()))
def test_what_is_read_and_needed_are_columns_of_the_table(table: str) -> None:
    assert set(read_columns(table)) <= set(known_tables()[table])
    assert set(needed_columns(table)) <= set(read_columns(table))


def test_every_column_that_the_schemas_name_is_read() -> None:
    named = {
        (table.ssd_table, column.ssd)
        for table in load_schemas().tables.values()
        for column in table.columns.values()
        if column.ssd and "." not in column.ssd and table.ssd_table in known_tables()
    }
    assert {(table, ssd) for table, ssd in named if table and ssd not in read_columns(table)} == set()


def test_no_column_of_the_children_holds_a_name_or_a_number_of_the_health_service() -> None:
    assert set(columns_of("children").values()) == {
        "pers_person_id", "pers_dob", "pers_expected_dob", "pers_death_date", "pers_sex", "pers_gender", "pers_ethnicity",
        "pers_upn",
    }  # fmt: skip
