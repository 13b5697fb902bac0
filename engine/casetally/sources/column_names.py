"""Why: every export spells its headers a little differently; one that is nearly right must be read or named, never lost."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

CLOSE = 0.8  # how alike a header must be to a name before it is taken for a slip of it


def folded(name: str) -> str:
    """A name without what differs from export to export: case, blanks, punctuation."""
    return re.sub(r"[^a-z0-9]+", "", name.casefold())


def matched(headers: Sequence[str], known: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Which header stands for which known name: name -> position of its header.

    `known`: a name -> the ways it is written. A header that is written so, case, blanks and punctuation apart, is taken; then
    whole headers are compared without that. The first of two headers for one name is taken.
    """
    ways = {folded(way): name for name, written in known.items() for way in (name, *written)}
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        name = ways.get(folded(header))
        if name is not None:
            found.setdefault(name, at)
    return found


def slip_of(header: str, known: Iterable[str]) -> str | None:
    """The known name that a header is nearly, or None where none is close."""
    by_fold = {folded(name): name for name in known}
    near = difflib.get_close_matches(folded(header), by_fold, n=1, cutoff=CLOSE)
    return by_fold[near[0]] if near else None
