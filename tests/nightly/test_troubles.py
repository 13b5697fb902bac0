"""Why: at night disks fill up, files rot and sources go away: the last good night stays, and words say what to do."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pytest
from casetally.nights import place
from casetally.reports.run import RunRequest, run_all
from casetally.store.editions import EDITIONS_FILE
from cli.calling import Answer, call
from polars.testing import assert_frame_equal

from nightly.world import NIGHT, last_edition, log_lines, look_of, walk, write_config, write_export

SECOND, THIRD = NIGHT + dt.timedelta(1), NIGHT + dt.timedelta(2)
SETTLED = ["maturity", "settles_from", "settles_to"]  # a plain run knows of no nights before


def third(base: Path) -> Answer:
    return call("nightly", base / "nightly.toml", "--night", THIRD)


def must_be_words(answer: Answer, code: int | tuple[int, ...] = 2) -> None:
    assert answer.code in (code if isinstance(code, tuple) else (code,)), answer.err
    assert "Traceback" not in answer.err
    assert "fault of its own" not in answer.err


@pytest.mark.parametrize("harm", ["empty", "a text", "cut off", "another database", "a run's store"])
def test_editions_that_came_to_harm_are_said_and_not_touched(two_nights: Path, harm: str) -> None:
    home = two_nights / "home"
    path = home / EDITIONS_FILE
    whole = path.read_bytes()
    path.unlink()
    if harm == "another database":
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE TABLE nights (number INTEGER)")
    elif harm == "a run's store":
        assert (
            call("run", two_nights / "export", "--as-at", SECOND, "--months", 1, "--out", two_nights / "out").code == 0
        )
        shutil.copyfile(two_nights / "out" / "store.duckdb", path)
    else:
        path.write_bytes({"empty": b"", "a text": b"not a database " * 4000, "cut off": whole[: len(whole) // 2]}[harm])
    before = look_of(home)
    answer = third(two_nights)
    must_be_words(answer)
    assert EDITIONS_FILE in answer.err
    assert look_of(home) == before
    path.write_bytes(whole)  # as from a backup
    assert third(two_nights).code == 0


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_bit_is_found_or_does_no_harm(two_nights: Path, seed: int) -> None:
    home = two_nights / "home"
    path = home / EDITIONS_FILE
    contents = bytearray(path.read_bytes())
    chance = random.Random(seed)  # noqa: S311 - where it rots, no secret
    contents[chance.randrange(len(contents))] ^= 1 << chance.randrange(8)
    path.write_bytes(contents)
    before = look_of(home)
    answer = third(two_nights)
    if answer.code == 0:  # it lay where nothing is kept
        run = run_all(RunRequest((two_nights / "export",), THIRD, months=2))
        found = pl.read_parquet(home / "outputs" / "figures.parquet")
        assert_frame_equal(found.drop(SETTLED), run.figures.drop(SETTLED))
    else:
        must_be_words(answer)
        assert "is damaged" in answer.err
        assert look_of(home) == before


def test_editions_that_are_gone_are_not_begun_anew_in_silence(two_nights: Path) -> None:
    home = two_nights / "home"
    (home / EDITIONS_FILE).rename(two_nights / "away")
    answer = third(two_nights)
    must_be_words(answer)
    assert f"has outputs of edition 2 and its {EDITIONS_FILE} is gone" in answer.err
    assert "casetally restore" in answer.err
    assert not (home / EDITIONS_FILE).exists()
    (two_nights / "away").rename(home / EDITIONS_FILE)
    assert third(two_nights).code == 0


@pytest.mark.parametrize("stray", [b"", b"not a log of changes " * 100])
def test_a_stray_log_of_changes_beside_the_editions_changes_nothing_that_is_known(
    two_nights: Path, stray: bytes
) -> None:
    home = two_nights / "home"
    (home / f"{EDITIONS_FILE}.wal").write_bytes(stray)
    before = look_of(home)
    answer = third(two_nights)
    must_be_words(answer, (0, 2))
    if answer.code == 2:
        assert look_of(home) == before
        assert f"{EDITIONS_FILE}.wal" in answer.err
    else:
        assert last_edition(home).number == 3  # type: ignore[union-attr]


def test_of_five_at_once_one_works_and_the_others_say_so(two_nights: Path) -> None:
    home = two_nights / "home"
    lines = len(log_lines(home))
    command = [
        sys.executable,
        "-m",
        "casetally.cli",
        "nightly",
        str(two_nights / "nightly.toml"),
        "--night",
        str(THIRD),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as first:  # noqa: S603
        while len(log_lines(home)) == lines:
            assert first.poll() is None
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)
        before = look_of(home)
        for _ in range(4):
            answer = third(two_nights)
            must_be_words(answer, 6)
            assert f"process {first.pid}" in answer.err
        assert look_of(home) == before
        first.send_signal(signal.SIGCONT)
        assert first.wait() == 0
    ended = [line["outcome"] for line in log_lines(home)[lines:] if line["step"] == "night"]
    assert ended == ["done"]
    assert last_edition(home).number == 3  # type: ignore[union-attr]


class _Watcher:
    """Does something when a file of a folder is about to be opened for the so-many-th time. Audit hooks stay, so there is one."""

    def __init__(self) -> None:
        self.folder, self.left, self.do = "", 0, lambda: None
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and self.folder and str(arguments[0]).startswith(self.folder):
            self.left -= 1
            if self.left == 0:
                self.folder = ""
                self.do()


@pytest.fixture(scope="module")
def watcher() -> _Watcher:
    return _Watcher()


@pytest.mark.parametrize("opened", [1, 2, 3, 4])
@pytest.mark.parametrize("what", ["goes away", "is cut off"])
def test_a_source_that_changes_while_it_is_read(two_nights: Path, watcher: _Watcher, opened: int, what: str) -> None:
    """Every file is opened more than once: to see what it is, and to read it."""
    home, export = two_nights / "home", two_nights / "export"
    before = look_of(home)
    cut = (export / "contacts.csv").read_bytes()[:1500]

    def change() -> None:
        export.rename(two_nights / "away") if what == "goes away" else (export / "contacts.csv").write_bytes(cut)

    watcher.folder, watcher.left, watcher.do = str(export), opened, change
    answer = third(two_nights)
    watcher.folder = ""
    must_be_words(answer, (0, 2, 3, 5))
    if answer.code == 0:  # all had been read by then
        assert last_edition(home).number == 3  # type: ignore[union-attr]
    else:
        assert look_of(home) == before
    if what == "goes away" and (two_nights / "away").exists():
        (two_nights / "away").rename(export)
    write_export(export)
    assert third(two_nights).code == 0


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """A folder that can't be written to: for root, to whom permissions say nothing, mounted read-only over itself."""
    if os.geteuid():
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    mounted = [["mount", "--bind", folder, folder], ["mount", "-o", "remount,ro,bind", folder]]
    if any(subprocess.run(one, check=False, capture_output=True).returncode for one in mounted):  # noqa: S603
        subprocess.run(["umount", folder], check=False, capture_output=True)  # noqa: S603, S607
        pytest.skip("NOT RUN: this is root, to whom nothing is closed, and it may not mount")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)  # noqa: S603, S607


@pytest.mark.parametrize("name", [".", "outputs", "log"])
def test_a_folder_that_can_t_be_written_is_said_and_the_last_night_stays(two_nights: Path, name: str) -> None:
    home = two_nights / "home"
    before = look_of(home)
    with _read_only(home / name):
        answer = third(two_nights)
    must_be_words(answer)
    assert "can't be" in answer.err or "Nothing can be written" in answer.err
    made = place.made_in(home / "outputs")
    assert made is not None
    assert place.faults_of(home / "outputs", made) == []
    if name != "outputs":
        assert look_of(home) == before
    assert third(two_nights).code == 0
    assert last_edition(home).number == 3  # type: ignore[union-attr]


@pytest.mark.parametrize("room", [0, 300_000, 900_000])
def test_a_disk_that_is_really_full_is_said_and_the_next_night_works(two_nights: Path, room: int) -> None:
    home, disk = two_nights / "home", two_nights / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "none", disk]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("NOT RUN: a small disk can't be mounted here; the tests with a limit on files stand for it")
    try:
        shutil.copytree(home, disk / "home")
        write_config(two_nights, home='"disk/home"')
        write_export(two_nights / "export", moved=40)
        before = look_of(disk / "home")
        free = shutil.disk_usage(disk).free
        (disk / "filler").write_bytes(bytes(max(free - room, 0)))
        answer = third(two_nights)
        must_be_words(answer)
        assert "disk is full" in answer.err or "Nothing can be written" in answer.err
        assert look_of(disk / "home") == before
        (disk / "filler").unlink()
        assert third(two_nights).code == 0
        assert last_edition(disk / "home").number == 3  # type: ignore[union-attr]
    finally:
        subprocess.run(["umount", disk], check=False)  # noqa: S603, S607


def test_a_clock_that_went_back_keeps_nothing(two_nights: Path) -> None:
    home = two_nights / "home"
    before = look_of(home)
    write_export(two_nights / "export", moved=4)
    answer = call("nightly", two_nights / "nightly.toml", "--night", NIGHT)
    must_be_words(answer, (2, 5))
    assert "clock" in answer.err
    assert look_of(home) == before
    assert walk(two_nights / "nightly.toml", THIRD).number == 3
