"""Why: what was made of the nights and holds children's records lies where somebody wanted it, so the home remembers where.

One JSON object a line in `made.jsonl` of the home: what was made, and its path. Case lists have a log of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casetally import owner_only

MADE_FILE = "made.jsonl"


def note_made(about: Mapping[str, Any], what: str, path: Path) -> None:
    """Remember what was made of a night's store (`Store.about`); of a plain run's store nothing is kept."""
    night = about.get("editions")
    if not night:
        return
    place = Path(night["path"]).parent / MADE_FILE
    owner_only.append(place, _line(what, path.resolve()).encode())


def made_of(home: Path) -> list[tuple[str, Path]]:
    """What was made of a home's nights and where, each once; whether it is there still is not looked at."""
    try:
        lines = (home / MADE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found: dict[tuple[str, Path], None] = {}
    for line in lines:
        try:
            said = json.loads(line)
            found[(str(said["what"]), Path(said["path"]))] = None
        except (ValueError, KeyError, TypeError):  # a line that a full disk broke off
            continue
    return list(found)


def keep_those_there(home: Path) -> None:
    """Remember only what is still where it was made."""
    if (home / MADE_FILE).is_file():
        lines = [_line(what, path) for what, path in made_of(home) if path.exists()]
        owner_only.write_whole(home / MADE_FILE, "".join(lines).encode())


def _line(what: str, path: Path) -> str:
    return json.dumps({"what": what, "path": str(path)}, ensure_ascii=False) + "\n"
