"""Why: what holds anything of a child can be read by its owner alone, whatever the umask, and is whole or not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from casetally import owner_only
from casetally.reports.outputs import RUN_FILE, written_whole

from privacy.commands import SOURCE
from privacy.conftest import Called

pytestmark = pytest.mark.skipif(os.name == "nt", reason="NOT RUN: Windows knows no permissions of this kind")

# what is made to be handed on, or holds no record, is as open as the umask says
FOR_OTHERS = ("open", "reports", "proposed", "mapping.yaml", "printed.csv", "nightly.toml", "made", SOURCE.name)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def test_all_that_the_commands_wrote_is_its_owners_alone(called: Called) -> None:
    """They were called under a umask that leaves everything open."""
    found, seen = {}, 0
    for path in sorted(called.folder.rglob("*")):
        if path.relative_to(called.folder).parts[0] in FOR_OTHERS:
            continue
        seen += 1
        if mode(path) & 0o077:
            found[path.relative_to(called.folder).as_posix()] = oct(mode(path))
    assert seen > 20
    assert found == {}


def test_what_is_made_to_be_handed_on_is_as_open_as_the_umask_says(called: Called) -> None:
    assert mode(called.folder / "open") == 0o777
    assert {mode(path) for path in (called.folder / "open").iterdir()} == {0o666}


def test_a_file_is_closed_from_its_first_byte_and_replaced_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    path.write_text("earlier")
    path.chmod(0o666)
    seen = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append((mode(self), self.read_bytes(), target.read_bytes()))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    owner_only.write_whole(path, b"new")
    assert seen == [(0o600, b"new", b"earlier")]
    assert (mode(path), path.read_bytes()) == (0o600, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["log"]


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a").write_text("earlier")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        owner_only.write_whole(tmp_path / "a", b"new")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a", "earlier")]


def test_a_log_is_added_to_and_closed(tmp_path: Path) -> None:
    for line in (b"one\n", b"two\n"):
        owner_only.append(tmp_path / "log", line)
    assert (mode(tmp_path / "log"), (tmp_path / "log").read_bytes()) == (0o600, b"one\ntwo\n")


def test_folders_are_made_for_their_owner_and_those_that_are_there_stay(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir(mode=0o755)
    owner_only.make_folder(tmp_path / "there" / "new" / "newer")
    assert [mode(tmp_path / one) for one in ("there", "there/new", "there/new/newer")] == [0o755, 0o700, 0o700]
    assert (tmp_path / "there").stat().st_mode & 0o077
    assert not (tmp_path / "there" / "new").stat().st_mode & 0o077


def test_closing_a_folder_closes_all_in_it_and_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "out" / "deep").mkdir(parents=True)
    (tmp_path / "out" / "deep" / "a").write_text("x")
    (tmp_path / "elsewhere").write_text("x")
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    owner_only.close_folder(tmp_path / "out")
    assert [mode(tmp_path / one) for one in ("out", "out/deep", "out/deep/a", "elsewhere")] == [
        0o700,
        0o700,
        0o600,
        0o666,
    ]


def test_outputs_are_on_the_disk_before_they_get_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after the renaming then leaves no empty file under a final name."""
    out, order = tmp_path / "out", []
    fsync, rename = os.fsync, Path.rename

    def synced(number: int) -> None:
        order.append(Path(os.readlink(f"/proc/self/fd/{number}")).name)
        fsync(number)

    def renamed(self: Path, target: Path) -> Path:
        order.append("renamed")
        return rename(self, target)

    if not Path("/proc/self/fd").exists():
        pytest.skip("NOT RUN: this system does not tell the name of an open file")
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    with written_whole(out) as folder:
        (folder / "figures.csv").write_text("new")
        (folder / "store.duckdb").write_text("new")
    assert sorted(order[:2]) == ["figures.csv", "store.duckdb"]
    assert order[2] == f".out.writing-{os.getpid()}"
    assert order[3:] == ["renamed", tmp_path.name]


def _earlier(out: Path) -> None:
    out.mkdir()
    (out / RUN_FILE).write_text("{}")
    (out / "figures.csv").write_text("earlier")


@pytest.mark.parametrize("at_once", [True, False])
def test_an_earlier_run_is_replaced_whether_or_not_the_system_can_exchange_names(
    at_once: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _earlier(tmp_path / "out")
    if not at_once:
        monkeypatch.setattr(owner_only, "exchanged", lambda *_: False)
    with written_whole(tmp_path / "out") as folder:
        (folder / "figures.csv").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [(path.name, path.read_text()) for path in (tmp_path / "out").iterdir()] == [("figures.csv", "new")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NOT RUN: only Linux exchanges names at once")
def test_at_no_moment_is_there_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where names can be exchanged, the folder of the earlier run is never moved away first."""
    _earlier(tmp_path / "out")
    monkeypatch.setattr(Path, "rename", lambda *_: pytest.fail("a folder was moved away"))
    with written_whole(tmp_path / "out") as folder:
        (folder / "figures.csv").write_text("new")
    assert (tmp_path / "out" / "figures.csv").read_text() == "new"


def test_what_a_killed_run_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".out.writing-999999"
    left.mkdir()
    (left / "store.duckdb").write_text("records")
    other = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", textwrap.dedent(f"""
            from pathlib import Path
            from casetally.reports.outputs import written_whole
            with written_whole(Path({str(tmp_path / "out")!r})) as folder:
                (folder / "figures.csv").write_text("other")
                print("writing", flush=True)
                input()
        """)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdin is not None
    assert other.stdout.readline() == "writing\n"
    with written_whole(tmp_path / "out") as folder:
        (folder / "figures.csv").write_text("ours")
        (folder / RUN_FILE).write_text("{}")
        writing = {f".out.writing-{number}" for number in (other.pid, os.getpid())}
        assert {path.name for path in tmp_path.iterdir()} == writing
    other.kill()
    other.wait()
    assert (tmp_path / "out" / "figures.csv").read_text() == "ours"
    with written_whole(tmp_path / "out") as folder:
        (folder / "figures.csv").write_text("later")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_outputs_that_a_killed_run_had_moved_away_are_put_back(tmp_path: Path) -> None:
    _earlier(tmp_path / ".out.earlier-999999")  # between its two renames

    def fail() -> None:
        with written_whole(tmp_path / "out"):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "figures.csv").read_text() == "earlier"
