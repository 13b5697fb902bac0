"""Why: a measurement is a child process whose time and memory are read from the system, by a parent that stays small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Ran:
    """How long a process took from start to end, the most memory it held, and how long processors worked for it."""

    seconds: float
    peak_bytes: int
    processor_seconds: float


def run_process(arguments: list[str], *, folder: Path, output: Path) -> Ran:
    """Run a command to its end; `output` takes what it prints. Raises RuntimeError where it fails.

    Memory is what `wait4` says of this child alone. (A child's peak begins at its parent's size: the parent is kept small.)
    """
    begun = time.perf_counter()
    with output.open("wb") as out:
        child = subprocess.Popen(arguments, cwd=folder, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own commands
        _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}:\n{output.read_text()[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Ran(seconds, usage.ru_maxrss * unit, usage.ru_utime + usage.ru_stime)


def run_task(*arguments: object) -> dict[str, Any]:
    """Run a task of `benchmarks.tasks` in a fresh process; its answer."""
    written = [sys.executable, "-m", "benchmarks.tasks", *(str(one) for one in arguments)]
    done = subprocess.run(written, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(written)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
