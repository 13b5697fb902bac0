"""Why: a kill does other harm to a first night than to one that lets go of old nights, so each is a scene of its own.

A night in a scene is what `casetally nightly` walks through, on two tables and nine indicators, so that hundreds of it are cheap.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casetally.calendar import Calendar
from casetally.definitions import library
from casetally.definitions.library import load_library
from casetally.shipped import shipped_folder

from nightly.world import NIGHT, walk, write_config, write_export

LOOKED_AT = "looked_at.json"
_LINES = ("contacts_received", "contacts_to_social_care")
_ONE_DAY = dt.timedelta(1)
_LETS_GO = "[retention]\neditions_days = 1\nmonth_ends_months = 0\n"
_BACKS_UP = '[encryption]\nkey_file = "own.key"\n[backup]\nto = "backups"\nkeep = 1\n'

Doing = Callable[[Path], object]


@dataclass(frozen=True)
class Scene:
    """Nights before, what the sources are by tonight, and tonight, each given the folder of all.

    `may_lack`: a kill may leave no outputs at all (a first night; a disk that can't exchange two names). `may_run_ahead`: outputs
    may change before the editions do (a child is forgotten: what is stopped midway is begun again). `between`: what the editions
    may tell, beside what they told before and after.
    """

    name: str
    before: tuple[Doing, ...]
    sources: Doing
    night: Doing
    may_lack: bool = False
    may_run_ahead: bool = False
    between: Callable[[Any, Any], list[Any]] = lambda old, new: []


def work_of(base: Path) -> Path:
    """The one folder in which every scene is played: outputs name the folder that they were made in."""
    return base / "work"


def few_definitions(base: Path) -> None:
    """Let this process know no definitions but those of contacts, and load them."""
    folder = base / "shipped" / "definitions"
    shutil.copytree(shipped_folder("definitions"), folder)
    for path in [*(folder / "indicators").iterdir(), *(folder / "records").iterdir(), *(folder / "reports").iterdir()]:
        if path.stem != "contacts":
            path.unlink()
    lines = "".join(f"      - {one}\n" for one in _LINES)
    (folder / "reports" / "core.yaml").write_text(f"title: Few\nsections:\n  - title: Few\n    lines:\n{lines}")
    library.shipped_folder = lambda name: folder if name == "definitions" else shipped_folder(name)  # type: ignore[attr-defined]
    load_library()
    Calendar.england()


def night(at: int, more: str = "", *, exchange: bool = True) -> Doing:
    """The night of a day, with a configuration of its own."""

    def doing(base: Path) -> None:
        from casetally import owner_only

        if not exchange:
            owner_only.exchanged = lambda one, other: False  # type: ignore[assignment]
        walk(write_config(base, more), NIGHT + at * _ONE_DAY)

    return doing


def records(moved: int) -> Doing:
    return lambda base: write_export(base / "export", moved=moved)


def _key(name: str) -> Doing:
    def doing(base: Path) -> None:
        from cli.calling import call

        assert call("key", base / name).code == 0

    return doing


def doubled(base: Path) -> None:
    """Two children who have a second row, which a finding names."""
    write_export(base / "export")
    with (base / "export" / "children.csv").open("a") as file:
        file.write("child-000,2012-01-01,F,WBRI\nchild-001,2012-01-01,F,WBRI\n")


def forget(base: Path) -> None:
    """A child is forgotten; begun again after it is gone, there is none to forget."""
    from cli.calling import call

    answer = call("forget", "child-000", "--home", base / "home", "--yes")
    assert answer.code == 0 or "No edition knows a child 'child-000'" in answer.err, answer.err


def _after_retention(old: Any, new: Any) -> list[Any]:
    """All that was known before and tonight too: the night before it lets go."""
    return [{**old, **new}]


def look(base: Path) -> None:
    """What the editions tell, into `LOOKED_AT`: of each its night, and a hash of all figures worked out from it anew."""
    from casetally.reports import run as as_any_run
    from casetally.reports.known_at import recall
    from casetally.reports.run import Run, RunRequest
    from casetally.schemas import load_schemas
    from casetally.store.editions import EDITIONS_FILE, open_editions

    editions = open_editions(base / "home" / EDITIONS_FILE, load_schemas())
    told = {}
    for one in editions.all():
        run = Run(RunRequest((), one.as_at), None)
        as_any_run.use(run, recall(editions, one))
        as_any_run.calculate(run)
        kept = editions.figures(until=one.number + 1)
        told[str(one.number)] = [
            str(one.known_on),
            hashed_figures(run.figures),
            kept.filter(kept["until"].is_null()).height,
        ]
        run.store.close()
    editions.close()
    (base / LOOKED_AT).write_text(json.dumps(told))


def rows_in(base: Path) -> None:
    """A hash of all rows of all tables of the editions, into `LOOKED_AT`."""
    from casetally.schemas import load_schemas
    from casetally.store.editions import EDITIONS_FILE, open_editions

    editions = open_editions(base / "home" / EDITIONS_FILE, load_schemas())
    hashed = hashlib.sha256()
    names = editions.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'editions' ORDER BY ALL")
    for (name,) in names:
        found = editions.rows(f'SELECT * FROM editions.main."{name}" ORDER BY ALL')
        hashed.update(f"{name}: {found}".encode())
    editions.close()
    (base / LOOKED_AT).write_text(hashed.hexdigest())


def hashed_figures(figures: Any) -> str:
    """A hash of figures but for what a plain run can't know: how they usually settle."""
    unsettled = figures.drop("maturity", "settles_from", "settles_to")
    return hashlib.sha256(unsettled.write_csv().encode()).hexdigest()


def _two(more: str = "") -> tuple[Doing, ...]:
    return (records(0), night(0, more), records(1), night(1, more))


SCENES = {
    one.name: one
    for one in (
        Scene("a first night", (), records(0), night(0), may_lack=True),
        Scene("a night", _two(), records(4), night(2)),
        Scene("a night on a disk that can't exchange two names", _two(), records(4), night(2, exchange=False), may_lack=True),
        Scene("a night that lets go and backs up", (_key("own.key"), *_two(_BACKS_UP)), records(4), night(2, _BACKS_UP + _LETS_GO),
              between=_after_retention),
        Scene("a child being forgotten", (doubled, night(0), night(1)), doubled, forget, may_run_ahead=True),
        Scene("outputs made anew for others to open", (_key("own.key"), *_two()), records(1), night(1, _BACKS_UP)),
    )
}  # fmt: skip
