"""Why: `casetally map` must save an analyst the typing without deciding anything that only the analyst can know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from casetally.cli.map_folder import map_folder
from casetally.errors import CallError, CasetallyError, DefinitionError, InputError
from casetally.sources.mapping.proposal_text import proposal_text
from casetally.sources.mapping.proposing import propose
from casetally.sources.recognise import read_source
from casetally.yaml_files import load_yaml
from typer.testing import CliRunner, Result

HEADERS = "Contact Ref,Person ID,Date of Contact,Contact Outcome"


def call(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(map_folder)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def contacts(folder: Path, *days: str, outcomes: tuple[str, ...] = ("NFA",)) -> None:
    rows = [f"{at},P{at},{day},{outcomes[at % len(outcomes)]}" for at, day in enumerate(days)]
    (folder / "contacts.csv").write_text("\n".join([HEADERS, *rows]))


def proposed(folder: Path) -> tuple[dict[str, Any], str]:
    """The first entry proposed, and the whole text."""
    text = proposal_text(propose(folder))
    path = folder.parent / "proposed.yaml"
    path.write_text(text, encoding="utf-8")
    entries = load_yaml(path).data["files"]
    return (entries[0] if entries else {}), text


@pytest.mark.parametrize(
    ("days", "form", "unsure"),
    [
        (("13/04/2023", "03/04/2023"), None, False),  # how the data model writes them anyway
        (("04/13/2023", "04/03/2023"), "mm/dd/yyyy", False),
        (("03/04/2023", "05/06/2023"), "dd/mm/yyyy", True),
        (("13.04.2023", "03.04.2023"), "dd.mm.yyyy", False),
        (("13-Apr-23", "03-Apr-23"), "dd-mmm-yy", False),
        (("13 April 2023", "3 March 2023"), "dd mmmm yyyy", False),
        (("2023-04-13", "2023-04-03 10:00"), None, False),
        (("2023/04/13", "2023/04/03"), "yyyy/mm/dd", False),
        (("45029", "45019"), "excel", False),
        (("13/04/2023", "04/13/2023"), "dd/mm/yyyy", True),
    ],
)
def test_values_say_how_dates_are_written(
    tmp_path: Path, days: tuple[str, ...], form: str | None, unsure: bool
) -> None:
    contacts(tmp_path, *days)
    entry, text = proposed(tmp_path)
    assert entry["columns"]["received_on"] == "Date of Contact"
    assert entry.get("date_formats", {}).get("received_on") == form
    assert ("whether the day or the month stands first" in text) is unsure


def test_a_word_that_cannot_be_told_is_left_to_fill_and_no_run_starts_before(tmp_path: Path) -> None:
    contacts(tmp_path, *["13/04/2023"] * 12, outcomes=("NFA", "Zog"))
    done = call(tmp_path)
    assert (done.exit_code, "to fill ('?'): 1." in done.stdout) == (0, True)
    path = tmp_path / "casetally-mapping.yaml"
    with pytest.raises(DefinitionError) as refused:
        read_source(tmp_path)
    assert "A '?' still stands here" in refused.value.says
    assert refused.value.place
    line = path.read_text().splitlines()[refused.value.place.line - 1]
    assert line.strip() == '"Zog": "?"'
    path.write_text(path.read_text().replace('"?"', '"social_care"'))
    (frame,) = [one.frame for one in read_source(tmp_path).tables if one.table == "contacts"]
    assert frame["outcome"].to_list() == ["no_further_action", "social_care"] * 6


def test_a_needed_column_without_a_header_is_left_to_fill_with_what_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("Contact Ref,Person ID,Logged,Contact Outcome\n1,P1,13/04/2023,NFA\n")
    entry, _ = proposed(tmp_path)
    assert entry["columns"]["received_on"] == "?"


def test_an_id_that_no_header_is_gets_made(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("Person ID,Date of Contact,Contact Outcome\nP1,13/04/2023,NFA\n")
    entry, _ = proposed(tmp_path)
    assert entry["make_id"] == ["child_id", "received_on"]


def test_a_mapping_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    contacts(tmp_path, "13/04/2023")
    path = tmp_path / "casetally-mapping.yaml"
    path.write_text("files: mine")
    assert isinstance(call(tmp_path).exception, CallError)
    assert path.read_text() == "files: mine"
    assert call(tmp_path, "--out", tmp_path / "other.yaml").exit_code == 0
    assert call(tmp_path, "--force").exit_code == 0
    assert path.read_text() == (tmp_path / "other.yaml").read_text()


def test_a_file_whose_table_cannot_be_told_has_no_entry_and_is_named(tmp_path: Path) -> None:
    contacts(tmp_path, "13/04/2023")
    (tmp_path / "budget.csv").write_text("Cost centre,Spend\nA1,300\n")
    done = call(tmp_path)
    assert "budget.csv: Which table it is can't be told from its name and headers." in done.stderr
    assert "Spend" not in (tmp_path / "casetally-mapping.yaml").read_text()


def test_a_file_without_headers_shows_nothing_of_its_first_row(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("Zebedee,Quill,Police,Larkspur Mews\nGwen,Frobisher,Police,Elm Row\n")
    text = proposal_text(propose(tmp_path))
    assert "can't be told" in text
    assert "Zebedee" not in text


def test_a_file_of_very_many_columns_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text(",".join(f"Column {at}" for at in range(501)) + "\n" + "," * 500 + "\n")
    assert "It has 501 columns" in proposal_text(propose(tmp_path))


def test_files_that_another_reader_knows_are_left_to_it(tmp_path: Path) -> None:
    contacts(tmp_path, "13/04/2023")
    (tmp_path / "children.csv").write_text("child_id,sex\nP1,F\n")
    (tmp_path / "2023_episodes.csv").write_text("CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n1,01/04/2022,S,C2,U4,,\n")
    text = proposal_text(propose(tmp_path))
    assert [line for line in text.splitlines() if "needs no mapping" in line] == [
        "  # 2023_episodes.csv: It is recognised as an SSDA903 return and needs no mapping.",
        "  # children.csv: It is recognised as files of the data model and needs no mapping.",
    ]
    assert 'file: "contacts.csv"' in text


@pytest.mark.parametrize("name", ["nowhere", "a.csv"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert isinstance(call(tmp_path / name).exception, CasetallyError)


def test_a_folder_without_exports_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("x")
    assert isinstance(call(tmp_path).exception, InputError)


def test_columns_not_taken_are_listed(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text(f"{HEADERS},Shoe Size\n1,P1,13/04/2023,NFA,44\n")
    assert "# not taken: Shoe Size" in proposal_text(propose(tmp_path))


def test_a_header_that_is_only_somewhat_alike_is_a_guess_to_take_up(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text(f"{HEADERS},Recommended Outcome of Contact\n1,P1,13/04/2023,NFA,NFA\n")
    entry, text = proposed(tmp_path)
    assert "recommended_outcome" not in entry["columns"]
    assert '# recommended_outcome: "Recommended Outcome of Contact"  # a guess' in text


def test_words_with_their_code_before_them_are_told(tmp_path: Path) -> None:
    rows = [
        f"{at},0{1 + at % 9}/12/2010,{'a) Male' if at % 2 else 'b) Female'},{'WBRI - White British'}" for at in range(9)
    ]
    (tmp_path / "persons.csv").write_text("Person ID,DOB,Gender,Ethnicity\n" + "\n".join(rows))
    entry, _ = proposed(tmp_path)
    assert entry["codes"] == {"sex": {"a) Male": "M", "b) Female": "F"}, "ethnicity": {"WBRI - White British": "WBRI"}}


def test_a_proposal_is_yaml_whatever_files_and_headers_are_called(tmp_path: Path) -> None:
    name = 'contacts: #1 "x" [y].csv'
    (tmp_path / name).write_text('"Contact: ""Ref""",Person ID,Date of Contact,"{Outcome}"\n1,P1,13/04/2023,NFA\n')
    text = proposal_text(propose(tmp_path))
    path = tmp_path.parent / "odd.yaml"
    path.write_text(text, encoding="utf-8")
    (entry,) = load_yaml(path).data["files"]
    assert entry["file"] == name
    assert 'Contact: "Ref"' in json.dumps(entry["columns"]).replace("\\", "")


def test_a_database_is_no_folder_and_its_password_is_not_shown() -> None:
    for url in ("postgresql://ann:hunter2@db/care", "postgresql://ann:hun@ter2@db/care"):
        with pytest.raises(CallError) as wrong:
            propose(Path(url))
        assert wrong.value.says == "'postgresql://db/care' is no folder."
