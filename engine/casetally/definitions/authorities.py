"""Why: what differs from one authority to the next is a file of that authority, never code.

`authorities/NAME.yaml` gives its name and code, its closure days, how day zero is counted and, where the records have none, the
population behind its rates.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import Field

from casetally.definitions.models import Part, read_model
from casetally.yaml_files import load_yaml


class Population(Part):
    mid_year: int
    population: int
    vintage: str | None = None
    source: str = ""


class Authority(Part):
    """One authority. `vintage` names the estimate that its rates rest on where there are several."""

    name: str
    code: str = ""
    day_zero: Literal["next", "previous"] = "next"
    closure_days: tuple[dt.date, ...] = Field(
        (), description="Days that are no working days here, beside bank holidays."
    )
    populations: tuple[Population, ...] = ()
    vintage: str | None = None


def authority_names(folders: tuple[Path, ...]) -> list[str]:
    """The names of the authorities that have a file."""
    return [path.stem for folder in folders for path in sorted((folder / "authorities").glob("*.yaml"))]


def find_authority(folders: tuple[Path, ...], wanted: str) -> Authority | None:
    """The authority whose file, name or code is `wanted`; None where no file is about it."""
    for folder in reversed(folders):
        for path in sorted((folder / "authorities").glob("*.yaml")):
            document = load_yaml(path, f"{folder.name}/authorities/{path.name}")
            authority = read_model(Authority, document.data, document)
            if wanted.lower() in (path.stem.lower(), authority.name.lower(), authority.code.lower()):
                return authority
    return None
