"""Why: one question in the morning, was the night good, has one answer, and an exit code that a monitor understands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.options import AsJson, must_lie_within, read_day
from casetally.errors import DIFFERENCES_FOUND, DONE


def status(
    of: Annotated[Path, typer.Argument(metavar="CONFIG|HOME", help="A configuration of nights, or its home.")],
    night: Annotated[str | None, typer.Option("--night", help="The day that asks; today if left out.")] = None,
    older_than: Annotated[
        int, typer.Option("--older-than", help="So many days ago the last good night may be, and the last backup.")
    ] = 2,
    as_json: AsJson = False,
) -> None:
    """How nights stand: the last good one, what failed since, how fresh each table is, what is encrypted."""
    from casetally.nights.clock import tonight
    from casetally.nights.config import read_config
    from casetally.nights.home import config_of
    from casetally.nights.status import status_of
    from casetally.nights.status_text import status_json, status_text
    from casetally.reports.terminal import print_json

    must_lie_within(older_than, 0, 3660, f"--older-than {older_than}")
    config = read_config(config_of(of) if of.is_dir() else of)
    found = status_of(config, tonight(read_day(night) if night else None), older_than)
    if as_json:
        print_json(status_json(found))
    else:
        typer.echo(status_text(found), nl=False)
    raise typer.Exit(DIFFERENCES_FOUND if found.problems else DONE)
