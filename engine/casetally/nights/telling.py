"""Why: what a night hands to people (reports, the summary) is put together from its parts here, so that the steps stay short."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from casetally.errors import CallError
from casetally.nights import place
from casetally.nights.config import ReportWanted, month_of
from casetally.nights.facts import EditionFacts, facts_kept
from casetally.nights.home import opened
from casetally.nights.movement import Moved, moved_since
from casetally.nights.night import SUMMARY, Night
from casetally.nights.summary import Told
from casetally.reports.make import ReportRequest
from casetally.reports.published_run import authority_of, label_of, months_of
from casetally.store.editions import Edition

REPORTS = "reports"
REVISIONS_PAGE = "revisions.html"
_FILES = (
    (("figures.parquet", "figures.csv"), "every figure"),
    (("findings.parquet", "findings.csv"), "what was found, row by row"),
    (("ledger.csv", "scorecard.csv"), "the fate of every row; findings by table, rule and team"),
    (("support.csv",), "which figures these sources support"),
    (("set_aside.zip.age",), "the rows set aside, sealed; 'casetally open' opens it"),
    ((REVISIONS_PAGE,), "every figure that moved since the night before, and why"),
)


def report_request(night: Night, wanted: ReportWanted) -> ReportRequest:
    """What a report of the configuration is asked for. Raises CallError for a month before the first of the run."""
    store, library = night.run.store, night.library
    covered = months_of(store)
    month = month_of(wanted, night.run.request.as_at, len(covered))
    if month < covered[0]:
        raise CallError(
            f"The report '{wanted.name}' is asked for {month.name}, before {covered[0].name}, the first month of the night.",
            hint="Raise 'months' in the configuration.",
        )
    if wanted.commentary is not None and not wanted.commentary.is_dir():
        raise CallError(f"There is no folder '{wanted.commentary}' for commentary.", hint="Make it, or leave it out.")
    authority = authority_of(store, library, library.report(wanted.name).authority)
    return ReportRequest(
        wanted.name, month, covered, label_of(store, authority), authority, wanted.edition, wanted.commentary
    )


@dataclass(frozen=True)
class Before:
    """The edition before the one that is told of: its facts, and its figures as the editions keep them."""

    edition: Edition
    facts: EditionFacts | None
    figures: pl.DataFrame


def before_it(night: Night) -> Before | None:
    """The edition before the night's own; None for the first."""
    if not night.editions.exists():
        return None
    with opened(night.asked.home, night.asked.config.encryption) as editions:
        earlier = [one for one in editions.all() if one.number < night.number]
        if not earlier:
            return None
        last = earlier[-1]
        figures = editions.figures(until=last.number + 1)
        return Before(last, facts_kept(editions, last), figures.filter(figures["until"].is_null()))


def told_of(night: Night, before: Before | None) -> Told:
    """What the summary tells of a night."""
    run = night.run
    moved: list[Moved] = []
    if before is not None:
        moved = moved_since(before.figures, run.figures, min(before.edition.as_at, run.request.as_at))
    there = {path.relative_to(night.stage).as_posix() for path in night.stage.rglob("*") if path.is_file()}
    files = {", ".join(names): what for names, what in _FILES if set(names) <= there}
    files |= {name: "a report" for name in sorted(there) if name.startswith(f"{REPORTS}/")}
    where = {f"{place.OUTPUTS}/{name}": what for name, what in files.items()}
    where |= {
        f"{place.OUTPUTS}/{SUMMARY}": "this page",
        night.editions.name: "every night, for casetally revisions and --known-at",
    }
    return Told(
        night.asked.night, night.number, run.name, run.request.months, run.load.covers, night.facts, night.library,
        run.findings, run.figures, moved, before.facts if before else None, before.edition.known_on if before else None,
        night.doubts if night.accepted_by else (), night.accepted_by, tuple(run.notes), where,
    )  # fmt: skip
