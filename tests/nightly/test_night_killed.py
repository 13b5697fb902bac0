"""Why: a night is killed at any point by a power cut or an impatient hand, and the last good one must be there all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
KILLS = int(os.environ.get("CASETALLY_KILLS", "4"))  # 200 before a release


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT RUN: this system has no fork and no SIGKILL")
def test_a_night_killed_anywhere_leaves_the_old_or_the_new_and_the_next_one_heals(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "nightly.killing", str(tmp_path), str(KILLS), "20240402"],
        cwd=TESTS, capture_output=True, text=True, check=False, timeout=60 + 15 * KILLS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["killed"] >= KILLS // 2
    assert found["left"] == ["config.toml", "editions.duckdb", "log", "nightly.json", "nightly.lock", "outputs"]
