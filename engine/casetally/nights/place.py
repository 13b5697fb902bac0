"""Why: outputs and editions change as one: outputs are made beside, the edition is kept, and only then do they take their place.

What is killed before the editions are kept leaves outputs beside that nothing asks for; what is killed after leaves them beside,
complete, and `heal` puts them in place. Whoever reads meets the old outputs or the new.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casetally import owner_only
from casetally.reports.outputs import RUN_FILE

OUTPUTS = "outputs"
_NEXT, _EARLIER = ".outputs.next", ".outputs.earlier"


@dataclass(frozen=True)
class Made:
    """Outputs that a night made: of which edition, from what, and each file's hash. `request`: a hash of all that decided them."""

    number: int
    night: str
    inputs: str
    request: str
    files: Mapping[str, str]

    def is_of(self, number: int, night: str, inputs: str) -> bool:
        """Whether they are those of this edition."""
        return (self.number, self.night, self.inputs) == (number, night, inputs)


def begin(home: Path) -> Path:
    """An empty folder beside the outputs, for its owner only."""
    beside = home / _NEXT
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    return beside


def complete(folder: Path, about: Mapping[str, Any], *, number: int, night: str, inputs: str, request: str) -> None:
    """Leave a note of what the folder holds, with a hash of each file, and see all of it on the disk.

    Whoever changes a file of it later (a child is forgotten) calls this again with what `run.json` says.
    """
    files = {path.relative_to(folder).as_posix(): _sha256(path) for path in _files(folder) if path.name != RUN_FILE}
    said = {**about, "night": night, "number": number, "inputs": inputs, "request": request, "outputs": files}
    (folder / RUN_FILE).write_text(json.dumps(said, indent=2, default=str) + "\n", encoding="utf-8")
    owner_only.close_folder(folder)
    owner_only.settle(folder)


def clear(home: Path) -> None:
    """Let go of outputs made beside that will not be asked for: their edition was not kept."""
    shutil.rmtree(home / _NEXT, ignore_errors=True)


def made_in(folder: Path) -> Made | None:
    """What a folder of outputs says of itself; None where it says nothing that can be read."""
    try:
        said = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        return Made(int(said["number"]), said["night"], said["inputs"], said["request"], dict(said["outputs"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def faults_of(folder: Path, made: Made) -> list[str]:
    """The files that lack or are not as they were made, by name."""
    return [name for name, hashed in sorted(made.files.items()) if not _is_as_made(folder / name, hashed)]


def put_in_place(home: Path) -> None:
    """The outputs made beside change places with those that are there."""
    beside, outputs = home / _NEXT, home / OUTPUTS
    if not outputs.exists():
        beside.rename(outputs)
    elif not owner_only.exchanged(beside, outputs):
        earlier = home / _EARLIER
        shutil.rmtree(earlier, ignore_errors=True)
        outputs.rename(earlier)
        beside.rename(outputs)
    owner_only.settle_name(outputs)
    for old in (beside, home / _EARLIER):
        shutil.rmtree(old, ignore_errors=True)


def heal(home: Path, number: int, night: str, inputs: str) -> bool:
    """Mend what a killed night left, knowing the last edition: whether outputs were put in place. Under the home's lock only.

    Outputs of the last edition that are whole stay: what lies beside them then are those they took the place of.
    """
    beside, earlier, outputs = home / _NEXT, home / _EARLIER, home / OUTPUTS
    if earlier.exists() and not outputs.exists():
        earlier.rename(outputs)
    asked = (number, night, inputs)
    if not _whole_of(outputs, asked) and _whole_of(beside, asked):
        put_in_place(home)
        return True
    for left in (beside, earlier):
        shutil.rmtree(left, ignore_errors=True)
    return False


def _whole_of(folder: Path, edition: tuple[int, str, str]) -> bool:
    made = made_in(folder)
    return made is not None and made.is_of(*edition) and not faults_of(folder, made)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _is_as_made(path: Path, hashed: str) -> bool:
    try:
        return _sha256(path) == hashed
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
