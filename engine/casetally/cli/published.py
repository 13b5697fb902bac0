"""Why: what was printed is held against the records (`reconcile`) and made anew from them (`report`)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.cli.options import AsJson, Definitions, Month, StoreAt, open_run, period_asked
from casetally.errors import DIFFERENCES_FOUND, DONE, CallError, InputError, Place

if TYPE_CHECKING:
    from casetally.definitions.authorities import Authority
    from casetally.definitions.library import Library
    from casetally.figures.reconcile.lines import Place as FigurePlace
    from casetally.periods import Period
    from casetally.store import Store

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
    from casetally.reports.published_text import print_reconciliation

    opened, library = open_run(store, definitions)
    printed = read_published(published)
    name = report or _report_of(library, printed.frame["report"].to_list(), published)
    authority = _authority(opened, library, library.report(name).authority)
    found = hold_against(
        opened, library, library.report(name), printed, months_of(opened), authority=_label(opened, authority),
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
    from casetally.reports.published_text import print_report

    opened, library = open_run(store, definitions)
    wanted = library.report(name)
    last = period_asked(opened, "month", month)
    authority = _authority(opened, library, wanted.authority)
    rows = report_rows(
        opened, library, wanted, last, authority=authority, label=_label(opened, authority), covered=months_of(opened)
    )
    print_report(wanted.title, last.name, rows, as_json=as_json, csv=csv)


def months_of(store: Store) -> list[Period]:
    """The months that a store's run was made for, the earliest first."""
    from casetally.periods import make_grid

    return sorted(make_grid(store.as_at, int(store.about.get("months") or 1), ["month"]).periods)


def read_causes(path: Path) -> dict[FigurePlace, str]:
    """Known differences by place. Raises InputError for a file that lacks its columns."""
    import csv as csv_files

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv_files.DictReader(file)
            lacking = {"ref", "basis", "period", "breakdown", "why"} - set(rows.fieldnames or ())
            if lacking:
                raise InputError(
                    f"The file lacks {', '.join(sorted(lacking))}.",
                    place=Place(str(path), 1),
                    hint="Known differences have the columns ref, basis, period, breakdown, why.",
                )
            return {(row["ref"], row["basis"], row["period"], row["breakdown"] or ""): row["why"] for row in rows}
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise InputError(f"There is no file '{path}'.", hint="Name a CSV file with --causes.") from fault
    except UnicodeDecodeError as fault:
        raise InputError("The file is not UTF-8 text.", place=Place(str(path)), hint="Save it as CSV UTF-8.") from fault


def _report_of(library: Library, named: list[str], published: Path) -> str:
    for name, one in library.reports.items():
        if one.published and one.published in named:
            return name
    known = ", ".join(sorted(name for name, one in library.reports.items() if one.published))
    raise CallError(f"No report says that it was published as {published}.", hint=f"Name one with --report: {known}.")


def _authority(store: Store, library: Library, of_report: str) -> Authority | None:
    from casetally.definitions.authorities import find_authority

    wanted = store.about.get("authority") or of_report
    return find_authority(library.folders, wanted, library.indicators) if wanted else None


def _label(store: Store, authority: Authority | None) -> str:
    """How the authority is named in the store's populations."""
    from casetally.figures.populations import authorities_of

    known = authorities_of(store)
    if authority is not None and (authority.code in known or authority.name in known):
        return authority.code if authority.code in known else authority.name
    return known[0] if len(known) == 1 else str(store.about.get("authority") or "")


def _tolerance(text: str) -> Fraction:
    try:
        found = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise CallError(f"'{text}' is not a number.", hint="Write --tolerance 0.1, in the printed unit.") from None
    if found < 0:
        raise CallError(f"--tolerance {text} can't be meant.", hint="It is 0 or more.")
    return found
