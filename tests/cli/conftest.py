"""Why: one run over the sample serves every command that reads a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.calling import AS_AT, SAMPLE, Answer, call


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """The folder a run over the sample was called from, and what it answered."""
    folder = tmp_path_factory.mktemp("working")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        answer = call("run", SAMPLE, "--as-at", AS_AT, "--months", 3, "--authority", "sampleshire")
    return folder, answer


@pytest.fixture
def working(ran: tuple[Path, Answer], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of that run, as the current one."""
    monkeypatch.chdir(ran[0])
    return ran[0]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder from which no run was made."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
