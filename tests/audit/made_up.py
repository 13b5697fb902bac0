"""Why: a small report, written out where it is tested, shows what an identity sees."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

from casetally.figures.audit.checks import Check
from casetally.figures.audit.evaluate import Audit, audit
from casetally.figures.published import COLUMNS

NUMBERS = 8  # the cells from report to value


def write_report(folder: Path, figures: str, benchmarks: str = "") -> Path:
    """A figures.csv from lines of `ref basis period breakdown numerator denominator value printed rag note`, parted by |.

    Cells left out at the end are empty; `printed` is the value unless it is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for line in filter(None, map(str.strip, figures.splitlines())):
            cells = [cell.strip() for cell in line.split("|")]
            cells += [""] * (len(COLUMNS) - 1 - len(cells))
            cells[NUMBERS - 1] = cells[NUMBERS - 1] or cells[NUMBERS - 2]
            rows.writerow(["made-up", *cells])
    if benchmarks:
        (folder / "benchmarks.csv").write_text(
            "report,ref,comparator,period_text,value,printed,note\n" + benchmarks, encoding="utf-8"
        )
    return folder


def months(ref: str, *values: object, basis: str = "month", since: int = 4) -> str:
    """Figures of a line for months of 2023 from April on; None leaves a month out."""
    numbered = enumerate(values, start=since)
    return "\n".join(f"{ref}|{basis}|2023-{at:02d}||||{value}" for at, value in numbered if value is not None)


def audited(folder: Path, figures: str, identities: str, benchmarks: str = "", tolerance: int = 0) -> Audit:
    """A made-up report held against made-up identities."""
    report = write_report(folder / "report", figures, benchmarks)
    (folder / "own.yaml").write_text(identities, encoding="utf-8")
    return audit(report, folder / "own.yaml", Fraction(tolerance))


def failing(done: Audit) -> list[tuple[str, str]]:
    """The lines and periods that do not hold."""
    return [(one.name, one.period) for one in done.failures]


def only(done: Audit) -> Check:
    assert len(done.failures) == 1
    return done.failures[0]
