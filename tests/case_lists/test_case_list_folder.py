"""Why: a list of children that others can read for an instant, or half of one that is left behind, can't be taken back."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from casetally import owner_only
from casetally.errors import CallError
from casetally.reports.case_lists import private_folder
from casetally.reports.case_lists.private_folder import CONTENTS, must_be_usable, written_for_owner

pytestmark = pytest.mark.skipif(os.name == "nt", reason="NOT RUN: this system has no permissions by owner")


@pytest.fixture(autouse=True)
def open_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The least careful umask there is: whatever is made gets all the permissions that it asks for."""
    monkeypatch.chdir(tmp_path)
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(folder: Path, *names: str) -> None:
    with written_for_owner(folder) as writing:
        for name in names:
            writing.write(name, b"a child")


def test_folder_and_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    write(tmp_path / "lists", "North.xlsx", "South/due.csv")
    found = {path.relative_to(tmp_path).as_posix(): mode(path) for path in (tmp_path / "lists").rglob("*")}
    assert found == {
        "lists/North.xlsx": 0o600, "lists/South": 0o700, "lists/South/due.csv": 0o600, f"lists/{CONTENTS}": 0o600,
    }  # fmt: skip
    assert mode(tmp_path / "lists") == 0o700


def test_they_are_so_before_the_first_byte_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int, int]] = []
    opened = os.fdopen

    def looking(descriptor: int, how: str) -> object:
        found, parent = os.fstat(descriptor), next(tmp_path.glob(".lists.writing-*"))
        seen.append((stat.S_IMODE(found.st_mode), found.st_size, mode(parent)))
        return opened(descriptor, how)

    monkeypatch.setattr(private_folder.os, "fdopen", looking)
    write(tmp_path / "lists", "North.xlsx")
    assert seen == [(0o600, 0, 0o700)] * 2


def test_nothing_is_left_where_the_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(TypeError), written_for_owner(tmp_path / "lists") as writing:
        writing.write("North.xlsx", "a text and no bytes")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_earlier_lists_are_replaced_whole(tmp_path: Path) -> None:
    write(tmp_path / "lists", "North.xlsx", "South/due.csv")
    write(tmp_path / "lists", "East.xlsx")
    assert sorted(path.name for path in (tmp_path / "lists").iterdir()) == ["East.xlsx", CONTENTS]
    assert [path.name for path in tmp_path.iterdir()] == ["lists"]


def test_earlier_lists_stay_where_the_writing_fails(tmp_path: Path) -> None:
    write(tmp_path / "lists", "North.xlsx")
    with pytest.raises(ZeroDivisionError), written_for_owner(tmp_path / "lists"):
        raise ZeroDivisionError
    assert (tmp_path / "lists" / "North.xlsx").read_bytes() == b"a child"


def test_earlier_lists_stay_where_the_last_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "lists", "North.xlsx")
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if ".writing-" in path.name:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(owner_only, "exchanged", lambda *_: False)  # as on a system that can't exchange two folders
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "lists", "East.xlsx")
    assert (tmp_path / "lists" / "North.xlsx").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["lists"]


@pytest.mark.parametrize("foreign", ["notes.txt", ".hidden", "sub/notes.txt", "empty/"])
def test_a_folder_with_what_is_not_ours_is_refused(tmp_path: Path, foreign: str) -> None:
    write(tmp_path / "lists", "North.xlsx")
    path = tmp_path / "lists" / foreign
    path.parent.mkdir(exist_ok=True)
    if foreign.endswith("/"):
        path.mkdir()
    else:
        path.write_text("mine")
    with pytest.raises(CallError, match="holds what is no case list of ours"):
        must_be_usable(tmp_path / "lists")


def test_a_note_that_is_not_ours_makes_nothing_ours(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir(mode=0o700)
    (folder / "mine.txt").write_text("mine")
    for text in ("", "[]", '{"files": "mine.txt"}', "\udcff"):
        (folder / CONTENTS).write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(CallError, match=r"mine\.txt"):
            must_be_usable(folder)


@pytest.mark.parametrize("wide", [0o755, 0o750, 0o701, 0o720])
def test_a_folder_open_to_others_is_refused(tmp_path: Path, wide: int) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists").chmod(wide)
    with pytest.raises(CallError, match="open to others than its owner") as refused:
        must_be_usable(tmp_path / "lists")
    assert "chmod 700" in refused.value.hint


def test_an_empty_folder_of_one_s_own_is_taken(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir(mode=0o700)
    write(tmp_path / "lists", "North.xlsx")
    assert (tmp_path / "lists" / "North.xlsx").is_file()


def test_a_file_a_run_s_folder_and_the_working_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")
    for folder, says in (
        ("file", "is a file"),
        ("out", "the folder of a run"),
        ("out/lists", "the folder of a run"),
        (".", "the folder you work in"),
        ("..", "the folder you work in"),
    ):
        with pytest.raises(CallError, match=says):
            must_be_usable(Path(folder))


def test_a_place_that_keeps_no_permissions_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(prefix: str, dir: Path) -> str:  # noqa: A002 - as the library names it
        made = dir / f"{prefix}x"
        made.mkdir(mode=0o777)
        return str(made)

    monkeypatch.setattr(private_folder.tempfile, "mkdtemp", careless)
    with pytest.raises(CallError, match="keeps no permissions"):
        write(tmp_path / "lists", "North.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_in_a_git_work_tree_git_is_told_to_leave_them_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "deep" / "lists", "North.xlsx")
    assert (tmp_path / "deep" / "lists" / ".gitignore").read_text() == "*\n"
    write(tmp_path / "deep" / "lists", "North.xlsx")  # its own file is no foreign one
    (tmp_path / ".git").rmdir()
    write(tmp_path / "elsewhere", "North.xlsx")
    assert not (tmp_path / "elsewhere" / ".gitignore").exists()
