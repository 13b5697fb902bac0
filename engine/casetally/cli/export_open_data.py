"""Why: figures that an authority publishes must be in the format that others read, with what could point at a child hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.options import Definitions, KnownAt, StoreAt, by_which, read_day
from casetally.errors import CallError

LEVELS = {"la": "Local authority", "regional": "Regional", "national": "National"}


def open_data(
    out: Annotated[Path, typer.Option(help="The folder to write to; an earlier export's is replaced whole.")],
    indicators: Annotated[
        list[str] | None, typer.Option(help="Indicators, by comma or repeated; all if left out.")
    ] = None,
    basis: Annotated[list[str] | None, typer.Option(help="year, quarter or month; several by comma.")] = None,
    level: Annotated[str, typer.Option(help="LA, Regional or National: what the figures are of.")] = "LA",
    authority: Annotated[str | None, typer.Option(help="The authority by code or name; else the run's.")] = None,
    figures: Annotated[
        Path | None, typer.Option(help="A run's figures.parquet; else the one beside the store.")
    ] = None,
    store: StoreAt = None,
    known_at: KnownAt = None,
    definitions: Definitions = None,
) -> None:
    """Write figures as Explore Education Statistics tables: one file a theme, small counts hidden, metadata beside."""
    from casetally.cli.options import must_be_known
    from casetally.reports.open_data.export import ExportRequest, export_open_data
    from casetally.reports.progress import telling

    must_be_known(level.lower(), LEVELS, "level")
    asked = ExportRequest(
        out, _names(indicators), _names(basis) or ("year",), LEVELS[level.lower()], authority, figures, store,
        by_which(definitions), read_day(known_at) if known_at else None,
    )  # fmt: skip
    with telling() as tell:
        tell("making the tables")
        done = export_open_data(asked)
    if not done.files:
        raise CallError("Nothing was written.", hint="Name other indicators or another --basis.")
    typer.echo(f"{len(done.files)} tables of {done.rows:,} rows, each with its metadata, are in {out}.")
    for note in done.notes:
        typer.echo(note, err=True)


def _names(given: list[str] | None) -> tuple[str, ...]:
    """Names by comma or repeated, each once."""
    return tuple(dict.fromkeys(name.strip() for one in given or [] for name in one.split(",") if name.strip()))
