"""Why: a file of published figures is typed in by hand, so each fault must be named with its line, and the rest be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from casetally.errors import InputError
from casetally.figures.published import SCHEMA, number_in, places_of, read_published, to_period

HEADER = "report,ref,basis,period,breakdown,numerator,denominator,value,printed,rag,note"


def read(folder: Path, *lines: str, header: str = HEADER) -> tuple[list[dict[str, object]], list[tuple[int, str]]]:
    (folder / "figures.csv").write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    found = read_published(folder)
    return found.frame.to_dicts(), [(one.line, one.rule) for one in found.findings]


def test_a_row_is_read_as_it_is_printed(tmp_path: Path) -> None:
    rows, findings = read(tmp_path, 'r,CSC 002,financial_year,2022-23,,,,1650,"1,650",,a note')
    assert rows == [
        {"file_row": 2, "report": "r", "ref": "CSC 002", "basis": "financial_year", "period": "2022-23", "breakdown": "",
         "numerator": None, "denominator": None, "value": "1650", "printed": "1,650", "rag": "", "note": "a note",
         "places": 0, "period_kind": "year"}
    ]  # fmt: skip
    assert list(rows[0]) == list(SCHEMA)
    assert findings == []


@pytest.mark.parametrize(
    ("value", "printed", "places"),
    [
        ("78.0", "78.0%", 1),
        ("78", "78.0%", 1),  # the decimals of print count
        ("1650", "1,650", 0),
        ("1.88", "PACT 1 leaver (1.88%)", 2),
        ("-31.4", "31.4% lower", 1),
        ("15.4", "15 4", 1),  # no number of print is the value
        ("9", "nine", 0),
        (None, "27 / 44", None),
    ],
)
def test_decimals_are_those_of_print(value: str | None, printed: str, places: int | None) -> None:
    assert places_of(value, printed) == places


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,650", "1650"), ("82.4%", "82.4"), ("-3", "-3"), ("abc", None), ("1,65", None), ("1e3", None), ("", None)],
)
def test_what_is_a_number(text: str, number: str | None) -> None:
    assert (str(number_in(text)) if number_in(text) is not None else None) == number


@pytest.mark.parametrize(
    ("basis", "period", "name", "first", "last"),
    [
        ("month_end", "2024-02", "2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("point_in_time", "2024-02", "2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("year_to_date", "2023-06", "2023-06", dt.date(2023, 4, 1), dt.date(2023, 6, 30)),
        ("rolling_12_months", "2023-06", "2023-06", dt.date(2022, 7, 1), dt.date(2023, 6, 30)),
        ("quarter", "2023-24-Q4", "2023-24 Q4", dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
        ("quarter", "2023-24 Q2", "2023-24 Q2", dt.date(2023, 7, 1), dt.date(2023, 9, 30)),
        ("year_end", "2020-21", "2020-21", dt.date(2020, 4, 1), dt.date(2021, 3, 31)),
        ("financial_year", "1999-00", "1999-00", dt.date(1999, 4, 1), dt.date(2000, 3, 31)),
        ("week", "2023-W15", "2023-W15", dt.date(2023, 4, 10), dt.date(2023, 4, 16)),
    ],
)
def test_periods_of_the_calendar(basis: str, period: str, name: str, first: dt.date, last: dt.date) -> None:
    made = to_period(basis, period)
    assert made is not None
    assert (made.name, made.start, made.end) == (name, first, last)


@pytest.mark.parametrize(
    ("basis", "period"),
    [
        ("week", "week-01"),
        ("point_in_time", "2023-autumn-term"),
        ("quarter", "2020-21 Q1-Q2"),
        ("year_to_date", "2024-04/2024-08"),
        ("three_year_average", "2017-01"),
        ("month", ""),
    ],
)
def test_periods_of_print_are_kept_as_other(tmp_path: Path, basis: str, period: str) -> None:
    rows, findings = read(tmp_path, f"r,A,{basis},{period},,,,1,1,,")
    assert to_period(basis, period) is None
    assert (rows[0]["period"], rows[0]["period_kind"], findings) == (period, "other", [])


@pytest.mark.parametrize(
    ("basis", "period"),
    [("month", "2023-13"), ("month", "2020-21"), ("year_end", "2020-22"), ("quarter", "2023-07"), ("mnoth", "2023-07")],
)
def test_a_period_that_is_none_for_its_basis_is_reported_and_kept(tmp_path: Path, basis: str, period: str) -> None:
    rows, findings = read(tmp_path, f"r,A,{basis},{period},,,,1,1,,", "r,B,month,2023-04,,,,2,2,,")
    assert [row["period_kind"] for row in rows] == ["other", "month"]
    assert findings == [(2, "no_period")]


def test_a_misspelt_basis_is_told_its_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_text(f"{HEADER}\nr,A,mnoth,2023-07,,,,1,1,,\n", encoding="utf-8")
    assert "Did you mean 'month'?" in str(read_published(tmp_path).findings[0])


def test_each_fault_of_a_row_stands_with_its_line(tmp_path: Path) -> None:
    rows, findings = read(
        tmp_path,
        "r,A,month,2023-04,,,,seven,7,,",  # 2: no number
        "r,A,month,2023-05,,5,4,80.0,80.0%,,",  # 3: numerator above denominator
        "r,A,month,2023-06,,,,101,101%,,",  # 4: over 100 per cent
        "r,A,month,2023-07,,,,1",  # 5: too few cells
        "r,A,month,2023-08,,,,1,1,,,,",  # 6: too many
        "",
        "r,A,month,2023-08,,,,1,1,,",
        'r,A,month,2023-09,,,,2,2,,"a note',
        'of two lines"',
        "r,A,month,2023-08,,,,1,1,,",  # 11: a second figure
        "r,,month,2023-10,,,,1,1,,",  # 12: no ref
    )
    assert findings == [
        (2, "no_number"), (3, "numerator_over_denominator"), (4, "over_100"), (5, "cells"), (6, "cells"),
        (11, "second_figure"), (12, "no_ref"),
    ]  # fmt: skip
    assert [row["file_row"] for row in rows] == [2, 3, 4, 8, 9, 11, 12]
    assert rows[0]["value"] is None


def test_what_is_no_fault(tmp_path: Path) -> None:
    rows, findings = read(
        tmp_path,
        "r,A,month_end,2023-04,,1147,80,14.34,14.34,,",  # children per worker
        "r,A,point_in_time,2023-04,change_pct_vs=2022-04,,,150,150%,,",  # a change can be over 100
        "r,B,month,,,,,1,1,,",  # where the month is lost, there may be two
        "r,B,month,,,,,2,2,,",
        "r,C,month,2023-04,age=1,,,1,1,,",
        "r,C,month,2023-04,age=2,,,1,1,,",
        "r,D,month,2023-04,,,,120,120,,",  # a count
    )
    assert findings == []
    assert len(rows) == 7


def test_a_unit_says_where_no_sign_does(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_text(f"{HEADER}\nr,D,month,2023-04,,,,120,120,,\n", encoding="utf-8")
    assert [one.rule for one in read_published(tmp_path, {"D": "percent"}).findings] == ["over_100"]


def test_a_column_that_is_missing_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    rows, findings = read(tmp_path, "A,month,2023-04,7,x", header="ref,basis,period,value,notes")
    assert rows[0]["value"] == "7"
    assert [rule for _, rule in findings] == ["column_missing"] * 7


def test_a_line_that_is_not_utf8_is_named_and_the_others_read(tmp_path: Path) -> None:
    lines = [HEADER.encode(), b"r,A,month,2023-04,,,,1,\xa31,,", b"r,A,month,2023-05,,,,2,2,,"]
    (tmp_path / "figures.csv").write_bytes(b"\r\n".join(lines))
    found = read_published(tmp_path)
    assert [(one.line, one.rule) for one in found.findings] == [(2, "not_utf8")]
    assert found.frame["value"].to_list() == ["1", "2"]


@pytest.mark.parametrize("text", ["", "id,name\n1,2\n", "ref,valeu\nA,1\n", "\ufeff"])
def test_what_is_no_table_of_figures_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "figures.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_published(tmp_path)
    assert "figures.csv" in str(refused.value)


def test_a_misspelt_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_text("ref,valeu\nA,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="'valeu' stands where 'value' may be meant"):
        read_published(tmp_path)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_published(tmp_path)
