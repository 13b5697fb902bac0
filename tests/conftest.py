"""Why: the facts that tests hold the engine against lie beside the project, and a test that can't see them must say so.

And a whole run should not end with one processor at work: what takes longest is begun first, and files that share a world of
records that is long in the making are run by one worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

TESTS = Path(__file__).parent
# folders of files that share a world
ONE_WORLD = ("privacy", "suppression", "published", "properties", "case_lists")
# the longest of all, by the clock, longest first: the rest fills in. They are marked `long`: `-m "not long"` leaves them out
LONG = (
    "nightly/test_killed.py",
    "browser/test_page_in_browser.py",
    "generative/test_engine_agrees.py",
    "published",
    "editions/test_any_night_again.py",
    "properties",
    "nightly/test_troubles.py",
    "privacy",
    "editions/test_known_at_commands.py",
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published facts beside the project; the test is skipped, and says so, where it is not there."""
    folder = TESTS.parents[1] / "shared"
    if not folder.is_dir():
        pytest.skip("NOT RUN: the published facts (../shared, beside the project) are not here")
    return folder


def _turn(item: pytest.Item) -> int:
    """When a test's turn comes, by its place below `tests`."""
    path = item.path.relative_to(TESTS).as_posix()
    turns = [turn for turn, begun in enumerate(LONG) if path == begun or path.startswith(f"{begun}/")]
    return turns[0] if turns else len(LONG)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    for item in items:
        if _turn(item) < len(LONG):
            item.add_marker("long")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """With `--dist loadfile` a file is run by one worker; here so is a folder that shares a world."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByWorld(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            room = file.removeprefix("tests/").split("/", 1)[0]
            return room if room in ONE_WORLD else file

    return ByWorld(config, log)
