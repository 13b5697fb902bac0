"""Why: an export should be read at the pace of its bytes; how much each reader adds to bare reading is measured here.

    python -m benchmarks.reading                     an authority of 22,000 children, 5 years, in every shape
    python -m benchmarks.reading --children 220000   and one of ten times as many

No validation: only what stands between the files and the tables of text. Exit code 1 where a reader of CSV takes more than
three times as long as bare Polars.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, run_process

FOLDER = ROOT / "build" / "benchmarks" / "reading"
AS_AT, YEARS, SEED = dt.date(2024, 3, 31), 5, 1
AT_MOST = 3.0
REPEATS = 3  # the best of these counts; the first also warms the files


@dataclass(frozen=True)
class Source:
    """One shape in one format, as it is made; `bare` where Polars reads the same bytes by itself."""

    name: str
    shape: str | None
    ending: str
    bare: bool = True

    def folder(self, children: int) -> Path:
        return FOLDER / f"{children}" / self.name.replace(" ", "_")


SOURCES = (
    Source("plain CSV", None, "csv"),
    Source("ssda903 CSV", "ssda903", "csv"),
    Source("ssd CSV", "ssd", "csv"),
    Source("ssd Parquet", "ssd", "parquet"),
    Source("ssda903 XML", "ssda903", "xml", bare=False),
    Source("cin_census XML", "cin_census", "xml", bare=False),
    Source("csc_api JSON", "csc_api", "jsonl", bare=False),
)
HELD_TO = ("csv",)


@dataclass(frozen=True)
class Measured:
    """What was measured of one source: bytes, rows, seconds, the most memory held, and the seconds of bare reading."""

    source: Source
    size: int
    rows: int
    seconds: float
    peak: int
    bare: float | None

    @property
    def times(self) -> float | None:
        return None if self.bare is None else self.seconds / self.bare

    def line(self) -> str:
        times = "" if self.times is None else f"{self.times:.1f}"
        bare = "" if self.bare is None else f"{self.bare:.3f}"
        size, pace = self.size / 1e6, self.size / self.seconds / 1e6
        return (
            f"| {self.source.name} | {size:,.1f} | {self.rows:,} | {self.seconds:.3f} | {pace:,.1f} "
            f"| {bare} | {times} | {self.peak / 1e6:,.0f} |"
        )


def make_inputs(children: int) -> None:
    """Write every source that is not there yet."""
    from casetally.samples import make_records, write_sample
    from casetally.samples.shapes import write_shape

    wanted = [source for source in SOURCES if not source.folder(children).exists()]
    if not wanted:
        return
    records = make_records(children=children, years=YEARS, as_at=AS_AT, seed=SEED, dirt=0)
    for source in wanted:
        folder = source.folder(children)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if source.shape is None:
            write_sample(folder, children=children, years=YEARS, as_at=AS_AT, seed=SEED, dirt=0)
        else:
            write_shape(folder, source.shape, records, years=YEARS, ending=source.ending)


def read_bare(folder: Path) -> int:
    """Polars alone: every file into a frame of text."""
    import polars as pl

    rows = 0
    for path in sorted(folder.iterdir()):
        rows += (pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)).height
    return rows


def read_all(folder: Path) -> int:
    """The reader: the records of the tables, and a fate for every row."""
    from casetally.sources.recognise import read_source

    return read_source(folder).rows.height


def timed(read: Callable[[Path], int], folder: Path) -> None:
    """In a process of its own: the best of several, as JSON."""
    best, rows = float("inf"), 0
    for _ in range(REPEATS):
        begun = time.perf_counter()
        rows = read(folder)
        best = min(best, time.perf_counter() - begun)
    print(json.dumps({"seconds": best, "rows": rows}))


def measure(source: Source, children: int) -> Measured:
    """A source read by its reader and, where there is such a thing, bare, each in a process of its own."""
    folder, told = source.folder(children), FOLDER / "told.json"
    size = sum(path.stat().st_size for path in folder.iterdir())
    answers = {}
    for how in ("read", "bare") if source.bare else ("read",):
        ran = run_process(
            [sys.executable, "-m", "benchmarks.reading", "--one", how, str(folder)], folder=ROOT, output=told
        )
        answers[how] = (json.loads(told.read_text().splitlines()[-1]), ran.peak_bytes)
    (read, peak), bare = answers["read"], answers.get("bare")
    return Measured(source, size, read["rows"], read["seconds"], peak, bare[0]["seconds"] if bare else None)


def main() -> int:
    """Measure every source and print the table; 1 where a reader of CSV is too slow."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument("--children", type=int, default=22_000)
    parser.add_argument("--again", action="store_true", help="make the inputs anew")
    parser.add_argument("--one", nargs=2, metavar=("HOW", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        timed(read_all if asked.one[0] == "read" else read_bare, Path(asked.one[1]))
        return 0
    if asked.again:
        shutil.rmtree(FOLDER, ignore_errors=True)
    load = os.getloadavg()[0]
    make_inputs(asked.children)
    about = f"{asked.children:,} children, {YEARS} years, best of {REPEATS}"
    print(f"Reading, no validation: {about}. Load when it began: {load:.1f}.\n")
    print("| source | MB | rows | seconds | MB/s | bare Polars, seconds | times bare | peak memory, MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    slow = []
    for source in SOURCES:
        measured = measure(source, asked.children)
        print(measured.line(), flush=True)
        if source.ending in HELD_TO and (measured.times or 0) > AT_MOST:
            slow.append(source.name)
    print(
        f"\nTarget: CSV at most {AT_MOST:.0f} times bare Polars: {'missed by ' + ', '.join(slow) if slow else 'met'}."
    )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
