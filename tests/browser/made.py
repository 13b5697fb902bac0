"""Why: the pages that the tests look at are made as a user makes them, by commands, and once for all workers of a test run."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Recipe:
    """How a report comes about: the records, the run over them, and the report asked of it."""

    report: str
    month: str
    edition: str
    sample: tuple[str, ...]  # the arguments of `casetally sample`; none where the records ship with the project
    run: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.report}_{self.edition}"


DARLINGTON = ("--as-at", "2023-09-30", "--months", "6", "--report", "darlington-2023-09")
SOUTHAMPTON = ("--as-at", "2024-08-31", "--months", "13", "--report", "southampton-2024-08")
SAMPLESHIRE = ("--as-at", "2024-03-31", "--months", "36", "--authority", "sampleshire")
RECIPES = {
    one.key: one
    for one in (
        Recipe("darlington-2023-09", "2023-09", "internal", (), DARLINGTON),
        Recipe("darlington-2023-09", "2023-09", "published", (), DARLINGTON),
        Recipe("southampton-2024-08", "2024-08", "internal", ("--published", "southampton-2024-08"), SOUTHAMPTON),
        Recipe("core", "2024-03", "internal", ("core",), SAMPLESHIRE),
    )
}


@dataclass(frozen=True)
class Made:
    """A report as it was made: its page, its workbook, and the figures of the run that it was made from."""

    recipe: Recipe
    page: Path
    workbook: Path
    figures: Path


def shared_by_workers(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """A folder of this test run that all its workers have in common."""
    base = factory.getbasetemp()
    return (base.parent if hasattr(config, "workerinput") else base) / "reports_made"


def make(key: str, shared: Path) -> Made:
    """The report of a recipe, below a folder that all workers share; made by the first that asks."""
    shared.mkdir(parents=True, exist_ok=True)
    recipe = RECIPES[key]
    ran = shared / f"run_{recipe.report}"
    _once(shared / f"{ran.name}.lock", ran / "out" / "store.duckdb", lambda: _run(recipe, ran))
    stem = f"{recipe.report}_{recipe.month}_{recipe.edition}"
    out = shared / "reports"
    made = Made(recipe, out / f"{stem}.html", out / f"{stem}.xlsx", ran / "out" / "figures.parquet")
    _once(shared / f"{stem}.lock", made.workbook, lambda: _report(recipe, ran / "out" / "store.duckdb", out))
    return made


def _once(lock: Path, result: Path, work: Callable[[], None]) -> None:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not result.exists():
            work()


def _run(recipe: Recipe, folder: Path) -> None:
    folder.mkdir()
    records = folder / "records" if recipe.sample else ROOT / "sample_data" / "darlington"
    if recipe.sample:
        options = recipe.sample if recipe.sample[0].startswith("--") else ()
        casetally(folder, "sample", *options, str(records))
    casetally(folder, "run", str(records), *recipe.run, "--out", "out")


def _report(recipe: Recipe, store: Path, out: Path) -> None:
    edition = ("--edition", recipe.edition)
    casetally(
        store.parent,
        "report",
        recipe.report,
        "--month",
        recipe.month,
        *edition,
        "--store",
        str(store),
        "--out",
        str(out),
    )


def casetally(folder: Path, *arguments: str) -> None:
    """The command as a user gives it, in a folder."""
    command = [sys.executable, "-c", "from casetally.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"casetally {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
