"""Why: a browser takes seconds to start and a report seconds to make, so the tests here share both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.browser.made import Made, make, shared_by_workers
from tests.browser.tools import program

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's browser; the library that steers it brings none of its own."""
    from playwright.sync_api import sync_playwright

    path = program("chromium")
    with (
        sync_playwright() as started,
        closing(
            started.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        ) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], Made]:
    """A report by its key, made once for all workers."""
    shared = shared_by_workers(tmp_path_factory, request.config)
    return lambda key: make(key, shared)
