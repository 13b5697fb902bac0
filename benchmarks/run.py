"""Why: one command measures every promise about time and memory and prints them in one table, target beside measured.

    python -m benchmarks.run              one authority over 12 years, about 600,000 rows
    python -m benchmarks.run --tenfold    and ten times the rows
    python -m benchmarks.run --quick      a small authority over 3 years, to see that everything works

Data is made, and kept under build/benchmarks/ by its parameters. Exit code 1 where figures by hand differ from the engine's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Ran, run_process, run_task
from benchmarks.table import Line, heading, lines_as_text, notes

AS_AT = dt.date(2024, 3, 31)
RESULTS = Path(__file__).with_name("results.md")


@dataclass(frozen=True)
class Size:
    """How much data: `children` aged 0 to 17, over so many years; every so-many-th month is measured for (b)."""

    children: int
    years: int
    rounds: int
    every: int

    @property
    def months(self) -> int:
        return 12 * self.years

    @property
    def folder(self) -> Path:
        return ROOT / "build" / "benchmarks" / f"children-{self.children}-years-{self.years}"

    @property
    def store(self) -> Path:
        return self.folder / "run" / "store.duckdb"


FULL, TENFOLD = Size(22_000, 12, 3, 11), Size(220_000, 12, 3, 11)
QUICK, QUICK_TENFOLD = Size(2_000, 3, 1, 12), Size(20_000, 3, 1, 12)


def make_data(size: Size) -> int:
    """Make the authority unless it lies there from before; its rows."""
    told = size.folder / "sample.json"
    if not told.exists():
        print(f"making an authority of {size.children:,} children over {size.years} years ...", flush=True)
        size.folder.mkdir(parents=True, exist_ok=True)
        made = run_task("sample", size.folder / "source", size.children, size.years, AS_AT)
        told.write_text(json.dumps(made), encoding="utf-8")
    rows: int = json.loads(told.read_text(encoding="utf-8"))["rows"]
    return rows


def run_from_csv(size: Size) -> Ran:
    """`casetally run` as a process of its own: reading, checking, storing, calculating and writing."""
    print("casetally run ...", flush=True)
    asked = [sys.executable, "-c", "from casetally.cli import main; main()", "run", str(size.folder / "source"),
             "--as-at", AS_AT.isoformat(), "--months", str(size.months), "--report", "core",
             "--out", str(size.folder / "run")]  # fmt: skip
    return run_process(asked, folder=size.folder, output=size.folder / "run.txt")


def store_to_figures(size: Size) -> dict[str, Any]:
    print("store to figures ...", flush=True)
    return run_task("figures", size.store, AS_AT, size.months, size.rounds)


def compiled() -> tuple[float, float]:
    """Medians of three fresh processes: seconds apart from imports, and with them."""
    found = [run_task("compile") for _ in range(3)]
    return statistics.median(one["seconds"] for one in found), statistics.median(one["with_imports"] for one in found)


def differences_told(found: dict[str, Any], where: str) -> bool:
    """Say loudly what differs. True where anything does."""
    if found["different"]:
        print(
            f"\n*** {found['different']} figures by hand ({where}) DIFFER from the engine's: {', '.join(found['differing'])}"
        )
        for line in found["first"]:
            print(f"    {line}")
    return bool(found["different"])


def measure(size: Size, tenfold: Size | None) -> tuple[list[Line], list[str], bool]:
    rows = make_data(size)
    definitions, with_imports = compiled()
    ran = run_from_csv(size)
    figures = store_to_figures(size)
    print("one query per indicator ...", flush=True)
    hand = run_task("by_hand", size.store, AS_AT, size.months, size.rounds)
    wrong = differences_told(hand, "one query per indicator")
    print("one query per indicator and month ...", flush=True)
    monthly = run_task("by_month", size.store, AS_AT, size.months, size.every)
    wrong = differences_told(monthly, "one query per indicator and month") or wrong
    scaled = monthly["seconds"] * size.months / monthly["measured_months"]
    took = figures["seconds"]
    lines = [
        Line("compiling all definitions", definitions, "s", 0.5, f"{with_imports:.2f} s with imports"),
        Line("store to a frame of figures", took, "s", 2.0, f"{figures['indicators']} indicators, {figures['lines']:,} lines"),
        Line("casetally run from CSV", ran.seconds, "s", 15.0, f"{rows:,} rows"),
        Line("casetally run, memory", ran.peak_bytes / 1e9, "GB", 1.5, "the most held at once"),
        Line("engine / (a) a query per indicator", took / hand["seconds"], "of (a)", 0.5,
             f"(a): {hand['seconds']:.2f} s for {hand['queries']} queries"),
        Line("engine / (b) a query per indicator and month", took / scaled, "of (b)", 0.05,
             f"(b): {scaled:.0f} s, scaled from {monthly['measured_months']} of {size.months} months ({monthly['seconds']:.1f} s)"),
        Line("figures that differ from (a)", hand["different"], "lines", 0, f"of {hand['compared']:,} by hand"),
        Line("figures that differ from (b)", monthly["different"], "lines", 0, f"of {monthly['compared']:,} by hand"),
        *(measure_tenfold(tenfold, rows, took, ran) if tenfold else []),
    ]  # fmt: skip
    slowest = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in hand["slowest"])
    return lines, [f"The slowest queries of (a): {slowest}."], wrong


def measure_tenfold(size: Size, one_rows: int, one_figures: float, one_run: Ran) -> list[Line]:
    rows = make_data(size)
    ran = run_from_csv(size)
    took = store_to_figures(size)["seconds"]
    said = f"{rows / one_rows:.1f} times the rows ({rows:,})"
    return [
        Line("tenfold, store to figures", took / one_figures, "times", 12.0, f"{took:.2f} s; {said}"),
        Line("tenfold, casetally run", ran.seconds / one_run.seconds, "times", 12.0,
             f"{ran.seconds:.1f} s, {ran.peak_bytes / 1e9:.2f} GB; {said}"),
    ]  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure casetally on data it makes.")
    asked.add_argument(
        "--quick", action="store_true", help="a small authority; the targets are meant for the full size"
    )
    asked.add_argument("--tenfold", action="store_true", help="and ten times the rows")
    options = asked.parse_args()
    size, tenfold = (QUICK, QUICK_TENFOLD) if options.quick else (FULL, TENFOLD)
    top = heading(size.children, size.years)  # the load is that before the start
    lines, more, wrong = measure(size, tenfold if options.tenfold else None)
    if not options.tenfold:
        more.append("Tenfold rows were not measured in this run (--tenfold).")
    text = "\n".join([top, "", lines_as_text(lines), "", *notes(more), ""])
    print("\n" + text)
    if not options.quick:
        RESULTS.write_text(text, encoding="utf-8")
        print(f"Written to {RESULTS.relative_to(ROOT)}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
