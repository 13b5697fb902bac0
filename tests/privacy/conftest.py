"""Why: the planted records are made once, and every command is called once over them, in one folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli.calling import Answer, call

from privacy.commands import COMMANDS
from privacy.planting import plain_frames, spoilt, write_csv, write_parquet


@dataclass(frozen=True)
class Planted:
    """Folders of records: `clean` can be read and is marked, `csv` and `parquet` are spoilt too."""

    folder: Path
    clean: Path
    csv: Path
    parquet: Path


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("planted")
    frames = plain_frames(folder / "made up")
    wrong = spoilt(frames)
    return Planted(folder, write_csv(frames, folder / "clean"), write_csv(wrong, folder / "csv"),
                   write_parquet(wrong, folder / "parquet"))  # fmt: skip


@dataclass(frozen=True)
class Called:
    """The folder that all commands were called from, the umask of then being as open as can be, and what they answered."""

    folder: Path
    answers: Mapping[str, Answer]


@pytest.fixture(scope="session")
def called(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Called:
    folder = tmp_path_factory.mktemp("working")
    answers = {}
    before = os.umask(0)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            for command in COMMANDS:
                command.first(folder, planted.csv)
                answers[command.name] = call(*command.words(planted.csv))
    finally:
        os.umask(before)
    return Called(folder, answers)
