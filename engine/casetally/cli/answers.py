"""Why: an analyst asks a run's store which children a figure counts, how it came about and what falls due next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.cli.options import (
    MOST_DAYS_AHEAD,
    AsJson,
    Definitions,
    KnownAt,
    Month,
    OnBasis,
    StoreAt,
    must_be_known,
    must_lie_within,
    open_run,
    period_asked,
    read_day,
)
from casetally.errors import CallError

if TYPE_CHECKING:
    from casetally.definitions.library import Library
    from casetally.reports.progress import Progress
    from casetally.store import Store

_STEPS = ("loading the definitions", "looking in the records")


def cases(
    indicator: str,
    month: Month,
    basis: OnBasis = "month",
    breakdown: Annotated[str, typer.Option(help="team, age_band, sex or ethnicity, with --group.")] = "all",
    group: Annotated[str, typer.Option(help="The group, with --breakdown.")] = "all",
    store: StoreAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """The children behind a figure: one row for each row counted, with why it counts."""
    from casetally.figures.cases import list_cases
    from casetally.reports.progress import telling
    from casetally.reports.terminal import print_cases

    if (breakdown == "all") != (group == "all"):
        raise CallError("--breakdown and --group go together.", hint="For example --breakdown sex --group F.")
    with telling(_STEPS) as tell:
        opened, library = _opened(tell, store, definitions, known_at)
        asked, period = library.indicator(indicator), period_asked(opened, basis, month)
        found = list_cases(opened, library, asked, period, breakdown=breakdown, group=group)
    print_cases(found, as_json=as_json, csv=csv)


def explain(
    indicator: str,
    month: Month,
    basis: OnBasis = "month",
    store: StoreAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
) -> None:
    """How a figure comes about: rule, dated limits, SQL and the steps from rows to figure."""
    from casetally.figures.explain import explain as explain_figure
    from casetally.reports.progress import telling
    from casetally.reports.terminal import print_explanation

    with telling(_STEPS) as tell:
        opened, library = _opened(tell, store, definitions, known_at)
        asked, period = library.indicator(indicator), period_asked(opened, basis, month)
        found = explain_figure(opened, library, asked, period)
    print_explanation(found)


def due(
    on: Annotated[
        str | None, typer.Option("--on", help="The day to look from; the run's as-at date if left out.")
    ] = None,
    within: Annotated[int, typer.Option("--within", help="Working days to look ahead.")] = 10,
    what: Annotated[
        list[str] | None,
        typer.Option("--list", help="assessments, conferences, visits, reviews or health assessments."),
    ] = None,
    team: Annotated[str | None, typer.Option(help="One team only.")] = None,
    worker: Annotated[str | None, typer.Option(help="One worker only.")] = None,
    store: StoreAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """What is overdue and what falls due next, from the same clocks and limits as the figures."""
    from casetally.figures.due import due_lists, list_due, of_team
    from casetally.reports.progress import telling
    from casetally.reports.terminal import print_due

    must_lie_within(within, 0, MOST_DAYS_AHEAD, f"--within {within}")
    with telling(_STEPS) as tell:
        opened, library = _opened(tell, store, definitions, known_at)
        for name in what or ():
            must_be_known(name, due_lists(library), "due list")
        day = read_day(on) if on else opened.as_at
        found = of_team(opened, list_due(opened, library, day, within, what or None), team, worker)
    if day > opened.as_at:
        typer.echo(f"These records speak for {opened.as_at}: what was done after that day is not known.", err=True)
    print_due(found, day, within, as_json=as_json, csv=csv)


def _opened(
    tell: Progress, store: Path | None, definitions: Path | None, known_at: str | None
) -> tuple[Store, Library]:
    """The store and its definitions, and the step after that is begun."""
    tell(_STEPS[0])
    found = open_run(store, definitions, known_at)
    tell(_STEPS[1])
    return found
