"""Why: whoever waits at a terminal sees what is done and how far it is; a pipe, a file and a program see nothing of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from casetally import cli
from casetally.reports.progress import Told, telling

pty = pytest.importorskip("pty", reason="NOT RUN: this system has no pseudo-terminals")

RECORDS = "children.csv", "child_id\nc1\n"
RUN = ("run", "records", "--as-at", "2024-03-31", "--months", "1", "--report", "core")
# a piece of work that tells its steps and waits a moment in each, so that they are drawn
WORK = """
import sys, time
from casetally.reports.progress import telling
with telling(("first", "second")) as tell:
    tell("first"); time.sleep({wait}); tell("second"); tell.of(3, 12); time.sleep({wait})
print("done")
"""
WORKING, AT_ONCE = WORK.format(wait=1.5), WORK.format(wait=0.01)


class Terminal:
    """A command on a pseudo-terminal: what it shows there, and its exit code."""

    def __init__(
        self, *command: str, cwd: Path, columns: int = 80, out: Path | None = None, **environment: str
    ) -> None:
        import fcntl
        import struct
        import termios

        self.shown = b""
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            if out is not None:
                os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
            os.execve(command[0], command, {**kept, "TERM": "xterm", **environment})  # noqa: S606
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read_until(self, text: bytes, *, seconds: float = 60) -> None:
        """Read on until a text is shown, or all is."""
        until = time.monotonic() + seconds
        while text not in self.shown and time.monotonic() < until:
            try:
                piece = os.read(self.descriptor, 65536)
            except OSError:  # the other side has closed
                return
            if not piece:
                return
            self.shown += piece

    def type(self, text: bytes) -> None:
        os.write(self.descriptor, text)

    def end(self) -> int:
        self.read_until(b"\0 never shown")
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.descriptor)
        return code


def python(code: str, cwd: Path, **options: object) -> Terminal:
    return Terminal(sys.executable, "-c", code, cwd=cwd, **options)  # type: ignore[arg-type]


def casetally(*arguments: str, cwd: Path, **options: object) -> Terminal:
    return Terminal(sys.executable, "-m", "casetally.cli", *arguments, cwd=cwd, **options)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / RECORDS[0]).write_text(RECORDS[1], encoding="utf-8")
    return tmp_path


def test_a_terminal_shows_each_step_as_one_of_so_many_and_how_far_it_is(tmp_path: Path) -> None:
    seen = python(WORKING, tmp_path)
    assert seen.end() == 0
    assert b"1 of 2: first (" in seen.shown
    assert b"2 of 2: second, 3 of 12 (" in seen.shown


def test_what_it_showed_is_gone_at_the_end(tmp_path: Path) -> None:
    seen = python(WORKING, tmp_path)
    seen.end()
    assert seen.shown.rstrip().endswith(b"\x1b[2Kdone")  # the line taken back
    assert seen.shown.rindex(b"\x1b[?25h") > seen.shown.rindex(b"\x1b[?25l")  # and the cursor there again


def test_what_is_done_in_a_moment_shows_nothing(tmp_path: Path) -> None:
    seen = python(AT_ONCE, tmp_path)
    seen.end()
    assert seen.shown == b"done\r\n"


@pytest.mark.parametrize("forced", [{}, {"FORCE_COLOR": "1"}, {"TTY_COMPATIBLE": "1"}])
def test_a_pipe_sees_nothing(tmp_path: Path, forced: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WORKING], cwd=tmp_path, capture_output=True, check=True, env={**os.environ, **forced}
    )
    assert (done.stdout, done.stderr) == (b"done\n", b"")


def test_a_terminal_that_can_t_take_a_line_back_gets_each_step_once(tmp_path: Path) -> None:
    seen = python(WORKING, tmp_path, TERM="dumb")
    seen.end()
    assert seen.shown == b"1 of 2: first\r\n2 of 2: second\r\ndone\r\n"


def test_a_narrow_terminal_gets_one_line_that_fits(tmp_path: Path) -> None:
    seen = python(WORKING, tmp_path, columns=12)
    seen.end()
    drawn = [text for text in re.split(rb"\r|\n|\x1b\[[?\d]*[a-zA-Z]", seen.shown) if b"1 of 2" in text]
    assert drawn
    assert max(len(text.decode()) for text in drawn) <= 12


def test_without_colour_no_colour_is_sent(tmp_path: Path) -> None:
    seen = python(WORKING, tmp_path, NO_COLOR="1")
    seen.end()
    assert b"1 of 2: first" in seen.shown
    assert not re.search(rb"\x1b\[[\d;]*m", seen.shown)


def test_ctrl_c_leaves_a_clean_line_and_its_own_exit_code(folder: Path) -> None:
    seen = casetally(*RUN, cwd=folder)
    seen.read_until(b"of 6: ")
    seen.type(b"\x03")
    assert seen.end() == 130
    assert b"Traceback" not in seen.shown
    assert b"fault of its own" not in seen.shown
    assert seen.shown.endswith(b"\x1b[2K")
    assert not (folder / "out").exists()
    assert [path.name for path in folder.iterdir()] == ["records"]


def test_a_program_gets_its_json_while_the_terminal_shows_the_steps(folder: Path) -> None:
    seen = casetally(*RUN, "--json", cwd=folder, out=folder / "answer.json")
    assert seen.end() == 0
    assert json.loads((folder / "answer.json").read_text())["rows"] == 1
    assert re.search(rb"\d of 6: ", seen.shown)


def test_a_run_without_a_terminal_says_nothing_of_its_steps(folder: Path) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "casetally.cli", *RUN], cwd=folder, capture_output=True, text=True, check=True
    )
    assert "of 6" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_ctrl_c_is_told_by_its_exit_code_whatever_the_database_makes_of_it() -> None:
    def query() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            raise RuntimeError("the query was interrupted") from None

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as ended:
        cli.stoppable(query)
    assert ended.value.code == 130
    assert signal.getsignal(signal.SIGINT) is before


def test_a_fault_that_nobody_asked_for_stays_a_fault() -> None:
    def fails() -> None:
        raise RuntimeError("by itself")

    with pytest.raises(RuntimeError, match="by itself"):
        cli.stoppable(fails)


def test_a_line_says_which_step_it_is_and_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(("reading", "checking"))
    monkeypatch.setattr("time.monotonic", lambda: told.began + 65)
    assert told.line() == "starting (1 min 05 s)"
    told.step("checking")
    told.of(1234, 5678)
    assert told.line() == "2 of 2: checking, 1,234 of 5,678 (1 min 05 s)"
    told("reading")  # a step is told by calling too, and what was said of the one before is over
    assert told.line() == "1 of 2: reading (1 min 05 s)"
    told.of(0, 1)
    assert told.line() == "1 of 2: reading (1 min 05 s)"
    told.step("something else")
    assert told.line() == "something else (1 min 05 s)"


def test_going_through_items_tells_of_each(capfd: pytest.CaptureFixture[str]) -> None:
    told = Told()
    assert [(item, told.parts) for item in told.through("abc")] == [("a", "0 of 3"), ("b", "1 of 3"), ("c", "2 of 3")]
    with telling() as silent:
        assert list(silent.through("abc")) == ["a", "b", "c"]
    assert capfd.readouterr() == ("", "")
