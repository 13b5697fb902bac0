"""Why: a home that was made by hand is as open as its maker's umask, and still what a night writes there is its owner's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from casetally import owner_only
from casetally.nights.lock import AlreadyRunningError, held

pytestmark = pytest.mark.skipif(os.name == "nt", reason="NOT RUN: Windows knows no permissions of this kind")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir(mode=0o755)
    return tmp_path / "home"


def test_a_home_that_is_held_is_closed_to_others(home: Path) -> None:
    with held(home):
        assert mode(home) == 0o700
    assert mode(home) == 0o700


def test_what_its_owner_may_not_do_stays_so(home: Path) -> None:
    home.chmod(0o555)
    owner_only.close_to_others(home)
    assert mode(home) == 0o500


def test_what_is_written_while_it_is_held_is_closed_from_the_first_byte(home: Path) -> None:
    with held(home):
        (home / "by a library").write_text("records")
        assert mode(home / "by a library") == 0o600
    (home.parent / "after").write_text("x")
    assert mode(home.parent / "after") == 0o644


@pytest.mark.parametrize("fault", ["no permissions are kept", "somebody else's"])
def test_a_home_that_can_t_be_closed_is_held_all_the_same_and_its_files_are_closed(
    fault: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if fault == "somebody else's":
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    else:
        monkeypatch.setattr(Path, "chmod", refused)
    with held(home):
        assert mode(home) == 0o755
        (home / "by a library").write_text("records")
        assert mode(home / "by a library") == 0o600


def test_after_a_fault_files_are_made_as_before(home: Path) -> None:
    with pytest.raises(ValueError, match="x"), held(home):
        raise ValueError("x")
    with held(home), pytest.raises(AlreadyRunningError), held(home):
        pass
    assert os.umask(0o022) == 0o022
