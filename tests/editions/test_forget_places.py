"""Why: forgetting meets what a killed night left, lists of odd ids and files that took another's place, and takes what is hers."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from casetally.nights import place
from casetally.nights.keeping.naming import names_any
from casetally.reports.case_lists.plain_text import csv_bytes
from casetally.reports.made import made_of, note_made
from casetally.sealed import Key, seal

from tests.cli.calling import call

CONFIG = 'sources = ["export"]\nhome = "home"\nas_at = "night"\nmonths = 2\n[encryption]\nkey_file = "k.key"\n'
CHILDREN = "child_id,date_of_birth,sex,ethnicity\nC1,2012-05-01,F,WBRI\nC2,2013-05-01,M,WBRI\n"
CONTACTS = (
    "contact_id,child_id,received_on,team\n"
    "contact-one,C1,never,North\ncontact-two,C2,soon,North\ncontact-three,C2,2024-03-02,North\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "children.csv").write_text(CHILDREN)
    (tmp_path / "export" / "contacts.csv").write_text(CONTACTS)
    (tmp_path / "nightly.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    assert call("key", "k.key").code == 0
    return tmp_path


def _night() -> None:
    answer = call("nightly", "nightly.toml", "--night", "2024-04-01")
    assert answer.code == 0, answer.err


def _forget() -> str:
    answer = call("forget", "C1", "--home", "home", "--yes")
    assert answer.code == 0, answer.err
    return " ".join(answer.err.split())


def _naming(text: str, below: Path) -> list[str]:
    return [path.name for path in below.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def _killed_before_its_outputs_are_in_place(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, "put_in_place", killed)
        call("nightly", "nightly.toml", "--night", "2024-04-01")
    assert (home / ".outputs.next" / "run.json").exists()
    assert not (home / "outputs").exists()


def test_outputs_that_a_killed_first_night_left_beside_lose_the_child_too(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = here / "home"
    _killed_before_its_outputs_are_in_place(monkeypatch, home)
    assert "contact-one" in (home / ".outputs.next" / "findings.csv").read_text()
    assert (home / ".outputs.next" / "set_aside.zip.age").exists()
    _forget()
    assert _naming("contact-one", home) == []
    assert list(home.rglob("set_aside.zip.age")) == []
    assert "contact-two" in (home / "outputs" / "findings.csv").read_text()
    assert "whole" in call("status", "nightly.toml", "--night", "2024-04-01").out


def test_outputs_that_a_kill_left_under_neither_name_lose_the_child_too(here: Path) -> None:
    """Where names can't be exchanged, the earlier ones are moved away first."""
    _night()
    home = here / "home"
    (home / "outputs").rename(home / ".outputs.earlier")
    _forget()
    assert _naming("contact-one", home) == []
    assert "contact-two" in (home / "outputs" / "findings.csv").read_text()


def test_outputs_that_do_not_say_of_which_night_they_are_name_the_child_no_more(here: Path) -> None:
    _night()
    outputs = here / "home" / "outputs"
    (outputs / "run.json").write_text("broken")
    _forget()
    assert _naming("contact-one", here / "home") == []
    assert not (outputs / "set_aside.zip.age").exists()


@pytest.mark.parametrize("child", ["-12", "=C1", "+4", "@home", "C1"])
def test_a_sealed_list_names_a_child_whose_id_a_spreadsheet_would_take_for_a_formula(
    child: str, tmp_path: Path
) -> None:
    key, held = Key.made(), io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("list.csv", csv_bytes(["child_id", "team"], [[child, "North"]]))
    path = tmp_path / "North.zip.age"
    path.write_bytes(seal(held.getvalue(), [key.recipient]))
    assert names_any(path, frozenset([child]), key) is True
    assert names_any(path, frozenset(["C", "'", "12", "home"]), key) is False


def _noted(here: Path, name: str, contents: str) -> Path:
    path = here / name
    path.write_text(contents)
    note_made({"editions": {"path": str(here / "home" / "editions.duckdb")}}, "annex-a", path)
    return path


def test_a_file_that_took_the_place_of_one_made_of_the_nights_is_left_and_told(here: Path) -> None:
    _night()
    ours, other = _noted(here, "ours.xlsx", "lists"), _noted(here, "other.xlsx", "lists")
    other.write_text("years of work")
    said = _forget()
    assert not ours.exists()
    assert other.read_text() == "years of work"
    assert f"'{other}' is no longer the file that was made there" in said
    assert [one.path for one in made_of(here / "home")] == [other]
    other.write_text("lists")  # as it was made
    answer = call("forget", "C2", "--home", "home", "--yes")
    assert answer.code == 0
    assert not other.exists()


def test_a_file_made_again_is_known_by_what_it_was_each_time(here: Path) -> None:
    _night()
    _noted(here, "annex.xlsx", "first")
    path = _noted(here, "annex.xlsx", "second")
    path.write_text("first")
    _forget()
    assert not path.exists()


def test_a_file_noted_by_an_earlier_version_is_deleted_as_it_was_then(here: Path) -> None:
    _night()
    path = _noted(here, "annex.xlsx", "lists")
    note = here / "home" / "made.jsonl"
    note.write_text(json.dumps({"what": "annex-a", "path": str(path)}) + "\n")
    _forget()
    assert not path.exists()


def test_a_note_of_what_was_made_names_no_child(here: Path) -> None:
    _night()
    _noted(here, "annex.xlsx", "C1")
    (one,) = made_of(here / "home")
    assert len(one.hashes) == 1
    assert "C1" not in (here / "home" / "made.jsonl").read_text()
