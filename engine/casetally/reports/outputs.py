"""Why: outputs appear whole or not at all, so that no reader ever meets half of a night's figures.

Everything is written to a folder beside the wanted one and renamed when it is complete. Only a folder that a run made, or an
empty one, is ever replaced.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from casetally.errors import CallError

RUN_FILE = "run.json"
LAST_RUN = Path(".casetally") / "last-run"


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A folder to write into; it takes the place of `out` at the end, and is removed where something fails."""
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / RUN_FILE).exists()):
        raise CallError(f"'{out}' is not empty and no earlier run made it.", hint="Name a new folder with --out.")
    out = out.resolve()
    if out == Path.cwd() or out in Path.cwd().parents:
        raise CallError(f"'{out}' is the folder you work in.", hint="Name a folder inside it with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.parent / f".{out.name}.writing-{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        yield beside
        _take_place(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _take_place(beside: Path, out: Path) -> None:
    earlier = out.parent / f".{out.name}.earlier-{os.getpid()}"
    if out.exists():
        out.rename(earlier)
    try:
        beside.rename(out)
    except OSError:
        if earlier.exists():  # whoever reads must find the old outputs or the new ones
            earlier.rename(out)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def in_no_run(folder: Path, option: str) -> None:
    """Refuse a folder within that of a run: the next run replaces it whole, with all that was put there since."""
    for above in (folder.resolve(), *folder.resolve().parents):
        if (above / RUN_FILE).is_file():
            raise CallError(
                f"'{folder}' lies in '{above}', the folder of a run: the next run replaces it whole.",
                hint=f"Name a folder beside it with {option}.",
            )


def figures_csv(figures: pl.DataFrame, path: Path) -> None:
    """The figures as CSV, whole numbers without a decimal point."""

    def plain(name: str) -> pl.Expr:
        whole = pl.col(name).round(0) == pl.col(name)
        return (
            pl.when(whole)
            .then(pl.col(name).cast(pl.Int64).cast(pl.String))
            .otherwise(pl.col(name).cast(pl.String))
            .alias(name)
        )

    figures.with_columns(plain("numerator"), plain("denominator")).write_csv(path)


def remember_run(store: Path) -> None:
    """Note the last run's store in the working folder, for the commands that follow."""
    LAST_RUN.parent.mkdir(exist_ok=True)
    LAST_RUN.write_text(f"{store.resolve()}\n", encoding="utf-8")


def last_store() -> Path:
    """The store of the last run from this folder. Raises CallError where there was none."""
    if not LAST_RUN.exists():
        raise CallError(
            "No run was made from this folder yet.",
            hint="Run 'casetally run SOURCE …' first, or name a store with --store.",
        )
    return Path(LAST_RUN.read_text(encoding="utf-8").strip())
