"""Why: a backup is a zip that any tool opens once it is unsealed, with a list of its files and their hashes as its first entry.

The zip is made piece by piece for whoever seals it, so that nothing of it ever lies unsealed on a disk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from casetally import __version__
from casetally.errors import CallError, InputError, Place
from casetally.nights.keeping.names import is_a_backup
from casetally.sealed import holds_a_key
from casetally.store.editions import EDITIONS_FILE

MANIFEST = "manifest.json"
_MADE_BY = "casetally backup"
_PIECE = 1 << 20
_LONGEST_MANIFEST = 64 << 20
_FAST = 1  # of zlib's levels: most of a home is compressed already
_LARGE = 1 << 30
# as its modules tell of damage: names that are no text, a compression that is not ours
_NOT_A_ZIP_OF_OURS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    UnicodeError,
    OverflowError,
)
_NO_NAME_PART = ("", ".", "..")


@dataclass(frozen=True)
class Kept:
    """A file of a home: its name within it, as `outputs/run.json`, its bytes and its sha256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds and when it was made (UTC); `left_out`: links, which are followed nowhere, and keys."""

    when: dt.datetime
    files: tuple[Kept, ...]
    left_out: tuple[str, ...] = ()

    def as_json(self) -> bytes:
        """As it stands in a backup."""
        files = [asdict(one) for one in self.files]
        said = {"made_by": _MADE_BY, "version": __version__, "when": self.when.isoformat(), "files": files}
        return (json.dumps({**said, "left_out": self.left_out}, indent=1, ensure_ascii=False) + "\n").encode()


def manifest_of(home: Path, when: dt.datetime) -> Manifest:
    """The files of a home that are kept: not its locks, what is half written (a name with a dot before it), nor backups there."""
    files, left_out = [], []
    for path in _files_below(home):
        name = path.relative_to(home).as_posix()
        if stat.S_ISREG(path.lstat().st_mode) and not holds_a_key(path):
            with path.open("rb") as opened:
                hashed = hashlib.file_digest(opened, "sha256").hexdigest()
                files.append(Kept(name, os.fstat(opened.fileno()).st_size, hashed))
        else:
            left_out.append(name)
    return Manifest(when, tuple(files), tuple(left_out))


def _files_below(folder: Path) -> Iterator[Path]:
    """All that is no folder, in the order of names; a link to a folder is no folder."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith(".lock") or is_a_backup(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        else:
            yield path


def zipped(home: Path, manifest: Manifest) -> Iterator[bytes]:
    """The zip of these files in pieces, the manifest first. Raises CallError where a file is not as the manifest says."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
        archive.writestr(_entry(MANIFEST, manifest), manifest.as_json())
        for one in manifest.files:
            hashed = hashlib.sha256()
            entry = _entry(one.name, manifest)
            with _opened(home / one.name) as file, archive.open(entry, "w", force_zip64=one.size > _LARGE) as into:
                while piece := file.read(_PIECE):
                    hashed.update(piece)
                    into.write(piece)
                    yield sink.taken()
            if hashed.hexdigest() != one.sha256:
                raise _changed(one.name)
    yield sink.taken()


def unzipped(archive: Path, to: Path, name: str) -> Manifest:
    """Write the files of a backup below `to`, each held against its hash. Raises InputError, for the sealed file `name`, for
    what is no backup or not as its manifest says; what was written by then is the caller's to remove.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            manifest = _read_manifest(opened, name)
            for one in manifest.files:
                _write_out(opened, one, to, name)
    except _NOT_A_ZIP_OF_OURS as fault:
        raise _no_backup(name) from fault
    return manifest


def _read_manifest(opened: zipfile.ZipFile, name: str) -> Manifest:
    entries = opened.infolist()
    if not entries or entries[0].filename != MANIFEST or entries[0].file_size > _LONGEST_MANIFEST:
        raise _no_backup(name)
    try:
        said = json.loads(opened.read(entries[0]))
        files = tuple(Kept(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in said["files"])
        manifest = Manifest(dt.datetime.fromisoformat(said["when"]), files, tuple(map(str, said["left_out"])))
    except (ValueError, KeyError, TypeError) as fault:
        raise _no_backup(name) from fault
    listed = [one.name for one in files]
    if said.get("made_by") != _MADE_BY or EDITIONS_FILE not in listed:
        raise _no_backup(name)
    if sorted(listed) != sorted(entry.filename for entry in entries[1:]) or len(set(listed)) != len(listed):
        raise _not_as_listed(name)
    if not all(_stays_below(one) for one in listed):
        raise InputError("It names a file outside of its own folder: nothing of it was put in place.", place=Place(name),
                         hint="No backup of casetally does. Find out who made it.")  # fmt: skip
    return manifest


def _stays_below(name: str) -> bool:
    """Whether a name leads nowhere but below the folder it is put in, on any system."""
    parts = name.split("/")
    safe = not any(part in _NO_NAME_PART or part.endswith((" ", ".")) for part in parts)
    return safe and not any(letter in name for letter in "\\:\0") and not PurePosixPath(name).is_absolute()


def _write_out(opened: zipfile.ZipFile, one: Kept, to: Path, name: str) -> None:
    path = to / one.name
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed, left = hashlib.sha256(), one.size
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with opened.open(one.name) as entry, os.fdopen(os.open(path, how, 0o600), "wb") as file:
        while left >= 0 and (piece := entry.read(_PIECE)):
            left -= len(piece)
            hashed.update(piece)
            file.write(piece)
    if left != 0 or hashed.hexdigest() != one.sha256:
        raise _not_as_listed(name)


def _entry(name: str, manifest: Manifest) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, manifest.when.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    return entry


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise _changed(path.name) from None


def _changed(name: str) -> CallError:
    return CallError(
        f"'{name}' changed while it was backed up, so no backup was made.", hint="Try again when nothing writes there."
    )


def _no_backup(name: str) -> InputError:
    return InputError("It opens, and is no backup that casetally made.", place=Place(name),
                      hint="A backup is called casetally-backup-….zip.age; 'casetally open' opens other sealed files.")  # fmt: skip


def _not_as_listed(name: str) -> InputError:
    return InputError("Its files are not those that its list names: nothing of it was put in place.", place=Place(name),
                      hint="Take another backup.")  # fmt: skip


class _Sink:
    """Where a zip is written to, and taken from piece by piece."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        self._held += piece
        return len(piece)

    def flush(self) -> None:
        return None

    def close(self) -> None:
        return None

    def taken(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken
