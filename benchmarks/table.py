"""Why: a time means something only beside its target and the machine it was taken on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True)
class Line:
    """One promise: what was measured, its unit, the most it may be, and what lies behind it."""

    what: str
    measured: float
    unit: str
    target: float
    behind: str

    @property
    def verdict(self) -> str:
        return "ok" if self.measured <= self.target else "over"

    @property
    def share(self) -> str:
        """Measured over target; where the target is nothing, there is none."""
        return f"{self.measured / self.target:.2f}" if self.target else "–"


def lines_as_text(lines: Iterable[Line]) -> str:
    """A Markdown table, its columns aligned so that it also reads well in a terminal."""
    rows = [("what", "target, at most", "measured", "measured / target", "", "behind it")]
    rows += [
        (
            one.what,
            f"{one.target:g} {one.unit}",
            f"{_number(one.measured)} {one.unit}",
            one.share,
            one.verdict,
            one.behind,
        )
        for one in lines
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def heading(children: int, years: int) -> str:
    """What was measured, on what. The load tells whether other work disturbed it."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("casetally", "duckdb", "polars"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"# Measured\n\nOne authority of {children:,} children over {years} years. {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()}, Python {platform.python_version()}, {libraries}. "
        f"Load when it began: {os.getloadavg()[0]:.1f}."
    )


def notes(more: Iterable[str]) -> list[str]:
    return [
        "Medians of three rounds; each measurement is a process of its own. `README.md` in this folder says what is inside the",
        "clock, and how the queries by hand were made.",
        "",
        *more,
    ]
