"""Why: what a kill leaves must be looked at after many kills, so a process that has everything loaded starts night after night.

`python -m nightly.killing FOLDER KILLS SEED`, from the tests. Each night is a fork of its own, killed with SIGKILL: every other one
when it is about to touch a file for the n-th time, the rest after a stretch of time. After each, a fork looks at the home. It ends
with a night that is let through, and prints what it saw as JSON; an assertion that fails ends it with a traceback.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from casetally.definitions.library import load_library

from nightly.world import NIGHT, write_config, write_export

_TOUCHES = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "shutil.copyfile",
    "shutil.rmtree",
}
_SLOW = 120.0  # seconds, after which a fork that hangs is ended


def in_a_fork(call: Callable[[], None], kill_after: float = _SLOW) -> int:
    """Run something in a fork: its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            call()
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    ends = time.monotonic() + kill_after
    while time.monotonic() < ends:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def night_of(base: Path, at: int, kill_at: int = 0) -> Callable[[], None]:
    """Night number `at`, on records of its own; it kills itself when it touches a file for the `kill_at`-th time."""

    def call() -> None:
        from nightly.world import walk

        touched = 0

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal touched
            writes = (
                event == "open"
                and isinstance(arguments[2], int)
                and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            )
            if writes or event in _TOUCHES:
                touched += 1
                if touched == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        walk(base / "nightly.toml", NIGHT + dt.timedelta(at))
        (base / "touched").write_text(str(touched))

    return call


def look(base: Path, before: int) -> Callable[[], None]:
    """See that the home is whole: editions that open, outputs of the old or the new edition, each file as it was made."""

    def call() -> None:
        from casetally.reports.known_at import open_known
        from casetally.reports.nightly import place
        from casetally.store.editions import EDITIONS_FILE

        from nightly.world import last_edition

        home = base / "home"
        last = last_edition(home)
        assert last is not None
        assert last.number in (before, before + 1), (last.number, before)
        store, _ = open_known(home / EDITIONS_FILE, None)
        assert store.rows("SELECT count(*) FROM contacts") == [(60,)]
        store.close()
        made = place.made_in(home / place.OUTPUTS)
        assert made is not None, "the outputs lack"
        assert made.number in (before, last.number), (made.number, before, last.number)
        assert place.faults_of(home / place.OUTPUTS, made) == []
        files = {
            path.relative_to(home / place.OUTPUTS).as_posix()
            for path in (home / place.OUTPUTS).rglob("*")
            if path.is_file()
        }
        assert files == {*made.files, "run.json"}
        (base / "last").write_text(str(last.number))

    return call


def same_as_a_run(base: Path) -> Callable[[], None]:
    """The figures in the outputs are those of a plain run on the same records."""

    def call() -> None:
        import polars as pl
        from casetally.reports.run import RunRequest, run_all
        from polars.testing import assert_frame_equal

        run = run_all(RunRequest((base / "export",), NIGHT, months=2))
        found = pl.read_parquet(base / "home" / "outputs" / "figures.parquet")
        settled = ["maturity", "settles_from", "settles_to"]  # a plain run knows of no nights before
        assert_frame_equal(found.drop(settled), run.figures.drop(settled))

    return call


def main() -> None:
    base, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)  # noqa: S311 - where to kill, no secret
    load_library()
    write_config(base, as_at=f'"{NIGHT}"')
    began = time.monotonic()
    for at in (0, 1):
        write_export(base / "export", moved=at)
        assert in_a_fork(night_of(base, at)) == 0
    seconds, touches = (time.monotonic() - began) / 2, int((base / "touched").read_text())
    last, ends = 2, []
    for at in range(2, kills + 2):
        write_export(base / "export", moved=at % 9)
        by_touch = at % 2 == 0
        kill_at = chance.randint(1, touches) if by_touch else 0
        ends.append(in_a_fork(night_of(base, at, kill_at), _SLOW if by_touch else chance.uniform(0, seconds)))
        assert ends[-1] in (0, -signal.SIGKILL)
        assert in_a_fork(look(base, last)) == 0, f"after kill {at - 1}, at touch {kill_at} of {touches}"
        last = int((base / "last").read_text())
    final = kills + 2
    assert in_a_fork(night_of(base, final)) == 0
    assert in_a_fork(look(base, last)) == 0
    assert in_a_fork(same_as_a_run(base)) == 0
    left = sorted(path.name for path in (base / "home").iterdir())
    sys.stdout.write(
        json.dumps({"killed": ends.count(-signal.SIGKILL), "touches": touches, "editions": last, "left": left}) + "\n"
    )


if __name__ == "__main__":
    main()
