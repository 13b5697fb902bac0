"""Why: whoever proposes a change of definition sees what it does to every month before it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.cli.options import AsCsv, AsJson, KnownAt, StoreAt, library_of, open_run
from casetally.errors import CallError

if TYPE_CHECKING:
    from casetally.periods import Period

_STEPS = ("opening the records", "reading the proposed definitions", "calculating as it is and as proposed")


def impact(
    definitions: Annotated[
        Path, typer.Option("--definitions", help="The folder of proposed definitions, laid over what ships.")
    ],
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", help="Of this indicator only; may be repeated.")
    ] = None,
    month: Annotated[str | None, typer.Option("--month", help="Of this month only, as 2023-09.")] = None,
    children: Annotated[bool, typer.Option("--children", help="With --month: list whom it moves.")] = False,
    store: StoreAt = None,
    known_at: KnownAt = None,
    csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """What proposed definitions do to every month of a run: figures as they are and as they would be, and who comes and goes."""
    from casetally.figures.revisions import KnownState
    from casetally.figures.revisions.impact import impacts
    from casetally.reports.progress import telling
    from casetally.reports.published_run import authority_of, label_of, months_of
    from casetally.reports.revisions.impact_text import show_impacts

    if children and month is None:
        raise CallError("--children lists one month.", hint="Add --month 2023-09.")
    with telling(_STEPS) as tell:
        tell(_STEPS[0])
        opened, library = open_run(store, None, known_at)
        tell(_STEPS[1])
        proposed = library_of(definitions)
        for name in indicator or ():
            if name not in library.indicators:
                proposed.indicator(name)
        authority = authority_of(opened, library, "")
        vintage = authority.vintage if authority else None
        state = KnownState(opened, library, authority=label_of(opened, authority), vintage=vintage)
        tell(_STEPS[2])
        found = impacts(state, proposed, _months(months_of(opened), month), indicator)
    show_impacts(found, children=children, as_json=as_json, csv=csv)


def _months(every: list[Period], month: str | None) -> list[Period]:
    from casetally.periods import period_of, read_month

    if month is None:
        return every
    asked = period_of("month", read_month(month))
    if asked not in every:
        raise CallError(
            f"{asked.name} is no month of this run.", hint=f"Its months are {every[0].name} to {every[-1].name}."
        )
    return [asked]
