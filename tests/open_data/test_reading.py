"""Why: published tables come with faults, and each may cost a finding and its own row, never the table."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources.open_data_file import (
    OpenDataFile,
    looks_like_open_data,
    read_open_data,
    tidy,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from making import DARLINGTON, ENGLAND, HEAD, NORTH_EAST, referrals, row, table


def read(data: bytes) -> OpenDataFile:
    return read_open_data(data, "t.csv")


def rules(file: OpenDataFile) -> list[tuple[int, str]]:
    return list(file.findings.select("row", "rule").iter_rows())


def values(file: OpenDataFile, column: str) -> list[tuple[str | None, str | None]]:
    return list(tidy(file).filter(pl.col("indicator") == column).select("value", "symbol").iter_rows())


def test_filters_and_indicators_are_told_apart_by_what_stands_in_them() -> None:
    file = read(referrals())
    assert file.filters == ("category",)
    assert file.indicators[:2] == ("referral_count", "rereferral_count")
    assert rules(file) == []
    assert values(file, "rereferral_percent")[2:5] == [("21", None), ("25", None), (None, "c")]


def test_a_byte_order_mark_line_ends_and_another_order_of_columns_change_nothing() -> None:
    plain = read(referrals())
    lines = [line.split(",") for line in referrals().decode().splitlines()]
    turned = "\r\n".join(",".join(reversed(line)) for line in lines).encode()
    file = read(b"\xef\xbb\xbf" + turned)
    columns = plain.rows.columns
    assert file.rows.select(columns).equals(plain.rows)


@pytest.mark.parametrize("symbol", ["z", "x", "c", "low", "k", "u", ":"])
def test_a_symbol_is_no_number_and_no_fault(symbol: str) -> None:
    file = read(table(["a", "n"], row("2024", ENGLAND, "all", f" {symbol.upper()} "), row("2023", ENGLAND, "all", "7")))
    assert values(file, "n") == [(None, symbol), ("7", None)]
    assert rules(file) == []


def test_blank_and_quoted_blank_are_the_same_and_a_blank_figure_is_found() -> None:
    data = table(["a", "n"], row("2024", ENGLAND, "all", "5"), row("2023", ENGLAND, "all", ""))
    file = read(data.replace(b",,,,,all", b',"","",,"",all'))
    assert file.rows["la_name"].to_list() == [None, None]
    assert rules(file) == [(3, "indicator_blank")]
    assert values(file, "n") == [("5", None), (None, None)]


def test_a_duration_of_years_and_months_is_its_months() -> None:
    file = read(table(["a", "n"], row("2024", ENGLAND, "x y", "01:04"), row("2023", ENGLAND, "x y", "00:10")))
    assert values(file, "n") == [("16", None), ("10", None)]
    assert set(tidy(file)["kind"]) == {"duration"}


def test_decimals_stay_as_they_are_written() -> None:
    file = read(table(["a", "n"], row("2024", ENGLAND, "t", "100.000"), row("2023", ENGLAND, "t", "1,234")))
    assert values(file, "n") == [("100.000", None), ("1234", None)]


def test_a_national_file_without_columns_of_regions_is_read() -> None:
    head = HEAD[:5]
    file = read(table(["a", "n"], ["2024", "Reporting year", "National", "E92000001", "England", "t", "5"], head=head))
    assert file.has == tuple(head)
    assert file.rows["region_code"].to_list() == [None]


def test_a_misspelt_level_column_is_read_and_noted() -> None:
    data = referrals().replace(b"geographic_level", b"geographical_level")
    assert rules(read(data)) == [(1, "column_name")]
    assert looks_like_open_data(data)


def test_a_row_of_the_wrong_length_a_second_header_and_a_row_of_commas_are_set_aside() -> None:
    data = referrals()
    header = data.split(b"\n", 1)[0]
    file = read(data + b"2022,Reporting year,National\n" + header + b"\n" + b"," * header.count(b",") + b"\n\n")
    assert file.set_aside == (8, 9, 10)
    assert rules(file) == [(8, "row_length"), (9, "header_again"), (10, "row_blank")]
    assert file.rows.height == 6


def test_a_stray_text_is_a_fault_of_its_cell_and_is_not_repeated() -> None:
    file = read(
        table(
            ["a", "n"], *(row(str(y), ENGLAND, "t", "5") for y in range(2020, 2024)), row("2024", ENGLAND, "t", "Anna")
        )
    )
    assert rules(file) == [(6, "not_a_number")]
    assert "Anna" not in str(file.findings.to_dicts())


def test_a_row_that_stands_twice_an_unknown_level_and_a_period_that_is_none_are_found() -> None:
    ward = ["Ward", *ENGLAND[1:]]
    file = read(table(["a", "n"], row("2024", ENGLAND, "t", "5"), row("2024", ENGLAND, "t", "6"), row("2024", ward, "t", "1"),
                      row("24", ENGLAND, "t", "1")))  # fmt: skip
    assert sorted(rules(file)) == [(3, "row_twice"), (4, "level_not_known"), (5, "time_period")]


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\0\0", b"a,b\n1,2\n", b"\xff\xfet\0i\0", b"PK\x03\x04xx", b'time_period,geographic_level,"n\n1',
     table(["a", "n"], row("2024", ENGLAND, "t", "9" * 10_000_000))],
)  # fmt: skip
def test_what_is_no_such_table_is_an_error_with_its_place(data: bytes) -> None:
    with pytest.raises(InputError) as wrong:
        read(data)
    assert wrong.value.place is not None


def test_a_file_in_windows_1252_is_read() -> None:
    data = table(["a", "n"], row("2024", [*DARLINGTON[:-1], "Caf\u00e9"], "t", "5")).decode().encode("cp1252")
    assert read(data).rows["la_name"].to_list() == ["Caf\u00e9"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_file_each_row_is_accounted_for(data: st.DataObject) -> None:
    """Bytes are cut, doubled and overwritten; the outcome is a table whose rows add up, or one sentence."""
    raw = bytearray(referrals())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        kind = data.draw(st.sampled_from(["cut", "byte", "insert", "line"]))
        if kind == "cut":
            del raw[at : at + data.draw(st.integers(1, 40))]
        elif kind == "byte":
            raw[at] = data.draw(st.sampled_from(list(b'\0\n",;\xff\xe9 x9:')))
        else:
            raw[at:at] = data.draw(st.sampled_from([b'"', b"\n", b",,", b"1899", b"2999-01-01", b"\xef\xbb\xbf"]))
        if not raw:
            raw = bytearray(b"\n")
    try:
        file = read(bytes(raw))
    except InputError:
        return
    rows = [*file.rows["row"].to_list(), *file.set_aside]
    assert len(rows) == len(set(rows))
    assert set(file.set_aside) <= set(file.findings["row"])
    long = tidy(file)
    assert long.height == file.rows.height * len(file.indicators)
    assert all(Decimal(value).is_finite() for value in long["value"].drop_nulls())
    assert long.filter(pl.col("value").is_not_null() & pl.col("symbol").is_not_null()).is_empty()


def test_the_place_of_a_row_is_by_level(tmp_path: Path) -> None:
    file = read(table(["n"], row("2024", NORTH_EAST, "5"), row("2024", DARLINGTON, "6")))
    assert file.rows["geographic_level"].to_list() == ["Regional", "Local authority"]
    assert file.filters == ()
    assert set(tidy(file)["filters"]) == {"{}"}
