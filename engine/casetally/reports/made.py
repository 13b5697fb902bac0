"""Why: what was made of the nights and holds children's records lies where somebody wanted it, so the home remembers where.

One JSON object a line in `made.jsonl` of the home: what was made, its path and, of a file, its hash: what stands there later may
be another. Case lists have a log of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casetally import owner_only

MADE_FILE = "made.jsonl"


@dataclass(frozen=True)
class Noted:
    """What was made and where; `hashes`: of a file, what it was each time, none where only an earlier version noted it."""

    what: str
    path: Path
    hashes: frozenset[str] = frozenset()

    def is_another(self) -> bool:
        """Whether a file that stands there is none that was made there. Raises OSError where it can't be read."""
        return bool(self.hashes) and self.path.is_file() and _sha256(self.path) not in self.hashes


def note_made(about: Mapping[str, Any], what: str, path: Path) -> None:
    """Remember what was made of a night's store (`Store.about`); of a plain run's store nothing is kept."""
    night = about.get("editions")
    if not night:
        return
    place = Path(night["path"]).parent / MADE_FILE
    owner_only.append(place, _line(what, path.resolve(), _sha256(path) if path.is_file() else "").encode())


def made_of(home: Path) -> list[Noted]:
    """What was made of a home's nights and where, each once; whether it is there still is not looked at."""
    try:
        lines = (home / MADE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found: dict[tuple[str, Path], frozenset[str]] = {}
    for line in lines:
        try:
            said = json.loads(line)
            one, hashed = (str(said["what"]), Path(said["path"])), str(said.get("sha256", ""))
            found[one] = found.get(one, frozenset()) | ({hashed} - {""})
        except (ValueError, KeyError, TypeError, AttributeError):  # a line that a full disk broke off
            continue
    return [Noted(what, path, hashes) for (what, path), hashes in found.items()]


def keep_those_there(home: Path) -> None:
    """Remember only what is still where it was made."""
    if (home / MADE_FILE).is_file():
        there = [one for one in made_of(home) if one.path.exists()]
        lines = [_line(one.what, one.path, hashed) for one in there for hashed in sorted(one.hashes) or [""]]
        owner_only.write_whole(home / MADE_FILE, "".join(lines).encode())


def _line(what: str, path: Path, hashed: str) -> str:
    said = {"what": what, "path": str(path), **({"sha256": hashed} if hashed else {})}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
