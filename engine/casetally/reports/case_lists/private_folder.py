"""Why: a list of children is for its owner's eyes from the first byte on, and whole or not there at all.

The folder is made for its owner alone before anything is in it, and every file with it: nothing is written first and closed after.
An earlier one is replaced only where these lists are all that it holds. The lists come here sealed; teams and sizes still show.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from casetally import owner_only
from casetally.errors import CallError
from casetally.reports.outputs import in_no_run

CONTENTS = "case_lists.json"  # stands in a folder of ours and names its files
_IGNORE_ALL = "*\n"


def must_be_usable(folder: Path) -> None:
    """Raises CallError for a place where lists of children may not go: see the reasons below, each in its own words."""
    _must_lie_apart(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CallError(f"'{folder}' is a file.", hint="Name a new folder with --to.")
    _must_be_the_owners(folder)
    foreign = sorted(_files_in(folder) - _own_files(folder))
    if foreign:
        named = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise CallError(f"'{folder}' holds what is no case list of ours: {named}.", hint="Name a new folder with --to.")


def git_work_tree(folder: Path) -> Path | None:
    """The work tree of git that a folder lies in, if it lies in one."""
    return next((above for above in folder.resolve().parents if (above / ".git").exists()), None)


@contextmanager
def written_for_owner(folder: Path) -> Iterator[PrivateFolder]:
    """A folder to write into, for its owner alone; at the end it takes the place of `folder`, and where something fails it goes."""
    must_be_usable(folder)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.writing-", dir=folder.parent))  # made with 0700
    try:
        _must_keep_permissions(beside)
        writing = PrivateFolder(beside)
        yield writing
        if git_work_tree(folder) is not None:
            writing.write(".gitignore", _IGNORE_ALL.encode())
        writing.finish()
        _take_place(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


class PrivateFolder:
    """A folder in the making; each file in it is its owner's alone from its first byte."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: list[str] = []

    def write(self, name: str, contents: bytes) -> None:
        """Write a file, which must not be there yet. `name` may name one folder within: 'North/due.csv.age'."""
        path = self.path.joinpath(*PurePosixPath(name).parts)
        if path.parent != self.path:
            path.parent.mkdir(mode=owner_only.FOLDER, exist_ok=True)
        with os.fdopen(os.open(path, owner_only.NEW_FILE, owner_only.FILE), "wb") as opened:
            opened.write(contents)
        self.files.append(name)

    def finish(self) -> None:
        """Leave a note of what the folder holds, by which it is known as ours."""
        about = {"made by": "casetally case-lists", "files": sorted([*self.files, CONTENTS])}
        self.write(CONTENTS, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode())


def _must_lie_apart(folder: Path) -> None:
    """Not the folder one works in, and not one that a run replaces."""
    whole = folder.resolve()
    if whole == Path.cwd().resolve() or whole in Path.cwd().resolve().parents:
        raise CallError(f"'{folder}' is the folder you work in.", hint="Name a folder inside it with --to.")
    in_no_run(folder, "--to")


def _must_be_the_owners(folder: Path) -> None:
    if not owner_only.permissions_hold():
        return
    found = folder.stat()
    if stat.S_IMODE(found.st_mode) & owner_only.BEYOND_THE_OWNER:
        raise CallError(
            f"'{folder}' is open to others than its owner.",
            hint=f"Name a new folder with --to, or close this one first: chmod 700 '{folder}'.",
        )
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise CallError(f"'{folder}' belongs to somebody else.", hint="Name a new folder with --to.")


def _must_keep_permissions(made: Path) -> None:
    """A share or a stick may take a folder and forget whom it is for."""
    if owner_only.permissions_hold() and stat.S_IMODE(made.stat().st_mode) & owner_only.BEYOND_THE_OWNER:
        raise CallError(
            f"The place of '{made.parent}' keeps no permissions: others could read what is written there.",
            hint="Name a folder on a disk of this machine with --to.",
        )


def _files_in(folder: Path) -> set[str]:
    """Every file below a folder, as 'North/due.csv'; a folder with nothing in it, and a link, count as they are."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            found.add(path.relative_to(folder).as_posix())
    return found


def _own_files(folder: Path) -> set[str]:
    """The files that our note of an earlier making names; none where there is no such note."""
    try:
        about = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    files = about.get("files") if isinstance(about, Mapping) else None
    return {str(name) for name in files} if isinstance(files, list) else set()


def _take_place(beside: Path, folder: Path) -> None:
    """Whoever reads finds the old lists or the new ones."""
    if not folder.exists():
        beside.rename(folder)
        return
    if owner_only.exchanged(beside, folder):  # the earlier ones stand beside now, and go with it
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{folder.name}.earlier-", dir=folder.parent)) / folder.name
    folder.rename(earlier)
    try:
        beside.rename(folder)
    except OSError:
        earlier.rename(folder)
        earlier.parent.rmdir()
        raise
    shutil.rmtree(earlier.parent, ignore_errors=True)
