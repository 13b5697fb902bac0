"""Why: every run asks this reader what it knows of what was given; where that is nothing, the asking must cost next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from casetally.sources.annex_a import claims
from casetally.sources.given import GivenFile, look_at

HEAVY = ("fastexcel", "pyarrow", "casetally.schemas", "casetally.sources.annex_a.reading")
ASK = """
import sys
from casetally.sources.annex_a import claims
from casetally.sources.given import look_at
assert claims(look_at([sys.argv[1]])) == []
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def fifty_csv_files(folder: Path) -> None:
    for at in range(50):
        (folder / f"table_{at}.csv").write_text("child_id,received_on\n1,2024-01-05\n")


def test_asking_loads_no_library_for_workbooks_and_nothing_that_makes_tables(tmp_path: Path) -> None:
    fifty_csv_files(tmp_path)
    asked = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ASK, str(tmp_path), *HEAVY], capture_output=True, text=True, check=True
    )
    assert asked.stdout.split() == []


def test_csv_files_of_other_names_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fifty_csv_files(tmp_path)
    given = look_at([tmp_path])

    def opened(file: GivenFile) -> bytes:
        raise AssertionError(f"{file.shown} was opened")

    monkeypatch.setattr(GivenFile, "head", property(opened))
    monkeypatch.setattr(GivenFile, "read", opened)
    assert claims(given) == []
