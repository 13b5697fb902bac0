"""Why: before anyone trusts a figure of this morning they should see whether the night was good, and how old what it tells is.

Everything is read from the home: editions, log, outputs. What can't be read is said and does not hide the rest.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casetally.duckdb_closed import can_encrypt, is_encrypted
from casetally.errors import CasetallyError
from casetally.figures.settling import lateness
from casetally.figures.settling.lateness import last_that_lags
from casetally.nights import place
from casetally.nights.config import NightlyConfig
from casetally.nights.facts import EditionFacts, facts_kept
from casetally.nights.home import opened
from casetally.nights.keeping.backup import backups_in
from casetally.nights.log import Entry, nights_told
from casetally.nights.sealing import recipients_of
from casetally.reports.settling import why_untold
from casetally.store.editions import EDITIONS_FILE, Edition

GOOD = ("done", "nothing_new")
OLD_AFTER = 2  # days
_FOLLOWED = 45  # days
_WEEKS = "eleven weeks"  # these days and four weeks of dates


@dataclass(frozen=True)
class Fresh:
    """How fresh a table is: its rows, the day its latest record begins, how many days that lies before the night.

    `usual`: the share (0 to 1) of its records that are known within 5 days, as the nights so far tell; None where they don't. It
    is told once dates were followed for 45 days: of records known within 8 days nearly all are known within 5.
    """

    table: str
    rows: int
    latest: dt.date | None
    days: int | None
    usual: float | None = None


@dataclass(frozen=True)
class Status:
    """How a home stands. `problems`: why the answer is not good, as sentences; `protection`: what is encrypted by what.

    `usual_untold`: why no table has a `usual` share, where that is because nights speak for a day long before their own.
    """

    home: Path
    last: Edition | None
    ended_at: str
    since: Sequence[Entry]  # runs after the last good one, which all failed
    tables: Sequence[Fresh]
    outputs: str
    protection: Mapping[str, str]
    backup: str
    space: Mapping[str, int]  # bytes
    problems: Sequence[str]
    usual_untold: str = ""


def status_of(config: NightlyConfig, today: dt.date, older_than: int = OLD_AFTER) -> Status:
    """How a home stands on a day. A last good night more than `older_than` days ago is a problem, as is one that failed since."""
    home = config.home
    last, tables, untold, problems = _editions(config)
    runs = nights_told(home)
    good = [at for at, run in enumerate(runs) if run.outcome in GOOD]
    since = runs[good[-1] + 1 :] if good else runs
    if last is None and not problems:
        problems.append("No night was kept yet.")
    if last is not None and (today - last.known_on).days > older_than:
        problems.append(f"The last good night is {(today - last.known_on).days} days ago.")
    problems += [f"The night of {run.night} {_ended(run)}." for run in since[-1:]]
    outputs, fault = _outputs(home, last)
    problems += [fault] if fault else []
    backup, fault = _backup(config, today, older_than)
    problems += [fault] if fault else []
    ended = runs[good[-1]].at if good else ""
    return Status(
        home, last, ended, since, tables, outputs, _protection(config), backup, _space(config), problems, untold
    )


def _editions(config: NightlyConfig) -> tuple[Edition | None, Sequence[Fresh], str, list[str]]:
    """The last edition, how fresh its tables are, why their usual share is not told, and what is wrong."""
    if not (config.home / EDITIONS_FILE).exists():
        return None, (), "", []
    try:
        with opened(config.home, config.encryption) as editions:
            last = editions.latest()
            facts = facts_kept(editions, last) if last else None
            nights = editions.nights()
            late = lateness(editions.first_seen(), nights)
            begins = {table.table: table.begins for table in editions.schemas.tables.values()}
    except CasetallyError as fault:
        return None, (), "", [fault.says]
    shares = late.filter(late["followed_for"] >= _FOLLOWED).select("table", "column", "within_5")
    within = {table: share for table, column, share in shares.iter_rows() if begins.get(table) == column}
    untold = why_untold(nights, _WEEKS) if shares.is_empty() and last_that_lags(nights) else ""
    return last, _freshness(facts, last.known_on, within) if facts and last else (), untold, []


def _freshness(facts: EditionFacts, night: dt.date, within: Mapping[str, float | None]) -> list[Fresh]:
    found = []
    for name, one in facts.tables.items():
        if one.rows:
            days = (night - one.latest).days if one.latest else None
            found.append(Fresh(name, one.rows, one.latest, days, within.get(name)))
    return found


def _ended(run: Entry) -> str:
    ends = {
        "refused": "was held back: its records are odd beside the last night's",
        "broken_off": "was broken off, or is running",
    }
    return ends.get(run.outcome) or f"failed: {str(run.says.get('says', '')).rstrip('.')}"


def _outputs(home: Path, last: Edition | None) -> tuple[str, str]:
    """What to say of the outputs, and what is wrong with them."""
    made = place.made_in(home / place.OUTPUTS)
    if last is None:
        return "there are none", ""
    if made is None:
        return "they lack", "The outputs lack; the next night makes them."
    if not made.is_of(last.number, last.known_on.isoformat(), last.inputs):
        return (
            f"of edition {made.number}",
            f"The outputs are those of edition {made.number}, not of the last; the next night mends it.",
        )
    if faults := place.faults_of(home / place.OUTPUTS, made):
        changed = ", ".join(faults[:3]) + (f" and {len(faults) - 3} more" if len(faults) > 3 else "")
        return f"of edition {made.number}, changed", f"Among the outputs {changed} lack or were changed since."
    return f"whole, of edition {made.number}", ""


def _backup(config: NightlyConfig, today: dt.date, older_than: int) -> tuple[str, str]:
    if config.backup is None:
        return "none is asked for in the configuration", ""
    found = backups_in(config.backup.to)
    if not found:
        return "none", f"There is no backup in '{config.backup.to}'."
    newest = found[0]
    days = (today - newest.made.date()).days
    fault = f"The last backup is {days} days old." if days > older_than else ""
    return f"{newest.path.name}, of {len(found)}", fault


def _protection(config: NightlyConfig) -> dict[str, str]:
    path = config.home / EDITIONS_FILE
    try:
        named = bool(recipients_of(config.encryption))
    except CasetallyError as fault:
        return {"key": fault.says}
    if is_encrypted(path):
        editions = "encrypted by DuckDB"
    else:
        able = "" if can_encrypt() else "; DuckDB has no OpenSSL module here"
        editions = f"not encrypted{able}: it rests on the disk's own encryption"
    sealed = "sealed (age)" if named else "not made: no key and no recipient is named"
    return {
        EDITIONS_FILE: editions,
        "outputs and log": "not encrypted: they rest on the disk's own encryption; the findings name records by id",
        "backups": "sealed (age)" if config.backup else "none are made",
        "case lists": "always sealed (age)",
        "rows set aside": sealed,
    }


def _space(config: NightlyConfig) -> dict[str, int]:
    home = config.home
    if not home.exists():
        return {}
    path = home / EDITIONS_FILE
    return {
        "editions": path.stat().st_size if path.exists() else 0,
        "outputs": _bytes_in(home / place.OUTPUTS),
        "log": _bytes_in(home / "log"),
        "backups": sum(one.path.stat().st_size for one in backups_in(config.backup.to)) if config.backup else 0,
        "free": shutil.disk_usage(home).free,
    }


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
