"""Why: what was printed is held against the records, figure by figure."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.options import AsCsv, AsJson, Definitions, KnownAt, StoreAt, must_lie_within, open_run
from casetally.errors import DIFFERENCES_FOUND, DONE, CallError

MOST_TOLERANCE = 1000
_STEPS = ("loading the definitions", "reading what was printed", "holding it against the records")

PublishedAt = Annotated[
    Path, typer.Argument(help="A file of published figures, the folder that holds figures.csv, or a DfE table.")
]


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
    known_at: KnownAt = None,
    definitions: Definitions = None,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Hold published figures against what the records give, line by line: what agrees, what does not, and why."""
    from casetally.figures.open_data.printed import is_open_data, open_data_report, read_printed
    from casetally.figures.published import named_in, read_published
    from casetally.figures.reconcile import reconcile as hold_against
    from casetally.reports import published_run as run
    from casetally.reports.progress import telling
    from casetally.reports.published_text import print_reconciliation

    with telling(_STEPS) as tell:
        tell(_STEPS[0])
        opened, library = open_run(store, definitions, known_at)
        tell(_STEPS[1])
        if is_open_data(published):
            wanted = open_data_report(library)
            authority = run.authority_of(opened, library, wanted.authority)
            printed = read_printed(published, library, run.names_of(opened, authority))
        else:
            wanted = library.report(report or run.report_named(library, named_in(published), published))
            printed = read_published(published, run.percent_lines(library, wanted))
            authority = run.authority_of(opened, library, wanted.authority)
        known = run.read_causes(causes) if causes else {}
        tell(_STEPS[2])
        found = hold_against(
            opened, library, wanted, printed, run.months_of(opened), authority=run.label_of(opened, authority),
            vintage=authority.vintage if authority else None, tolerance=_tolerance(tolerance), causes=known,
        )  # fmt: skip
    print_reconciliation(found, as_json=as_json, csv=csv)
    places = set(found.rows.select("ref", "basis", "period", "breakdown").iter_rows())
    _say(
        run.not_meant_for_it(opened, library, wanted),
        *(f"{causes}: {one}" for one in run.causes_of_nothing(known, places)),
    )
    nothing_held = found.rows.filter(found.rows["outcome"] != "not_comparable").is_empty()
    raise typer.Exit(DIFFERENCES_FOUND if found.unexplained.height or found.findings or nothing_held else DONE)


def _say(*notes: str) -> None:
    for one in notes:
        if one:
            typer.echo(one, err=True)


def _tolerance(text: str) -> Fraction:
    if not re.fullmatch(r"-?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})", text, re.ASCII):
        raise CallError(f"'{text}' is not a number.", hint="Write --tolerance 0.1, in the printed unit.")
    must_lie_within(Fraction(text), 0, MOST_TOLERANCE, f"--tolerance {text}")
    return Fraction(text)
