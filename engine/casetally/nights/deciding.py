"""Why: whether a night has anything new to keep or to show follows from what decides it: bytes, rules, what is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casetally import __version__
from casetally.nights.night import Night
from casetally.records.load import told
from casetally.store.editions import Edition


def edition_of(night: Night) -> Edition:
    """The edition as it will be kept; number, rows and facts are set when it is."""
    run, asked = night.run, night.asked
    return Edition(
        number=0, known_on=asked.night, as_at=asked.as_at, inputs=night.run.load.inputs, version=__version__,
        months=asked.config.months, authority=asked.config.authority, report=None, rows=0,
        source=named(told(night.run.load)), definitions=named(definitions_of(night)), calendar=named(run.calendar.kept()),
        settling=named(night.settling) if night.settling is not None else "", facts="", despite="",
    )  # fmt: skip


def request_of(night: Night, inputs: str) -> str:
    """A hash of all that decides the outputs of a night: the same hash, the same outputs."""
    config = night.asked.config
    return named(
        {
            "night": night.asked.night.isoformat(), "as_at": night.asked.as_at.isoformat(), "inputs": inputs,
            "months": config.months, "authority": config.authority, "version": __version__,
            "definitions": definitions_of(night), "calendar": night.run.calendar.kept(),
            "reports": [one.model_dump(mode="json") for one in config.reports],
            "words": [list(_words(one.commentary)) for one in config.reports if one.commentary],
            "seal_for": list(night.run.request.seal_for),
        }
    )  # fmt: skip


def named(what: Any) -> str:
    """The hash under which the editions keep something as JSON."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def definitions_of(night: Night) -> dict[str, Any]:
    """What the definitions of a night are kept as (`known_at.keep_definitions`)."""
    own = night.asked.config.definitions
    return {"own": str(own.resolve()) if own else None, "folders": night.snapshot}


def _words(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.md")):
        yield path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()
