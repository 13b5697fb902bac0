"""Why: a backup knows nothing of what is in a home's files, so a home of made-up bytes tests it as well as a real one."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

FILES = {
    "editions.duckdb": bytes(range(256)) * 9000,  # longer than a piece that is read at once
    "outputs/run.json": b'{"number": 3}\n',
    "outputs/reports/core/page.html": "<p>Zoë</p>".encode(),
    "outputs/empty.txt": b"",
    "log/2024-03.jsonl": b'{"step": "read"}\n',
    "nightly.toml": b'home = "."\n',
}
LEFT_OUT = {
    "nightly.lock": b"{}",
    ".outputs.next/run.json": b"half",
    "outputs/.page.writing-x": b"half",
    "casetally-backup-2024-01-01-000000.zip.age": b"an earlier one",
}


def make_home(home: Path, files: Mapping[str, bytes] = FILES) -> Path:
    for name, contents in {**files, **LEFT_OUT}.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    return home


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name within it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zip_of(files: Mapping[str, bytes], manifest: object) -> bytes:
    """A zip as somebody else could make one: a manifest of any kind, then these files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, contents in files.items():
            archive.writestr(name, contents)
    return held.getvalue()


def all_below(folder: Path) -> set[str]:
    """Everything below a folder, folders too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


NO_PERMISSIONS = os.name == "nt"
