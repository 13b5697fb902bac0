"""Why: a team manager's list of children is made on request, with a reason, for its owner's eyes, and who asked is on record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from casetally.cli.options import (
    MOST_DAYS_AHEAD,
    Definitions,
    KnownAt,
    StoreAt,
    month_of_report,
    must_lie_within,
    open_run,
)
from casetally.cli.sealing import KeyFile, Recipients
from casetally.errors import DIFFERENCES_FOUND, DONE, CallError
from casetally.owner_only import permissions_hold

if TYPE_CHECKING:
    from casetally.reports.case_lists.making import Made, Request

T = TypeVar("T")


def case_lists(
    report: Annotated[
        str | None, typer.Argument(help="The report: the name of a file in definitions/reports.", show_default=False)
    ] = None,
    month: Annotated[str | None, typer.Option("--month", help="The month, as 2023-09.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="A folder to make, for your eyes alone.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="What they are for; it is kept in the log.")] = None,
    team: Annotated[list[str] | None, typer.Option("--team", help="One team only; may be repeated.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="A zip of CSV files for each team, not a workbook.")] = False,
    due_within: Annotated[int, typer.Option("--due-within", help="Working days to look ahead.")] = 10,
    log: Annotated[
        bool, typer.Option("--log", help="Instead: who asked for lists, and whether that log is whole.")
    ] = False,
    store: StoreAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
    key: KeyFile = None,
    recipient: Recipients = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --log: print JSON instead of a table.")] = False,
) -> None:
    """For each team the children behind the red lines of a report, and what is overdue or due, sealed. Each asking is logged."""
    from casetally.reports.case_lists.audit_log import log_of
    from casetally.reports.case_lists.making import STEPS, Request, make_case_lists, reason_given
    from casetally.reports.known_at import database_of
    from casetally.reports.outputs import last_store
    from casetally.reports.progress import telling
    from casetally.sealed import recipients_needed

    path = database_of(store or last_store())
    if log:
        raise typer.Exit(_show_log(log_of(path), as_json=as_json))
    name, month = _given(report, "a report", "REPORT"), _given(month, "a month", "--month 2023-09")
    folder = _given(to, "a folder", "--to FOLDER")
    why = reason_given(reason or "")
    must_lie_within(due_within, 0, MOST_DAYS_AHEAD, f"--due-within {due_within}")
    seal_for = recipients_needed(key, recipient or (), "Case lists")
    with telling(("loading the definitions", *STEPS)) as tell:
        tell("loading the definitions")
        opened, library = open_run(path, definitions, known_at)
        last = month_of_report(opened, month)
        teams = tuple(team or ())
        asked = Request(
            name, last, folder, why, log_of(path), teams, as_csv=csv, within=due_within, recipients=seal_for
        )
        made = make_case_lists(opened, library, asked, tell)
    if made is None:
        typer.echo(f"No line of {name} is red for {last.name} and nothing is due: no lists were made.")
        return
    _say(made, asked)


def _say(made: Made, asked: Request) -> None:
    from casetally.reports.case_lists.private_folder import git_work_tree

    files, teams = _many(made.files, "file"), _many(len(made.teams), "team")
    typer.echo(f"{_many(made.rows, 'row')} on {made.children:,} children are in {asked.to}: {files} for {teams}.")
    for line in made.red:
        if line.lists.startswith("No list"):
            typer.echo(f"{line.ref}: {line.lists}", err=True)
    typer.echo(f"On record as entry {made.entry.number} of {asked.log}.", err=True)
    tree = git_work_tree(asked.to)
    if tree is not None:
        typer.echo(f"{asked.to} lies in the git work tree {tree}: keep these lists out of every commit.", err=True)
    if not permissions_hold():
        typer.echo(
            "This system has no permissions by owner: see to it yourself that nobody else can read them.", err=True
        )
    typer.echo(
        f"They are sealed for {_many(len(asked.recipients), 'key')}: casetally open FILE.age --key FILE.", err=True
    )
    typer.echo("They are about children: keep them where only those who work with them can read them.", err=True)


def _show_log(log: Path, *, as_json: bool) -> int:
    """Print the log and what is wrong with its chain; gives the exit code."""
    import polars as pl

    from casetally.reports.case_lists.audit_log import read_log
    from casetally.reports.terminal import print_frame, print_json

    read = read_log(log)
    if as_json:
        print_json(
            {
                "log": str(log),
                "whole": not read.faults,
                "faults": read.faults,
                "entries": [one.says for one in read.entries],
            }
        )
    else:
        rows = [_brief(one.says) for one in read.entries]
        print_frame(pl.DataFrame(rows, schema=dict.fromkeys(_BRIEF, pl.String), orient="row"), limit=None)
    for fault in read.faults:
        typer.echo(f"{log}: {fault}", err=True)
    if not read.faults:
        typer.echo(f"{log}: {_many(len(read.entries), 'entry', 'entries')}, each as it was written.", err=True)
    return DIFFERENCES_FOUND if read.faults else DONE


_BRIEF = ("entry", "when", "who", "what", "rows", "children", "why", "to")


def _brief(says: Mapping[str, Any]) -> tuple[str, ...]:
    """An entry in a line, of what can be shown on a terminal."""
    who = f"{says.get('who', '')} (sudo: {says['sudo_user']})" if says.get("sudo_user") else says.get("who")
    what = f"{says.get('report', '')} {says.get('month', '')}"
    if says.get("event") == "failed":
        what = f"entry {says.get('of', '?')} failed: nothing was made"
    told = (says.get("entry"), says.get("when"), who, what, *(says.get(name) for name in _BRIEF[4:]))
    return tuple("".join(c if c.isprintable() else " " for c in str("" if one is None else one)) for one in told)


def _given(value: T | None, what: str, example: str) -> T:
    if value is None:
        whole = 'casetally case-lists core --month 2024-03 --to lists --reason "Team meeting"'
        raise CallError(f"Case lists need {what}: {example} is missing.", hint=f"For example: {whole}.")
    return value


def _many(number: int, thing: str, things: str = "") -> str:
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
