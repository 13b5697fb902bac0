"""Why: a command that stops hundreds of times to look for garbage, and finds none, keeps people waiting for nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

COUNTED = """
import atexit, gc, sys
looked = []
gc.callbacks.append(lambda phase, _: looked.append(phase) if phase == "start" else None)
from casetally.cli import main
begun = len(looked)
atexit.register(lambda: sys.stderr.write(f"\\nlooked: {len(looked) - begun} on at the end: {gc.isenabled()}"))
main()
"""


@pytest.fixture(scope="module")
def told() -> str:
    """What is told of a command that loads all definitions: how often it looked for garbage, and whether it would once more."""
    asked = [sys.executable, "-c", COUNTED, "indicators", "show", "icpc_15wd"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
    assert "icpc_15wd" in done.stdout
    return done.stderr


def test_a_command_looks_for_garbage_a_few_times_and_not_hundreds(told: str) -> None:
    assert int(told.split("looked: ")[1].split(maxsplit=1)[0]) < 10


def test_what_is_left_at_the_end_goes_with_the_process_without_a_last_look(told: str) -> None:
    assert told.endswith("on at the end: False")


def test_nothing_else_is_told_at_the_end(told: str) -> None:
    assert told.strip().startswith("looked: ")
