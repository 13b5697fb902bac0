"""Why: a home is moved, comes back from a backup, or stands beside another's: its nights go on, and no backup of another's goes."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from cli.calling import call

from nightly.world import NIGHT, last_edition, look_of, write_config, write_export

SECOND, THIRD = NIGHT + dt.timedelta(1), NIGHT + dt.timedelta(2)
BACKUP = '[encryption]\nkey_file = "own.key"\n[backup]\nto = "{to}"\nkeep = 1\n'


def test_a_home_that_is_moved_with_its_configuration_goes_on(two_nights: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "place"
    moved.parent.mkdir()
    two_nights.rename(moved)
    answer = call("status", moved / "home", "--night", SECOND)
    assert answer.code == 0, answer.out + answer.err
    assert str(moved / "home") in answer.out
    before = look_of(moved / "home")
    assert "Nothing is new" in call("nightly", moved / "nightly.toml", "--night", SECOND).err
    assert look_of(moved / "home") == before
    assert call("nightly", moved / "nightly.toml", "--night", THIRD).code == 0
    assert last_edition(moved / "home").number == 3  # type: ignore[union-attr]


def test_a_copy_of_a_home_is_asked_of_itself(two_nights: Path, tmp_path: Path) -> None:
    shutil.copytree(two_nights, tmp_path / "copy")
    assert call("nightly", two_nights / "nightly.toml", "--night", THIRD).code == 0
    said = call("status", tmp_path / "copy" / "home", "--night", SECOND).out
    assert str(tmp_path / "copy" / "home") in said


def test_a_home_that_came_back_from_a_backup_goes_on_the_next_night(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    assert call("key", tmp_path / "own.key").code == 0
    config = write_config(tmp_path, BACKUP.format(to="backups"))
    assert call("nightly", config, "--night", NIGHT).code == 0
    write_export(tmp_path / "export", moved=3)
    assert call("nightly", config, "--night", SECOND).code == 0
    known = look_of(tmp_path / "home")
    backup = next((tmp_path / "backups").glob("*.age"))
    shutil.rmtree(tmp_path / "home")
    assert call("restore", backup, "--to", tmp_path / "home", "--key", tmp_path / "own.key").code == 0
    restored = look_of(tmp_path / "home")
    assert {name: one[2] for name, one in restored.items()} == {name: one[2] for name, one in known.items()}
    assert call("nightly", config, "--night", SECOND).code == 0  # nothing but another backup
    assert look_of(tmp_path / "home") == restored
    assert call("nightly", config, "--night", THIRD).code == 0
    assert last_edition(tmp_path / "home").number == 3  # type: ignore[union-attr]


def test_two_homes_do_not_share_a_folder_for_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would delete the other's as its own earlier ones."""
    for name in ("one", "other"):
        write_export(tmp_path / name / "export")
        assert call("key", tmp_path / name / "own.key").code == 0
        write_config(tmp_path / name, BACKUP.format(to="../backups"))
    assert call("nightly", tmp_path / "one" / "nightly.toml", "--night", NIGHT).code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "backups").iterdir()}
    answer = call("nightly", tmp_path / "other" / "nightly.toml", "--night", NIGHT)
    assert answer.code == 2
    assert "holds the backups of another home" in answer.err
    assert {path.name: path.read_bytes() for path in (tmp_path / "backups").iterdir()} == first
    assert call("nightly", tmp_path / "one" / "nightly.toml", "--night", SECOND).code == 0
