"""Why: which header is which column is a question for an analyst; a first answer, to correct, should be one command away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.errors import CallError


def map_folder(
    folder: Annotated[Path, typer.Argument(help="The folder with your exports.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="The mapping file to write; FOLDER/casetally-mapping.yaml if left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a mapping file that is there.")] = False,
) -> None:
    """Propose a mapping for exports of your own shape (which file is which table, which header which column), to correct."""
    from casetally.reports.progress import telling
    from casetally.sources.mapping.proposal_text import left_to_fill, proposal_text
    from casetally.sources.mapping.proposing import file_of, propose

    path = file_of(folder, out)
    if path.exists() and not force:
        raise CallError(
            f"'{path}' is there already.", hint="Name another file with --out, or write over it with --force."
        )
    with telling() as tell:
        tell("looking at headers and values")
        proposals = propose(folder)
    path.write_text(proposal_text(proposals), encoding="utf-8")
    mapped = [one for one in proposals if one.table is not None]
    typer.echo(f"{path}: entries: {len(mapped)}, to fill ('?'): {left_to_fill(proposals)}.")
    for one in proposals:
        if one.table is None:
            typer.echo(f"{one.sniffed.file.shown}: {one.says}", err=True)
    typer.echo(f"Correct it, then: casetally check {folder} --as-at YYYY-MM-DD", err=True)
