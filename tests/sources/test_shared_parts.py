"""Why: names, codes and dates are read in one way for every export, so what that way is stands here."""

from __future__ import annotations

import polars as pl
import pytest
from casetally.sources.building import FindingsBuilder, FrameBuilder, day_in_id, numbered
from casetally.sources.code_words import coded
from casetally.sources.column_names import matched, slip_of
from casetally.sources.dates import iso_days
from casetally.sources.delivery import FINDING_COLUMNS

KNOWN = {"child_id": ("Child Unique ID", "LAchildID"), "started_on": ("Start date",)}


@pytest.mark.parametrize("header", ["child_id", "Child ID", "CHILD-ID", " child unique id ", "LAchildID", "lachild id"])
def test_a_header_is_known_whatever_its_case_blanks_and_punctuation(header: str) -> None:
    assert matched(["team", header], KNOWN) == {"child_id": 1}


def test_of_two_headers_for_one_name_the_first_is_taken() -> None:
    assert matched(["Start date", "started_on"], KNOWN) == {"started_on": 0}


def test_a_slip_is_named_and_another_word_is_not() -> None:
    assert slip_of("Strat date", ["Start date", "End date"]) == "Start date"
    assert slip_of("Postcode", ["Start date", "End date"]) is None


def test_words_become_codes_and_unknown_ones_stay() -> None:
    words = {"b) Female": "F", "Female": "F", "2": "F", "a) Male": "M"}
    text = pl.Series(["b) Female", "B)FEMALE", "f", "2", "m", "other", None])
    assert coded(text, words).to_list() == ["F", "F", "F", "F", "M", "other", None]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-03-01", "2024-03-01"),
        ("01/03/2024", "2024-03-01"),
        ("01/03/2024 09:15", "2024-03-01"),
        ("2024-03-01T00:00:00Z", "2024-03-01"),
        ("1 March 2024", "2024-03-01"),
        ("01-Mar-24", "2024-03-01"),
        ("01-Mar-2024", "2024-03-01"),
        ("01/03/24", "01/03/24"),
        ("31/02/2024", "31/02/2024"),
        ("soon", "soon"),
    ],
)
def test_dates_come_out_in_one_form_and_what_is_none_stays(written: str, read: str) -> None:
    assert iso_days(pl.Series([written, None])).to_list() == [read, None]


def test_a_date_is_read_in_the_forms_that_are_named_and_no_other() -> None:
    text = pl.Series(["03/01/2024", "2024-03-01"])
    assert iso_days(text, ["%m/%d/%Y"]).to_list() == ["2024-03-01", "2024-03-01"]
    assert iso_days(pl.Series(["25/12/2024"]), ["%m/%d/%Y"]).to_list() == ["25/12/2024"]


def test_rows_are_gathered_with_the_place_each_came_from() -> None:
    made = FrameBuilder(["a", "b"])
    assert [made.add("one", 3, ("x", None)), made.add("two", 5, ("y", "z"))] == [0, 1]
    assert made.frame().rows() == [("x", None, "one", 3), ("y", "z", "two", 5)]
    assert FrameBuilder(["a"]).frame().columns == ["a", "_file", "_row"]


def test_a_finding_has_the_columns_of_all_findings() -> None:
    found = FindingsBuilder()
    found.add("one", 3, table="children", rule="r", severity="error", message="It is so.", record_id="7")
    assert found.frame().schema == pl.Schema(FINDING_COLUMNS)
    assert found.frame().row(0) == ("one", 3, "children", "r", "error", "", "It is so.", "7")


def test_the_second_of_one_id_gets_a_number() -> None:
    frame = pl.DataFrame({"id": ["a", "b", "a", "a"]})
    assert frame.select(numbered(pl.col("id"), ["id"]))["id"].to_list() == ["a", "b", "a-2", "a-3"]


def test_a_made_id_holds_a_day_or_nothing_of_it() -> None:
    frame = pl.DataFrame({"seen_on": ["2024-03-01", "01/03/2024 09:15", "Mary Smith", None]})
    assert frame.select(day_in_id("seen_on"))["seen_on"].to_list() == ["2024-03-01", "01/03/2024", "", ""]
