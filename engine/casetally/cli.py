"""Why: the command line is how a night's batch and an analyst both reach the engine: data on stdout, notes on stderr.

Each command is thin: it finds what it needs, calls one function and prints. Exit codes stand in `docs/cli.md`. Heavy modules are
imported inside the commands, so that help answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casetally.errors import (
    DIFFERENCES_FOUND,
    DONE,
    FAULT_OF_OURS,
    MISTAKE_IN_CALL_OR_DEFINITION,
    CallError,
    CasetallyError,
)

if TYPE_CHECKING:
    from casetally.definitions.library import Library
    from casetally.periods import Period
    from casetally.store import Store

app = typer.Typer(
    name="casetally", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Children's social care indicators from child-level records: every figure, and the children behind it.",
)  # fmt: skip
indicators_app = typer.Typer(no_args_is_help=True, help="What each indicator means: list, show, test.")
app.add_typer(indicators_app, name="indicators")

YEARS = (1950, 2100)  # the calendar of working days reaches further at both ends, for rules that look back or ahead
MOST_MONTHS = 600
MOST_DAYS_AHEAD = 260

Source = Annotated[
    Path, typer.Argument(help="A folder of records: CSV or Parquet of the data model, or SSDA903 returns.")
]
AsAt = Annotated[str, typer.Option("--as-at", help="The day the run speaks for, as 2024-03-31.")]
StoreAt = Annotated[
    Path | None, typer.Option("--store", help="A run's store.duckdb; the last run's from this folder if left out.")
]
Definitions = Annotated[
    Path | None, typer.Option("--definitions", help="A folder of your own definitions, laid over what ships.")
]
Month = Annotated[str, typer.Option("--month", help="The month, as 2023-09.")]
OnBasis = Annotated[str, typer.Option("--basis", help="month, quarter, year, year_to_date, rolling_12_months or week.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command(short_help="Read, check, calculate and write everything.")
def run(
    source: Source,
    as_at: AsAt,
    months: Annotated[int, typer.Option(help="How many months back from the as-at date.")] = 24,
    out: Annotated[Path, typer.Option(help="The folder to write to; an earlier run's is replaced whole.")] = Path(
        "out"
    ),
    authority: Annotated[str | None, typer.Option(help="The authority; else the one in populations.")] = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
) -> None:
    """Read records, check them, calculate every indicator and write figures, findings and the store."""
    from casetally.reports.progress import telling
    from casetally.reports.run import RunRequest, run_all
    from casetally.reports.terminal import print_run

    with telling() as tell:
        _within(months, 1, MOST_MONTHS, f"--months {months}")
        done = run_all(RunRequest(source, _day(as_at), months, out, authority, definitions), tell)
    print_run(done, as_json=as_json)


@app.command(short_help="Read and check only: what was found, what is supported.")
def check(
    source: Source,
    as_at: AsAt,
    authority: Annotated[str | None, typer.Option(help="The authority; else the one in populations.")] = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
) -> None:
    """Read and check records only: what was found, by table, rule and team, and which indicators the source supports."""
    from casetally.reports.progress import telling
    from casetally.reports.run import RunRequest, check_all
    from casetally.reports.terminal import print_check

    with telling() as tell:
        done = check_all(RunRequest(source, _day(as_at), authority=authority, definitions=definitions), tell)
    print_check(done, as_json=as_json)
    raise typer.Exit(DIFFERENCES_FOUND if done.checked.ledger["set_aside"].sum() else DONE)


@indicators_app.command("list")
def indicators_list(definitions: Definitions = None, as_json: AsJson = False) -> None:
    """List every indicator with what it counts."""
    from casetally.reports.terminal import print_indicators

    print_indicators(_library(definitions), as_json=as_json)


@indicators_app.command("show")
def indicators_show(indicator: str, definitions: Definitions = None, as_json: AsJson = False) -> None:
    """Show one definition: its rule, clock, limits, columns needed and examples."""
    from casetally.reports.terminal import print_definition

    library = _library(definitions)
    print_definition(library, library.indicator(indicator), as_json=as_json)


@indicators_app.command("test")
def indicators_test(
    indicator: Annotated[str | None, typer.Argument(help="One indicator; all of them if left out.")] = None,
    definitions: Definitions = None,
) -> None:
    """Run the examples that stand in the definitions."""
    from casetally.figures.examples import run_examples
    from casetally.reports.terminal import print_examples

    library = _library(definitions)
    chosen = [library.indicator(indicator)] if indicator else list(library.indicators.values())
    failed = print_examples(run_examples(library, chosen))
    raise typer.Exit(DIFFERENCES_FOUND if failed else DONE)


@app.command(short_help="The children behind a figure.")
def cases(
    indicator: str,
    month: Month,
    basis: OnBasis = "month",
    breakdown: Annotated[str, typer.Option(help="team, age_band, sex or ethnicity, with --group.")] = "all",
    group: Annotated[str, typer.Option(help="The group, with --breakdown.")] = "all",
    store: StoreAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """The children behind a figure: one row for each row counted, with why it counts."""
    from casetally.figures.cases import list_cases
    from casetally.reports.terminal import print_cases

    opened, library = _opened(store, definitions)
    if (breakdown == "all") != (group == "all"):
        raise CallError("--breakdown and --group go together.", hint="For example --breakdown sex --group F.")
    found = list_cases(
        opened, library, library.indicator(indicator), _period(opened, basis, month), breakdown=breakdown, group=group
    )
    print_cases(found, as_json=as_json, csv=csv)


@app.command(short_help="How a figure comes about.")
def explain(
    indicator: str, month: Month, basis: OnBasis = "month", store: StoreAt = None, definitions: Definitions = None
) -> None:
    """How a figure comes about: rule, dated limits, SQL and the steps from rows to figure."""
    from casetally.figures.explain import explain as explain_figure
    from casetally.reports.terminal import print_explanation

    opened, library = _opened(store, definitions)
    print_explanation(explain_figure(opened, library, library.indicator(indicator), _period(opened, basis, month)))


@app.command(short_help="What is overdue and what falls due next.")
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
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """What is overdue and what falls due next, from the same clocks and limits as the figures."""
    from casetally.figures.due import due_lists, list_due, of_team
    from casetally.reports.terminal import print_due

    opened, library = _opened(store, definitions)
    for name in what or ():
        _known(name, due_lists(library), "due list")
    day = _day(on) if on else opened.as_at
    _within(within, 0, MOST_DAYS_AHEAD, f"--within {within}")
    if day > opened.as_at:
        typer.echo(f"These records speak for {opened.as_at}: what was done after that day is not known.", err=True)
    found = of_team(opened, list_due(opened, library, day, within, what or None), team, worker)
    print_due(found, day, within, as_json=as_json, csv=csv)


@app.command(short_help="Make up an authority's records.")
def sample(
    folder: Annotated[Path, typer.Argument(help="The folder to write to.")],
    children: Annotated[int, typer.Option(help="Children aged 0 to 17 in the authority.")] = 22_000,
    years: Annotated[int, typer.Option(help="Years of records.")] = 5,
    as_at: Annotated[str, typer.Option("--as-at", help="The last day of the records.")] = "2024-03-31",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    dirt: Annotated[float, typer.Option(help="How dirty: 0 is clean, 1 as real records are.")] = 1.0,
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",  # noqa: A002
) -> None:
    """Make up an authority: all tables, with the dirt that real records have."""
    from casetally.reports.progress import telling
    from casetally.samples import write_sample

    with telling() as tell:
        tell("making up an authority")
        made = write_sample(
            folder, children=children, years=years, as_at=_day(as_at), seed=seed, dirt=dirt, format=_format(format)
        )
    typer.echo(f"{made.total:,} rows in {len(made.rows)} tables are in {folder}.")


def _format(text: str) -> Any:
    _known(text, ("csv", "parquet"), "format")
    return text


def _known(name: str, known: Any, kind: str) -> None:
    from casetally.errors import did_you_mean

    if name not in known:
        raise CallError(
            f"There is no {kind} '{name}'.", hint=did_you_mean(name, known, else_say="Known: " + ", ".join(known) + ".")
        )


def _within(number: int, least: int, most: int, what: str) -> None:
    if not least <= number <= most:
        raise CallError(f"{what} can't be meant.", hint=f"It must lie from {least} to {most}.")


def _day(text: str) -> Any:
    import datetime as dt

    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CallError(f"'{text}' is not a date.", hint="Write a date as 2024-03-31.") from None
    _within(day.year, *YEARS, f"The year of '{text}'")
    return day


def _period(store: Store, basis: str, month: str) -> Period:
    from casetally.periods import period_of, read_month

    _within(int(month[:4]) if month[:4].isdecimal() else YEARS[0], *YEARS, f"The year of '{month}'")
    period = period_of(basis, read_month(month))
    if period.start > store.as_at:
        raise CallError(
            f"{period.name} begins after {store.as_at}, the day these records speak for.",
            hint="Ask for an earlier month, or run again with a later --as-at.",
        )
    return period


def _library(definitions: Path | None) -> Library:
    from casetally.definitions.library import load_library

    return load_library(definitions)


def _opened(path: Path | None, definitions: Path | None) -> tuple[Store, Library]:
    """The store and the definitions its run used, unless others are named."""
    from casetally.reports.outputs import last_store
    from casetally.schemas import load_schemas
    from casetally.store import open_store

    store = open_store(path or last_store(), load_schemas())
    own = definitions or (Path(store.about["definitions"]) if store.about.get("definitions") else None)
    return store, _library(own)


def main() -> None:
    """Entry point: every mistake becomes a sentence and an exit code, never a traceback."""
    try:
        app()
    except CasetallyError as wrong:
        typer.echo(wrong.render(), err=True)
        sys.exit(wrong.exit_code)
    except BrokenPipeError:  # the reader of our output has gone
        sys.exit(DONE)
    except OSError as fault:  # a folder that can't be made, a disk that is full
        typer.echo(f"{fault.filename or 'A file'} can't be written or read: {fault.strerror}.", err=True)
        sys.exit(MISTAKE_IN_CALL_OR_DEFINITION)
    except Exception as fault:  # a fault of ours: say where, and nothing that might hold a record's contents
        import traceback

        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        typer.echo(
            f"casetally failed by a fault of its own ({type(fault).__name__} at {where}). Please report it.", err=True
        )
        sys.exit(FAULT_OF_OURS)


if __name__ == "__main__":
    main()
