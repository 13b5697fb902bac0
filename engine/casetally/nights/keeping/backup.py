"""Why: a disk that fails must not take with it what was known on each night, and a copy elsewhere is for its owner's eyes alone.

A backup is one sealed file. It counts when it was read back from the disk and found to be what was written, byte for byte.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from casetally.errors import CallError
from casetally.nights.keeping.archive import manifest_of, zipped
from casetally.nights.keeping.names import HALF_WRITTEN, backup_name, made_at
from casetally.owner_only import make_folder
from casetally.reports.outputs import in_no_run
from casetally.sealed import Key, must_be_recipients, new_for_owner, seal_stream, unseal_stream
from casetally.store.editions import EDITIONS_FILE


@dataclass(frozen=True)
class Backup:
    """A backup as it lies in a folder; `made` is in UTC."""

    path: Path
    made: dt.datetime


def make_backup(home: Path, to: Path, recipients: Sequence[str], when: dt.datetime) -> Path:
    """Seal a whole nightly home into one new file of a folder, for its owner alone, whole or not at all; gives the file.

    The caller holds the home's lock. Raises CallError for a folder that is no home, for nobody to seal for, where the home changes
    meanwhile, and where the file can't be written or does not read back.
    """
    if not (home / EDITIONS_FILE).is_file():
        raise CallError(f"'{home}' is no home of nights: it holds no {EDITIONS_FILE}.",
                        hint="Name the folder that 'home' names in the configuration of your nights.")  # fmt: skip
    own = must_be_recipients(recipients)
    if not own:
        raise CallError("A backup is sealed, and nobody is named who can open it.", hint="Name a key, or a recipient.")
    in_no_run(to, "--to")
    path = to / backup_name(when)
    try:
        make_folder(to)
        for left in to.glob(HALF_WRITTEN):
            left.unlink(missing_ok=True)
        _write(path, home, own, when)
    except OSError as fault:
        where, why = fault.filename or path, fault.strerror or "it failed"
        raise CallError(f"No backup was made: '{where}' can't be written or read ({why}).",
                        hint="See to the disk and its space; earlier backups are as they were.") from fault  # fmt: skip
    return path


def backups_in(folder: Path) -> tuple[Backup, ...]:
    """The backups of a folder by their names, the newest first; none where there is no such folder."""
    if not folder.is_dir():
        return ()
    found = [Backup(path, made) for path in folder.iterdir() if (made := made_at(path.name)) and path.is_file()]
    return tuple(sorted(found, key=lambda one: one.made, reverse=True))


def thin_out(folder: Path, keep: int) -> tuple[Path, ...]:
    """Delete all backups of a folder but the newest `keep`; gives those that went. At least one stays."""
    gone = tuple(one.path for one in backups_in(folder)[max(keep, 1) :])
    for path in gone:
        path.unlink()
    return gone


def _write(path: Path, home: Path, recipients: tuple[str, ...], when: dt.datetime) -> None:
    """The one who reads it back is a key of this moment that nobody keeps: whoever seals for others can't open it later."""
    checking = Key.made()
    written, found = hashlib.sha256(), hashlib.sha256()
    with new_for_owner(path) as file:
        source = _Pieces(zipped(home, manifest_of(home, when)), written)
        seal_stream(source, file, (*recipients, checking.recipient))
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        unseal_stream(file, _Hashing(found), checking, path.name)
        if written.digest() != found.digest():
            raise CallError(
                "The backup does not read back as it was written, so it was not kept.", hint="See to the disk."
            )


class _Pieces:
    """Pieces as a stream, hashed on their way."""

    def __init__(self, pieces: Iterator[bytes], hashed: hashlib._Hash) -> None:
        self._pieces, self._hashed, self._held = pieces, hashed, bytearray()

    def read(self, size: int, /) -> bytes:
        while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
            self._hashed.update(piece)
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


class _Hashing:
    """A stream that keeps nothing but the hash of what goes through it."""

    def __init__(self, hashed: hashlib._Hash) -> None:
        self._hashed = hashed

    def write(self, piece: bytes, /) -> int:
        self._hashed.update(piece)
        return len(piece)
