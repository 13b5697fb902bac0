"""Why: what a user names as a source may be a folder, a file, several of both, or a database; every reader is shown them alike.

Looking costs little: names and the first bytes of each file. A database is a URL and is not opened here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from casetally.errors import InputError, Place
from casetally.sources.delivery import SourceFile

_DEPTH = 2  # a folder itself, and one folder a year in it
_HEAD = 65536


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
        """The file as one that no table takes."""
        return SourceFile(self.shown, self.sha256(), 0, used=False)


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

    Raises InputError for a path that does not exist, and where nothing was given.
    """
    if not sources:
        raise InputError("No source is given.", hint="Name a folder, a file or a database URL.")
    found: list[Given] = []
    several = len(sources) > 1
    for source in sources:
        if isinstance(source, str) and _is_url(source):
            found.append(GivenDatabase(source))
        else:
            found += _files_of(Path(source), several=several)
    return tuple(dict.fromkeys(found))


def _is_url(source: str) -> bool:
    return re.match(r"^[A-Za-z][A-Za-z0-9+]+://", source) is not None


def _files_of(path: Path, *, several: bool) -> list[GivenFile]:
    if not path.exists():
        raise InputError(
            "There is no such file or folder.",
            place=Place(str(path)),
            hint="Check the path; it must be that of the export.",
        )
    if path.is_file():
        return [GivenFile(path, path.as_posix() if several else path.name)]
    prefix = f"{path.as_posix()}/" if several else ""
    found = []
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        if len(parts) <= _DEPTH and not any(part.startswith(".") for part in parts) and file.is_file():
            found.append(GivenFile(file, prefix + "/".join(parts), len(parts)))
    return found


def only_files(given: Sequence[Given]) -> list[GivenFile]:
    """Those that are files."""
    return [one for one in given if isinstance(one, GivenFile)]
