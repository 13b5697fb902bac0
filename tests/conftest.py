"""Why: the facts that tests hold the engine against lie beside the project, and a test that can't see them must say so."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published facts beside the project; the test is skipped, and says so, where it is not there."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("NOT RUN: the published facts (../shared, beside the project) are not here")
    return folder
