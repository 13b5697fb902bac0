"""Why: holding a report against its records is done over and over while a definition is mended, so it must not keep one waiting.

`python -m benchmarks.published` times each command as a process of its own, five times, over the Darlington records that ship,
and writes the medians to `benchmarks/published.md`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORT, ROUNDS = "darlington-2023-09", 5
PRINTED = ROOT / "sample_data" / "published" / REPORT
RECORDS = ROOT / "sample_data" / "darlington"
COMMANDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "run: read, check and calculate 44,540 rows",
        ("run", str(RECORDS), "--as-at", "2023-09-30", "--months", "6", "--report", REPORT, "--out", "out"),
    ),
    (
        "reconcile: 767 printed figures against the run",
        ("reconcile", str(PRINTED), "--causes", str(RECORDS / "notes" / "let_go.csv")),
    ),
    ("report: 92 lines for a month", ("report", REPORT, "--month", "2023-09")),
    ("audit: 767 printed figures", ("audit", str(PRINTED))),
    ("sample --published: plant the records", ("sample", "planted", "--published", REPORT)),
    ("indicators show: all definitions loaded and checked", ("indicators", "show", "icpc_15wd")),
)  # fmt: skip


def seconds_of(arguments: tuple[str, ...], folder: Path) -> float:
    """Wall seconds of one command in a process of its own."""
    begun = time.perf_counter()
    asked = [sys.executable, "-m", "casetally.cli", *arguments]
    done = subprocess.run(asked, cwd=folder, capture_output=True, check=False)  # noqa: S603
    assert done.returncode in (0, 1), done.stderr.decode()[-500:]
    return time.perf_counter() - begun


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        rows = [
            (what, statistics.median(seconds_of(arguments, Path(name)) for _ in range(ROUNDS)))
            for what, arguments in COMMANDS
        ]
    made_by = "Made by `python -m benchmarks.published`: medians of five processes each, start-up included, 2 cores."
    table = [f"| {what} | {took:.2f} |" for what, took in rows]
    lines = [
        "# Commands over a published report",
        "",
        made_by,
        "",
        "| command | seconds |",
        "| --- | ---: |",
        *table,
        "",
    ]
    (ROOT / "benchmarks" / "published.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
