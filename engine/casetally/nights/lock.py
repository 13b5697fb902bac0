"""Why: two nights at once on the same home would overwrite each other, so the second stops and says who is at it.

The lock is the operating system's: it lets go when the process ends, however it ends, so nothing has to be cleaned up.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casetally import owner_only
from casetally.errors import CasetallyError
from casetally.nights.clock import now
from casetally.reports.case_lists.audit_log import whoever_asks

LOCK_FILE = "nightly.lock"
ALREADY_RUNNING = 6
_FAR_BEHIND = 1 << 30  # a byte that is held and never written, so that others can read who holds it


class AlreadyRunningError(CasetallyError):
    """Another night holds this home."""

    exit_code = ALREADY_RUNNING


@contextmanager
def held(home: Path, what: str = "A night") -> Iterator[None]:
    """Hold a home for oneself; from then on it is closed to others, whoever made it, and so is what is made meanwhile.

    Raises AlreadyRunningError where another process holds it; OSError where it can't write.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    how = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(home / LOCK_FILE, how, 0o600)
    try:
        if not _take(descriptor):
            raise AlreadyRunningError(
                f"{_who(descriptor)} on '{home}': nothing was done.",
                hint="Wait until it is done; where it hangs, end that process: nothing is lost by it.",
            )
        who = {"what": what, "who": whoever_asks()["who"], "process": os.getpid(), "since": now().isoformat()}
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(who).encode())
        owner_only.close_to_others(home)
        with owner_only.made_for_owner():
            yield
    finally:
        os.close(descriptor)


def _who(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        said = json.loads(os.read(descriptor, 4096))
        return f"{said['what']} is running since {said['since']} (process {said['process']}, account {said['who']})"
    except (OSError, ValueError, KeyError, TypeError):  # it holds the lock and has not said yet who it is
        return "Another process is at work"


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _FAR_BEHIND, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
