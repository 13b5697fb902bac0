"""Why: every test of sealing starts without a key in its surroundings, and with one of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.sealed import KEY, KEY_FILE, RECIPIENT, Key

from sealed.homes import make_home

MINE, OTHERS = Key.made(), Key.made()


@pytest.fixture(autouse=True)
def no_key_about(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key in the environment, and a current folder of one's own."""
    for name in (KEY, KEY_FILE, RECIPIENT, "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def key() -> Key:
    return MINE


@pytest.fixture
def other() -> Key:
    return OTHERS


@pytest.fixture
def key_file(tmp_path: Path, key: Key) -> Path:
    """The key in a file, as `casetally key` leaves it."""
    path = tmp_path / "my.key"
    path.write_text(key.as_file(), encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")
