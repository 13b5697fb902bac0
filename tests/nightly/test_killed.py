"""Why: a night is killed at any point by a power cut or an impatient hand, and the last good one must be there all the same.

Two hundred nights are killed by default; CASETALLY_KILLS says how many instead. A failure names scene, seed and touch; to see it
again, in tests: `echo 'a night 80 20240402' | python -m nightly.killing FOLDER`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT RUN: this system has no fork and no SIGKILL")
TESTS = Path(__file__).parents[1]
KILLS = int(os.environ.get("CASETALLY_KILLS", "200"))
SEED = 20240402
BOTH_WHOLE = {"old editions, old outputs", "new editions, new outputs"}


class Driver:
    """The process that kills nights (`killing.py`), asked a line at a time."""

    def __init__(self, folder: Path) -> None:
        self.said = folder / "said"
        with self.said.open("w") as said:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "nightly.killing", str(folder / "nights")],
                cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True,
            )  # fmt: skip

    def play(self, scene: str, share: float) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{scene} {max(2, round(KILLS * share))} {SEED}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"failed": "the driver ended"}
        assert "failed" not in found, f"{found['failed']}\n{self.said.read_text()[-3000:]}"
        return found


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    one = Driver(tmp_path_factory.mktemp("killed"))
    yield one
    assert one.process.stdin is not None
    one.process.stdin.close()
    one.process.wait(60)


def test_a_night_killed_anywhere_leaves_the_old_or_the_new_and_the_next_one_heals(driver: Driver) -> None:
    found = driver.play("a night", 0.4)
    assert found["killed"] >= 0.25 * KILLS
    if KILLS >= 100:  # else chance may pass by what lies between two steps
        assert set(found["seen"]) == {*BOTH_WHOLE, "new editions, old outputs"}


def test_a_first_night_killed_anywhere_leaves_nothing_or_all_of_it(driver: Driver) -> None:
    found = driver.play("a first night", 0.1)
    assert found["killed"] >= 0.05 * KILLS
    assert set(found["seen"]) <= {*BOTH_WHOLE, "new editions, old outputs"}  # the old: none


def test_where_two_names_can_t_be_exchanged_outputs_are_put_back_or_finished(driver: Driver) -> None:
    found = driver.play("a night on a disk that can't exchange two names", 0.1)
    assert found["killed"] >= 0.05 * KILLS


def test_killed_while_letting_go_or_backing_up_the_next_run_does_what_was_left(driver: Driver) -> None:
    found = driver.play("a night that lets go and backs up", 0.25)
    assert found["killed"] >= 0.12 * KILLS
    if KILLS >= 100:
        assert set(found["seen"]) >= BOTH_WHOLE


def test_outputs_that_are_made_anew_without_an_edition_are_old_or_new(driver: Driver) -> None:
    found = driver.play("outputs made anew for others to open", 0.05)
    assert found["killed"] >= 0.02 * KILLS
    assert set(found["seen"]) <= {"same editions, old outputs", "same editions, new outputs"}


def test_a_child_being_forgotten_is_forgotten_when_it_is_begun_again(driver: Driver) -> None:
    found = driver.play("a child being forgotten", 0.1)
    assert found["killed"] >= 0.05 * KILLS
    assert set(found["seen"]) <= {*BOTH_WHOLE, "old editions, new outputs"}
