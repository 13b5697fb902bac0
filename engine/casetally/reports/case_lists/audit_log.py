"""Why: who asked for lists of children, when and why must be on record before a list exists, in a way that shows later changes.

One JSON object a line, only ever added to, in a file for its owner alone. Each line holds the hash of the line before and its own,
so that a line edited or taken out shows. Lines cut off at the end can't show here; the lists carry number and hash of their line.
It holds counts, names of teams and of lines, and never more of a child.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casetally.errors import CallError
from casetally.owner_only import BEYOND_THE_OWNER, FILE, permissions_hold
from casetally.reports.outputs import RUN_FILE

LOG_NAME = "case_list_audit.jsonl"
FIRST = "0" * 64  # what the first line has for the hash of the line before
_MOST_OF_A_LINE = 1_000_000


@dataclass(frozen=True)
class Entry:
    """A line of the log: its number from 1, its hash, and what it says."""

    number: int
    hash: str
    says: Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """What a log holds, and each fault of its chain as a sentence with the line."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]


def log_of(store: Path) -> Path:
    """Where the log of a store stands: beside the folder of its run, which the next run replaces whole; else beside the store."""
    store = store.resolve()
    folder = store.parent
    if (folder / RUN_FILE).is_file():
        return folder.parent / f"{folder.name}.{LOG_NAME}"
    return store.with_name(f"{store.stem}.{LOG_NAME}")


def whoever_asks() -> dict[str, str]:
    """The account that the system knows this process by, and the one behind it where it was changed with sudo."""
    if sys.platform == "win32":
        import getpass

        return {"who": getpass.getuser()}
    import pwd

    try:
        who = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account without a name, as in a container
        who = f"user {os.getuid()}"
    behind = os.environ.get("SUDO_USER")
    return {"who": who, "sudo_user": behind} if behind else {"who": who}


def write_entry(log: Path, says: Mapping[str, Any], now: dt.datetime | None = None) -> Entry:
    """Add a line to the log and see it on the disk. Raises CallError where that can't be done.

    `now` is the time it carries, in UTC; left out, the clock's. Nowhere else is the clock read.
    """
    when = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    with _opened(log) as descriptor:
        try:
            number, before, broken_off = _last(descriptor)
            line = {"entry": number + 1, "when": when, **says, "before": before}
            own = _hash_of(line)
            text = json.dumps({**line, "hash": own}, ensure_ascii=False) + "\n"
            _write_all(descriptor, ("\n" if broken_off else "").encode() + text.encode("utf-8", "replace"))
            os.fsync(descriptor)
        except OSError as fault:
            raise _not_writable(log, fault.strerror or "it failed") from fault
    return Entry(number + 1, own, line)


def read_log(log: Path) -> Reading:
    """Every line of a log with the faults of its chain. Raises CallError where there is none, or it can't be read."""
    try:
        raw = log.read_bytes()
    except FileNotFoundError:
        raise CallError(f"There is no log at '{log}'.", hint="It begins with the first case lists of a run.") from None
    except OSError as fault:
        raise CallError(f"The log '{log}' can't be read: {fault.strerror}.") from fault
    entries: list[Entry] = []
    faults: list[str] = []
    before, number = FIRST, 0
    for at, line in enumerate(raw.splitlines(), 1):
        found = _parsed(line)
        if found is None:
            faults.append(f"Line {at} can't be read: it was changed or broken off.")
            before, number = _hash_of_text(line), number + 1
            continue
        own = str(found.pop("hash", ""))
        if own != _hash_of(found):
            faults.append(f"Line {at} is not as it was written.")
        if found.get("before") != before:
            faults.append(f"Before line {at} something was taken out, put in or changed.")
        elif found.get("entry") != number + 1:
            faults.append(f"Line {at} is not numbered {number + 1}.")
        number = int(found["entry"]) if isinstance(found.get("entry"), int) else number + 1
        before = own
        entries.append(Entry(number, own, found))
    if raw and not raw.endswith(b"\n"):
        faults.append("The last line is broken off.")
    return Reading(tuple(entries), tuple(faults))


def _hash_of(line: Mapping[str, Any]) -> str:
    return _hash_of_text(json.dumps(line, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace"))


def _hash_of_text(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _last(descriptor: int) -> tuple[int, str, bool]:
    """Number and hash of the last line, which the next one must name, and whether that line lacks its end."""
    size = os.fstat(descriptor).st_size
    if not size:
        return 0, FIRST, False
    os.lseek(descriptor, max(size - _MOST_OF_A_LINE, 0), os.SEEK_SET)
    tail = b""
    while piece := os.read(descriptor, _MOST_OF_A_LINE):
        tail += piece
    lines = tail.splitlines()
    found = _parsed(lines[-1]) if lines else None
    if found is None or not isinstance(found.get("entry"), int):
        return _number_of_lines(descriptor), _hash_of_text(lines[-1] if lines else b""), not tail.endswith(b"\n")
    return found["entry"], str(found.get("hash", "")), not tail.endswith(b"\n")


def _number_of_lines(descriptor: int) -> int:
    os.lseek(descriptor, 0, os.SEEK_SET)
    every = b""
    while piece := os.read(descriptor, _MOST_OF_A_LINE):
        every += piece
    return len(every.splitlines())


def _write_all(descriptor: int, text: bytes) -> None:
    """In one piece where the system allows, so that a reader never meets half of a line."""
    while text:
        text = text[os.write(descriptor, text) :]


@contextmanager
def _opened(log: Path) -> Iterator[int]:
    """The log for adding to, made for its owner alone where there is none, and held against others meanwhile."""
    how = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    how |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(log, how, FILE)
    except OSError as fault:
        raise _not_writable(log, fault.strerror or "it failed") from fault
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _not_writable(log, "it is no plain file")
        if permissions_hold() and stat.S_IMODE(found.st_mode) & BEYOND_THE_OWNER:
            raise _not_writable(log, "it is open to others than its owner; close it first with chmod 600")
        _hold(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _hold(descriptor: int) -> None:
    """Wait until no other process writes; the system lets go when the file is closed."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _not_writable(log: Path, why: str) -> CallError:
    return CallError(
        f"The log of case lists '{log}' can't be written: {why}. Nothing was made.",
        hint="Who asks for lists of children must be on record: mend this first, or ask whoever keeps this store.",
    )
