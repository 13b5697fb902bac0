"""Why: the plain folder is the first thing anybody tries, so each thing that can be odd about it is shown with what
is said.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources.recognise import READERS, read_source

HEAD = "contact_id,child_id,received_on"


@pytest.fixture
def folder(tmp_path):
    """folder({"contacts.csv": "…"}): a folder of those files (texts as UTF-8, or bytes)."""

    def make(files):
        for name, text in files.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return make


def table(delivery, name="contacts"):
    return next(t for t in delivery.tables if t.table == name)


def rows(delivery, name="contacts"):
    return table(delivery, name).frame.select(pl.exclude("_record", "_file", "_row")).rows()


def refused(path):
    with pytest.raises(InputError) as raised:
        read_source(path)
    assert raised.value.exit_code == 3
    return str(raised.value)


# --- what is read ---


def test_a_folder_of_some_tables(folder):
    path = folder({"contacts.csv": f"{HEAD}\nk1,c1,2023-01-01\nk2,c2,2023-01-02\n", "children.csv": "child_id\nc1\n"})
    delivery = read_source(path)
    assert (delivery.kind, delivery.covers) == ("plain", "Files of the data model: 2 tables in 2 files.")
    assert [t.table for t in delivery.tables] == ["children", "contacts"]
    assert rows(delivery) == [("k1", "c1", "2023-01-01"), ("k2", "c2", "2023-01-02")]
    assert [(f.file, f.rows, f.used) for f in delivery.files] == [("children.csv", 1, True), ("contacts.csv", 2, True)]
    assert delivery.files[0].sha256 == hashlib.sha256(b"child_id\nc1\n").hexdigest()
    assert delivery.rows.rows() == [
        ("children.csv", 2, "carried", "children", 0),
        ("contacts.csv", 2, "carried", "contacts", 0),
        ("contacts.csv", 3, "carried", "contacts", 1),
    ]
    assert delivery.findings.is_empty()


def test_names_of_files_and_columns_in_any_case(folder):
    delivery = read_source(folder({"Contacts.CSV": "Contact_ID, CHILD_id ,Received_On\nk1,c1,2023-01-01"}))
    assert table(delivery).columns == ("contact_id", "child_id", "received_on")


def test_columns_come_in_the_schemas_order(folder):
    delivery = read_source(folder({"contacts.csv": "received_on,contact_id,child_id\n2023-01-01,k1,c1"}))
    assert rows(delivery) == [("k1", "c1", "2023-01-01")]


def test_a_table_split_over_files_with_other_columns(folder):
    parts = {
        "contacts.csv": f"{HEAD}\nk1,c1,2023-01-01",
        "contacts-2022.csv": f"{HEAD},team\nk2,c2,2022-01-01,North",
        "Contacts 2021.csv": f"{HEAD}\nk3,c3,2021-01-01",
    }
    delivery = read_source(folder(parts))
    assert sorted(rows(delivery)) == [
        ("k1", "c1", "2023-01-01", None),
        ("k2", "c2", "2022-01-01", "North"),
        ("k3", "c3", "2021-01-01", None),
    ]
    assert table(delivery).frame["_record"].to_list() == [0, 1, 2]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("care_leaver_contacts.csv", "care_leaver_contacts"),
        ("care_leavers-2.csv", "care_leavers"),
        ("care_plans_2.csv", "care_plans"),
    ],
)
def test_the_longest_table_name_wins(folder, file, name):
    head = {"care_leaver_contacts": "child_id,recorded_on", "care_leavers": "child_id,started_on"}
    delivery = read_source(folder({file: head.get(name, "care_plan_id,child_id,started_on")}))
    assert [t.table for t in delivery.tables] == [name]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_in_three_encodings(folder, encoding):
    text = f"{HEAD},team\nk1,c1,2023-01-01,Zoë’s café\n"
    assert rows(read_source(folder({"contacts.csv": text.encode(encoding)})))[0][3] == "Zoë’s café"


def test_quotes_line_ends_and_blank_lines(folder):
    text = HEAD + ',team\r\nk1,c1,2023-01-01,"North,\r\n""A"""\r\n\r\nk2,c2,2023-01-02,"  "\r\n\r\n'
    delivery = read_source(folder({"contacts.csv": text}))
    assert rows(delivery) == [("k1", "c1", "2023-01-01", 'North,\r\n"A"'), ("k2", "c2", "2023-01-02", None)]
    assert table(delivery).frame["_row"].to_list() == [2, 4]


def test_a_quotation_mark_inside_a_field_is_a_character(folder):
    delivery = read_source(folder({"contacts.csv": f'{HEAD},team\nk1,c1,2023-01-01,5" pipe\nk2,c2,2023-01-02,North\n'}))
    assert [row[3] for row in rows(delivery)] == ['5" pipe', "North"]


def test_blanks_are_null_and_a_row_of_commas_is_a_row(folder):
    delivery = read_source(folder({"contacts.csv": f"{HEAD}\nk1,,  \n,,\n"}))
    assert rows(delivery) == [("k1", None, None), (None, None, None)]


@pytest.mark.parametrize("text", [HEAD, f"{HEAD}\n", f"{HEAD}\r\n\r\n"])
def test_a_file_of_column_names_alone_has_no_rows(folder, text):
    delivery = read_source(folder({"contacts.csv": text}))
    assert rows(delivery) == []
    assert delivery.files[0].rows == 0


def test_parquet_becomes_text_in_iso_form(tmp_path):
    pl.DataFrame(
        {
            "episode_id": [1, 2],
            "child_id": ["c1", " "],
            "started_at": [dt.datetime(2023, 1, 2, 3, 4, 5), None],
            "interview_completed_on": [dt.date(2023, 1, 3), None],
            "interview_offered": [True, None],
            "type": pl.Series(["M", None], dtype=pl.Categorical),
        }
    ).write_parquet(tmp_path / "missing_episodes_1.parquet")
    delivery = read_source(tmp_path)
    assert table(delivery, "missing_episodes").columns == (
        "episode_id", "child_id", "type", "started_at", "interview_offered", "interview_completed_on")  # fmt: skip
    assert rows(delivery, "missing_episodes") == [
        ("1", "c1", "M", "2023-01-02T03:04:05", "true", "2023-01-03"),
        ("2", None, None, None, None, None),
    ]
    assert table(delivery, "missing_episodes").frame["_row"].to_list() == [2, 3]


def test_csv_and_parquet_parts_join(folder, tmp_path):
    folder({"contacts.csv": f"{HEAD}\nk1,c1,2023-01-01"})
    pl.DataFrame({"contact_id": ["k2"], "child_id": ["c2"], "received_on": [dt.date(2023, 1, 2)]}).write_parquet(
        tmp_path / "contacts_2.parquet"
    )
    assert rows(read_source(tmp_path)) == [("k1", "c1", "2023-01-01"), ("k2", "c2", "2023-01-02")]


def test_a_file_that_is_something_else_is_noted_and_not_read(folder):
    delivery = read_source(folder({"contacts.csv": HEAD, "read me.txt": "x", "budget.csv": "a;b\n1;2\n"}))
    assert [(f.file, f.used) for f in delivery.files] == [
        ("budget.csv", False),
        ("contacts.csv", True),
        ("read me.txt", False),
    ]
    noted = delivery.findings.select("file", "rule", "severity").rows()
    assert noted == [("budget.csv", "file_not_read", "note"), ("read me.txt", "file_not_read", "note")]


def test_every_reader_has_a_name_of_its_own():
    names = [reader.name for reader in READERS]
    assert len(set(names)) == len(names)
    assert names[-1] == "plain"  # it takes what is named after a table, so whoever knows a file better goes before


# --- what is refused, each in one sentence with its place ---


def test_a_folder_that_does_not_exist(tmp_path):
    assert refused(tmp_path / "none").splitlines()[0].endswith("none: There is no such file or folder.")


def test_one_file_is_read_as_one_table(folder):
    path = folder({"contacts.csv": f"{HEAD}\nk1,c1,2023-01-01", "children.csv": "child_id\nc1"}) / "contacts.csv"
    delivery = read_source(path)
    assert [t.table for t in delivery.tables] == ["contacts"]
    assert [file.file for file in delivery.files] == ["contacts.csv"]


def test_an_empty_folder(tmp_path):
    assert "the folder is empty" in refused(tmp_path)


def test_a_folder_with_nothing_recognisable(folder):
    said = refused(folder({"budget.csv": "a,b", "notes.txt": "x"}))
    assert "found budget.csv, notes.txt" in said
    assert "children.csv" in said


BAD = {
    "empty": ({"contacts.csv": b""}, "contacts.csv: The file is empty."),
    "blank": ({"contacts.csv": "\n\n"}, "contacts.csv: The file is empty."),
    "empty parquet": ({"contacts.parquet": b""}, "contacts.parquet: The file is empty."),
    "binary": (
        {"contacts.csv": b"PK\x03\x04\x00\x01"},
        "contacts.csv: This file is not text, though its name ends in .csv.",
    ),
    "utf-16": ({"contacts.csv": HEAD.encode("utf-16")}, "contacts.csv: This file is UTF-16 text, which is not read."),
    "neither encoding": (
        {"contacts.csv": f"{HEAD}\nk1,c1,".encode() + b"\x81\n"},
        "contacts.csv:2: The text is neither UTF-8 nor Windows-1252.",
    ),
    "broken parquet": (
        {"contacts.parquet": b"PAR1 and no more"},
        "contacts.parquet: This file can't be read as Parquet.",
    ),
    "too many fields": (
        {"contacts.csv": f"{HEAD}\nk1,c1,2023-01-01\nk2,c2,2023-01-02,x,y\nk3\n"},
        "contacts.csv:3: This line has 5 fields, but the first line names 3 columns.",
    ),
    "too few fields": (
        {"contacts.csv": f'{HEAD}\n"k\n1",c1,2023-01-01\nk2,c2\n'},
        "contacts.csv:4: This line has 2 fields, but the first line names 3 columns.",
    ),
    "a quote never closed": (
        {"contacts.csv": f'{HEAD}\nk1,c1,2023-01-01\n"k2,c2,2023-01-02\nk3,c3,2023-01-03\n'},
        "contacts.csv:3: This line has 1 field, but the first line names 3 columns.",
    ),
    "unknown column": (
        {"contacts.csv": f"{HEAD},outcom\n"},
        "contacts.csv:1:33: 'outcom' is not a column of the table 'contacts'.",
    ),
    "nameless column": ({"contacts.csv": f"{HEAD},\n"}, "contacts.csv:1: Column 4 has no name."),
    "missing column": (
        {"contacts.csv": "contact_id,child_id\n"},
        "contacts.csv:1: The column 'received_on' is missing; every row of 'contacts' needs it.",
    ),
    "doubled column": ({"contacts.csv": f"{HEAD},Child_id\n"}, "contacts.csv:1:33: Two columns are named 'child_id'."),
    "misnamed file": ({"contcts.csv": HEAD, "children.csv": "child_id"}, "contcts.csv: There is no table 'contcts'."),
}


@pytest.mark.parametrize(("files", "says"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_told_in_one_sentence(folder, files, says):
    assert refused(folder(files)).splitlines()[0] == says


def test_the_nearest_name_is_offered(folder, tmp_path):
    said = refused(folder({"contacts.csv": f"{HEAD},outcom\n"})).splitlines()
    assert said[1:] == [f"    {HEAD},outcom", " " * 36 + "^" * 6, "Did you mean 'outcome'?"]
    (tmp_path / "contacts.csv").unlink()
    assert "Did you mean 'contacts.csv'?" in refused(folder({"contcts.csv": HEAD}))


def test_a_file_without_column_names_gives_no_childs_data_away(folder):
    said = refused(folder({"children.csv": "c1,2010-05-01,Secret\n"}))
    assert said.startswith("children.csv:1: The first line holds no column name of the table 'children'.")
    assert "Secret" not in said


def test_a_ragged_line_is_not_shown(folder):
    assert "Secret" not in refused(folder({"contacts.csv": f"{HEAD}\nk1,c1,2023-01-01,Secret\n"}))


def test_a_parquet_column_of_lists_is_refused(tmp_path):
    pl.DataFrame({"child_id": [["c1"]]}).write_parquet(tmp_path / "children.parquet")
    assert "The column 'child_id' holds values of the kind list" in refused(tmp_path)


def test_a_large_file_reads_the_same_as_a_small_one(tmp_path):
    lines = [f'k{at},c{at % 50},2023-01-{at % 28 + 1:02d},"a, ""b""\n{at}"' for at in range(20_000)]
    (tmp_path / "contacts.csv").write_text("\n".join([f"{HEAD},team", *lines]))
    frame = table(read_source(tmp_path)).frame
    assert frame.height == 20_000
    assert frame["team"][19_999] == 'a, "b"\n19999'
    assert frame["_row"].to_list() == list(range(2, 20_002))


def test_a_first_line_longer_than_any_of_column_names_is_refused(tmp_path):
    (tmp_path / "contacts.csv").write_text(",".join(f"column{at}" for at in range(20_000)) + "\n")
    with pytest.raises(InputError, match=r"contacts\.csv:1: The first line is longer than 65,536 bytes"):
        read_source(tmp_path)
