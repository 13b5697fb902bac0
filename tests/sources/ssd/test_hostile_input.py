"""Why: files arrive cut short, in the wrong encoding, with cells of ten million letters; each must end in a delivery that
accounts for every row or in one sentence."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources import ssd
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source
from casetally.sources.ssd.layout import known_tables
from casetally.sources.ssd.mapping import needed_columns, read_columns
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.sources.ssd.conftest import MARK, authority, must_account, write_csv
from tests.sources.ssd.test_embedded_databases import write_duckdb, write_sqlite

NASTY = [
    "", " ", "A1", "A2", "-1", "NULL", "PLACEHOLDER_DATA", "1899-12-31", "2999-12-31", "1900-01-01", "2020-02-30", "31/12/2020",
    "2020-01-01T23:59:59.997", "X1", "E4A", "Y", "N", "NA", "{", "[", '{"NFA_FLAG": "Y"', '{"COMMENTS": "x', "[null]", '["1A",]',
    "K1", "9" * 40, "\u202e", "é", "\n", '"', "C1 - x", "1", "2", "0.5", "B", "UASC",
]  # fmt: skip
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CONTACT = "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_outcome_json\n"
READ = sorted(table for table in known_tables() if read_columns(table))


def outcome(*sources: Path | str) -> Delivery | None:
    """The delivery, every row of it accounted for, or None where the input was refused in a sentence without a marked word."""
    said = ""
    made = None
    try:
        made = read_source(*sources)
    except InputError as refused:
        said = str(refused)
    assert MARK not in said
    if made is not None:
        must_account(made)
    return made


@QUICK
@given(data=st.data())
def test_any_values_in_any_tables_are_accounted_for(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    for table in data.draw(st.lists(st.sampled_from(READ), min_size=1, max_size=4, unique=True)):
        columns = [
            name
            for name in read_columns(table)
            if name in needed_columns(table) or data.draw(st.booleans(), label=name)
        ]
        if not columns:
            continue
        rows = data.draw(st.lists(st.tuples(*[st.sampled_from(NASTY)] * len(columns)), max_size=5))
        frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
        frame.write_csv(folder / f"{table}.csv", quote_style="always")
    if any(folder.iterdir()):
        outcome(folder)


@QUICK
@given(data=st.data())
def test_a_spoilt_file_is_refused_or_accounted_for(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    write_csv(folder, authority())
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    put = data.draw(
        st.sampled_from([b"", b"\0", b"\xff\xfe", b'"', b",", b"\n", b"\r", b"\x81", b"PK\x03\x04", whole[:80]])
    )
    spoilt = whole[:at] + put + whole[at + data.draw(st.integers(0, 40)) :]
    assume(
        MARK.encode() not in spoilt.partition(b"\n")[0]
    )  # where a row ran into the header it is titles, which are told
    path.write_bytes(spoilt)
    outcome(folder)


@pytest.mark.parametrize("write", [write_sqlite, write_duckdb])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), size=st.integers(1, 3000), byte=st.sampled_from([0, 255, 83]))
def test_a_spoilt_database_is_refused_or_accounted_for(
    tmp_path: Path, write: object, at: float, size: int, byte: int
) -> None:
    whole = tmp_path / "whole.db"
    if not whole.exists():
        write(whole, authority())  # type: ignore[operator]
    data = bytearray(whole.read_bytes())
    start = int(at * len(data))
    data[start : start + size] = bytes([byte]) * len(data[start : start + size])
    spoilt = tmp_path / "spoilt.db"
    spoilt.write_bytes(bytes(data))
    outcome(spoilt)


def test_a_cell_of_ten_million_letters_is_carried(tmp_path: Path) -> None:
    long = "x" * 10_000_000
    (tmp_path / "ssd_contacts.csv").write_text(
        f'{CONTACT}C1,A1,2022-01-01,"{{""COMMENTS"": ""{MARK}{long}""}}"\n', encoding="utf-8"
    )
    made = outcome(tmp_path)
    assert made is not None
    assert made.rows.height == 1


def test_a_header_of_nested_brackets_and_a_deep_outcome_do_no_harm(tmp_path: Path) -> None:
    deep = "{" * 100_000
    (tmp_path / "ssd_contacts.csv").write_text(
        f"cont_contact_id,cont_person_id,cont_contact_date,cont_contact_outcome_json\nC1,A1,2022-01-01,{deep}\n",
        encoding="utf-8",
    )
    made = outcome(tmp_path)
    assert made is not None
    assert made.findings["rule"].to_list() == ["ssd_outcome_not_read"]


@pytest.mark.parametrize("name", ["ssd_person.csv", "ssd_person.parquet", "a.db", "ssd_.csv", "ssd_person"])
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"SQLite format 3\0", b"\0" * 8 + b"DUCK" + b"\0" * 90, b"PAR1", b"\xff" * 99]
)
def test_claiming_never_fails_on_odd_files(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "beside.txt").write_text("x", encoding="utf-8")
    ssd.claims(look_at([tmp_path]))
    outcome(tmp_path)


def test_a_child_in_the_events_alone_is_read_with_a_warning_left_to_the_checks(tmp_path: Path) -> None:
    tables = authority()
    tables["ssd_person"] = tables["ssd_person"][:1]
    made = outcome(write_csv(tmp_path, tables))
    assert made is not None
    assert {table.table for table in made.tables} >= {"cp_plans", "care_periods"}


def test_a_key_that_comes_twice_is_left_to_the_checks(tmp_path: Path) -> None:
    tables = authority()
    tables["ssd_contacts"] *= 3
    made = outcome(write_csv(tmp_path, tables))
    assert made is not None
    assert made.rows.filter(pl.col("file") == "ssd_contacts.csv")["disposition"].to_list() == ["carried"] * 3
