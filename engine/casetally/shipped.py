"""Why: the schemas and definitions that ship with the program must be found both in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def shipped_folder(name: str) -> Path:
    """The folder `schemas`, `definitions` or `sample_data/published`: inside the wheel, or at the root of a checkout."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _CHECKOUT / name
