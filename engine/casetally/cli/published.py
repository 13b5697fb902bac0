"""Why: what was printed is held against the records (`reconcile`) and made anew from them (`report`)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.cli.options import AsJson, Definitions, Month, StoreAt, open_run, period_asked
from casetally.errors import DIFFERENCES_FOUND, DONE, CallError

if TYPE_CHECKING:
    pass

PublishedAt = Annotated[Path, typer.Argument(help="A file of published figures, or the folder that holds figures.csv.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]


def reconcile(
    published: PublishedAt,
    report: Annotated[str | None, typer.Option(help="The report; else the one that names these figures.")] = None,
    causes: Annotated[
        Path | None, typer.Option(help="Known differences: CSV with ref, basis, period, breakdown, why.")
    ] = None,
    tolerance: Annotated[
        str, typer.Option(help="Differences up to this, in the printed unit, count as rounding.")
    ] = "0",
    store: StoreAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Hold published figures against what the records give, line by line: what agrees, what does not, and why."""
    from casetally.figures.published import read_published
    from casetally.figures.reconcile import reconcile as hold_against
    from casetally.reports.published_run import authority_of, label_of, months_of, read_causes, report_named
    from casetally.reports.published_text import print_reconciliation

    opened, library = open_run(store, definitions)
    printed = read_published(published)
    name = report or report_named(library, printed.frame["report"].to_list(), published)
    authority = authority_of(opened, library, library.report(name).authority)
    found = hold_against(
        opened, library, library.report(name), printed, months_of(opened), authority=label_of(opened, authority),
        vintage=authority.vintage if authority else None, tolerance=_tolerance(tolerance),
        causes=read_causes(causes) if causes else None,
    )  # fmt: skip
    print_reconciliation(found, as_json=as_json, csv=csv)
    raise typer.Exit(DIFFERENCES_FOUND if found.unexplained.height or found.findings else DONE)


def report(
    name: Annotated[str, typer.Argument(help="The report: the name of a file in definitions/reports.")],
    month: Month,
    store: StoreAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Make a report for a month: every line under its own code and title, with target, rating, travel and comparators."""
    from casetally.reports.lines import report_rows
    from casetally.reports.published_run import authority_of, label_of, months_of
    from casetally.reports.published_text import print_report

    opened, library = open_run(store, definitions)
    wanted = library.report(name)
    last = period_asked(opened, "month", month)
    authority = authority_of(opened, library, wanted.authority)
    rows = report_rows(
        opened, library, wanted, last, authority=authority, label=label_of(opened, authority), covered=months_of(opened)
    )
    print_report(wanted.title, last.name, rows, as_json=as_json, csv=csv)


def _tolerance(text: str) -> Fraction:
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise CallError(f"'{text}' is not a number.", hint="Write --tolerance 0.1, in the printed unit.") from None
    if found < 0:
        raise CallError(f"--tolerance {text} can't be meant.", hint="It is 0 or more.")
    return found
