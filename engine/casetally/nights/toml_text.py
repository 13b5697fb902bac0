"""Why: a mistake in a configuration is shown where it stands, and TOML's reader forgets where a value stood.

The text is gone over a second time for its tables and keys: what stands on a line of its own is found exactly, what stands inside
an inline table by its name on that line.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casetally.errors import CallError, DefinitionError, Place

Where = tuple[str | int, ...]
_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.\"'-]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w\"'-]+)\s*=")
_SECRET = re.compile(r"AGE-SECRET-KEY-[^\s\"']*|(?<=://)[^\s/\"']*(?=@)", re.IGNORECASE)
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True)
class TomlText:
    """The data of a TOML file, its lines, and the line and column (from 1) of each key that has a line."""

    file: str
    data: Mapping[str, Any]
    lines: list[str]
    keys: Mapping[Where, tuple[int, int]] = field(repr=False)

    def error(self, where: Where, says: str, *, hint: str = "", width: int = 0) -> DefinitionError:
        """A mistake at a key, underlined; at the nearest key around it where it has no line."""
        line, column, found = self._find(where)
        place = Place(self.file, line, column) if line else Place(self.file)
        shown = _shown(self.lines[line - 1]) if line else ""
        return DefinitionError(says, place=place, source_line=shown, width=width or len(found), hint=hint)

    def _find(self, where: Where) -> tuple[int, int, str]:
        name = str(next((part for part in reversed(where) if isinstance(part, str)), ""))
        around = where
        while around and around not in self.keys:
            around = around[:-1]
        if not around:
            return 0, 0, ""
        line, column = self.keys[around]
        if around[-1] != name:  # it stands inside: on this line or one of the next
            for number in range(line, min(line + 20, len(self.lines) + 1)):
                inside = re.search(rf"\b{re.escape(name)}\b", self.lines[number - 1])
                if inside:
                    return number, inside.start() + 1, name
        return line, column, str(around[-1])


def read_toml(path: Path) -> TomlText:
    """A TOML file. Raises CallError where there is none, DefinitionError with line and column where it can't be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CallError(
            f"There is no file '{path}'.", hint="'casetally nightly --example' prints one to begin with."
        ) from None
    except UnicodeDecodeError as fault:
        raise DefinitionError(
            "The file is not UTF-8 text.", place=Place(str(path)), hint="Save it as UTF-8."
        ) from fault
    except OSError as fault:
        raise CallError(f"'{path}' can't be read: {fault.strerror}.", hint="Name a configuration file.") from fault
    lines = text.splitlines()
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise DefinitionError("Its lists or tables lie too deep in each other.", place=Place(str(path))) from None
    except tomllib.TOMLDecodeError as fault:
        found = _POSITION.search(str(fault))
        line, column = (int(found[1]), int(found[2])) if found else (len(lines), 1)
        shown = _shown(lines[line - 1]) if 0 < line <= len(lines) else ""
        raise DefinitionError(
            f"This is not TOML that can be read: {_POSITION.sub('', str(fault)).strip()}.",
            place=Place(str(path), line, column),
            source_line=shown,
            hint="Texts stand in quotes, lists in [ ]; a path of Windows in single quotes, as 'D:\\export'.",
        ) from fault
    return TomlText(str(path), data, lines, _places(lines))


def _shown(line: str) -> str:
    """A line as it may be shown: a key or a password that stands there is not, and its place is kept."""
    hidden = _SECRET.sub(lambda found: "*" * len(found[0]), line)
    return "".join(sign if sign.isprintable() else " " for sign in hidden)


def _places(lines: list[str]) -> dict[Where, tuple[int, int]]:
    found: dict[Where, tuple[int, int]] = {}
    table: Where = ()
    times: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        head, key = _TABLE.match(line), _KEY.match(line)
        if head and "=" not in line.split("#")[0]:
            name = head[2].strip("\"'")
            table = (name, times[name]) if head[1] == "[[" else tuple(part.strip("\"'") for part in name.split("."))
            times[name] += 1
            found.setdefault((table[0],), (number, head.start(2) + 1))
            found[table] = (number, head.start(2) + 1)
        elif key:
            name = key[1].strip("\"'")
            found.setdefault((*table, name), (number, key.start(1) + 1))
    return found
