"""Why: what was written is searched as a reader would open it: unzipped, unpacked, as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from privacy.planting import LEAKS

HOLDS_RECORDS = ("store.duckdb", "editions.duckdb")  # by design, for their owner only
SEALED = ".age"


def leaks(text: str) -> list[str]:
    """What leaks, each with a few words around it."""
    return [text[max(found.start() - 60, 0) : found.end() + 30] for found in LEAKS.finditer(text)]


def texts_of(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """(name, text) of a file, or of each file in it."""
    if name.endswith(SEALED) or Path(name).name in HOLDS_RECORDS:
        return
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for inner in opened.namelist():
                yield from texts_of(f"{name}/{inner}", opened.read(inner))
    elif data[:4] == b"PAR1":
        yield name, pl.read_parquet(io.BytesIO(data)).with_columns(pl.all().cast(pl.String)).write_csv()
    else:
        yield name, data.decode("utf-8", errors="replace")
        if b"\0" in data:
            yield name, data.decode("utf-16-le", errors="replace")


def leaks_in(folder: Path, apart: tuple[Path, ...]) -> dict[str, list[str]]:
    """The leaks of every file below a folder, by file and its name itself; the folders of records apart."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(one) for one in apart):
            shown = path.relative_to(folder).as_posix()
            for name, text in (("name of " + shown, shown), *texts_of(shown, path.read_bytes())):
                if wrong := leaks(text):
                    found[name] = wrong[:3]
    return found


def said_by(fault: BaseException) -> str:
    """All that an exception says, its notes and what it came of included."""
    texts, seen, left = [], set(), [fault]
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        texts += [str(one), repr(one), *map(repr, one.args), *getattr(one, "__notes__", ())]
        texts += [repr(value) for value in vars(one).values()] if hasattr(one, "__dict__") else []
        left += [inner for inner in (one.__cause__, one.__context__) if inner is not None]
    return "\n".join(texts)
