"""Why: lists of children are made only when somebody asks, says why, and is put on record first; then whole, for that owner's eyes.

The lists are worked out in memory, the log gets its line, and only then is anything of a child written. Where the writing fails a
second line of the log says so, and nothing is left. What is written is sealed: no file holds a child in plain.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casetally import __version__
from casetally.definitions.library import Library
from casetally.definitions.reports import Report
from casetally.errors import CallError
from casetally.periods import Period
from casetally.reports.case_lists.audit_log import Entry, whoever_asks, write_entry
from casetally.reports.case_lists.cover import CONTENTS, About, cover_lines, listings
from casetally.reports.case_lists.due_work import due_work
from casetally.reports.case_lists.names import file_names
from casetally.reports.case_lists.plain_text import csv_bytes
from casetally.reports.case_lists.private_folder import PrivateFolder, must_be_usable, written_for_owner
from casetally.reports.case_lists.red_lines import RedLine, red_line, red_rows
from casetally.reports.case_lists.teams import NO_TEAM, TeamLists, by_team
from casetally.reports.case_lists.workbook import workbook_bytes
from casetally.reports.lines import ReportRow, report_rows
from casetally.reports.progress import SILENT, Progress
from casetally.reports.published_run import authority_of, label_of, months_of
from casetally.sealed import SEALED, recipients_needed, seal
from casetally.store import Store

LONGEST_REASON = 500
STEPS = ("working out the report", "listing the children", "looking what is due", "writing")


@dataclass(frozen=True)
class Request:
    """What is asked for: a report and month, where to, why, which teams (all where none is named), and how far ahead to look.

    `recipients` can open the lists (age, `age1…`); where none is named, those of the environment.
    """

    report: str
    last: Period
    to: Path
    why: str
    log: Path
    teams: tuple[str, ...] = ()
    as_csv: bool = False
    within: int = 10
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """What was made: how many files, of which teams, with how many rows and children; `entry` is its line of the log."""

    teams: tuple[TeamLists, ...]
    red: tuple[RedLine, ...]
    files: int
    entry: Entry

    @property
    def rows(self) -> int:
        return sum(team.rows for team in self.teams)

    @property
    def children(self) -> int:
        return len({child for team in self.teams for child in team.children})


def make_case_lists(store: Store, library: Library, asked: Request, tell: Progress = SILENT) -> Made | None:
    """Make the lists of each team and put it on record; None where no line is red and nothing is due, and nothing is made.

    Raises CallError for a reason that says nothing, nobody who could open the lists, an unknown team, a folder that can't be used
    or a log that can't be written.
    """
    why = reason_given(asked.why)
    asked = replace(asked, recipients=recipients_needed(None, asked.recipients, "Case lists"))
    must_be_usable(asked.to)
    report = library.report(asked.report)
    tell.step(STEPS[0])
    rows = red_rows(_rows_of(store, library, report, asked.last))
    tell.step(STEPS[1])
    red = tuple(red_line(store, library, row) for row in tell.through(rows))
    tell.step(STEPS[2])
    teams = by_team(red, due_work(store, library, asked.within), asked.teams, store)
    if not teams:
        return None
    tell.step(STEPS[3])
    entry = write_entry(asked.log, _says(store, asked, why, teams, red))
    about = _about(store, library, asked, report, entry)
    try:
        with written_for_owner(asked.to) as folder:
            _write_teams(folder, about, teams, asked, tell)
    except BaseException as fault:  # whatever stopped it: the log may not say that lists were made
        write_entry(asked.log, {"event": "failed", "of": entry.number, "fault": type(fault).__name__})
        raise
    return Made(tuple(teams), red, len([name for name in folder.files if name.endswith(SEALED)]), entry)


def reason_given(text: str) -> str:
    """The reason in one line. Raises CallError for one that says nothing, or tells a whole case."""
    why = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalpha() for c in why):
        hint = 'Say what they are for: --reason "Visits overdue, team meeting of 4 October".'
        raise CallError("Case lists need a reason.", hint=hint)
    if len(why) > LONGEST_REASON:
        hint = "Say it in a sentence, without a child's name."
        raise CallError(f"The reason is longer than {LONGEST_REASON} characters.", hint=hint)
    return why


def _rows_of(store: Store, library: Library, report: Report, last: Period) -> list[ReportRow]:
    authority = authority_of(store, library, report.authority)
    return report_rows(
        store, library, report, last, authority=authority, label=label_of(store, authority), covered=months_of(store), months=1
    )  # fmt: skip


def _says(
    store: Store, asked: Request, why: str, teams: Sequence[TeamLists], red: Sequence[RedLine]
) -> Mapping[str, object]:
    """What the log keeps: who, what, why and where to, and of the children only how many."""
    return {
        "event": "case lists", **whoever_asks(), "why": why, "report": asked.report, "month": asked.last.name,
        "due_within": asked.within, "format": "csv" if asked.as_csv else "xlsx",
        "teams": [team.name for team in teams], "lines": [line.ref for line in red],
        "children": len({child for team in teams for child in team.children}), "rows": sum(team.rows for team in teams),
        "to": str(asked.to.resolve()), "as_at": store.as_at.isoformat(), "edition": str(store.about.get("edition") or ""),
        "casetally": __version__,
    }  # fmt: skip


def _about(store: Store, library: Library, asked: Request, report: Report, entry: Entry) -> About:
    authority = authority_of(store, library, report.authority)
    whose = authority.name if authority else str(store.about.get("authority") or "not named")
    lines = (
        ("Report", f"{report.title} ({asked.report})"),
        ("Month", asked.last.name),
        ("Authority", whose),
        ("Records speak for", f"{store.as_at:%d/%m/%Y}"),
        ("Edition of the records", str(store.about.get("edition") or "")),
    )
    ahead = f"{asked.within} working day{'' if asked.within == 1 else 's'}"
    due = f"Overdue on {store.as_at:%d/%m/%Y}, and due within {ahead} of it."
    return About(f"Case lists, {asked.last.name}", lines, due, entry)


def _write_teams(
    folder: PrivateFolder, about: About, teams: Sequence[TeamLists], asked: Request, tell: Progress
) -> None:
    # what has no team keeps its own file's name, whatever a team is called
    named = file_names([team.team for team in teams if not team.is_nobodys], taken=[NO_TEAM])
    for team in tell.through(teams):
        name = NO_TEAM if team.is_nobodys else named[team.team]
        ending, made = (".zip", _csv_files(about, team)) if asked.as_csv else (".xlsx", _workbook(about, team))
        folder.write(f"{name}{ending}{SEALED}", seal(made, asked.recipients))


def _workbook(about: About, team: TeamLists) -> bytes:
    made = dt.datetime.fromisoformat(str(about.entry.says["when"]))
    return workbook_bytes(f"{about.title}: {team.name}", cover_lines(about, team), listings(about, team), made)


def _csv_files(about: About, team: TeamLists) -> bytes:
    """A zip of the team's lists, with what they are and a list of them."""
    lists = listings(about, team)
    files = file_names([one.sheet for one in lists if one.sheet], taken=("about", "contents"))
    at = CONTENTS.index("Sheet")
    contents = [
        (*one.contents[:at], f"{files[one.sheet]}.csv" if one.sheet else "", *one.contents[at + 1 :]) for one in lists
    ]
    header = ["File" if name == "Sheet" else name for name in CONTENTS]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.csv", csv_bytes(("name", "says"), cover_lines(about, team)))
        archive.writestr("contents.csv", csv_bytes(header, contents))
        for one in lists:
            if one.sheet:
                archive.writestr(f"{files[one.sheet]}.csv", csv_bytes(one.rows.columns, one.rows.iter_rows()))
    return held.getvalue()
