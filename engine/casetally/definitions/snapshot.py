"""Why: a figure of two years ago is worked out again by the definitions of that night, so a night keeps them with its rows.

A snapshot names every file of the folders that a library was loaded from (what ships, then an authority's own) with its hash; the
files themselves are kept once each. Generated files that no definition reads are left out.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
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
    place = Path(tempfile.mkdtemp(prefix="casetally-definitions-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folders = []
    for number, files in enumerate(snapshot):
        # messages name a file from the folder on: what ships and what was an authority's own keep telling names
        folder = place / str(number) / ("definitions" if number == 0 else "own_definitions")
        folder.mkdir(parents=True)
        for name, named in files.items():
            _write(folder, name, kept(named))
        folders.append(folder)
    return load_library_from(tuple(folders))


def _write(folder: Path, name: str, text: bytes) -> None:
    path = folder.joinpath(*PurePosixPath(name).parts)
    if leads_out(path, folder):  # of a file of editions that somebody has tampered with
        raise CallError(
            f"The definitions of that night name a file outside their folder: '{name}'.", hint="Restore a backup."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
