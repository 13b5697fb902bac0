"""Why: a night needs records large enough for the gate to speak and small enough to be read in a moment."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from casetally.nights.config import read_config
from casetally.nights.night import Asked, Night, run_night
from casetally.nights.steps import STEPS
from casetally.schemas import load_schemas
from casetally.store.editions import EDITIONS_FILE, Edition, open_editions

NIGHT = dt.date(2024, 4, 2)
CHILDREN = 40


def write_export(folder: Path, *, contacts: int = 60, moved: int = 0, until: dt.date = NIGHT) -> Path:
    """Children and contacts, a contact every other day before a day; the outcome of the last `moved` is another one."""
    folder.mkdir(parents=True, exist_ok=True)
    children = [f"child-{at:03},{2010 + at % 10}-03-04,F,WBRI" for at in range(CHILDREN)]
    rows = []
    for at in range(contacts):
        day = until - dt.timedelta(2 * (contacts - at))
        outcome = "no_further_action" if contacts - at <= moved else "social_care"
        rows.append(f"contact-{at:03},child-{at % CHILDREN:03},{day},{day},{outcome},North")
    _write(folder / "children.csv", "child_id,date_of_birth,sex,ethnicity", children)
    _write(folder / "contacts.csv", "contact_id,child_id,received_on,completed_on,outcome,team", rows)
    return folder


def write_config(base: Path, more: str = "", **keys: str) -> Path:
    """A configuration for the export beside it."""
    lines = {"sources": '["export"]', "home": '"home"', "months": "2", "as_at": '"night"', **keys}
    path = base / "nightly.toml"
    path.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()) + more, encoding="utf-8")
    return path


def walk(config: Path, night: dt.date = NIGHT, *, accept: bool = False) -> Night:
    """A night, in this process."""
    return run_night(Asked(read_config(config), config, night, accept), STEPS)


def last_edition(home: Path) -> Edition | None:
    editions = open_editions(home / EDITIONS_FILE, load_schemas())
    try:
        return editions.latest()
    finally:
        editions.close()


def log_lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted((home / "log").iterdir()) for line in path.read_text().splitlines()]


def look_of(home: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file of editions and outputs: which file it is, when it was written, and its bytes."""
    files = [home / EDITIONS_FILE, *sorted(path for path in (home / "outputs").rglob("*") if path.is_file())]
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def _write(path: Path, head: str, rows: list[str]) -> None:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
