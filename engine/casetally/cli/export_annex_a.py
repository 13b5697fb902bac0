"""Why: an inspection is announced on a Monday, and the lists it asks for should be one command away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.options import KnownAt, StoreAt, open_run, read_day


def annex_a(
    as_at: Annotated[
        str | None, typer.Option("--as-at", help="The day the lists speak for; the run's as-at date if left out.")
    ] = None,
    store: StoreAt = None,
    known_at: KnownAt = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The workbook to write; annex-a-DAY.xlsx if left out.")
    ] = None,
) -> None:
    """Ofsted's Annex A, lists 1 to 11, as a workbook from a run's records. It holds children's records."""
    from casetally.reports.annex_a import export_annex_a
    from casetally.reports.made import note_made
    from casetally.reports.progress import telling

    opened, _ = open_run(store, None, known_at)
    day = read_day(as_at) if as_at else opened.as_at
    with telling() as tell:
        tell("filling the lists of Annex A")
        made = export_annex_a(opened, day, out or Path(f"annex-a-{day}.xlsx"))
    note_made(opened.about, "annex-a", made.path)
    typer.echo(f"{made.rows:,} rows in {len(made.sheets)} lists, as at {day}, are in {made.path}.")
    if made.gaps:
        typer.echo(f"Lines on what could not be filled, and why: {made.gaps} (sheet 'Not filled').", err=True)
    typer.echo("It contains personal data of children.", err=True)
