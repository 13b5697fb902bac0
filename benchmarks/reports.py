"""Why: a report is made again and again while its words are written, so page and workbook must be there within five seconds.

`python -m benchmarks.reports` makes the runs anew, outside the clock, then times each command as a process of its own, in turn,
five times over, and writes the medians to `benchmarks/reports.md`. What was written by hand below its table stays.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, Ran, run_process

ROUNDS = 5
AT_MOST = 5.0  # seconds, for page and workbook of one edition
RESULTS = Path(__file__).with_suffix(".md")
BELOW = "<!-- by hand from here on -->"
SAMPLE_DATA = ROOT / "sample_data"


@dataclass(frozen=True)
class Report:
    """A report, its month, and the run that it is made from."""

    name: str
    month: str
    run: tuple[str, ...]
    what: str


REPORTS = (
    Report("darlington-2023-09", "2023-09",
           (str(SAMPLE_DATA / "darlington"), "--as-at", "2023-09-30", "--months", "6", "--report", "darlington-2023-09"),
           "Darlington, 92 lines"),
    Report("southampton-2024-08", "2024-08",
           ("planted", "--as-at", "2024-08-31", "--months", "24", "--report", "southampton-2024-08"),
           "Southampton, the one with most groups"),
    Report("core", "2024-03", (str(SAMPLE_DATA / "authority"), "--as-at", "2024-03-31", "--months", "36"),
           "core over 36 months"),
)  # fmt: skip


def casetally(folder: Path, *arguments: str) -> Ran:
    """One command in a process of its own."""
    return run_process([sys.executable, "-m", "casetally.cli", *arguments], folder=folder, output=folder / "said.txt")


def commands(report: Report) -> dict[str, tuple[str, ...]]:
    """What is timed of a report, by what it is called."""
    asked = ("report", report.name, "--month", report.month, "--store", f"{report.name}/store.duckdb")
    files = {f"{report.what}: {edition} edition": (*asked, "--out", "made", "--edition", edition)
             for edition in ("internal", "published")}  # fmt: skip
    return {**files, f"{report.what}: the table alone": asked}


def measured(folder: Path) -> dict[str, list[Ran]]:
    """Every command, in turn, as often as there are rounds."""
    casetally(folder, "sample", "planted", "--published", "southampton-2024-08")
    for report in REPORTS:
        casetally(folder, "run", *report.run, "--out", report.name)
    every = {what: asked for report in REPORTS for what, asked in commands(report).items()}
    every["casetally --help"] = ("--help",)
    found: dict[str, list[Ran]] = {what: [] for what in every}
    for _ in range(ROUNDS):
        for what, asked in every.items():
            found[what].append(casetally(folder, *asked))
    return found


def line(what: str, rounds: list[Ran]) -> str:
    """A line of the table: medians over the rounds, and the quickest."""
    wall, worked = [one.seconds for one in rounds], [one.processor_seconds for one in rounds]
    peak = statistics.median(one.peak_bytes for one in rounds) / 1e6
    return (
        f"| {what} | {statistics.median(wall):.2f} | {min(wall):.2f} | {statistics.median(worked):.2f} | {peak:,.0f} |"
    )


def main() -> None:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        found = measured(Path(name))
    lines = [
        "# Reports as page and workbook",
        "",
        f"Made by `python -m benchmarks.reports`: medians of {ROUNDS} processes each, start-up and end included,",
        f"{os.cpu_count()} cores, load when it began {load:.1f}.",
        f"Page and workbook of one edition should take at most {AT_MOST:g} s, help at most 0.3 s.",
        "",
        "| command | seconds | the quickest | seconds of processor | peak memory, MB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(line(what, rounds) for what, rounds in found.items()),
        "",
    ]
    earlier = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    RESULTS.write_text("\n".join(lines) + "".join(earlier.partition(BELOW)[1:]), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
