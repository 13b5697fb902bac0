"""Why: a figure of two years ago is worked out again by the definitions of that night, so a night keeps them with its rows.

A snapshot names every file of the folders that a library was loaded from (what ships, then an authority's own) with its hash; the
files themselves are kept once each. Generated files that no definition reads are left out.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from casetally.definitions.library import Library, folders_of, load_library_from
from casetally.definitions.own_files import leads_out
from casetally.errors import CallError

_READ = (".yaml", ".sql", ".csv")
Snapshot = list[dict[str, str]]  # one folder each, in the order they lie over one another: path within it -> hash


def snapshot_of(folders: Sequence[Path]) -> tuple[Snapshot, Mapping[str, bytes]]:
    """The snapshot of what a library is loaded from, and the contents of its files by hash."""
    found: Snapshot = []
    contents: dict[str, bytes] = {}
    for folder in folders:
        files = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix in _READ and path.is_file() and not leads_out(path, folder):
                text = path.read_bytes()
                named = hashlib.sha256(text).hexdigest()
                files[path.relative_to(folder).as_posix()] = named
                contents[named] = text
        found.append(files)
    return found, contents


def library_of(snapshot: Snapshot, kept: Callable[[str], bytes], own: Path | None) -> Library:
    """The library that a snapshot was taken of. Where today's (with the `own` folder laid over it) is no other it is loaded from
    where it lies; else the files are laid out for this process alone.
    """
    if own is None or own.is_dir():
        today = folders_of(own)
        if snapshot_of(today)[0] == snapshot:
            return load_library_from(today)
    # two nights with the same definitions share one library
    place = _laid_out() / hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()
    # messages name a file from the folder on: what ships and what was an authority's own keep telling names
    names = ["definitions" if number == 0 else "own_definitions" for number in range(len(snapshot))]
    folders = tuple(place / str(number) / name for number, name in enumerate(names))
    if not place.exists():
        try:
            for folder, files in zip(folders, snapshot, strict=True):
                _lay_out(folder, files, kept)
        except BaseException:  # half of a night's definitions are none
            shutil.rmtree(place, ignore_errors=True)
            raise
    return load_library_from(folders)


@cache
def _laid_out() -> Path:
    """A folder of this process alone for definitions of nights, each under the name of its snapshot."""
    place = Path(tempfile.mkdtemp(prefix="casetally-definitions-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _lay_out(folder: Path, files: Mapping[str, str], kept: Callable[[str], bytes]) -> None:
    folder.mkdir(parents=True)
    for name, named in files.items():
        _write(folder, name, kept(named))


def _write(folder: Path, name: str, text: bytes) -> None:
    path = folder.joinpath(*PurePosixPath(name).parts)
    if leads_out(path, folder):  # of a file of editions that somebody has tampered with
        raise CallError(
            f"The definitions of that night name a file outside their folder: '{name}'.", hint="Restore a backup."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
