"""Why: several tests look at the same two nights, which are walked once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from nightly.world import NIGHT, walk, write_config, write_export


@pytest.fixture(scope="session")
def _two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("nights")
    write_export(base / "export")
    walk(write_config(base))
    write_export(base / "export", moved=3)
    walk(base / "nightly.toml", NIGHT + dt.timedelta(1))
    return base


@pytest.fixture
def two_nights(_two_nights: Path, tmp_path: Path) -> Path:
    """A folder of one's own with an export, a configuration and the home of two good nights."""
    base = tmp_path / "two"
    shutil.copytree(_two_nights, base)
    return base
