"""Why: a home must say of itself which configuration it belongs to, so that `status` and a restored backup need not be told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casetally import owner_only
from casetally.errors import CallError
from casetally.reports.nightly.config import Encryption
from casetally.reports.nightly.sealing import key_of
from casetally.schemas import load_schemas
from casetally.store.editions import EDITIONS_FILE, Editions, open_editions

CONFIG_COPY, ABOUT = "config.toml", "nightly.json"


@contextmanager
def opened(home: Path, asked: Encryption) -> Iterator[Editions]:
    """The editions of a home, for reading."""
    editions = open_editions(home / EDITIONS_FILE, load_schemas(), key_of(asked))
    try:
        yield editions
    finally:
        editions.close()


def note_config(home: Path, config_file: Path) -> None:
    """Keep a copy of the configuration and where it stands, for their owner only."""
    _write(home / CONFIG_COPY, config_file.read_bytes())
    _write(home / ABOUT, (json.dumps({"config": str(config_file.resolve())}) + "\n").encode())


def config_of(home: Path) -> Path:
    """The configuration of a home, where it stands. Raises CallError where that is not known, or it is there no longer."""
    try:
        found = Path(json.loads((home / ABOUT).read_text(encoding="utf-8"))["config"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CallError(f"'{home}' is no home of nights.", hint="Name a configuration, or its 'home'.") from None
    if not found.is_file():
        raise CallError(
            f"The configuration of '{home}' stood at '{found}' and is there no longer.",
            hint=f"A copy is kept at '{home / CONFIG_COPY}': put it where it shall stand, and name it.",
        )
    return found


def _write(path: Path, contents: bytes) -> None:
    if not path.exists() or path.read_bytes() != contents:
        owner_only.write_whole(path, contents)
