"""Why: an authority is compared with its statistical neighbours, and the model that names them comes in two layouts.

Both are wide: one line an authority by its old code, ten neighbours each followed by how close it is. They differ in the names
of the columns, in blank lines and in trailing blanks.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from casetally.errors import InputError, Place
from casetally.sources.csv_file import utf8_text

_NEIGHBOUR = re.compile(r"sn[ _]?(\d+)", re.IGNORECASE)
_CODE_COLUMNS = ("old_la_code", "la num", "la number", "la_code", "la code")
_CODE = re.compile(r"\d{3}")


@dataclass(frozen=True)
class Neighbour:
    """One neighbour by its old code, and how close the model calls it (in small letters)."""

    code: str
    closeness: str


@dataclass(frozen=True)
class Neighbours:
    """The model of one file: the neighbours of each authority by its old code, the closest first; `faults` with lines."""

    file: str
    of: dict[str, tuple[Neighbour, ...]]
    faults: tuple[tuple[int, str], ...]


def looks_like_neighbours(head: bytes) -> bool:
    """Whether the first line names statistical neighbours."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", errors="replace")
    names = [part.strip().strip('"') for part in line.split(",")]
    return sum(bool(_NEIGHBOUR.fullmatch(name)) for name in names) >= 2 and _code_at(names) is not None


def read_neighbours(path: Path) -> Neighbours:
    """Read a published model of statistical neighbours. Raises InputError for a file that is none."""
    if not path.is_file():
        raise InputError(f"There is no file '{path}'.", hint="Name the published model of statistical neighbours.")
    text = utf8_text(path.read_bytes(), str(path)).decode("utf-8")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as fault:
        raise InputError(f"This can't be read as CSV: {fault}.", place=Place(str(path))) from fault
    header = [name.strip() for name in rows[0]]
    code_at = _code_at(header)
    places = [(int(found[1]), at) for at, name in enumerate(header) if (found := _NEIGHBOUR.fullmatch(name))]
    if code_at is None or not places:
        raise InputError(
            "This is no model of statistical neighbours.",
            place=Place(str(path), 1),
            hint="It should have a column of old authority codes, then SN1 or SN_1 and so on.",
        )
    return _read(str(path), rows, code_at, [at for _, at in sorted(places)])


def _code_at(header: list[str]) -> int | None:
    folded = [name.lower() for name in header]
    return next((folded.index(name) for name in _CODE_COLUMNS if name in folded), None)


def _read(shown: str, rows: list[list[str]], code_at: int, places: list[int]) -> Neighbours:
    found: dict[str, tuple[Neighbour, ...]] = {}
    faults: list[tuple[int, str]] = []
    for line, written in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in written] + [""] * (len(rows[0]) + 1 - len(written))
        if not any(cells):
            continue
        code = cells[code_at]
        if not _CODE.fullmatch(code):
            faults.append((line, "The line names no authority by its old code, so it is not read."))
        elif code in found:
            faults.append((line, "The authority of this line stands above; the first line is read."))
        else:
            own = tuple(Neighbour(cells[at], cells[at + 1].lower()) for at in places if _CODE.fullmatch(cells[at]))
            if len(own) < len(places):
                faults.append((line, f"{len(own)} of {len(places)} neighbours are named by a code."))
            found[code] = own
    return Neighbours(shown, found, tuple(faults))
