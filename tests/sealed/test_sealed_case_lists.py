"""Why: a list of children lies sealed wherever it lies, and is not made at all where nobody could open it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from case_lists.conftest import World, world
from case_lists.world import HOSTILE
from casetally.errors import CallError
from casetally.reports.case_lists import making
from casetally.sealed import Key, unseal

from sealed.homes import all_below

__all__ = ["world"]  # a fixture

OF_CHILDREN = [b"c1", b"a1", b"North", b"2024-02-07", b"assessments.csv", HOSTILE.encode()]


@pytest.mark.parametrize("as_csv", [False, True])
def test_every_file_with_a_child_in_it_is_sealed(world: World, tmp_path: Path, key: Key, as_csv: bool) -> None:
    world.make(tmp_path / "lists", as_csv=as_csv, recipients=(key.recipient,))
    ending = ".zip.age" if as_csv else ".xlsx.age"
    assert all_below(tmp_path / "lists") == {
        "case_lists.json", *(f"{team}{ending}" for team in ("North", "South", "HYPERLINK_x", "no team recorded")),
    }  # fmt: skip
    for path in (tmp_path / "lists").glob("*.age"):
        raw = path.read_bytes()
        assert raw.startswith(b"age-encryption.org/v1\n")
        assert not [part for part in OF_CHILDREN if len(part) > 4 and part in raw]
    told = (tmp_path / "lists" / "case_lists.json").read_text()
    assert '"c1"' not in told
    assert '"a1"' not in told


def test_opened_with_the_key_they_are_a_workbook_and_csv_files(world: World, tmp_path: Path, key: Key) -> None:
    world.make(tmp_path / "books", recipients=(key.recipient,))
    world.make(tmp_path / "csv", as_csv=True, recipients=(key.recipient,))
    book = unseal((tmp_path / "books" / "South.xlsx.age").read_bytes(), key, "South.xlsx.age")
    sheet = openpyxl.load_workbook(io.BytesIO(book))["A1"]
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["a3", "a6"]
    with zipfile.ZipFile(io.BytesIO(unseal((tmp_path / "csv" / "South.zip.age").read_bytes(), key, "x"))) as archive:
        assert archive.namelist()[:2] == ["about.csv", "contents.csv"]
        assert b"a6" in archive.read("A1.csv")


def test_each_recipient_opens_them_and_nobody_else(world: World, tmp_path: Path, key: Key, other: Key) -> None:
    world.make(tmp_path / "lists", teams=("North",), recipients=(key.recipient, other.recipient))
    sealed = (tmp_path / "lists" / "North.xlsx.age").read_bytes()
    assert unseal(sealed, key, "x") == unseal(sealed, other, "x")
    with pytest.raises(CallError, match="another key"):
        unseal(sealed, Key.made(), "x")


def test_where_nobody_could_open_them_nothing_is_made_and_nothing_logged(world: World, tmp_path: Path) -> None:
    with pytest.raises(CallError, match="nobody is named who can open them") as refused:
        world.make(tmp_path / "lists", recipients=())
    assert "casetally key NEW_FILE" in refused.value.hint
    assert all_below(tmp_path) == set()


def test_without_recipients_those_of_the_environment_can_open_them(
    world: World, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASETALLY_RECIPIENT", key.recipient)
    world.make(tmp_path / "lists", teams=("North",), recipients=())
    assert unseal((tmp_path / "lists" / "North.xlsx.age").read_bytes(), key, "x").startswith(b"PK")


def test_at_no_moment_is_a_list_written_in_plain(
    world: World, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    write = making.PrivateFolder.write
    monkeypatch.setattr(
        making.PrivateFolder, "write", lambda self, name, text: (written.append(text), write(self, name, text))[1]
    )
    world.make(tmp_path / "lists", recipients=(key.recipient,))
    assert [text[:21] for text in written[:-1]] == [b"age-encryption.org/v1"] * 4
