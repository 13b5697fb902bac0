"""Why: a report is made for a month: as a table to look at, or as a page and a workbook to hand on, in either edition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from casetally.cli.options import (
    AsCsv,
    AsJson,
    Definitions,
    KnownAt,
    Month,
    StoreAt,
    month_of_report,
    must_be_known,
    open_run,
)
from casetally.errors import CallError

if TYPE_CHECKING:
    from casetally.definitions.library import Library
    from casetally.reports.lines import Edition
    from casetally.reports.make import ReportRequest
    from casetally.store import Store

EDITIONS = ("internal", "published")
_LOADING = "loading the definitions"


def report(
    name: Annotated[str, typer.Argument(help="The report: the name of a file in definitions/reports.")],
    month: Month,
    out: Annotated[
        Path | None, typer.Option(help="A folder for the page and the workbook; a table is printed if left out.")
    ] = None,
    edition: Annotated[
        str,
        typer.Option(help="internal: every figure; published: without small numbers or what gives them away."),
    ] = "internal",
    commentary: Annotated[
        Path | None, typer.Option(help="A folder of your own words: MONTH/INDICATOR.md or MONTH/REF.md.")
    ] = None,
    compared_with: Annotated[
        list[Path] | None,
        typer.Option(
            help="Published DfE tables and the neighbour model: a file, or a folder of them; may be repeated."
        ),
    ] = None,
    store: StoreAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Make a report for a month: every line with target, rating, travel, comparators, charts and commentary."""
    from casetally.reports.charts.template import warm_up
    from casetally.reports.make import FIGURES, STEPS, WRITING, make_report, write_report
    from casetally.reports.progress import telling
    from casetally.reports.published_run import not_meant_for_it
    from casetally.reports.published_text import print_report

    must_be_known(edition, EDITIONS, "edition")
    if commentary is not None and out is None:
        raise CallError("--commentary goes with --out: a table has no room for it.", hint="Add --out FOLDER.")
    steps = STEPS if out is not None else FIGURES
    with telling((_LOADING, *(step for step, _ in steps), *(WRITING if out is not None else ()))) as tell:
        tell(_LOADING)
        if out is not None:
            warm_up()  # charts are drawn last, and what draws them takes as long to start as the definitions to load
        opened, library = open_run(store, definitions, known_at)
        request = _request(opened, library, name, month, cast("Edition", edition), commentary, compared_with)
        made = make_report(opened, library, request, tell, steps=steps)
        written = write_report(made, out, tell) if out is not None else []
    if out is None or as_json or csv:
        print_report(made.report.title, request.month.name, made.rows, as_json=as_json, csv=csv)
    _say(not_meant_for_it(opened, library, made.report), *made.notes, *made.notes_on_words)
    _say(*(f"Written: {path}" for path in written))


def _request(
    opened: Store,
    library: Library,
    name: str,
    month: str,
    edition: Edition,
    words: Path | None,
    tables: list[Path] | None,
) -> ReportRequest:
    from casetally.reports.make import ReportRequest
    from casetally.reports.open_data.beside import published_beside
    from casetally.reports.published_run import authority_of, label_of, months_of, own_names

    wanted = library.report(name)
    last, covered = month_of_report(opened, month), months_of(opened)
    if words is not None and not words.is_dir():
        raise CallError(f"There is no folder '{words}'.", hint="Name a folder that holds MONTH/INDICATOR.md files.")
    authority = authority_of(opened, library, wanted.authority)
    beside = published_beside(tables, library, own_names(opened, authority), last) if tables else None
    return ReportRequest(name, last, covered, label_of(opened, authority), authority, edition, words, beside)


def _say(*notes: str) -> None:
    for one in notes:
        if one:
            typer.echo(one, err=True)
