"""Why: a scheduler calls one command with one file, and learns from its exit code whether somebody must look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.options import AsJson, read_day
from casetally.errors import CallError


def nightly(
    config: Annotated[
        Path | None, typer.Argument(metavar="CONFIG.toml", help="What the night does.", show_default=False)
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Keep tonight's records although they are odd; it is kept who did.")
    ] = False,
    night: Annotated[str | None, typer.Option("--night", help="The date of the night; today's if left out.")] = None,
    example: Annotated[bool, typer.Option("--example", help="Instead: print a configuration to begin with.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read, hold against the last night, keep as an edition, and make the outputs: whole, or as they were."""
    from casetally.nights.example import example_toml

    if example:
        typer.echo(example_toml(), nl=False)
        return
    if config is None:
        raise CallError("No configuration is named.", hint="'casetally nightly --example' prints one to begin with.")
    from casetally.nights.clock import tonight
    from casetally.nights.config import read_config
    from casetally.nights.night import Asked, run_night
    from casetally.nights.steps import STEPS
    from casetally.reports.progress import telling
    from casetally.reports.terminal import note, print_json

    asked = Asked(read_config(config), config, tonight(read_day(night) if night else None), accept)
    with telling(name for name, _ in STEPS) as tell:
        done = run_night(asked, STEPS, tell)
    if as_json:
        print_json(
            {"night": asked.night, "edition": done.number, "new": done.is_new and done.kept, "home": str(asked.home)}
        )
    elif done.placed:
        typer.echo(done.summary, nl=False)
    if not done.placed:
        number = done.last.number if done.last else 0
        note(f"Nothing is new: the night of {asked.night} is kept as edition {number}, and its outputs are whole.")
