"""Why: whoever has a recipient can seal anything for it: what opens is still held to be a backup of ours, or refused in words."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from casetally.sealed import Key, seal
from cli.calling import Answer, call

EDITIONS = ("editions.duckdb", b"x" * 100)


def _archive(*entries: tuple[str, bytes], **said: Any) -> bytes:
    files = [{"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in entries]
    manifest = {
        "made_by": "casetally backup",
        "version": "1",
        "when": "2024-04-02T00:00:00+00:00",
        "left_out": [],
        "files": files,
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({**manifest, **said}))
        for name, data in entries:
            archive.writestr(name, data)
    return held.getvalue()


def _restored(folder: Path, archive: bytes) -> Answer:
    key = Key.made()
    (folder / "my.key").write_text(key.as_file())
    (folder / "my.key").chmod(0o600)
    (folder / "a.zip.age").write_bytes(seal(archive, [key.recipient]))
    return call("restore", folder / "a.zip.age", "--to", folder / "to", "--key", folder / "my.key")


def test_what_is_a_backup_comes_back(tmp_path: Path) -> None:
    """So that the refusals below are of what they change."""
    assert _restored(tmp_path, _archive(EDITIONS)).code == 0
    assert (tmp_path / "to" / "editions.duckdb").read_bytes() == EDITIONS[1]


@pytest.mark.parametrize(
    "archive",
    [
        _archive(EDITIONS, files=[{"name": EDITIONS[0], "size": 1e999, "sha256": "x"}]),
        _archive(EDITIONS, ("abc\u00e9", b"1")).replace("\u00e9".encode(), b"\xff\xfe"),
        _archive(("summary.txt", b"1")),
        _archive(),
    ],
    ids=["a size without end", "a name that is no text", "no editions", "nothing"],
)
def test_what_is_no_backup_of_ours_is_refused_in_words(archive: bytes, tmp_path: Path) -> None:
    answer = _restored(tmp_path, archive)
    assert answer.code == 3, answer.err
    assert "no backup that casetally made" in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip.age", "my.key"]


def test_a_name_that_was_left_out_can_t_act_on_a_terminal(tmp_path: Path) -> None:
    answer = _restored(tmp_path, _archive(EDITIONS, left_out=["a\x1b[31m\nAll is well."]))
    assert answer.code == 0
    assert "\x1b" not in answer.err
    assert "\nAll is well." not in answer.err
