"""Why: what is sealed is closed to all but one, and what does not open whole is not there at all."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

import pyrage
import pytest
from casetally.errors import CallError, InputError
from casetally.sealed import Key, new_for_owner, seal, seal_file, seal_stream, unseal, unseal_file, unseal_stream

from sealed.homes import NO_PERMISSIONS

TEXT = "Zoë Zebedee, born 2011-11-11".encode()


class FullDisk(io.BytesIO):
    """It takes so many bytes and no more."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self.takes = takes

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(piece) > self.takes:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(piece)


class Stopped(io.BytesIO):
    """Somebody presses Ctrl-C while it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise KeyboardInterrupt


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 300_000])  # age seals pieces of 65,536 bytes
def test_what_was_sealed_opens_as_it_was(size: int, key: Key, tmp_path: Path) -> None:
    contents = os.urandom(size)
    sealed = seal(contents, [key.recipient])
    assert unseal(sealed, key, "x.age") == contents
    (tmp_path / "plain").write_bytes(contents)
    seal_file(tmp_path / "plain", tmp_path / "x.age", [key.recipient])
    unseal_file(tmp_path / "x.age", tmp_path / "opened", key)
    assert (tmp_path / "opened").read_bytes() == contents


def test_nothing_of_it_can_be_read_while_it_is_sealed(key: Key) -> None:
    sealed = seal(TEXT * 100, [key.recipient])
    assert sealed.startswith(b"age-encryption.org/v1\n")
    for part in (b"Zebedee", b"2011-11-11", TEXT[:6]):
        assert part not in sealed


def test_each_for_whom_it_is_sealed_can_open_it_and_nobody_else(key: Key, other: Key) -> None:
    sealed = seal(TEXT, [key.recipient, other.recipient])
    assert unseal(sealed, key, "x.age") == unseal(sealed, other, "x.age") == TEXT
    with pytest.raises(CallError, match="sealed for another key"):
        unseal(sealed, Key.made(), "x.age")


def test_sealing_for_nobody_is_refused() -> None:
    with pytest.raises(CallError, match="Nobody is named"):
        seal(TEXT, [])


def test_another_tool_of_age_opens_it(key: Key) -> None:
    identity = pyrage.x25519.Identity.from_str(key.as_file().splitlines()[1])
    assert pyrage.decrypt(seal(TEXT, [key.recipient]), [identity]) == TEXT


def damaged(sealed: bytes) -> dict[str, bytes]:
    """Ways in which a file of several pieces comes to harm: cut within a piece, at its end, turned bits, more put behind."""
    head = sealed.index(b"\n", sealed.index(b"\n---")) + 1 + 16
    piece = 65536 + 16

    def turned(at: int) -> bytes:
        return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]

    return {
        "header": turned(60), "cut in the header": sealed[:100], "cut after it": sealed[:head],
        "first piece": turned(head + 5), "last byte": turned(len(sealed) - 1), "a byte gone": sealed[:-1],
        "cut in a piece": sealed[: head + piece + 100], "cut between pieces": sealed[: head + piece],
        "more behind": sealed + b"x", "pieces swapped":
            sealed[:head] + sealed[head + piece : head + 2 * piece] + sealed[head : head + piece] + sealed[head + 2 * piece :],
    }  # fmt: skip


@pytest.mark.parametrize("harm", list(damaged(seal(b"x" * 200_000, [Key.made().recipient]))))
def test_a_file_that_came_to_harm_is_refused_whole(harm: str, key: Key, tmp_path: Path) -> None:
    contents = os.urandom(200_000)
    bad = damaged(seal(contents, [key.recipient]))[harm]
    (tmp_path / "x.age").write_bytes(bad)
    with pytest.raises((InputError, CallError)) as found:
        unseal_file(tmp_path / "x.age", tmp_path / "opened", key)
    assert "x.age" in str(found.value)
    with pytest.raises((InputError, CallError)):
        unseal(bad, key, "x.age")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.age"]


@pytest.mark.parametrize("contents", [b"", b"age", b"PK\x03\x04" * 100, TEXT])
def test_what_is_not_sealed_is_said_to_be_so(contents: bytes, key: Key, tmp_path: Path) -> None:
    (tmp_path / "x.age").write_bytes(contents)
    with pytest.raises(InputError, match=r"x\.age: This is no sealed file"):
        unseal_file(tmp_path / "x.age", tmp_path / "opened", key)
    assert [path.name for path in tmp_path.iterdir()] == ["x.age"]


@pytest.mark.parametrize("takes", [0, 10, 100_000])
def test_a_full_disk_comes_out_as_what_it_is(takes: int, key: Key) -> None:
    contents = os.urandom(400_000)
    with pytest.raises(OSError, match="No space left") as sealing:
        seal_stream(io.BytesIO(contents), FullDisk(takes), [key.recipient])
    assert sealing.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="No space left") as opening:
        unseal_stream(io.BytesIO(seal(contents, [key.recipient])), FullDisk(takes), key, "x.age")
    assert opening.value.errno == errno.ENOSPC


def test_who_is_asked_to_stop_stops(key: Key) -> None:
    with pytest.raises(KeyboardInterrupt):
        seal_stream(Stopped(b"x"), io.BytesIO(), [key.recipient])


def test_a_file_in_the_making_has_no_name_and_is_gone_where_it_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with new_for_owner(tmp_path / "x") as file:
            file.write(b"half")
            assert not (tmp_path / "x").exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(NO_PERMISSIONS, reason="NOT RUN: this system has no permissions by owner")
def test_it_is_its_owner_s_alone_from_its_first_byte(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with new_for_owner(tmp_path / "x") as file:
            assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600


def test_who_comes_first_keeps_the_name(tmp_path: Path) -> None:
    def come_second() -> None:
        with new_for_owner(tmp_path / "x") as file:
            file.write(b"second")
            (tmp_path / "x").write_bytes(b"first")

    with pytest.raises(CallError, match="is there already"):
        come_second()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x": b"first"}


def test_where_there_are_no_links_it_takes_its_name_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("casetally.sealed.os.link", none)
    with new_for_owner(tmp_path / "x") as file:
        file.write(b"whole")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x": b"whole"}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="There is no folder"), new_for_owner(tmp_path / "not" / "x"):
        pass
