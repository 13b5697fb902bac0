"""Why: what holds anything of a child is its owner's alone from its first byte, and no power cut leaves half of it under its name.

Windows knows no such permissions: there a folder is as open as the folder it lies in, which docs/adr/0017-closed-database.md says.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
BEYOND_THE_OWNER = 0o077
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_AT_CWD, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_BINARY = getattr(os, "O_BINARY", 0)


def permissions_hold() -> bool:
    """Whether this system knows permissions by owner at all."""
    return os.name != "nt"


def make_folder(folder: Path) -> None:
    """Make a folder (and those above it that lack) for its owner alone; one that is there stays as it is."""
    for one in (*reversed(folder.parents), folder):
        one.mkdir(mode=FOLDER, exist_ok=True)


def close_folder(folder: Path) -> None:
    """Close a folder and all in it to others than their owner; a disk that keeps no permissions leaves it as open as it is."""
    for path in _within(folder):
        with contextlib.suppress(OSError):
            path.chmod(FOLDER if path.is_dir() else FILE)


def close_to_others(folder: Path) -> None:
    """Close a folder itself to others than its owner; somebody else's, and a disk that keeps no permissions, stay as they are."""
    with contextlib.suppress(OSError):
        found = folder.stat()
        if permissions_hold() and found.st_mode & BEYOND_THE_OWNER and found.st_uid == os.geteuid():
            folder.chmod(stat.S_IMODE(found.st_mode) & ~BEYOND_THE_OWNER)


@contextlib.contextmanager
def made_for_owner() -> Iterator[None]:
    """All that this process makes meanwhile, libraries' files too, is its owner's alone from the first byte."""
    before = os.umask(BEYOND_THE_OWNER)
    try:
        yield
    finally:
        os.umask(before)


def settle(path: Path) -> None:
    """Bring a file, or a folder with all in it, to the disk: what is renamed afterwards is then whole after a power cut too."""
    for one in _within(path):
        _synced(one)


def write_whole(path: Path, contents: bytes) -> None:
    """Write a file for its owner alone, beside its place, and rename it there: old or new, never half and never open to others."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.writing-", dir=path.parent)  # made with 0600
    beside = Path(name)
    try:
        with os.fdopen(number, "wb") as opened:
            opened.write(contents)
            opened.flush()
            os.fsync(opened.fileno())
        take_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def append(path: Path, contents: bytes) -> None:
    """Add to a file (a log), which is made for its owner alone where it is not there; one write, so that lines don't mix.

    After a line that a full disk broke off a new one begins. Raises OSError, also where not all of it could be written.
    """
    how = os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY | getattr(os, "O_NOFOLLOW", 0)
    number = os.open(path, how, FILE)
    try:
        size = os.lseek(number, 0, os.SEEK_END)
        if size and os.lseek(number, size - 1, os.SEEK_SET) >= 0 and os.read(number, 1) != b"\n":
            contents = b"\n" + contents
        if os.write(number, contents) < len(contents):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    finally:
        os.close(number)


def new_file(path: Path, contents: bytes) -> None:
    """Write a file that must not be there yet, for its owner alone. Raises FileExistsError."""
    with os.fdopen(os.open(path, NEW_FILE, FILE), "wb") as opened:
        opened.write(contents)


def take_place(beside: Path, path: Path) -> None:
    """Rename a file that is settled to its name, and settle the folder that holds the name."""
    beside.replace(path)
    settle_name(path)


def settle_name(path: Path) -> None:
    """Bring to the disk that a file or folder stands under this name."""
    _synced(path.parent)


def _within(path: Path) -> Iterator[Path]:
    """A path and, where it is a folder, all below it: the innermost first, links left out."""
    if path.is_dir() and not path.is_symlink():
        for inner in path.iterdir():
            yield from _within(inner)
    if not path.is_symlink():
        yield path


def _synced(path: Path) -> None:
    folder = path.is_dir()
    if folder and not permissions_hold():  # Windows can't open a folder
        return
    number = os.open(path, (os.O_RDONLY if folder or permissions_hold() else os.O_RDWR) | _BINARY)
    try:
        os.fsync(number)
    except OSError:
        if not folder:  # some disks can't settle a folder; then its names come to the disk in their own time
            raise
    finally:
        os.close(number)


def exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the disk knows no such step (then nothing has changed)."""
    if not sys.platform.startswith("linux"):
        return False
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    names = (_AT_CWD, os.fsencode(one.resolve()), _AT_CWD, os.fsencode(other.resolve()), _EXCHANGE)
    return exchange is not None and exchange(*names) == 0
