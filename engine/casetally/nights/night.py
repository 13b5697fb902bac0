"""Why: a night is a walk through visible steps; whatever stops it, the last good edition stays, and the log says why.

A step is timed and logged by name with what it counted. Errors become sentences that say what stands now.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.snapshot import Snapshot
from casetally.errors import CallError, CasetallyError
from casetally.nights import place
from casetally.nights.config import NightlyConfig, without_secrets
from casetally.nights.facts import EditionFacts
from casetally.nights.gate import Doubt
from casetally.nights.home import must_be_ours
from casetally.nights.lock import held
from casetally.nights.log import NIGHT, Log, begin_log, what_went_wrong
from casetally.reports.run import Run, Tell
from casetally.store.editions import EDITIONS_FILE, Edition

HELD_BACK = 5
SUMMARY = "summary.txt"
_FULL = ("No space left", "File too large", "Disk quota")


class HeldBackError(CasetallyError):
    """Tonight's records are odd beside the last night's, and were not kept."""

    exit_code = HELD_BACK


class NothingNew(Exception):
    """This night was kept before, from the same bytes, and its outputs are there."""


@dataclass(frozen=True)
class Asked:
    """What a night is asked for. `config_file` is told to people; `accept` takes records that are held back otherwise."""

    config: NightlyConfig
    config_file: Path
    night: dt.date
    accept: bool = False

    @property
    def home(self) -> Path:
        return self.config.home

    @property
    def as_at(self) -> dt.date:
        return self.config.as_at_of(self.night)


@dataclass
class Night:
    """A night on its way: each step adds what it made."""

    asked: Asked
    run: Run = field(init=False)
    last: Edition | None = None
    last_facts: EditionFacts | None = None
    library: Library = field(init=False)
    snapshot: Snapshot = field(default_factory=list)  # of the definitions
    history: tuple[pl.DataFrame, pl.DataFrame] | None = None  # figures and nights of the editions before
    settling: Mapping[str, Any] | None = None
    request: str = ""  # a hash of all that decides the outputs
    facts: EditionFacts = field(init=False)
    doubts: tuple[Doubt, ...] = ()
    accepted_by: str = ""
    about: Edition = field(init=False)  # the edition as it will be kept
    stage: Path = field(init=False)
    is_new: bool = True  # whether there is an edition to keep: outputs alone may have to be made anew
    kept: bool = False
    placed: bool = False
    summary: str = ""
    go_on_at: str = ""  # the step to go on with, where what lies before it was done by a night that was stopped

    @property
    def editions(self) -> Path:
        return self.asked.home / EDITIONS_FILE

    @property
    def number(self) -> int:
        """The edition that the outputs are of."""
        before = self.last.number if self.last else 0
        return before + 1 if self.is_new else before


Step = Callable[[Night], Mapping[str, Any]]


def run_night(asked: Asked, steps: tuple[tuple[str, Step], ...], tell: Tell = lambda _: None) -> Night:
    """A whole night, alone on its home. Raises CasetallyError with words that say what stands now; everything is logged."""
    with _told(asked.home):
        must_be_ours(asked.home)
    with _told(asked.home), held(asked.home):
        log, night = begin_log(asked.home, asked.night), Night(asked)
        log.write("begin", "begun", as_at=asked.as_at.isoformat())
        began = time.monotonic()
        try:
            for name, step in steps:
                if night.go_on_at in ("", name):
                    night.go_on_at = ""
                    tell(name)
                    _walk(night, log, name, step)
        except NothingNew:
            assert night.last is not None
            _note(log, NIGHT, "nothing_new", began, edition=night.last.number)
        except BaseException as fault:
            outcome = "refused" if isinstance(fault, HeldBackError) else "failed"
            without_secrets(fault, asked.config)
            said = what_went_wrong(fault) if outcome == "failed" else {"doubts": [one.says for one in night.doubts]}
            _note(log, NIGHT, outcome, began, **said, **({"edition": night.number} if night.kept else {}))
            if not night.kept and "stage" in vars(night):  # of this night: what an earlier one left may still be wanted
                place.clear(asked.home)
            raise _in_words(fault, night) from fault
        else:
            accepted = {"accepted_by": night.accepted_by} if night.accepted_by else {}
            _note(log, NIGHT, "done", began, edition=night.number, as_at=asked.as_at.isoformat(), **accepted)
    return night


def _walk(night: Night, log: Log, name: str, step: Step) -> None:
    began = time.monotonic()
    try:
        counts = step(night)
    except NothingNew:
        _note(log, name, "nothing_new", began)
        raise
    except HeldBackError:
        _note(log, name, "refused", began, doubts=len(night.doubts))
        raise
    except BaseException as fault:
        without_secrets(fault, night.asked.config)
        _note(log, name, "failed", began, **what_went_wrong(fault))
        raise
    _note(log, name, "done", began, **counts)


def _note(log: Log, step: str, outcome: str, began: float, **more: Any) -> None:
    with contextlib.suppress(OSError):  # a disk that is full now must not undo what was kept, nor hide what went wrong
        log.write(step, outcome, time.monotonic() - began, **more)


def _in_words(fault: BaseException, night: Night) -> BaseException:
    """The same fault, where it is one that people can mend, with what stands now."""
    if night.kept and night.placed:
        stands = f"Edition {night.number} is kept and its outputs are in place; only this last step failed."
    elif night.kept:
        stands = f"Edition {night.number} is kept; the next run puts its outputs in place."
    elif night.last is not None:
        stands = f"Edition {night.last.number} of {night.last.known_on} and its outputs stay as they were."
    else:
        stands = "Nothing was kept."
    if isinstance(fault, CasetallyError):
        fault.hint = f"{fault.hint}\n{stands}".strip()
        return fault
    # first, for some libraries say so in words of their own and leave out the system's number
    if isinstance(fault, Exception) and any(words in str(fault) for words in _FULL):
        return CallError("The disk is full, or a file may not grow further.", hint=stands)
    if isinstance(fault, OSError):
        return CallError(
            f"{_name(fault, night)} can't be read or written: {fault.strerror or 'it failed'}.", hint=stands
        )
    return fault


def _name(fault: OSError, night: Night) -> str:
    return f"'{fault.filename}'" if fault.filename else f"A file in '{night.asked.home}'"


@contextlib.contextmanager
def _told(home: Path) -> Any:
    try:
        yield
    except OSError as fault:  # of the home itself: nothing was begun
        raise CallError(
            f"Nothing can be written in '{home}': {fault.strerror or 'it failed'}.",
            hint="'home' in the configuration names the folder; it must be one that this account may write to.",
        ) from fault
