"""Why: a backup that can't be opened, is not whole or lies open is found out on the day it is needed, or never."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import json
import stat
import zipfile
from pathlib import Path

import pyrage
import pytest
from casetally.errors import CallError
from casetally.nights.keeping import backup as keeping
from casetally.nights.keeping.archive import MANIFEST
from casetally.nights.keeping.backup import backups_in, make_backup, thin_out
from casetally.sealed import Key

from sealed.homes import FILES, NO_PERMISSIONS, all_below, files_in, make_home

NOON = dt.datetime(2024, 4, 2, 12, 30, 5, tzinfo=dt.UTC)
NAME = "casetally-backup-2024-04-02-123005.zip.age"


def opened(path: Path, key: Key) -> zipfile.ZipFile:
    """What anybody with the key finds, without casetally."""
    identity = pyrage.x25519.Identity.from_str(key.as_file().splitlines()[1])
    return zipfile.ZipFile(io.BytesIO(pyrage.decrypt(path.read_bytes(), [identity])))


def test_a_backup_is_one_file_named_for_its_time_with_all_of_the_home(home: Path, tmp_path: Path, key: Key) -> None:
    made = make_backup(home, tmp_path / "to", [key.recipient], NOON)
    assert made == tmp_path / "to" / NAME
    with opened(made, key) as archive:
        assert archive.namelist()[0] == MANIFEST
        assert {name: archive.read(name) for name in archive.namelist()[1:]} == FILES


def test_its_manifest_gives_size_and_hash_of_every_file(home: Path, tmp_path: Path, key: Key) -> None:
    with opened(make_backup(home, tmp_path / "to", [key.recipient], NOON), key) as archive:
        told = json.loads(archive.read(MANIFEST))
    assert {one["name"]: (one["size"], one["sha256"]) for one in told["files"]} == {
        name: (len(contents), hashlib.sha256(contents).hexdigest()) for name, contents in FILES.items()
    }
    assert told["when"] == "2024-04-02T12:30:05+00:00"


def test_its_time_is_told_in_utc_wherever_it_is_made(home: Path, tmp_path: Path, key: Key) -> None:
    summer = dt.timezone(dt.timedelta(hours=1))
    assert make_backup(home, tmp_path / "to", [key.recipient], NOON.astimezone(summer)).name == NAME


def test_nothing_of_the_home_can_be_read_in_it(home: Path, tmp_path: Path, key: Key) -> None:
    raw = make_backup(home, tmp_path / "to", [key.recipient], NOON).read_bytes()
    for part in (b"Zo", b"run.json", b"editions", FILES["editions.duckdb"][:64]):
        assert part not in raw or part == b"Zo"  # two bytes can stand anywhere by chance
    assert raw.startswith(b"age-encryption.org/v1\n")


@pytest.mark.skipif(NO_PERMISSIONS, reason="NOT RUN: this system has no permissions by owner")
def test_file_and_folder_are_their_owner_s_alone(home: Path, tmp_path: Path, key: Key) -> None:
    made = make_backup(home, tmp_path / "deep" / "to", [key.recipient], NOON)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


def test_at_no_moment_does_anything_of_it_lie_unsealed(
    home: Path, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, bytes]] = []
    before = all_below(tmp_path)
    through = keeping.unseal_stream

    def looking(*given: object) -> None:
        seen.append({name: (tmp_path / name).read_bytes()[:21] for name in all_below(tmp_path) - before - {"to"}})
        through(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "unseal_stream", looking)
    make_backup(home, tmp_path / "to", [key.recipient], NOON)
    assert [list(one.values()) for one in seen] == [[b"age-encryption.org/v1"]]
    assert all_below(tmp_path) - before == {"to", f"to/{NAME}"}


def test_only_those_named_can_open_it(home: Path, tmp_path: Path, key: Key, other: Key) -> None:
    made = make_backup(home, tmp_path / "to", [key.recipient], NOON)
    with pytest.raises(pyrage.DecryptError):
        opened(made, other)


def test_a_link_is_followed_nowhere_and_named(home: Path, tmp_path: Path, key: Key) -> None:
    (tmp_path / "secret").write_text("elsewhere")
    (home / "link").symlink_to(tmp_path / "secret")
    (home / "folder").symlink_to(tmp_path)
    with opened(make_backup(home, tmp_path / "to", [key.recipient], NOON), key) as archive:
        assert sorted(archive.namelist()) == sorted([MANIFEST, *FILES])
        assert json.loads(archive.read(MANIFEST))["left_out"] == ["folder", "link"]


def test_a_key_that_lies_in_the_home_is_not_handed_to_those_who_can_open_the_backup(
    home: Path, tmp_path: Path, key: Key, other: Key
) -> None:
    (home / "machine.key").write_text(key.as_file())
    (home / "log" / "note.txt").write_text(f"the old one: {key.as_file().splitlines()[1].lower()}")
    with opened(make_backup(home, tmp_path / "to", [other.recipient], NOON), other) as archive:
        assert sorted(archive.namelist()) == sorted([MANIFEST, *FILES])
        assert json.loads(archive.read(MANIFEST))["left_out"] == ["log/note.txt", "machine.key"]


@pytest.mark.parametrize("changed", [b"{}", None])
def test_a_home_that_changes_meanwhile_gives_no_backup(
    home: Path, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch, changed: bytes | None
) -> None:
    listed = keeping.manifest_of

    def then_changed(*given: object) -> object:
        found = listed(*given)  # type: ignore[arg-type]
        if changed is None:
            (home / "outputs/run.json").unlink()
        else:
            (home / "outputs/run.json").write_bytes(changed)
        return found

    monkeypatch.setattr(keeping, "manifest_of", then_changed)
    with pytest.raises(CallError, match=r"run\.json' changed while it was backed up"):
        make_backup(home, tmp_path / "to", [key.recipient], NOON)
    assert all_below(tmp_path / "to") == set()


def test_a_backup_that_does_not_read_back_is_not_kept(
    home: Path, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(_: object, to: io.BytesIO, *more: object) -> None:
        to.write(b"something else")

    monkeypatch.setattr(keeping, "unseal_stream", forgetful)
    with pytest.raises(CallError, match="does not read back"):
        make_backup(home, tmp_path / "to", [key.recipient], NOON)
    assert all_below(tmp_path / "to") == set()


def test_a_full_disk_is_told_in_words_and_leaves_earlier_backups(
    home: Path, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = make_backup(home, tmp_path / "to", [key.recipient], NOON).read_bytes()

    def full(source: object, to: io.BytesIO, *more: object) -> None:
        to.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, "seal_stream", full)
    with pytest.raises(CallError, match=r"No backup was made: .*No space left on device"):
        make_backup(home, tmp_path / "to", [key.recipient], NOON + dt.timedelta(days=1))
    assert files_in(tmp_path / "to") == {NAME: earlier}


def test_what_is_no_home_is_refused_before_anything_is_made(tmp_path: Path, key: Key) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CallError, match=r"holds no editions\.duckdb"):
        make_backup(tmp_path / "empty", tmp_path / "to", [key.recipient], NOON)
    assert not (tmp_path / "to").exists()


def test_without_anybody_to_seal_for_nothing_is_made(home: Path, tmp_path: Path) -> None:
    with pytest.raises(CallError, match="nobody is named who can open it"):
        make_backup(home, tmp_path / "to", [], NOON)
    assert not (tmp_path / "to").exists()


def test_a_folder_that_a_run_replaces_is_no_place_for_backups(home: Path, key: Key) -> None:
    with pytest.raises(CallError, match="the folder of a run"):
        make_backup(home, home / "outputs", [key.recipient], NOON)


def test_a_second_one_in_the_same_second_takes_no_other_s_place(
    home: Path, tmp_path: Path, key: Key, other: Key
) -> None:
    first = make_backup(home, tmp_path / "to", [key.recipient], NOON).read_bytes()
    with pytest.raises(CallError, match="is there already"):
        make_backup(home, tmp_path / "to", [other.recipient], NOON)
    assert files_in(tmp_path / "to") == {NAME: first}


def test_what_a_killed_backup_left_goes_with_the_next(home: Path, tmp_path: Path, key: Key) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / f".{NAME}.writing-x1").write_bytes(b"half")
    make_backup(home, tmp_path / "to", [key.recipient], NOON)
    assert all_below(tmp_path / "to") == {NAME}


def test_backups_within_the_home_do_not_grow_by_themselves(tmp_path: Path, key: Key) -> None:
    home = make_home(tmp_path / "home")
    for day in range(3):
        made = make_backup(home, home / "backups", [key.recipient], NOON + dt.timedelta(days=day))
    with opened(made, key) as archive:
        assert sorted(archive.namelist()) == sorted([MANIFEST, *FILES])


def test_backups_are_listed_newest_first_and_nothing_else_is(tmp_path: Path) -> None:
    assert backups_in(tmp_path / "not there") == ()
    times = ["2024-04-02-123005", "2023-12-31-235959", "2024-04-02-123006"]
    for name in (*(f"casetally-backup-{time}.zip.age" for time in times),
                 "casetally-backup-2024-06-31-000000.zip.age", "casetally-backup-2024-04-02-123005.zip", "notes.txt"):  # fmt: skip
        (tmp_path / name).touch()
    (tmp_path / "casetally-backup-2030-01-01-000000.zip.age").mkdir()
    assert [one.made.isoformat() for one in backups_in(tmp_path)] == [
        "2024-04-02T12:30:06+00:00", "2024-04-02T12:30:05+00:00", "2023-12-31T23:59:59+00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(("keep", "left"), [(1, 1), (2, 2), (3, 3), (9, 4), (0, 1), (-1, 1)])
def test_thinning_out_deletes_the_oldest_and_never_all(tmp_path: Path, keep: int, left: int) -> None:
    names = [f"casetally-backup-2024-04-0{day}-000000.zip.age" for day in (1, 2, 3, 4)]
    for name in (*names, "notes.txt"):
        (tmp_path / name).touch()
    gone = thin_out(tmp_path, keep)
    assert sorted(path.name for path in gone) == names[: 4 - left]
    assert all_below(tmp_path) == {*names[4 - left :], "notes.txt"}
