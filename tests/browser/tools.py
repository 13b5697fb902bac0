"""Why: these tests need programs that Python does not bring; a test that can't run must say so, and in CI must fail.

With CASETALLY_BROWSER=required (CI sets it) a program that is lacking is a failure; else the test is skipped, loudly.
"""

from __future__ import annotations

import os
import shutil

import pytest

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "soffice": ("soffice", "libreoffice"),
    "pdftotext": ("pdftotext",),
    "pdftoppm": ("pdftoppm",),
}


def program(name: str) -> str:
    """The path of a program, by any of the names it goes by; without it the test is skipped, or fails where it is required."""
    for called in PROGRAMS[name]:
        if found := shutil.which(called):
            return found
    lacking = f"NOT RUN: {name} is not here. On Debian or Ubuntu, `.ci/install` installs it."
    if os.environ.get("CASETALLY_BROWSER") == "required":
        pytest.fail(lacking)
    pytest.skip(lacking)
