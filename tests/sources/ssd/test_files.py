"""Why: file names and headers differ from export to export; what is plainly meant is read, a slip is named, and a name or
postcode is never taken up."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources import ssd
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source
from casetally.sources.ssd.layout import table_named

from tests.sources.ssd.conftest import MARK, authority, must_account, rows_of, told, write_csv

PERSON = "pers_person_id,pers_sex,pers_dob\nA1,F,2012-05-01\n"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("ssd_person", "ssd_person"),
        ("SSD_Person", "ssd_person"),
        ("dbo.ssd_person", "ssd_person"),
        ("ssd_person_2024-03-31", "ssd_person"),
        ("ssd_person-1", "ssd_person"),
        ("ssd_persons", "ssd_person"),
        ("ssd_cla_placements", "ssd_cla_placement"),
        ("ssd_s47_enquiries", "ssd_s47_enquiry"),
        ("ssd cp plans", "ssd_cp_plans"),
        ("ssd_cohort", None),
        ("ssd_person_story", None),
        ("person", None),
        ("cin_plans", None),
    ],
)
def test_tables_are_known_by_their_names_in_small_variants(name: str, table: str | None) -> None:
    assert table_named(name) == table


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "parquet").mkdir()
    for name, rows in authority().items():
        frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.all().cast(pl.String))
        dates = [column for column in frame.columns if column.endswith(("_date", "_dob"))]
        typed = frame.with_columns(pl.col(column).str.slice(0, 19).str.to_datetime(strict=False) for column in dates)
        typed.write_parquet(tmp_path / "parquet" / f"{name}.parquet")
    from_parquet = read_source(tmp_path / "parquet")
    must_account(from_parquet)
    assert told(from_parquet)["children"] == told(read_source(write_csv(tmp_path / "csv", authority())))["children"]
    assert rows_of(from_parquet, "missing_episodes")[0]["started_at"] == "2022-06-01T22:15:00"


def test_a_table_in_parts_is_one_table(tmp_path: Path) -> None:
    (tmp_path / "ssd_person_1.csv").write_text(PERSON, encoding="utf-8")
    (tmp_path / "ssd_person_2.csv").write_text(PERSON.replace("A1", "A2"), encoding="utf-8")
    made = read_source(tmp_path)
    must_account(made)
    assert [row["child_id"] for row in rows_of(made, "children")] == ["A1", "A2"]


def test_the_order_of_rows_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    turned = {name: list(reversed(rows)) for name, rows in authority().items()}
    assert told(read_source(write_csv(tmp_path / "a", authority()))) == told(
        read_source(write_csv(tmp_path / "b", turned))
    )


def test_a_column_that_is_new_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "ssd_person.csv").write_text(f"pers_person_id,pers_favourite_colour\nA1,{MARK}\n", encoding="utf-8")
    made = read_source(tmp_path)
    must_account(made)
    (note,) = made.findings.to_dicts()
    assert (note["rule"], note["severity"], note["file"]) == ("ssd_unknown_column", "note", "ssd_person.csv")
    assert "pers_favourite_colour" in note["message"]


@pytest.mark.parametrize(
    ("header", "says", "hint"),
    [
        (
            "pers_person_id,pers_sexx",
            "'pers_sexx' is not a column of the table 'ssd_person'",
            "Did you mean 'pers_sex'?",
        ),
        ("pers_person_id,pers_dbo", "'pers_dbo' is not a column", "Did you mean 'pers_dob'?"),
        ("pers_sex,pers_dob", "The column 'pers_person_id' is missing", "Export the table with all its columns"),
        ("pers_person_id,Pers Sex,pers_sex", "Two columns stand for the same thing", "Remove one of the two"),
        ("pers_person_id,pers_sex,pers_sex", "Two columns have one name", "Remove one of the two"),
        ("A1,Anna,F", "The first line holds no column name", "Expected names such as pers_person_id"),
    ],
)
def test_a_header_that_can_not_be_meant_is_refused(tmp_path: Path, header: str, says: str, hint: str) -> None:
    blanks = "," * header.count(",")
    (tmp_path / "ssd_person.csv").write_text(f"{header}\n{blanks}\n", encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_source(tmp_path)
    assert says in fault.value.says
    assert hint in fault.value.hint
    assert "Anna" not in str(fault.value)
    assert fault.value.place is not None
    assert fault.value.place.file == "ssd_person.csv"


def test_a_name_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    (tmp_path / "ssd_cla_episodes.csv").write_text(
        "clae_person_id,clae_cla_episode_start_date,clae_cla_episode_ceased,clae_cla_id\nA1,2020-01-01,2021-01-01,K1\n",
        encoding="utf-8",
    )
    (period,) = rows_of(read_source(tmp_path), "care_periods")
    assert period["ended_on"] == "2021-01-01"


def test_tables_that_are_not_read_are_noted_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "ssd_person.csv").write_text(PERSON, encoding="utf-8")
    (tmp_path / "ssd_address.csv").write_text(f"addr_address_postcode\n{MARK}\n", encoding="utf-8")
    (tmp_path / "ssd_cohort.csv").write_text("dim_person_id\n1\n", encoding="utf-8")
    made = read_source(tmp_path)
    must_account(made)
    said = dict(made.findings.select("file", "message").iter_rows())
    assert said["ssd_address.csv"] == "Not read: addresses and postcodes are in no measure, and are not wanted here."
    assert "no table of the dataset that is known" in said["ssd_cohort.csv"]
    assert [file.used for file in made.files] == [False, False, True]


def test_a_misspelt_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "ssd_preson.csv").write_text(PERSON, encoding="utf-8")
    with pytest.raises(InputError, match="There is no table 'ssd_preson'") as fault:
        read_source(tmp_path)
    assert fault.value.hint == "Did you mean 'ssd_person'?"


def test_a_column_that_no_row_fills_is_not_supplied_and_a_blank_date_is_not_yet(tmp_path: Path) -> None:
    (tmp_path / "ssd_cp_plans.csv").write_text(
        "cppl_cp_plan_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_ola\n"
        "P1,A1,2022-03-01,,PLACEHOLDER_DATA\nP2,A2,2022-03-01,NULL,\n",
        encoding="utf-8",
    )
    made = read_source(tmp_path)
    assert rows_of(made, "cp_plans") == [
        {"plan_id": "P1", "child_id": "A1", "started_on": "2022-03-01", "ended_on": None},
        {"plan_id": "P2", "child_id": "A2", "started_on": "2022-03-01", "ended_on": None},
    ]
    assert made.findings["rule"].to_list() == ["ssd_column_not_filled"]
    assert "cppl_cp_plan_ola" in made.findings["message"][0]


def test_files_of_the_data_model_are_left_to_their_reader(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("contact_id,child_id,received_on\nC1,A1,2022-01-01\n", encoding="utf-8")
    (tmp_path / "ssd_notes.csv").write_text("what\nx\n", encoding="utf-8")
    assert ssd.claims(look_at([tmp_path])) == []


def test_names_and_postcodes_are_never_taken_up(tmp_path: Path) -> None:
    made = read_source(write_csv(tmp_path, authority()))
    assert MARK not in str(told(made))
    assert "pers_surname" not in {column for table in made.tables for column in table.columns}


def test_a_table_without_rows_is_not_supplied(tmp_path: Path) -> None:
    (tmp_path / "ssd_person.csv").write_text(PERSON, encoding="utf-8")
    (tmp_path / "ssd_contacts.csv").write_text("cont_contact_id,cont_person_id,cont_contact_date\n", encoding="utf-8")
    made = read_source(tmp_path)
    must_account(made)
    assert set(told(made)) == {"children"}
    assert made.findings.select("file", "rule").rows() == [("ssd_contacts.csv", "ssd_table_not_filled")]
