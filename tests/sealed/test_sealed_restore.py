"""Why: whatever is wrong with a backup, a disk or a call, what was there before is there after, and nothing is half restored."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import multiprocessing
import os
import random
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from casetally.errors import CallError, CasetallyError, InputError
from casetally.nights.keeping import restore as keeping
from casetally.nights.keeping.backup import make_backup
from casetally.nights.keeping.restore import restore
from casetally.nights.lock import AlreadyRunningError, held
from casetally.sealed import Key, seal, unseal

from sealed.homes import FILES, NO_PERMISSIONS, all_below, files_in, make_home, zip_of

NOON = dt.datetime(2024, 4, 2, 12, 30, 5, tzinfo=dt.UTC)
OTHER = {"editions.duckdb": b"of another year", "log/2023-01.jsonl": b"{}\n"}


@pytest.fixture
def backup(home: Path, tmp_path: Path, key: Key) -> Path:
    return make_backup(home, tmp_path / "to", [key.recipient], NOON)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A home that is there already, in a folder of its own."""
    return make_home(tmp_path / "below" / "nights", OTHER)


def test_a_home_comes_back_as_it_was(backup: Path, tmp_path: Path, key: Key) -> None:
    done = restore(backup, tmp_path / "new" / "nights", key)
    assert files_in(tmp_path / "new" / "nights") == FILES
    assert (done.manifest.when, done.earlier) == (NOON, None)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["nights"]


@pytest.mark.skipif(NO_PERMISSIONS, reason="NOT RUN: this system has no permissions by owner")
def test_all_that_comes_back_is_its_owner_s_alone(backup: Path, tmp_path: Path, key: Key) -> None:
    before = os.umask(0)
    try:
        restore(backup, tmp_path / "nights", key)
    finally:
        os.umask(before)
    for path in (tmp_path / "nights", *(tmp_path / "nights").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("inside", [(), ("nightly.lock",)])
def test_an_empty_folder_is_taken_and_one_with_a_lock_alone(
    backup: Path, tmp_path: Path, key: Key, inside: tuple[str, ...]
) -> None:
    (tmp_path / "nights").mkdir()
    for name in inside:
        (tmp_path / "nights" / name).touch()
    assert restore(backup, tmp_path / "nights", key).earlier is None
    assert files_in(tmp_path / "nights") == FILES


def test_a_home_that_is_there_is_replaced_only_when_asked_and_stays_beside(backup: Path, there: Path, key: Key) -> None:
    before = {name: one for name, one in files_in(there).items() if name != "nightly.lock"}
    with pytest.raises(CallError, match="is not empty"):
        restore(backup, there, key)
    assert {name: one for name, one in files_in(there).items() if name != "nightly.lock"} == before
    first = restore(backup, there, key, replace=True)
    second = restore(backup, there, key, replace=True)
    assert files_in(there) == FILES
    assert [one.earlier and one.earlier.name for one in (first, second)] == [
        "nights.before-restore-1", "nights.before-restore-2",
    ]  # fmt: skip
    earlier = files_in(there.with_name("nights.before-restore-1"))
    assert {name: one for name, one in earlier.items() if name != "nightly.lock"} == before


def untouched(there: Path, call: Callable[[], object], kind: type[CasetallyError], says: str) -> CasetallyError:
    """The call is refused, and the home and all beside it are as they were."""
    before, names = files_in(there), all_below(there.parent)
    with pytest.raises(kind, match=says) as found:
        call()
    after = files_in(there)
    assert {name: one for name, one in after.items() if name != "nightly.lock"} == {
        name: one for name, one in before.items() if name != "nightly.lock"
    }
    assert all_below(there.parent) == names
    return found.value


def test_another_key_opens_nothing(backup: Path, there: Path, other: Key) -> None:
    fault = untouched(there, lambda: restore(backup, there, other, replace=True), CallError, "sealed for another key")
    assert backup.name in fault.says


def test_a_backup_cut_off_or_tampered_with_anywhere_leaves_the_home_as_it_was(
    backup: Path, there: Path, key: Key
) -> None:
    sound, at = backup.read_bytes(), random.Random(1)  # noqa: S311
    places = [0, 30, 150, len(sound) - 1, *(at.randrange(len(sound)) for _ in range(25))]
    for number, place in enumerate(places):
        harmed = sound[:place] if number % 2 else sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1 :]
        backup.write_bytes(harmed)
        untouched(there, lambda: restore(backup, there, key, replace=True), CasetallyError, ".")
    backup.write_bytes(sound)
    restore(backup, there, key, replace=True)
    assert files_in(there) == FILES


def listed(files: dict[str, bytes]) -> dict[str, Any]:
    told = [{"name": n, "size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in files.items()]
    return {"made_by": "casetally backup", "when": NOON.isoformat(), "files": told, "left_out": []}


@pytest.mark.parametrize(
    "name",
    [
        "../out",
        "/out",
        "a/../../out",
        "..",
        ".",
        "a//b",
        "a/",
        "C:out",
        "C:\\out",
        "a\\..\\..\\out",
        "a/./b",
        "a. ",
        "x/.. /y",
    ],
)
def test_a_name_that_leads_out_of_the_home_is_refused(name: str, there: Path, tmp_path: Path, key: Key) -> None:
    files = {"editions.duckdb": b"x", name: b"out"}
    path = tmp_path / "bad.zip.age"
    path.write_bytes(seal(zip_of(files, listed(files)), [key.recipient]))
    names = all_below(tmp_path)
    untouched(
        there, lambda: restore(path, there, key, replace=True), InputError, r"bad\.zip\.age: It names a file outside"
    )
    assert all_below(tmp_path) == names


GOOD = {"editions.duckdb": b"x" * 5000}


def unpackable() -> bytes:
    """A backup that says of a file that it is compressed, though it is not."""
    archive = bytearray(zip_of(GOOD, listed(GOOD)))
    here = (
        archive.index(b"editions.duckdb", archive.index(b"PK\x03\x04", 30)) - 30
    )  # its entry, whose name begins at byte 30 …
    there = archive.rindex(b"editions.duckdb") - 46  # … and what the list at the end says of it, at byte 46
    archive[here + 8] = archive[there + 10] = 8  # deflated
    return bytes(archive)


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        (b"", "no backup"),
        (b"no zip at all", "no backup"),
        (zip_of(GOOD, []), "no backup"),
        (zip_of(GOOD, {**listed(GOOD), "made_by": "somebody"}), "no backup"),
        (zip_of(GOOD, {**listed(GOOD), "when": "yesterday"}), "no backup"),
        (zip_of(GOOD, {**listed(GOOD), "files": [{"name": "editions.duckdb"}]}), "no backup"),
        (zip_of(GOOD, listed({**GOOD, "more": b""})), "not those that its list names"),
        (zip_of({**GOOD, "more": b""}, listed(GOOD)), "not those that its list names"),
        (zip_of(GOOD, listed({"editions.duckdb": b"y" * 5000})), "not those that its list names"),
        (zip_of(GOOD, listed({"editions.duckdb": b"x" * 4999})), "not those that its list names"),
        (zip_of(GOOD, listed({"editions.duckdb": b"x" * 5001})), "not those that its list names"),
        (zip_of(GOOD, {**listed(GOOD), "files": [{**listed(GOOD)["files"][0], "size": 5001}]}), "not those that its list names"),
        (zip_of(GOOD, listed(GOOD))[:-40], "no backup"),
        (unpackable(), "no backup"),
    ],
    ids=[
        "nothing", "text", "list", "maker", "time", "entry", "lacking", "more", "hash", "shorter", "longer", "size", "cut",
        "unpackable",
    ],
)  # fmt: skip
def test_what_opens_and_is_no_backup_of_ours_is_refused(
    inside: bytes, says: str, there: Path, tmp_path: Path, key: Key
) -> None:
    path = tmp_path / "bad.zip.age"
    path.write_bytes(seal(inside, [key.recipient]))
    fault = untouched(there, lambda: restore(path, there, key, replace=True), InputError, says)
    assert fault.exit_code == 3


def test_a_name_given_twice_is_refused(there: Path, tmp_path: Path, key: Key) -> None:
    import io
    import zipfile

    held_twice = io.BytesIO(zip_of(GOOD, {**listed(GOOD), "files": listed(GOOD)["files"] * 2}))
    with zipfile.ZipFile(held_twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("editions.duckdb", GOOD["editions.duckdb"])
    path = tmp_path / "bad.zip.age"
    path.write_bytes(seal(held_twice.getvalue(), [key.recipient]))
    untouched(there, lambda: restore(path, there, key, replace=True), InputError, "not those that its list names")


@pytest.mark.parametrize("step", ["unseal_file", "unzipped", "settle", "_take_place"])
def test_a_full_disk_at_any_step_is_told_in_words(
    step: str, backup: Path, there: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, step, full)
    untouched(
        there, lambda: restore(backup, there, key, replace=True), CallError, "Nothing was restored: .*No space left"
    )


def test_where_the_last_renaming_fails_the_old_home_is_back_in_its_place(
    backup: Path, there: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if ".restoring-" in str(path):
            raise OSError(errno.EACCES, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    untouched(there, lambda: restore(backup, there, key, replace=True), CallError, "Permission denied")


def test_while_a_night_is_at_work_there_nothing_is_restored(backup: Path, there: Path, key: Key) -> None:
    with held(there):
        fault = untouched(
            there, lambda: restore(backup, there, key, replace=True), AlreadyRunningError, "A night is running"
        )
    assert fault.exit_code == 6


def test_a_file_the_folder_of_a_run_and_the_working_folder_are_no_home(
    backup: Path, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")
    monkeypatch.chdir(tmp_path / "to")
    for name, says in (
        ("file", "is a file"),
        ("out/nights", "folder of a run"),
        ("to", "you work in"),
        (".", "you work in"),
    ):
        with pytest.raises(CallError, match=says):
            restore(backup, tmp_path / name, key, replace=True)
    with pytest.raises(CallError, match="There is no file"):
        restore(tmp_path / "not there", tmp_path / "nights", key)


def stepping(call: Callable[[], object], at: Callable[[int], None]) -> int:
    """How many steps a call takes in the rooms that keep and seal; each is told by its number before it is taken."""
    steps = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal steps
        name = frame.f_globals.get("__name__", "")
        if name.startswith("casetally.") or (name == "pathlib" and event == "call"):
            steps += 1
            at(steps)

    sys.setprofile(count)
    try:
        call()
    finally:
        sys.setprofile(None)
    return steps


def killed_at(call: Callable[[], object], number: int) -> bool:
    """Whether a call in a process of its own was killed before its so-many-th step."""

    def kill(step: int) -> None:
        if step == number:
            os.kill(os.getpid(), signal.SIGKILL)

    process = multiprocessing.get_context("fork").Process(target=stepping, args=(call, kill))
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


def some_steps(call: Callable[[], object], last: int) -> list[int]:
    """Steps of a call from all of it, and more among its last, where names change."""
    steps = stepping(call, lambda _: None)
    return [*random.Random(7).sample(range(1, steps - last), 15), *range(steps - last, steps, 5)]  # noqa: S311


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: this system can't fork")
def test_killed_at_any_point_old_or_new_is_whole_and_the_next_restore_heals(
    backup: Path, tmp_path: Path, key: Key
) -> None:
    def without_lock(folder: Path) -> dict[str, bytes]:
        return {name: one for name, one in files_in(folder).items() if name != "nightly.lock"}

    old = without_lock(make_home(tmp_path / "count" / "nights", OTHER))
    seen = set()
    for number in some_steps(lambda: restore(backup, tmp_path / "count" / "nights", key, replace=True), 120):
        there = make_home(tmp_path / f"killed-{number}" / "nights", OTHER)
        if not killed_at(lambda to=there: restore(backup, to, key, replace=True), number):  # type: ignore[misc]
            continue  # it was done before: a first call takes a few steps more than later ones
        beside = there.with_name("nights.before-restore-1")
        found = without_lock(there) if there.exists() else None
        assert found in (old, FILES) if not beside.exists() else without_lock(beside) == old and found in (None, FILES)
        seen.add("old" if found == old else "new" if found == FILES else "beside")
        restore(backup, there, key, replace=True)
        assert without_lock(there) == FILES
        assert not [name for name in all_below(there.parent) if ".restoring-" in name]
    assert seen == {"old", "new", "beside"}  # it was killed before, between and after the renamings


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: this system can't fork")
def test_a_backup_killed_at_any_point_is_not_there_or_whole(home: Path, tmp_path: Path, key: Key) -> None:
    seen = set()
    for number in some_steps(lambda: make_backup(home, tmp_path / "count", [key.recipient], NOON), 60):
        to = tmp_path / f"to-{number}"
        if not killed_at(lambda to=to: make_backup(home, to, [key.recipient], NOON), number):  # type: ignore[misc]
            continue
        whole = [unseal(path.read_bytes(), key, path.name)[:2] for path in to.glob("casetally-backup-*")]
        assert whole in ([], [b"PK"])
        seen.add(len(whole))
        made = make_backup(home, to, [key.recipient], NOON + dt.timedelta(days=1))
        assert len(all_below(to)) == 1 + len(whole)
        assert made.name in all_below(to)
    assert seen == {0, 1}
