"""Why: a home must say of itself which configuration it belongs to, so that `status` and a restored backup need not be told."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casetally import owner_only
from casetally.errors import CallError
from casetally.nights import place
from casetally.nights.config import Encryption
from casetally.nights.keeping.names import OWNER
from casetally.nights.sealing import key_of
from casetally.schemas import load_schemas
from casetally.store.editions import EDITIONS_FILE, Editions, open_editions
from casetally.store.editions.writing import let_go_of_attempts

CONFIG_COPY, ABOUT = "config.toml", "nightly.json"


def must_be_ours(home: Path) -> None:
    """Refuse a home in which a night would write over, or delete, what no night made. Raises CallError."""
    outputs, about, copy = home / place.OUTPUTS, home / ABOUT, home / CONFIG_COPY
    taken = [path for path in (outputs, about, copy) if path.is_symlink()]
    taken += [about] if about.exists() and not _said(home).get("config") else []
    if not (home / EDITIONS_FILE).exists():  # a home that is new: of one that is not, the outputs are made anew
        taken += [outputs] if _holds_others(outputs) else []
        taken += [copy] if copy.exists() and not about.exists() else []
    if taken:
        raise CallError(
            f"'{taken[0]}' was made by no night, and a night would write over it: nothing was done.",
            hint="Name a folder of its own as 'home' in the configuration, or move what is there.",
        )


def _holds_others(outputs: Path) -> bool:
    if not outputs.is_dir():
        return outputs.exists()
    return place.made_in(outputs) is None and any(outputs.iterdir())


@contextmanager
def opened(home: Path, asked: Encryption) -> Iterator[Editions]:
    """The editions of a home, for reading."""
    editions = open_editions(home / EDITIONS_FILE, load_schemas(), key_of(asked))
    try:
        yield editions
    finally:
        editions.close()


def note_config(home: Path, config_file: Path, done: str = "") -> None:
    """Keep a copy of the configuration and where it stands, for their owner only; `done`: the hash of what a night did to its end.

    Where it stands is noted from the home too, so that both can be moved together.
    """
    _write(home / CONFIG_COPY, config_file.read_bytes())
    said = {
        "name": name_of(home),
        "config": str(config_file.resolve()),
        "from_here": _from(home.resolve(), config_file.resolve()),
    }
    _write(home / ABOUT, (json.dumps({**said, "done": done}) + "\n").encode())


def name_of(home: Path) -> str:
    """What tells a home from every other: where it was first made, also after it was moved or came back from a backup."""
    return (
        _said(home).get("name", "") or hashlib.sha256(f"{platform.node()}:{home.resolve()}".encode()).hexdigest()[:12]
    )


def must_be_for_backups_of(home: Path, to: Path) -> None:
    """Raises CallError where a folder is that of another home's backups: each home would delete the other's as old."""
    mark = to / OWNER
    if _owner(mark) not in ("", name_of(home)):
        raise CallError(
            f"'{to}' holds the backups of another home.",
            hint=f"Name another folder under [backup]. If that home is no more, delete '{mark}'.",
        )


def keep_for_backups_of(home: Path, to: Path) -> None:
    """Make a folder that of a home's backups. Raises CallError where it is another's, OSError where it can't be written."""
    must_be_for_backups_of(home, to)
    if not _owner(to / OWNER):
        owner_only.make_folder(to)
        owner_only.write_whole(to / OWNER, (json.dumps({"home": name_of(home)}) + "\n").encode())


def _owner(mark: Path) -> str:
    try:
        return str(json.loads(mark.read_text(encoding="utf-8"))["home"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def done_of(home: Path) -> str:
    """The hash of what the last night that did all it had to do was asked for; '' where one was stopped before its end."""
    return str(_said(home).get("done", ""))


def clear(home: Path) -> None:
    """Remove what a killed night left half written, outputs apart. Under the home's lock only."""
    let_go_of_attempts(home / EDITIONS_FILE)
    for name in (CONFIG_COPY, ABOUT):
        for left in home.glob(f".{name}.writing-*"):
            left.unlink(missing_ok=True)


def config_of(home: Path) -> Path:
    """The configuration of a home, where it stands. Raises CallError where that is not known, or it is there no longer."""
    said = _said(home)
    if not said.get("config"):
        raise CallError(f"'{home}' is no home of nights.", hint="Name a configuration, or its 'home'.")
    if said.get("from_here") and (beside := home.resolve() / said["from_here"]).is_file():
        return beside.resolve()
    found = Path(said["config"])
    if not found.is_file():
        raise CallError(
            f"The configuration of '{home}' stood at '{found}' and is there no longer.",
            hint=f"A copy is kept at '{home / CONFIG_COPY}': put it where it shall stand, and name it.",
        )
    return found


def _said(home: Path) -> dict[str, str]:
    try:
        said = json.loads((home / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: what for name, what in said.items() if isinstance(what, str)} if isinstance(said, dict) else {}


def _from(home: Path, config_file: Path) -> str:
    try:
        return os.path.relpath(config_file, home)
    except ValueError:  # on Windows there is no way from one drive to another
        return ""


def _write(path: Path, contents: bytes) -> None:
    if not path.exists() or path.read_bytes() != contents:
        owner_only.write_whole(path, contents)
