"""Why: a night that was accepted has a number, a day, and names for everything that decided its figures."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Edition:
    """One accepted night. `known_on`: the night; `inputs` names the bytes read; `definitions`, `calendar`, `settling`, `facts` and
    `source` are the hashes of texts kept beside (`Editions.kept`), '' where there is none.

    `despite`: what was held against it when it was accepted all the same, and by whom.
    """

    number: int
    known_on: dt.date
    as_at: dt.date
    inputs: str
    version: str
    months: int
    authority: str | None
    report: str | None
    rows: int
    source: str
    definitions: str
    calendar: str
    settling: str
    facts: str
    despite: str

    @property
    def accepted_despite(self) -> Mapping[str, Any]:
        """{'who': account, 'doubts': [sentences]}, or nothing."""
        found: Mapping[str, Any] = json.loads(self.despite) if self.despite else {}
        return found

    def same_as(self, other: Edition) -> bool:
        """Whether another is of the same night and was decided by the same: then there is nothing new to keep."""
        return _decided_by(self) == _decided_by(other)


def _decided_by(one: Edition) -> tuple[object, ...]:
    return (one.known_on, one.as_at, one.inputs, one.version, one.months, one.authority, one.report,
            one.source, one.definitions, one.calendar)  # fmt: skip
