"""Why: a backup is worth what comes back of it, so it is opened and each file held against its hash before anything is in place.

What is there is never lost: it stays beside under another name. Whatever fails on the way leaves it as it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from casetally.errors import CallError
from casetally.nights.keeping.archive import Manifest, unzipped
from casetally.nights.lock import LOCK_FILE, held
from casetally.owner_only import close_folder, make_folder, settle, settle_name
from casetally.reports.outputs import in_no_run
from casetally.sealed import Key, unseal_file


@dataclass(frozen=True)
class Restored:
    """What was put in place; `earlier`: where that which was there stays, if anything was."""

    manifest: Manifest
    earlier: Path | None


def restore(file: Path, home: Path, key: Key, *, replace: bool = False) -> Restored:
    """Open a backup and put its home in place, whole or not at all; with `replace` also where there is one, which stays beside.

    Raises CallError for a place that can't be used and for another key, InputError for a file that is damaged or no backup,
    AlreadyRunningError where a night is at work there.
    """
    if not file.is_file():
        raise CallError(f"There is no file '{file}'.", hint="A backup is called casetally-backup-….zip.age.")
    home = home.resolve()
    _must_be_usable(home, replace=replace)
    try:
        return _restored(file, home, key)
    except OSError as fault:
        where, why = fault.filename or home, fault.strerror or "it failed"
        raise CallError(f"Nothing was restored: '{where}' can't be written or read ({why}).",
                        hint="See to the disk and its space, then try again; what was there is as it was.") from fault  # fmt: skip


def _restored(file: Path, home: Path, key: Key) -> Restored:
    home.parent.mkdir(parents=True, exist_ok=True)
    begins = f".{home.name}.restoring-"
    with ExitStack() as doing:
        if _holds_anything(home):
            doing.enter_context(held(home, "A restore"))
        for left in home.parent.glob(f"{begins}*"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        beside = Path(tempfile.mkdtemp(prefix=begins, dir=home.parent))  # made with 0700
        doing.callback(shutil.rmtree, beside, ignore_errors=True)
        unseal_file(file, beside / "zip", key)
        make_folder(beside / "home")
        manifest = unzipped(beside / "zip", beside / "home", file.name)
        close_folder(beside / "home")
        settle(beside / "home")
        return Restored(manifest, _take_place(beside / "home", home))


def _take_place(beside: Path, home: Path) -> Path | None:
    """Rename it into place; gives where that which was there now lies."""
    earlier = None
    if _holds_anything(home):
        earlier = _free_name(home)
        home.rename(earlier)
    elif home.exists():
        (home / LOCK_FILE).unlink(missing_ok=True)
        home.rmdir()
    try:
        beside.rename(home)
    except OSError:
        if earlier is not None:
            earlier.rename(home)
        raise
    settle_name(home)
    return earlier


def _must_be_usable(home: Path, *, replace: bool) -> None:
    if home.exists() and not home.is_dir():
        raise CallError(f"'{home}' is a file.", hint="Name a folder with --to.")
    if home == Path.cwd().resolve() or home in Path.cwd().resolve().parents:
        raise CallError(f"'{home}' is the folder you work in.", hint="Go to another folder, or name another with --to.")
    in_no_run(home.parent, "--to")
    if _holds_anything(home) and not replace:
        raise CallError(f"'{home}' is not empty.",
                        hint="Name a new folder with --to; with --replace this one stays beside under another name.")  # fmt: skip


def _holds_anything(home: Path) -> bool:
    return home.is_dir() and any(name != LOCK_FILE for name in os.listdir(home))


def _free_name(home: Path) -> Path:
    number = 1
    while (free := home.with_name(f"{home.name}.before-restore-{number}")).exists():
        number += 1
    return free
