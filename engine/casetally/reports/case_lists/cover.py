"""Why: a list of children says on its first page what it is, whose, who asked for it and why, and that it is to be kept safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally import __version__
from casetally.reports.case_lists.audit_log import Entry
from casetally.reports.case_lists.columns import BY_HOLDER
from casetally.reports.case_lists.names import sheet_names
from casetally.reports.case_lists.red_lines import RedLine
from casetally.reports.case_lists.teams import TeamLists

ABOUT, DUE = "About", "Due work"
KEEP_SAFE = (
    "This file is about children, and once opened it is sealed no longer. Keep it where only those who work with them can read it, "
    "send it by no open way, and delete it when the work is done."
)
_HOW = "Each red line has a sheet with the children that make its figure red, by the dates and reasons of the figure itself."
CONTENTS = ("Line", "Title", "Sheet", "Period", "Figure", "Target", "Rows here", "Children here", "What is listed")


@dataclass(frozen=True)
class About:
    """What is the same in every team's file: lines of a name and a text. `due` says which due work is meant."""

    title: str
    lines: tuple[tuple[str, str], ...]
    due: str
    entry: Entry


@dataclass(frozen=True)
class Listing:
    """A list as it goes into a file: its sheet's name, the row of the contents that tells of it, and its rows."""

    sheet: str
    contents: tuple[str | int, ...]
    rows: pl.DataFrame


def cover_lines(about: About, team: TeamLists) -> tuple[tuple[str, str], ...]:
    """The first page, line by line."""
    says: Mapping[str, object] = about.entry.says
    by = str(says["who"]) + (f" (by way of sudo: {says['sudo_user']})" if says.get("sudo_user") else "")
    return (
        ("Keep safe", KEEP_SAFE),
        ("Team", team.name),
        *about.lines,
        ("Asked by", by),
        ("Asked on", f"{says['when']} (UTC)"),
        ("Why", str(says["why"])),
        ("Log of case lists", f"entry {about.entry.number}, {about.entry.hash}"),
        ("How to read it", _HOW),
        ("Made with", f"casetally {__version__}"),
    )


def listings(about: About, team: TeamLists) -> list[Listing]:
    """The lists of a team, those of red lines first; one without rows has no sheet of its own, and stands in the contents alone."""
    refs = _told_apart([line.ref for line, _ in team.red])
    sheets = sheet_names(refs, taken=(ABOUT, DUE))
    found = []
    for ref, (line, rows) in zip(refs, team.red, strict=True):
        sheet = sheets[ref] if rows.height else ""
        figures = (line.period, line.figure, line.target, rows.height, _children(rows))
        found.append(Listing(sheet, (line.ref, line.title, sheet, *figures, _which(line, rows)), rows.drop(BY_HOLDER)))
    sheet, children = DUE if team.due.height else "", _children(team.due)
    contents = ("", "Overdue and due next", sheet, "", "", "", team.due.height, children, about.due)
    found.append(Listing(sheet, contents, team.due))
    return found


def _children(rows: pl.DataFrame) -> int:
    """How many children rows are on; those on workers are on none."""
    return rows["child_id"].drop_nulls().n_unique()


def _which(line: RedLine, rows: pl.DataFrame) -> str:
    """Which children these are, and what a reader should know of them."""
    held = int(rows[BY_HOLDER].sum())
    by_holder = f" {held:,} of them by who holds the child: their records name no team." if held else ""
    return line.lists + by_holder + (" Not final: clocks still run." if line.provisional else "")


def _told_apart(refs: Sequence[str]) -> list[str]:
    """Lines without a code of their own may share a name."""
    return [ref if ref not in refs[:at] else f"{ref} {refs[:at].count(ref) + 1}" for at, ref in enumerate(refs)]
