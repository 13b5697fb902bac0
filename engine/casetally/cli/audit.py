"""Why: the arithmetic of a report is checked from its printed figures alone, without a single record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.errors import DIFFERENCES_FOUND, DONE, CallError


def audit(
    published: Annotated[
        Path, typer.Argument(help="A figures.csv, or its folder; a benchmarks.csv beside it is read too.")
    ],
    identities: Annotated[
        Path | None,
        typer.Option(help="A YAML file of what must hold; the shipped one named like the report if left out."),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="How many of its last printed digit a figure may be off.")] = 0.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead of tables: every test, held or not.")
    ] = False,
) -> None:
    """Check the arithmetic of a published report: fractions, totals, months, stocks and flows, rates, letters."""
    from fractions import Fraction

    from casetally.figures.audit.evaluate import audit as audit_figures
    from casetally.reports.audit_text import print_audit
    from casetally.reports.progress import telling

    if not 0 <= tolerance <= 100:
        raise CallError(f"--tolerance {tolerance:g} can't be meant.", hint="It must lie from 0 to 100.")
    with telling() as tell:
        tell("checking the arithmetic")
        done = audit_figures(published, identities, Fraction(str(tolerance)))
    print_audit(done, as_json=as_json)
    raise typer.Exit(DONE if done.holds else DIFFERENCES_FOUND)
