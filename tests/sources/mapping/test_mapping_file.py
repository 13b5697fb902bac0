"""Why: an analyst's slip in a mapping file must be named with its line, and never read as something else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from casetally.errors import CasetallyError, DefinitionError, InputError
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at
from casetally.sources.mapping import claims, read
from casetally.sources.recognise import read_source

from mapping.made_up import map_text

CSV = "Ref,Person,Received,Outcome,Team\n1,P1,03/04/2023,NFA,North\n2,P2,04/04/2023,Referral,South\n"
COLUMNS = {"contact_id": "Ref", "child_id": "Person", "received_on": "Received"}


def given(folder: Path, mapping: str, **files: str | bytes) -> Delivery:
    """Read a folder with a mapping file, and export.csv unless other files are given."""
    (folder / "casetally-mapping.yaml").write_text(mapping)
    for name, content in (files or {"export__csv": CSV}).items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    return read(claims(look_at([folder])))


def table(delivery: Delivery, name: str = "contacts") -> list[dict[str, Any]]:
    (frame,) = [one.frame for one in delivery.tables if one.table == name]
    return [{k: v for k, v in row.items() if not k.startswith("_")} for row in frame.rows(named=True)]


def fates(delivery: Delivery) -> list[tuple[int, str]]:
    return delivery.rows.select("row", "disposition").rows()


@pytest.mark.parametrize(
    ("entry", "says", "hint"),
    [
        ({"table": "contcts"}, "There is no table 'contcts'.", "Did you mean 'contacts'?"),
        ({"columns": {**COLUMNS, "outcom": "Outcome"}},
         "'outcom' is not a column of the table 'contacts'.", "Did you mean 'outcome'?"),
        ({"columns": {**COLUMNS, "outcome": "Outcom"}}, "The file export.csv has no column 'Outcom'.", "Did you mean 'Outcome'?"),
        ({"columns": {**COLUMNS, "outcome": "Outcome"}, "codes": {"outcome": {"NFA": "no_action"}}},
         "'no_action' is not a code of contacts.outcome.", "Did you mean"),
        ({"codes": {"outcome": {"NFA": "no_further_action"}}}, "'outcome' has no header under 'columns'.", "Add it there."),
        ({"columns": {**COLUMNS, "team": "Team"}, "codes": {"team": {"North": "n"}}},
         "'team' holds neither codes nor yes and no", ""),
        ({"colums": {}}, "'colums' is not known here.", "Did you mean 'columns'?"),
        ({"columns": None}, "'columns' is missing here.", "Each entry needs file, table and columns."),
        ({"columns": {"contact_id": "Ref", "child_id": "Person"}},
         "The table 'contacts' needs the column 'received_on'", "Name its header"),
        ({"columns": {"child_id": "Person", "received_on": "Received"}},
         "The table 'contacts' needs the column 'contact_id'",
         "make_id: [child_id, received_on]"),
        ({"make_id": ["child_id"]}, "No id of 'contacts' is missing", "Remove this line"),
        ({"constants": {"received_on": "2024-01-01"}}, "'received_on' has a header under 'columns' too.", "Keep one"),
        ({"constants": {"outcome": "nothing"}}, "'nothing' is not a code of contacts.outcome.", ""),
        ({"date_formats": {"received_on": "dd/yyyy"}}, "'dd/yyyy' is no way of writing dates.", "Write it as dd/mm/yyyy"),
        ({"date_formats": {"contact_id": "dd/mm/yyyy"}}, "'contact_id' holds no dates.", "Remove"),
        ({"delimiter": "#"}, "'#' is no delimiter that is read.", "Known:"),
        ({"encoding": "utf8"}, "'utf8' is no encoding that is read.", "Did you mean 'utf-8'?"),
        ({"header_row": 0}, "This can't be meant: input should be greater than or equal to 1.", "docs/sources/mapping.md"),
        ({"sheet": "Contacts"}, "export.csv is no workbook, so it has no sheets.", "Remove"),
        ({"file": "exprt.csv"}, "No file here is named 'exprt.csv'.", "Did you mean 'export.csv'?"),
        ({"where_filled": ["team"]}, "'team' is not among the columns mapped here.", ""),
        ({"skip_rows_where": {"Reff": ["Total"]}}, "The file export.csv has no column 'Reff'.", "Did you mean 'Ref'?"),
        ({"columns": {**COLUMNS, "outcome": "?"}},
         "A '?' still stands here for something that only you can say; 1 in all.", "lines 4"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_its_place(tmp_path: Path, entry: dict[str, Any], says: str, hint: str) -> None:
    (tmp_path / "export.csv").write_text(CSV)
    with pytest.raises(DefinitionError) as refused:
        given(tmp_path, map_text(**entry))
    assert says in refused.value.says
    assert hint in refused.value.hint
    assert refused.value.place
    assert (refused.value.place.file, refused.value.place.line > 0) == ("casetally-mapping.yaml", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "files: []",
        "files:",
        "files: 3",
        "- a",
        "files: [3]",
        "a: 1",
        "files: [{file: a, file: b}]",
        "files: {",
        "\x00",
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DefinitionError):
        given(tmp_path, text)


def test_no_data_is_shown_where_the_headers_stand_elsewhere(tmp_path: Path) -> None:
    rows = "Extract of contacts,,\nZebedee Quill,P1,03/04/2023\n"
    with pytest.raises(CasetallyError) as refused:
        given(tmp_path, map_text(header_row=2), export__csv=rows)
    assert "Zebedee" not in refused.value.render()


def test_rows_keep_their_numbers_and_unmapped_columns_are_told_of(tmp_path: Path) -> None:
    delivery = given(tmp_path, map_text())
    assert delivery.covers == "Files of your own shape, read by casetally-mapping.yaml: 1 file or sheet for 1 table."
    assert fates(delivery) == [(2, "carried"), (3, "carried")]
    assert delivery.findings.select("row", "severity", "message").rows() == [
        (0, "note", "Columns of this file that the mapping does not take: Outcome, Team.")
    ]


def test_words_are_translated_and_one_that_says_nothing_is_blank(tmp_path: Path) -> None:
    words = {"nfa": "no_further_action", "REFERRAL": None}
    delivery = given(tmp_path, map_text(columns={**COLUMNS, "outcome": "Outcome"}, codes={"outcome": words}))
    assert [row["outcome"] for row in table(delivery)] == ["no_further_action", None]


def test_a_word_without_a_code_stays_as_written(tmp_path: Path) -> None:
    words = {"NFA": "no_further_action"}
    delivery = given(tmp_path, map_text(columns={**COLUMNS, "outcome": "Outcome"}, codes={"outcome": words}))
    assert [row["outcome"] for row in table(delivery)] == ["no_further_action", "Referral"]


def test_the_first_of_several_headers_that_is_filled_counts(tmp_path: Path) -> None:
    rows = "Ref,Person,Received,Logged\n1,P1,,05/04/2023\n2,P2,04/04/2023,06/04/2023\n"
    delivery = given(tmp_path, map_text(columns={**COLUMNS, "received_on": ["Received", "Logged"]}), export__csv=rows)
    assert [row["received_on"] for row in table(delivery)] == ["2023-04-05", "2023-04-04"]


@pytest.mark.parametrize(
    ("form", "written", "day"),
    [
        ("dd/mm/yyyy", "3/4/2023", "2023-04-03"),
        ("mm/dd/yyyy", "03/04/2023 14:05:09", "2023-03-04"),
        ("yyyy-mm-dd", "2023-04-03T00:00:00Z", "2023-04-03"),
        ("dd-mmm-yyyy", "03-APR-2023", "2023-04-03"),
        ("dd-mmm-yy", "03-Apr-23", "2023-04-03"),
        ("dd mmmm yyyy", "3 April 2023 9:15 pm", "2023-04-03"),
        ("yyyymmdd", "20230403", "2023-04-03"),
        ("excel", "45019", "2023-04-03"),
        ("excel", "45019.75", "2023-04-03"),
        ("dd/mm/yyyy", "04/13/2023", "04/13/2023"),
        ("mm/dd/yyyy", "soon", "soon"),
    ],
)
def test_dates_are_read_as_the_mapping_says(tmp_path: Path, form: str, written: str, day: str) -> None:
    rows = f"Ref,Person,Received\n1,P1,{written}\n"
    delivery = given(tmp_path, map_text(date_formats={"received_on": form}), export__csv=rows)
    assert [row["received_on"] for row in table(delivery)] == [day]


@pytest.mark.parametrize(
    ("written", "moment"),
    [("03/04/2023 21:05", "2023-04-03T21:05:00"), ("03/04/2023 9:05 PM", "2023-04-03T21:05:00"),
     ("03/04/2023 12:05:30 AM", "2023-04-03T00:05:30"), ("03/04/2023", "2023-04-03")],
)  # fmt: skip
def test_a_time_is_kept_where_the_column_has_times(tmp_path: Path, written: str, moment: str) -> None:
    columns = {"episode_id": "Ref", "child_id": "Person", "started_at": "From"}
    mapping = map_text(table="missing_episodes", columns=columns, date_formats={"started_at": "dd/mm/yyyy"})
    delivery = given(tmp_path, mapping, export__csv=f"Ref,Person,From\n1,P1,{written}\n")
    assert [row["started_at"] for row in table(delivery, "missing_episodes")] == [moment]


def test_an_id_is_made_of_other_columns_and_a_second_of_a_day_is_numbered(tmp_path: Path) -> None:
    rows = "Person,Received,Outcome\nP1,03/04/2023,b\nP1,03/04/2023,a\nP2,03/04/2023,a\n"
    shuffled = "Person,Received,Outcome\nP2,03/04/2023,a\nP1,03/04/2023,a\nP1,03/04/2023,b\n"
    columns = {"child_id": "Person", "received_on": "Received", "outcome": "Outcome"}
    mapping = map_text(columns=columns, make_id=["child_id", "received_on"])
    made = [table(given(tmp_path, mapping, export__csv=one)) for one in (rows, shuffled)]
    assert sorted((row["contact_id"], row["outcome"]) for row in made[0]) == [
        ("P1-2023-04-03", "a"), ("P1-2023-04-03-2", "b"), ("P2-2023-04-03", "a"),
    ]  # fmt: skip
    assert made[0] == made[1]


def test_constants_stand_in_every_row(tmp_path: Path) -> None:
    assert [row["method"] for row in table(given(tmp_path, map_text(constants={"method": "email"})))] == ["email"] * 2


def test_totals_and_rows_without_a_day_are_left_out_with_a_note(tmp_path: Path) -> None:
    rows = "Ref,Person,Received\n1,P1,03/04/2023\n2,P2,\nTOTAL,,2\n"
    mapping = map_text(skip_rows_where={"Ref": ["Total"]}, where_filled=["received_on"])
    delivery = given(tmp_path, mapping, export__csv=rows)
    assert fates(delivery) == [(2, "carried"), (3, "set_aside"), (4, "set_aside")]
    left_out = delivery.findings.filter(delivery.findings["rule"] == "mapping_row_left_out")
    assert left_out.select("row", "severity").rows() == [(3, "note"), (4, "note")]


TWO = """
files:
  - {file: export.csv, table: health_checks, make_id: [child_id, type], where_filled: [completed_on],
     columns: {child_id: Person, completed_on: Dental}, constants: {type: dental}}
  - {file: export.csv, table: health_checks, make_id: [child_id, type], where_filled: [completed_on],
     columns: {child_id: Person, completed_on: Health}, constants: {type: review_health}}
  - {file: export.csv, table: children, distinct: true, columns: {child_id: Person, sex: Sex}}
"""


def test_one_file_feeds_several_tables_and_each_row_has_one_line(tmp_path: Path) -> None:
    rows = "Person,Sex,Dental,Health\nP1,F,2023-04-03,2023-05-03\nP1,F,,2023-06-03\nP2,M,,\n"
    delivery = given(tmp_path, TWO, export__csv=rows)
    checks = {(row["check_id"], row["type"], row["completed_on"]) for row in table(delivery, "health_checks")}
    assert checks == {
        ("P1-dental", "dental", "2023-04-03"), ("P1-review_health", "review_health", "2023-05-03"),
        ("P1-review_health-2", "review_health", "2023-06-03"),
    }  # fmt: skip
    assert table(delivery, "children") == [{"child_id": "P1", "sex": "F"}, {"child_id": "P2", "sex": "M"}]
    assert fates(delivery) == [(2, "carried"), (3, "carried"), (4, "carried")]
    assert delivery.rows["table"].to_list() == ["health_checks", "health_checks", "children"]


def test_several_files_of_one_pattern_are_one_table(tmp_path: Path) -> None:
    later = CSV.replace("\n1,", "\n3,").replace("\n2,", "\n4,")
    delivery = given(tmp_path, map_text(file="export*.CSV"), export_2022__csv=CSV, export_2023__csv=later)
    assert [row["contact_id"] for row in table(delivery)] == ["1", "2", "3", "4"]


def test_headers_that_are_blank_or_twice_can_be_told_apart(tmp_path: Path) -> None:
    rows = "Date,Ref,Date,,Person\n01/01/2020,1,03/04/2023,x,P1\n"
    columns = {"contact_id": "Ref", "child_id": "Person", "received_on": "Date (2)", "team": "(column 4)"}
    assert table(given(tmp_path, map_text(columns=columns), export__csv=rows)) == [
        {"contact_id": "1", "child_id": "P1", "received_on": "2023-04-03", "team": "x"}
    ]


def test_the_row_of_a_line_that_cannot_be_read_counts_from_the_files_top(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        given(tmp_path, map_text(header_row=3), export__csv="Title\n\nRef,Person,Received\n1,P1,03/04/2023\n2,P2\n")
    assert str(refused.value.place) == "export.csv:5"


def test_a_file_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    other = map_text(table="children", columns={"child_id": "Person"}, header_row=2).removeprefix("files:\n")
    with pytest.raises(DefinitionError, match="in another way"):
        given(tmp_path, f"{map_text()}\n{other}")


def test_a_mapping_given_beside_a_folder_reads_it(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "export.csv").write_text(CSV)
    (tmp_path / "our-mapping.yaml").write_text(map_text())
    delivery = read_source(tmp_path / "exports", tmp_path / "our-mapping.yaml")
    assert [row["contact_id"] for row in table(delivery)] == ["1", "2"]


@pytest.mark.parametrize(
    "rows",
    [
        "Title\nRef;Person;Received;Team\n1;P1;03/04/2023;North\n2;P2;04/04/2023;\n",
        'Title\nRef;Person;Received;Team\n"1";P1;03/04/2023;North\n2;"P2";04/04/2023;\n',
        "Title, with a comma\nRef;Person;Received;Team\n1;P1;03/04/2023;North\n2;P2;04/04/2023;\n",
        "Title\r\nRef;Person;Received;Team\r\n1;P1;03/04/2023;North\r\n2;P2;04/04/2023;\r\n",
    ],
)
def test_semicolons_below_a_title_are_read_alike_however_quoted(tmp_path: Path, rows: str) -> None:
    columns = {**COLUMNS, "team": "Team"}
    delivery = given(tmp_path, map_text(columns=columns, delimiter=";", header_row=2), export__csv=rows)
    assert [(row["contact_id"], row["child_id"], row["team"]) for row in table(delivery)] == [
        ("1", "P1", "North"),
        ("2", "P2", None),
    ]
    assert fates(delivery) == [(3, "carried"), (4, "carried")]


def test_how_far_the_export_tells_is_handed_on(tmp_path: Path) -> None:
    one, two = (map_text(since=day, latest_only=only) for day, only in (("2022-04-01", False), ("2023-04-01", True)))
    delivery = given(tmp_path, f"{one}\n{two.removeprefix('files:')}".replace('"2022-04-01"', "2022-04-01"))
    assert [(made.since, made.latest_only) for made in delivery.tables] == [(dt.date(2023, 4, 1), True)]
    assert [(made.since, made.latest_only) for made in given(tmp_path, map_text()).tables] == [(None, False)]


def test_files_of_the_data_model_are_read_beside_mapped_ones(tmp_path: Path) -> None:
    (tmp_path / "casetally-mapping.yaml").write_text(map_text())
    (tmp_path / "export.csv").write_text(CSV)
    (tmp_path / "children.csv").write_text("child_id,sex\nP1,F\n")
    (tmp_path / "referrals_of_ours.csv").write_text("A,B\n1,2\n")
    delivery = read_source(tmp_path)
    assert [one.table for one in delivery.tables] == ["children", "contacts"]
    assert [file.file for file in delivery.files if not file.used] == [
        "casetally-mapping.yaml",
        "referrals_of_ours.csv",
    ]
    assert "file_not_read" in delivery.findings["rule"].to_list()
