"""Why: what an indicator means is listed, shown and tested without any records."""

from __future__ import annotations

from typing import Annotated

import typer

from casetally.cli.options import AsJson, Definitions, library_of
from casetally.errors import DIFFERENCES_FOUND, DONE


def indicators_list(definitions: Definitions = None, as_json: AsJson = False) -> None:
    """List every indicator with what it counts."""
    from casetally.reports.terminal import print_indicators

    print_indicators(library_of(definitions), as_json=as_json)


def indicators_show(indicator: str, definitions: Definitions = None, as_json: AsJson = False) -> None:
    """Show one definition: its rule, clock, limits, columns needed and examples."""
    from casetally.reports.terminal import print_definition

    library = library_of(definitions)
    print_definition(library, library.indicator(indicator), as_json=as_json)


def indicators_test(
    indicator: Annotated[str | None, typer.Argument(help="One indicator; all of them if left out.")] = None,
    definitions: Definitions = None,
) -> None:
    """Run the examples that stand in the definitions."""
    from casetally.figures.examples import run_examples
    from casetally.reports.progress import telling
    from casetally.reports.terminal import print_examples

    with telling(("loading the definitions", "trying the examples")) as tell:
        tell("loading the definitions")
        library = library_of(definitions)
        chosen = [library.indicator(indicator)] if indicator else list(library.indicators.values())
        tell("trying the examples")
        number = sum(len(one.text.examples) for one in chosen)
        results = []
        for done, result in enumerate(run_examples(library, chosen), 1):
            results.append(result)
            tell.of(done, number)
    failed = print_examples(results)
    raise typer.Exit(DIFFERENCES_FOUND if failed else DONE)


def indicators_diff(
    first: Annotated[str, typer.Argument(help="An indicator.")],
    second: Annotated[str, typer.Argument(help="Another one.")],
    definitions: Definitions = None,
    as_json: AsJson = False,
) -> None:
    """Show in what two definitions differ: rows, dates, conditions, clocks and dated limits."""
    from casetally.figures.diff import alike, diff
    from casetally.reports.progress import telling
    from casetally.reports.terminal import print_diff

    with telling() as tell:
        tell("loading the definitions")
        library = library_of(definitions)
        one, other = library.indicator(first), library.indicator(second)
        found, same = diff(library, one, other), alike(library, one, other)
    print_diff(one.id, other.id, found, alike=same, as_json=as_json)
