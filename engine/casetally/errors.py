"""Why: one shape for every mistake we report, so that each names its place, shows the text and says what to do next.

A person who misspells a column should never meet a traceback. Everything that can go wrong with input, definitions or the
call itself is raised as a `CasetallyError`; the command line prints it and ends with its `exit_code` (`docs/cli.md`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

DONE = 0
DIFFERENCES_FOUND = 1
MISTAKE_IN_CALL_OR_DEFINITION = 2
INPUT_UNREADABLE = 3
FAULT_OF_OURS = 4
STOPPED = 130  # by Ctrl-C, as shells count it


@dataclass(frozen=True, order=True)
class Place:
    """Where in a file: lines and columns count from 1; 0 means that the whole file (or line) is meant."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


class CasetallyError(Exception):
    """A mistake that its maker can mend. `says` is one sentence; `hint` says what to do next."""

    exit_code = MISTAKE_IN_CALL_OR_DEFINITION

    def __init__(
        self,
        says: str,
        *,
        place: Place | None = None,
        source_line: str = "",
        width: int = 1,
        hint: str = "",
    ) -> None:
        self.says, self.place, self.source_line, self.width, self.hint = says, place, source_line, width, hint
        super().__init__(self.render())

    def render(self) -> str:
        """The message as printed: place and sentence, the text with the fault underlined, and what to do next."""
        lines = [f"{self.place}: {self.says}" if self.place else self.says]
        if self.source_line and self.place:
            lines += [
                f"    {self.source_line}",
                "    " + " " * max(self.place.column - 1, 0) + "^" * max(self.width, 1),
            ]
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


class DefinitionError(CasetallyError):
    """A definition, record set, schema or limit that can't be used as written."""


class CallError(CasetallyError):
    """A command called with something that does not exist or can't be meant."""


class InputError(CasetallyError):
    """Input that can't be read at all (a single bad row is a finding, not an error)."""

    exit_code = INPUT_UNREADABLE


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to a misspelt one, or None where none is close."""
    by_lower = {k.lower(): k for k in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], *, else_say: str = "") -> str:
    """'Did you mean …?' with the nearest known name, or `else_say` where none is near."""
    near = nearest(name, known)
    return f"Did you mean '{near}'?" if near else else_say
