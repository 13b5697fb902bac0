"""Why: outputs appear whole or not at all, so that no reader ever meets half of a night's figures.

Everything is written to a folder beside the wanted one, which it changes places with when it is complete and on the disk. Only a
folder that a run made, or an empty one, is ever replaced. What a killed run left beside it the next run removes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from casetally import owner_only
from casetally.errors import CallError

RUN_FILE = "run.json"
LAST_RUN = Path(".casetally") / "last-run"


@contextmanager
def written_whole(out: Path, *, for_others: bool = False) -> Iterator[Path]:
    """A folder to write into; it takes the place of `out` at the end, and is removed where something fails.

    It is closed to all but its owner, unless it is made to be handed on (`for_others`).
    """
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / RUN_FILE).exists()):
        raise CallError(f"'{out}' is not empty and no earlier run made it.", hint="Name a new folder with --out.")
    out = out.resolve()
    if out == Path.cwd() or out in Path.cwd().parents:
        raise CallError(f"'{out}' is the folder you work in.", hint="Name a folder inside it with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    _heal(out)
    beside = _beside(out, "writing")
    beside.mkdir(mode=0o777 if for_others else owner_only.FOLDER)
    try:
        with _held(beside):
            yield beside
            if not for_others:
                owner_only.close_folder(beside)
            owner_only.settle(beside)
            _take_place(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _beside(out: Path, what: str) -> Path:
    return out.parent / f".{out.name}.{what}-{os.getpid()}"


def _take_place(beside: Path, out: Path) -> None:
    """Whoever reads finds the old outputs or the new ones. Where the system can exchange two names at once, at every moment."""
    if not out.exists():
        beside.rename(out)
    elif not owner_only.exchanged(
        beside, out
    ):  # after an exchange the earlier outputs stand beside, and go with the rest
        earlier = _beside(out, "earlier")
        out.rename(earlier)
        try:
            beside.rename(out)
        except OSError:
            earlier.rename(out)
            raise
        shutil.rmtree(earlier, ignore_errors=True)
    owner_only.settle_name(out)


def _heal(out: Path) -> None:
    """Put back what a run killed between two renames had moved away, and remove what killed runs left: it holds records."""
    for what in ("earlier", "writing"):
        for left in sorted(out.parent.glob(f".{_escaped(out.name)}.{what}-*")):
            with _held(left) as free:
                if free and what == "earlier" and not out.exists():
                    left.rename(out)
                elif free:
                    shutil.rmtree(left, ignore_errors=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder as ours until it is done or this process ends, however it ends; False where another process holds it.

    Windows can't hold a folder: there all count as held by others, and what a killed run left stays to be removed by hand.
    """
    if not owner_only.permissions_hold():
        yield False
        return
    import fcntl

    try:
        number = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # whoever wrote it has just finished
        yield False
        return
    try:
        held = True
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held = False
        yield held
    finally:
        os.close(number)


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
    owner_only.make_folder(LAST_RUN.parent)
    owner_only.write_whole(LAST_RUN, f"{store.resolve()}\n".encode())


def last_store() -> Path:
    """The store of the last run from this folder. Raises CallError where there was none."""
    if not LAST_RUN.exists():
        raise CallError(
            "No run was made from this folder yet.",
            hint="Run 'casetally run SOURCE …' first, or name a store with --store.",
        )
    return Path(LAST_RUN.read_text(encoding="utf-8").strip())
