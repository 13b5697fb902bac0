"""Why: what several commands take (a day, a month, a store) is declared and read once, so that it is refused in the same words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.errors import CallError, did_you_mean

if TYPE_CHECKING:
    from casetally.definitions.library import Library
    from casetally.periods import Period
    from casetally.reports.known_at import By
    from casetally.store import Store

YEARS = (1950, 2100)  # the calendar of working days reaches further at both ends, for rules that look back or ahead
MOST_MONTHS = 600
MOST_DAYS_AHEAD = 260

SOURCES = typer.Argument(
    metavar="SOURCE...", help="Folders, files or database URLs, read together; what they are is recognised."
)
AS_AT = typer.Option("--as-at", help="The day the run speaks for, as 2024-03-31.")
StoreAt = Annotated[
    Path | None,
    typer.Option(
        "--store",
        help="A run's store.duckdb, or the editions.duckdb of nights; the last run's from this folder if left out.",
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", help="As it was known on this day: the last night kept on or before it."),
]
Definitions = Annotated[
    Path | None,
    typer.Option(
        "--definitions", help="A folder of your own definitions, laid over what ships; of a night kept, 'now': today's."
    ),
]
Month = Annotated[str, typer.Option("--month", help="The month, as 2023-09.")]
OnBasis = Annotated[str, typer.Option("--basis", help="month, quarter, year, year_to_date, rolling_12_months or week.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def must_be_known(name: str, names: Iterable[str], kind: str) -> None:
    """Refuse a name that is not one of these, with the nearest."""
    names = list(names)
    if name not in names:
        raise CallError(
            f"There is no {kind} '{name}'.", hint=did_you_mean(name, names, else_say="Known: " + ", ".join(names) + ".")
        )


def must_lie_within(number: int | Fraction, least: int, most: int, what: str) -> None:
    """Refuse a number that can't be meant."""
    if not least <= number <= most:
        raise CallError(f"{what} can't be meant.", hint=f"It must lie from {least} to {most}.")


def read_day(text: str) -> dt.date:
    """A date as 2024-03-31."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        raise CallError(f"'{text}' is not a date.", hint="Write a day as year-month-day: 2024-03-31.") from None
    must_lie_within(found.year, *YEARS, f"The year of '{text}'")
    return found


def period_asked(store: Store, basis: str, month: str) -> Period:
    """The period of a basis that ends with a month, or holds it; it must have begun by the day the records speak for."""
    from casetally.periods import period_of, read_month

    must_lie_within(int(month[:4]) if month[:4].isdecimal() else YEARS[0], *YEARS, f"The year of '{month}'")
    period = period_of(basis, read_month(month))
    if period.start > store.as_at:
        raise CallError(
            f"{period.name} begins after {store.as_at}, the day these records speak for.",
            hint="Ask for an earlier month, or run again with a later --as-at.",
        )
    return period


def month_of_report(store: Store, month: str) -> Period:
    """The month that a report is asked for. Raises CallError for one before the first of the run."""
    from casetally.reports.published_run import months_of

    last, first = period_asked(store, "month", month), months_of(store)[0]
    if last < first:
        raise CallError(
            f"{last.name} lies before {first.name}, the first month of this run.",
            hint="Ask for a later month, or run again with more --months.",
        )
    return last


def library_of(definitions: Path | None) -> Library:
    """What ships, with an authority's own definitions laid over it."""
    from casetally.definitions.library import load_library

    return load_library(definitions)


def open_run(path: Path | None, definitions: Path | None, known_at: str | None = None) -> tuple[Store, Library]:
    """The store and the definitions its run used, or those of a night that was kept, unless others are named.

    On stderr it says where another night answers than that of the day, and how many children were forgotten since.
    """
    from casetally.reports.known_at import night_answering, open_known, what_is_missing
    from casetally.reports.outputs import last_store

    day = read_day(known_at) if known_at else None
    store, library = open_known(path or last_store(), day, by_which(definitions))
    for said in (night_answering(store.about, day), what_is_missing(store.about)):
        if said:
            typer.echo(said, err=True)
    return store, library


def by_which(definitions: Path | None) -> By:
    """'now' as what it says; a folder of that name is written ./now."""
    return "now" if definitions is not None and str(definitions) == "now" else definitions
