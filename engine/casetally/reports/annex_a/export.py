"""Why: an Annex A is made for a day, from a run's store, and its file holds children's records: whole or not at all, and for its
owner's eyes.
"""

from __future__ import annotations

import datetime as dt
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casetally import __version__, owner_only
from casetally.errors import CallError
from casetally.figures.populations import authorities_of
from casetally.reports.annex_a.content import Sheet, sheets
from casetally.reports.annex_a.workbook import MADE_BY, Cover, workbook_bytes
from casetally.store import Store

_OWNER_ONLY = 0o600
_PROPERTIES, _MOST_PROPERTIES = "docProps/core.xml", 100_000
_WARNING = "This workbook contains personal data of children. Keep and send it as your rules for such data say."


@dataclass(frozen=True)
class AnnexA:
    """A workbook that was made: where, for which day, and what it holds."""

    path: Path
    as_at: dt.date
    sheets: tuple[Sheet, ...]

    @property
    def rows(self) -> int:
        return sum(sheet.rows.height for sheet in self.sheets)

    @property
    def gaps(self) -> int:
        return sum(len(sheet.gaps) for sheet in self.sheets)


def export_annex_a(store: Store, as_at: dt.date, out: Path) -> AnnexA:
    """Write Annex A as it stood on a day. The same store and day give the same bytes.

    Raises CallError for a day after the one that the records speak for, and where `out` is something else than an Annex A of ours.
    """
    if as_at > store.as_at:
        raise CallError(
            f"These records speak for {store.as_at}: what came after that day, up to {as_at}, is not known.",
            hint="Ask for an earlier day, or run again with a later --as-at.",
        )
    _must_be_ours(out)
    made = sheets(store, as_at)
    _write_whole(out, workbook_bytes(_cover(store, as_at, made), made, as_at))
    return AnnexA(out, as_at, made)


def _cover(store: Store, as_at: dt.date, made: Sequence[Sheet]) -> Cover:
    known = authorities_of(store)
    authority = store.about.get("authority") or (known[0] if len(known) == 1 else "not named")
    lines = (
        ("Personal data", _WARNING),
        ("Authority", authority),
        ("As at", f"{as_at:%d/%m/%Y}"),
        ("Records known on", f"{store.as_at:%d/%m/%Y}"),
        ("Source", str(store.about.get("source", ""))),
        ("Edition of the source", str(store.about.get("edition", ""))),
        ("Working days", str(store.about["calendar"]["edition"])),
        ("Made with", f"casetally {__version__}"),
        ("Blank cells", "Not recorded, or does not apply; columns that the source can't fill are on the sheet 'Not filled'."),
        ("Not filled", str(sum(len(sheet.gaps) for sheet in made))),
    )  # fmt: skip
    return Cover("Annex A: child-level data for inspection", lines)


def _must_be_ours(out: Path) -> None:
    """Refuse to replace a file that is no Annex A of ours, and a folder."""
    if not out.exists():
        return
    if out.is_file() and _made_here(out):
        return
    raise CallError(
        f"'{out}' is there already and is no Annex A made by casetally.", hint="Name another file with --out."
    )


def _made_here(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as opened, opened.open(_PROPERTIES) as properties:
            return MADE_BY.encode() in properties.read(_MOST_PROPERTIES)
    except (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False


def _write_whole(out: Path, contents: bytes) -> None:
    """Written beside and renamed, so that nobody meets half a workbook; readable by its owner alone."""
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.parent / f".{out.name}.writing-{os.getpid()}"
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as opened:
            opened.write(contents)
        owner_only.settle(beside)
        owner_only.take_place(beside, out)
    finally:
        beside.unlink(missing_ok=True)
