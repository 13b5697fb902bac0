"""Why: a code that is worded wrongly is a wrong figure in two directions, when Annex A is read and when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from casetally.schemas import load_schemas
from casetally.sources.annex_a.layout import Column, list_number, lists, wordings
from casetally.sources.annex_a.records import RECORDS
from casetally.sources.annex_a.values import cleaned, coded

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "annex_a" / "Annex_A_schema.yml"
# wordings of codes that the data model does not have, or keeps as flags
OWN = {
    "case_status",
    "placement_location",
    "accommodation",
    "suitability",
    "adoption_reversal",
    "adopter_left",
    "yes_no",
}


@pytest.fixture(scope="module")
def spec() -> dict[str, dict[str, Any]]:
    if not SPEC.is_file():
        pytest.skip(f"the specification of Annex A is not here: {SPEC}")
    loaded: dict[str, dict[str, Any]] = yaml.load(SPEC.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)[
        "column_map"
    ]
    return loaded


def read(name: str, text: str) -> str | None:
    code: str | None = coded(pl.Series([text]), wordings()[name])[0]
    return code


def test_the_lists_have_the_headers_of_the_specification_in_its_order(spec: dict[str, dict[str, Any]]) -> None:
    assert {listed.number: list(listed.headers) for listed in lists()} == {
        int(name.removeprefix("list_")): list(columns) for name, columns in spec.items()
    }


def test_dates_and_numbers_are_those_of_the_specification(spec: dict[str, dict[str, Any]]) -> None:
    for listed in lists():
        for column in listed.columns:
            said = spec[f"list_{listed.number}"][column.header]
            assert (column.kind == "date") == ("date" in said), column.header
            assert (column.kind == "number") == ("numeric" in said), column.header


def test_every_wording_is_used_and_every_column_of_codes_has_one() -> None:
    used = {column.codes for listed in lists() for column in listed.columns if column.kind == "code"}
    assert used | {"yes_no"} == set(wordings())


@pytest.mark.parametrize("name", sorted(set(wordings()) - OWN))
def test_wordings_have_all_codes_of_their_list_and_no_others(name: str) -> None:
    codes = set(load_schemas().codes[name])
    # an episode that goes on (X1) ends no period of care; accommodation 0 and activity 0 say that nothing is known
    assert set(wordings()[name].ways) - {""} == codes - {"X1", "0"}


def written() -> Iterator[tuple[str, str]]:
    for name, wording in wordings().items():
        for code in wording.ways:
            if (name, code) not in {("sex", "N"), ("permanence_plan", "none")}:  # Annex A has one wording for two codes
                yield name, code


@pytest.mark.parametrize(("name", "code"), [pair for pair in written() if pair[1]])
def test_what_is_written_for_a_code_is_read_as_that_code(name: str, code: str) -> None:
    assert read(name, wordings()[name].written(code) or "") == code


@pytest.mark.parametrize(("name", "code"), [pair for pair in written() if pair[1]])
def test_a_wording_is_read_without_its_letter_too(name: str, code: str) -> None:
    wording = wordings()[name].written(code) or ""
    assert read(name, wording.partition(") ")[2] if wording[1:3] == ") " else wording) == code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("sex", "Female", "F"),
        ("sex", "1 - Male", "M"),
        ("sex", "d) Neither", "U"),
        ("sex", "Unborn", "N"),
        ("ethnicity", "WBRI - White British", "WBRI"),
        ("ethnicity", "White British (A1)", "WBRI"),
        ("ethnicity", "Indian [AIND]", "AIND"),
        ("ethnicity", "s) NOBT", "NOBT"),
        ("ethnicity", "Martian", "Martian"),
        ("referral_source", "6: Police", "6"),
        ("referral_source", "5D LA services", "5D"),
        ("referral_source", "10", "10"),
        ("referral_source", "Individual", "Individual"),  # one of four, and nobody knows which
        ("primary_need", "N1 - Abuse or Neglect: Domestic Violence", "N1"),
        ("primary_need", "Abuse or neglect [N1]", "N1"),
        ("primary_need", "PSRMEM - Support with memory", "PSRMEM - Support with memory"),
        ("closure_reason", "RC9", "RC9"),
        ("legal_status", "a) C1", "C1"),
        ("legal_status", "V2: Single period under S20", "V2"),
        ("placement_type", "a) U1", "U1"),
        ("placement_type", "j) A6: Placed for adoption - order - foster", "A6"),
        ("placement_type", "k2", "K2"),
        ("placement_type", "H5OUT - elsewhere", "H5OUT - elsewhere"),
        ("placement_provider", "f) PR5 - Voluntary/third sector", "PR5"),
        ("abuse_category", "PHYSICAL ABUSE", "PHY"),
        ("abuse_category", "Emotional", "EMO"),
        ("care_leaver_in_touch", "No, resident in the UK", "NO"),
        ("care_leaver_in_touch", "Not recorded", None),
        ("care_leaver_activity", "F3: Full time in training or employment", "F3"),
        ("care_leaver_activity", "G6", "G6"),
        ("accommodation", "K - Ordinary lodgings", "K"),
        ("accommodation", "Z With former foster carer", "Z"),
        ("accommodation", "A flat", "A flat"),
        ("suitability", "Suitable", "true"),
        ("placement_location", "In", "true"),
        ("yes_no", "Y", "true"),
        ("yes_no", "0 - No", "false"),
        ("yes_no", "No visit - new in last month", "No visit - new in last month"),
        ("yes_no", "c) Unknown", None),
    ],
)
def test_what_authorities_write_instead(name: str, text: str, code: str | None) -> None:
    assert read(name, text) == code


@pytest.mark.parametrize(("text", "flag"), [("LD", "true"), ("Learning", "true"), ("NONE", "false"), ("REFU", None)])
def test_a_disability_may_be_named_where_yes_or_no_is_asked(text: str, flag: str | None) -> None:
    column = next(one for one in list_number(7).columns if one.header == "Does the Child have a Disability")
    assert cleaned(pl.Series([text]), column)[0] == flag


def test_every_record_names_columns_of_its_table_and_headers_of_its_list() -> None:
    tables = load_schemas().tables
    for record in RECORDS:
        headers = {*list_number(record.number).headers}
        columns = {*record.columns, *record.links, *([record.id_column] if record.id_column else [])}
        assert columns <= set(tables[record.table].columns), record.table
        named = {*record.columns.values(), *record.links.values(), record.dated}
        assert {name for name in named if not name.startswith("_")} <= headers, record.table


def test_a_columns_other_headers_belong_to_it_alone() -> None:
    for listed in lists():
        ways = [way for column in listed.columns for way in (column.header, *column.also)]
        assert len({way.casefold() for way in ways}) == len(ways), listed.number


def test_a_code_that_has_no_wording_is_written_as_it_is() -> None:
    assert wordings()["sex"].written("X") == "X"
    assert wordings()["sex"].written(None) is None


def test_long_texts_are_no_codes() -> None:
    long = "F1 " + "x" * 100_000
    assert cleaned(pl.Series([long]), Column("Activity Status", "code", "care_leaver_activity"))[0] == long
