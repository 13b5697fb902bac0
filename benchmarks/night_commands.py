"""Why: what an authority waits for each morning is a whole night and the commands that look back, each a process of its own."""

from __future__ import annotations

import datetime as dt
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Ran, run_process
from benchmarks.run import FULL, Size, make_data
from benchmarks.two_nights import NIGHTS, write_two_nights

_CASETALLY = [sys.executable, "-c", "from casetally.cli import main; main()"]
_CONFIG = 'sources = ["{source}"]\nhome = "{home}"\nmonths = 24\n[[reports]]\nname = "core"\n'
_INDICATOR, _MONTH = "icpc_15wd", "2024-02"

Told = tuple[
    str, float, float, float | None
]  # what, the medians of its seconds and processor seconds, the most allowed

# what, its arguments, and the seconds that it may take on a quiet machine
COMMANDS: tuple[tuple[str, tuple[str, ...], float | None], ...] = (
    (f"casetally revisions {_INDICATOR} --month {_MONTH}", ("revisions", _INDICATOR, "--month", _MONTH, "--store", "home"), 6),
    ("casetally revisions --out PAGE.html", ("revisions", "--store", "home", "--out", "moved.html"), None),
    (f"casetally cases {_INDICATOR} --known-at {NIGHTS[0]}",
     ("cases", _INDICATOR, "--month", _MONTH, "--known-at", NIGHTS[0].isoformat(), "--store", "home"), 4),
    ("casetally backup HOME", ("backup", "home", "--to", "backups", "--key", "night.key"), None),
    ("casetally restore FILE", ("restore", "BACKUP", "--to", "restored", "--key", "night.key"), None),
)  # fmt: skip


def command_lines(rounds: int, size: Size = FULL) -> list[Told]:
    """Two whole nights, then the commands over both, each run so many times."""
    make_data(size)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        sources = write_two_nights(size.folder / "source", folder)
        first = _night(folder, sources[0], "first", NIGHTS[0])
        found: list[Told] = [("the first night, whole", first.seconds, first.processor_seconds, None)]
        seconds = []
        for _ in range(rounds):
            shutil.rmtree(folder / "home", ignore_errors=True)
            shutil.copytree(folder / "first", folder / "home")
            seconds.append(_night(folder, sources[1], "home", NIGHTS[1]))
        found.append(_line("the second night, whole", seconds, 60.0))
        _run(folder, ["key", "night.key"])
        return [*found, *_commands(folder, rounds)]


def _night(folder: Path, source: Path, home: str, night: dt.date) -> Ran:
    config = folder / f"{home}-{source.name}.toml"
    config.write_text(_CONFIG.format(source=source.name, home=home), encoding="utf-8")
    return _run(folder, ["nightly", config.name, "--night", night.isoformat()])


def _commands(folder: Path, rounds: int) -> Iterator[Told]:
    for what, arguments, limit in COMMANDS:
        taken = []
        for _ in range(rounds):
            shutil.rmtree(folder / "restored", ignore_errors=True)
            backups = sorted((folder / "backups").glob("*.age"))
            taken.append(_run(folder, [str(backups[-1]) if one == "BACKUP" else one for one in arguments]))
        yield _line(what, taken, limit)


def _line(what: str, taken: list[Ran], limit: float | None) -> Told:
    return (what, statistics.median(one.seconds for one in taken),
            statistics.median(one.processor_seconds for one in taken), limit)  # fmt: skip


def _run(folder: Path, arguments: list[str]) -> Ran:
    print("casetally", *arguments[:2], "...", flush=True)
    return run_process([*_CASETALLY, *arguments], folder=folder, output=folder / "said.txt")
