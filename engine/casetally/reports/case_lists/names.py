"""Why: a team is called what its authority likes, and a file or a sheet may not be: names are made safe, and stay apart.

What is safe is so on every system that the lists may be copied to: no path, no device, nothing that differs by capitals alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

LONGEST_FILE_NAME = 80  # characters; file systems take 255 bytes, and an ending is still to come
LONGEST_SHEET_NAME = 31
_MOST_BYTES = 180
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_RESERVED_SHEET = "history"  # spreadsheets keep it for themselves


def file_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> Mapping[str, str]:
    """A safe file name (without an ending) for each of these names, no two alike in any capitals, none like one `taken`.

    The same names give the same file names, in whatever order they come.
    """
    return _apart(wanted, taken, _file_name, LONGEST_FILE_NAME)


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> Mapping[str, str]:
    """A name that spreadsheets take for each of these, at most 31 characters, no two alike in any capitals."""
    return _apart(wanted, taken, _sheet_name, LONGEST_SHEET_NAME)


def _file_name(name: str) -> str:
    """Letters, digits, spaces, dashes and underscores, beginning with a letter or a digit."""
    plain = re.sub(r"[^\w -]+", "_", unicodedata.normalize("NFKC", name))
    plain = re.sub(r"\s+", " ", plain).strip(" _-")
    while len(plain.encode()) > _MOST_BYTES:
        plain = plain[:-1]
    plain = plain[:LONGEST_FILE_NAME].strip(" _-")
    if not plain:
        return "team"
    return f"team {plain}" if _DEVICES.match(plain) else plain


def _sheet_name(name: str) -> str:
    plain = _NOT_IN_SHEET_NAMES.sub("-", unicodedata.normalize("NFC", name)).strip(" '")
    plain = _cut(plain, LONGEST_SHEET_NAME).strip(" '") or "list"
    return f"{plain} list" if plain.lower() == _RESERVED_SHEET else plain


def _cut(text: str, most: int) -> str:
    """So many of its first characters as spreadsheets count them, where one beyond the basic plane is two."""
    kept = text[:most]
    while len(kept.encode("utf-16-le")) // 2 > most:
        kept = kept[:-1]
    return kept


def _apart(wanted: Iterable[str], taken: Iterable[str], safe: Callable[[str], str], most: int) -> Mapping[str, str]:
    used = {_key(name) for name in taken}
    found: dict[str, str] = {}
    # those that are safe as they stand keep their names; of those made alike the first in order does
    for name in sorted(set(wanted), key=lambda one: (safe(one) != one, one)):
        plain, number = safe(name), 1
        candidate = plain
        while _key(candidate) in used:
            number += 1
            ending = f"-{number}"
            candidate = _cut(plain, most - len(ending)).rstrip() + ending
        used.add(_key(candidate))
        found[name] = candidate
    return found


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
