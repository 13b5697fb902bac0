"""Why: a scheduler and whoever watches it read what each step of a night did, and nothing of any child ever stands there.

One JSON object a line, added at the end of a file for each month, open to its owner only. What an error says goes through
`what_went_wrong` alone, which leaves out the line of input that an error may carry.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casetally import owner_only
from casetally.errors import CasetallyError
from casetally.nights.clock import now
from casetally.periods import month_start

LOG_FOLDER = "log"
FORGET = "forget"  # no part of a night
NIGHT = "night"  # the step that stands for the whole of a night: the last line of a run


@dataclass(frozen=True)
class Log:
    """The log of one run of a night."""

    home: Path
    night: dt.date
    run: str

    def write(self, step: str, outcome: str, seconds: float = 0.0, **more: Any) -> None:
        """Add a line: `at`, `run`, `night`, `step`, `outcome`, `seconds`, and what more is said of it. Raises OSError."""
        line = {"at": now().isoformat(), "run": self.run, "night": self.night.isoformat(), "step": step, "outcome": outcome,
                "seconds": round(seconds, 3), **more}  # fmt: skip
        owner_only.make_folder(self.home / LOG_FOLDER)
        text = json.dumps(line, ensure_ascii=False) + "\n"
        owner_only.append(self.home / LOG_FOLDER / f"{self.night:%Y-%m}.jsonl", text.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Entry:
    """The last line of a run: how a night ended. `outcome`: done, nothing_new, refused, failed; broken_off where it has no end."""

    night: dt.date
    at: str
    outcome: str
    says: Mapping[str, Any] = field(default_factory=dict)


def begin_log(home: Path, night: dt.date) -> Log:
    """The log of a run that begins now."""
    return Log(home, night, f"{now():%Y%m%dT%H%M%SZ}-{os.getpid()}")


def what_went_wrong(fault: BaseException) -> dict[str, str]:
    """An error without anything of a record: what we say ourselves; of others' errors the kind and the place in the program."""
    if isinstance(fault, CasetallyError):
        place = {"place": str(fault.place)} if fault.place else {}
        hint = {"hint": fault.hint} if fault.hint else {}
        return {"says": fault.says, **place, **hint}
    if isinstance(fault, OSError):
        return {"says": f"{type(fault).__name__}: {os.strerror(fault.errno) if fault.errno else 'it failed'}."}
    frames = traceback.extract_tb(fault.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"says": f"{type(fault).__name__}{where}."}


def nights_told(home: Path) -> list[Entry]:
    """How each run ended, the earliest first. A line that can't be read (a full disk breaks one off) is passed over."""
    runs: dict[str, Entry] = {}
    for line in _lines(home):
        if line["step"] == FORGET:
            continue
        night, at = dt.date.fromisoformat(line["night"]), line["at"]
        ended = line["step"] == NIGHT
        runs[line["run"]] = Entry(night, at, line["outcome"] if ended else "broken_off", line)
    # by the clock: a file is of a month of nights, and a night that was named wrongly must not seem the last for years
    return sorted(runs.values(), key=lambda run: run.at)


def _lines(home: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((home / LOG_FOLDER).glob("*.jsonl")):
        for text in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                line = json.loads(text)
                dt.date.fromisoformat(line["night"])
                complete = {"run", "at", "step", "outcome"} <= set(line)
            except (ValueError, KeyError, TypeError):
                continue
            if complete:
                yield line


def thin_out_log(home: Path, night: dt.date, months: int) -> int:
    """Delete the log of months longer ago than so many; how many files went."""
    first = month_start(night)
    for _ in range(months):
        first = month_start(first - dt.timedelta(1))
    old = [path for path in (home / LOG_FOLDER).glob("????-??.jsonl") if path.stem < f"{first:%Y-%m}"]
    for path in old:
        path.unlink()
    return len(old)
