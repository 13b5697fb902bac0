"""Why: a night's outputs are made alike, whether its sources were read just now or its edition is recalled to mend them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casetally.nights import place
from casetally.nights.facts import facts_of
from casetally.nights.home import opened
from casetally.nights.night import SUMMARY, Night
from casetally.nights.summary import summary_text
from casetally.nights.telling import REPORTS, before_it, report_request, told_of
from casetally.nights.why import explain_the_moves
from casetally.reports import run as as_any_run
from casetally.reports.known_at import recall
from casetally.reports.make import make_report, write_report
from casetally.reports.run import STORE_FILE, Run, RunRequest, about_run

REMADE = "remade"  # instead of a hash of what decided them: the next night makes them again


def go_by_what_is_kept(night: Night) -> bool:
    """For outputs of an edition that is kept already: its marks of what is settling, by the nights before it, are kept with it.

    Where a child was forgotten since, the whole edition is taken and not the sources, which have the child still; True then.
    """
    assert night.last is not None
    with opened(night.asked.home, night.asked.config.encryption) as editions:
        night.settling = editions.kept_json(night.last.settling)
        if not editions.forgotten_in(night.last):
            return False
        found = recall(editions, night.last, library=night.library)
    night.run.delivery = night.run.checked = None
    as_any_run.use(night.run, found)
    night.facts = night.last_facts or facts_of(found.load, night.library.schemas, night.last.as_at)
    return True


def make_reports(night: Night) -> Mapping[str, Any]:
    """The reports, as pages and workbooks, in a folder beside the outputs that are there."""
    night.stage = place.begin(night.asked.home)
    made = []
    for wanted in night.asked.config.reports:
        making = make_report(night.run.store, night.library, report_request(night, wanted))
        made += write_report(making, night.stage / REPORTS)
    return {"files": len(made)}


def write(night: Night) -> Mapping[str, Any]:
    """The figures and all that a run writes, and the summary; then the folder is complete."""
    run = night.run
    run.folder = night.stage
    as_any_run.write(run)
    (night.stage / STORE_FILE).unlink(missing_ok=True)  # the editions hold it
    night.summary = summary_text(told_of(night, before_it(night)))
    (night.stage / SUMMARY).write_text(night.summary, encoding="utf-8", newline="\n")
    about = {name: what for name, what in about_run(run).items() if name != "seconds"}  # the log has the times
    place.complete(
        night.stage, about, number=night.number, night=night.asked.night.isoformat(), inputs=run.load.inputs, request=night.request
    )  # fmt: skip
    return {"files": sum(path.is_file() for path in night.stage.rglob("*"))}


def remake(night: Night) -> None:
    """Make the outputs of the last edition anew, from the edition alone: they are lost, or a child in them was forgotten.

    Rows set aside are kept in no edition, so they are not among them.
    """
    assert night.last is not None
    again = Night(replace(night.asked, night=night.last.known_on), last=night.last, is_new=False, request=REMADE)
    with opened(night.asked.home, night.asked.config.encryption) as editions:
        found = recall(editions, night.last)
    again.run = Run(RunRequest((), night.last.as_at), None)
    as_any_run.use(again.run, found)
    again.library = found.library
    again.facts = night.last_facts or facts_of(found.load, found.library.schemas, night.last.as_at)
    as_any_run.calculate(again.run)
    make_reports(again)
    explain_the_moves(again)
    write(again)
    place.put_in_place(again.asked.home)
