"""Why: what lies in a folder is what people and systems put there; looking at it must not fail, hang or pass a file over unsaid."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from casetally.errors import InputError
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source

REFERRALS = "referral_id,child_id,received_on\nr1,1,2024-01-05\n"

posix = pytest.mark.skipif(os.name != "posix", reason="names, links and pipes as on Linux and macOS")


def put(path: Path, text: str = REFERRALS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def shown(*sources: str | Path) -> list[str]:
    return [one.shown for one in look_at(sources)]


def test_a_folder_that_is_named_twice_in_different_words_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "i" / "referrals.csv")
    monkeypatch.chdir(tmp_path)
    assert shown("i", tmp_path / "i", "i/../i") == ["i/referrals.csv"]
    delivery = read_source("i", tmp_path / "i")
    assert delivery.rows["disposition"].to_list() == ["carried"]


@posix
def test_a_folder_named_by_a_link_too_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "i" / "referrals.csv")
    monkeypatch.chdir(tmp_path)
    os.symlink("i", "j")
    assert shown("i", "j") == ["i/referrals.csv"]


def test_a_file_of_a_folder_that_is_also_named_itself_counts_as_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "i" / "2023" / "notes.txt")
    monkeypatch.chdir(tmp_path)
    assert [(one.shown, one.depth) for one in look_at(["i", "i/2023/notes.txt"])] == [("i/2023/notes.txt", 1)]  # type: ignore[union-attr]


@posix
def test_two_names_for_one_file_in_a_folder_are_two_files(tmp_path: Path) -> None:
    put(tmp_path / "2022.csv")
    os.symlink("2022.csv", tmp_path / "2023.csv")
    assert shown(tmp_path) == ["2022.csv", "2023.csv"]


@posix
def test_a_name_that_is_not_utf8_is_shown_by_its_bytes_and_read(tmp_path: Path) -> None:
    if os.uname().sysname == "Darwin":
        pytest.skip("macOS has no such names")
    put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/referrals-\xff.csv")))
    put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/notes-\xfe.txt")))
    delivery = read_source(tmp_path)
    assert [file.file for file in delivery.files] == ["notes-\\xfe.txt", "referrals-\\xff.csv"]
    assert delivery.rows["file"].to_list() == ["referrals-\\xff.csv"]


@posix
def test_control_characters_in_a_name_do_not_reach_the_screen(tmp_path: Path) -> None:
    put(tmp_path / "referrals-\x1b[2J\n.csv")
    assert shown(tmp_path) == ["referrals-\\x1b[2J\\n.csv"]


def test_nothing_below_the_folders_of_a_folder_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "2023" / "referrals.csv")
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):  # deeper than Python would follow
        os.mkdir("d")
        os.chdir("d")
    monkeypatch.chdir(tmp_path)
    try:
        assert shown(tmp_path) == ["2023/referrals.csv"]
    finally:
        for _ in range(1200):
            os.chdir("d")
        for _ in range(1200):
            os.chdir("..")
            os.rmdir("d")


@posix
def test_a_link_to_a_folder_is_a_folder_but_not_one_that_leads_back(tmp_path: Path) -> None:
    put(tmp_path / "real" / "2023" / "referrals.csv")
    given = tmp_path / "i"
    given.mkdir()
    os.symlink("../real/2023", given / "year")
    os.symlink("..", given / "up")
    os.symlink(".", given / "here")
    assert shown(given) == ["year/referrals.csv"]


@posix
def test_a_link_that_leads_nowhere_is_said_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "children.csv", "child_id\n1\n")
    os.symlink("gone.csv", tmp_path / "referrals.csv")
    with pytest.raises(InputError, match=r"^referrals\.csv: The file can't be opened"):
        read_source(tmp_path)


@posix
@pytest.mark.parametrize("inside", [True, False])
def test_a_pipe_is_refused_and_never_opened(tmp_path: Path, inside: bool) -> None:
    os.mkfifo(tmp_path / "referrals.csv")
    with pytest.raises(InputError, match=r"referrals\.csv: This is neither a file nor a folder"):
        look_at([tmp_path if inside else tmp_path / "referrals.csv"])


@posix
def test_a_device_is_refused() -> None:
    with pytest.raises(InputError, match=r"^/dev/zero: This is neither a file nor a folder"):
        look_at(["/dev/zero"])


def test_a_name_too_long_for_any_file_is_input_that_can_not_be_read() -> None:
    with pytest.raises(InputError, match="can't be opened"):
        look_at(["a" * 5000])


@pytest.mark.parametrize("at", ["i", "i/2023"])
def test_a_folder_that_may_not_be_opened_is_said_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    put(tmp_path / "i" / "2023" / "referrals.csv")
    listed = os.scandir

    def refusing(folder: str | Path = ".") -> object:
        if Path(folder) == tmp_path / at:
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refusing)  # who runs the tests may be allowed everything
    with pytest.raises(InputError, match=f"{at}: The folder can't be opened.\nPermission denied."):
        look_at([tmp_path / "i"])
