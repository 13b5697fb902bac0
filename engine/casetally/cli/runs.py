"""Why: a night's batch is `run`; `check` reads and checks only, and `sample` makes up records to try them on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casetally.cli.options import (
    AS_AT,
    MOST_MONTHS,
    SOURCES,
    AsJson,
    Definitions,
    KnownAt,
    by_which,
    must_be_known,
    must_lie_within,
    read_day,
)
from casetally.cli.sealing import KeyFile, Recipients
from casetally.errors import DIFFERENCES_FOUND, DONE, CallError

if TYPE_CHECKING:
    from casetally.reports.run import RunRequest

NightsAt = Annotated[
    Path | None, typer.Option("--store", help="With --known-at: the editions.duckdb of a nightly home.")
]


def run(
    sources: Annotated[list[str] | None, SOURCES] = None,
    as_at: Annotated[str | None, AS_AT] = None,
    months: Annotated[int, typer.Option(help="How many months back from the as-at date.")] = 24,
    out: Annotated[Path, typer.Option(help="The folder to write to; an earlier run's is replaced whole.")] = Path(
        "out"
    ),
    authority: Annotated[str | None, typer.Option(help="The authority; else the one in populations.")] = None,
    report: Annotated[str | None, typer.Option(help="One report's indicators only; all if left out.")] = None,
    store: NightsAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
    key: KeyFile = None,
    recipient: Recipients = None,
    as_json: AsJson = False,
) -> None:
    """Read records, check them, calculate every indicator and write figures, findings and the store."""
    from casetally.reports.progress import telling
    from casetally.reports.run import STEPS, RunRequest, run_all
    from casetally.reports.terminal import print_run
    from casetally.sealed import recipients_named

    with telling(name for name, _ in STEPS) as tell:
        seal_for = recipients_named(key, recipient or ())
        if known_at:
            asked = _night(sources, as_at, read_day(known_at), out, store, definitions)
        else:
            must_lie_within(months, 1, MOST_MONTHS, f"--months {months}")
            asked = RunRequest(
                _given(sources), _day(as_at), months, out, authority, definitions, report=report, seal_for=seal_for
            )
        done = run_all(asked, tell)
    print_run(done, as_json=as_json)


def _given(sources: list[str] | None) -> tuple[str, ...]:
    if not sources:
        raise CallError(
            "No source is given.", hint="Name a folder, a file or a database URL; or a night with --known-at."
        )
    return tuple(sources)


def _day(as_at: str | None) -> dt.date:
    if as_at is None:
        raise CallError("--as-at is missing.", hint="The day the run speaks for, as --as-at 2024-03-31.")
    return read_day(as_at)


def _night(
    sources: list[str] | None,
    as_at: str | None,
    day: dt.date,
    out: Path | None,
    store: Path | None,
    definitions: Path | None,
) -> RunRequest:
    """A night that was kept, with its own sources, day, months, authority and report."""
    from casetally.reports.known_at import database_of
    from casetally.reports.outputs import last_store
    from casetally.reports.run import Night, RunRequest
    from casetally.store.editions import holds_editions

    if sources or as_at:
        raise CallError("--known-at gives a night that was kept: it brings its own sources and as-at day.",
                        hint="Leave SOURCE and --as-at out, or leave --known-at out.")  # fmt: skip
    path = database_of(store or last_store())
    if not holds_editions(path):
        raise CallError(f"'{path}' keeps no nights.", hint="Name the editions.duckdb of a nightly home with --store.")
    return RunRequest((), day, out=out, night=Night(path, day, by_which(definitions)))


def check(
    sources: Annotated[list[str] | None, SOURCES] = None,
    as_at: Annotated[str | None, AS_AT] = None,
    authority: Annotated[str | None, typer.Option(help="The authority; else the one in populations.")] = None,
    store: NightsAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
) -> None:
    """Read and check records only: what was found, by table, rule and team, and which indicators the source supports."""
    from casetally.reports.progress import telling
    from casetally.reports.run import CHECK_STEPS, RunRequest, check_all
    from casetally.reports.terminal import print_check

    with telling(name for name, _ in CHECK_STEPS) as tell:
        if known_at:
            asked = _night(sources, as_at, read_day(known_at), None, store, definitions)
        else:
            asked = RunRequest(_given(sources), _day(as_at), authority=authority, definitions=definitions)
        done = check_all(asked, tell)
    print_check(done, as_json=as_json)
    raise typer.Exit(DIFFERENCES_FOUND if done.load.ledger["set_aside"].sum() else DONE)


def sample(
    folder: Annotated[Path, typer.Argument(help="The folder to write to.")],
    children: Annotated[int, typer.Option(help="Children aged 0 to 17 in the authority.")] = 22_000,
    years: Annotated[int, typer.Option(help="Years of records.")] = 5,
    as_at: Annotated[str, typer.Option("--as-at", help="The last day of the records.")] = "2024-03-31",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    dirt: Annotated[float, typer.Option(help="How dirty: 0 is clean, 1 as real records are.")] = 1.0,
    format: Annotated[  # noqa: A002 - the word of the command line
        str | None, typer.Option("--format", help="csv (as usual) or parquet; with --shape, one of that shape's.")
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option(help="As another export: cin_census, ssda903, ssd or csc_api; --years of yearly returns."),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", help="With --shape: instead of making up records, those of this plain folder."),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(
            help="Instead: records that stand behind this published report (NAME-2023-09, or its folder); only --seed counts."
        ),
    ] = None,
) -> None:
    """Make up an authority: all tables, with the dirt that real records have."""
    from casetally.reports.progress import telling
    from casetally.samples import write_sample

    if published:
        _plant(published, folder, seed)
        return
    size: dict[str, Any] = {"children": children, "years": years, "as_at": read_day(as_at), "seed": seed, "dirt": dirt}
    if shape or from_:
        _shaped(shape, folder, from_, format, size)
        return
    with telling() as tell:
        tell("making up an authority")
        made = write_sample(folder, **size, format=_format(format or "csv"))
    typer.echo(f"{made.total:,} rows in {len(made.rows)} tables are in {folder}.")


def _shaped(shape: str | None, folder: Path, plain: Path | None, ending: str | None, size: dict[str, Any]) -> None:
    from casetally.reports.progress import telling
    from casetally.samples import make_records
    from casetally.samples.shapes import SHAPES, read_plain, write_shape

    must_be_known(shape or "none", SHAPES, "shape")
    first, then = "making up an authority" if plain is None else "reading the records", f"writing it as {shape}"
    with telling((first, then)) as tell:
        tell(first)
        records = make_records(**size) if plain is None else read_plain(plain, size["as_at"])
        tell(then)
        made = write_shape(folder, shape or "", records, years=size["years"], ending=ending)
    files = "1 file is" if len(made) == 1 else f"{len(made)} files are"
    typer.echo(f"{files} in {folder}, of the shape {shape}: {sum(made.values()):,} bytes.")


def _plant(published: str, folder: Path, seed: int) -> None:
    from casetally.reports.progress import telling
    from casetally.samples.planted import write_planted
    from casetally.shipped import shipped_folder

    known = shipped_folder("sample_data/published")
    named = Path(published).parent if Path(published).is_file() else Path(published)  # its figures.csv is named too
    report = named if named.is_dir() else known / published
    if not report.is_dir():
        must_be_known(published, sorted(one.name for one in known.iterdir() if one.is_dir()), "published report")
    with telling() as tell:
        tell("planting the records behind a report")
        made = write_planted(report, folder, seed=seed)
    typer.echo(f"{made.total:,} rows in {len(made.rows)} tables are in {folder}.")
    if made.let_go:
        typer.echo(
            f"{len(made.let_go)} printed figures that no records can meet, with the reasons: {folder}/notes/let_go.csv.",
            err=True,
        )


def _format(text: str) -> Any:
    must_be_known(text, ("csv", "parquet"), "format")
    return text
