"""Why: what a user names as a source may be a folder, a file, several of both, or a database; every reader is shown them alike.

Looking costs little: names and the first bytes of each file. A database is a URL and is not opened here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from casetally.errors import InputError, Place
from casetally.sources.delivery import SourceFile

_DEPTH = 2  # a folder itself, and one folder a year in it
_HEAD = 65536
_HIDDEN = (".", "~$")  # Excel leaves ~$name.xlsx beside a workbook that is open
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


@dataclass(frozen=True)
class GivenFile:
    """A file among what was given. `shown`: as the user would name it; `depth`: 1, or 2 in a folder of the given one."""

    path: Path
    shown: str
    depth: int = 1

    @property
    def stem(self) -> str:
        return self.path.stem

    @property
    def suffix(self) -> str:
        """The ending in small letters, with its dot."""
        return self.path.suffix.lower()

    @property
    def folder(self) -> str:
        """The shown name of the folder it lies in."""
        return Path(self.shown).parent.as_posix()

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB; nothing where the file can't be opened (whoever reads it says so)."""
        try:
            with self.path.open("rb") as opened:
                return opened.read(_HEAD)
        except OSError:
            return b""

    def read(self) -> bytes:
        """All of it. Raises InputError where it can't be opened."""
        try:
            return self.path.read_bytes()
        except OSError as fault:
            raise InputError("The file can't be opened.", place=Place(self.shown), hint=f"{fault.strerror}.") from fault

    def sha256(self) -> str:
        """Of its bytes, read a piece at a time. Raises InputError where it can't be opened."""
        try:
            with self.path.open("rb") as opened:
                return hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as fault:
            raise InputError("The file can't be opened.", place=Place(self.shown), hint=f"{fault.strerror}.") from fault

    def unused(self) -> SourceFile:
        """The file as one that no table takes; what can't be opened (a link that leads nowhere) has no hash."""
        try:
            return SourceFile(self.shown, self.sha256(), 0, used=False)
        except InputError:
            return SourceFile(self.shown, "", 0, used=False)


@dataclass(frozen=True)
class GivenDatabase:
    """A database by URL. Only `shown` may be printed: the URL itself can hold a password."""

    url: str = field(repr=False)

    @property
    def scheme(self) -> str:
        return self.url.partition(":")[0].lower()

    @property
    def shown(self) -> str:
        """The URL without a user, a password or options."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


Given = GivenFile | GivenDatabase


def look_at(sources: Sequence[str | Path]) -> tuple[Given, ...]:
    """Everything that the sources hold, in their order, files by name, hidden ones apart.

    Raises InputError for a path that does not exist or can't be looked at, for a pipe or a device (which are never opened), and
    where nothing was given.
    """
    if not sources:
        raise InputError("No source is given.", hint="Name a folder, a file or a database URL.")
    found: dict[Given | str, Given] = {}
    several = len(sources) > 1
    for source in sources:
        if isinstance(source, str) and _is_url(source):
            found[GivenDatabase(source)] = GivenDatabase(source)
        else:
            found = _with_files(found, _files_of(Path(source), several=several))
    return tuple(found.values())


def _with_files(found: dict[Given | str, Given], files: Sequence[GivenFile]) -> dict[Given | str, Given]:
    """With the files of one more source. One that an earlier source holds, by whatever path or link, is not there twice; where it
    is named more plainly now, it counts as named so.
    """
    new: dict[Given | str, Given] = {}
    for file in files:
        real = os.path.realpath(file.path)
        earlier = found.get(real)
        if not isinstance(earlier, GivenFile):
            new[real if real not in new else file] = file
        elif file.depth < earlier.depth:
            found[real] = replace(earlier, depth=file.depth)
    return {**found, **new}


def _is_url(source: str) -> bool:
    return re.match(r"^[A-Za-z][A-Za-z0-9+]+://", source) is not None


def _files_of(path: Path, *, several: bool) -> list[GivenFile]:
    name = _readable(path.as_posix())
    try:
        mode = path.stat().st_mode
    except OSError as fault:
        if fault.errno in _NOT_THERE:
            raise InputError(
                "There is no such file or folder.",
                place=Place(name),
                hint="Check the path; it must be that of the export.",
            ) from fault
        raise InputError("It can't be opened.", place=Place(name), hint=f"{fault.strerror}.") from fault
    if not stat.S_ISDIR(mode):
        _refuse_endless(mode, name)
        return [GivenFile(path, name if several else _readable(path.name))]
    return sorted(_within(path, path, f"{name}/" if several else "", 1), key=lambda file: file.path)


def _within(given: Path, folder: Path, prefix: str, depth: int) -> list[GivenFile]:
    """The files of a folder and of the folders in it, as deep as is looked. Links are followed, those that lead back apart."""
    try:
        with os.scandir(folder) as listed:
            names = [entry.name for entry in listed if not entry.name.startswith(_HIDDEN)]
    except OSError as fault:
        shown = _readable(folder.as_posix())
        raise InputError("The folder can't be opened.", place=Place(shown), hint=f"{fault.strerror}.") from fault
    found: list[GivenFile] = []
    for name in names:
        path, shown = folder / name, prefix + _readable(name)
        try:
            mode = path.stat().st_mode
        except OSError:  # a link that leads nowhere, or what may not be looked at: whoever reads it says so
            mode = stat.S_IFREG
        if not stat.S_ISDIR(mode):
            _refuse_endless(mode, shown)
            found.append(GivenFile(path, shown, depth))
        elif depth < _DEPTH and not _leads_back(path, given):
            found += _within(given, path, f"{shown}/", depth + 1)
    return found


def _leads_back(folder: Path, given: Path) -> bool:
    """Whether a folder is a link to the given one or to one that the given one lies in."""
    real = os.path.realpath(given)
    return folder.is_symlink() and f"{real}/".startswith(f"{os.path.realpath(folder).rstrip('/')}/")


def _refuse_endless(mode: int, shown: str) -> None:
    """Raises InputError for a pipe, a device and the like: reading one may never end."""
    if not stat.S_ISREG(mode):
        raise InputError(
            "This is neither a file nor a folder, so it is not read.",
            place=Place(shown),
            hint="Save what it gives as a file, and name that.",
        )


def _readable(name: str) -> str:
    """A name as it can be printed and kept as text: bytes that are no UTF-8 and control characters are shown as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda found: repr(found[0])[1:-1], text)


def only_files(given: Sequence[Given]) -> list[GivenFile]:
    """Those that are files."""
    return [one for one in given if isinstance(one, GivenFile)]
