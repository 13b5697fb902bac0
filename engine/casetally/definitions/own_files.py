"""Why: definitions may come from anyone who can write into a folder, and a link in it could lead to any file of this machine.

A faulty line is shown to whoever runs the program, so a file is read only where it truly lies: in the folder of the definitions.
"""

from __future__ import annotations

import re
from pathlib import Path

from casetally.errors import DefinitionError, Place
from casetally.shipped import shipped_folder

_PLAIN = re.compile(r"[\w-][\w.-]*")


def files_in(folder: Path, room: str, pattern: str) -> list[Path]:
    """The files of one sub-folder of some definitions, by name. Raises DefinitionError for one that leads out of the folder."""
    found = sorted((folder / room).glob(pattern))
    for path in found:
        if leads_out(path, folder):
            raise DefinitionError(
                "This is a link to a file outside the folder of the definitions.",
                place=Place(f"{folder.name}/{path.relative_to(folder).as_posix()}"),
                hint="Put the file itself here.",
            )
    return found


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a file, links followed, lies outside its folder; never for what ships, which an installer may link into its place."""
    if folder == shipped_folder("definitions"):
        return False
    return not path.resolve().is_relative_to(folder.resolve())


def is_plain_name(name: str) -> bool:
    """Whether a name stays one name when a path is made of it: no slash of either kind, no leading dot."""
    return _PLAIN.fullmatch(name) is not None
