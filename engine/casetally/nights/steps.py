"""Why: what a night does stands here in its order: outputs are complete before the edition is kept, and take their place after."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from casetally.definitions.snapshot import snapshot_of
from casetally.errors import CallError, CasetallyError, did_you_mean
from casetally.figures.settling import settling_profile
from casetally.nights import place
from casetally.nights.clock import now
from casetally.nights.config import sources_of
from casetally.nights.deciding import edition_of, request_of
from casetally.nights.facts import facts_kept, facts_of
from casetally.nights.gate import counts_of, doubts
from casetally.nights.home import (
    clear,
    done_of,
    keep_for_backups_of,
    must_be_for_backups_of,
    note_config,
    opened,
)
from casetally.nights.keeping.backup import make_backup, thin_out
from casetally.nights.keeping.names import backup_name
from casetally.nights.log import thin_out_log
from casetally.nights.night import SUMMARY, HeldBackError, Night, NothingNew, Step
from casetally.nights.outputs import go_by_what_is_kept, make_reports, remake, write
from casetally.nights.retention import counted_from, too_old
from casetally.nights.sealing import key_of, recipients_of
from casetally.nights.why import explain_the_moves
from casetally.records.load import inputs_of
from casetally.reports import run as as_any_run
from casetally.reports.case_lists.audit_log import whoever_asks
from casetally.reports.known_at import keep_definitions
from casetally.reports.run import Run, RunRequest
from casetally.schemas import load_schemas
from casetally.store.editions import EDITIONS_FILE, Edition, writing
from casetally.store.editions.letting_go import drop

Counts = Mapping[str, Any]


def look_at_the_last(night: Night) -> Counts:
    """The last edition and what it keeps of itself; what a killed night left is mended."""
    home = night.asked.home
    clear(home)
    if not night.editions.exists():
        return _no_edition(home)
    with opened(home, night.asked.config.encryption) as editions:
        night.last = last = editions.latest()
        if last is None:
            return {"last": 0, "healed": False}
        _must_not_go_back(night.asked.night, last)
        night.last_facts = facts_kept(editions, last)
        night.history = (editions.figures(), editions.nights())
    healed = place.heal(home, last.number, last.known_on.isoformat(), last.inputs)
    made = place.made_in(home / place.OUTPUTS)
    if made is None or not made.is_of(last.number, last.known_on.isoformat(), last.inputs):
        with suppress(
            CasetallyError
        ):  # where this version can't read the definitions of then, tonight's outputs will do
            remake(night)
            healed = True
    return {"last": last.number, "healed": healed}


def _must_not_go_back(night: dt.date, last: Edition) -> None:
    """What was known on a day can't be written afterwards: `--known-at` and lateness rest on that."""
    if night < last.known_on:
        raise CallError(
            f"The night of {night} lies before the last one kept, {last.known_on}, and nights only go forward.",
            hint="Look at --night, and at the clock of this machine. 'casetally run --known-at' makes an earlier night's "
            "outputs again. If the last one was kept for a wrong date, restore a backup from before it.",
        )


def _no_edition(home: Path) -> Counts:
    """A first night, unless outputs say that there were editions: those are lost, and nothing must hide it."""
    made = place.made_in(home / place.OUTPUTS)
    if made is not None:
        raise CallError(
            f"'{home}' has outputs of edition {made.number} and its {EDITIONS_FILE} is gone.",
            hint="Put a backup in its place with 'casetally restore'; to begin anew without what was known, name a new 'home'.",
        )
    return {"last": 0, "healed": False}


def define(night: Night) -> Counts:
    """The definitions and the authority, as any run reads them."""
    asked = night.asked
    seal_for = recipients_of(asked.config.encryption)
    if asked.config.backup and not seal_for:
        raise CallError(
            "Backups are sealed, and nobody is named who can open them.",
            hint="Make a key with: casetally key NEW_FILE. Then name it as key_file, or its recipient, under [encryption].",
        )
    if asked.config.backup:
        must_be_for_backups_of(asked.home, asked.config.backup.to)
    request = RunRequest(sources_of(asked.config), asked.as_at, asked.config.months, None, asked.config.authority,
                         asked.config.definitions, seal_for=seal_for)  # fmt: skip
    night.run = Run(request, None)
    as_any_run.define(night.run)
    night.library = night.run.library
    if night.history is not None:
        night.settling = settling_profile(*night.history, night.library.rates())
    night.snapshot = snapshot_of(night.library.folders)[0]
    for name in asked.config.accept.may_be_empty:
        if name not in night.library.schemas.tables:
            near = did_you_mean(
                name, night.library.schemas.tables, else_say="docs/data_dictionary.md lists all tables."
            )
            raise CallError(f"There is no table '{name}', which may_be_empty names.", hint=near)
    for wanted in asked.config.reports:
        night.library.report(wanted.name)
    return {"indicators": len(night.library.indicators), "reports": len(asked.config.reports)}


def read(night: Night) -> Counts:
    """The sources. A night that was kept from the same bytes, and whose outputs are whole, is done already."""
    as_any_run.read(night.run)
    delivery, last = night.run.delivery, night.last
    assert delivery is not None
    night.request = request_of(night, inputs_of(delivery))
    outputs = night.asked.home / place.OUTPUTS
    made = place.made_in(outputs)
    if last is not None and made is not None and made.request == night.request:
        of_last = made.is_of(last.number, last.known_on.isoformat(), last.inputs) and last.known_on == night.asked.night
        if of_last and not place.faults_of(outputs, made):
            _go_on(night)
    return {"files": len(delivery.files), "rows": sum(file.rows for file in delivery.files)}


def _go_on(night: Night) -> None:
    """Tonight's outputs are there: what comes after them is left, where a night was stopped before its end. Raises NothingNew."""
    if done_of(night.asked.home) == night.request:
        raise NothingNew
    night.is_new, night.kept, night.placed = False, True, True
    night.summary = (night.asked.home / place.OUTPUTS / SUMMARY).read_text(encoding="utf-8")
    night.go_on_at = LETTING_GO


def check(night: Night) -> Counts:
    """Every row is judged; what will be kept of the night is known then."""
    run = night.run
    as_any_run.check(run)
    night.facts = facts_of(
        run.load, night.library.schemas, night.asked.as_at, authority=night.asked.config.authority or ""
    )
    night.about = edition_of(night)
    return {**counts_of(night.facts), "findings": run.load.findings.height}


def hold_against_the_last(night: Night) -> Counts:
    """Tonight's records beside the last night's. Raises HeldBackError where they are odd and nobody accepts them."""
    night.doubts = doubts(night.last_facts, night.facts, night.asked.config.accept)
    if night.doubts and not night.asked.accept:
        raise _held_back(night)
    if night.doubts:
        night.accepted_by = whoever_asks()["who"]
        despite = {"who": night.accepted_by, "doubts": [one.says for one in night.doubts]}
        night.about = replace(night.about, despite=json.dumps(despite, sort_keys=True, ensure_ascii=False))
    night.is_new = night.last is None or not night.about.same_as(night.last)
    return {"doubts": len(night.doubts), "new": night.is_new}


def _held_back(night: Night) -> HeldBackError:
    said = [f"- {one.says}" for one in night.doubts]
    return HeldBackError(
        f"Tonight's records ({night.asked.night}) are not kept, for they are odd beside the last night's.",
        hint="\n".join(
            [*said, f"If they are right all the same: casetally nightly {night.asked.config_file} --accept"]
        ),
    )


def calculate(night: Night) -> Counts:
    """Every figure, those that usually still move marked as the nights so far tell."""
    run = night.run
    if night.is_new or not go_by_what_is_kept(night):
        as_any_run.store(run)
        known_on = night.asked.night.isoformat()
        editions = {"number": night.number, "known_on": known_on, "path": str(night.editions.resolve()), "forgotten": 0}
        run.store = replace(run.store, about={**run.store.about, "settling": night.settling, "editions": editions})
    as_any_run.calculate(run)
    return {"figures": run.figures.height, "findings": run.findings.height}


def keep(night: Night) -> Counts:
    """The edition, with its figures and all that decided them, in one step: there whole, or not at all."""
    if not night.is_new:
        return {"edition": night.number, "new": False}
    with writing(night.editions, load_schemas(), key_of(night.asked.config.encryption)) as book:
        keep_definitions(book, night.library, night.asked.config.definitions)
        book.keep_json(night.run.calendar.kept())
        book.keep_json(night.settling)
        added = book.add(night.run.load, night.about, facts=json.loads(night.facts.to_json()))
        if added.number != night.number:
            raise CallError(
                f"'{night.editions}' was changed by another program meanwhile.", hint="Run the night again."
            )
        book.add_figures(added, night.run.figures)
    night.kept = True
    return {"edition": night.number, "new": True, "bytes": night.editions.stat().st_size}


def put_in_place(night: Night) -> Counts:
    """The outputs change places with those of the night before."""
    night.kept = True
    place.put_in_place(night.asked.home)
    night.placed = True
    return {"edition": night.number}


def let_go(night: Night) -> Counts:
    """What is older than is kept: nights, and the log of their months."""
    note_config(night.asked.home, night.asked.config_file)
    retention, encryption = night.asked.config.retention, night.asked.config.encryption
    with opened(night.asked.home, encryption) as editions:
        every = editions.all()
    day = counted_from(every, night.asked.night)
    old = too_old(every, day, retention)
    if old:
        with writing(night.editions, load_schemas(), key_of(encryption), anew=True) as book:
            drop(book, old)
    return {"editions": len(old), "log_files": thin_out_log(night.asked.home, day, retention.log_months)}


def back_up(night: Night) -> Counts:
    """The whole home, sealed, where the configuration asks for it."""
    wanted = night.asked.config.backup
    if wanted is None:
        return {"made": 0}
    keep_for_backups_of(night.asked.home, wanted.to)
    when = now()
    while (wanted.to / backup_name(when)).exists():  # a night run again at once
        when += dt.timedelta(seconds=1)
    made = make_backup(night.asked.home, wanted.to, night.run.request.seal_for, when)
    return {"made": 1, "bytes": made.stat().st_size, "gone": len(thin_out(wanted.to, wanted.keep))}


def end(night: Night) -> Counts:
    """Nothing is left to do of this night: run again, it changes nothing."""
    note_config(night.asked.home, night.asked.config_file, night.request)
    return {}


LETTING_GO = "letting go of what is old"


STEPS: tuple[tuple[str, Step], ...] = (
    ("looking at the last night", look_at_the_last),
    ("reading the definitions", define),
    ("reading the sources", read),
    ("checking the records", check),
    ("holding against the last night", hold_against_the_last),
    ("calculating", calculate),
    ("making the reports", make_reports),
    ("finding why figures moved", explain_the_moves),
    ("writing the outputs", write),
    ("keeping the edition", keep),
    ("putting the outputs in place", put_in_place),
    (LETTING_GO, let_go),
    ("backing up", back_up),
    ("ending", end),
)
