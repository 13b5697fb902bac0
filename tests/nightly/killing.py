"""Why: what a kill leaves must be looked at after hundreds of kills, so one process has all loaded and every night is a fork of it.

`python -m nightly.killing FOLDER`, from the tests, reads lines `SCENE KILLS SEED` and answers each with a line of JSON: what was
seen, or `failed` with the kill that can be replayed. No thread of a library may run in the process that forks, so it reads no
records itself: what a night imports on its way is found out by a first fork, and imported beforehand.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # before it is imported: small records, and two hundred nights

from nightly.scenes import LOOKED_AT, SCENES, Scene, few_definitions, look, rows_in, work_of

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


def in_a_fork(call: Callable[[], object], kill_after: float = _SLOW) -> int:
    """Run something in a fork: its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            call()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    ends = time.monotonic() + kill_after
    while time.monotonic() < ends:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def counted(call: Callable[[], object], kill_at: int, note: Path) -> Callable[[], None]:
    """A call that kills itself when it is about to touch a file for the `kill_at`-th time.

    Else it notes how often it did, and at which touch the editions got their name (0: at none).
    """

    def doing() -> None:
        touched = kept_at = 0

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal touched, kept_at
            how = arguments[2] if event == "open" else None
            writes = isinstance(how, int) and how & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes or event in _TOUCHES:
                touched += 1
                if event == "os.rename" and str(arguments[1]).endswith("/editions.duckdb"):
                    kept_at = touched
                if touched == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        call()
        note.write_text(json.dumps([touched, kept_at]))

    return doing


@dataclass
class Watch:
    """A scene being played again and again in one folder: `before` is copied there, then a night is killed."""

    scene: Scene
    base: Path
    seconds: float = 0.0
    quiet: float = 0.0  # of these, those before anything but a log is written
    touches: int = 0
    kept_at: int = 0  # the touch at which the editions get their name
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)  # of a file of editions, by its hash: what it tells
    recalled: dict[str, Any] = field(default_factory=dict)  # the same, by a hash of its rows
    seen: set[str] = field(default_factory=set)
    healed: set[str] = field(default_factory=set)

    @property
    def before(self) -> Path:
        return self.base.with_name(f"{self.base.name}.before")

    def again(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)
        shutil.copytree(self.before, self.base)

    def state(self) -> dict[str, Any]:
        """What stands in the home now: what the editions tell, each output's hash, the backups, and what else lies there."""
        home = self.base / "home"
        editions, outputs = home / "editions.duckdb", home / "outputs"
        told = None
        if editions.exists():
            hashed = _sha256(editions)
            if hashed not in self.known:
                self.known[hashed] = self._told()
            told = self.known[hashed]
        files = {path.relative_to(outputs).as_posix(): _sha256(path) for path in outputs.rglob("*") if path.is_file()}
        backups = self.base / "backups"
        return {
            "editions": told,
            "outputs": files or None,
            "lies about": _names(home, "home") + [name for name in _names(backups, "backups") if "/." in name],
            "backups": sum(not name.startswith(".") for name in os.listdir(backups)) if backups.exists() else 0,
        }

    def _told(self) -> Any:
        """All rows of the file at first, for the same rows can lie in it otherwise; only those never seen are recalled."""
        assert in_a_fork(lambda: rows_in(self.base)) == 0, "the editions can't be read"
        rows = (self.base / LOOKED_AT).read_text()
        if rows not in self.recalled:
            assert in_a_fork(lambda: look(self.base)) == 0, "the editions can't be recalled"
            self.recalled[rows] = json.loads((self.base / LOOKED_AT).read_text())
        return self.recalled[rows]


def prepare(scene: Scene, base: Path) -> Watch:
    """The nights before, and the night to be killed once unkilled: what is measured and held against comes from it."""
    watch = Watch(scene, base)
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    for night in scene.before:
        assert in_a_fork(lambda one=night: one(base)) == 0  # type: ignore[misc]
    assert in_a_fork(lambda: scene.sources(base)) == 0
    shutil.copytree(base, watch.before)
    watch.old = watch.state()
    began = time.monotonic()
    assert in_a_fork(counted(lambda: scene.night(base), 0, base / "touched")) == 0
    watch.seconds = time.monotonic() - began
    watch.touches, watch.kept_at = json.loads((base / "touched").read_text())
    (base / "touched").unlink()
    steps = [json.loads(line) for path in (base / "home" / "log").iterdir() for line in path.read_text().splitlines()]
    last = [one for one in steps if one["run"] == steps[-1]["run"]]
    names = [one["step"] for one in last]
    writes = names.index("writing the outputs") if "writing the outputs" in names else 0
    watch.quiet = sum(one["seconds"] for one in last[:writes])
    watch.new = watch.state()
    return watch


def play(watch: Watch, kills: int, seed: int) -> dict[str, Any]:
    """Kill the night so many times, look after each, and see that the next one mends it. Raises AssertionError."""
    chance = random.Random(seed)  # noqa: S311 - where to kill, no secret
    killed = 0
    for at in range(kills):
        by_touch = at % 5 < 3
        kill_at = chance.randint(1, watch.touches) if by_touch else 0
        if at == 0 and watch.kept_at:  # the moment between editions and outputs is short: chance may miss it
            kill_at = watch.kept_at + 1
        after = _SLOW if by_touch else chance.uniform(watch.quiet if at % 5 == 3 else 0.0, watch.seconds)
        watch.again()
        night = counted(lambda: watch.scene.night(watch.base), kill_at, watch.base / "touched")
        ended = in_a_fork(night, after)
        where = f"kill {at} of {watch.scene.name}, seed {seed}: " + (
            f"at touch {kill_at} of {watch.touches}" if by_touch else f"after {after:.3f} of {watch.seconds:.3f} s"
        )
        try:
            assert ended in (0, -signal.SIGKILL), f"it ended with {ended}"
            (watch.base / "touched").unlink(missing_ok=True)
            killed += ended != 0
            _judge(watch)
        except AssertionError as fault:
            raise AssertionError(f"{where}: {fault}") from fault
    measured = {"touches": watch.touches, "seconds": round(watch.seconds, 2)}
    looked = {"recalled": len(watch.recalled), "healed": len(watch.healed)}
    return {"killed": killed, "seen": sorted(watch.seen), **measured, **looked}


def _judge(watch: Watch) -> None:
    found = watch.state()
    editions, outputs = (_which(watch, found, what) for what in ("editions", "outputs"))
    assert editions, f"editions are neither those before nor those after: {found['editions']}"
    allowed = ("old", "new", *(("none",) if watch.scene.may_lack else ()))
    assert outputs in allowed, f"outputs are neither those before nor those after: {found['outputs']}"
    ahead = outputs == "new" and editions == "old"
    assert not ahead or watch.scene.may_run_ahead, "outputs of an edition that is not kept"
    watch.seen.add(f"{editions} editions, {outputs} outputs")
    kind = json.dumps([editions, found["editions"], outputs, found["lies about"], found["backups"]])
    if kind in watch.healed:
        return  # what lies there so was mended before
    watch.healed.add(kind)
    assert in_a_fork(lambda: watch.scene.night(watch.base)) == 0, f"the next night fails, after {kind}"
    now = watch.state()
    differs = [what for what in now if now[what] != watch.new[what]]
    assert not differs, (
        f"the next night leaves {differs} otherwise: {[(now[one], watch.new[one]) for one in differs]}, after {kind}"
    )


def _which(watch: Watch, found: dict[str, Any], what: str) -> str:
    if found[what] == watch.new[what]:
        return "same" if found[what] == watch.old[what] else "new"
    if found[what] == watch.old[what]:
        return "old"
    if what == "editions":
        return "new" if found[what] in watch.scene.between(watch.old[what], watch.new[what]) else ""
    return "none" if found[what] is None else ""


def _names(folder: Path, called: str) -> list[str]:
    """What lies in a folder, without the part of a temporary name that differs each time."""
    if not folder.exists():
        return []
    return sorted({f"{called}/{name.split('.writing-')[0]}" for name in os.listdir(folder)})


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def import_what_a_night_imports(base: Path) -> None:
    """So that a fork does not import it: what a first night imported, without doing anything with it."""

    def night() -> None:
        for one in SCENES["a night"].before:
            one(base)
        (base / "imported").write_text("\n".join(sys.modules))

    base.mkdir()
    assert in_a_fork(night) == 0
    for name in (base / "imported").read_text().splitlines():
        with suppress(Exception):
            importlib.import_module(name)


def main() -> None:
    base = Path(sys.argv[1])
    few_definitions(base)
    import_what_a_night_imports(base / "first")
    for line in sys.stdin:
        name, kills, seed = line.rsplit(" ", 2)
        try:
            answer = play(prepare(SCENES[name], work_of(base)), int(kills), int(seed))
        except BaseException as fault:
            answer = {"failed": str(fault) or repr(fault), "where": traceback.format_exc()}
        shutil.rmtree(work_of(base), ignore_errors=True)
        shutil.rmtree(work_of(base).with_name(f"{work_of(base).name}.before"), ignore_errors=True)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
